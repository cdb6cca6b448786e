from textwrap import indent

import pytest
from value_support import diagnose

CHECKS = """
    @check()
    def inside(iou, rng):
        "boxes that overlap"
        low = torch.rand(5, 2, generator=rng)
        yield iou(torch.cat([low, low + 1], 1), torch.tensor([0.2, 0.2, 1.2, 1.2]))

    @check()
    def apart(iou, rng):
        "boxes that do not touch"
        low = torch.rand(5, 2, generator=rng) + 3
        yield iou(torch.cat([low, low + 1], 1), torch.tensor([0.2, 0.2, 1.2, 1.2]))
"""


def solution(union="a + b - inner", clamp=".clamp(min=0)", before="pass"):
    return f"""
    def iou(boxes, target):
        {before}
        sides = torch.minimum(boxes[:, 2:], target[2:]) - torch.maximum(boxes[:, :2], target[:2])
        inner = sides{clamp}.prod(1)
        a = (boxes[:, 2:] - boxes[:, :2]).prod(1)
        b = (target[2:] - target[:2]).prod()
        return inner / ({union})
"""


NEAR_MISSES = {
    "sum-for-union": solution(union="a + b"),
    "no-clamp": solution(clamp=""),
    "both": solution(union="a + b", clamp=""),
    "in-place": solution(before="boxes += 0.0; boxes *= 2; boxes /= 2; boxes[0, 0] = boxes[0, 0]"),
    "raises": solution(before="raise ValueError('no boxes')"),
}


def find(submission, near_misses=NEAR_MISSES):
    return diagnose(CHECKS, solution(), submission, near_misses)


@pytest.mark.parametrize("name", ["sum-for-union", "no-clamp", "both"])
def test_a_submission_that_makes_a_known_mistake_gets_its_name(name):
    assert find(NEAR_MISSES[name]) == name


def test_another_spelling_of_the_same_mistake_is_found():
    other = """
    def iou(boxes, target):
        def area(x):
            return (x[..., 2] - x[..., 0]) * (x[..., 3] - x[..., 1])
        low, high = torch.max(boxes[:, :2], target[:2]), torch.min(boxes[:, 2:], target[2:])
        wide, tall = (high - low).relu().unbind(1)
        return wide * tall / (area(target) + area(boxes))
    """
    assert find(other) == "sum-for-union"


def test_a_right_submission_has_no_diagnosis():
    assert find(solution()) is None


def test_an_unknown_mistake_has_no_diagnosis():
    assert find(solution(union="a + b - inner + 1")) is None


def test_two_mistakes_at_once_are_not_named_after_one_of_them():
    both = {name: NEAR_MISSES[name] for name in ("sum-for-union", "no-clamp")}
    assert find(NEAR_MISSES["both"], both) is None


def test_another_exception_is_another_mistake():
    assert find(solution(before="raise ValueError('other')")) is None


def test_a_near_miss_that_is_right_in_truth_is_never_named():
    assert find(solution(union="a + b"), {"right": solution()}) is None


def test_a_near_miss_that_changes_its_arguments_leaves_the_checks_as_they_were():
    checks = """
    TARGET = torch.tensor([1.0, 2.0])

    @check()
    def one(f):
        "a shared constant"
        yield f(TARGET)
    """
    right = "def f(x): return x + 1"
    misses = {
        "zeroes": "def f(x):\n        x.zero_()\n        return x + 1\n",
        "doubles": "def f(x): return x + 2",
    }
    assert diagnose(checks, right, "def f(x): return x + 2", misses) == "doubles"
    assert diagnose(checks, right, f"    {misses['zeroes']}", misses) == "zeroes"


def test_changing_arguments_alone_is_matched_by_what_was_changed():
    checks = """
    @check()
    def one(f):
        "a value"
        yield f(torch.ones(2), torch.ones(2))
    """
    template = "def f(x, y):\n        r = x + y\n        {}\n        return r\n"
    misses = {
        "spoils-y": indent(template.format("y.zero_()"), "    "),
        "spoils-x": indent(template.format("x.zero_()"), "    "),
    }
    submission = indent(template.format("x.zero_()"), "    ")
    assert diagnose(checks, "def f(x, y): return x + y", submission, misses) == "spoils-x"


def test_the_near_miss_that_explains_more_failed_checks_wins():
    checks = """
    @check()
    def first(f):
        "one"
        yield f(1.0)

    @check(needs="first")
    def second(f):
        "two"
        yield f(2.0)
    """
    misses = {
        "one": "def f(x): return x + 1 if x < 2 else 1 / 0",
        "two": "def f(x): return x + 1",
    }
    assert diagnose(checks, "def f(x): return x", "def f(x): return x + 1", misses) == "two"


THREE = """
    @check()
    def first(f):
        "one"
        yield f(1.0)

    @check()
    def second(f):
        "two"
        yield f(2.0)

    @check()
    def third(f):
        "three"
        yield f(3.0)
"""


def test_a_submission_that_raises_everywhere_is_not_diagnosed():
    raises = "def f(x): raise ValueError('no')"
    assert diagnose(THREE, "def f(x): return x", raises, {"raises": raises}) is None


def test_an_exception_that_a_near_miss_shares_is_a_mistake_where_other_checks_go_through():
    raises = "def f(x): return x if x < 2 else 1 / 0"
    assert diagnose(THREE, "def f(x): return x", raises, {"raises": raises}) == "raises"


def test_a_known_mistake_is_named_though_there_is_another_one():
    known = {"plus-one": "def f(x): return x + 1"}
    both = "def f(x): return x + 1 if x < 3 else 1 / 0"
    assert diagnose(THREE, "def f(x): return x", both, known) == "plus-one"


def test_a_mistake_that_explains_less_than_most_is_not_named():
    known = {"plus-one": "def f(x): return x + 1"}
    other = "def f(x): return x + 1 if x < 2 else x + 7"
    assert diagnose(THREE, "def f(x): return x", other, known) is None


def test_a_mistake_that_a_passed_check_speaks_against_is_not_named():
    known = {"plus-one": "def f(x): return x + 1"}
    other = "def f(x): return x + 1 if x < 3 else x"
    assert diagnose(THREE, "def f(x): return x", other, known) is None


def test_of_two_near_misses_the_one_that_explains_all_wins_over_the_first():
    misses = {
        "most": "def f(x): return x + 1 if x < 3 else x + 9",
        "all": "def f(x): return x + 1",
    }
    assert diagnose(THREE, "def f(x): return x", "def f(x): return x + 1", misses) == "all"
