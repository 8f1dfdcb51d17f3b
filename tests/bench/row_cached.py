"""Answers from a warm cache, exactly once: what a message costs when no model is asked."""

import statistics
import uuid

from tests.bench.stage import SMALL, TEXTS, program, send, text_of, warm
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS

MESSAGES = 100_000
CONVERSATIONS = 2_000
ROUNDS = 3


def measure(stage, size):
    count = max(int(MESSAGES * size), TEXTS)
    rounds_count = ROUNDS if size >= SMALL else 1
    table = Table(
        "Cached path",
        f"{count:,} messages of {CONVERSATIONS:,} conversations with {TEXTS:,} distinct texts, "
        f"{PARTITIONS} partitions, Redis warm, history.turns=0, exactly once, an answer and an "
        "audit record for each. CPU time (user and system, all threads) and peak memory are those "
        f"of the whole process from its start; the median of {rounds_count} rounds. store.timeout.ms is "
        "10 s, so that a crowded machine does not turn a hit into a call of the model.",
    )
    model = stage.model(0)
    worker = stage.worker("cached", model)
    warm(worker, CONVERSATIONS)
    bare = stage.worker("bare", model)
    send(bare, count, CONVERSATIONS, text_of)
    rounds = [one_round(stage, worker, bare, count) for _ in range(rounds_count)]
    ours, small, default = (summary(column) for column in zip(*rounds))
    table.add("CPU a message", ours[0], "us", "at most 20 us",
              f"bare loop {small[0]:.1f} us: {ours[0] / small[0]:.1f} times as much")
    table.add("peak memory", ours[1], "MB", "at most 70 MB",
              f"bare loop {small[1]:.0f} MB with small queues, {default[1]:.0f} MB with "
              "librdkafka's own")
    return table


def one_round(stage, worker, bare, count):
    """(CPU us a message, peak MB) of the worker and of the bare loop with two queue sizes."""
    send(worker, count, CONVERSATIONS, text_of)
    worker.launch(store__timeout__ms="10000")
    worker.wait_settled(count)
    cpu_s, peak_mb = worker.used()
    assert worker.hits() == count, f"{worker.hits()} of {count} answers came from the cache"
    assert worker.end() == 0
    ours = (cpu_s * 1e6 / count, peak_mb)
    return ours, bare_loop(stage, bare, count, "small"), bare_loop(stage, bare, count, "default")


def bare_loop(stage, bare, count, queues):
    group = f"bare-{uuid.uuid4().hex[:8]}"
    used = program("bare_path_bench", stage.kafka.bootstrap, group, bare.topics["messages"],
                   bare.topics["answers"], bare.topics["audit"], stage.redis.port, count, queues)
    return used["cpu_us"] / used["count"], used["peak_kb"] / 1024


def summary(rounds):
    return [statistics.median(column) for column in zip(*rounds)]
