import ast
from pathlib import Path

import quizapp.tui
from quizapp.domain.text import Language
from quizapp.tui.words import say, say_n, speak
from quizapp.tui.words_zh import CHINESE

SAME = {"中文/English", ""}


def spoken() -> set[str]:
    """Every text that the app says: arguments of `say`, labels and tooltips of bindings."""
    texts: set[str] = set()
    for path in Path(quizapp.tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
                continue
            found: list[ast.expr] = []
            if node.func.id == "say" and isinstance(node.args[0], ast.Constant):
                found = [node.args[0]]
            elif node.func.id == "say_n":
                found = [node.args[1]]
            elif node.func.id == "bindings":
                found = [text for row in node.args[1:] for text in row.elts[2:4]]
            elif node.func.id == "Binding":
                found = [key.value for key in node.keywords if key.arg == "tooltip"]
            texts |= {text.value for text in found if isinstance(text, ast.Constant)}
    return texts - SAME


def test_everything_the_app_says_has_chinese_words():
    assert sorted(text for text in spoken() if text not in CHINESE) == []


def test_both_languages_have_the_same_gaps_to_fill():
    def gaps(text: str) -> set[str]:
        return {piece.split("}")[0] for piece in text.split("{")[1:]}

    assert {
        english for english, chinese in CHINESE.items() if gaps(english) != gaps(chinese)
    } == set()


def test_a_text_without_chinese_words_stays_english():
    speak(Language.ZH)
    try:
        assert say("never heard of") == "never heard of"
        assert say("{n} d", n=3) == "3 天"
    finally:
        speak(Language.EN)


def test_one_thing_is_told_in_the_singular():
    assert say_n(1, "{n} answers", "{n} answer") == "1 answer"
    assert say_n(2, "{n} answers", "{n} answer") == "2 answers"


def test_chinese_has_one_word_for_one_and_many():
    speak(Language.ZH)
    try:
        assert say_n(1, "{n} answers", "{n} answer") == "1 次回答"
    finally:
        speak(Language.EN)
