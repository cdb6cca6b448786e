"""Writing cards of one's own in the app."""

from engine_support import StandingClock, open_engine
from textual.widgets import Input
from tui_support import (
    SIZE,
    AppWithoutTerminal,
    engine_asking,
    session,
    shown,
    toasts,
    typed,
    until,
)

from quizapp.domain.cards import AnswerType, Kind
from quizapp.domain.memory import ItemKind, Rating
from quizapp.domain.text import Language
from quizapp.engine.making import Draft
from quizapp.engine.own_files import turn
from quizapp.tui.screens.confirm import Confirm
from quizapp.tui.screens.home import HomeScreen
from quizapp.tui.screens.make import MakeScreen, form_of
from quizapp.tui.widgets.cardform import CardArea, can_hold
from quizapp.tui.widgets.chooser import Chooser


def write(pilot, **fields):
    """Put texts into fields of the form."""
    for name, text in fields.items():
        widget = pilot.app.screen.query_one(f"#{name}")
        if isinstance(widget, CardArea):
            widget.load_text(text)
        elif isinstance(widget, Chooser | Input):
            widget.value = text


def own_cards(engine):
    return [card for deck in engine.own_decks() for card in deck_of(engine, deck.topic).card_ids]


def deck_of(engine, topic):
    return next(deck for deck in engine.course.decks if deck.topic == topic)


async def shown_soon(pilot, text):
    """What the preview says, once typing has ended and `text` is in it."""
    await until(pilot, lambda: text in shown(pilot, "#preview"))
    return shown(pilot, "#preview")


async def saved(pilot, added=1):
    """Save the form, which a thread does, and wait until so many have been added."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: f"{added} added" in shown(pilot, "#heading"))


async def changed(pilot):
    """Save the form of a card that is there, and wait until it has closed."""
    await pilot.press("ctrl+s")
    await until(pilot, lambda: not isinstance(pilot.app.screen, MakeScreen))
    await pilot.pause()


async def taken_out(pilot):
    """Take out the card of the form, and wait until that is done."""
    await pilot.press("f8", "y")
    await until(
        pilot,
        lambda: (
            isinstance(pilot.app.screen, MakeScreen)
            and "ctrl+s puts it back" in shown(pilot, "#heading")
        ),
    )


async def told(pilot):
    """The last notice, once there is one."""
    await until(pilot, lambda: toasts(pilot))
    return toasts(pilot)[-1]


async def test_a_card_is_typed_saved_and_the_next_one_begun(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            await typed(pilot, "Why")
            await pilot.press("tab")
            await typed(pilot, "So")
            await saved(pilot)

            [card] = own_cards(engine)
            assert engine.draft_of(card) == Draft(front="Why", back="So", id=card)
            assert pilot.app.screen.query_one("#front", CardArea).text == ""
            assert pilot.app.screen.focused.id == "front"


async def test_deck_kind_and_tags_stay_for_the_next_card(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, deck="Greek", kind="reversed", tags="a, b c", front="x", back="y")
            await saved(pilot)
            write(pilot, front="z", back="w")
            await saved(pilot, added=2)

            cards = own_cards(engine)
            assert len(cards) == 4
            assert {engine.card(card).note.topic for card in cards} == {"greek"}
            assert {engine.card(card).note.tags for card in cards} == {("a", "b c")}


async def test_each_kind_is_saved_from_its_own_fields(tmp_path):
    fields = {
        Kind.CLOZE: {"front": "An {{c1::axis}}"},
        Kind.TYPED: {"front": "Pi?", "compare": "number", "answer": "3.14", "tolerance": "0.01"},
        Kind.CHOICE: {"front": "Which?", "options": "* a\nb\n\nc: *d*"},
        Kind.PREDICT: {"code": "for i in range(2):\n    print(i)"},
    }
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            for number, (kind, texts) in enumerate(fields.items(), 1):
                write(pilot, kind=kind.value, **texts)
                await saved(pilot, added=number)

        drafts = [engine.draft_of(card) for card in own_cards(engine)]
        assert [draft.kind for draft in drafts] == list(fields)
        assert drafts[1].answer_type is AnswerType.NUMBER
        assert drafts[2].options == (("a", True), ("b", False), ("c: *d*", False))
        assert drafts[3].code == fields[Kind.PREDICT]["code"]


async def test_the_preview_shows_each_card_of_a_cloze_note(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, kind="cloze", front="An {{c1::axis}} has a {{c2::size}}.")

            page = await shown_soon(pilot, "Card 1 of 2")
            assert "An […] has a size." in page
            assert "An axis has a […]." in page


async def test_the_preview_says_what_is_missing(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="Why?")

            await shown_soon(pilot, "✗ the card lacks `back`; add it")


async def test_a_wrong_card_is_told_keeps_the_form_and_goes_to_the_field(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="Why?")
            await pilot.press("ctrl+s")

            assert "the card lacks `back`" in await told(pilot)
            assert pilot.app.screen.query_one("#front", CardArea).text == "Why?"
            assert pilot.app.screen.focused.id == "back"
            assert own_cards(engine) == []


async def test_the_gap_key_hides_the_word_at_the_cursor_and_makes_it_a_cloze_card(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            await typed(pilot, "an axis")
            await pilot.press("ctrl+g", "home", "ctrl+g")

            front = pilot.app.screen.query_one("#front", CardArea).text
            assert front == "{{c2::an}} {{c1::axis}}"
            assert pilot.app.screen.query_one("#kind", Chooser).value == "cloze"


async def test_the_gap_key_hides_what_is_selected(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            await typed(pilot, "one two")
            await pilot.press("ctrl+shift+left", "ctrl+shift+left", "ctrl+g")

            assert pilot.app.screen.query_one("#front", CardArea).text == "{{c1::one two}}"


async def test_escape_asks_before_it_drops_what_is_typed(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            await typed(pilot, "x")
            await pilot.press("escape")
            await pilot.pause()
            assert isinstance(pilot.app.screen, Confirm)
            await pilot.press("n")
            await pilot.pause()
            assert pilot.app.screen.query_one("#front", CardArea).text == "x"
            await pilot.press("escape", "y")
            await pilot.pause()
            assert isinstance(pilot.app.screen, HomeScreen)


async def test_escape_leaves_an_empty_form_at_once(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n", "escape")
            await pilot.pause()

            assert isinstance(pilot.app.screen, HomeScreen)


async def test_home_shows_the_new_deck(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, deck="Greek", front="x", back="y")
            await pilot.press("ctrl+s", "escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))
            await pilot.pause()

            decks = pilot.app.screen.query_one("#decks")
            assert [option.id for option in decks.options][-1] == "greek"


async def test_a_front_that_is_there_already_is_named(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="what does `len(X)` give?", back="y")
            await pilot.press("ctrl+s")

            assert "The front is the same as of len-is-axis-0." in await told(pilot)


def written(engine):
    """An own card with an answer behind it."""
    made = engine.add_card(Draft(front="Why?", back="So.", tags=("t",)), "Mine")
    engine.answer(made.id, Rating.GOOD)
    return made.id


async def test_a_changed_card_keeps_its_history(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        card = written(engine)
        async with session(engine, None) as pilot:
            pilot.app.push_screen(MakeScreen("Mine", engine.draft_of(card)))
            await pilot.pause()
            write(pilot, back="Because.")
            await changed(pilot)

            assert isinstance(pilot.app.screen, HomeScreen)
        assert engine.card(card).note.back.en == "Because."
        assert engine.store.schedule(ItemKind.CARD, card).reps == 1


async def test_a_card_is_taken_out_and_put_back_with_its_history(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        card = written(engine)
        async with session(engine, None) as pilot:
            pilot.app.push_screen(MakeScreen("Mine", engine.draft_of(card)))
            await pilot.pause()
            await taken_out(pilot)
            assert card not in engine.course.cards
            await pilot.press("ctrl+s")
            await until(pilot, lambda: card in engine.course.cards)

        assert engine.card(card).note.back.en == "So."
        assert engine.store.schedule(ItemKind.CARD, card).reps == 1


async def test_e_in_a_session_opens_the_form_of_an_own_card_and_shows_what_became_of_it(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        made = engine.add_card(Draft(front="Why?", back="So."), "Mine")
        async with session(engine, ["mine"]) as pilot:
            await pilot.press("e")
            await pilot.pause()
            write(pilot, front="Why not?")
            await changed(pilot)

            assert pilot.app.screen.prompt.card.id == made.id
            assert shown(pilot, "#front") == "Why not?"


async def test_a_card_taken_out_in_a_session_is_not_asked_any_more(tmp_path):
    with engine_asking(tmp_path, "keyword") as engine:
        made = engine.add_card(Draft(front="Why?", back="So."), "Mine")
        engine.add_card(Draft(front="What?", back="This."), "Mine")
        async with session(engine, ["mine"]) as pilot:
            assert pilot.app.screen.prompt.card.id == made.id
            await pilot.press("e")
            await taken_out(pilot)
            await pilot.press("escape")
            await until(pilot, lambda: not isinstance(pilot.app.screen, MakeScreen))
            await pilot.pause()

            assert shown(pilot, "#front") == "What?"


async def test_a_card_is_written_and_changed_from_the_browser(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            pilot.app.open_browser("Greek")
            await pilot.pause()
            pilot.app.screen.action_make()
            await pilot.pause()
            write(pilot, front="Greek one", back="y")
            await pilot.press("ctrl+s", "escape")
            await until(pilot, lambda: not isinstance(pilot.app.screen, MakeScreen))
            [card] = own_cards(engine)
            await until(pilot, lambda: pilot.app.screen.hits.present == card)
            pilot.app.screen.action_edit()
            await pilot.pause()
            write(pilot, back="z")
            await changed(pilot)

        assert engine.card(card).note.back.en == "z"


def test_what_a_form_cannot_give_back_as_it_is_is_not_for_it():
    assert can_hold(Draft(tags=("a b",), accept=("x, y",), options=(("*a*", False),)))
    assert not can_hold(Draft(tags=("a, b",)))
    assert not can_hold(Draft(accept=("x; y",)))
    assert not can_hold(Draft(options=(("* a", False),)))


def test_the_form_of_a_cloze_card(tmp_path, snap_compare):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.add_card(Draft(front="x", back="y"), "Mine")

        async def begin(pilot):
            await pilot.press("n")
            write(pilot, deck="Mine", tags="shape")
            await typed(pilot, "The axis")
            await pilot.press("ctrl+g")
            await pilot.pause(0.3)
            pilot.app.screen.set_focus(None)

        app = AppWithoutTerminal(engine)
        assert snap_compare(app, terminal_size=SIZE, run_before=begin)


async def test_while_a_card_is_saved_the_form_says_so_and_keys_wait_for_the_next_one(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="x", back="y")
            path = engine.add_card(Draft(front="1", back="1")).path
            with turn(path):  # another program is writing to the deck
                await pilot.press("ctrl+s", "z")
                await until(pilot, lambda: pilot.app.screen.query_one("#working").display)
                assert pilot.app.screen.query_one("#front", CardArea).text == "x"
            await until(pilot, lambda: pilot.app.screen.query_one("#front", CardArea).text == "z")
            assert len(own_cards(engine)) == 2


async def test_a_form_that_saves_is_not_left(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="x", back="y")
            path = engine.add_card(Draft(front="1", back="1")).path
            with turn(path):
                await pilot.press("ctrl+s")
                assert pilot.app.screen.check_action("leave", ()) is None
            await until(pilot, lambda: "1 added" in shown(pilot, "#heading"))


async def test_options_that_are_missing_are_told_in_the_words_of_the_form(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, kind="choice", front="Pi?")
            await pilot.press("ctrl+s")

            assert "three to five, one a line" in await told(pilot)


async def test_a_card_with_drawn_values_is_tried_saved_and_changed(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(
                pilot,
                kind="typed",
                compare="number",
                front="{{n}} times 100?",
                answer="n * k",
                given="n: int 2, 6",
                setup="k = 100",
            )
            await shown_soon(pilot, "drawn  n = ")
            await pilot.press("f5")
            await until(pilot, lambda: "F5 runs it now" not in shown(pilot, "#preview"))
            page = shown(pilot, "#preview")
            [n] = [number for number in range(2, 7) if f"n = {number}" in page]
            assert f"{n} times 100?" in page
            assert f"expected  {n}00" in page
            await pilot.press("ctrl+s", "escape")
            await until(pilot, lambda: isinstance(pilot.app.screen, HomeScreen))

            [card] = own_cards(engine)
            pilot.app.push_screen(form_of(engine, card))
            await pilot.pause()
            write(pilot, given="n: int 7, 9")
            await changed(pilot)
            assert engine.card(card).note.given[0].arguments == (7, 9)


async def test_each_try_draws_other_values(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(
                pilot, kind="choice", front="{{n}}?", options="* a\nb\nc", given="n: int 1, 99999"
            )
            before = await shown_soon(pilot, "drawn  n = ")
            await pilot.press("f5")
            await pilot.pause()

            assert "drawn  n = " in shown(pilot, "#preview") != before


async def test_code_that_fails_is_told_when_it_is_tried(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, kind="predict", code="print(nothing)")
            await pilot.press("f5")  # before the preview shows what was typed

            await shown_soon(pilot, "✗ NameError")


async def test_there_is_nothing_to_try_in_a_card_that_is_as_it_is_written(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="Why?", back="So.")
            await shown_soon(pilot, "So.")

            assert pilot.app.screen.check_action("try", ()) is False


async def test_a_wrong_way_to_draw_is_told_and_its_field_gone_to(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, kind="predict", code="print({{n}})", given="n: int 2")
            await shown_soon(pilot, "write it like n: int 2, 6")
            await pilot.press("ctrl+s")

            assert pilot.app.screen.focused.id == "given"


async def test_what_is_wrong_with_a_card_is_told_in_chinese(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        engine.language = Language.ZH
        async with session(engine, None) as pilot:
            await pilot.press("n")
            write(pilot, front="Why?")
            await shown_soon(pilot, "✗ 这张卡片缺少 `back`；请加上")
            write(pilot, kind="predict", code="print({{n}})", given="n: int 2")
            await shown_soon(pilot, "`n`：int 需要最小和最大的整数；请写成 n: int 2, 6 的形式")
            await pilot.press("ctrl+s")

            assert (await told(pilot)).startswith("given: `n`：int 需要")
