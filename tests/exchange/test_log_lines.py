"""The log as lines of JSON: what is written comes in again as it was."""

import io
import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from engine_support import RIGHT, WRONG, StandingClock, open_engine
from fsrs.scheduler import DEFAULT_PARAMETERS
from hypothesis import given, settings
from hypothesis import strategies as st

from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.outcomes import Tier, Verdict
from quizapp.domain.records import FittedRow, SubmissionRow
from quizapp.engine.data import DataDesk
from quizapp.errors import QuizappError, StoreError, UsageError
from quizapp.exchange import jsonl
from quizapp.store import Store

CARDS = ("len-is-axis-0", "keyword", "ndim-pair/reversed", "count-elements")
DEEDS = st.one_of(
    st.tuples(st.just("answer"), st.sampled_from(CARDS), st.sampled_from(list(Rating))),
    st.tuples(st.just("wait"), st.floats(0.001, 9, allow_nan=False)),
    st.tuples(st.just("undo")),
    st.tuples(st.just("suspend"), st.sampled_from(CARDS), st.booleans()),
    st.tuples(st.just("bury"), st.sampled_from(CARDS)),
    st.tuples(st.just("rename"), st.sampled_from(CARDS)),
    st.tuples(st.just("setting"), st.text(max_size=5)),
)


def do(engine, clock, deeds):
    for what, *how in deeds:
        if what == "wait":
            clock.pass_days(*how)
        elif what == "rename":
            engine.store.rename(how[0], f"{how[0]}-later")
        elif what == "setting":
            engine.store.set_setting("any", *how)
        else:
            getattr(engine, what)(*how)


def submission(source, day):
    return SubmissionRow(
        "double",
        source,
        sha256(source).hexdigest(),
        StandingClock()() + timedelta(days=day),
        Verdict.PASSED,
        3,
        3,
        7,
        Tier.PROCESS,
        '{"a": [1.0,  "é"]}',
    )


def exported(engine):
    stream = io.StringIO()
    engine.export_log(stream)
    return stream.getvalue()


def rows(store):
    return [(entry.table, entry.row) for entry in store.dump()]


def taken_in(folder, clock, engine, text):
    file = folder / "log.jsonl"
    file.write_text(text, encoding="utf-8")
    with Store.open(folder / "other", clock=clock) as store:
        merged = DataDesk(engine.course, store, clock=clock).import_file(file)
        return merged, rows(store), store.check()


@given(st.lists(DEEDS, max_size=15))
@settings(max_examples=25)
def test_a_log_that_is_written_and_read_is_the_same_log(deeds):
    clock = StandingClock()
    with TemporaryDirectory() as name, open_engine(Path(name), clock) as engine:
        do(engine, clock, deeds)

        merged, found, problems = taken_in(Path(name), clock, engine, exported(engine))

        assert found == rows(engine.store)
        assert (merged.recomputed, problems) == (0, [])


@pytest.fixture
def clock():
    return StandingClock()


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        do(engine, clock, [("answer", "keyword", Rating.GOOD), ("wait", 3.0)])
        do(engine, clock, [("answer", "keyword", Rating.AGAIN), ("undo",)])
        yield engine


def test_submissions_hints_and_fits_go_along(engine, tmp_path, clock):
    for day, source in enumerate((RIGHT, WRONG, b"\xff\xfe no text", RIGHT)):
        engine.store.add_submission(submission(source, day))
    engine.store.add_hint("double")
    engine.store.add_fit(FittedRow(ItemKind.CARD, clock(), DEFAULT_PARAMETERS, adopted=True))

    merged, found, _ = taken_in(tmp_path, clock, engine, exported(engine))

    assert found == rows(engine.store)
    assert merged.submissions == 4


def test_read_again_it_adds_nothing(engine, tmp_path):
    file = tmp_path / "log.jsonl"
    file.write_text(exported(engine), encoding="utf-8")
    before = rows(engine.store)

    assert engine.import_file(file).added == 0
    assert rows(engine.store) == before


def test_two_devices_logs_are_united(engine, tmp_path, clock):
    other_clock = StandingClock()
    other_clock.pass_days(1)
    with open_engine(tmp_path / "other", other_clock) as other:
        other.answer("sum-shape", Rating.GOOD)
        text = exported(other)
    file = tmp_path / "log.jsonl"
    file.write_text(text, encoding="utf-8")

    assert engine.import_file(file).added == 1
    assert engine.store.schedule(ItemKind.CARD, "sum-shape").reps == 1
    assert engine.store.check() == []


def test_parameters_that_make_no_scheduler_are_refused(engine, tmp_path, clock):
    with Store.open(tmp_path / "another", clock=clock) as other:
        other.add_fit(FittedRow(ItemKind.CARD, clock(), (7.0,) * 21, adopted=True))
        text = exported(DataDesk(engine.course, other, clock=clock))
    file = tmp_path / "log.jsonl"
    file.write_text(text, encoding="utf-8")

    with pytest.raises(StoreError, match="out of bounds"):
        engine.import_file(file)
    assert engine.store.fits(ItemKind.CARD) == []


def changed(number, **changes):
    """A log with one of its lines changed."""

    def change(text):
        lines = text.splitlines()
        lines[number] = json.dumps(json.loads(lines[number]) | changes)
        return "\n".join(lines) + "\n"

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda text: "", "it is neither"),
        (lambda text: text.rpartition("\n{")[0] + "\n", "cut short"),
        (lambda text: text[:-9], "no JSON"),
        (lambda text: text + "\n", "no JSON"),
        (lambda text: text + "[1]\n", "no JSON object"),
        (lambda text: text + '{"table": 5}\n', "names no table"),
        (lambda text: text + '{"table": "other"}\n', "there is no table"),
        (lambda text: text.replace('"version":1', '"version":2'), "version 2"),
        (lambda text: text.replace('"log"', '"other"'), "does not say"),
        (lambda text: text.replace('"rows":{', '"rows":{"x":"y",'), "count the rows"),
        (lambda text: text.replace('"rating":3', '"rating":NaN'), "no JSON"),
        (lambda text: text + "{" * 50_000 + "\n", "no JSON"),
        (changed(2, rating=9), "CHECK"),
        (changed(2, rating=True), "truth value"),
        (changed(2, at=10**40), "cannot be taken over"),
        (changed(2, at="noon"), "cannot be taken over"),
        (changed(2, kind="deck"), "deck"),
        (changed(2, item="\ud800"), "cannot be taken over"),
        (changed(2, before={}), "cannot be taken over"),
        (changed(2, before=[1]), "cannot be taken over"),
        (changed(2, after={"item": "keyword", "phase": "asleep"}), "cannot be taken over"),
        (changed(2, after={"item": "another"}), "not one of keyword"),
        (changed(2, study_day="20260302"), "no study day"),
        (changed(2, more=1), "more"),
        (changed(3, refers_to=77), "cannot be taken over"),
        (changed(3, before={"item": "keyword"}), "not sound"),
    ],
)
def test_a_log_that_was_changed_is_refused_and_nothing_is_lost(engine, tmp_path, change, said):
    file = tmp_path / "log.jsonl"
    text = exported(engine)
    file.write_bytes(change(text).encode("utf-8", "surrogatepass"))
    before = rows(engine.store)

    with pytest.raises((UsageError, StoreError), match=said):
        engine.import_file(file)
    assert rows(engine.store) == before
    assert engine.store.check() == []


@given(st.data())
@settings(max_examples=60)
def test_any_bytes_are_a_log_or_refused(data):
    line = st.one_of(
        st.binary(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=5),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
            max_leaves=5,
        ).map(lambda value: json.dumps(value).encode()),
    )
    head = b'{"quizapp":"log","version":1,"rows":{}}\n'
    with TemporaryDirectory() as name:
        file = Path(name) / "log.jsonl"
        file.write_bytes(head + b"\n".join(data.draw(st.lists(line, max_size=4))))
        try:
            read = list(jsonl.read(file))
        except QuizappError as error:
            assert str(error).startswith(str(file))
        else:
            assert all(isinstance(row, dict) for _, row, _ in read)
