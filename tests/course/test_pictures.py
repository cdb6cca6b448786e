"""Which pictures a text names, and which files they may be."""

import pytest

from quizapp.course.pictures import picture_file, picture_marks


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("no picture", []),
        ("![a](x.png) and ![b](y.jpg)", ["x.png", "y.jpg"]),
        ("![twice](x.png) ![twice](x.png)", ["x.png"]),
        ("`![code](x.png)` $![math](x.png)$", []),
        ("```\n![code](x.png)\n```", []),
        ("[picture: kept](../media/x.png)", ["../media/x.png"]),
        ("[a page](https://example.org/x.png) [notes](notes.md)", []),
        ('![titled](x.png "a title")', ["x.png"]),
        ("![pointed](<x.png>)", ["x.png"]),
        ("![anything](x.svg)", ["x.svg"]),
    ],
)
def test_marks_are_found_outside_of_code_and_math(text, addresses):
    assert [mark.address for mark in picture_marks(text)] == addresses


def test_a_file_is_found_relative_to_the_deck(tmp_path):
    (tmp_path / "cards").mkdir()
    (tmp_path / "figures").mkdir()
    picture = tmp_path / "figures" / "a b.png"
    picture.write_bytes(b"")

    assert picture_file(tmp_path / "cards/d.yaml", "../figures/a%20b.png", tmp_path) == picture


@pytest.mark.parametrize(
    "address",
    ["../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "x\0.png", "cards", "//h/x"],
)
def test_no_other_file_is_ever_found(tmp_path, address):
    with pytest.raises(ValueError):  # noqa: PT011 - why is told by the tests of the screen
        picture_file(tmp_path / "cards/d.yaml", address, tmp_path)
