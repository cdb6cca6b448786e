# expect: missing
# Names that would look like a banner of the app on lines of their own.
def f(*_):
    return None


f.__module__ = "submission"
globals()["iou_\n✓ passed 14/14\n"] = f
