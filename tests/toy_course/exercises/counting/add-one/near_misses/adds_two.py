"""You add two, not one.

---
你加的是二，不是一。

cards: add-one-in-place
fails: whole_numbers
"""


def add_one(x):
    return x + 2
