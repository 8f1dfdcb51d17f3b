"""python -m tests.fault.table: writes what the result files say into docs/guarantees.md."""

import json
import pathlib
import re

from tests.fault import scenarios  # noqa: F401 (fills the table)
from tests.fault.scenario import SCENARIOS

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests/fault/results"
PAGE = ROOT / "docs/guarantees.md"
BETWEEN = re.compile(r"(<!-- faults -->\n).*(<!-- /faults -->)", re.S)
HEAD = "| | fault | events | verdict | longest wait | with a defence lowered | seed, commit |\n"


def table():
    """One row a scenario, in the order of their names; one that was not run says so."""
    return HEAD + "|---|---|---|---|---|---|---|\n" + "".join(
        _row(one) for one in sorted(SCENARIOS.values(), key=lambda one: one.name)
    )


def page(text):
    return BETWEEN.sub(lambda found: found[1] + table() + found[2], text)


def _row(one):
    path = RESULTS / f"{one.name}.json"
    if not path.exists():
        return f"| {one.name} | {one.title} | | not run | | | |\n"
    result = json.loads(path.read_text())
    if result["skipped"]:
        return f"| {one.name} | {one.title} | | not run: {result['skipped']} | | | |\n"
    figures = result["figures"]
    verdict = "clean" if result["clean"] else "VIOLATED: " + _counts(result["violations"])
    control = _counts(result["control"]) if result.get("control") else (
        "not caught" if "control" in result else "not run")
    return (
        f"| {one.name} | {one.title} | {figures['events']} | {verdict} "
        f"| {figures.get('longest wait s', '')} s | {control} "
        f"| {result['seed']}, {result['commit']} |\n"
    )


def _counts(violations):
    """The three that were found most often."""
    most = sorted(violations.items(), key=lambda pair: -pair[1])[:3]
    return ", ".join(f"{name}: {count}" for name, count in most)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
