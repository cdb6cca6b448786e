"""`check --watch` on a real pseudo-terminal: saves, keys, frames, and the terminal given back."""

import contextlib
import itertools
import os
import signal
import sys
import time
from textwrap import dedent

import pytest
from engine_support import CLAMPS, FILES, RIGHT, SQUARES
from watch_support import SHELL, Session

from quizapp.engine import Engine

pytestmark = pytest.mark.xdist_group("cli-watch")  # one judge for them, not one a worker

RUNS = itertools.count(1)
SLOW_AND_WRONG = b"""
import time
print("slow")
def double(x):
    time.sleep(0.4)
    return x
"""
HALVE = {
    name.replace("double", "halve"): text.replace("double", "halve").replace("Double", "Halve")
    for name, text in FILES.items()
    if "/sums/double" in name and "near_misses" not in name
}


@pytest.fixture(scope="module")
def root(tmp_path_factory):
    root = tmp_path_factory.mktemp("watch")
    solution = {"solutions/sums/halve.py": "def halve(x):\n    return x * 2\n"}
    for name, text in (FILES | HALVE | solution).items():
        path = root / "course" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text).lstrip("\n"), encoding="utf-8")
    return root


@pytest.fixture(scope="module")
def environment(root):
    kept = {key: text for key, text in os.environ.items() if key not in ("NO_COLOR", "COLUMNS")}
    return kept | {
        "QUIZAPP_HOME": str(root / "home"),
        "QUIZAPP_COURSE": str(root / "course"),
        "TERM": "xterm-256color",
        "LC_ALL": "C.UTF-8",
    }


@pytest.fixture(scope="module")
def shared(root, environment):
    """One watch for many tests: its judge takes seconds to start."""
    folder = root / "shared"
    folder.mkdir()
    (folder / "double.py").write_bytes(SQUARES)
    with Session(["check", "double", "double.py", "--watch"], environment, folder) as session:
        session.until("0 of 3 points")
        yield session


@pytest.fixture
def watch(shared, root):
    """The watch at its verdict of a wrong solution of `double`."""
    shared.type("\x1b")
    time.sleep(0.1)
    if "double.py" not in shared.until("q quit").splitlines()[0]:
        shared.type("p")
        shared.until("double.py ·")
    told = f"run {next(RUNS)}"  # no other verdict has it
    save(root, SQUARES + f"print({told!r})\n".encode())
    shared.until("0 of 3 points", told, "h hint")
    shared.screen.frames.clear()
    return shared


@pytest.fixture
def alone(root, environment, tmp_path):
    """Starts a watch of its own; what does not wait for a verdict need not wait for torch."""
    with contextlib.ExitStack() as ends:

        def start(file="double.py", *words, **kwargs):
            home = kwargs.pop("environment", {})
            command = ["check", "double", file, "--watch", *words]
            session = Session(command, environment | home, tmp_path, **kwargs)
            return ends.enter_context(session)

        yield start


def save(root, source):
    (root / "shared" / "double.py").write_bytes(source)


def verdicts(frames):
    """The headlines in `frames`, each once in a row."""
    lines = [line for frame in frames for line in frame.splitlines() if " points" in line]
    return [line for at, line in enumerate(lines) if at == 0 or lines[at - 1] != line]


# -- saves ------------------------------------------------------------------------------------


def test_a_save_brings_the_verdict_of_what_was_saved(watch, root):
    save(root, RIGHT)

    screen = watch.until("3 of 3 points")
    assert "✓ passed" in screen
    assert "u submits it for the record" in screen


def test_what_failed_stands_above_what_passed_and_the_known_mistake_above_both(watch, root):
    save(root, CLAMPS)

    screen = watch.until("2 of 3 points")
    order = ["2 of 3 points", "You cut large numbers", "✗ 0/1  numbers", "✓ 2/2  a few"]
    places = [screen.index(text) for text in order]
    assert places == sorted(places)


def test_a_save_by_rename_is_seen(watch, root):
    beside = root / "shared" / ".double.py.new"
    beside.write_bytes(RIGHT)
    beside.replace(root / "shared" / "double.py")

    watch.until("3 of 3 points")


def test_a_save_as_vim_does_it_is_judged_once(watch, root):
    file = root / "shared" / "double.py"
    file.rename(root / "shared" / "double.py~")
    time.sleep(0.05)
    with file.open("wb") as opened:
        time.sleep(0.05)
        opened.write(RIGHT)
    file.chmod(0o644)
    (root / "shared" / "double.py~").unlink()
    watch.until("3 of 3 points")
    watch.quiet(0.4)

    seen = verdicts(watch.screen.frames)
    assert [line.split()[1] for line in seen if "✗" not in line] == ["passed"]
    assert not any("not there" in frame or "not written" in frame for frame in watch.screen.frames)


def test_a_save_in_pieces_ends_with_the_verdict_of_the_whole(watch, root):
    with (root / "shared" / "double.py").open("wb") as opened:
        for piece in (RIGHT[:10], RIGHT[10:20], RIGHT[20:]):
            opened.write(piece)
            opened.flush()
            time.sleep(0.03)

    watch.until("3 of 3 points")


def test_a_save_while_the_judge_is_at_work_gets_its_own_verdict_and_no_other(watch, root):
    save(root, SLOW_AND_WRONG)
    watch.until("judging: a few small numbers")
    save(root, RIGHT)
    watch.until("3 of 3 points")

    assert not any("slow" in frame for frame in watch.screen.frames)


def test_while_the_judge_is_at_work_the_verdict_below_says_of_which_save_it_is(watch, root):
    save(root, SLOW_AND_WRONG)

    screen = watch.until("judging: ", "0 of 3 points")
    assert "(below: as saved at " in screen
    watch.until("slow")


def test_a_file_that_is_removed_is_waited_for(watch, root):
    (root / "shared" / "double.py").unlink()
    screen = watch.until("double.py is not there")
    assert "(below: as saved at " in " ".join(screen.split())
    save(root, RIGHT)

    watch.until("3 of 3 points")


def test_a_folder_in_the_files_place_is_said_to_be_one(watch, root):
    file = root / "shared" / "double.py"
    file.unlink()
    file.mkdir()
    try:
        watch.until("double.py: is not a file that holds code")
    finally:
        file.rmdir()


def test_what_is_no_text_is_told_as_a_verdict(watch, root):
    save(root, b"\xff\xfe\x00\xd8" * 10)

    watch.until("✗ cannot be read   0 of 3 points")


def test_what_a_submission_prints_cannot_move_the_cursor(watch, root):
    evil = rb'print("\x1b[2J\x1b[1;1H\x1b]0;pwned\x07")' + b"\n" + SQUARES
    save(root, evil)

    assert r"\x1b[2J\x1b[1;1H\x1b]0;pwned" in watch.until("pwned")


# -- frames -----------------------------------------------------------------------------------


def test_nothing_is_cleared_before_it_is_written_over(watch, root):
    save(root, RIGHT)
    watch.until("3 of 3 points")

    assert all("q quit" in frame for frame in watch.screen.frames)


def test_a_smaller_window_is_filled_anew(watch):
    watch.resize(40, 12)
    screen = watch.until("q quit", "lines 1–")
    assert "0 of 3 points" in screen
    watch.resize(80, 24)

    watch.until("0 of 3 points", "q quit")


def test_a_long_verdict_says_that_it_goes_on_and_can_be_scrolled(watch):
    watch.resize(60, 10)
    watch.until("lines 1–")
    watch.type("G")
    screen = watch.until("x = ")
    assert "0 of 3 points" not in screen
    watch.type("g")
    watch.until("0 of 3 points")
    watch.resize(80, 24)
    watch.until("q quit")


# -- keys -------------------------------------------------------------------------------------


def test_the_first_hint_asks_since_it_costs_and_the_next_ones_do_not(root, environment, alone):
    session = alone(environment={"QUIZAPP_HOME": str(root / "hints")})
    session.until("double.py is not there")
    session.type("h")
    session.until("the best rating of this attempt is HARD")
    session.type("h")
    session.until("Hint 1 of 3", "What is twice one?")
    session.type("h")
    session.until("Hint 1 of 3", "Hint 2 of 3")
    session.type("\x1b")
    session.until("Write `double(x)`.")
    session.type("h")
    assert "Hint 3 of 3" not in session.until("Hint 2 of 3")

    with Engine.open(root / "course", root / "hints") as engine:
        assert len(engine.hints("double")) == 2


def test_the_solution_is_shown_only_after_a_yes(root, alone):
    session = alone(environment={"QUIZAPP_HOME": str(root / "solutions")})
    session.until("double.py is not there")
    session.type("s")
    session.until("that is giving up", "y show the solution")
    session.type("s")
    session.until("h hint")
    session.type("s")
    session.until("that is giving up")
    session.type("y")

    assert "return x * 2" in session.until("Reference solution")


def test_next_makes_the_starter_and_previous_finds_the_file_again(watch, root):
    starter = root / "shared" / "halve.py"
    starter.unlink(missing_ok=True)
    watch.type("n")
    watch.until("halve.py · Halve it", "not written yet", "is the starter")
    assert starter.read_text() == (root / "course/exercises/sums/halve/starter.py").read_text(
        "utf-8"
    )
    starter.write_bytes(RIGHT.replace(b"double", b"halve"))
    watch.until("halve.py", "3 of 3 points")
    watch.type("p")
    watch.until("double.py", "0 of 3 points")
    watch.type("n")
    watch.until("halve.py", "3 of 3 points")

    assert b"x + x" in starter.read_bytes()


def test_there_is_nothing_before_the_first_exercise(watch):
    watch.type("p")

    watch.until("This is the first exercise", "double.py ·")


def test_the_list_leads_to_an_exercise(watch):
    watch.type("l")
    watch.until("› ", "double  Double it", "halve  Halve it")
    watch.type("\x1b[B\r")

    watch.until("halve.py · Halve it")


def test_submitting_asks_and_records(root, environment, tmp_path, alone):
    (tmp_path / "double.py").write_bytes(RIGHT)
    session = alone(environment={"QUIZAPP_HOME": str(root / "submits")})
    session.until("3 of 3 points", "u submits it")
    session.type("u")
    session.until("The result is recorded", "e submit; it was easy")
    session.type("e")
    session.until("recorded as solved; rated easy", "exercise 1 of 2 · solved")
    session.type("q")

    assert session.ended() == 0
    assert session.screen.text == "double: ✓ passed   3 of 3 points"  # what stays when it ends
    with Engine.open(root / "course", root / "submits") as engine:
        assert [str(row.state) for row in engine.exercises()] == ["solved", "new"]


def test_a_paste_presses_no_keys(watch):
    watch.type("\x1b[200~hhsyunq\x1b[201~")
    watch.type("t")

    watch.until("Write `double(x)`.")


def test_keys_work_while_the_judge_is_at_work(watch, root):
    save(root, SLOW_AND_WRONG)
    watch.until("judging: ")
    watch.type("t")
    screen = watch.until("Write `double(x)`.", "Esc verdict")
    assert "judging: " in screen

    watch.until("slow")


def test_again_judges_the_same_content_once_more(watch, root):
    save(root, SLOW_AND_WRONG)
    watch.until("slow")
    watch.type("r")

    watch.until("judging: ", "(below: as saved at ")


# -- start and end ----------------------------------------------------------------------------


def test_a_missing_file_is_waited_for_and_w_writes_the_starter(alone, tmp_path):
    session = alone()
    session.until("double.py is not there; waiting for it. w writes the starter.")
    session.type("w")
    session.until("double.py is the starter")

    assert "NotImplementedError" in (tmp_path / "double.py").read_text()


def test_the_task_is_there_before_torch_is(alone, tmp_path):
    (tmp_path / "double.py").write_bytes(RIGHT)
    session = alone()

    session.until("loading torch, once", "Write `double(x)`.")


def test_quitting_leaves_the_terminal_as_it_was(alone):
    session = alone()
    session.until("double.py is not there")
    assert session.modes != session.modes_before
    session.type("q")

    assert session.ended() == 1
    assert session.screen.text == ""
    assert given_back(session)


def test_no_color_is_obeyed(alone):
    session = alone(environment={"NO_COLOR": "1"})
    session.until("double.py is not there")

    assert session.screen.styles == 0


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, -signal.SIGTERM), (signal.SIGHUP, -signal.SIGHUP)],
)
def test_a_signal_ends_it_with_the_terminal_as_it_was(alone, number, code):
    session = alone()
    session.until("double.py is not there")
    os.kill(session.pid, number)

    assert session.ended() == code
    assert given_back(session)


def test_ctrl_c_ends_it_as_an_interruption(alone):
    session = alone()
    session.until("double.py is not there")
    session.type("\x03")

    assert session.ended() == 130
    assert given_back(session)


def test_a_fault_of_ours_gives_the_terminal_back_before_it_is_told(alone, root, tmp_path):
    broken = tmp_path / "sitecustomize.py"
    broken.write_text(
        "import quizapp.cli.watch_app as app\n"
        "def fails(self):\n    raise ZeroDivisionError('as if')\n"
        "app.WatchApp._list = fails\n"
    )
    path = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    session = alone(environment={"PYTHONPATH": path})
    session.until("double.py is not there")
    session.type("l")

    assert session.ended() == 4
    assert "unexpected ZeroDivisionError" in session.screen.text.replace("\n", "")
    assert given_back(session)


def test_ctrl_z_gives_the_terminal_back_and_going_on_takes_it_again(alone):
    session = alone(program=[sys.executable, "-c", SHELL, "-m", "quizapp"])
    session.until("double.py is not there")
    session.type("\x1a")
    session.until("stopped, echo True")
    assert session.screen.modes | {"framing": False} == {
        "cursor": True,
        "second": False,
        "pastes": False,
        "framing": False,
    }
    session.type("\n")
    session.until("double.py is not there", "q quit")
    session.type("q")

    session.until("ended 1")
    session.ended()


def test_a_folder_is_a_wrong_call(alone, tmp_path):
    (tmp_path / "double.py").mkdir()
    session = alone()

    assert session.ended() == 2
    assert "double.py: is not a file that holds code" in session.screen.text


def test_an_odd_file_name_cannot_move_the_cursor(alone):
    session = alone("dou\x1b[2Jble.py")

    session.until(r"dou\x1b[2Jble.py is not there")


def test_a_terminal_without_escape_sequences_gets_plain_lines(alone):
    session = alone(environment={"TERM": "dumb"})
    screen = session.until("watching double.py; Ctrl-C ends it", "is not there; waiting for it")

    assert "q quit" not in screen
    assert session.screen.frames == []


def test_chinese_is_spoken_to_who_asks_for_it(alone):
    session = alone("double.py", "--lang", "zh")

    session.until("double.py 不存在", "写出 `double(x)`。", "h 提示", "q 退出")


def given_back(session):
    modes = session.screen.modes
    return session.modes == session.modes_before and (
        modes["cursor"],
        modes["second"],
        modes["pastes"],
    ) == (True, False, False)
