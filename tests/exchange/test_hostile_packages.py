"""Packages made to do harm, or damaged: refused in one sentence, and nothing is changed."""

import io
import json
import sqlite3
import stat
import zipfile
import zlib
from contextlib import closing

import pytest
from engine_support import StandingClock, open_engine

from quizapp.errors import UsageError
from quizapp.exchange import archive

TABLES = """
    CREATE TABLE col (id INTEGER, models TEXT, decks TEXT);
    CREATE TABLE notes (id INTEGER, guid TEXT, mid INTEGER, tags TEXT, flds TEXT);
    CREATE TABLE cards (id INTEGER, nid INTEGER, did INTEGER, odid INTEGER, ord INTEGER);
    CREATE TABLE revlog (id INTEGER, cid INTEGER, ease INTEGER, time INTEGER, type INTEGER,
                         factor INTEGER);
    INSERT INTO notes VALUES (1, 'g', 5, ' t ', 'front' || x'1f' || 'back');
    INSERT INTO cards VALUES (2, 1, 1, 0, 0);
    INSERT INTO revlog VALUES (1700000000000, 2, 3, 10, 1, 2500);
    """
MODEL = {
    "id": "5",
    "name": "m",
    "type": 0,
    "flds": [{"name": "F", "ord": 0}, {"name": "B", "ord": 1}],
    "tmpls": [{"qfmt": "{{F}}", "afmt": "{{FrontSide}}<hr>{{B}}", "ord": 0}],
}


@pytest.fixture
def engine(tmp_path):
    with open_engine(tmp_path, StandingClock()) as engine:
        yield engine


def database(tmp_path, script="", models=None, decks='{"1": {"id": 1, "name": "D"}}'):
    file = tmp_path / "made.db"
    with closing(sqlite3.connect(file)) as made:
        made.executescript(TABLES)
        models = json.dumps({"5": MODEL}) if models is None else models
        made.execute("INSERT INTO col VALUES (1, ?, ?)", (models, decks))
        made.executescript(script)
        made.commit()
    return file.read_bytes()


def package(tmp_path, members):
    path = tmp_path / "made.apkg"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in members:
            made.writestr(name, data)
    return path


def refused(engine, tmp_path, path, said):
    with pytest.raises(UsageError, match=said):
        engine.import_file(path)
    assert not (tmp_path / "home/cards").exists()
    assert not (tmp_path / "home/media").exists()
    assert list(engine.store.log()) == []


def test_a_plain_package_comes_in(engine, tmp_path):
    path = package(tmp_path, [("collection.anki2", database(tmp_path)), ("media", "{}")])

    assert engine.import_file(path).notes == 1


@pytest.mark.parametrize(
    "name", ["../evil", "/etc/evil", "a/b", "..\\evil", "C:\\evil", "..", "cards/x.yaml"]
)
def test_a_name_that_leads_elsewhere_is_refused(engine, tmp_path, name):
    path = package(tmp_path, [("collection.anki2", database(tmp_path)), (name, "x")])

    refused(engine, tmp_path, path, "plain file name")


def test_a_link_is_refused(engine, tmp_path):
    link = zipfile.ZipInfo("0")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    path = package(tmp_path, [("collection.anki2", database(tmp_path)), (link, "/etc/passwd")])

    refused(engine, tmp_path, path, "link")


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_members_of_one_name_are_refused(engine, tmp_path):
    data = database(tmp_path)
    path = package(tmp_path, [("collection.anki2", data), ("collection.anki2", data)])

    refused(engine, tmp_path, path, "twice")


def test_a_bomb_is_refused_by_what_it_unpacks_to(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(archive.Archive.copy, "__defaults__", (2**20,))
    path = package(tmp_path, [("collection.anki2", b"\0" * 2**22), ("media", "{}")])

    refused(engine, tmp_path, path, "unpacks to more than")


def test_a_bomb_of_many_pictures_is_refused_by_their_sum(engine, tmp_path, monkeypatch):
    monkeypatch.setattr(archive, "LARGEST_PACKAGE", 2**20)
    pictures = {str(number): f"{number}.png" for number in range(8)}
    tags = "".join(f"<img src={name}>" for name in pictures.values())
    data = database(tmp_path, f"UPDATE notes SET flds = '{tags}' || char(31) || 'b'")
    members = [("collection.anki2", data), ("media", json.dumps(pictures))]
    path = package(tmp_path, [*members, *((member, b"\0" * 2**18) for member in pictures)])

    with pytest.raises(UsageError, match="it unpacks to more than"):
        engine.import_file(path)
    assert not (tmp_path / "home/cards").exists()


def test_a_bomb_that_lies_about_its_size_is_refused(engine, tmp_path):
    path = package(tmp_path, [("collection.anki2", database(tmp_path))])
    data = bytearray(path.read_bytes())
    place = data.rindex(b"PK\x01\x02")
    data[place + 24 : place + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)

    refused(engine, tmp_path, path, "made.apkg: ")


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("collection.anki2", b"no database at all, but long enough to be one" * 20, "cannot be"),
        ("collection.anki2", b"", "has no table"),
        ("collection.anki21b", b"no zstandard", "damaged"),
        ("other", b"", "no Anki collection"),
    ],
)
def test_a_collection_that_is_none_is_refused(engine, tmp_path, name, data, said):
    refused(engine, tmp_path, package(tmp_path, [(name, data)]), said)


def test_a_zstandard_bomb_is_refused(engine, tmp_path, monkeypatch):
    zstandard = pytest.importorskip("zstandard")
    monkeypatch.setattr("quizapp.exchange.anki_in.LARGEST_COLLECTION", 2**20)
    data = zstandard.ZstdCompressor().compress(b"\0" * 2**24)

    refused(engine, tmp_path, package(tmp_path, [("collection.anki21b", data)]), "more than")


@pytest.mark.parametrize(
    ("script", "said"),
    [
        (
            "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL "
            "SELECT id + 1 FROM n) SELECT id, 'g' guid, 5 mid, '' tags, 'a' flds FROM n;",
            "no table notes",
        ),
        (
            "DROP TABLE revlog; CREATE TABLE revlog (id INTEGER, cid INTEGER, ease INTEGER, "
            "time INTEGER, type INTEGER, factor GENERATED ALWAYS AS (zeroblob(100000000)));",
            "computes columns",
        ),
        ("DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(flds)", "no table notes"),
        ("DROP TABLE cards; CREATE TABLE cards (id INTEGER)", "cannot be read"),
    ],
)
def test_a_collection_that_computes_is_refused(engine, tmp_path, script, said):
    path = package(tmp_path, [("collection.anki2", database(tmp_path, script))])

    refused(engine, tmp_path, path, said)


@pytest.mark.parametrize("models", ["", "[", "5", "null", '{"5": 7}', "[" * 100_000])
def test_damaged_note_types_bring_nothing_in(engine, tmp_path, models):
    path = package(tmp_path, [("collection.anki2", database(tmp_path, models=models))])
    try:
        assert engine.import_file(path).notes == 0
    except UsageError as error:
        assert "damaged" in str(error)


@pytest.mark.parametrize(
    "script",
    [
        "UPDATE revlog SET id = 9000000000000000000",
        "UPDATE revlog SET id = -5",
        "UPDATE revlog SET id = 'x', time = x'00'",
        "UPDATE revlog SET cid = NULL",
    ],
)
def test_answers_of_no_time_are_passed_over(engine, tmp_path, script):
    path = package(tmp_path, [("collection.anki2", database(tmp_path, script))])

    assert engine.import_file(path).answers == 0
    assert engine.store.check() == []


@pytest.mark.parametrize(
    "fields",
    [
        "'<script>x</script>' || x'1f' || 'b'",
        "''",
        "x'1f'",
        "'a'",
        "'{{c1::a}}' || x'1f' || '{{x}} \u2028 \u0085 \ufeff' || char(1) || char(55296)",
        "'a: [' || char(10) || '- id: x' || x'1f' || '\"'",
        "printf('%.*c', 200000, 'x') || x'1f' || 'b'",
    ],
)
def test_whatever_a_field_holds_the_deck_stays_sound(engine, tmp_path, fields):
    path = package(
        tmp_path, [("collection.anki2", database(tmp_path, f"UPDATE notes SET flds = {fields}"))]
    )
    result = engine.import_file(path)

    assert engine.course.left_out == ()
    assert result.notes + len(result.left_out) == 1


def test_a_picture_keeps_neither_its_name_nor_a_kind_that_is_not_one(engine, tmp_path):
    script = "UPDATE notes SET flds = '<img src=\"../../x.png\"><img src=\"y.py\">' || x'1f' || 'b'"
    media = json.dumps({"0": "../../x.png", "1": "y.py"})
    members = [("collection.anki2", database(tmp_path, script)), ("media", media)]
    engine.import_file(package(tmp_path, [*members, ("0", "picture"), ("1", "import os")]))

    [kept] = (tmp_path / "home/media").iterdir()
    assert kept.suffix == ".png"
    assert "/" not in kept.name


def test_a_file_cut_short_is_refused(engine, tmp_path):
    path = package(tmp_path, [("collection.anki2", database(tmp_path))])
    path.write_bytes(path.read_bytes()[:-30])

    refused(engine, tmp_path, path, "no ZIP file")


def test_a_member_with_a_wrong_checksum_is_refused(engine, tmp_path):
    stored = io.BytesIO()
    data = database(tmp_path)
    with zipfile.ZipFile(stored, "w") as made:
        made.writestr("collection.anki2", data)
    raw = stored.getvalue().replace(b"front", b"fr0nt")
    path = tmp_path / "made.apkg"
    path.write_bytes(raw)

    assert zlib.crc32(data) != zlib.crc32(data.replace(b"front", b"fr0nt"))
    refused(engine, tmp_path, path, "damaged")
