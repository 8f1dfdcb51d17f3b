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
        "before the worker starts; once each and in order, checked.",
    )
    model = stage.model(DELAY_MS)
    rounds = [one_round(stage, model, conversations)
              for _ in range(ROUNDS if size >= benches.SMALL else 1)]
    ours, cpu_us, limit = (statistics.median(column) for column in zip(*rounds))
    serial = PARTITIONS * 1000 / DELAY_MS
    table.add("answers a second", ours, "/s", "at least 4,000/s",
              f"the longest conversation, {longest} messages of {DELAY_MS} ms one after the other, "
              f"allows {bound:,.0f}/s: {ours / bound:.0%} of it", digits=0)
    table.add("times what one call at a time for each partition allows", ours / serial, "times", "",
              f"{serial:,.0f}/s")
    table.add("CPU a message", cpu_us, "us")
    table.add("calls at once that the gate allowed in the end", limit, "calls", digits=0)
    return table


def draw(count):
    """The conversation of each message."""
    chance = random.Random(SEED)
    return [chance.randrange(CONVERSATIONS) for _ in range(count)]


def one_round(stage, model, conversations):
    """(answers a second, CPU us a message, the gate's limit in the end)."""
    count = len(conversations)
    worker = stage.worker("uncached", model)
    benches.send_to(worker, conversations, benches.distinct(worker))
    worker.launch(store__timeout__ms="10000", model__inflight__max=str(CALLS_MAX),
                  model__inflight__start=str(CALLS_START))
    worker.wait_settled(count)
    cpu_s, _ = worker.used()
    limit = worker.scrape()['deskhand_gate_limit{backend="1"}']
    assert worker.end() == 0
    answers = worker.read("answers", count)
    check_once_and_in_order(answers, count)
    times_ms = [answer.timestamp()[1] for answer in answers]
    took_s = (max(times_ms) - min(times_ms) + DELAY_MS) / 1000
    return count / took_s, cpu_s * 1e6 / count, limit
