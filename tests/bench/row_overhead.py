"""What the worker adds to a call of the model, beside the same calls by libcurl alone."""

from tests.bench import stage as benches
from tests.bench.table import Table

CALLS = 10_000
RATE = 1_000
CONVERSATIONS = 500
DELAY_MS = 45
WITHIN_S = 0.05  # a bound of the histogram; 5 ms above the delay


def measure(stage, size):
    count = max(int(CALLS * size), 500)
    table = Table(
        "Overhead of a model call",
        f"{count:,} calls, {RATE:,} a second, of a model that answers at once: the time of a call "
        "(deskhand_model_call_seconds, linear within its bucket) is all overhead. The bare loop "
        f"makes the same number of calls at the same rate. Then again with a model that takes "
        f"{DELAY_MS} ms: how many calls took at most 5 ms more.",
    )
    calls, bare = one_round(stage, 0, count)
    for name, wanted, goal, said in (("middle call", 0.5, "at most 1 ms more", "p50_us"),
                                     ("99 of 100", 0.99, "at most 5 ms more", "p99_us")):
        took_ms, beside_ms = benches.quantile(calls, wanted) * 1000, bare[said] / 1000
        table.add(name, took_ms, "ms", goal,
                  f"bare loop {beside_ms:.2f} ms: {took_ms - beside_ms:+.2f} ms", digits=2)
    slow, slow_bare = one_round(stage, DELAY_MS, count)
    table.add(f"at most {WITHIN_S * 1000:.0f} ms with a model of {DELAY_MS} ms",
              100 * benches.share_within(slow, WITHIN_S), "%", "at least 99 %",
              f"bare loop: 99 of 100 within {slow_bare['p99_us'] / 1000:.1f} ms")
    return table


def one_round(stage, delay_ms, count):
    """The histogram of the worker's calls, and what the bare loop says of its own."""
    model = stage.model(delay_ms)
    worker = stage.worker("overhead", model)
    worker.start(model__inflight__max=str(CONVERSATIONS))
    benches.send(worker, count, CONVERSATIONS, benches.distinct(worker), per_s=RATE)
    worker.wait_settled(count)
    calls = worker.histogram("deskhand_model_call_seconds", 'backend="1"')
    assert worker.end() == 0
    bare = benches.program("bare_calls_bench", f"{model.url}/v1/chat/completions", count, RATE)
    return calls, bare
