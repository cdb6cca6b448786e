"""What the commands and their errors say in Chinese: that there are words for all of it."""

import ast
import json
import pickle
import re
from pathlib import Path
from string import Formatter

import pytest
from hypothesis import given
from hypothesis import strategies as st

import quizapp
from quizapp.cli.lines import text_of
from quizapp.cli.verdicts import Telling, headline
from quizapp.cli.words import message_in, saying
from quizapp.cli.words_zh import CHINESE, IN_CONTEXT
from quizapp.domain.outcomes import CheckResult, Outcome, Tier, Verdict
from quizapp.domain.text import Language
from quizapp.errors import Phrase, UsageError, as_phrase
from quizapp.study.settings import SPECS
from quizapp.tui.course_zh import CHINESE as OF_THE_COURSE
from quizapp.tui.errors_zh import CHINESE as OF_ALL_ELSE
from quizapp.tui.words_zh import CHINESE as OF_THE_APP

OF_ERRORS = OF_ALL_ELSE | OF_THE_COURSE

ERRORS = {"UsageError", "CourseError", "StoreError", "BusyError", "StaleReviewError", "JudgeError"}
ERRORS |= {"QuizappError", "Finding", "LeftOut", "Flaw", "Line", "finding", "about"}
ERRORS |= {"wrong", "Mistyped", "suggestion"}
WHOLE = {"about", "finding", "Mistyped", "as_phrase"}
"""Calls whose first argument is said, too; that of an error is where something is wrong."""
PLACED = re.compile("as_[a-z]+|Fields|python|_refuse_taken|_expression")
"""Readers of the course: the third argument says what they read, in words or in a template."""
ELSEWHERE = {"judge"}
"""Packages whose messages go their own way into Chinese."""


def name_of(call):
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def texts_of(tree, *, told_as_they_are):
    """What is said by errors that are made in `tree`: whole texts and templates of phrases."""
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    names = set()
    for call in calls:
        if name_of(call) == "Phrase" and isinstance(call.args[0], ast.Constant):
            yield call.args[0].value
        if name_of(call) == "ValueError" and told_as_they_are:
            yield from constants_of(call.args[0])
        if PLACED.fullmatch(name_of(call)):
            yield from (text for arg in call.args[2:3] for text in constants_of(arg))
        if name_of(call) in ERRORS | WHOLE:
            args = call.args if name_of(call) in WHOLE else call.args[1:]
            for each in (*args, *(keyword.value for keyword in call.keywords)):
                yield from constants_of(each)
                if not isinstance(each, ast.Call):
                    names |= {node.id for node in ast.walk(each) if isinstance(node, ast.Name)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple) and is_place(node):
            yield node.elts[0].value
        if isinstance(node, ast.Assign) and names & {getattr(to, "id", "") for to in node.targets}:
            yield from constants_of(node.value)


def is_place(node):
    """Whether a tuple is a template with what stands for its `{name}` and its `{what}`."""
    template = node.elts[0].value if len(node.elts) == 3 and is_text(node.elts[0]) else ""
    return "{name}" in template or "{what}" in template


def is_text(node):
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def constants_of(node):
    """Texts that `node` may be."""
    if is_text(node) and node.value.strip():
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*constants_of(node.body), *constants_of(node.orelse))
    elif isinstance(node, ast.BoolOp):
        for value in node.values:
            yield from constants_of(value)


def said_of_errors():
    root = Path(quizapp.__file__).parent
    for path in sorted(root.rglob("*.py")):
        package = path.relative_to(root).parts[0]
        if package not in ELSEWHERE:
            tree = ast.parse(path.read_text(encoding="utf-8"))
            # What a reader of files or of settings refuses is told in its own words.
            told = package == "exchange" or path.name in ("settings.py", "marks.py", "pictures.py")
            yield from texts_of(tree, told_as_they_are=told)


def test_every_error_has_chinese_words():
    assert sorted(set(said_of_errors()) - set(CHINESE | OF_ERRORS | OF_THE_APP)) == []


def in_english_for_good(tree):
    """F-strings that errors hold: no table can have what they come to."""
    for scope in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        names = set()
        for call in (node for node in ast.walk(scope) if isinstance(node, ast.Call)):
            if name_of(call) in ERRORS:
                args = call.args if name_of(call) in WHOLE else call.args[1:]
                for part in (part for arg in args for part in ast.walk(arg)):
                    names |= {part.id} if isinstance(part, ast.Name) else set()
                    yield from worded(part)
        for node in (node for node in ast.walk(scope) if isinstance(node, ast.Assign)):
            if names & {getattr(to, "id", "") for to in node.targets}:
                yield from (text for part in ast.walk(node.value) for text in worded(part))


def worded(node):
    """The words of an f-string, apart from its values."""
    pieces = node.values if isinstance(node, ast.JoinedStr) else ()
    yield from (part.value for part in pieces if is_text(part) and re.search("[a-z]", part.value))


def test_no_error_is_put_together_in_english():
    root = Path(quizapp.__file__).parent
    found = {
        f"{path.name}: {text}"
        for path in root.rglob("*.py")
        if path.relative_to(root).parts[0] not in ELSEWHERE
        for text in in_english_for_good(ast.parse(path.read_text(encoding="utf-8")))
    }

    assert sorted(found) == []


def test_no_chinese_words_of_errors_are_left_over():
    root = Path(quizapp.__file__).parent
    constants = {
        node.value
        for path in root.rglob("*.py")
        if not path.name.endswith("_zh.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }

    forms = {spec.form for spec in SPECS.values()}  # some of them are made of numbers

    assert sorted(set(OF_ERRORS) - constants - forms) == []


def test_errors_have_the_same_gaps_to_fill_in_both_languages():
    def gaps(text):
        try:
            return sorted(name for _, name, _, _ in Formatter().parse(text) if name)
        except ValueError:  # it holds a brace, so it is no template
            return None

    assert [text for text, chinese in OF_ERRORS.items() if gaps(text) != gaps(chinese)] == []


def test_what_a_setting_may_be_has_chinese_words():
    assert [spec.form for spec in SPECS.values() if spec.form not in OF_ERRORS | OF_THE_APP] == []


@pytest.mark.parametrize(
    ("earned", "possible", "told"),
    [(1, 1, "1 of 1 point"), (0, 1, "0 of 1 point"), (1, 3, "1 of 3 points")],
)
def test_points_are_counted_by_how_many_there_are(earned, possible, told):
    verdict = Verdict.PASSED if earned == possible else Verdict.FAILED
    checks = (CheckResult("a", "", verdict, earned, possible),)
    outcome = Outcome("iou", checks, None, 0, Tier.PROCESS, 1.0)

    assert text_of(headline(outcome, Telling(Language.EN, 80))).endswith(f"   {told}")


def test_a_phrase_is_english_for_whoever_knows_no_better():
    phrase = Phrase("{n} rows of {what}", one="{n} row of {what}", n=1, what=Phrase("{x}", x="{n}"))

    assert phrase == "1 row of {n}"
    assert json.dumps([phrase]) == '["1 row of {n}"]'


def test_a_phrase_in_a_phrase_is_said_in_the_language_too():
    phrase = Phrase("nothing is changed yet ({what})", what=as_phrase("it is damaged"))

    assert saying(Language.ZH)(phrase) == "还没有任何修改（已损坏）"
    assert saying(Language.EN)(phrase) == "nothing is changed yet (it is damaged)"


def test_a_phrase_goes_to_another_process_and_through_an_exception_of_pythons():
    phrase = Phrase("{n} rows", one="{n} row", n=1)
    back = pickle.loads(pickle.dumps(UsageError("here", phrase))).what

    assert (back, saying(Language.ZH)(back)) == ("1 row", "1 rows")
    assert str(ValueError(phrase)).template == "{n} rows"


@given(st.text(), st.text())
def test_what_a_value_holds_is_never_read_as_a_template(what, value):
    assert Phrase("it cannot be read ({reason})", reason=value) == f"it cannot be read ({value})"
    assert Phrase(what) == what
    assert saying(Language.ZH)(Phrase("无法读取 {x}", x=value)) == f"无法读取 {value}"


def test_a_name_is_not_taken_for_a_word():
    error = UsageError("new", "there is no such card")

    assert message_in(error, Language.ZH) == "new：没有这张卡片"


def test_every_verdict_has_chinese_words():
    assert [each for each in Verdict if ("verdict", each) not in IN_CONTEXT] == []
