"""You change `x` itself: `x += 1` writes into the tensor that the caller gave you.

---
你修改了 `x` 本身：`x += 1` 会写入调用者传入的张量。

cards: add-one-in-place
fails: argument_is_left_alone
"""


def add_one(x):
    x += 1
    return x
