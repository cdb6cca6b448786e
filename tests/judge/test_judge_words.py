"""The judge speaks Chinese: every template is translated, and no message keeps an English part."""

import ast
import copy
import re
import string
from pathlib import Path

import pytest
from value_support import define, expect, load, sent
from value_support import judge as judge_values

import quizapp.judge
from quizapp.domain.outcomes import CheckResult, Verdict
from quizapp.domain.reports import outcome_json
from quizapp.domain.text import Language
from quizapp.judge import display, structure
from quizapp.judge.program import Why, received
from quizapp.judge.words import Said, in_chinese, joined, same, say
from quizapp.judge.words_zh import CHINESE

OURS = sorted(CHINESE, key=len, reverse=True)


def templates() -> set[str]:
    """Every template that stands in the code of the judge, for `say` or in a table."""
    found = {each.value for each in Why}
    for path in Path(quizapp.judge.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("say", "phrase")
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(node.args[0].value)
    return found


def gaps(template: str) -> set[tuple[str, str]]:
    """The names in a template, with how each is written."""
    parts = string.Formatter().parse(template)
    return {(name, form or "") for _, name, form, _ in parts if name is not None}


def is_chinese(text: str) -> bool:
    return re.search("[一-鿿]", text) is not None


def english_left(message: str) -> list[str]:
    """Fragments of our own English, of two words and more, that stand in a message.

    "is not" tells nothing: torch says it, too, and what torch says is quoted as it is.
    """
    pieces = {
        piece.strip()
        for template in OURS
        for piece in re.split(r"\{[^}]*\}", template)
        if len(re.findall("[A-Za-z]{2,}", piece)) >= 2 and piece not in CHINESE[template]
    }
    return sorted(piece for piece in pieces - {"is not"} if piece in message)


def test_every_template_has_its_chinese():
    assert sorted(templates() - set(CHINESE)) == []


def test_no_chinese_is_kept_for_a_template_that_is_gone():
    assert sorted(set(CHINESE) - templates()) == []


def test_both_languages_fill_the_same_gaps():
    assert [text for text, chinese in CHINESE.items() if gaps(text) != gaps(chinese)] == []


def test_texts_grow_together_in_both_languages():
    text = "1: " + say("the file is empty") + "!"
    assert (text, text.chinese) == ("1: the file is empty!", "1: 文件是空的!")


def test_values_that_are_told_are_put_in_by_language():
    text = say("a hidden check: {what}", what=say("it took too long"))
    assert (text, text.chinese) == ("a hidden check: it took too long", "隐藏的检查：用时太长")


def test_braces_in_a_value_are_no_template():
    text = say("`{name}` is not defined", name="{what} {0}")
    assert text == "`{what} {0}` is not defined"
    assert "{what} {0}" in text.chinese


def test_parts_are_joined_by_language():
    text = joined(say(" and "), [say("row"), same("x")])
    assert (text, text.chinese) == ("row and x", "一行、x")


def test_plain_text_is_the_same_in_both_languages():
    assert in_chinese("numel()") == "numel()"


def test_a_copy_keeps_its_chinese():
    assert copy.deepcopy(say("row")).chinese == "一行"


def test_a_long_message_says_in_its_language_what_was_left_out():
    fit = display.fit(same("\n".join("x" * 500 for _ in range(70))))
    assert "10 lines left out" in fit
    assert "10 characters left out" not in fit.chinese
    assert "省略了 10 行" in fit.chinese


def test_control_characters_are_escaped_in_both_languages():
    assert display.fit(Said("\x1b[2J", "\x1b[2J")).chinese == "\\x1b[2J"


def test_a_reason_of_another_process_is_one_of_ours_or_none():
    error = received("NO_FORM\0aten::add\0Odd")
    assert error is not None
    assert str(error) == "aten::add has no form Odd"
    assert [received(text) for text in ("", "aten", "NO_FORM\0x", "{what}\0\0")] == [None] * 4


# One submission for each stage of comparison: (checks' yield, reference, submission).
CHECK = """
    @check()
    def case(f, rng):
        "a case"
        {before}
        yield {value}
"""
STAGES = {
    "type": ("f(torch.ones(3))", "return x", "return x.tolist()"),
    "none": ("f(torch.ones(3))", "return x", "pass"),
    "number for a tensor": ("f(torch.ones(3))", "return x.sum()", "return 3.0"),
    "tensor for a number": ("f(torch.ones(3))", "return 3.0", "return x"),
    "int for a float": ("f(torch.ones(3))", "return 3", "return 3.0"),
    "array": ("f(torch.ones(3))", "return x", "return x.numpy()"),
    "subclass": (
        "f(torch.ones(3))",
        "return x",
        "class T(torch.Tensor): pass\n        return x.as_subclass(T)",
    ),
    "shape": ("f(torch.ones(3))", "return x", "return x[:, None]"),
    "transposed": ("f(torch.rand(2, 3, generator=rng))", "return x", "return x.T"),
    "summed": ("f(torch.rand(2, 3, generator=rng))", "return x", "return x.sum()"),
    "dtype": ("f(torch.ones(3))", "return x", "return x.double()"),
    "nan": ("f(torch.ones(3))", "return x", "return x / 0 - x / 0"),
    "no nan": ("f(torch.ones(3))", "return x * float('nan')", "return x"),
    "values": ("f(torch.rand(9, generator=rng))", "return x", "return x + 1"),
    "one value": ("f(torch.rand(1, generator=rng))", "return x", "return x + 1"),
    "large": ("f(torch.rand(99, 9, generator=rng))", "return x", "return x * 2"),
    "huge int": ("f(torch.ones(3))", "return 2", "return 1 << 1000"),
    "string": ("f(torch.ones(3))", "return 'a'", "return 'b'"),
    "tuple": ("f(torch.ones(3))", "return x, x", "return x, x + 1"),
    "count": ("f(torch.ones(3))", "return [x, x]", "return [x]"),
    "key": ("f(torch.ones(3))", "return {'a': x}", "return {'b': x}"),
    "more keys": ("f(torch.ones(3))", "return {'a': x}", "return {'a': x, 'b': x}"),
    "beside": ("f(torch.ones(3)).sum()", "return x", "return x + 1"),
    "changed": ("f(torch.ones(3))", "return x + 1", "return x.add_(1)"),
    "raised": ("f(torch.ones(3))", "return x", "return x[7]"),
    "not written": ("f(torch.ones(3))", "return x", "raise NotImplementedError"),
    "cuda": ("f(torch.ones(3))", "return x", "return x.cuda()"),
    "other arguments": ("f(torch.ones(3), 1)", "return x", "return x", "y", ""),
    "operations": (
        "count_ops(f, torch.ones(9), at_most=2)",
        "return x + 1",
        "return x + 1 + 1 + 1 - 2",
    ),
    "growth": (
        "count_ops_at_sizes(f, [torch.ones(9)], [torch.ones(99)])",
        "return x + 1",
        "return torch.stack([each + 1 for each in x])",
    ),
    "our fault": ("f(torch.ones(3))", "return x[7]", "return x"),
    "no case": ("from ()", "return x", "return x"),
    "gradient": ("gradients(f(x), x=x)", "return x * x", "return x * x.detach()"),
    "no gradient": ("gradients(f(x), x=x)", "return x * x", "return (x * x).detach()"),
    "gradient of many": (
        "from gradient_cases(f, x=x.detach())",
        "return x * x",
        "return x * x.detach()",
    ),
}
LEAF = "x = torch.rand(4, generator=rng, requires_grad=True)"


@pytest.mark.parametrize("stage", STAGES)
def test_a_mismatch_of_each_stage_is_told_in_chinese(stage):
    value, reference, submission, *rest = STAGES[stage]
    more, fewer = rest or ("", "")
    check = CHECK.format(before=LEAF, value=value)
    head = "def f(x{}):\n        {}\n"
    judged = judge_values(
        check,
        "    " + head.format(f", {more}" if more else "", reference),
        "    " + head.format(fewer, submission),
    )
    assert judged.verdict is not Verdict.PASSED
    assert is_chinese(judged.message.chinese), judged.message.chinese
    assert english_left(judged.message.chinese) == []


WRONG = {
    "doubled": "x * 2",
    "negated": "-x",
    "offset": "x + 0.25",
    "squared": "x ** 2",
    "exp": "x.exp()",
    "flipped": "x.flip(0)",
    "rolled": "x.roll(1, 0)",
    "sorted": "x.sort().values",
    "rounded": "x.round(decimals=2)",
    "truncated": "(x * 9).trunc()",
    "clamped": "x.clamp(0.3, 0.6)",
    "constant": "x * 0 + 1",
    "cut": "x[:-1]",
    "padded": "torch.cat([x, x[:1]])",
    "softmax": "x.softmax(0)",
    "affine": "3 * x + 0.7",
    "border": "torch.nn.functional.pad(x[1:-1, 1:-1], (1, 1, 1, 1)) if x.dim() == 2 else x * 2",
    "columns": "x / x.sum(0)",
    "half": "x.bfloat16().float()",
    "mean": "x.mean(0)",
}


@pytest.mark.parametrize("shape", ["12", "6, 5", "3, 4, 5"])
@pytest.mark.parametrize("wrong", WRONG)
def test_a_hint_on_wrong_values_is_told_in_chinese(wrong, shape):
    value = f"f(torch.rand({shape}, generator=rng))"
    check = load(CHECK.format(before="", value=value))[0]
    expected = expect(check, define("def f(x): return x.clone()", "reference.py"))
    got = sent(check, define(f"def f(x): return {WRONG[wrong]}"))
    text = structure.hint(check, expected, got)
    assert is_chinese(text.chinese) == (wrong != "truncated"), text
    assert english_left(text.chinese) == []


SENTENCES = {
    Verdict.FAILED: "def iou(boxes, target):\n    return boxes[:, 0]\n",
    Verdict.ERRORED: "def iou(boxes, target):\n    return boxes[99, 99]\n",
    Verdict.SYNTAX: "def iou(boxes, target)\n    return boxes\n",
    Verdict.MISSING: "def union(boxes, target):\n    return boxes\n",
    Verdict.TIMED_OUT: "def iou(boxes, target):\n    while True:\n        pass\n",
    Verdict.OUT_OF_MEMORY: "def iou(boxes, target):\n    return torch.ones(1 << 40)\n",
    Verdict.OUTPUT_LIMIT: "def iou(boxes, target):\n    while True:\n        print('x' * 9999)\n",
    Verdict.CRASHED: "def iou(b, t):\n    os.kill(os.getpid(), signal.SIGSEGV)\n",
    Verdict.BLOCKED: "def iou(boxes, target):\n    open('/etc/quizapp', 'w')\n",
    Verdict.NO_RESULT: "def iou(boxes, target):\n    os._exit(0)\n",
    Verdict.UNREADABLE: "x = '\udcff'\n",
}


@pytest.fixture(scope="module")
def outcomes(iou, judges, offered):
    """What the judge says of a submission that comes to each verdict."""
    head = "import os, signal, torch\n"
    judge = judges(offered[0])
    futures = {
        verdict: judge.judge(iou, (head + source).encode("utf-8", "surrogateescape"))
        for verdict, source in SENTENCES.items()
    }
    return {verdict: future.result() for verdict, future in futures.items()}


@pytest.mark.parametrize("verdict", SENTENCES)
def test_each_verdict_is_told_in_chinese(outcomes, verdict):
    outcome = outcomes[verdict]
    assert outcome.verdict is verdict
    told = [check.message_in(Language.ZH) for check in outcome.checks if check.message]
    assert all(map(is_chinese, told)), told
    assert english_left("\n".join(told)) == []


@pytest.mark.parametrize("verdict", SENTENCES)
def test_each_verdict_is_told_in_english_as_ever(outcomes, verdict):
    told = [check.message_in(Language.EN) for check in outcomes[verdict].checks]
    assert any(told)
    assert not any(map(is_chinese, told))


def test_scripts_read_the_message_in_the_language_asked_for(outcomes):
    outcome = outcomes[Verdict.FAILED]
    for language in Language:
        told = outcome_json(outcome, language)["checks"]
        assert [check["message"] for check in told] == [
            check.message_in(language) for check in outcome.checks
        ]


def test_an_outcome_that_was_kept_in_english_is_read_in_english():
    check = CheckResult("a", "a", Verdict.FAILED, 0, 1, "wrong")
    assert check.message_in(Language.ZH) == "wrong"


def test_near_misses_of_the_course_are_told_in_chinese(iou, judges, offered):
    judge = judges(offered[0])
    futures = [judge.judge(iou, miss.source.encode()) for miss in iou.near_misses]
    checks = [check for future in futures for check in future.result().checks]
    told = [check.message_zh for check in checks if check.message]
    assert told
    assert [text for text in told if not is_chinese(text)] == []
    assert english_left("\n".join(told)) == []


def test_what_is_left_of_english_would_be_noticed(outcomes):
    messages = [check.message for check in outcomes[Verdict.FAILED].checks if check.message]
    assert all(map(english_left, messages))
