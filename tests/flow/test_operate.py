"""What docs/operate.md says of starting and stopping."""

import signal
import subprocess
import time

from tests.flow.test_scaling import metric
from tests.flow.worker import PARTITIONS, PROGRAM, WAIT_S
from tests.services.child import wait_until

# Under the 30 s that are waited when nothing is set.
END_S = 25


def test_a_worker_without_brokers_says_so_after_the_time_it_was_given():
    run = subprocess.run(
        [PROGRAM, "run", "-X", "kafka.bootstrap.servers=127.0.0.1:1", "-X", "http.listen=",
         "-X", "start.timeout.ms=1000"],
        capture_output=True, text=True, timeout=END_S,
    )
    assert run.returncode == 69
    assert "check kafka.bootstrap.servers and kafka.security.protocol" in run.stderr


def test_a_model_that_hangs_does_not_keep_a_worker_from_ending_in_order(worker):
    worker.model.behave(hang=True)
    worker.start(drain__timeout__ms="1000")
    worker.send(10, 10)
    deadline = time.monotonic() + WAIT_S
    while metric(worker, "deskhand_model_calls_inflight") < 10:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    assert worker.end(signal.SIGTERM) == 0
    assert '"message":"stopped"' in worker.log.read_text()
    worker.model.behave(delay_ms=5)
    worker.start()
    worker.finish()


def test_topics_are_made_with_the_partitions_and_replicas_that_are_set(worker):
    names = {f"topic.{key}": f"m-{worker.name}-{key}" for key in worker.topics}
    settings = [f"{key}={name}" for key, name in
                {"kafka.bootstrap.servers": worker.kafka.bootstrap, **names}.items()]

    def make(*more):
        arguments = [part for one in (*settings, *more) for part in ("-X", one)]
        return subprocess.run([PROGRAM, "topics", "--create", *arguments], capture_output=True,
                              text=True, timeout=WAIT_S)

    refused = make("topics.replication.factor=2")
    assert refused.returncode == 69 and "replication" in refused.stderr.lower(), refused.stderr
    made = make("topics.partitions=3", "topics.replication.factor=1")
    assert made.returncode == 0, made.stderr

    def partitions():
        there = worker.kafka.admin.list_topics(timeout=WAIT_S).topics
        return {key: len(there[f"m-{worker.name}-{key}"].partitions)
                for key in worker.topics if f"m-{worker.name}-{key}" in there}

    wait_until(lambda: len(partitions()) == len(names), WAIT_S, "the topics are known")
    compacted = {"catalog": 1, "knowledge": 1, "conversations": 8}
    assert partitions() == {key: 3 for key in worker.topics} | compacted


def test_a_topic_that_is_deleted_holds_up_no_other_and_is_read_again_when_it_is_back(worker):
    worker.start(kafka__topic__metadata__refresh__interval__ms="500")
    owned = metric(worker, "deskhand_partitions")
    gone = worker.topics["copy.requests"]

    def owns(count, what):
        wait_until(lambda: metric(worker, "deskhand_partitions") == count, WAIT_S, what)

    worker.kafka.admin.delete_topics([gone])[gone].result(WAIT_S)
    owns(owned - PARTITIONS, "the partitions of the others are kept")
    worker.send(20, 5)
    worker.read("answers", 20)
    worker.kafka.create_topics({gone: PARTITIONS})
    owns(owned, "the topic is read again")
    worker.send(20, 5, first=20)
    worker.finish()


def test_the_store_in_memory_is_up(worker):
    worker.start(store__url="memory:")
    assert metric(worker, "deskhand_store_up") == 1
    assert worker.end() == 0
