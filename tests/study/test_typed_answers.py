"""Grading what a learner typed, printed or chose."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.domain.cards import AnswerType, Option
from quizapp.domain.text import Language, Text
from quizapp.study.answers import (
    grade_choice,
    grade_printed,
    grade_typed,
    parse_choice,
    parse_number,
    parse_shape,
)
from quizapp.study.differences import difference

ABC = [
    Option(Text("one", "一"), True),
    Option(Text("two", "二"), False),
    Option(Text("three", "三"), True),
]


SHAPES = "(3, 4)|3,4|3 x 4|3x4|3 X 4|3×4|3*4|3 4|[3, 4]|torch.Size([3, 4])|Size([3,4])"
SHAPES_OF_OTHER_KEYBOARDS = " ( 3 , 4 , ) |（3，4）|３，４|3、4|`(3, 4)`|(3, 4)."


@pytest.mark.parametrize("text", f"{SHAPES}|{SHAPES_OF_OTHER_KEYBOARDS}".split("|"))
def test_a_shape_may_be_written_in_many_ways(text):
    assert parse_shape(text) == (3, 4)


@pytest.mark.parametrize("text", ["()", "[]", "torch.Size([])", "( )"])
def test_the_shape_of_a_scalar_is_empty(text):
    assert parse_shape(text) == ()


@pytest.mark.parametrize("text", ["(3,)", "3", "[3]", "torch.Size([3])"])
def test_a_single_size_is_a_shape(text):
    assert parse_shape(text) == (3,)


@pytest.mark.parametrize(
    "text", ["", "three", "(-1, 2)", "3,,4", "(3, 4", "3.5, 2", "34 cm", "9" * 99]
)
def test_what_is_no_shape_is_not_read_as_one(text):
    assert parse_shape(text) is None


@given(st.lists(st.integers(0, 10**6), max_size=6))
def test_every_shape_is_read_as_python_and_as_torch_write_it(sizes):
    assert parse_shape(repr(tuple(sizes))) == parse_shape(f"torch.Size({sizes})") == tuple(sizes)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("-1.5", Fraction(-3, 2)),
        ("\u22123", -3),
        ("+2", 2),
        (".5", Fraction(1, 2)),
        ("5.", 5),
        ("1e-3", Fraction(1, 1000)),
        ("1E3", 1000),
        ("3/4", Fraction(3, 4)),
        ("-3 / 4", Fraction(-3, 4)),
        ("75%", Fraction(3, 4)),
        ("1,000", 1000),
        ("12_400_000", 12_400_000),
        ("１２．５", Fraction(25, 2)),
        ("tensor(0.5)", Fraction(1, 2)),
        ("tensor(0.5, dtype=torch.float64)", Fraction(1, 2)),
        ("np.float64(0.5)", Fraction(1, 2)),
    ],
)
def test_a_number_may_be_written_in_many_ways(text, value):
    assert parse_number(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "abc", "3/0", "1,00", "1.2.3", "1e999999999", "9" * 99, "0x10", "2**3", "nan", "--1"],
)
def test_what_is_no_number_is_not_read_as_one(text):
    assert parse_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_float_is_read_back_exactly(value):
    assert parse_number(repr(value)) == Fraction(repr(value))


@given(st.text(max_size=40))
def test_no_text_breaks_the_readers(text):
    parse_number(text), parse_shape(text), parse_choice(text, 4)
    for answer in (AnswerType.TEXT, AnswerType.NUMBER):
        grade_typed(answer, text, "3")
    grade_typed(AnswerType.SHAPE, text, "(3,)")
    grade_printed(text, "3")


@given(st.text(max_size=40))
def test_a_text_is_always_its_own_right_answer(text):
    assert grade_typed(AnswerType.TEXT, text, text).correct
    assert grade_printed(text, text).correct


@pytest.mark.parametrize("attempt", ["0.8018", "0.8013", "0.8023", ".8018", "8.018e-1"])
def test_a_number_within_the_tolerance_is_right(attempt):
    assert grade_typed(AnswerType.NUMBER, attempt, "0.8018", tolerance=0.0005).correct


@pytest.mark.parametrize("attempt", ["0.8012", "0.8024", "-0.8018", "8018"])
def test_a_number_beyond_the_tolerance_is_wrong(attempt):
    assert not grade_typed(AnswerType.NUMBER, attempt, "0.8018", tolerance=0.0005).correct


def test_the_noise_of_floats_is_forgiven():
    assert grade_typed(AnswerType.NUMBER, "0.3", "0.30000000000000004").correct


def test_a_whole_number_without_tolerance_is_exact():
    assert not grade_typed(AnswerType.NUMBER, "1000000000001", "1000000000000").correct


def test_infinity_is_compared_as_text():
    assert grade_typed(AnswerType.NUMBER, "Inf", "inf").correct


def test_an_attempt_that_is_no_number_is_said_to_be_not_understood():
    grade = grade_typed(AnswerType.NUMBER, "a lot", "12")
    assert (grade.correct, grade.understood) == (False, False)


@pytest.mark.parametrize("attempt", ["keepdim", " KeepDim ", "`keepdim`", '"keepdim"', "keepdim."])
def test_case_quotes_and_full_stops_do_not_count_in_prose(attempt):
    assert grade_typed(AnswerType.TEXT, attempt, "keepdim").correct


def test_full_width_characters_do_not_count():
    assert grade_typed(AnswerType.TEXT, "ｋｅｅｐｄｉｍ。", "keepdim").correct


def test_an_accepted_text_is_right():
    assert grade_typed(
        AnswerType.TEXT, "keepdim = True", "keepdim", accept=["keepdim=True"]
    ).correct


def test_case_counts_in_code():
    assert not grade_typed(AnswerType.TEXT, "nn.linear", "nn.Linear").correct


def test_another_text_is_wrong():
    assert not grade_typed(AnswerType.TEXT, "keep dim", "keepdim").correct


def test_a_wrong_shape_is_shown_beside_the_right_one():
    assert grade_typed(AnswerType.SHAPE, "3x5", "torch.Size([3, 4])").difference == (
        "- (3, 4)\n?     ^\n+ (3, 5)\n?     ^"
    )


@pytest.mark.parametrize("attempt", ["tensor([1,2])", "tensor( [1,  2] )", "tensor([1, 2])\n"])
def test_spaces_in_printed_text_do_not_count_beside_brackets_and_commas(attempt):
    assert grade_printed(attempt, "tensor([1, 2])\n").correct


def test_lines_may_be_typed_in_one():
    assert grade_printed("1 2", "1\n2\n").correct


@pytest.mark.parametrize("attempt", ["12", "1, 2", "1 2 3", "", "2 1"])
def test_other_printed_text_is_wrong(attempt):
    assert not grade_printed(attempt, "1 2\n").correct


def test_case_counts_in_printed_text():
    assert not grade_printed("true", "True\n").correct


@pytest.mark.parametrize("text", ["1,3", "1 3", "a c", "AC", "3、1", "１，３"])
def test_options_may_be_named_by_number_or_letter(text):
    assert parse_choice(text, 4) == {0, 2}


@pytest.mark.parametrize("text", ["", "0", "5", "e", "1;x2", "-1"])
def test_what_names_no_option_is_not_understood(text):
    assert parse_choice(text, 4) is None


def test_all_right_options_and_no_other_must_be_chosen():
    verdicts = [
        grade_choice(chosen, ABC, Language.EN).correct for chosen in ([0, 2], [0], [0, 1, 2])
    ]
    assert verdicts == [True, False, False]


def test_a_wrong_choice_shows_what_is_missing_and_what_is_too_much():
    assert grade_choice([0, 1], ABC, Language.ZH).difference == "- 三\n+ 二"


def test_marks_stand_below_wide_characters():
    assert difference("张量形状", "张量大小").splitlines()[1] == "?     ^^^^"


def test_control_characters_are_written_out():
    assert "\x1b" not in difference("red", "\x1b[31mred")


def test_equal_lines_are_shown_once():
    assert difference("1\n2", "1\n3") == "  1\n- 2\n? ^\n+ 3\n? ^"


@given(st.text(max_size=60), st.text(max_size=60))
def test_a_difference_holds_both_texts_line_by_line(expected, given_text):
    lines = difference(expected, given_text).split("\n")
    assert all(line[:2] in {"- ", "+ ", "  ", "? "} for line in lines)


def test_long_lines_are_compared_without_marks():
    assert difference("a" * 5000, "b" * 5000).count("\n") == 1
