"""The faults of workers, transactions, brokers and input, and the mix of all. Each function stages
one once; a new one needs nothing but a function, here or in one of the modules beside."""

import json
import random
import struct

from confluent_kafka import Producer, TopicPartition
from confluent_kafka.admin import NewPartitions

from tests.fault import outages, pressure, secured, surroundings  # noqa: F401 (their faults)
from tests.fault.backends import PATIENCE
from tests.fault.recovery import STANDSTILL_S, longest_gap
from tests.fault.scenario import NO_MEMOS, NO_TRANSACTIONS, SCENARIOS, Control, scenario
from tests.services.child import wait_until
from tests.services.proxy import BLACK_HOLE, Held, LostReply, Struck, Weather

PRODUCE = 0
OFFSET_FETCH = 9
INIT_PRODUCER_ID = 22
ADD_PARTITIONS = 24
ADD_OFFSETS = 25
END_TXN = 26
TXN_OFFSET_COMMIT = 28
SESSION_S = 6
TAKEOVER_S = 60
# Only the group can keep out who was given up: brokers would end its transaction much later.
LONG_TRANSACTION = {"kafka.producer.transaction.timeout.ms": "60000"}

# Where a worker can be killed, by what brings it there.
JOINING = ("before-init", "after-init", "claim-read", "before-assign", "after-assign")
WORKING = ("after-begin", "half-produced", "after-produce", "before-offsets", "after-offsets",
           "before-commit", "after-commit-call", "after-commit")
GIVING = ("in-revoke", "before-unassign", "after-unassign")
DOUBTING = ("before-replace", "after-replace", "after-read-back")
ABORTING = ("before-abort", "after-abort")
LOSING = ("in-lost",)
LEAVING = ("before-leave",)
CRASH_POINTS = JOINING + WORKING + GIVING + DOUBTING + ABORTING + LOSING + LEAVING
POINTS_STEP = 7  # through all of them, from kind to kind
WITHOUT_TRANSACTIONS_AT = Control(  # those of them that there are without
    settings=NO_TRANSACTIONS.settings,
    knobs={"points": ("after-produce", "before-commit", "after-commit")})


# --- workers ------------------------------------------------------------------------------------


@scenario("F01", "a worker is killed at a random moment", workers=3, times=(3, 30), is_short=True)
def killed(run):
    run.pass_time(run.draw.uniform(0, 2))
    victim = run.draw.choice(run.workers)
    victim.kill()
    victim.start()


@scenario("F02", "a worker is killed at a named point", times=(3, 3 * len(CRASH_POINTS)),
          is_short=True, control=WITHOUT_TRANSACTIONS_AT)
def killed_at_a_point(run):
    """What brings a worker to its point is done to it, and it must die there."""
    victim = run.next_worker()
    others = [one for one in run.workers if one is not victim]
    points = run.knob("points", CRASH_POINTS)
    point = points[run.round * POINTS_STEP % len(points)]
    times = run.draw.randint(1, 2) if point in WORKING else 1
    owned = _partitions_owned(run)
    victim.stop()
    stop_at = "before-offsets:2" if point in ABORTING else None
    victim.start(crash_at=f"{point}:{times}", stop_at=stop_at, wait=False)
    if point not in JOINING:
        _bring_to(run, point, victim, others, owned)
    ended = run.wait_any_end((victim,))
    run.expect(ended, "stage", f"{victim.name} was not killed at {point}")
    run.count(f"killed at {point}", ended is not None)


def _sum(workers, name):
    return sum(one.metric(f"deskhand_{name}") for one in workers)


def _partitions_owned(run):
    """By all workers, when no rebalance is under way: the most that was seen."""
    owned = _sum(run.workers, "partitions")
    run.memory["owned"] = owned = max(owned, run.memory.get("owned", 0))
    return owned


def _bring_to(run, point, victim, others, owned):
    if point in LEAVING:
        victim.wait_ready()
        victim.end()
        return
    for one in others:  # so that it gets all the work
        one.stop()
    if point in WORKING:
        return
    if point in ABORTING:
        victim.wait_pause()
        _outlive_session(run, victim)
        return
    wait_until(lambda: not victim.is_running() or victim.metric("deskhand_partitions") >= owned,
               TAKEOVER_S, f"{victim.name} to have all partitions")
    if point in DOUBTING:
        run.hold(LostReply(END_TXN))
        return
    if point in LOSING:
        victim.pause()
        _outlive_session(run, victim)
        return
    for one in others:
        one.start(wait=False)


def _outlive_session(run, victim):
    """It stands still for longer than its session, and goes on."""
    run.pass_time(SESSION_S + 2)
    victim.resume()


@scenario("F03", "workers are replaced one after another by SIGTERM", workers=3, times=(3, 60),
          is_short=True, limits={"repeats_max": 0},
          control=Control(settings={"drain.timeout.ms": "1", "store.url": "memory:"},
                          finds=("I7",)))
def replaced(run):
    worker = run.next_worker()
    code = worker.stop()
    run.expect(code == 0, "exit", f"{worker.name} ended with {code} after SIGTERM")
    worker.start()
    run.wait_answers(50)


@scenario("F04", "a worker stands still for longer than its session, then goes on", times=(1, 3),
          is_short=True, control=Control(lowered=("fencing", "epochs", "done-map"), tries=2))
def zombie(run):
    """It stops in a transaction whose offsets are not in yet, until others have settled what is in
    it. Readers of the output wait for that transaction, so the others are asked how far they are."""
    steady, victim = run.workers[:2]
    others = [one for one in run.workers if one is not victim]
    owned = _partitions_owned(run)
    victim.kill()
    victim.settings = LONG_TRANSACTION
    victim.start(stop_at=f"before-offsets:{run.draw.randint(3, 9)}", wait=False)
    victim.settings = {}
    steady.kill()  # so that the victim gets its partitions
    victim.wait_pause()
    steady.start(wait=False)
    wait_until(lambda: _sum(others, "partitions") >= owned, TAKEOVER_S, "a takeover")
    goal = _sum(others, "turns_total") + 300
    wait_until(lambda: _sum(others, "turns_total") >= goal, TAKEOVER_S, "300 turns of the others")
    victim.resume()
    run.wait_answers(100)


@scenario("F05", "a worker stands still for less than its session", times=(2, 10), in_mix=False,
          control=Control(knobs={"still_s": SESSION_S + 3}, finds=("I8",)))
def short_stop(run):
    run.wait_steady()
    before = run.rebalances()
    victim = run.draw.choice(run.workers)
    victim.pause()
    run.pass_time(run.knob("still_s", 2))
    victim.resume()
    run.wait_answers(100)
    run.wait_steady()
    moved = run.rebalances() - before
    run.expect(moved == 0, "I8", f"{moved} rebalances for a short stop")


@scenario("F10", "two workers have one worker.id", times=(1, 1), in_mix=False,
          control=Control(settings={"delivery": "at-least-once"}, finds=("exit",), tries=1))
def twins(run):
    first, second = run.workers[:2]
    second.kill()
    second.settings = {"worker.id": first.name}
    second.start(wait=False)
    ended = run.wait_any_end((first, second))
    if ended is None:
        run.expect(False, "exit", "two workers with one worker.id go on side by side")
        second.kill()
        second.settings = {}
        return
    run.expect(ended.ends[-1] == 69, "exit", f"the fenced worker ended with {ended.ends[-1]}")
    run.expect(ended.told("worker.id"), "I9", "the log does not name worker.id")
    second.settings = {}
    if second is not ended:
        second.kill()


@scenario("F16", "members come and go all the time", times=(1, 8), settings={})
def storm(run):
    """One comes or goes each second, and in no window of 30 s nothing is settled."""
    extra = run.start(1)[0] if len(run.workers) == 2 else run.workers[2]
    since = run.load.now()
    for _ in range(run.times(8, 40)):
        if extra.is_running():
            extra.kill() if run.draw.random() < 0.3 else extra.stop()
        else:
            extra.start(wait=False)
        run.pass_time(run.draw.uniform(0.5, 1.5))
    run.wait_answers(20)
    gap_s = longest_gap([at for _, at in run.live.seen()], since, run.load.now())
    run.note("longest standstill s", round(gap_s, 1))
    run.expect(gap_s < STANDSTILL_S, "I8", f"nothing was settled for {gap_s:.1f} s")


@scenario("F17", "members come and go while commits are slow", times=(1, 5), is_short=True)
def rebalance_during_commit(run):
    run.brokers_weather(Weather(delay_ms=40, jitter_ms=80))
    worker = run.next_worker()
    worker.kill() if run.draw.random() < 0.5 else worker.stop()
    run.wait_answers(20)
    worker.start()
    run.brokers_weather()


# --- transactions -------------------------------------------------------------------------------


@scenario("F06", "an EndTxn request arrives late, in the middle of another transaction", workers=1,
          rate=100, times=(3, 100), is_short=True, control=Control(lowered=("resends",)))
def late_end_of_transaction(run):
    """The late request meets the next transaction when its records are in and its offsets are
    not; then the worker is killed. A transaction that it ends is torn."""
    held = Held(END_TXN, until_api_key=TXN_OFFSET_COMMIT)
    run.hold(held)
    if held.was_kept.wait(30) and held.was_delivered.wait(60):
        run.workers[0].kill()
        for reply in held.replies:  # version 1: the throttle time, then the error
            run.count(f"late EndTxn answered {struct.unpack_from('>ih', reply)[1]}")
    run.hold(None)


@scenario("F07", "the answer to a commit is lost", times=(3, 30), is_short=True)
def lost_answer(run):
    lost = LostReply(END_TXN, times=run.draw.randint(1, 3))
    run.hold(lost)
    run.expect(lost.was_lost.wait(30), "stage", "no commit came by")
    if run.draw.random() < 0.5:
        run.draw.choice(run.workers).kill()
    run.hold(None)


@scenario("F08", "a transaction is open for longer than brokers allow", times=(1, 3))
def transaction_timeout(run):
    held = Held(END_TXN, times=100_000)
    run.hold(held)
    run.expect(held.was_kept.wait(30), "stage", "no commit came by")
    run.pass_time(13)
    run.hold(None)
    run.deliver(held)
    run.draw.choice(run.workers).kill()


@scenario("F09", "brokers forget producers that rest", times=(1, 3), in_mix=False,
          brokers={"transactional.id.expiration.ms": 3000,
                   "transaction.remove.expired.transaction.cleanup.interval.ms": 500,
                   "producer.id.expiration.ms": 3000,
                   "producer.id.expiration.check.interval.ms": 500})
def producer_expired(run):
    with run.load.resting():
        run.pass_time(9)
    run.wait_answers(50)
    run.draw.choice(run.workers).kill()


# --- brokers ------------------------------------------------------------------------------------


@scenario("F11", "brokers are restarted one after another", times=(1, 3))
def brokers_restarted(run):
    for broker in run.kafka.brokers:
        broker.stop()
        run.kafka.restart(broker)
        run.wait_answers(50)
    run.draw.choice(run.workers).kill()


# The requests of a commit in the order in which they are sent. A transaction begins with its first
# partitions; what follows a doubt is reached by the loss of an answer.
STEPS = {
    "begin": lambda: Struck(ADD_PARTITIONS),
    "produce": lambda: Struck(PRODUCE),
    "AddOffsets": lambda: Struck(ADD_OFFSETS),
    "send offsets": lambda: Struck(TXN_OFFSET_COMMIT),
    "offsets answered": lambda: Struck(TXN_OFFSET_COMMIT, is_answered=True),
    "EndTxn sent": lambda: Struck(END_TXN),
    "EndTxn answered": lambda: Struck(END_TXN, is_answered=True),
    "init_transactions": lambda: Struck(INIT_PRODUCER_ID, behind=LostReply(END_TXN)),
    "reading back": lambda: Struck(OFFSET_FETCH, behind=LostReply(END_TXN)),
}
WITHOUT_TRANSACTIONS_IN = Control(  # the one request of these that there is without
    settings=NO_TRANSACTIONS.settings, knobs={"steps": ("produce",)})


@scenario("F46", "a broker is restarted in a step of a commit", times=(len(STEPS), 3 * len(STEPS)),
          in_mix=False, control=WITHOUT_TRANSACTIONS_IN)
def restarted_in_a_step(run):
    """The broker that gets the step's request is killed when that passes, and starts again: each
    step in turn. At the end a worker is killed, so that what counts is what brokers have."""
    steps = run.knob("steps", tuple(STEPS))
    step = steps[run.round % len(steps)]
    struck = STEPS[step]()
    run.hold(struck)
    was_met = struck.was_met.wait(60)
    run.expect(was_met, "stage", f"no request of the step came by: {step}")
    if was_met:
        broker = run.place.broker_behind(struck.proxy)
        broker.kill()
        struck.is_over = True
        run.hold(None)
        run.kafka.restart(broker)
    run.count(f"restarted in {step}", was_met)
    run.wait_answers(50)
    run.draw.choice(run.workers).kill()


@scenario("F12", "a broker is killed and comes back", times=(1, 6), is_short=True)
def broker_killed(run):
    broker = run.draw.choice(run.kafka.brokers)
    broker.kill()
    run.wait_answers(50)
    run.draw.choice(run.workers).kill()
    run.kafka.restart(broker)


@scenario("F13", "all brokers are down", times=(1, 2), in_mix=False)
def brokers_down(run):
    for broker in run.kafka.brokers:
        broker.kill()
    run.pass_time(run.at_scale(10, 120))
    for worker in run.workers:
        run.expect(worker.is_running(), "I8", f"{worker.name} ended while Kafka was down")
        run.expect_told(lambda: not worker.is_ready(), f"{worker.name} has no broker")
        run.expect(worker.rss_mb() < 200, "I7", f"{worker.name} grew to {worker.rss_mb()} MB")
    for broker in run.kafka.brokers:
        broker.start()
    for broker in run.kafka.brokers:
        run.kafka.wait_ready(broker)
    run.wait_answers(20)
    run.draw.choice(run.workers).kill()


@scenario("F14", "a broker stands still", times=(1, 3))
def broker_still(run):
    broker = run.draw.choice(run.kafka.brokers)
    broker.pause()
    run.pass_time(run.at_scale(12, 45))
    broker.resume()
    run.wait_answers(50)
    run.draw.choice(run.workers).kill()


@scenario("F18", "an input topic gets more partitions", times=(1, 1), in_mix=False,
          settings={"kafka.consumer.topic.metadata.refresh.interval.ms": "2000"})
def more_partitions(run):
    """A conversation may move; its order holds on each partition, as it is promised."""
    run.load.flush()
    grown = NewPartitions(run.topics["messages"], 18)
    for future in run.kafka.admin.create_partitions([grown]).values():
        future.result(30)
    run.wait_answers(200)
    run.draw.choice(run.workers).kill()
    run.load.refresh()
    run.wait_answers(200)


@scenario("F19", "too few replicas are in sync", times=(1, 3), in_mix=False)
def not_in_sync(run):
    for broker in run.kafka.brokers[1:]:
        broker.kill()
    run.pass_time(run.at_scale(8, 30))
    for broker in run.kafka.brokers[1:]:
        broker.start()
    for broker in run.kafka.brokers[1:]:
        run.kafka.wait_ready(broker)
    run.wait_answers(20)
    run.draw.choice(run.workers).kill()


@scenario("F15", "the wires to one broker are dead", times=(1, 4))
def partitioned(run):
    proxy = run.draw.choice(list(run.place.broker_proxies.values()))
    proxy.set(BLACK_HOLE)
    run.pass_time(run.at_scale(8, 30))
    proxy.cut()
    proxy.set(Weather())
    run.wait_answers(50)
    run.draw.choice(run.workers).kill()


# --- input --------------------------------------------------------------------------------------

POISON = (
    b"", None, b"{", b"[]", b'"text"', b"\xff\xfe", b'{"id": 7}', b'{"id": "x", "id": "y"}',
    b"[" * 5000, b'{"a":' * 3000, b"\x00\x00\x00\x00\x07" + b'{"id": "avro"}', b"null",
)


@scenario("F35", "one record in ten is poison", times=(2, 10), is_short=True)
def poison(run):
    for _ in range(40):
        value = run.draw.choice(POISON)
        run.load.send_raw(value, key=f"c-{run.draw.randrange(200)}".encode())
    run.wait_answers(80)
    run.draw.choice(run.workers).kill()


@scenario("F36", "records of a megabyte come in bursts", times=(1, 5))
def large(run):
    for size in [900_000] * 40 + [1_000_000] * 10:
        run.load.send_raw(b"x" * size, key=f"c-{run.draw.randrange(200)}".encode())
    run.wait_answers(80)
    for worker in run.workers:
        run.expect(worker.rss_mb() < 300, "I7", f"{worker.name} grew to {worker.rss_mb()} MB")
    run.draw.choice(run.workers).kill()


PHRASES = (
    "\U0001f600\U0001f468\u200d\U0001f469\u200d\U0001f467 {}?", "\u202eevil\u202c {}?", "你好，{}怎么样？",
    "\x1b[2J\x1b]0;owned\x07 {}?", "e\u0301\u0323\u0335 {}", "\ufeff{}\ufffd", "مرحبا {}", "{} \u2028\u2029",
    "%s%n %d {{}} {}", '"\\" {} \\u0000', "' OR 1=1; -- {}", "</message> {} <|im_end|>",
)


@scenario("F37", "customers write in every script, and what is no text", times=(1, 3))
def scripts(run):
    plain, run.load.phrases = run.load.phrases, list(PHRASES)
    for text in ("你好", "運送時間", "ｆｕｌｌ"):
        run.load.send_raw(text.encode("gbk", "replace"))
        run.load.send_raw(b'{"id":"x","conversation_id":"c","customer_id":"k","text":"'
                          + text.encode("gbk", "replace") + b'"}')
    run.wait_answers(400)
    run.load.phrases = plain
    for worker in run.workers:
        run.expect(not worker.told("\x1b"), "I6", "an escape sequence stands in the log")
    run.draw.choice(run.workers).kill()


@scenario("F39", "input of transactions: markers, aborted records, deleted ones", times=(1, 3),
          is_short=True)
def markers(run):
    producer = Producer(run.kafka.client_settings(
        transactional__id=f"feed-{run.name}-{run.draw.random()}",
        partitioner="murmur2_random"))
    producer.init_transactions(30)
    for round_number in range(6):
        producer.begin_transaction()
        for _ in range(10):
            ghost = json.dumps({"id": "ghost", "conversation_id": "c-1", "text": "never asked",
                                "customer_id": "k-1"})
            producer.produce(run.topics["messages"], ghost.encode(), b"c-1")
        producer.flush(30)
        producer.abort_transaction(30)
    run.wait_answers(50)
    settled = run.reader.progress(run.kafka_group, [run.topics["messages"]])
    run.find_copies()
    run.kafka.admin.delete_records([
        TopicPartition(topic, number, part.committed)
        for (topic, number), part in settled.partitions.items() if part.committed > 0
    ])
    run.draw.choice(run.workers).kill()


@scenario("F47", "copies are asked for and orders move on, and a worker is killed", times=(2, 10),
          control=Control(knobs={"forgets": True}, finds=("I4",)))
def copies_and_orders(run):
    """Each request has one copy, whoever wrote it. In the control Redis forgets, and with it what
    the orders' earlier events have said."""
    run.load.ask_for_copies(30)
    run.wait_answers(60)
    run.draw.choice(run.workers).kill()
    run.wait_answers(60)
    if run.knob("forgets", False):
        run.redis.flushall()


# --- everything ---------------------------------------------------------------------------------


@scenario("F45", "a random mix of the others", workers=3, rate=60, times=(5, 200), in_mix=False,
          settings=PATIENCE, limits=NO_MEMOS)
def mix(run):
    """Each draws from a seed of its own: how long one took changes nothing for the next."""
    number = run.round + 1
    run.memory["is mixed"] = True
    run.draw = random.Random(f"{run.seed}/{number}")
    one = run.draw.choice([one for one in SCENARIOS.values() if one.in_mix])
    print(f"   {number}: {one.name} {one.title}", flush=True)
    run.count(f"staged {one.name}")
    one.stage(run)
