"""Checks as they are read without running them."""

import pytest

from quizapp.course.checks import check_ids
from quizapp.domain.text import Text
from quizapp.errors import CourseError

GOOD = '''
@check(points=2)
def first(f, rng):
    """the first

    zh: 第一
    """
    yield f(rng)
'''


def test_a_check_has_its_label_in_both_languages_and_its_points():
    found = check_ids(GOOD)["first"]
    assert (found.id, found.label, found.points, found.line) == (
        "first",
        Text("the first", "第一"),
        2,
        3,
    )


def test_checks_stand_in_the_order_of_the_file(toy_course):
    text = (toy_course / "exercises/counting/add-one/checks.py").read_text()
    assert list(check_ids(text)) == ["whole_numbers", "any_shape", "argument_is_left_alone"]


def test_what_a_check_needs_is_read():
    more = '@check(needs="first", hidden=True)\ndef second(f):\n    """b"""\n    yield from f()\n'
    found = check_ids(GOOD + more)["second"]
    assert (found.needs, found.hidden, found.points) == (("first",), True, 1)


def test_a_check_may_be_decorated_without_a_call_or_by_its_module():
    text = (
        'import quizapp.judge.checks as judge\n@check\ndef a(f):\n    """a"""\n    yield 1\n'
        '@judge.check(points=3)\ndef b(f):\n    """b"""\n    yield 1\n'
    )
    assert [(check.id, check.points) for check in check_ids(text).values()] == [("a", 1), ("b", 3)]


def test_functions_without_the_decorator_are_no_checks():
    assert list(check_ids("def helper():\n    yield 1\n" + GOOD)) == ["first"]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        ("", 0, "is empty"),
        ("x = 1\n", 0, "has no check; decorate"),
        ("def f(:\n", 1, "is no Python"),
        ("x = '\0'\n", 1, "is no Python"),
        ("@check\ndef a(f):\n    yield 1\n", 2, "check `a` has no docstring; say on its first"),
        ('@check\ndef a(f):\n    """a"""\n    return 1\n', 2, "check `a` yields nothing"),
        (
            '@check\ndef a(f):\n    """a"""\n    def b():\n        yield 1\n    return b\n',
            2,
            "check `a` yields nothing",
        ),
        ('@check\nasync def a(f):\n    """a"""\n    yield 1\n', 2, "check `a` yields nothing"),
        ('@check(points=-1)\ndef a(f):\n    """a"""\n    yield 1\n', 1, "points of check `a`"),
        ('@check(points=True)\ndef a(f):\n    """a"""\n    yield 1\n', 1, "points of check `a`"),
        ('@check(points=p)\ndef a(f):\n    """a"""\n    yield 1\n', 1, "points of check `a`"),
        (GOOD + GOOD, 11, "check `first` stands twice; see line 3"),
        (
            GOOD + '@check(needs="frist")\ndef b(f):\n    """b"""\n    yield 1\n',
            10,
            "`b` needs `frist`, which is none; did you mean `first`?",
        ),
        (
            '@check(needs="a")\ndef a(f):\n    """a"""\n    yield 1\n',
            2,
            "`a` needs `a`, which is none",
        ),
    ],
)
def test_a_mistake_in_the_checks_is_reported_at_its_line(text, line, what):
    with pytest.raises(CourseError) as caught:
        check_ids(text, "exercises/t/s/checks.py")
    where = f"exercises/t/s/checks.py{f':{line}' if line else ''}: {what}"
    assert str(caught.value).startswith(where)
