"""One exercise: read, write, check, submit. Owns the order of events; the engine judges.

The text in the editor is the learner's: it is written to a draft file after each change, and no
error takes it away. Handlers alone change what is shown; workers wait for the judge.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Container, Horizontal, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.timer import Timer
from textual.widgets import Static, TextArea

from quizapp.domain.exercises import AS_BEFORE, Exercise
from quizapp.domain.outcomes import Outcome
from quizapp.errors import QuizappError
from quizapp.tui.drafts import Draft
from quizapp.tui.keys import bindings
from quizapp.tui.screens.base import Activity
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.text.markdown import Block, blocks, code_block
from quizapp.tui.widgets.code import CodeEditor
from quizapp.tui.widgets.meters import Waiting
from quizapp.tui.widgets.pagebar import PageBar
from quizapp.tui.widgets.prose import Prose
from quizapp.tui.widgets.results import consequences, outcome_blocks, variant_blocks
from quizapp.tui.widgets.rows import Row
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.engine.types import Hint, Submitted

_SAVE_AFTER_S = 0.4
_LOOK_AGAIN_S = 1.0


class ExerciseScreen(Activity):
    """The screen of one exercise.

    Args:
        exercise: what is to be written: the variant that is asked for now.
    """

    CSS_PATH = Path(__file__).with_name("exercise.tcss")
    AUTO_FOCUS: ClassVar[str | None] = "#task-page"
    # The function keys have priority: a text area has a use of its own for some of them.
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "exercise",
        ("f2", "page('task')", "Task", "What is to be written", "hidden"),
        ("f3", "page('code')", "Code", "Your solution", "hidden"),
        ("f4", "page('results')", "Results", "What the judge says", "hidden"),
        ("f5,ctrl+r", "check", "Check", "Judge your code; nothing is recorded", "priority"),
        ("f6", "submit", "Submit", "Judge your code and record it", "priority"),
        ("f7", "hint", "Hint", "The next hint; makes the best rating HARD", "priority"),
        ("f8", "solution", "Solution", "The reference; counts as given up", "priority"),
        ("f9", "edit", "$EDITOR", "Write in your own editor", "priority"),
        ("c", "check", "Check", "Judge your code; nothing is recorded", "hidden"),
        ("s", "submit", "Submit", "Judge your code and record it", "hidden"),
        ("h", "hint", "Hint", "The next hint; makes the best rating HARD", "hidden"),
        ("e", "edit", "$EDITOR", "Write in your own editor", "hidden"),
        ("ctrl+s", "save", "Save", "Code is saved by itself; this says where", "hidden"),
        ("l", "app.language", "中文", "Switch between English and Chinese", "hidden"),
        ("escape", "leave", "Back", "Leave the code; then the exercise", "priority"),
    )

    class Judged(Message):
        """The judge has an outcome, or failed."""

        def __init__(
            self, token: int, result: Outcome | Submitted | None, error: QuizappError | None = None
        ) -> None:
            super().__init__()
            self.token = token
            self.result = result
            self.error = error

    def __init__(self, exercise: Exercise) -> None:
        super().__init__()
        self.exercise = exercise
        name = ".".join(filter(None, (exercise.slug, exercise.variant)))
        self.draft = Draft(name, exercise.starter)
        self.code = exercise.starter
        self.result: Outcome | Submitted | None = None
        self.solution = ""
        self.hints: tuple[Hint, ...] = ()
        self.present = "task"
        self._beside = "task"
        self._token = 0
        self._judging = False
        self._saving: Timer | None = None

    def content(self) -> ComposeResult:
        """Heading, names of the pages, the pages side by side where there is room."""
        yield Static(id="heading")
        yield PageBar()
        with Horizontal(id="pages"):
            with VerticalScroll(id="task-page", classes="page", can_focus=True):
                yield Prose(id="task")
                yield Prose(id="help")
            with VerticalScroll(id="results-page", classes="page", can_focus=True):
                yield Waiting(id="waiting")
                yield Prose(id="results")
            with Container(id="code-page", classes="page"):
                yield CodeEditor(self._loaded())

    def _loaded(self) -> str:
        """The draft; where that is the solution of last time, the starter again."""
        try:
            text = self.draft.load()
            worn = self.draft.path.exists() and self.engine.solved_by(
                self.exercise.slug, text.encode("utf-8", "surrogatepass")
            )
            if worn:
                kept = self.draft.begin_anew()
                told = say(
                    "Asked again, so here is the starter. Your last solution: {path}", path=kept
                )
                self.quiz.tell(told)
            else:
                self.code = text
        except QuizappError as error:
            self.quiz.report(error)
        return self.code

    def on_mount(self) -> None:
        """Show everything, then let the judge load torch."""
        with self.quiz.reporting():
            self.hints = self.engine.hints(self.exercise.slug)
        self._show_all()
        self.call_after_refresh(self._after_first_paint)
        self.set_interval(_LOOK_AGAIN_S, self._look_outside)

    def _after_first_paint(self) -> None:
        with self.quiz.reporting():
            self.engine.warm_judge()

    # -- what is shown ------------------------------------------------------------------------

    def _show_all(self) -> None:
        with self.app.batch_update():
            self._show_heading()
            self.query_one("#task", Prose).show_blocks(self._task_blocks())
            self._show_help()
            self._show_results()
            self._show_page(self.present)

    def language_changed(self) -> None:
        """Show everything in the language spoken now; the code stays as it is."""
        super().language_changed()
        with self.quiz.reporting():
            self.hints = self.engine.hints(self.exercise.slug)
        self._show_all()

    def _show_heading(self) -> None:
        title = self.exercise.title.read_in(self.engine.language)
        left = Content.assemble((title, "bold"), (f"  {self.exercise.signature}", "$quiet"))
        self.query_one("#heading", Static).update(Row(left, Content("")))

    def _task_blocks(self) -> list[Block]:
        """The task, below what is different in a variant."""
        change: list[Block] = []
        if self.exercise.variant:
            change = variant_blocks(self.exercise, self.engine.language)
        return [*change, *blocks(self.exercise.task.read_in(self.engine.language))]

    def _show_help(self) -> None:
        shown: list[Block] = []
        for hint in self.hints:
            label = say("Hint {n} of {total}", n=hint.number, total=hint.total)
            shown.append(Block(Content(label).stylize("bold $text-warning")))
            shown += blocks(hint.text)
        if self.solution:
            shown.append(Block(Content(say("Reference solution")).stylize("bold $text-warning")))
            shown.append(code_block(self.solution))
        panel = self.query_one("#help", Prose)
        panel.display = bool(shown)
        panel.show_blocks(shown)

    def _show_results(self) -> None:
        panel = self.query_one("#results", Prose)
        if self.result is None:
            panel.show(say("Nothing judged yet: **F5** checks, **F6** submits."))
            return
        submitted = None if isinstance(self.result, Outcome) else self.result
        outcome = self.result if isinstance(self.result, Outcome) else self.result.outcome
        from quizapp.engine.labels import labels_in

        language = self.engine.language
        labels = labels_in(language, self.exercise, outcome.variant)
        shown = outcome_blocks(outcome, language, labels)
        known = outcome.diagnosis is not None and outcome.diagnosis.near_miss == AS_BEFORE
        if outcome.variant and not outcome.passed and not known:
            shown[1:1] = variant_blocks(self.exercise, language)
        if submitted is not None:
            shown[1:1] = consequences(submitted, self.engine.clock())
        panel.show_blocks(shown)

    def _show_page(self, page: str) -> None:
        self.present = page
        if page != "code":
            self._beside = page
        pages = self.query_one("#pages")
        for name in ("task", "results", "code"):
            pages.set_class(name == page, f"-{name}")
            pages.set_class(name == self._beside, f"-beside-{name}")
        names = [
            ("task", "F2", say("Task")),
            ("code", "F3", say("Code")),
            ("results", "F4", self._results_label()),
        ]
        self.query_one(PageBar).show(names, page)

    def _results_label(self) -> str:
        if self._judging:
            return say("Results …")
        if self.result is None:
            return say("Results")
        outcome = self.result if isinstance(self.result, Outcome) else self.result.outcome
        mark = "✓" if outcome.passed else "✗"
        return f"{say('Results')} {mark} {outcome.score}/{outcome.max_score}"

    def action_page(self, page: str) -> None:
        """Go to a page."""
        self._show_page(page)
        self.query_one("#code" if page == "code" else f"#{page}-page").focus(scroll_visible=False)

    @on(PageBar.Picked)
    def _page_picked(self, event: PageBar.Picked) -> None:
        self.action_page(event.page)

    def action_leave(self) -> None:
        """Leave the code for the task; from there, the exercise."""
        if self.focused is not None and self.focused.id == "code":
            self.action_page(self._beside)
        else:
            self._save()
            self.quiz.go_back()

    # -- the draft ----------------------------------------------------------------------------

    @on(TextArea.Changed, "#code")
    def _code_changed(self, event: TextArea.Changed) -> None:
        self.code = event.text_area.text
        if self._saving is not None:
            self._saving.stop()
        self._saving = self.set_timer(_SAVE_AFTER_S, self._save)

    def _save(self) -> bool:
        for editor in self.query(CodeEditor):  # it may be ahead of its messages
            self.code = editor.text
        if self._saving is not None:
            self._saving.stop()
            self._saving = None
        if self.code == self.exercise.starter and not self.draft.path.exists():
            return True
        try:
            kept = self.draft.save(self.code)
        except QuizappError as error:
            self.quiz.report(error)
            return False
        if kept is not None:
            self.quiz.tell(
                say("The file had changed elsewhere; that version is {path}.", path=kept)
            )
        return True

    def on_unmount(self) -> None:
        """What was typed in the last moment is kept, too."""
        self._save()

    def action_save(self) -> None:
        """Save now and say where."""
        if self._save():
            self.quiz.tell(say("Saved: {path}", path=self.draft.path))

    def _look_outside(self) -> None:
        """Take over what another editor has written, unless there is newer text here."""
        if self._saving is not None or not self.draft.changed_outside():
            return
        with self.quiz.reporting():
            text = self.draft.load()
            if text != self.code:
                self.code = text
                self.query_one(CodeEditor).show(text)
                self.quiz.tell(say("Read again: {path}", path=self.draft.path))

    def action_edit(self) -> None:
        """Write in the learner's own editor."""
        from quizapp.tui import editor

        with self.quiz.reporting():
            self.draft.save(self.code)
            line = self.query_one(CodeEditor).cursor_location[0] + 1
            try:
                editor.edit(self.draft.path, line, self.quiz.handed_over())
            finally:
                self._look_outside()

    async def start_over(self) -> None:
        """Put the starter back into the editor; its undo brings the code back."""
        editor = self.query_one(CodeEditor)
        editor.replace(self.exercise.starter, (0, 0), editor.document.end)
        self.action_page("code")

    # -- judging ------------------------------------------------------------------------------

    def action_check(self) -> None:
        """Judge the code; nothing is recorded."""
        self._judge(submit=False)

    @work
    async def action_submit(self) -> None:
        """Judge the code and record what it comes to, if the learner means it."""
        if self._judging:
            return
        self._save()
        if self.code.strip() == self.exercise.starter.strip():
            self.quiz.tell(say("This is still the starter: write your solution first."), warn=True)
            self.action_page("code")
            return
        question = say("Submit? The result is recorded, and decides when the exercise comes back.")
        answers = [("submit", say("Submit")), ("easy", say("Submit; it was easy"))]
        answer = await self.app.push_screen_wait(Confirm(question, answers))
        if answer:
            self._judge(submit=True, easy=answer == "easy")

    def _judge(self, *, submit: bool, easy: bool = False) -> None:
        if self._judging:
            self.app.bell()
            return
        self._save()
        source, name = self.code.encode("utf-8", "surrogatepass"), self.draft.path.name
        slug, variant = self.exercise.slug, self.exercise.variant
        try:
            result: Future[Outcome] | Future[Submitted] = (
                self.engine.submit(slug, source, name, easy=easy, variant=variant)
                if submit
                else self.engine.check(slug, source, name, variant=variant)
            )
        except QuizappError as error:
            self.quiz.report(error)
            return
        self._token += 1
        self._judging = True
        self.query_one(Waiting).start(
            say("judging…") if self.quiz.judge_ready else say("the judge is warming up…")
        )
        self.query_one("#results").display = False
        self._go_to_results()
        self.refresh_bindings()
        self._await_result(self._token, result)

    @work(exclusive=True, group="judge")
    async def _await_result(self, token: int, result: Future[Outcome] | Future[Submitted]) -> None:
        try:
            outcome: Outcome | Submitted = await asyncio.wrap_future(result)  # type: ignore[arg-type]
        except QuizappError as error:
            self.post_message(self.Judged(token, None, error))
        else:
            self.post_message(self.Judged(token, outcome))

    @on(Judged)
    def _judged(self, event: Judged) -> None:
        if event.token != self._token:
            return
        self._judging = False
        with self.app.batch_update():
            self.query_one(Waiting).stop()
            self.query_one("#results").display = True
            if event.error is not None:
                self.quiz.report(event.error)
            else:
                self.quiz.judge_ready = True
                self.result = event.result
                self._show_results()
            self._go_to_results()
            self.query_one("#results-page").scroll_home(animate=False)
        self.refresh_bindings()

    def _go_to_results(self) -> None:
        """Show the results; beside the code, where there is room, the focus stays in the code."""
        if self.has_class("-wide") and self.focused is not None and self.focused.id == "code":
            self._beside = "results"
            self._show_page("code")
        else:
            self.action_page("results")

    # -- help ---------------------------------------------------------------------------------

    @work
    async def action_hint(self) -> None:
        """Show the next hint, if the learner means it."""
        if len(self.hints) >= len(self.exercise.hints):
            self.action_page("task")
            self.query_one("#task-page").scroll_end(animate=False)
            self.quiz.tell(say("There are no more hints."))
            return
        question = say("Show a hint? With a hint, the best rating of this attempt is HARD.")
        if await self.app.push_screen_wait(Confirm(question, [("hint", say("Show the hint"))])):
            with self.quiz.reporting():
                self.engine.hint(self.exercise.slug)
                self.hints = self.engine.hints(self.exercise.slug)
            self._show_help()
            self.action_page("task")
            self.call_after_refresh(self.query_one("#task-page").scroll_end, animate=False)

    @work
    async def action_solution(self) -> None:
        """Show the reference solution, if the learner means it."""
        question = say("Show the reference solution? Before you have solved it, that is giving up.")
        answers = [("solution", say("Show the solution"))]
        if self.solution or await self.app.push_screen_wait(Confirm(question, answers)):
            with self.quiz.reporting():
                self.solution = self.engine.solution(self.exercise.slug)
            self._show_help()
            self.action_page("task")
            self.call_after_refresh(self.query_one("#task-page").scroll_end, animate=False)

    def check_action(
        self,
        action: str,
        parameters: tuple[object, ...],  # noqa: ARG002 - the signature is Textual's
    ) -> bool | None:
        """Grey what cannot be done while the judge is at work."""
        if action in ("check", "submit"):
            return None if self._judging else True
        if action == "hint":
            return True if len(self.hints) < len(self.exercise.hints) else None
        return True
