"""The table in docs/guarantees.md says what the result files say, and nothing else; and these are of
a tree that can be had again, with controls that were caught."""

import json

from tests.fault import table
from tests.fault.recovery import longest_gap
from tests.fault.scenario import SCENARIOS


def flaws(result):
    """Why this result shows nothing."""
    found = []
    if result["commit"].endswith("-dirty") or result["commit"] == "unknown":
        found.append("it is of a tree that nobody has")
    if SCENARIOS[result["scenario"]].control and not result["skipped"] and not result.get("control"):
        found.append("its control was not caught")
    return found


def results():
    return {path.name: json.loads(path.read_text()) for path in table.RESULTS.glob("*.json")}


def test_the_page_shows_what_the_result_files_say():
    text = table.PAGE.read_text()
    assert table.page(text) == text, "run: python -m tests.fault.table"


def test_a_changed_row_is_noticed():
    text = table.PAGE.read_text()
    changed = text.replace("| F01 |", "| F01 (better than measured) |", 1)
    assert changed != text
    assert table.page(changed) != changed


def test_each_result_is_of_a_committed_tree_and_its_control_was_caught():
    assert {name: found for name, one in results().items() if (found := flaws(one))} == {}


def test_a_dirty_tree_and_a_control_that_was_not_caught_are_noticed():
    result = results()["F01.json"]
    assert flaws(result | {"commit": result["commit"] + "-dirty"})
    assert flaws(result | {"control": None})
    assert flaws({name: value for name, value in result.items() if name != "control"})


def test_each_scenario_has_a_result():
    assert SCENARIOS.keys() - {one["scenario"] for one in results().values()} == set()


def test_a_window_without_an_outcome_is_seen_also_at_its_ends():
    assert longest_gap([1, 2, 40, 41], 0, 45) == 38
    assert longest_gap([], 5, 50) == 45
    assert longest_gap([60, 70], 50, 100) == 30
    assert longest_gap([10, 99], 50, 55) == 5  # what lies outside does not count
