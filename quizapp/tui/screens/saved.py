"""The saved searches. Owns the list and its keys; leaves searching to who asked."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from quizapp.engine.saved import term_of
from quizapp.errors import QuizappError
from quizapp.tui.keys import bindings
from quizapp.tui.text.safe import escaped
from quizapp.tui.words import say

if TYPE_CHECKING:
    from quizapp.tui.app import QuizApp


class SavedSearches(ModalScreen[str]):
    """Ends with the query of the search that is to be run; "" for none.

    Args:
        query: what is searched for now, which can be saved; empty where nothing is.
    """

    CSS_PATH = Path(__file__).with_name("saved.tcss")
    AUTO_FOCUS = "#searches"
    BINDINGS: ClassVar[list[BindingType]] = bindings(
        "saved",
        ("s", "save", "Save", "Give what you search for now a name"),
        ("r", "rename", "Rename", "Give this search another name"),
        ("d,delete", "forget", "Forget", "Forget this search"),
        ("escape,v", "leave", "Back", "Go back; nothing happens"),
    )

    def __init__(self, query: str) -> None:
        super().__init__()
        self.search = " ".join(query.split())
        self.names: list[str] = []

    @property
    def quiz(self) -> QuizApp:
        """The app, by its own type."""
        return cast("QuizApp", self.app)

    def compose(self) -> ComposeResult:
        """The searches, and what the keys do."""
        with Vertical(id="saved-box"):
            yield Static(say("Saved searches"), id="saved-title", markup=False)
            yield OptionList(id="searches", markup=False)
            yield Static(id="saved-hint", markup=False)

    def on_mount(self) -> None:
        """Show them."""
        self._show()

    def _show(self, present: str = "") -> None:
        searches = self.quiz.engine.saved_searches()
        self.names = list(searches)
        width = max((Content(name).cell_length for name in searches), default=0)
        options = [
            Option(
                Content.assemble(
                    (escaped(name) + " " * (width - Content(name).cell_length), "bold"),
                    (f"  {escaped(query)}", "$quiet"),
                )
            )
            for name, query in searches.items()
        ]
        listed = self.query_one("#searches", OptionList)
        listed.clear_options().add_options(options)
        listed.display = bool(options)
        if options:
            listed.highlighted = self.names.index(present) if present in self.names else 0
        told = [] if options else [say("No search is saved yet.")]
        if options:
            told.append(say("Enter runs it; r renames, d forgets."))
        if self.search:
            told.append(say("s saves: {query}", query=escaped(self.search)))
        else:
            told.append(say("To save one, type it in the search line first."))
        self.query_one("#saved-hint", Static).update(Content("\n".join(told)).stylize("$quiet"))

    @property
    def present(self) -> str | None:
        """The name at the cursor."""
        place = self.query_one("#searches", OptionList).highlighted
        return self.names[place] if self.names and place is not None else None

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Run the search."""
        self.dismiss(term_of(self.names[event.option_index]))

    async def action_save(self) -> None:
        """Ask for a name."""
        if not self.search:
            self.app.bell()
            return
        from quizapp.tui.screens.ask import Ask

        hint = say("a name that is there already stands for this search then")
        ask = Ask(say("A name for: {query}", query=self.search), hint, self._saved)
        await self.app.push_screen(ask, self._named)

    def _saved(self, name: str) -> None:
        self.quiz.engine.save_search(name, self.search)

    async def action_rename(self) -> None:
        """Ask for another name."""
        if (name := self.present) is not None:
            from quizapp.tui.screens.ask import Ask

            hint = say("searches that are made with it follow")
            rename = partial(self.quiz.engine.rename_search, name)
            ask = Ask(say("Another name for: {name}", name=name), hint, rename)
            await self.app.push_screen(ask, self._named)

    def _named(self, name: str | None) -> None:
        if name:
            self._show(" ".join(name.split()))

    def action_forget(self) -> None:
        """Forget the search at the cursor; its query is told, so that it can be typed again."""
        if (name := self.present) is None:
            return
        try:
            query = self.quiz.engine.forget_search(name)
        except QuizappError as error:
            self.quiz.report(error)
            return
        self.quiz.tell(say("Forgotten: {query}", query=query))
        self._show()

    def action_leave(self) -> None:
        """End without."""
        self.dismiss("")
