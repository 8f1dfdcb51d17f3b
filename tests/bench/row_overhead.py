"""What the worker adds to a call of the model, beside the same calls by libcurl alone."""

import statistics

from tests.bench import stage as benches
from tests.bench.table import Table

CALLS = 1_000  # a round's, by each of the two
RATE = 1_000
ROUNDS = 12
CONVERSATIONS = 500
DELAYS_MS = (0, 45)
SECONDS = "deskhand_model_call_seconds"


def measure(stage, size):
    count = max(int(CALLS * size), 200)
    table = Table(
        "Overhead of a model call",
        f"{RATE:,} calls a second of a model that answers at once, and of one that takes "
        f"{DELAYS_MS[1]} ms. Worker and bare loop make {count:,} calls in turns, {ROUNDS} times, "
        f"after two rounds that are not counted. The time of a call is {SECONDS}, linear within its "
        "bucket; what it is above the bare loop's of the same round is the overhead. Shown is the "
        "quietest round, since others on the machine can only add, and the median of the rounds.",
    )
    for delay_ms in DELAYS_MS:
        rounds = some_rounds(stage, delay_ms, count)
        for at, name, goal in ((0, "middle call", "at most 1 ms more"),
                               (1, "99 of 100", "at most 5 ms more")):
            more = [(ours[at] - bare[at], ours[at], bare[at]) for ours, bare in rounds]
            least, ours, bare = min(more)
            table.add(f"{name}, model of {delay_ms} ms", least, "ms more", goal,
                      f"{ours:.2f} ms, bare loop {bare:.2f} ms; "
                      f"median {statistics.median(one[0] for one in more):.2f} ms more", digits=2)
    return table


def some_rounds(stage, delay_ms, count):
    """Of each round ((middle, 99 of 100) of the worker's calls, of the bare loop's), in ms."""
    model = stage.model(delay_ms)
    worker = stage.worker("overhead", model)
    worker.start(model__inflight__max=str(CONVERSATIONS))
    rounds = [(by_worker(worker, number, count), by_bare_loop(model, count))
              for number in range(2 + ROUNDS)]
    assert worker.end() == 0
    return rounds[2:]


def by_worker(worker, number, count):
    before = worker.histogram(SECONDS, 'backend="1"')
    benches.send(worker, count, CONVERSATIONS, benches.distinct(worker), first=number * count,
                 per_s=RATE)
    worker.wait_settled((number + 1) * count)
    after = worker.histogram(SECONDS, 'backend="1"')
    calls = [(bound, samples - earlier) for (bound, samples), (_, earlier) in zip(after, before)]
    return [benches.quantile(calls, wanted) * 1000 for wanted in (0.5, 0.99)]


def by_bare_loop(model, count):
    said = benches.program("bare_calls_bench", f"{model.url}/v1/chat/completions", count, RATE)
    return [said[name] / 1000 for name in ("p50_us", "p99_us")]
