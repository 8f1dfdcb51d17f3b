"""Ten thousand conversations that wait for the model at once: what each of them holds."""

from tests.bench import gauge
from tests.bench import stage as benches
from tests.bench.table import Table
from tests.services.child import ServiceError, wait_until

CONVERSATIONS = 10_000
DELAY_MS = 20_000
SMALL_DELAY_MS = 4_000
WAIT_S = 120


def measure(stage, size):
    count = max(int(CONVERSATIONS * size), 100)
    delay_ms = DELAY_MS if size >= benches.SMALL else SMALL_DELAY_MS
    table = Table(
        "Waiting conversations",
        f"{count:,} conversations with one question each, all of them at the gate of a model "
        f"that takes {delay_ms / 1000:.0f} s, or with it. Resident memory when "
        "all wait; the bytes of a turn are what that is above the memory before the first "
        "question. The bare loop makes as many calls with libcurl's defaults.",
    )
    model = stage.model(delay_ms)
    before_mb, waiting_mb = one_round(stage, model, count)
    bare = benches.program("bare_calls_bench", f"{model.url}/v1/chat/completions", count, 0)
    ours_bytes = (waiting_mb - before_mb) * 2**20 / count
    bare_bytes = (bare["waiting_kb"] - bare["before_kb"]) * 1024 / count
    table.add("resident memory", waiting_mb, "MB", "under 128 MB",
              f"bare loop {bare['waiting_kb'] / 1024:.0f} MB")
    table.add("a waiting turn", ours_bytes, "bytes", "",
              f"a waiting call of the bare loop {bare_bytes:,.0f} bytes", digits=0)
    return table


def one_round(stage, model, count):
    """Resident MB before the first question and with all calls under way."""
    worker = stage.worker("waiting", model)
    worker.start(inflight__max=str(count), model__inflight__max=str(count),
                 model__inflight__start=str(count), model__timeout__ms="60000")
    before_mb = gauge.resident_mb(worker.child.pid)
    benches.send(worker, count, count, benches.distinct(worker))
    waiting_mb = 0.0

    def are_waiting():
        nonlocal waiting_mb
        series = worker.scrape()
        calls = series["deskhand_model_calls_inflight"]
        has_all = series["deskhand_backlog_records"] == count
        waiting_mb = gauge.resident_mb(worker.child.pid)
        if worker.settled():
            raise ServiceError("the first call ended before the last began")
        return has_all and calls > 0 and calls == series["deskhand_turns_inflight"]

    wait_until(are_waiting, WAIT_S, f"{count} turns that wait", every_s=benches.POLL_S)
    worker.wait_settled(count)
    assert worker.end() == 0
    return before_mb, waiting_mb
