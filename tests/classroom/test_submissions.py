from pathlib import Path

import pytest

from quizapp.classroom.submissions import find_submissions
from quizapp.domain.exercises import LARGEST_SOURCE
from quizapp.errors import UsageError

SLUGS = ("iou", "conv2d-single")


def hand_in(folder: Path, *names: str) -> Path:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x = 1\n")
    return folder


def found(folder: Path, only: str = "") -> list[tuple[str, str, str]]:
    hand = find_submissions(folder, SLUGS, only)
    return [(entry.student, entry.exercise, entry.path.name) for entry in hand.handed]


def test_each_students_files_are_found_by_the_slug(tmp_path):
    hand_in(tmp_path, "ann/iou.py", "ann/conv2d-single.py", "bob/iou.ipynb")
    assert found(tmp_path) == [
        ("ann", "iou", "iou.py"),
        ("ann", "conv2d-single", "conv2d-single.py"),
        ("bob", "iou", "iou.ipynb"),
    ]


@pytest.mark.parametrize("name", ["IoU.py", "conv2d_single.py", "Conv2D Single.py", "iou (1).py"])
def test_an_oddly_named_file_is_graded_and_the_choice_is_reported(tmp_path, name):
    hand_in(tmp_path, f"ann/{name}")
    (entry,) = find_submissions(tmp_path, SLUGS).handed
    assert f"graded {name} as {entry.exercise}" == entry.remark


def test_of_two_candidates_the_plain_source_wins_and_the_other_is_named(tmp_path):
    hand_in(tmp_path, "ann/iou.ipynb", "ann/iou.py", "ann/iou (2).py")
    (entry,) = find_submissions(tmp_path, SLUGS).handed
    assert (entry.path.name, entry.remark) == (
        "iou.py",
        "graded iou.py, passed over iou.ipynb, iou (2).py",
    )


def test_a_student_without_files_is_still_a_student(tmp_path):
    hand_in(tmp_path, "ann/iou.py", "bob/notes.txt")
    assert find_submissions(tmp_path, SLUGS).students == ("ann", "bob")


def test_files_beside_the_folders_count_when_one_exercise_is_graded(tmp_path):
    hand_in(tmp_path, "ann.py", "bob.ipynb")
    assert found(tmp_path, only="iou") == [("ann", "iou", "ann.py"), ("bob", "iou", "bob.ipynb")]


def test_files_beside_the_folders_are_reported_when_it_is_unclear_what_they_are(tmp_path):
    hand_in(tmp_path, "ann/iou.py", "bob.py")
    assert find_submissions(tmp_path, SLUGS).ignored == (
        (tmp_path / "bob.py", "files beside the students' folders need --exercise"),
    )


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    outside = hand_in(tmp_path / "outside", "secret.py") / "secret.py"
    folder = hand_in(tmp_path / "class", "ann/readme.txt")
    (folder / "ann" / "iou.py").symlink_to(outside)
    (entry,) = find_submissions(folder, SLUGS).handed
    assert entry.unreadable.startswith("it is a link that leads out of the folder")


def test_a_link_to_a_students_folder_elsewhere_is_no_student(tmp_path):
    outside = hand_in(tmp_path / "outside", "iou.py")
    folder = hand_in(tmp_path / "class", "ann/iou.py")
    (folder / "mallory").symlink_to(outside)
    assert find_submissions(folder, SLUGS).students == ("ann",)


def test_a_link_to_itself_is_unreadable_and_no_crash(tmp_path):
    folder = hand_in(tmp_path, "ann/readme.txt")
    (folder / "ann" / "iou.py").symlink_to(folder / "ann" / "iou.py")
    (entry,) = find_submissions(folder, SLUGS).handed
    assert "cannot be read" in entry.unreadable


def test_a_huge_file_is_not_read(tmp_path):
    folder = hand_in(tmp_path, "ann/iou.py")
    with (folder / "ann" / "iou.py").open("wb") as file:
        file.truncate(LARGEST_SOURCE + 1)
    (entry,) = find_submissions(folder, SLUGS).handed
    assert "at most 16,777,216 are read" in entry.unreadable


def test_what_archives_and_editors_leave_behind_is_no_student(tmp_path):
    hand_in(tmp_path, "ann/iou.py", "__MACOSX/ann/iou.py", ".git/iou.py")
    assert find_submissions(tmp_path, SLUGS).students == ("ann",)


def test_an_empty_folder_says_how_files_are_to_be_laid_out(tmp_path):
    with pytest.raises(UsageError, match=r"<student>/<exercise>\.py"):
        find_submissions(tmp_path, SLUGS)


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(UsageError, match="nowhere: is not a folder"):
        find_submissions(tmp_path / "nowhere", SLUGS)
