"""Real Anki collections, for the tests of what goes to Anki and comes from it."""

from contextlib import contextmanager

from anki.collection import (
    Collection,
    ExportAnkiPackageOptions,
    ImportAnkiPackageOptions,
    ImportAnkiPackageRequest,
)


@contextmanager
def collection(folder):
    folder.mkdir(parents=True, exist_ok=True)
    opened = Collection(str(folder / "collection.anki2"))
    try:
        yield opened
    finally:
        opened.close()


def take_in(anki, package):
    """Import a package with schedules; how many notes were new, changed and known."""
    options = ImportAnkiPackageOptions(with_scheduling=True, merge_notetypes=True)
    request = ImportAnkiPackageRequest(package_path=str(package), options=options)
    log = anki.import_anki_package(request).log
    return len(log.new), len(log.updated), len(log.duplicate)


def write_out(anki, package, *, old=True):
    """Export everything; in the old form, or in today's."""
    options = ExportAnkiPackageOptions(with_scheduling=True, with_media=True, legacy=old)
    anki.export_anki_package(out_path=str(package), options=options, limit=None)
    return package


def add_note(anki, kind, *fields, deck="Words", tags=()):
    note = anki.new_note(anki.models.by_name(kind))
    note.fields[: len(fields)] = fields
    note.tags = list(tags)
    anki.add_note(note, anki.decks.id(deck))
    return note


def answer(anki, deck, rating):
    """Answer the next card of a deck; returns its id."""
    anki.decks.select(anki.decks.id(deck))
    card = anki.sched.getCard()
    card.start_timer()
    anki.sched.answerCard(card, rating)
    return card.id
