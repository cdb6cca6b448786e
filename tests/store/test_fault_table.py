"""Some lines of `python -m scripts.fault_table`, and power cuts; the scripts do more for long."""

import random

import pytest

from scripts.fault_table import APP, FAULTS, TRIED, meet
from scripts.power_cuts import cut_power

# From Python 3.12 on; these processes do nothing that a thread of the parent could be holding.
pytestmark = pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")


@pytest.mark.parametrize(
    ("name", "said"),
    [("file that may not grow", "not saved"), ("folder moved", "while it was open")],
)
def test_the_open_app_says_what_befalls_its_file_and_goes_on_afterwards(name, said):
    met = meet(FAULTS[name], APP)
    assert (met.lost, met.unsound) == (0, ())
    assert said in met.said
    assert met.taken >= 2 * TRIED


def test_a_power_cut_takes_no_acknowledged_answer_along():
    tally = cut_power(6, random.Random(2))
    assert (tally.lost, tally.half, tally.shut) == (0, 0, 0)
    assert tally.acknowledged > 0
