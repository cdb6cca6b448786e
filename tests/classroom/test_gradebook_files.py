import csv
import io
import json
import unicodedata
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.classroom.gradebook import collect, gradebook_csv, results_csv
from quizapp.classroom.page import class_page
from quizapp.domain.outcomes import Verdict
from quizapp.domain.records import GradedRow

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BIDI = ("LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI")
names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)


def result(
    student="ann", verdict=Verdict.FAILED, message="wrong", output="", score=2, sha="1", **more
):
    outcome = {
        "checks": [
            {
                "id": "basic",
                "label": "a label",
                "verdict": verdict.value,
                "points": score,
                "max_points": 5,
                "message": message,
                **more,
            }
        ],
        "diagnosis": None,
        "output": output,
    }
    return GradedRow(student, "iou", sha, NOW, verdict, score, 5, json.dumps(outcome))


def grades(*rows, students=None):
    current = {(row.student, row.exercise): row.sha256 for row in rows}
    students = students or [row.student for row in rows]
    return collect(rows, current, students, ["iou", "conv"])


def read(text):
    return list(csv.reader(io.StringIO(text, newline="")))


def page(of, weak=False):
    return class_page(of, title="class", isolation="namespaces", weak=weak, remarks={})


def test_points_and_total_stand_in_the_students_row():
    assert read(gradebook_csv(grades(result()))) == [
        ["student", "iou", "total", "max"],
        ["ann", "2", "2", "5"],
    ]


def test_who_handed_in_nothing_has_an_empty_cell_not_a_zero():
    table = read(gradebook_csv(grades(result(), students=["ann", "bob"])))
    assert table[2] == ["bob", "", "0", "5"]


def test_our_own_fault_is_an_empty_cell_not_a_zero():
    row = result(verdict=Verdict.GRADER_ERROR, score=0)
    assert read(gradebook_csv(grades(row)))[1][1] == ""


def test_what_a_hidden_check_found_is_told_in_the_instructors_files():
    row = result(message="a hidden check", detail="got 3, expected 4")
    assert read(results_csv(grades(row)))[1][-1] == "got 3, expected 4"
    assert "got 3, expected 4" in page(grades(row))


def test_only_the_file_that_is_there_now_counts():
    old, new = result(score=1, sha="old"), result(score=4, sha="new")
    kept = collect([new, old], {("ann", "iou"): "new"}, ["ann"], ["iou"])
    assert kept.rows["ann", "iou"].score == 4


@given(names, st.text(max_size=200))
def test_no_cell_that_a_student_wrote_is_a_formula(student, message):
    text = gradebook_csv(grades(result(student))) + results_csv(
        grades(result("x", message=message))
    )
    cells = [cell for row in read(text) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


honest = names.filter(lambda name: not any(unicodedata.category(c) in "Cc Zl Zp" for c in name))


@given(honest.filter(lambda name: not any(unicodedata.bidirectional(c) in BIDI for c in name)))
def test_every_name_comes_back_from_the_csv(student):
    shown = read(gradebook_csv(grades(result(student))))[1][0]
    assert shown in (student, f"'{student}")


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\n", "\r\n", "\x1b", "\u2028"])
def test_a_name_that_could_look_like_another_is_written_out(mark):
    for text in (gradebook_csv, results_csv):
        shown = read(text(grades(result(f"ann{mark}bob"))))[1][0]
        assert shown == "ann" + mark.encode("unicode_escape").decode() + "bob"


def test_the_joiners_of_a_persian_name_stay():
    name = "علی\u200cرضا"
    assert read(gradebook_csv(grades(result(name))))[1][0] == name


class Tags(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.seen = set()
        self.feed(text)

    def handle_starttag(self, tag, _attributes):
        self.seen.add(tag)


@given(names, st.text(max_size=100))
def test_nothing_that_a_student_wrote_becomes_markup(student, text):
    plain = Tags(page(grades(result("ann", output="o")))).seen
    hostile = f"<script>{text}</script><img src=x>"
    row = result(f"{student}<b>", message=hostile, output=hostile)
    assert Tags(page(grades(row))).seen == plain


def test_weak_isolation_is_told_on_the_page():
    assert "without sufficient isolation" in page(grades(result()), weak=True)
