"""What a scenario is: a fault, how often and under what load it is staged, and its control."""

import dataclasses
import typing

SCENARIOS = {}


@dataclasses.dataclass(frozen=True)
class Control:
    """The same fault with a defence off: the checker must find damage.

    `settings` replace settings of the workers, `lowered` names defences (crash_point.h), `knobs`
    change what the fault itself asks for by `run.knob`, and `finds` are the invariants of which
    at least one must be broken.
    """

    settings: dict = dataclasses.field(default_factory=dict)
    lowered: tuple = ()
    knobs: dict = dataclasses.field(default_factory=dict)
    finds: tuple = ("I1", "I2", "I5")
    tries: int = 3


# What Redis has lost is asked again; of orders it would come back by reading their topic again.
NO_MEMOS = {"repeats_max": None, "has_memos": False}
NO_TRANSACTIONS = Control(settings={"delivery": "at-least-once", "store.url": "memory:"})


@dataclasses.dataclass(frozen=True)
class Scenario:
    """`stage(run)` does the fault once and ends it; `times` is how often, short and in full.

    `settings` of the workers may be a function of the run. A place that `is_secured` has one
    broker with SASL_SSL and Redis with TLS beside what the others have.
    """

    name: str
    title: str
    stage: typing.Callable
    control: Control | None = NO_TRANSACTIONS
    workers: int = 2
    rate: int = 120
    times: tuple = (1, 5)
    settings: dict | typing.Callable = dataclasses.field(default_factory=dict)
    is_secured: bool = False
    brokers: dict = dataclasses.field(default_factory=dict)
    limits: dict = dataclasses.field(default_factory=dict)
    is_short: bool = False
    in_mix: bool = True

    def settings_for(self, run):
        return self.settings(run) if callable(self.settings) else self.settings

    def play(self, run, rounds):
        """The fault under load, once for each number of `rounds`."""
        run.limits |= self.limits
        run.start(self.workers)
        with run.load.going(self.rate):
            for run.round in rounds:
                run.wait_answers(50)
                self.stage(run)
                run.count("times staged")
                run.revive()
            run.wait_answers(50)


def times_at(scale, short, full):
    """How often a fault is done: `short` at scale 0, `full` at scale 1."""
    return max(1, round(short + (full - short) * scale))


def scenario(name, title, **more):
    """Adds a scenario: the decorated function stages its fault once on a Run."""
    def add(stage):
        SCENARIOS[name] = Scenario(name, title, stage, **more)
        return stage
    return add
