"""Watching a file with the whole terminal: verdict, task, hints, solution, list, and keys for them.

Owns what each key does and which page is shown; leaves the pages to `watch_pages`, their places on
the screen to `watch_screen`, judging to `watching`, and what counts for the rating to the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

from quizapp.cli.lines import Line, Span, columns_of, cut
from quizapp.cli.terminal import Terminal, Waker
from quizapp.cli.verdicts import Telling
from quizapp.cli.watch_pages import (
    hints_page,
    list_page,
    solution_page,
    task_page,
    verdict_page,
)
from quizapp.cli.watch_screen import Frame, Parts, Question, frame
from quizapp.cli.watching import Running, Watching
from quizapp.domain.outcomes import Outcome, Verdict
from quizapp.engine.saves import Gone, Saved
from quizapp.errors import CourseError, QuizappError, UsageError

if TYPE_CHECKING:
    from quizapp.engine import Engine, ExerciseRow

# A judging that is over sooner changes the screen once, from verdict to verdict.
_PATIENCE_S = 0.1
_LONG_S = 2.0
_TURNS = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"
_TURNS_A_SECOND = 8


class Page(Enum):
    """What the body shows."""

    VERDICT = auto()
    TASK = auto()
    HINTS = auto()
    SOLUTION = auto()
    LIST = auto()


class WatchApp:
    """The app between the first frame and `q`.

    Args:
        engine: judges, and knows hints and solutions.
        watching: the file.
        terminal: is filled.
    """

    def __init__(self, engine: Engine, watching: Watching, terminal: Terminal) -> None:
        self._engine = engine
        self._watching = watching
        self._terminal = terminal
        self._files = {watching.exercise.slug: watching.file.path}
        self._folder = watching.file.path.parent
        self._page = Page.VERDICT
        self._offset = 0
        self._shown = Frame([], 0, 1)
        self._cursor = 0
        self._notice = ""
        self._question: tuple[Question, dict[str, Callable[[], None]]] | None = None
        self._solutions: dict[str, str] = {}
        self._rows: list[ExerciseRow] = []
        self._labels: Mapping[str, str] = {}
        self._told: Mapping[str, str] = {}
        self._left = self._leaving = False
        self._warm = engine.judge.warm()
        self._actions: dict[str, Callable[[], None]] = {
            "h": self._hint,
            "s": self._solution,
            "u": self._submit,
            "r": self._again,
            "n": lambda: self._beside(1),
            "p": lambda: self._beside(-1),
            "t": lambda: self._turn_to(Page.TASK),
            "l": self._list,
            "q": self._quit,
            "w": self._write_starter,
            "escape": lambda: self._turn_to(Page.VERDICT),
            "enter": self._open_row,
        }

    def run(self) -> Outcome | None:
        """Watch until the learner quits; the last verdict on the file that is watched then.

        Raises:
            KeyboardInterrupt: Ctrl-C.
            Ended: another signal.
        """
        self._look_up()
        drawn = -1
        while not self._left:
            judged = self._watching.judged
            news = self._watching.step()
            if self._watching.judged is not judged:
                self._verdict_came()
            turn = self._turn()
            if self._leaving and not self._watching.submitting:
                break
            if news or self._terminal.blank or turn != drawn:
                self._draw()
                drawn = turn
            keys = self._terminal.wait(self._watching.wait_s)
            for key in keys:
                self._press(key)
            if keys:
                self._draw()
        judged = self._watching.judged
        return judged.outcome if judged else None

    # -- what is shown ------------------------------------------------------------------------

    def _telling(self, columns: int) -> Telling:
        return Telling(self._engine.language, columns)

    def _say(self, text: str, **values: object) -> str:
        return self._telling(1).say(text, **values)

    def _turn(self) -> int:
        """Which picture of the sign of life is due; 0 while none is shown."""
        running = self._watching.running
        if running is None or running.seconds < _PATIENCE_S:
            return 0
        return 1 + int(running.seconds * _TURNS_A_SECOND)

    def _draw(self) -> None:
        columns, rows = self._terminal.size
        parts = Parts(
            left=f"{self._watching.file.path.name} · "
            + self._watching.exercise.title.read_in(self._engine.language),
            right=self._place(),
            status=self._status(),
            body=self._body(self._telling(columns - 1)),
            offset=self._offset,
            notice=self._notice,
            question=self._question[0] if self._question else None,
            keys=self._keys(),
        )
        self._shown = frame(parts, columns, rows, self._telling(columns).say)
        self._offset = self._shown.offset
        self._terminal.show(self._shown.lines)

    def _place(self) -> str:
        slugs = [row.exercise.slug for row in self._rows]
        slug = self._watching.exercise.slug
        if slug not in slugs:
            return ""
        at = slugs.index(slug)
        state = self._say(str(self._rows[at].state))
        return self._say("exercise {n} of {m}", n=at + 1, m=len(slugs)) + f" · {state}"

    def _status(self) -> Line:
        watching, say = self._watching, self._say
        running, judged = watching.running, watching.judged
        if running is not None and (judged is None or running.seconds >= _PATIENCE_S):
            return self._at_work(running)
        spans: list[Span] = []
        if isinstance(watching.found, Gone):
            name = watching.file.path
            what = say("{file} is not there; waiting for it. w writes the starter.", file=name)
            spans.append(Span(f"! {what}", fg="yellow"))
        elif isinstance(watching.found, UsageError):
            spans.append(Span(f"! {watching.found}", fg="yellow"))
        elif watching.error is not None:
            spans.append(Span(f"! {watching.error}; " + say("r tries again"), fg="red"))
        if spans:
            return (*spans, *self._below())
        if judged is None:
            return (Span(say("watching; save the file and it is judged"), dim=True),)
        at = judged.saved_at if watching.stale else watching.file.saved_at
        took = f"{judged.outcome.elapsed_ms:.0f} ms"
        return (Span(say("saved {time}, judged in {took}", time=_clock(at), took=took), dim=True),)

    def _at_work(self, running: Running) -> Line:
        """On one line always: what stands below must not jump while the checks run."""
        sign = _TURNS[self._turn() % len(_TURNS)]
        if not self._warm.done():
            what = self._say("loading torch, once; {s} s", s=int(running.seconds))
        elif running.at:
            label = self._labels.get(running.at[-1], running.at[-1])
            what = self._say("judging: {check}", check=label)
            if running.seconds >= _LONG_S:
                what = self._say("judging, {s} s: {check}", s=int(running.seconds), check=label)
        else:
            what = self._say("judging…")
        below = self._below()
        room = self._terminal.size[0] - 1 - columns_of(below)
        return (*cut((Span(f"{sign} {what}", fg="yellow"),), room), *below)

    def _below(self) -> Line:
        """Of which save the verdict on the screen is, when it is not the present one."""
        judged = self._watching.judged
        if judged is None:
            return ()
        told = self._say("(below: as saved at {time})", time=_clock(judged.saved_at))
        return (Span(f"  {told}", dim=True),)

    def _keys(self) -> list[tuple[str, str]]:
        say = self._say
        if self._page is Page.LIST:
            return [("↑ ↓", say("choose")), ("Enter", say("go to it")), ("Esc", say("back"))]
        keys = [("w", say("write starter"))] if isinstance(self._watching.found, Gone) else []
        if self._page is not Page.VERDICT:
            keys.append(("Esc", say("verdict")))
        next_hint = say("next hint") if self._page is Page.HINTS else say("hint")
        return [
            *keys,
            ("h", next_hint),
            ("s", say("solution")),
            ("u", say("submit")),
            ("r", say("again")),
            ("n", say("next")),
            ("p", say("prev")),
            ("t", say("task")),
            ("l", say("list")),
            ("q", say("quit")),
        ]

    def _body(self, telling: Telling) -> list[Line]:
        exercise, judged = self._watching.exercise, self._watching.judged
        if self._page is Page.HINTS:
            return hints_page(self._engine.hints(exercise.slug), telling)
        if self._page is Page.SOLUTION:
            return solution_page(self._solutions[exercise.slug], telling)
        if self._page is Page.LIST:
            return list_page(self._rows, self._cursor, telling)
        if self._page is Page.TASK or judged is None:
            return task_page(exercise, telling)
        return verdict_page(exercise, judged, replace(telling, labels=self._told))

    # -- what happens -------------------------------------------------------------------------

    def _verdict_came(self) -> None:
        """Show it, whatever page was open; the learner has saved to see it."""
        if self._question is None:
            self._turn_to(Page.VERDICT)
        judged = self._watching.judged
        if judged is None:
            return
        if judged.outcome.verdict is not Verdict.MISSING:
            self._notice = ""  # it was about the file before it was written
        if judged.submitted is not None:
            self._look_up()

    def _look_up(self) -> None:
        """Read the list's states again, and the labels of the checks."""
        from quizapp.course.checks import check_ids
        from quizapp.engine.labels import labels_in

        self._rows = self._engine.exercises()
        language = self._engine.language
        try:
            checks = check_ids(self._watching.exercise.checks)
        except CourseError:  # the judge is going to say so
            checks = {}
        self._labels = {check: info.label.read_in(language) for check, info in checks.items()}
        self._told = labels_in(language, self._watching.exercise)

    def _press(self, key: str) -> None:
        self._notice = ""
        try:
            if self._question is not None:
                _, answers = self._question
                self._question = None
                answers.get(key.lower(), lambda: None)()
            elif not self._scroll(key):
                self._actions.get(key.lower() if len(key) == 1 else key, lambda: None)()
        except QuizappError as error:
            self._notice = str(error)

    def _ask(self, text: str, *answers: tuple[str, str, Callable[[], None]]) -> None:
        shown = (*((key, words) for key, words, _ in answers), ("n", self._say("no")))
        self._question = (Question(text, shown), {key: act for key, _, act in answers})

    def _scroll(self, key: str) -> bool:
        page = self._shown.page
        steps = {
            "up": -1,
            "k": -1,
            "down": 1,
            "j": 1,
            "pageup": -page,
            "b": -page,
            "pagedown": page,
            " ": page,
            "home": -(10**6),
            "g": -(10**6),
            "end": 10**6,
            "G": 10**6,
        }
        if key not in steps:
            return False
        if self._page is Page.LIST:
            self._cursor = max(0, min(self._cursor + steps[key], len(self._rows) - 1))
            top = min(self._offset, self._cursor)
            self._offset = max(top, self._cursor - page + 1)
        else:
            self._offset = max(0, self._offset + steps[key])
        return True

    def _turn_to(self, page: Page) -> None:
        self._page = page
        self._offset = 0

    def _again(self) -> None:
        self._watching.again()
        self._turn_to(Page.VERDICT)

    def _hint(self) -> None:
        slug = self._watching.exercise.slug
        total, shown = len(self._watching.exercise.hints), len(self._engine.hints(slug))
        if total and not shown:
            question = self._say(
                "Show a hint? With a hint, the best rating of this attempt is HARD."
            )
            self._ask(question, ("h", self._say("show the hint"), self._next_hint))
        elif total and self._page is not Page.HINTS:
            self._turn_to(Page.HINTS)  # what was shown costs nothing more
        elif shown < total:
            self._next_hint()
        else:
            self._notice = self._say("There are no more hints.")

    def _next_hint(self) -> None:
        self._engine.hint(self._watching.exercise.slug)
        self._turn_to(Page.HINTS)
        self._offset = 10**6

    def _solution(self) -> None:
        if self._watching.exercise.slug in self._solutions:
            self._turn_to(Page.SOLUTION)
            return
        question = self._say(
            "Show the reference solution? Before you have solved it, that is giving up."
        )
        self._ask(question, ("y", self._say("show the solution"), self._show_solution))

    def _show_solution(self) -> None:
        slug = self._watching.exercise.slug
        self._solutions[slug] = self._engine.solution(slug)
        self._look_up()
        self._turn_to(Page.SOLUTION)

    def _submit(self) -> None:
        if not isinstance(self._watching.found, Saved):
            self._notice = self._say("There is nothing to submit.")
            return
        question = self._say(
            "Submit? The result is recorded, and decides when the exercise comes back."
        )
        self._ask(
            question,
            ("y", self._say("submit"), lambda: self._watching.submit(easy=False)),
            ("e", self._say("submit; it was easy"), lambda: self._watching.submit(easy=True)),
        )

    def _beside(self, step: int) -> None:
        slugs = list(self._engine.course.exercises)
        at = slugs.index(self._watching.exercise.slug) + step
        if not 0 <= at < len(slugs):
            first = self._say("This is the first exercise; n goes on.")
            last = self._say("This is the last exercise; l lists all.")
            self._notice = first if step < 0 else last
            return
        self._go_to(slugs[at])

    def _list(self) -> None:
        self._rows = self._engine.exercises()
        slugs = [row.exercise.slug for row in self._rows]
        self._cursor = slugs.index(self._watching.exercise.slug)
        self._turn_to(Page.LIST)

    def _open_row(self) -> None:
        if self._page is Page.LIST:
            slug = self._rows[self._cursor].exercise.slug
            if slug != self._watching.exercise.slug:
                self._go_to(slug)
            self._turn_to(Page.VERDICT)

    def _go_to(self, slug: str) -> None:
        """Watch that exercise's file in the same folder; its starter is written if it has none."""
        if self._watching.submitting:
            self._notice = self._say("Wait until the submission is recorded.")
            return
        path = self._files.setdefault(slug, self._folder / f"{slug}.py")
        if path.exists():
            self._notice = self._say("Now watching {file}.", file=path)
        else:
            self._engine.start(slug, path)
            self._notice = self._say("{file} is the starter: open it in your editor.", file=path)
        self._watching.go_to(slug, path)
        self._look_up()
        self._turn_to(Page.VERDICT)

    def _write_starter(self) -> None:
        if isinstance(self._watching.found, Gone):
            path = self._watching.file.path
            self._engine.start(self._watching.exercise.slug, path)
            self._notice = self._say("{file} is the starter: open it in your editor.", file=path)

    def _quit(self) -> None:
        if self._watching.submitting and not self._leaving:
            self._leaving = True
            self._notice = self._say("Ends when the submission is recorded; q again ends now.")
            return
        self._left = True


def _clock(moment: datetime | None) -> str:
    return f"{moment:%H:%M:%S}" if moment else "–"


def watch_on_terminal(
    engine: Engine, slug: str, path: Path, seed: int | None, *, styled: bool
) -> tuple[str, Outcome | None]:
    """Watch `path` until `q`; the exercise and its last verdict then, None when none was reached.

    Raises:
        KeyboardInterrupt: Ctrl-C.
        Ended: another signal.
    """
    wake = Waker()
    try:
        watching = Watching(engine, slug, path, seed, wake)
        with Terminal(wake, styled=styled) as terminal:
            outcome = WatchApp(engine, watching, terminal).run()
        return watching.exercise.slug, outcome
    finally:
        wake.close()
