"""python -m tests.fault.table: writes what the result files say into docs/guarantees.md."""

import json
import pathlib
import re

from tests.fault import backends, outages
from tests.fault import scenarios  # noqa: F401 (fills the table)
from tests.fault.scenario import SCENARIOS

ROOT = pathlib.Path(__file__).resolve().parents[2]
RESULTS = ROOT / "tests/fault/results"
PAGE = ROOT / "docs/guarantees.md"
SOURCE = "seed, commit"
LATE = "late EndTxn answered "
ANSWERS = {"0": "taken (no error)", "47": "INVALID_PRODUCER_EPOCH", "48": "INVALID_TXN_STATE",
           "51": "CONCURRENT_TRANSACTIONS", "90": "PRODUCER_FENCED"}


def _fault_rows():
    """One a scenario, in the order of their names; one that was not run says so."""
    return "".join(_row(one) for one in _scenarios("F"))


def _recovery_rows():
    """One a fault whose end was measured."""
    return "".join(_recovery_row(one) for one in _scenarios("R"))


def _features_rows():
    """One a feature level of the brokers with which F06 was run."""
    found = sorted(RESULTS.glob("F06-transaction.version-*.json"))
    return "".join(_features_row(json.loads(path.read_text())) for path in found)


def _scenarios(kind):
    return sorted((one for one in SCENARIOS.values() if one.name.startswith(kind)),
                  key=lambda one: one.name)


def _rows_of_rounds(name, columns):
    """Those figures of a result that are lists side by side; a number stands in each row."""
    path = RESULTS / f"{name}.json"
    figures = json.loads(path.read_text())["figures"] if path.exists() else {}
    rounds = len(figures.get(columns[0], []))
    if rounds == 0:
        return "| not run |" + " |" * len(columns) + "\n"
    result = json.loads(path.read_text())
    return "".join(
        "| " + " | ".join(_figure(figures, one, at) for one in columns)
        + f" | {result['seed']}, {result['commit']} |\n" for at in range(rounds))


def _figure(figures, column, at):
    if not isinstance(column, str):
        return str(column)
    value = figures[column][at]
    return f"{value} s" if column.endswith(" s") and not isinstance(value, str) else str(value)


def page(text):
    """`text` with each table between its marks made anew."""
    for mark, (columns, rows) in TABLES.items():
        between = re.compile(rf"(<!-- {mark} -->\n).*(<!-- /{mark} -->)", re.S)
        head = "|" + "".join(f" {column} |" if column else " |" for column in columns)
        made = f"{head}\n|{'---|' * len(columns)}\n{rows()}"
        text = between.sub(lambda found: found[1] + made + found[2], text)
    return text


def _row(one):
    path = RESULTS / f"{one.name}.json"
    if not path.exists():
        return f"| {one.name} | {one.title} | | | not run | | | |\n"
    result = json.loads(path.read_text())
    if result["skipped"]:
        return f"| {one.name} | {one.title} | | | not run: {result['skipped']} | | | |\n"
    figures = result["figures"]
    return (
        f"| {one.name} | {one.title} | {_staged(result)} | {figures['events']} "
        f"| {_verdict(result)} | {figures.get('longest wait s', '')} s | {_control(result)} "
        f"| {result['seed']}, {result['commit']} |\n"
    )


def _staged(result):
    """How often, and of how often it should have been when the run was cut short."""
    size = "in full" if result["scale"] >= 1 else "short"
    times, rounds = result["figures"].get("times staged", size), result.get("rounds")
    return f"{times} of {rounds}" if rounds and rounds != times else times


def _recovery_row(one):
    path = RESULTS / f"{one.name}.json"
    if not path.exists():
        return f"| {one.name} | {one.title} | not run | | | |\n"
    result = json.loads(path.read_text())
    figures = result["figures"]
    return (
        f"| {one.name} | {one.title} | {_seconds(figures['recovered in s'])} "
        f"| {figures['goal']} | {_seconds(figures['without a fault s'])} "
        f"| {result['seed']}, {result['commit']} |\n"
    )


def _seconds(values):
    return ", ".join(f"{value:.1f} s" for value in values)


def _features_row(result):
    return (
        f"| {result['features']['transaction.version']} | {_answers(result['figures'])} "
        f"| {_verdict(result)} | {_answers(result['control figures'] or {})} | {_control(result)} "
        f"| {result['seed']}, {result['commit']} |\n"
    )


def _answers(figures):
    """What brokers said to the late request, and how often."""
    return ", ".join(
        f"{ANSWERS.get(name.removeprefix(LATE), name.removeprefix(LATE))}: {count}"
        for name, count in sorted(figures.items()) if name.startswith(LATE))


def _verdict(result):
    return "clean" if result["clean"] else "VIOLATED: " + _counts(result["violations"])


def _control(result):
    if result.get("control"):
        return _counts(result["control"])
    return "not caught" if "control" in result else "not run"


def _counts(violations):
    """The three that were found most often."""
    most = sorted(violations.items(), key=lambda pair: -pair[1])[:3]
    return ", ".join(f"{name}: {count}" for name, count in most)


TABLES = {
    "faults": (("", "fault", "staged", "events", "verdict", "longest wait",
                "with a defence lowered", SOURCE), _fault_rows),
    "recovery": (("", "fault", "goes on as before within, each time", "goal",
                  "the same without a fault", SOURCE), _recovery_rows),
    "outages": (("the model is", "breakers of all workers open after",
                 "calls a second and worker while it is away", "all answered after its return",
                 SOURCE),
                lambda: _rows_of_rounds("F25", ("way", outages.OPENED, outages.CALLS,
                                                outages.ANSWERED))),
    "flood": (("p99 of the others before it", "while it lasts", "calls of the tenant",
               "of which its budget allows", SOURCE),
              lambda: _rows_of_rounds("F44", (outages.CALM, outages.FLOODED, outages.PAID,
                                              outages.LIMIT))),
    "wishes": (("repeats in 100 calls", "earliest return, as a share of the wish", "median",
                "within a tenth, in 100", SOURCE),
               lambda: _rows_of_rounds("F26", (backends.REPEATS, backends.EARLIEST,
                                               backends.USUAL, backends.KEPT))),
    "garbage": (("repeats in 100 calls", SOURCE),
                lambda: _rows_of_rounds("F28", (backends.REPEATS,))),
    "transaction versions": (
        ("`transaction.version`", "late EndTxn, and the answers", "verdict",
         "with the watch lowered: the answers", "what is found then", SOURCE), _features_rows),
}


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text()))
