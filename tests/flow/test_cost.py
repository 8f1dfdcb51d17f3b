"""What bounds the model's bill, with real Redis and several workers: one call for equal questions."""

import json

import pytest
from confluent_kafka import Producer

from tests.flow.worker import FAULTS_PROGRAM, WAIT_S, check_once_and_in_order

pytestmark = pytest.mark.untraced

EQUAL = 1000


@pytest.fixture
def team(worker, tmp_path):
    """Starts workers of one group, with one seal key, and ends them all."""
    key = tmp_path / "seal.key"
    key.write_text(f"a secret of the workers of {worker.name}")
    members = []

    def start(count, **settings):
        members.extend([worker] + [worker.twin(f"w{number}") for number in range(1, count)])
        for member in members:
            member.launch(seal__key__file=str(key), **settings)
        for member in members:
            member.wait_ready()
        return members

    yield start
    for member in members[1:]:
        member.close()


def send(worker, count, text):
    """As many conversations, one question each; `text` may have the number of the question."""
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for number in range(count):
        message = {"id": f"m{number}", "conversation_id": f"c{number}", "customer_id": f"u{number}",
                   "seq": 0, "text": text.format(number)}
        producer.produce(worker.topics["messages"], json.dumps(message).encode(),
                         f"c{number}".encode())
        producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def calls(worker):
    return worker.model.calls()["total"]


def ask_equal(worker, team, **settings):
    worker.model.behave(delay_ms=1500)
    members = team(4, **settings)
    send(worker, EQUAL, "hello")
    check_once_and_in_order(worker.read("answers", EQUAL), EQUAL)
    audits = [json.loads(record.value()) for record in worker.read("audit", EQUAL)]
    assert sum(audit.get("calls", 0) for audit in audits) == calls(worker)
    assert [member.end() for member in members] == [0] * 4
    return calls(worker)


def test_equal_questions_in_four_workers_cost_one_call(worker, team):
    assert ask_equal(worker, team) == 1


def test_with_the_lock_lowered_equal_questions_cost_more(worker, team):
    """The control of the one before."""
    worker.program = FAULTS_PROGRAM
    worker.lowered = "flight-lock"
    assert ask_equal(worker, team) > 1
