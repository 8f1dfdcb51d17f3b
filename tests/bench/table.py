"""Measurements as rows of a table: what, how much, beside what, and the goal."""

import dataclasses
import json
import os
import platform
import subprocess

from tests.services import places


@dataclasses.dataclass
class Line:
    """One number. `beside` is the same measure of something else in the same run."""

    what: str
    value: float
    unit: str
    goal: str = ""
    beside: str = ""
    digits: int = 1

    def cells(self):
        return self.what, f"{self.value:,.{self.digits}f} {self.unit}", self.beside, self.goal


@dataclasses.dataclass
class Table:
    title: str
    setting: str  # what was measured, in one sentence
    lines: list = dataclasses.field(default_factory=list)

    def add(self, *arguments, **more):
        self.lines.append(Line(*arguments, **more))


HEAD = ("measure", "measured", "beside it, in the same run", "goal")


def as_text(table):
    rows = [HEAD, *(line.cells() for line in table.lines)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip()
             for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return f"{table.title}\n{table.setting}\n\n" + "\n".join(lines) + "\n"


def as_markdown(table):
    rows = [HEAD, ("---",) * len(HEAD), *(line.cells() for line in table.lines)]
    return f"### {table.title}\n\n{table.setting}\n\n" + "".join(
        "| " + " | ".join(row) + " |\n" for row in rows)


def as_json(table):
    return json.dumps(dataclasses.asdict(table), ensure_ascii=False)


def circumstances():
    """Commit, and what the machine was: a number without them says nothing."""
    commit = _git("rev-parse", "--short", "HEAD")
    if _git("status", "--porcelain", "--untracked-files=no"):
        commit += " with changes"
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return (f"Commit {commit}; {os.cpu_count()} cores ({_cpu_name()}) shared with Kafka, Redis, "
            f"the load and whoever else uses the machine; load averages at the end {load}; "
            f"Linux {platform.release().split('-')[0]}.")


def _git(*arguments):
    done = subprocess.run(["git", *arguments], cwd=places.ROOT, capture_output=True, text=True)
    return done.stdout.strip()


def _cpu_name():
    with open("/proc/cpuinfo") as info:
        for line in info:
            if line.startswith("model name"):
                return " ".join(line.split(":", 1)[1].split())
    return platform.machine()
