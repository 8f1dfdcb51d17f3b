"""Ten thousand conversations that wait for the model at once: what each of them holds."""

from tests.bench import gauge
from tests.bench import stage as benches
from tests.bench.table import Table
from tests.services.child import ServiceError, wait_until

CONVERSATIONS = 10_000
DELAY_MS = 60_000
AT_THE_MODEL = 256  # the default of model.inflight.max
WAIT_S = 50
ROOM_BYTES = 250_000_000
OFF = ("orders", "copy__requests", "handbacks", "recommendation__requests", "feedback")


def measure(stage, size):
    count = max(int(CONVERSATIONS * size), 2 * AT_THE_MODEL)
    table = Table(
        "Waiting conversations",
        f"{count:,} conversations with one question each, none of them answered yet: first "
        f"{AT_THE_MODEL} calls under way, the default of model.inflight.max, from the start, and "
        "the others at the gate, where they hold no place of inflight.max; then all calls under "
        f"way, with inflight.max, model.inflight.max and model.inflight.start at {count:,}. "
        f"backlog.bytes.max is {ROOM_BYTES / 1e6:.0f} MB in both. Resident memory of the worker "
        "when all wait; the bytes of a turn are what that is above the memory before the first "
        "question. The bare loop makes as many calls with libcurl's defaults.",
    )
    model = stage.model(DELAY_MS)
    for calls, name, goal in ((AT_THE_MODEL, f"{AT_THE_MODEL} at the model", "under 128 MB"),
                              (count, "all at the model", "")):
        before_mb, waiting_mb = one_round(stage, model, count, calls)
        turn_bytes = (waiting_mb - before_mb) * 2**20 / count
        table.add(f"resident memory, {name}", waiting_mb, "MB", goal, f"before {before_mb:.0f} MB")
        table.add(f"a waiting turn, {name}", turn_bytes, "bytes", "", "", digits=0)
    bare = benches.program("bare_calls_bench", f"{stage.model(1000).url}/v1/chat/completions",
                           count, 0)
    table.add("bare loop, all at the model", bare["waiting_kb"] / 1024, "MB", "",
              f"{(bare['waiting_kb'] - bare['before_kb']) * 1024 / count:,.0f} bytes a call")
    return table


def one_round(stage, model, count, calls):
    """Resident MB before the first question and while all wait."""
    worker = stage.worker("waiting", model)
    room = {} if calls < count else {"inflight__max": str(count)}
    worker.start(model__inflight__max=str(calls), model__inflight__start=str(calls),
                 model__timeout__ms="300000", backlog__bytes__max=str(ROOM_BYTES), **room,
                 **{f"topic__{name}": "" for name in OFF})
    before_mb = gauge.resident_mb(worker.child.pid)
    benches.send(worker, count, count, benches.distinct(worker))

    def are_waiting():
        series = worker.series()
        if worker.settled():
            raise ServiceError("the first call ended before the last began")
        under_way = series["deskhand_model_calls_inflight"]
        waiting = series['deskhand_gate_waiting{backend="1"}']
        return under_way == calls and under_way + waiting == count

    wait_until(are_waiting, WAIT_S, f"{count} turns that wait", every_s=benches.POLL_S)
    waiting_mb = gauge.resident_mb(worker.child.pid)
    worker.child.kill()
    worker.child.wait()
    return before_mb, waiting_mb
