"""Cards to Anki and back, by real Anki collections."""

import zipfile
from datetime import UTC, datetime, timedelta

import pytest
from engine_support import StandingClock, open_engine

from quizapp.domain.memory import ItemKind, Phase, Rating
from quizapp.domain.text import Language
from quizapp.errors import UsageError

pytest.importorskip("anki", reason="dev extra")
from anki_support import add_note, answer, collection, take_in, write_out

CARD = ItemKind.CARD


@pytest.fixture
def clock():
    return StandingClock(datetime.now(UTC) - timedelta(days=60))


@pytest.fixture
def engine(tmp_path, clock):
    with open_engine(tmp_path, clock) as engine:
        yield engine


def exported(engine, path, **wanted):
    engine.export_package(path, **wanted)
    return path


def test_anki_finds_every_note_and_card_under_its_id(engine, tmp_path):
    package = exported(engine, tmp_path / "a.apkg")

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        found = {
            (note.guid, card.ord)
            for note in map(anki.get_note, anki.find_notes(""))
            for card in note.cards()
        }
        decks = {deck.name for deck in anki.decks.all_names_and_ids()}

    assert found == {
        ("len-is-axis-0", 0),
        ("ndim-pair", 0),
        ("ndim-pair", 1),
        ("full-print", 0),
        ("keep-dim", 0),
        ("keep-dim", 1),
        ("sum-shape", 0),
        ("keyword", 0),
        ("count-elements", 0),
    }
    assert {"Toy course::Shapes", "Toy course::Sums"} <= decks


def test_exported_twice_and_imported_twice_there_are_no_duplicates(engine, tmp_path, clock):
    first = exported(engine, tmp_path / "a.apkg")
    clock.pass_days(1)
    engine.answer("keyword", Rating.GOOD)
    second = exported(engine, tmp_path / "b.apkg")

    with collection(tmp_path / "anki") as anki:
        assert take_in(anki, first)[0] == 7
        assert take_in(anki, second)[0] == 0
        assert (anki.note_count(), anki.card_count()) == (7, 9)
        assert len(anki.models.all_names_and_ids()) == len(
            {kind.name for kind in anki.models.all_names_and_ids()}
        )


def sides(anki, guid):
    note = anki.get_note(anki.find_notes(f'"nid:{note_ids(anki)[guid]}"')[0])
    card = note.cards()[0]
    return card.question(), card.answer()


def note_ids(anki):
    return dict(anki.db.all("SELECT guid, id FROM notes"))


@pytest.mark.parametrize(
    ("note", "asked", "answered"),
    [
        ("len-is-axis-0", "What does <code>len(X)</code> give?", "第 0 轴的大小。"),
        ("sum-shape", "<li>(3,)</li>", "<ul>\n<li>(4,)</li>\n</ul>"),
        ("keyword", "Which keyword keeps the axis?", "<pre><code>keepdim\n</code></pre>"),
        ("full-print", "print(torch.full((", "in quizapp the values are new at every review"),
        ("keep-dim", '[...]</span> keeps an <span class="cloze-inactive"', "keepdim</span>"),
        ("ndim-pair", "number of axes", "<code>X.ndim</code>"),
    ],
)
def test_each_kind_asks_and_answers_in_anki(engine, tmp_path, note, asked, answered):
    package = exported(engine, tmp_path / "a.apkg")

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        question, answer_side = sides(anki, note)

    assert asked in question
    assert answered in answer_side
    assert answered not in question


def test_what_a_drawn_card_prints_is_worked_out_for_the_values_it_shows(engine, tmp_path):
    package = exported(engine, tmp_path / "a.apkg", language=Language.EN)

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        _, answer_side = sides(anki, "full-print")
    n = int(answer_side.partition("torch.full((")[2].partition(",")[0])

    assert f"<pre><code>{3 * n}\n" in answer_side
    assert f"n = {n}" in answer_side


def test_one_language_can_be_asked_for(engine, tmp_path):
    package = exported(engine, tmp_path / "a.apkg", language=Language.ZH)

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        question, answer_side = sides(anki, "len-is-axis-0")

    assert "返回什么" in question
    assert "The size of" not in answer_side


def test_schedules_and_answers_go_along(engine, tmp_path, clock):
    engine.answer("keyword", Rating.EASY, answer_ms=1500)
    clock.pass_days(10)
    engine.answer("keyword", Rating.GOOD)
    engine.answer("sum-shape", Rating.AGAIN)
    engine.suspend("len-is-axis-0")
    package = exported(engine, tmp_path / "a.apkg")
    memory = engine.store.schedule(CARD, "keyword").memory

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        cards = {
            guid: row
            for guid, *row in anki.db.all(
                "SELECT guid, type, queue, reps, ivl, c.data FROM cards c JOIN notes n "
                "ON n.id = c.nid WHERE ord = 0"
            )
        }
        log = anki.db.all("SELECT ease, time, type FROM revlog ORDER BY id")

    assert cards["keyword"][:3] == [2, 2, 2]
    assert cards["keyword"][3] > 10
    assert f'"s":{memory.stability:.4f}'.rstrip("0") in cards["keyword"][4]
    assert cards["sum-shape"][:3] == [1, 1, 1]
    assert cards["len-is-axis-0"][1] == -1
    assert cards["full-print"][:3] == [0, 0, 0]
    assert log == [[4, 1500, 0], [3, 0, 1], [1, 0, 0]]


def test_without_history_every_card_is_new(engine, tmp_path):
    engine.answer("keyword", Rating.EASY)
    package = exported(engine, tmp_path / "a.apkg", history=False)

    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        assert anki.db.scalar("SELECT count() FROM revlog") == 0
        assert anki.db.scalar("SELECT count() FROM cards WHERE type > 0") == 0


@pytest.mark.parametrize("old", [True, False])
def test_answers_given_in_anki_come_back_to_the_course_s_cards(engine, tmp_path, clock, old):
    engine.answer("keyword", Rating.EASY)
    package = exported(engine, tmp_path / "a.apkg")
    with collection(tmp_path / "anki") as anki:
        take_in(anki, package)
        answer(anki, "Toy course::Shapes", 3)
        back = write_out(anki, tmp_path / "back.apkg", old=old)
    clock.now = datetime.now(UTC) + timedelta(hours=1)

    result = engine.import_file(back)

    assert (result.notes, result.answers, result.passed_over) == (0, 1, 1)
    answered = [item for item, schedule in engine.store.schedules(CARD).items() if schedule.reps]
    assert len(answered) == 2
    assert engine.store.check() == []


@pytest.fixture(params=[True, False], ids=["old form", "new form"])
def foreign(request, tmp_path):
    """A package from Anki with a note of each kind, some answers and a picture."""
    with collection(tmp_path / "anki") as anki:
        anki.media.write_data("p.png", b"\x89PNG picture")
        add_note(anki, "Basic", 'a<b>b</b> <img src="p.png">', "&lt;c&gt;", tags=["x", "y"])
        add_note(anki, "Basic (and reversed card)", "there", "back")
        add_note(anki, "Basic (optional reversed card)", "one", "way", "")
        add_note(anki, "Cloze", "{{c1::up}} {{c3::down::hint}}", "more", deck="Words::Two")
        add_note(anki, "Cloze", "{{c10::far}}", "", deck="Words::Two")
        for rating in (3, 1):
            answer(anki, "Words", rating)
        return write_out(anki, tmp_path / "foreign.apkg", old=request.param)


def test_notes_of_anki_become_decks_of_one_s_own(engine, foreign, clock, tmp_path):
    clock.now = datetime.now(UTC) + timedelta(hours=1)

    result = engine.import_file(foreign)
    notes = {note.front.en: note for deck in engine.course.decks[2:] for note in deck.notes}

    assert engine.course.left_out == ()
    assert [deck.title.en for deck in engine.course.decks[2:]] == ["Words", "Words::Two"]
    assert [note.kind.value for note in notes.values()] == ["basic", "reversed", "basic", "cloze"]
    assert [note.back.en for note in notes.values()] == ["\\<c>", "back", "way", "more"]
    assert "{{c1::up}} {{c3::down::hint}}" in notes
    assert next(iter(notes.values())).tags == ("x", "y")
    assert (result.notes, result.answers, result.files) == (4, 2, 1)
    assert "10" in result.left_out[0].why
    [kept] = (tmp_path / "home/media").iterdir()
    assert kept.read_bytes() == b"\x89PNG picture"
    assert kept.name in next(iter(notes))


def test_importing_again_changes_nothing(engine, foreign, clock, tmp_path):
    clock.now = datetime.now(UTC) + timedelta(hours=1)
    engine.import_file(foreign)
    deck = tmp_path / "home/cards/anki-words.yaml"
    deck.write_text(deck.read_text("utf-8").replace('"there"', '"here"'), encoding="utf-8")
    before = deck.read_bytes(), list(engine.store.log())

    result = engine.import_file(foreign)

    assert (result.notes, result.known, result.answers, result.passed_over) == (0, 4, 0, 2)
    assert (deck.read_bytes(), list(engine.store.log())) == before


def test_a_history_from_anki_is_a_history_of_ours(engine, foreign, clock):
    clock.now = datetime.now(UTC) + timedelta(hours=1)
    engine.import_file(foreign)
    schedules = engine.store.schedules(CARD)

    assert len(schedules) == 2
    assert all(schedule.phase is Phase.LEARNING for schedule in schedules.values())
    assert engine.store.check() == []
    assert engine.undo() is not None
    assert engine.store.schedules(CARD) == {}


def test_answers_from_the_future_are_passed_over(engine, foreign, clock):
    clock.now = datetime(2020, 1, 1, tzinfo=UTC)

    assert (engine.import_file(foreign).answers, engine.import_file(foreign).passed_over) == (0, 2)


def test_a_broken_own_deck_is_not_written_to(engine, foreign, tmp_path):
    deck = tmp_path / "home/cards/anki-words.yaml"
    deck.parent.mkdir()
    deck.write_text("deck: [\n", encoding="utf-8")
    engine.reload_course()

    with pytest.raises(Exception, match=r"anki-words\.yaml:\d"):
        engine.import_file(foreign)
    assert deck.read_text("utf-8") == "deck: [\n"


def test_a_package_in_the_new_form_is_not_taken_for_its_notice(tmp_path, engine):
    """Packages of today hold a collection for old versions, too, with one note that says so."""
    with collection(tmp_path / "anki") as anki:
        add_note(anki, "Basic", "front", "back")
        package = write_out(anki, tmp_path / "new.apkg", old=False)
    assert "collection.anki2" in zipfile.ZipFile(package).namelist()

    engine.import_file(package)

    assert engine.course.decks[-1].notes[0].front.en == "front"


def test_a_missing_topic_is_refused(engine, tmp_path):
    with pytest.raises(UsageError, match="no such topic"):
        engine.export_package(tmp_path / "a.apkg", ["shape"])
