"""Every message its own call of the model: how near to the bound that order sets."""

import collections
import random
import statistics

from tests.bench import stage as benches
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS, check_once_and_in_order

MESSAGES = 10_000
CONVERSATIONS = 500
DELAY_MS = 50
CALLS_MAX = 1000
CALLS_START = 500
SEED = 39
ROUNDS = 3
WAITS = (("deskhand_model_call_seconds", '{backend="1"}'),
         ("deskhand_gate_wait_seconds", '{backend="1"}'),
         ("deskhand_reply_wait_seconds", ""), ("deskhand_store_seconds", ""))


def measure(stage, size):
    count = max(int(MESSAGES * size), CONVERSATIONS)
    conversations = draw(count)
    longest = max(collections.Counter(conversations).values())
    bound = count / (longest * DELAY_MS / 1000)
    table = Table(
        "Uncached path",
        f"{count:,} distinct messages, each of one of {CONVERSATIONS} conversations at random, "
        f"{PARTITIONS} partitions, a model that takes {DELAY_MS} ms, exactly once; "
        f"model.inflight.max={CALLS_MAX} and model.inflight.start={CALLS_START}, as one sets "
        "them who knows that the backend bears that; from 64 on the limit doubles with each round "
        "of calls. From the first call of the model to the last answer, with all messages there "
        "before the worker starts; once each and in order, checked. A step is one message of the "
        "longest conversation: the time of the whole run, divided by their number. What of it is "
        "not the model's is waiting, for the loop or for who else has the processor: the means of "
        "the worker's own histograms, over all messages, tell where.",
    )
    model = stage.model(DELAY_MS)
    rounds = [one_round(stage, model, conversations)
              for _ in range(ROUNDS if size >= benches.SMALL else 1)]
    ours, cpu_us, limit, *waits = (statistics.median(column) for column in zip(*rounds))
    serial = PARTITIONS * 1000 / DELAY_MS
    table.add("answers a second", ours, "/s", "at least 4,000/s",
              f"the longest conversation, {longest} messages of {DELAY_MS} ms one after the other, "
              f"allows {bound:,.0f}/s: {ours / bound:.0%} of it", digits=0)
    table.add("times what one call at a time for each partition allows", ours / serial, "times", "",
              f"{serial:,.0f}/s")
    table.add("CPU a message", cpu_us, "us")
    table.add("calls at once that the gate allowed in the end", limit, "calls", digits=0)
    call, gate, reply, store, busy = waits
    table.add("a step of the longest conversation", count / ours / longest * 1000, "ms", "",
              f"the call {call:.1f} ms of which the model's are {DELAY_MS}, the gate {gate:.1f}, the "
              f"reply's check {reply:.1f}, a request to the store {store:.1f}")
    table.add("of the run, the loop was at work", busy * 100, "%", "",
              "what it does not do is waiting: for the model, and in the order of conversations",
              digits=0)
    return table


def draw(count):
    """The conversation of each message."""
    chance = random.Random(SEED)
    return [chance.randrange(CONVERSATIONS) for _ in range(count)]


def one_round(stage, model, conversations):
    """Answers a second, CPU us a message, the gate's limit in the end; mean ms of a call, at the
    gate, of a reply at hand and of a request to the store; the share of the run that the loop was
    at work."""
    count = len(conversations)
    worker = stage.worker("uncached", model)
    benches.send_to(worker, conversations, benches.distinct(worker))
    worker.launch(store__timeout__ms="10000", model__inflight__max=str(CALLS_MAX),
                  model__inflight__start=str(CALLS_START))
    worker.wait_settled(count)
    cpu_s, _ = worker.used()
    series = worker.series()
    assert worker.end() == 0
    answers = worker.read("answers", count)
    check_once_and_in_order(answers, count)
    times_ms = [answer.timestamp()[1] for answer in answers]
    took_s = (max(times_ms) - min(times_ms) + DELAY_MS) / 1000
    waits = [mean_ms(series, name, labels) for name, labels in WAITS]
    busy = series["deskhand_loop_turn_seconds_sum"] / took_s
    limit = series['deskhand_gate_limit{backend="1"}']
    return count / took_s, cpu_s * 1e6 / count, limit, *waits, min(busy, 1.0)


def mean_ms(series, name, labels):
    return series[f"{name}_sum{labels}"] * 1000 / max(series[f"{name}_count{labels}"], 1)
