"""Ten thousand equal questions at once, in four workers: what they cost."""

from tests.bench import stage as benches
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS
from tests.services.child import wait_until
from tests.services.fake_model import FakeModel

QUESTIONS = 10_000
WORKERS = 4
DELAY_MS = 3_000
OFF = ("orders", "copy__requests", "handbacks", "recommendation__requests", "feedback")


def measure(stage, size):
    count = max(int(QUESTIONS * size), 100)
    table = Table(
        "Equal questions",
        f"{count:,} conversations that ask the same at once, in {WORKERS} workers with one Redis "
        f"and {PARTITIONS} partitions; a fake model that takes {DELAY_MS / 1000:.0f} s and counts "
        "its calls. Beside it the same with cache and lock off.",
    )
    shared = one_run(stage, "burst", count)
    alone = one_run(stage, "alone", max(count // 100, 10), cache__enabled="false")
    table.add("calls", shared, "", "1", f"without sharing {alone:.0f} for {max(count // 100, 10)}",
              digits=0)
    return table


def one_run(stage, name, count, **settings):
    """Calls that the model got for so many equal questions."""
    model = stage.enter_context(FakeModel())
    model.behave(delay_ms=DELAY_MS)
    worker = stage.worker(name, model)
    members = [worker] + [worker.twin(f"w{number}") for number in range(1, WORKERS)]
    for member in members[1:]:
        stage.callback(member.close)
    for member in members:
        member.launch(store__timeout__ms="5000", **{f"topic__{name}": "" for name in OFF},
                      **settings)
    for member in members:
        member.wait_ready()
    share = PARTITIONS / WORKERS
    wait_until(lambda: [m.metric("deskhand_partitions") for m in members] == [share] * WORKERS,
               benches.WAIT_S, "an equal share for each worker")
    benches.send(worker, count, count, lambda number: "hello")
    wait_until(lambda: sum(member.settled() or 0 for member in members) >= count, benches.RUN_S,
               f"{count} settled turns")
    answered = sum(member.settled("answer") for member in members)
    assert answered == count, f"{answered} answers for {count} questions"
    assert [member.end() for member in members] == [0] * WORKERS
    return model.calls()["total"]
