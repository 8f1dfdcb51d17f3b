"""How long it takes until everything goes on as before, by fault.

Over is a fault when all that was asked before it is answered, and each partition has answered
something that was asked behind it; a hand-off to a person is an answer, too. Sessions are as long
as they are by default.
"""

import dataclasses
import typing

from tests.fault.scenario import NO_MEMOS, Control, scenario
from tests.services.child import wait_until
from tests.services.proxy import Weather

GIVE_UP_S = 90
ENDS = ("answer", "handoff")  # a person may get what the model was away for


STANDSTILL_S = 30  # in any window of this length there is an outcome


def longest_gap(moments, since, until):
    """The longest time from `since` to `until` in which none of `moments` lies."""
    inside = sorted(at for at in moments if since < at < until)
    return max(after - before for before, after in zip([since, *inside], [*inside, until], strict=True))


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


class Ending:
    """When everything goes on as before again. Each look goes on where the last one ended: of what
    is looked through again and again the workers would have to share the processor."""

    def __init__(self, run, since):
        self._run = run
        self._since = since
        self._last = since
        self._sent_seen = self._outputs_seen = 0
        self._before, self._behind = set(), {}
        self._partitions, self._answered = set(), {}

    def at(self):
        """In monotonic seconds; None: not yet."""
        self._take_sent()
        self._take_answers()
        for uid in self._before & self._answered.keys():
            self._last = max(self._last, self._answered[uid])
            self._before.discard(uid)
        first = {}
        for uid in self._behind.keys() & self._answered.keys():
            part, at = self._behind[uid], self._answered[uid]
            first[part] = min(at, first.get(part, at))
        if self._before or len(first) < len(self._partitions):
            return None
        return max(self._last, *first.values())

    def _take_sent(self):
        for one in self._run.load.sent()[self._sent_seen:]:
            self._sent_seen += 1
            self._partitions.add(one.partition)
            if self._run.load.sent_at.get(one.uid, self._since) < self._since:
                self._before.add(one.uid)
            else:
                self._behind[one.uid] = one.partition

    def _take_answers(self):
        for output, at in self._run.live.seen()[self._outputs_seen:]:
            self._outputs_seen += 1
            if output.kind in ENDS:
                self._answered.setdefault(output.body().get("in_reply_to"), at)


def _measure(run, begin, still_s=0):
    """Seconds until it is over; the workers stand still for the first `still_s` of them."""
    since = begin(run)
    running = [worker for worker in run.workers if still_s and worker.is_running()]
    for worker in running:
        worker.pause()
    run.pass_time(still_s)
    for worker in running:
        worker.resume()
    ending = Ending(run, since)
    return wait_until(ending.at, GIVE_UP_S, "it to be over", every_s=0.5) - since


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
                     is_more=True, limits=NO_MEMOS))
_add("R04", Recovery("the model is back from an outage", 30, _let_model_back))
