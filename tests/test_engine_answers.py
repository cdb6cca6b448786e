"""The engine about answers that can be checked: what is expected, and what an attempt comes to."""

import pytest
from engine_support import FILES, StandingClock, open_engine

from quizapp.domain.memory import Rating
from quizapp.domain.text import Language
from quizapp.errors import CourseError, UsageError

EXPRESSION = """
        - id: column-sums
          kind: typed
          front: {en: "Sums of the columns of X?", zh: "X 各列之和？"}
          setup: "X = torch.arange(6).reshape(2, 3)"
          answer: {expression: "X.sum(dim=0)"}
          source: "N0 § Sums"
        - id: sum-size
          kind: typed
          front: {en: "Shape of `torch.zeros(2, 3).sum(0)`?", zh: "形状？"}
          answer: {shape: "torch.zeros(2, 3).sum(0).shape"}
          source: "N0 § Sums"
        - id: impossible
          kind: typed
          front: {en: "One by zero?", zh: "一除以零？"}
          answer: {number: "1 / 0"}
          source: "N0 § Sums"
        """


@pytest.fixture(scope="module")
def engine(tmp_path_factory):
    changed = {"cards/sums.yaml": FILES["cards/sums.yaml"].rstrip() + EXPRESSION}
    with open_engine(tmp_path_factory.mktemp("answers"), StandingClock(), changed) as engine:
        engine.language = Language.EN
        yield engine


def assess(engine, card, attempt):
    return engine.assess(engine.prompt(card), attempt).result()


def test_a_typed_text_is_compared_with_what_the_deck_accepts(engine):
    assert assess(engine, "keyword", "keepdim = True").correct


def test_a_wrong_text_is_shown_against_the_expected_one(engine):
    found = assess(engine, "keyword", "keepdims")

    assert (found.correct, found.expected, found.suggested) == (False, "keepdim", Rating.AGAIN)
    assert "keepdims" in found.difference


def test_a_right_answer_suggests_good(engine):
    assert assess(engine, "keyword", "keepdim").suggested is Rating.GOOD


def test_a_number_is_worked_out_from_the_drawn_values(engine):
    drawn = engine.prompt("count-elements").drawn

    assert assess(engine, "count-elements", str(drawn["n"] * drawn["m"])).correct


def test_what_is_no_number_is_not_understood(engine):
    assert not assess(engine, "count-elements", "many").understood


def test_a_shape_is_worked_out_and_read_in_any_notation(engine):
    assert assess(engine, "sum-size", "[3]").correct
    assert engine.expected(engine.prompt("sum-size")).result().text == "(3,)"


def test_an_expression_is_compared_by_value(engine):
    assert assess(engine, "column-sums", "X[0] + X[1]").correct


def test_why_an_expression_is_wrong_is_said_in_the_learners_language(engine):
    engine.language = Language.ZH
    try:
        assert "形状为 (2,)，应为 (3,)" in assess(engine, "column-sums", "X.sum(dim=1)").difference
    finally:
        engine.language = Language.EN


def test_an_expression_of_another_value_is_wrong_and_says_why(engine):
    found = assess(engine, "column-sums", "X.sum(dim=1)")

    assert not found.correct
    assert found.difference


def test_a_prediction_is_compared_with_what_running_the_code_prints(engine):
    prompt = engine.prompt("full-print")

    assert assess(engine, "full-print", str(3 * prompt.drawn["n"])).correct
    assert engine.expected(prompt).result().text == str(3 * prompt.drawn["n"])


def test_options_are_chosen_by_the_place_where_they_are_shown(engine):
    prompt = engine.prompt("sum-shape")
    right = [place for place, option in enumerate(engine.options(prompt)) if option.correct]

    assert engine.assess(prompt, right).result().correct
    assert assess(engine, "sum-shape", str(right[0] + 1)).correct


def test_options_are_shown_in_another_order_at_another_review(engine):
    prompt = engine.prompt("sum-shape")
    orders = {
        tuple(option.text.en for option in engine.options(replace_asked(prompt, seed)))
        for seed in range(20)
    }

    assert len(orders) > 1


def replace_asked(prompt, asked):
    return prompt._replace(asked=asked)


def test_a_choice_that_names_no_option_is_refused(engine):
    with pytest.raises(UsageError, match="names none of its 3 options"):
        assess(engine, "sum-shape", "9")


def test_a_cloze_card_is_answered_by_what_is_hidden(engine):
    assert assess(engine, "keep-dim/c1", "keepdim").correct


def test_a_card_known_by_heart_cannot_be_assessed(engine):
    with pytest.raises(UsageError, match="answered by heart"):
        assess(engine, "len-is-axis-0", "2")


def test_a_reversed_card_asks_the_other_side(engine):
    prompt = engine.prompt("ndim-pair/reversed")

    assert (engine.front(prompt), engine.back(prompt)) == ("`X.ndim`", "number of axes")


def test_the_answer_side_of_a_prediction_holds_what_is_printed(engine):
    prompt = engine.prompt("full-print")

    assert str(3 * prompt.drawn["n"]) in engine.answer_side(prompt).result()


def test_an_answer_that_cannot_be_worked_out_is_told_and_not_raised(engine):
    assert "ZeroDivisionError" in engine.expected(engine.prompt("impossible")).result().error


def test_an_attempt_at_a_broken_card_blames_the_course(engine):
    with pytest.raises(CourseError, match=r"cards/sums.yaml:\d+: .*impossible"):
        assess(engine, "impossible", "1")
