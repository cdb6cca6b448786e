import pytest
import torch
from value_support import define, judge, load, sent

from quizapp.domain.outcomes import Verdict
from quizapp.judge.rules import judge_rule

LABELS = torch.tensor([0, 1, 2, 1])
DATA = {"held_out": {"labels": LABELS}}
CHECK = """
    @check(points=3, rule=accuracy(at_least=0.75, labels="held_out"))
    def held_out(predict):
        "accuracy on held-out ones"
        yield predict()
"""


def judged(body, data=DATA, check=CHECK):
    return judge(check, "", f"def predict(): {body}", data=data)


@pytest.mark.parametrize(
    "body",
    [
        "return F.one_hot(torch.tensor([0, 1, 2, 1])).float()",
        "return F.one_hot(torch.tensor([0, 1, 2, 0])).double() * 1e9",
        "return torch.tensor([0, 1, 2, 0])",
    ],
)
def test_enough_right_ones_pass(body):
    assert judged(body) == (Verdict.PASSED, "")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (
            "return torch.tensor([0, 1, 0, 0])",
            "50 to 55% of the held-out ones are right, at least 75.0% are needed",
        ),
        ("return torch.ones(4, 3) * float('nan')", "NaN in 12 of 12 predictions"),
        ("return torch.zeros(3, 4)", "shape (3, 4), expected (4, classes) or (4,)"),
        ("return torch.zeros(4, 0)", "shape (4, 0), expected"),
        ("return torch.zeros(())", "shape (), expected"),
        ("return torch.zeros(4, 3) * 1j", "complex"),
        ("return 1.0", "must be a tensor, got a float"),
        ("return None", "must be a tensor, got None"),
    ],
)
def test_too_few_right_ones_or_no_predictions_fail(body, words):
    verdict, message = judged(body)
    assert verdict is Verdict.FAILED
    assert words in message


def test_an_exact_share_passes():
    data = {"held_out": {"labels": torch.zeros(100, dtype=torch.long)}}
    check = CHECK.replace("0.75", "0.95")
    body = "return torch.cat([torch.zeros(95), torch.ones(5)]).long()"
    assert judged(body, data, check).verdict is Verdict.PASSED


def test_an_object_in_place_of_predictions_is_an_error():
    assert judged("return object()").verdict is Verdict.ERRORED


def test_labels_that_are_not_there_are_our_own_fault():
    assert judged("return torch.zeros(4)", {}).verdict is Verdict.GRADER_ERROR


def test_an_exception_under_a_rule_is_an_error():
    assert judged("raise ValueError('x')").verdict is Verdict.ERRORED


def test_a_stream_that_breaks_off_under_a_rule_is_no_result():
    check = load(CHECK)[0]
    got = sent(check, define("def predict(): return torch.zeros(4)"))
    assert judge_rule(check, got[:-1], DATA).verdict is Verdict.NO_RESULT
    assert judge_rule(check, (), DATA).verdict is Verdict.NO_RESULT


OWN_RULE = """
    def near_one(values, data):
        return "" if abs(values[0].mean() - 1) < 0.1 else f"mean {values[0].mean():.1f}, not 1"

    @check(rule=near_one)
    def mean(predict):
        "the mean stays"
        yield predict()
"""


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("return torch.ones(3)", (Verdict.PASSED, "")),
        ("return torch.zeros(3)", (Verdict.FAILED, "mean 0.0, not 1")),
        (
            "return None",
            (
                Verdict.FAILED,
                "the returned values do not fit the task (AttributeError: 'NoneType' object has "
                "no attribute 'mean')",
            ),
        ),
    ],
)
def test_a_rule_of_the_author_judges_plain_tensors(body, expected):
    assert judged(body, {}, OWN_RULE) == expected


def test_what_a_check_with_a_rule_cannot_use_is_put_down_to_what_was_returned():
    check = CHECK.replace("predict()\n", "predict().argmax(1)\n")
    verdict, message = judged("pass", check=check)
    assert verdict is Verdict.ERRORED
    assert message.startswith("predict returned None, which the check cannot use; does every path")
