"""What exactly once costs beside at least once, and how long its transactions are open."""

import statistics

from tests.bench import stage as benches
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS

MESSAGES = 100_000
CONVERSATIONS = 2_000
ROUNDS = 3
MODES = ("exactly-once", "at-least-once")
OPEN_S = 0.25


def measure(stage, size):
    count = max(int(MESSAGES * size), benches.TEXTS)
    table = Table(
        "Exactly once beside at least once",
        f"{count:,} cached messages of {CONVERSATIONS:,} conversations, {PARTITIONS} partitions, as "
        "fast as the worker can, by turns with either delivery; medians. The time of a transaction "
        "is deskhand_commit_seconds, from begin to commit, linear within its bucket.",
    )
    model = stage.model(0)
    worker = stage.worker("delivery", model)
    benches.warm(worker, CONVERSATIONS)
    rounds = {mode: [] for mode in MODES}
    for _ in range(ROUNDS if size >= benches.SMALL else 1):
        for mode in MODES:
            rounds[mode].append(one_round(worker, count, mode))
    once, least = (summary(rounds[mode]) for mode in MODES)
    table.add("messages a second, exactly once", once[0], "/s", "",
              f"at least once {least[0]:,.0f}/s", digits=0)
    table.add("throughput that exactly once costs", 100 * (1 - once[0] / least[0]), "%",
              "at most 15 %")
    table.add("CPU a message, exactly once", once[1], "us", "",
              f"at least once {least[1]:.1f} us: {once[1] / least[1]:.2f} times as much")
    table.add("transaction open, 99 of 100", once[2] * 1000, "ms", "at most 250 ms",
              f"the middle one {once[3] * 1000:.0f} ms; {once[4]:.1%} within 250 ms", digits=0)
    return table


def one_round(worker, count, mode):
    """(messages a second, CPU us a message, p99 and median of a transaction in seconds, share of
    transactions that were open for at most OPEN_S)."""
    benches.send(worker, count, CONVERSATIONS, benches.text_of)
    worker.launch(store__timeout__ms="10000", delivery=mode)
    seen = worker.wait_settled(count)
    cpu_s, _ = worker.used()
    commits = worker.histogram("deskhand_commit_seconds")
    assert worker.end() == 0
    return (benches.rate(seen), cpu_s * 1e6 / count, benches.quantile(commits, 0.99),
            benches.quantile(commits, 0.5), benches.share_within(commits, OPEN_S))


def summary(rounds):
    return [statistics.median(column) for column in zip(*rounds)]
