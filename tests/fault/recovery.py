"""How long it takes until everything goes on as before, by fault.

Over is a fault when all that was asked before it is answered, and each partition has answered
something that was asked behind it; a hand-off to a person is an answer, too. Sessions are as long
as they are by default.
"""

import dataclasses
import typing

from tests.fault.scenario import Control, scenario
from tests.services.child import wait_until
from tests.services.proxy import Weather

GIVE_UP_S = 90
ENDS = ("answer", "handoff")  # a person may get what the model was away for


@dataclasses.dataclass(frozen=True)
class Recovery:
    """`begin(run)` does what recovery is counted from; `end(run)` puts things back behind it.
    With `is_more` it may take `within_s` longer than the same takes without a fault."""

    title: str
    within_s: float
    begin: typing.Callable
    end: typing.Callable = lambda run: None
    is_more: bool = False
    limits: dict = dataclasses.field(default_factory=dict)

    @property
    def goal(self):
        return f"{self.within_s} s" + (" more than without a fault" if self.is_more else "")


def over_at(run, since):
    """When it was over, in monotonic seconds; None: it is not yet."""
    before, behind, partitions = set(), {}, set()
    for one in run.load.sent():
        partitions.add(one.partition)
        if run.load.sent_at.get(one.uid, since) < since:
            before.add(one.uid)
        else:
            behind[one.uid] = one.partition
    first, last = {}, since
    for output, at in run.live.seen():
        uid = output.body().get("in_reply_to") if output.kind in ENDS else None
        if uid in before:
            before.discard(uid)
            last = max(last, at)
        elif uid in behind:
            first.setdefault(behind[uid], at)
    if before or len(first) < len(partitions):
        return None
    return max(last, *first.values())


def _measure(run, begin, still_s=0):
    """Seconds until it is over; the workers stand still for the first `still_s` of them."""
    since = begin(run)
    running = [worker for worker in run.workers if still_s and worker.is_running()]
    for worker in running:
        worker.pause()
    run.pass_time(still_s)
    for worker in running:
        worker.resume()
    return wait_until(lambda: over_at(run, since), GIVE_UP_S, "it to be over", every_s=0.5) - since


def _add(name, recovery):
    @scenario(name, recovery.title, workers=3, times=(1, 3), in_mix=False,
              settings={"kafka.consumer.session.timeout.ms": None},
              limits={"fallbacks_max": None, **recovery.limits},
              control=Control(knobs={"still_s": recovery.within_s + 5}, finds=("I8",), tries=1))
    def stage(run):
        run.wait_steady()
        calm_s = _measure(run, lambda run: run.load.now())
        took_s = _measure(run, recovery.begin, run.knob("still_s", 0))
        recovery.end(run)
        run.figures.setdefault("recovered in s", []).append(round(took_s, 1))
        run.figures.setdefault("without a fault s", []).append(round(calm_s, 1))
        run.figures["goal"] = recovery.goal
        limit_s = recovery.within_s + (calm_s if recovery.is_more else 0)
        run.expect(took_s <= limit_s, "I8", f"it took {took_s:.1f} s, not {recovery.goal}")


def _kill_worker(run):
    victim = run.next_worker()
    since = run.load.now()
    victim.kill()
    victim.start(wait=False)
    return since


def _kill_broker(run):
    number = run.memory["broker"] = run.memory.get("broker", -1) + 1
    broker = run.memory["lost"] = run.kafka.brokers[number % len(run.kafka.brokers)]
    since = run.load.now()
    broker.kill()
    return since


def _kill_redis(run):
    since = run.load.now()
    run.redis.kill()
    return since


def _let_model_back(run):
    run.place.model_proxy.set(Weather(is_refusing=True))
    run.cut_model()
    run.pass_time(15)
    since = run.load.now()
    run.place.model_proxy.set(Weather())
    return since


_add("R01", Recovery("a worker is killed and started again", 15, _kill_worker))
_add("R02", Recovery("a broker is lost", 20, _kill_broker,
                     lambda run: run.kafka.restart(run.memory["lost"])))
_add("R03", Recovery("Redis is lost", 2, _kill_redis, lambda run: run.redis.restart(),
                     is_more=True, limits={"repeats_max": None}))  # no memos
_add("R04", Recovery("the model is back from an outage", 30, _let_model_back))
