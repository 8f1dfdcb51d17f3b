"""From the start of the program to the first answer that can be read."""

import statistics
import subprocess
import time
import uuid

from tests.bench import stage as benches
from tests.bench.table import Table

ROUNDS = 5


def measure(stage, size):
    rounds_count = ROUNDS if size >= benches.SMALL else 1
    table = Table(
        "Start to first answer",
        "From starting the program to its first answer before a read_committed reader, on a "
        "running Kafka and Redis, with one question waiting and a model that answers at once; the "
        f"median of {rounds_count} starts with a new group. The bare loop joins a group, reads the "
        "question and commits two records in a transaction.",
    )
    model = stage.model(0)
    ours = [first_answer_s(stage, model) for _ in range(rounds_count)]
    bare = [bare_s(stage, model) for _ in range(rounds_count)]
    middle, beside = statistics.median(ours), statistics.median(bare)
    table.add("start to first answer", middle, "s", "under 2 s",
              f"bare loop {beside:.2f} s: {middle / beside:.1f} times as long", digits=2)
    table.add("the slowest start", max(ours), "s", "", f"bare loop {max(bare):.2f} s", digits=2)
    return table


def first_answer_s(stage, model):
    worker = stage.worker("start", model)
    benches.send(worker, 1, 1, benches.text_of)
    with benches.reader(worker, "answers") as answers:
        begun = time.monotonic()
        worker.launch()
        answers.next()
        took_s = time.monotonic() - begun
    assert worker.end() == 0
    return took_s


def bare_s(stage, model):
    worker = stage.worker("bare", model)
    benches.send(worker, 1, 1, benches.text_of)
    arguments = [stage.kafka.bootstrap, f"bare-{uuid.uuid4().hex[:8]}", worker.topics["messages"],
                 worker.topics["answers"], worker.topics["audit"], str(stage.redis.port), "1",
                 "small"]
    with benches.reader(worker, "answers") as answers:
        begun = time.monotonic()
        child = subprocess.Popen([benches.OUT / "tests/bench/bare_path_bench", *arguments],
                                 stdout=subprocess.DEVNULL)
        answers.next()
        took_s = time.monotonic() - begun
        assert child.wait(benches.RUN_S) == 0
    return took_s
