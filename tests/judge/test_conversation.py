"""What is believed of a child's messages: what an honest one could say, in its turn."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from quizapp.judge import frames, running
from quizapp.judge.conversation import Conversation
from quizapp.judge.sandbox import Heard

CHECKS = ("first", "second")
MAX_BYTES = 1 << 16


def a_conversation(checks=CHECKS, **more):
    return Conversation(checks, MAX_BYTES, **more)


def hear(conversation, say, **more):
    return conversation.hear(frames.encode({"say": say, **more}))


def an_item(value):
    return running.encode_item(running.Yielded(value))


FINISHED = running.encode_item(running.Finished())


def load(conversation):
    assert hear(conversation, "loading") is Heard.NEW_CLOCK
    assert hear(conversation, "loaded", defined=["iou", "os"], called=["iou"]) is Heard.GO_ON


def run_check(conversation, check):
    assert hear(conversation, "begin", check=check) is Heard.NEW_CLOCK
    assert hear(conversation, "item", item=an_item(torch.ones(2))) is Heard.GO_ON
    assert hear(conversation, "item", item=FINISHED) is Heard.GO_ON
    assert hear(conversation, "end", check=check, marked=False) is Heard.GO_ON


def test_an_honest_conversation_is_kept_whole():
    begun = []
    conversation = a_conversation(on_check=begun.append)
    load(conversation)
    for check in CHECKS:
        run_check(conversation, check)
    assert hear(conversation, "done") is Heard.ENOUGH
    assert conversation.done
    assert (conversation.defined, conversation.called) == (("iou", "os"), ("iou",))
    assert begun == conversation.finished == list(CHECKS)
    assert [len(stream) for stream in conversation.streams.values()] == [2, 2]


def test_a_check_that_ends_is_announced_with_its_whole_stream():
    ended = []
    conversation = a_conversation()
    conversation.on_end = lambda check: ended.append((check, len(conversation.streams[check])))
    load(conversation)
    run_check(conversation, "first")
    assert ended == [("first", 2)]


def test_what_a_check_has_left_behind_is_marked():
    conversation = a_conversation()
    load(conversation)
    hear(conversation, "begin", check="first")
    hear(conversation, "end", check="first", marked=True)
    run_check(conversation, "second")
    assert conversation.marked == {"first"}


def asking(answers):
    conversation = a_conversation(asks=("second",), may_run=lambda check: answers[check])
    load(conversation)
    run_check(conversation, "first")
    return conversation


def test_a_check_that_may_run_is_run():
    conversation = asking({"second": True})
    assert hear(conversation, "may_run", check="second") is Heard.QUESTION
    assert frames.decode(conversation.reply()) == {"run": True}
    run_check(conversation, "second")
    assert hear(conversation, "done") is Heard.ENOUGH


def test_a_check_that_may_not_run_is_left_out():
    conversation = asking({"second": False})
    assert hear(conversation, "may_run", check="second") is Heard.QUESTION
    assert frames.decode(conversation.reply()) == {"run": False}
    assert hear(conversation, "done") is Heard.ENOUGH
    assert (conversation.finished, conversation.left_out) == (["first"], ["second"])


@pytest.mark.parametrize("allowed", [True, False])
def test_a_check_that_is_to_be_asked_about_cannot_just_begin(allowed):
    conversation = asking({"second": allowed})
    assert hear(conversation, "begin", check="second") is Heard.NONSENSE


def test_a_check_that_may_not_run_cannot_begin_all_the_same():
    conversation = asking({"second": False})
    hear(conversation, "may_run", check="second")
    assert hear(conversation, "begin", check="second") is Heard.NONSENSE


def test_a_question_is_asked_once():
    conversation = asking({"second": True})
    hear(conversation, "may_run", check="second")
    assert hear(conversation, "may_run", check="second") is Heard.NONSENSE


def test_a_check_that_has_begun_and_not_ended_is_the_current_one():
    conversation = a_conversation()
    load(conversation)
    run_check(conversation, "first")
    hear(conversation, "begin", check="second")
    assert (conversation.current, conversation.finished) == ("second", ["first"])


def test_a_syntax_error_ends_it_with_line_and_column():
    conversation = a_conversation()
    hear(conversation, "loading")
    said = {"message": "bad", "line": 3, "column": 7, "text": "x ="}
    assert hear(conversation, "syntax", **said) is Heard.ENOUGH
    assert (conversation.syntax.line, conversation.syntax.column) == (3, 7)
    assert not conversation.loaded


def test_an_exception_while_loading_ends_it():
    conversation = a_conversation()
    hear(conversation, "loading")
    raised = running.Raised(running.Origin.LEARNER, "ValueError", "no", ((3, "f"),))
    assert hear(conversation, "raised", item=running.encode_item(raised)) is Heard.ENOUGH
    assert conversation.raised == raised


def test_the_value_of_a_snippet_is_kept_once():
    conversation = a_conversation(checks=())
    hear(conversation, "loading")
    assert hear(conversation, "value", value=4) is Heard.GO_ON
    assert hear(conversation, "value", value=5) is Heard.NONSENSE
    assert conversation.value == 4


def test_a_snippet_is_done_without_checks():
    conversation = a_conversation(checks=())
    hear(conversation, "loading")
    assert hear(conversation, "done") is Heard.ENOUGH
    assert conversation.done


OUT_OF_TURN = {
    "loaded before loading": [("loaded", {"defined": [], "called": []})],
    "a check before loading": [("begin", {"check": "first"})],
    "done before loading": [("done", {})],
    "loading twice": [("loading", {}), ("loading", {})],
    "a check before loaded": [("loading", {}), ("begin", {"check": "first"})],
    "done before loaded": [("loading", {}), ("done", {})],
    "our own fault once it runs": [("loading", {}), ("internal", {"message": "full marks"})],
}


@pytest.mark.parametrize("what", OUT_OF_TURN)
def test_what_comes_too_early_is_nonsense(what):
    conversation = a_conversation()
    *before, (say, more) = OUT_OF_TURN[what]
    for said, also in before:
        hear(conversation, said, **also)
    assert hear(conversation, say, **more) is Heard.NONSENSE
    assert not conversation.done
    assert not conversation.internal
    assert not conversation.finished


AFTER_LOADING = {
    "another check's turn": ("begin", {"check": "second"}),
    "an unknown check": ("begin", {"check": "third"}),
    "an item of no check": ("item", {"item": FINISHED}),
    "an end of no check": ("end", {"check": "first", "marked": False}),
    "a question about what needs none": ("may_run", {"check": "first"}),
    "done with checks left": ("done", {}),
    "a second load": ("loaded", {"defined": [], "called": []}),
    "a late syntax error": ("syntax", {"message": "", "line": 1, "column": 1, "text": ""}),
    "an unknown word": ("passed", {"score": 100}),
    "a word that is none": (4, {}),
}


@pytest.mark.parametrize("what", AFTER_LOADING)
def test_what_is_not_its_turn_is_nonsense(what):
    conversation = a_conversation()
    load(conversation)
    say, more = AFTER_LOADING[what]
    assert hear(conversation, say, **more) is Heard.NONSENSE
    assert not conversation.finished
    assert not conversation.done


def test_the_end_of_another_check_is_nonsense():
    conversation = a_conversation()
    load(conversation)
    hear(conversation, "begin", check="first")
    assert hear(conversation, "end", check="second", marked=False) is Heard.NONSENSE
    assert hear(conversation, "end", check="first", marked="yes") is Heard.NONSENSE
    assert conversation.current == "first"


MALFORMED = {
    "no fields": {},
    "numbers for names": {"defined": [1], "called": []},
    "a tensor for names": {"defined": torch.ones(2), "called": []},
    "text for names": {"defined": "iou", "called": []},
}


@pytest.mark.parametrize("what", MALFORMED)
def test_a_malformed_load_is_nonsense(what):
    conversation = a_conversation()
    hear(conversation, "loading")
    assert hear(conversation, "loaded", **MALFORMED[what]) is Heard.NONSENSE


def test_a_conversation_of_too_many_parts_is_nonsense():
    conversation = Conversation(CHECKS, 1 << 24)
    load(conversation)
    hear(conversation, "begin", check="first")
    crowd = an_item([[]] * 400_000)
    heard = [hear(conversation, "item", item=crowd) for _ in range(3)]
    assert heard == [Heard.GO_ON, Heard.GO_ON, Heard.NONSENSE]


WORDS = (
    *("loading", "loaded", "begin", "item", "end", "done"),
    *("value", "raised", "syntax", "internal", "may_run"),
)
names = st.sampled_from(["first", "second", "third", "", "iou"])
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.binary(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=5,
)
items = st.sampled_from(
    [FINISHED, an_item(1), an_item(torch.ones(2)), running.encode_item(running.Oversized()), b"?"]
)
messages = st.one_of(
    st.binary(max_size=40),
    values.map(frames.encode),
    st.fixed_dictionaries(
        {"say": st.sampled_from(WORDS) | values},
        optional={
            "check": names | values,
            "marked": st.booleans() | values,
            "item": items | values,
            "value": values,
            "message": st.text(max_size=5) | values,
            "defined": st.lists(names) | values,
            "called": st.lists(names) | values,
            "line": st.integers() | values,
            "column": st.integers() | values,
            "text": st.text(max_size=5) | values,
        },
    ).map(frames.encode),
)


@given(
    st.lists(messages, max_size=30),
    st.sampled_from([(), CHECKS]),
    st.sampled_from([(), ("second",), CHECKS]),
    st.booleans(),
)
def test_no_sequence_of_messages_raises_or_finishes_out_of_turn(said, checks, asks, allowed):
    conversation = a_conversation(checks, asks=asks, may_run=lambda _: allowed)
    for body in said:
        heard = conversation.hear(body)
        assert isinstance(heard, Heard)
        _assert_sound(conversation, checks)
        if heard in (Heard.ENOUGH, Heard.NONSENSE):
            break


@given(st.lists(messages, max_size=15))
def test_nor_does_one_after_an_honest_start(said):
    conversation = a_conversation()
    load(conversation)
    run_check(conversation, "first")
    for body in said:
        heard = conversation.hear(body)
        _assert_sound(conversation, CHECKS)
        if heard in (Heard.ENOUGH, Heard.NONSENSE):
            break


def _assert_sound(conversation, checks):
    """Checks begin and end one after the other, in their order, and only then is it done."""
    finished, begun = conversation.finished, list(conversation.streams)
    seen = sorted([*begun, *conversation.left_out], key=checks.index)
    assert finished == begun[: len(finished)]
    assert seen == list(checks)[: len(seen)]
    assert begun == sorted(begun, key=checks.index)
    assert len(begun) - len(finished) == bool(conversation.current)
    if checks:
        dealt_with = len(finished) + len(conversation.left_out)
        assert not conversation.done or dealt_with == len(checks)
    assert conversation.loaded or not begun
    assert conversation.loading or not conversation.loaded


@given(st.binary(max_size=200))
def test_any_bytes_are_heard(body):
    assert a_conversation().hear(body) in (Heard.NONSENSE, Heard.ENOUGH, Heard.NEW_CLOCK)
