"""A worker's life as its probes, its signals and its log show it."""

import contextlib
import signal
import socket
import urllib.error
import urllib.request

import pytest
from confluent_kafka import Producer

from tests.flow.test_scaling import metric
from tests.flow.worker import WAIT_S, check_once_and_in_order
from tests.services.child import wait_until

CANARY = "zanzibarcanary"


def status(worker, path):
    """The HTTP status, None when nobody answers."""
    with contextlib.suppress(OSError):
        try:
            with urllib.request.urlopen(f"http://{worker.listen}{path}", timeout=WAIT_S) as answer:
                return answer.status
        except urllib.error.HTTPError as answer:
            return answer.code
    return None


def hanging(worker, **settings):
    """A worker in the middle of a call that never ends."""
    worker.model.behave(hang=True)
    worker.start(**settings)
    worker.send(1, 1)
    wait_until(lambda: metric(worker, "deskhand_model_calls_inflight") == 1, WAIT_S, "a call")
    return worker


def test_while_it_drains_it_lives_and_is_not_ready(worker):
    hanging(worker)
    assert (status(worker, "/livez"), status(worker, "/readyz")) == (200, 200)
    worker.child.send_signal(signal.SIGTERM)
    wait_until(lambda: status(worker, "/readyz") == 503, WAIT_S, "not ready")
    assert "worker: stopping" in worker.readiness()
    assert status(worker, "/livez") == 200
    assert status(worker, "/metrics") == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_second_signal_ends_it_at_once_and_nothing_is_lost(worker, number):
    hanging(worker, kafka__consumer__session__timeout__ms="6000")
    worker.child.send_signal(number)
    wait_until(lambda: '"message":"stopping"' in worker.log.read_text(), WAIT_S, "stopping")
    assert worker.end(number) == 128 + number
    worker.model.behave()
    worker.start(kafka__consumer__session__timeout__ms="6000")
    worker.finish()


def test_what_runs_may_finish_before_it_ends(worker):
    worker.model.behave(delay_ms=8000)  # for as long all of them can be seen
    worker.start()
    worker.send(16, 16)  # the gate begins with as many at once
    wait_until(lambda: metric(worker, "deskhand_model_calls_inflight") == 16, WAIT_S, "the calls")
    assert worker.end() == 0
    check_once_and_in_order(worker.read("answers", 16, rest=False), 16)
    assert worker.model.calls()["total"] == 16


def test_an_address_that_is_taken_is_named(worker):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        worker.launch(http__listen=f"127.0.0.1:{taken.getsockname()[1]}")
        assert worker.child.wait(WAIT_S) == 69
    assert "http.listen" in worker.log.read_text()


def test_what_customers_write_is_never_in_the_log_or_the_metrics(worker):
    worker.model.behave(rules=[{"match": {"nth": 1}, "status": 400}])
    worker.start(log__level="debug")
    producer = Producer(worker.kafka.client_settings())
    for value in (
        f'{{"id":"m1","conversation_id":"c","customer_id":"u","text":"{CANARY} one"}}',
        f'{{"id":"m2","conversation_id":"c","customer_id":"u","text":"{CANARY}","{CANARY}":',
        f'{{"id":"m3","conversation_id":"c","customer_id":"u","text":["{CANARY}"]}}',
        CANARY,
    ):
        producer.produce(worker.topics["messages"], value.encode(), b"c")
    assert producer.flush(WAIT_S) == 0
    assert len(worker.read("dead.letters", 3)) == 3
    assert len(worker.read("handoffs", 1)) == 1
    assert CANARY not in worker.page("metrics")
    assert worker.end() == 0
    assert CANARY not in worker.log.read_text()
