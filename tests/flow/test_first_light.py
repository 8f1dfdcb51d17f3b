"""A question goes in through Kafka, and the answer comes out: real Kafka, Redis and HTTP."""

import json
import signal

from confluent_kafka import Producer

from tests.flow.worker import WAIT_S, check_once_and_in_order


def test_every_question_gets_one_answer_in_order(worker):
    worker.start()
    worker.send(400, 40)
    check_once_and_in_order(worker.read("answers", 400), 400)
    assert worker.end() == 0


def test_a_malformed_record_becomes_a_dead_letter_and_the_next_goes_on(worker):
    worker.start()
    producer = Producer(worker.kafka.client_settings())
    producer.produce(worker.topics["messages"], b'{"id":', b"c0", partition=0)
    producer.flush(WAIT_S)
    worker.send(4, 4)
    letters = worker.read("dead.letters", 1)
    assert len(letters) == 1
    headers = dict(letters[0].headers())
    assert letters[0].value() == b'{"id":'
    assert headers["x-dlq-reason"] == b"json"
    assert headers["x-dlq-topic"] == worker.topics["messages"].encode()
    check_once_and_in_order(worker.read("answers", 4), 4)
    assert worker.end() == 0


def test_a_killed_worker_leaves_nothing_lost_and_nothing_doubled(worker):
    worker.model.behave(delay_ms=50)
    worker.start(kafka__consumer__session__timeout__ms="6000")
    worker.send(600, 60)
    worker.read("answers", 100, rest=False)
    worker.end(signal.SIGKILL)
    worker.start(kafka__consumer__session__timeout__ms="6000")
    check_once_and_in_order(worker.read("answers", 600), 600)
    assert worker.end() == 0
