"""The gradebook's file: batches, results, resuming."""

from datetime import UTC, datetime

import pytest

from quizapp.domain.outcomes import Verdict
from quizapp.domain.records import GradedRow
from quizapp.errors import StoreError
from quizapp.store import Store
from quizapp.store.gradebook import Gradebook

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
SHA = "a" * 64


@pytest.fixture
def book(tmp_path):
    with Gradebook.open(tmp_path / "grades.db", clock=lambda: NOW) as opened:
        yield opened


def add(book, batch, student="ada", exercise="iou", sha256=SHA, verdict=Verdict.PASSED, score=3):
    return book.add(
        batch, student, exercise, sha256, '{"n": 1}', verdict=verdict, score=score, max_score=5
    )


def test_a_batch_begun_again_is_the_same_batch(book):
    assert book.open_batch("hw1", 7, "hash") == book.open_batch("hw1", 7, "hash")


@pytest.mark.parametrize("other", [("hw2", 7, "hash"), ("hw1", 8, "hash"), ("hw1", 7, "edited")])
def test_another_folder_seed_or_course_is_another_batch(book, other):
    assert book.open_batch("hw1", 7, "hash") != book.open_batch(*other)


def test_a_result_is_read_back(book):
    batch = book.open_batch("hw1", 7, "hash")
    add(book, batch)
    assert book.results(batch) == [
        GradedRow("ada", "iou", SHA, NOW, Verdict.PASSED, 3, 5, '{"n": 1}')
    ]


def test_a_finished_file_is_not_judged_again(book):
    batch = book.open_batch("hw1", 7, "hash")
    add(book, batch)
    assert book.finished(batch) == {("ada", "iou", SHA)}


def test_the_first_result_of_a_file_stands(book):
    batch = book.open_batch("hw1", 7, "hash")
    assert add(book, batch, score=3)
    assert not add(book, batch, score=5)
    assert [row.score for row in book.results(batch)] == [3]


def test_an_edited_file_has_a_result_of_its_own(book):
    batch = book.open_batch("hw1", 7, "hash")
    add(book, batch)
    assert add(book, batch, sha256="b" * 64)
    assert len(book.results(batch)) == 2


def test_our_own_fault_is_judged_again_and_replaced(book):
    batch = book.open_batch("hw1", 7, "hash")
    add(book, batch, verdict=Verdict.GRADER_ERROR, score=0)
    assert book.finished(batch) == set()
    assert add(book, batch)
    assert [row.verdict for row in book.results(batch)] == [Verdict.PASSED]


def test_batches_do_not_see_each_other(book):
    add(book, book.open_batch("hw1", 7, "hash"))
    assert book.results(book.open_batch("hw2", 7, "hash")) == []


@pytest.mark.parametrize(
    "name",
    ['O\'Hara, "Ann"', "=HYPERLINK(1)", "张三", "a\nb", "caf\udce9", "'; DROP TABLE results;"],
)
def test_every_name_of_a_folder_is_kept_as_it_is(book, name):
    batch = book.open_batch(name, 7, "hash")
    add(book, batch, student=name)
    assert [row.student for row in book.results(batch)] == [name]
    assert book.finished(book.open_batch(name, 7, "hash")) == {(name, "iou", SHA)}
    assert not add(book, batch, student=name)


def test_more_points_than_possible_are_refused(book):
    with pytest.raises(StoreError):
        add(book, book.open_batch("hw1", 7, "hash"), score=6)


def test_a_result_of_no_batch_is_refused(book):
    with pytest.raises(StoreError):
        add(book, 99)


def test_a_learner_s_database_is_no_gradebook(tmp_path):
    Store.open(tmp_path).close()
    with pytest.raises(StoreError, match="another program's database"):
        Gradebook.open(tmp_path / "quizapp.db")
