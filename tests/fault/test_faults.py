"""The short faults: with the defences up the checker finds nothing, with one lowered it does."""

import pytest

from tests.fault import scenarios  # noqa: F401 (fills the table)
from tests.fault.__main__ import caught, stage
from tests.fault.rig import Place
from tests.fault.scenario import SCENARIOS

SEED = 20240917
# Those that take longest start first, so that none is left alone at the end.
LONGEST = ("F38", "F02", "F01", "F03", "F12")
SHORT = sorted((one for one in SCENARIOS.values() if one.is_short),
               key=lambda one: LONGEST.index(one.name) if one.name in LONGEST else len(LONGEST))
# Their controls do not depend on the moment of a kill. Of the others `python -m tests.fault` runs
# them; here they would take too long.
CONTROLLED = ("F04", "F06")


@pytest.fixture(scope="module")
def place():
    with Place(seed=SEED) as made:
        yield made


@pytest.mark.parametrize("one", SHORT, ids=lambda one: one.name)
def test_nothing_is_lost_doubled_or_out_of_order(place, one):
    report = stage(place, one, SEED, 0)
    assert report.is_clean, report.as_text()


@pytest.mark.parametrize("name", CONTROLLED)
def test_the_checker_sees_what_a_lowered_defence_lets_through(place, name):
    assert caught(place, SCENARIOS[name], SEED)
