"""Pictures of cards, drawn where the extra is installed, and told where there is none."""

import sys

import pytest
from engine_support import FILES, StandingClock, open_engine
from PIL import Image
from textual_image.widget import HalfcellImage
from tui_support import session, shown, until

# The drawing package calls what Pillow 14 will take out.
pytestmark = pytest.mark.filterwarnings("ignore:Image.Image.getdata:DeprecationWarning")

CARD = """
    - id: pictured
      front: {en: "Which is it?\\n\\n![a red box](red.png)", zh: "![](red.png)"}
      back: {en: "Two: ![a red box](red.png) ![](%s)", zh: "一"}
      source: "N0 § Q & A"
"""


@pytest.fixture
def opened(tmp_path):
    """Opens an engine that asks one card, whose back names the picture `name`."""

    def make(name="wide.png"):
        deck = "deck: {en: Shapes, zh: 形状}\nnotes:" + CARD.replace("\n    ", "\n") % name
        changed = {"cards/shapes.yaml": deck, "exercises/sums/double/exercise.yaml": None}
        engine = open_engine(
            tmp_path,
            StandingClock(),
            dict.fromkeys((each for each in FILES if "double" in each), None) | changed,
        )
        cards = tmp_path / "course" / "cards"
        Image.new("RGB", (40, 20), "red").save(cards / "red.png")
        Image.new("RGBA", (4000, 1000)).save(cards / "wide.png")
        for card in engine.course.cards:
            if card != "pictured":
                engine.suspend(card)
        return engine

    return make


def drawn(pilot) -> list[HalfcellImage]:
    return [*pilot.app.screen.query(HalfcellImage)]


def told(pilot) -> str:
    return "\n".join(str(each.visual) for each in pilot.app.screen.query(".no-picture"))


async def test_a_picture_is_drawn_below_its_side_and_its_words_stay(opened):
    with opened() as engine:
        async with session(engine) as pilot:
            await until(pilot, lambda: drawn(pilot))
            assert "▣ a red box" in shown(pilot, "#front")
            assert drawn(pilot)[0].size.width > 0


async def test_the_back_draws_only_what_the_front_has_not_shown(opened):
    with opened() as engine:
        async with session(engine) as pilot:
            await until(pilot, lambda: drawn(pilot))
            await pilot.press("space")
            await until(pilot, lambda: len(drawn(pilot)) == 2)
            assert "▣ wide.png" in shown(pilot, "#back")


async def test_a_large_picture_is_scaled_to_the_card(opened):
    with opened() as engine:
        async with session(engine) as pilot:
            await pilot.press("space")
            await until(pilot, lambda: len(drawn(pilot)) == 2)
            await pilot.pause()
            wide = drawn(pilot)[1]
            assert wide.image.size == (1600, 400)
            assert 0 < wide.size.width <= 60
            assert 0 < wide.size.height <= 14


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("gone.png", "there is no such file"),
        ("../../../home/x.png", "outside of the course"),
        ("http://example.org/x.png", "nothing is fetched"),
        ("shapes.yaml", "no picture of a kind"),
    ],
)
async def test_a_picture_that_may_not_be_shown_says_why(opened, name, why):
    with opened(name) as engine:
        async with session(engine) as pilot:
            await pilot.press("space")
            await until(pilot, lambda: why in told(pilot))


async def test_a_broken_file_says_so_and_the_card_goes_on(opened, tmp_path):
    with opened("broken.png") as engine:
        (tmp_path / "course" / "cards" / "broken.png").write_bytes(b"\x89PNG no picture")
        async with session(engine) as pilot:
            await pilot.press("space")
            await until(pilot, lambda: "cannot be read" in told(pilot))
            await pilot.press("3")
            assert len([*engine.store.reviews()]) == 1


async def test_a_file_that_unpacks_to_too_much_is_not_unpacked(opened, tmp_path):
    with opened("bomb.png") as engine:
        Image.new("1", (20_000, 10_000)).save(tmp_path / "course" / "cards" / "bomb.png")
        async with session(engine) as pilot:
            await pilot.press("space")
            await until(pilot, lambda: "cannot be read" in told(pilot))


async def test_a_symlink_leads_nowhere_outside(opened, tmp_path):
    with opened("link.png") as engine:
        Image.new("RGB", (2, 2)).save(tmp_path / "secret.png")
        (tmp_path / "course" / "cards" / "link.png").symlink_to(tmp_path / "secret.png")
        async with session(engine) as pilot:
            await pilot.press("space")
            await until(pilot, lambda: "outside of the course" in told(pilot))


async def test_without_the_extra_the_words_stay_and_say_how_to_see_more(opened, monkeypatch):
    with opened() as engine:
        monkeypatch.setitem(sys.modules, "PIL", None)
        async with session(engine) as pilot:
            await until(pilot, lambda: "quizapp[images]" in told(pilot))
            assert "▣ a red box" in shown(pilot, "#front")


async def test_with_pillow_but_without_the_package_that_draws_the_words_stay_too(
    opened, monkeypatch
):
    for name in [name for name in sys.modules if name.startswith("textual_image")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "textual_image", None)
    with opened() as engine:
        async with session(engine) as pilot:
            await until(pilot, lambda: told(pilot))
            assert (
                told(pilot)
                == "▨ a red box: pictures are shown after: pip install 'quizapp[images]'"
            )
            assert pilot.app.is_running
