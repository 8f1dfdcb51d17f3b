"""What a scenario is: a fault to stage, and the control that must be caught."""

import dataclasses
import typing

SCENARIOS = {}


@dataclasses.dataclass(frozen=True)
class Control:
    """The same fault with a defence off: the checker must find damage.

    `settings` replace settings of the workers, `lowered` names defences (crash_point.h), and
    `finds` are the invariants of which at least one must be broken.
    """

    settings: dict = dataclasses.field(default_factory=dict)
    lowered: tuple = ()
    finds: tuple = ("I1", "I2", "I5")
    tries: int = 3


NO_TRANSACTIONS = Control(settings={"delivery": "at-least-once", "store.url": "memory:"})


@dataclasses.dataclass(frozen=True)
class Scenario:
    name: str
    title: str
    stage: typing.Callable
    control: Control | None
    settings: dict
    is_short: bool


def scenario(name, title, *, control=NO_TRANSACTIONS, settings=None, is_short=False):
    """Adds a scenario: the decorated function stages the fault on a Run."""
    def add(stage):
        SCENARIOS[name] = Scenario(name, title, stage, control, settings or {}, is_short)
        return stage
    return add
