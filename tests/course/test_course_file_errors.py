"""Files that are no YAML, no text or not there, and what must agree between files."""

import os
from pathlib import Path

import pytest

from quizapp.course import course_errors, load_course
from quizapp.errors import CourseError

NOTE = "- id: {id}\n  front: {{en: f, zh: f}}\n  back: {{en: b, zh: b}}\n  source: s\n"
TWO = "format: 1\ntitle: {en: T, zh: 题}\ntopics: [tensors, norms]\n"


def deck(*ids: str) -> str:
    return "deck: {en: D, zh: 组}\nnotes:\n" + "".join(NOTE.format(id=name) for name in ids)


def messages(root: Path) -> list[str]:
    return [str(error) for error in course_errors(root)]


@pytest.mark.parametrize(
    ("text", "start", "remedy"),
    [
        (b"", ":", "write the file"),
        (b"# only a comment\n", ":", "write the file"),
        (b"just text\n", ":1: the deck is text, not a mapping", "key: value"),
        (b"deck: {en: D, zh: D}\n", ":1: the deck lacks `notes`", "add it"),
        (b"deck: {en: D, zh: D}\nnotes: []\n", ":2: `notes` is an empty list", "fill it"),
        (b"deck: {en: D, zh: D}\nnotes:\n", ":2: `notes` is nothing, not a list", "[a, b]"),
        (b"deck: {en: D, zh: \xff}\n", ":1: byte 0xff is not UTF-8", "save the file as UTF-8"),
        (b"a:\n  b: 1\n\tc: 2\n", ":3: is indented with a tab", "use spaces"),
        (b"deck: {en: `x`, zh: y}\n", ":1: text begins with `", "quotes"),
        (b"deck:\n  en: a: b\n", ":2: is no YAML: mapping values", "put text that holds `: `"),
        (b"deck: 'unfinished\n", ":2: is no YAML", "quotes"),
        (b"deck: {en: D\x07, zh: D}\n", ":1: holds the control character U+0007", "remove it"),
        (b"deck: {en: D, zh: \xe2\x80\xa8}\n", ":1: holds the separator U+2028", "escape it"),
        (b"deck: {en: D}\rnotes: []\r", ":1: holds the separator U+000D", "remove it"),
        (b"deck: &a {en: D, zh: D}\nnotes: *a\n", ":1: has a YAML anchor", "remove it"),
        (b"deck: {en: *a, zh: D}\n", ":1: uses a YAML alias", "write the value out"),
        (b"deck: !!python/name:os.system x\n", ":1: has a YAML anchor or tag", "remove it"),
        (b"deck: {en: D, zh: D}\n---\nnotes: []\n", ":2: starts a second YAML document", "---"),
        (b"deck: {en: D, zh: D}\n<<: {notes: []}\n", ":2: key `<<` is read as a merge", "quotes"),
        (b"? [a]\n: b\n", ":1: a key is no word", "quotes"),
        (b"no: b\n", ":1: key `no` is read as a truth value", "put it in quotes"),
        (b"[" * 100_000, ":1: nests deeper than 12 levels", "flatten it"),
        (b"- " * 100_000, ":1: nests deeper than 12 levels", "flatten it"),
    ],
)
def test_a_file_that_is_no_deck_is_refused_at_its_line(text, start, remedy, course_with):
    root = course_with(text)
    with pytest.raises(CourseError) as caught:
        load_course(root)
    assert str(caught.value).startswith(f"cards/tensors.yaml{start}")
    assert remedy in str(caught.value)
    assert str(caught.value) in messages(root)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "course.yaml: is empty"),
        ("- a\n", "course.yaml:1: the course is a list, not a mapping"),
        ("format: 1\ntopics: [tensors]\n", "course.yaml:1: the course lacks `title`"),
        ("format: 1\ntitle: {en: T, zh: T}\n", "course.yaml:1: the course lacks `topics`"),
        (TWO.replace("1", "2"), "course.yaml:1: format 2 is not known here; update quizapp"),
        (TWO.replace("1", '"1"'), "course.yaml:1: `format` of the course is `1`, not a number"),
        (TWO.replace("topics", "topcis"), "course.yaml:3: the course has an unknown key `topcis`"),
        (TWO.replace("norms", "tensors"), "course.yaml:3: `topics` of the course lists `tensors`"),
        (TWO.replace("norms", "../x"), "course.yaml:3: an entry of `topics` of the course `../x`"),
    ],
)
def test_a_mistake_in_course_yaml_is_reported(text, expected, course_with):
    root = course_with(deck("a"), **{"course.yaml": text})
    with pytest.raises(CourseError) as caught:
        load_course(root)
    assert str(caught.value).startswith(expected)
    assert str(caught.value) in messages(root)


def test_a_folder_without_a_course_is_named(tmp_path):
    with pytest.raises(CourseError, match="holds no course; name a folder that holds course"):
        load_course(tmp_path)
    with pytest.raises(CourseError, match="is no folder"):
        load_course(tmp_path / "nowhere")
    assert len(course_errors(tmp_path / "nowhere")) == 1


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no FIFOs on this platform")
def test_a_pipe_in_place_of_a_deck_does_not_block(course_with):
    root = course_with(deck("a"))
    (root / "cards/tensors.yaml").unlink()
    os.mkfifo(root / "cards/tensors.yaml")
    with pytest.raises(CourseError, match=r"cards/tensors\.yaml: is not a file"):
        load_course(root)


def test_a_dangling_link_in_place_of_a_deck_is_missing(course_with):
    root = course_with(deck("a"))
    (root / "cards/tensors.yaml").unlink()
    (root / "cards/tensors.yaml").symlink_to("nowhere")
    assert messages(root)[0].startswith("cards/tensors.yaml: is missing")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (deck("b", "a"), deck("a")),
        (deck("b", "a"), deck("a").replace("id: a", "id: a\n  kind: reversed")),
        (
            deck("b", "a"),
            deck("a")
            .replace("id: a", "id: a\n  kind: cloze")
            .replace("en: f, zh: f", '"en": "{{c1::f}}", zh: "{{c1::f}}"'),
        ),
    ],
)
def test_an_id_taken_in_another_deck_is_reported_with_its_place(first, second, course_with):
    for one, other, line in ((first, second, 7), (second, first, 3)):
        root = course_with(one, **{"course.yaml": TWO, "cards/norms.yaml": other})
        with pytest.raises(CourseError) as caught:
            load_course(root)
        assert "note id `a` is taken in cards/tensors.yaml:" in str(caught.value)
        assert str(caught.value.path) == "cards/norms.yaml"
        assert f"cards/tensors.yaml:{line};" in str(caught.value)
        assert len(course_errors(root)) == 1


def test_an_alias_in_two_decks_is_reported(course_with):
    one, other = (deck(name) + "  aliases: [z]\n" for name in "ab")
    root = course_with(one, **{"course.yaml": TWO, "cards/norms.yaml": other})
    expected = "cards/norms.yaml:7: alias `z` stands in cards/tensors.yaml, too"
    assert [message.partition(";")[0] for message in messages(root)] == [expected]


def test_a_topic_without_anything_is_for_the_author_to_mend(course_with):
    root = course_with(deck("a"), **{"course.yaml": TWO})
    assert len(load_course(root).cards) == 1
    assert messages(root) == [
        "course.yaml:3: topic `norms` has neither a deck nor exercises; "
        "write cards/norms.yaml, or remove the topic"
    ]


def test_a_topic_whose_name_no_disk_can_hold_is_without_anything(course_with):
    root = course_with(deck("a"), **{"course.yaml": TWO.replace("norms", "x" * 5000)})
    assert len(load_course(root).cards) == 1
    assert "neither a deck nor exercises" in messages(root)[0]


def test_files_that_are_never_served_are_for_the_author_to_mend(course_with):
    root = course_with(
        deck("a"),
        **{
            "cards/tensor.yaml": deck("b"),
            "cards/other.yml": "",
            "cards/COVERAGE.md": "",
            "exercises/norm/x/starter.py": "",
            "exercises/tensors/Odd_Name/starter.py": "",
            "solutions/tensors/lost.py": "",
            "solutions/tensors/__pycache__/lost.pyc": "",
        },
    )
    assert len(load_course(root).cards) == 1
    assert messages(root) == [
        "cards/other.yml: is not read; rename it to other.yaml",
        "cards/tensor.yaml: `tensor` is no topic of course.yaml; did you mean `tensors`?",
        "exercises/norm: `norm` is no topic of course.yaml; list it in course.yaml, or remove it",
        "exercises/tensors/Odd_Name: `Odd_Name` is no slug; "
        "use lower-case letters, digits and hyphens between them",
        "solutions/tensors/lost.py: there is no exercise `lost`; write the exercise, or remove it",
    ]


def test_a_slug_in_two_topics_is_refused(course_with):
    files = {f"exercises/{topic}/iou/starter.py": "" for topic in ("tensors", "norms")}
    root = course_with(deck("a"), **{"course.yaml": TWO}, **files)
    with pytest.raises(CourseError, match="exercises/norms/iou: slug `iou` is taken; rename it"):
        load_course(root)
