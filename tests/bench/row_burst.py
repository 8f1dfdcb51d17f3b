"""Ten thousand equal questions at once, in four workers and in one: what they cost."""

from tests.bench import stage as benches
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS
from tests.services.child import wait_until
from tests.services.fake_model import FakeModel

QUESTIONS = 10_000
WORKERS = 4
DELAY_MS = 3_000
CALLS_MAX = 1_000  # so that one worker takes all questions into memory at once
TURN = "deskhand_loop_turn_seconds"
OFF = ("orders", "copy__requests", "handbacks", "recommendation__requests", "feedback")


def measure(stage, size):
    count = max(int(QUESTIONS * size), 100)
    table = Table(
        "Equal questions",
        f"{count:,} conversations that ask the same at once, in {WORKERS} workers with one Redis "
        f"and {PARTITIONS} partitions; a fake model that takes {DELAY_MS / 1000:.0f} s and counts "
        "its calls. Beside it the same with cache and lock off. "
        "The longest turn of a worker's loop, up to the bound of the bucket it is in, which is "
        "what all else had to wait meanwhile: in those four, and in one that takes all of them.",
    )
    shared, among_s = one_run(stage, "burst", count)
    alone, _ = one_run(stage, "alone", max(count // 100, 10), cache__enabled="false")
    table.add("calls", shared, "", "1", f"without sharing {alone:.0f} for {max(count // 100, 10)}",
              digits=0)
    _, turn_s = one_run(stage, "one", count, workers=1, model__inflight__max=str(CALLS_MAX),
                        model__inflight__start=str(CALLS_MAX))
    table.add(f"longest turn of a loop, {WORKERS} workers", among_s * 1000, "ms", digits=0)
    table.add("longest turn of the loop, one worker", turn_s * 1000, "ms", digits=0)
    return table


def one_run(stage, name, count, workers=WORKERS, **settings):
    """Calls that the model got for so many equal questions, and seconds of the longest turn of a
    worker's loop meanwhile."""
    model = stage.enter_context(FakeModel())
    model.behave(delay_ms=DELAY_MS)
    worker = stage.worker(name, model)
    members = [worker] + [worker.twin(f"w{number}") for number in range(1, workers)]
    for member in members[1:]:
        stage.callback(member.close)
    for member in members:
        member.launch(store__timeout__ms="5000", **{f"topic__{name}": "" for name in OFF},
                      **settings)
    for member in members:
        member.wait_ready()
    share = PARTITIONS / workers
    wait_until(lambda: [m.metric("deskhand_partitions") for m in members] == [share] * workers,
               benches.WAIT_S, "an equal share for each worker")
    before = [member.histogram(TURN) for member in members]
    benches.send(worker, count, count, lambda number: benches.text_of(workers))
    wait_until(lambda: sum(member.settled() or 0 for member in members) >= count, benches.RUN_S,
               f"{count} settled turns")
    answered = sum(member.settled("answer") for member in members)
    assert answered == count, f"{answered} answers for {count} questions"
    longest_s = max(longest(earlier, member.histogram(TURN))
                    for earlier, member in zip(before, members))
    assert [member.end() for member in members] == [0] * workers
    return model.calls()["total"], longest_s


def longest(before, after):
    """The bound of the last bucket that got a sample."""
    samples = [(bound, count - earlier) for (bound, count), (_, earlier) in zip(after, before)]
    return next(bound for bound, count in samples if count == samples[-1][1])
