"""From bytes to source: encodings, notebooks, and files with nothing in them."""

from __future__ import annotations

import json
from textwrap import dedent

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizapp.judge import notebooks, reading
from quizapp.judge.reading import UnreadableError, read_source

SOURCE = 'def iou(boxes, target):\n    return "Ü, 框"\n'
STARTER = "import torch\n\n\ndef iou(boxes, target):\n    raise NotImplementedError\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_text_with_a_mark_or_in_utf8_is_read(encoding):
    assert read_source(SOURCE.encode(encoding), "a.py") == SOURCE


def test_a_declared_encoding_is_used():
    source = "# -*- coding: latin-1 -*-\nname = 'Jürgen'\n"
    assert read_source(source.encode("latin-1"), "a.py") == source


def test_an_encoding_is_declared_in_the_first_two_lines_only():
    source = "#\n#\n# coding: latin-1\nname = 'Jürgen'\n"
    with pytest.raises(UnreadableError, match="line 4: byte 0xfc is not utf-8"):
        read_source(source.encode("latin-1"), "a.py")


def test_code_before_it_undeclares_an_encoding():
    source = "x = 1\n# coding: latin-1\n"
    assert read_source(source.encode(), "a.py") == source


@pytest.mark.parametrize("encoding", ["klingon", "hex", "rot13", "undefined", "zip", "idna"])
def test_an_encoding_that_is_none_is_named(encoding):
    source = f"# coding: {encoding}\n".encode() + b"a.\xff..b" * 30
    with pytest.raises(UnreadableError, match=f"{encoding}.*save the file as UTF-8"):
        read_source(source, "a.py")


def test_other_text_names_line_and_byte():
    with pytest.raises(UnreadableError, match="line 2: byte 0xfc is not utf-8; save the file as"):
        read_source(b"import torch\nname = 'J\xfcrgen'\n", "a.py")


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_all_line_ends_become_one_kind(end):
    assert read_source(SOURCE.replace("\n", end).encode(), "a.py") == SOURCE


def test_a_file_that_is_too_large_is_refused():
    with pytest.raises(UnreadableError, match="at most 4,194,304"):
        read_source(b"#" * (1 << 23), "a.py")


def notebook(*sources, **more):
    cells = [{"cell_type": "code", "source": dedent(source).strip("\n")} for source in sources]
    return json.dumps({"cells": cells, **more}).encode()


def code(*sources):
    """What a notebook's cells come to, marks left out."""
    text = read_source(notebook(*sources), "a.ipynb")
    return [line for line in text.splitlines() if not line.startswith("# ── cell")]


def test_code_cells_come_in_their_order_and_others_not_at_all():
    cells = [
        {"cell_type": "code", "source": ["a = 1\n", "b = 2"]},
        {"cell_type": "markdown", "source": "# Title"},
        {"cell_type": "raw", "source": "raw"},
        {"cell_type": "code", "source": "c = 3"},
    ]
    text = read_source(json.dumps({"cells": cells}).encode(), "a.ipynb")
    assert text == "# ── cell 1 ──\na = 1\nb = 2\n# ── cell 4 ──\nc = 3\n"


COMMANDS = {
    "!pip install torch": "pass  # !pip install torch",
    "%matplotlib inline": "pass  # %matplotlib inline",
    "    %cd data": "    pass  # %cd data",
    "torch.relu?": "pass  # torch.relu?",
    "?torch": "pass  # ?torch",
    "files = !ls": "files = None  # !ls",
    "a, b.c[0] = %who": "a, b.c[0] = None  # %who",
    "%time x = f(3)": "x = f(3)",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_made_harmless(command):
    assert code(f"if True:\n    pass\n{command}\ny = 1")[2] == COMMANDS[command]


HONEST = [
    "x = 10 % 3",
    "x %= 3",
    "x != 3",
    "x = (10\n% 3)",
    "x = 10 \\\n% 3",
    's = """\n%not a magic\n!neither\n"""',
    "s = 'it\\'s'\nx = '%'",
    's = "#"\nx = [  # 3 (\n%s\n]',
    "def f(x): return x",
    "print('what?')",
]


@pytest.mark.parametrize("source", HONEST)
def test_honest_code_is_left_alone(source):
    assert "\n".join(code(source)) == source


def test_a_shell_line_may_go_on_in_the_next():
    assert code("!pip install \\\n    torch\nx = 1")[1:] == ["#     torch", "x = 1"]


def test_a_cell_for_another_program_is_no_python():
    assert code("%%bash\nrm -rf /\n", "x = 1") == ["# %%bash", "# rm -rf /", "x = 1"]


def test_a_timed_cell_is_python():
    assert code("%%time\nx = 1") == ["# %%time", "x = 1"]


def test_the_old_format_is_read():
    cells = [{"cell_type": "code", "input": ["x = 1"]}]
    old = json.dumps({"worksheets": [{"cells": cells}]}).encode()
    assert "x = 1" in read_source(old, "a.ipynb")


DAMAGED = [
    {"cell_type": "code", "source": None},
    {"cell_type": "code"},
    {"cell_type": "code", "source": {"x": 1}},
    {"cell_type": "code", "source": [1, None]},
    {"source": "x"},
    "x",
    None,
    [],
]


@pytest.mark.parametrize("cell", DAMAGED)
def test_a_damaged_cell_leaves_the_others(cell):
    cells = [cell, {"cell_type": "code", "source": "x = 1"}]
    assert "x = 1" in read_source(json.dumps({"cells": cells}).encode(), "a.ipynb")


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", "null", '{"cells": 3}', '{"a": 1}', "[" * 100_000, "1" * 5000, "{}"],
)
def test_what_holds_no_cells_is_no_notebook(text):
    with pytest.raises(UnreadableError, match=r"no notebook.*hand in a \.py file"):
        read_source(text.encode(), "a.ipynb")


def test_cells_know_where_they_begin():
    text = read_source(notebook("a = 1\nb = 2", "c = 3\nd = 4"), "a.ipynb")
    first, second = notebooks.split(text)
    assert (first.number, first.line, second.number) == (1, 1, 2)
    assert second.line + 2 == text.splitlines().index("d = 4") + 1
    assert (first.source, second.source) == ("a = 1\nb = 2\n", "c = 3\nd = 4\n")


def test_a_line_is_told_by_its_cell():
    text = read_source(notebook("a = 1\nb = 2", "c = 3\nd = 4"), "a.ipynb")
    assert notebooks.place(text, text.splitlines().index("d = 4") + 1) == "cell 2, line 2"


def test_a_line_of_a_plain_file_is_told_by_its_number():
    assert notebooks.place("a = 1\n# ── cell 1 ──\nb = 2\n", 3) == "line 3"


def test_a_comment_that_looks_like_a_mark_is_none():
    text = read_source(notebook("x = 1\n# ── cell 9 ──\ny = 2"), "a.ipynb")
    assert len(notebooks.split(text)) == 1
    assert notebooks.place(text, 4) == "cell 1, line 3"


NOTHING = {
    "": "the file is empty",
    " \n\t\n": "the file is empty",
    "# later\n": "the file holds only comments",
    STARTER: "this is the starter as it was; nothing is written yet",
    STARTER.replace("    raise", "    # todo\n\n    raise"): "this is the starter as it was",
}


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_written_is_said(text):
    assert reading.nothing_written(text, STARTER).startswith(NOTHING[text])


def test_something_written_is_something():
    assert not reading.nothing_written(STARTER.replace("raise", "return"), STARTER)


@given(st.binary(max_size=200) | st.text(max_size=100).map(str.encode))
def test_any_bytes_give_text_or_say_why_not(source):
    for name in ("a.py", "a.ipynb"):
        text, complaint = _read_or_complain(source, name)
        assert "\r" not in text
        assert not complaint or "save" in complaint


@given(st.from_regex(rb"#.{0,5}coding[:=] ?[-\w.]{1,12}\n", fullmatch=True), st.binary(max_size=50))
def test_any_declared_encoding_gives_text_or_says_why_not(declaration, rest):
    _, complaint = _read_or_complain(declaration + rest, "a.py")
    assert not complaint or "save the file as UTF-8" in complaint


def _read_or_complain(source, name):
    try:
        return read_source(source, name), ""
    except UnreadableError as error:
        return "", str(error)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["cells", "source", "cell_type", "x"]), inner)
    ),
    max_leaves=12,
)
cells = st.fixed_dictionaries(
    {"cell_type": st.sampled_from(["code", "markdown"]) | json_values},
    optional={"source": st.text(max_size=30) | st.lists(st.text(max_size=9)) | json_values},
)


@given(st.fixed_dictionaries({"cells": st.lists(cells | json_values)}) | json_values)
def test_any_json_gives_text_or_says_why_not(data):
    try:
        text = read_source(json.dumps(data).encode(), "a.ipynb")
    except UnreadableError:
        return
    cells = notebooks.split(text)
    assert "".join(f"# ── cell {cell.number} ──\n{cell.source}" for cell in cells) == text


@given(st.lists(st.sampled_from(['"', "'", '"""', "\\", "#", "(", ")", "%", "!", "x", " ", "\n"])))
def test_taming_keeps_every_line_in_its_place(pieces):
    source = "".join(pieces)
    text = read_source(
        json.dumps({"cells": [{"cell_type": "code", "source": source}]}).encode(), "a.ipynb"
    )
    assert text.count("\n") == (source.count("\n") + 2 if source.strip() else 0)
