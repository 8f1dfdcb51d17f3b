"""The faults. Each function stages one; a new one needs nothing but a function here."""

import collections
import struct

from tests.fault.scenario import NO_TRANSACTIONS, Control, scenario
from tests.services.proxy import CLEAR, Held

END_TXN = 26
TXN_OFFSET_COMMIT = 28

CRASH_POINTS = (
    "before-init", "after-init", "claim-read", "before-assign", "after-assign", "after-begin",
    "half-produced", "after-produce", "before-offsets", "after-offsets", "before-commit",
    "after-commit-call", "after-commit", "in-revoke", "before-unassign", "after-unassign",
)


@scenario("F01", "a worker is killed at random points", is_short=True)
def kill_at_random(run):
    run.start(3)
    with run.load.going(150):
        for _ in range(run.times(3, 30)):
            run.wait_answers(50)
            run.pass_time(run.draw.uniform(0.1, 2))
            victim = run.draw.choice(run.workers)
            victim.kill()
            victim.start()


@scenario("F02", "a worker is killed at a named point", is_short=True)
def kill_at_named_points(run):
    steady, victim = run.start(2)
    points = list(CRASH_POINTS) * run.times(1, 3)
    run.draw.shuffle(points)
    with run.load.going(100):
        for point in points[:run.times(6, len(points))]:
            victim.kill() if victim.is_running() else None
            victim.start(crash_at=f"{point}:{run.draw.randint(1, 3)}", wait=False)
            run.wait_answers(30)
            steady.kill()  # so that partitions come and go
            steady.start()
        victim.kill() if victim.is_running() else None  # its point may lie in the shutdown
        victim.start()


@scenario("F04", "a worker stands still for longer than its session, in a transaction, and goes on",
          is_short=True, control=Control(lowered=("fencing", "epochs", "done-map")))
def zombie(run):
    workers = run.start(2)
    with run.load.going(150):
        for _ in range(run.times(1, 3)):
            run.wait_answers(100)
            victim = run.draw.choice(workers)
            victim.pause()
            run.wait_answers(300)
            run.pass_time(8)
            victim.resume()
            run.wait_answers(100)


@scenario("F06", "an EndTxn request arrives late, in the middle of another transaction",
          is_short=True, control=Control(lowered=("resends",)))
def late_end_of_transaction(run):
    """The late request meets the next transaction when its records are in and its offsets are
    not; then the worker is killed. A transaction that it ends is torn."""
    (worker,) = run.start(1)
    proxies = run.place.broker_proxies.values()
    answers = collections.Counter()
    with run.load.going(100):
        for _ in range(run.times(3, 100)):
            run.wait_answers(20)
            held = Held(END_TXN, until_api_key=TXN_OFFSET_COMMIT)
            for proxy in proxies:
                proxy.hold(held)
            if held.was_kept.wait(30) and held.was_delivered.wait(60):
                worker.kill()
                answers.update(_error_of(reply) for reply in held.replies)
            for proxy in proxies:
                proxy.hold(None)
                proxy.cut()
                proxy.set(CLEAR)
            if not worker.is_running():
                worker.start()
    run.figures["late EndTxn, by the broker's error code"] = dict(answers)


def _error_of(reply):
    """Of an EndTxn response version 1: the throttle time, then the error."""
    return struct.unpack_from(">ih", reply)[1]


@scenario("F21", "Redis is killed and comes back empty", is_short=True, control=NO_TRANSACTIONS)
def redis_lost(run):
    workers = run.start(2)
    with run.load.going(150):
        for _ in range(run.times(1, 5)):
            run.wait_answers(100)
            run.redis.kill()
            run.wait_answers(300)
            run.draw.choice(workers).kill()
            run.redis.restart()
            run.wait_answers(300)
            for worker in workers:
                if not worker.is_running():
                    worker.start()
