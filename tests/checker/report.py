"""Violations by name, with examples, for people and for programs."""

import collections
import dataclasses

EXAMPLES_MAX = 5


@dataclasses.dataclass(frozen=True)
class Violation:
    invariant: str
    name: str
    detail: str

    @property
    def code(self):
        return f"{self.invariant} {self.name}"


class Report:
    """All that was found, and figures that are no fault by themselves."""

    def __init__(self):
        self.violations = []
        self.figures = {}
        self.skipped = ""  # why nothing was staged

    def add(self, invariant, name, detail):
        self.violations.append(Violation(invariant, name, detail))

    def take_in(self, other):
        """Adds another report on more of the same: counts add up, of times the longest counts."""
        self.violations += other.violations
        self.skipped = self.skipped or other.skipped
        for name, value in other.figures.items():
            mine = self.figures.get(name)
            if mine is None or isinstance(value, str):
                self.figures[name] = value
            elif name.endswith(" s") and not isinstance(value, list):
                self.figures[name] = max(mine, value)
            else:
                self.figures[name] = mine + value

    @property
    def is_clean(self):
        return not self.violations

    @property
    def counts(self):
        """How many violations of each code, for example {"I2 doubled": 3}."""
        return dict(collections.Counter(violation.code for violation in self.violations))

    def of(self, *invariants):
        return [one for one in self.violations if one.invariant in invariants]

    def examples(self):
        kept = collections.defaultdict(list)
        for violation in self.violations:
            if len(kept[violation.code]) < EXAMPLES_MAX:
                kept[violation.code].append(violation.detail)
        return dict(kept)

    def as_json(self):
        return {
            "clean": self.is_clean,
            "violations": dict(sorted(self.counts.items())),
            "examples": self.examples(),
            "figures": self.figures,
        }

    def as_text(self):
        """What is wrong comes first: of a failed test some show one line, and some a few."""
        wrong = ", ".join(f"{code}: {count}" for code, count in sorted(self.counts.items()))
        lines = [f"{len(self.violations)} violations: {wrong}" if wrong else "clean"]
        for code, count in sorted(self.counts.items()):
            lines.append(f"VIOLATED {code}: {count}")
            lines += [f"    {detail}" for detail in self.examples()[code]]
        return "\n".join(lines + [f"{name:24} {value}" for name, value in self.figures.items()])
