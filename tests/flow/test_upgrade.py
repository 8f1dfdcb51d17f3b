"""This version beside the next one, and back: nothing is lost, doubled or guessed.

The next version is this one with the next number in everything that it stores. It reads both, and
writes the old forms until stored.version is raised."""

import contextlib
import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from confluent_kafka import Producer

from tests.checker.offsets import committed
from tests.flow.worker import PARTITIONS, PROGRAM, ROOT, WAIT_S, Worker
from tests.services.fake_model import mark

pytestmark = pytest.mark.untraced  # its workers are builds of its own

SESSION = {"kafka__consumer__session__timeout__ms": "6000"}


@pytest.fixture(scope="module")
def next_program():
    """Built beside the one under test, in the same variant."""
    tag = f"{Path(PROGRAM).parent.name}-next"
    variant = Path(PROGRAM).parent.name.split("-")[0]
    subprocess.run(
        ["make", "-s", "-j2", f"VARIANT={variant}", f"TAG={tag}", "CPPFLAGS=-DSTORED_NEWEST=2"],
        cwd=ROOT, check=True, stdout=subprocess.DEVNULL,
    )
    return str(ROOT / "build" / tag / "deskhand")


@pytest.fixture
def seal(tmp_path):
    path = tmp_path / "seal.key"
    path.write_bytes(os.urandom(32))
    path.chmod(0o600)
    return {"seal__key__file": str(path)}


@pytest.fixture
def hire(services, tmp_path, next_program):
    """Workers, each with topics and a group of its own, of this version or the next."""
    services[2].reset()
    with contextlib.ExitStack() as stack:

        def one(name="w0"):
            made = Worker(services, tmp_path / f"{name}.log")
            made.programs = {"this": PROGRAM, "next": next_program}
            stack.callback(made.close)
            return made

        yield one


def run(worker, version, **settings):
    worker.program = worker.programs[version]
    return worker.start(**SESSION, **settings)


def maps(worker):
    """What is committed beside the offset of each partition. Asked for on the wire, as the client
    reads it past its end."""
    places = [(worker.topics["messages"], number) for number in range(PARTITIONS)]
    found = committed(worker.kafka.bootstrap, worker.name, places, WAIT_S)
    return [metadata for _, metadata in found.values()]


def wait_until(holds, what):
    deadline = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def stand_still(worker, version, **settings):
    """Starts it and waits until it says that it does not go on."""
    worker.program = worker.programs[version]
    worker.launch(**SESSION, **settings)

    def is_stopped():
        assert worker.child.poll() is None, worker.log.read_text()
        with contextlib.suppress(OSError):
            return "done-map cannot be read" in worker.readiness()

    wait_until(is_stopped, "the worker does not say that it stands still")


def say(worker, topic, key, event):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    producer.produce(worker.topics[topic], json.dumps(event).encode(), key.encode())
    assert producer.flush(WAIT_S) == 0


def ask(worker, number, text, **more):
    conversation = more.pop("conversation_id", f"ask-{number}")
    event = {
        "id": f"q{number}", "conversation_id": conversation, "customer_id": "u-1",
        "seq": number, "text": text,
    }
    say(worker, "messages", conversation, event | more)


def test_both_versions_work_side_by_side_and_the_next_one_can_be_taken_back(hire, seal):
    first, count = hire(), 8000
    second = first.twin("w1")
    first.model.behave(delay_ms=200)
    try:
        run(first, "this", **seal)
        run(second, "this", **seal)
        first.send(count, 200)
        first.read("answers", 1000, rest=False)
        assert second.end() == 0
        run(second, "next", **seal)
        first.read("answers", 2500, rest=False)
        first.end(signal.SIGKILL)
        run(first, "next", **seal)
        first.read("answers", 4000, rest=False)
        assert second.end() == 0
        run(second, "this", **seal)
        first.read("answers", 5500, rest=False)
        first.end(signal.SIGKILL)
        run(first, "this", **seal)
        first.finish(second)
        assert {text[:5] for text in maps(first)} == {"dhm1:"}
    finally:
        second.close()


def leave_a_newer_map(worker, seal, count=400):
    """The next version writes its own forms and dies with one conversation unanswered, so that
    its done-map has something to say."""
    worker.model.behave(rules=[{"match": {"text": "of c0"}, "hang": True}])
    run(worker, "next", stored__version="2", **seal)
    worker.send(count, 40)
    worker.read("answers", count - count // 40, rest=False)
    worker.end(signal.SIGKILL)
    worker.model.behave()
    assert {text[:5] for text in maps(worker)} == {"dhm2:"}


def test_a_newer_done_map_stops_this_version_until_the_next_one_is_back(hire, seal):
    worker = hire()
    leave_a_newer_map(worker, seal)
    before = len(worker.read("answers", 390))
    stand_still(worker, "this", **seal)
    worker.send(400, 40, first=400)
    assert "donemap.unreadable=replay" in worker.log.read_text()
    assert worker.end() == 0
    assert len(worker.read("answers", before)) == before
    run(worker, "next", stored__version="2", **seal)
    worker.wait_settled()
    assert worker.end() == 0
    report = worker.judge()  # which reads maps as this version does
    assert set(report.counts) == {"I1 map-unreadable"}, report.as_text()


def test_accepting_a_newer_done_map_answers_again_and_the_check_sees_it(hire, seal):
    """The negative control: what the stop above prevents."""
    worker = hire()
    leave_a_newer_map(worker, seal)
    run(worker, "this", donemap__unreadable="replay", **seal)
    worker.wait_settled()
    assert worker.end() == 0
    report = worker.judge()
    found = set(report.counts)  # a partition that nothing new was settled on keeps its newer map
    assert found - {"I1 map-unreadable"} == {"I2 doubled", "I2 settled-twice"}, report.as_text()


def test_lowered_again_the_next_version_leaves_nothing_that_this_one_cannot_read(hire, seal):
    worker = hire()
    leave_a_newer_map(worker, seal)
    run(worker, "next", stored__version="1", **seal)
    worker.read("answers", 400)
    wait_until(lambda: {text[:5] for text in maps(worker)} == {"dhm1:"}, "maps stay newer")
    assert worker.end() == 0
    run(worker, "this", **seal)
    worker.send(400, 40, first=400)
    worker.finish()


@pytest.mark.parametrize("writer,reader,calls", [("this", "next", 1), ("next", "this", 2)])
def test_an_older_cached_answer_is_used_and_a_newer_one_is_a_miss(
    hire, seal, writer, reader, calls
):
    newest = {"stored__version": "2"}
    one, other = hire("writer"), hire("reader")
    text = f"How do I wash this, {mark(1, calls)}?"
    on_page = {"context": {"sku": "KTL-17"}}
    run(one, writer, **seal, **(newest if writer == "next" else {}))
    ask(one, 1, text, **on_page)
    one.read("answers", 1)
    assert one.end() == 0
    run(other, reader, **seal, **(newest if reader == "next" else {}))
    ask(other, 1, text, **on_page)
    answers = other.read("answers", 1)
    assert len(answers) == 1
    assert other.model.calls()["total"] == calls
    assert other.end() == 0


def test_newer_order_states_and_histories_are_not_guessed_around(hire, seal):
    keeps = seal | {"history__turns": "10"}
    one, other = hire("writer"), hire("reader")
    order = {
        "id": "e1", "order_id": "100234", "customer_id": "u-1", "type": "shipped",
        "at": "2025-03-03T18:00:00Z",
    }
    conversation = f"talk-{one.name}"
    run(one, "next", stored__version="2", **keeps)
    say(one, "orders", "u-1", order)
    say(one, "messages", conversation, {
        "id": "q1", "conversation_id": conversation, "customer_id": "u-2", "seq": 1,
        "text": "How long does shipping of the kettle take?",
    })
    [told] = one.read("answers", 1)
    wait_until(lambda: offset(one, "orders") == 1, "the order is not stored")
    assert one.end() == 0

    run(other, "this", **keeps)
    ask(other, 1, "Where is my order 100234?")
    # The history is earlier only at a lower offset; the other's topics begin at 0 again.
    other.send_raw(b'{"id":', "another", partition=told.partition())
    ask(other, 2, "And that one?", conversation_id=conversation, customer_id="u-2")
    handoffs = [json.loads(record.value()) for record in other.read("handoffs", 2)]
    assert sorted((item["in_reply_to"], item["reason"]) for item in handoffs) == [
        ("q1", "no_facts"), ("q2", "no_facts"),
    ]
    say(other, "orders", "u-1", order | {"id": "e2", "type": "delivered"})
    wait_until(lambda: "is of a newer version: its event waits" in other.log.read_text(),
               "nothing is said about the order that waits")
    assert offset(other, "orders") == 0
    assert other.end() == 0
    run(other, "next", stored__version="2", **keeps)
    wait_until(lambda: offset(other, "orders") == 1, "the order still waits")
    assert other.end() == 0


def offset(worker, topic):
    """How many records of the topic are settled."""
    places = [(worker.topics[topic], number) for number in range(PARTITIONS)]
    found = committed(worker.kafka.bootstrap, worker.name, places, WAIT_S)
    return sum(max(position, 0) for position, _ in found.values())


def test_settings_of_a_newer_version_are_refused_by_name(next_program, tmp_path):
    path = tmp_path / "deskhand.properties"
    path.write_text("settings.version = 2\nsetting.of.tomorrow = 1\n")
    check = ["config", "check", "-F", str(path)]
    refused = subprocess.run([PROGRAM, *check], capture_output=True, text=True, timeout=WAIT_S)
    assert refused.returncode == 78
    assert "settings.version" in refused.stderr and "newer" in refused.stderr
    path.write_text("settings.version = 2\n")
    for version, code in ((PROGRAM, 78), (next_program, 0)):
        assert subprocess.run([version, *check], capture_output=True).returncode == code
    path.write_text("settings.version = 1\n")
    for version in (PROGRAM, next_program):
        assert subprocess.run([version, *check], capture_output=True).returncode == 0
