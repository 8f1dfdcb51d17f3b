"""A question goes in through Kafka, and the answer comes out: real Kafka, Redis and HTTP."""

import signal
import subprocess

from tests.flow.worker import WAIT_S, fault_of
from tests.services.fake_model import mark


def test_every_question_gets_one_answer_in_order(worker):
    worker.start()
    worker.send(400, 40)
    worker.finish()


def test_a_model_that_is_given_one_text_answers_every_question_in_order(worker):
    """model.kind=generate. By the mark the fake model finds the question in the text of the prompt."""
    worker.start(model__kind="generate")
    worker.send(80, 8, text_of=lambda number, _: f"Hello, what about {mark(number, 0)}?")
    worker.finish()
    asked = worker.model.requests()
    assert len(asked) == 80 and {request["path"] for request in asked} == {"/generate"}


def test_a_malformed_record_becomes_a_dead_letter_and_the_next_goes_on(worker):
    worker.start()
    worker.send_raw(b'{"id":', "c0", partition=0)
    worker.send(4, 4)
    letters = worker.read("dead.letters", 1)
    assert len(letters) == 1
    headers = dict(letters[0].headers())
    assert letters[0].value() == b'{"id":'
    assert headers["x-dlq-reason"] == b"json"
    assert headers["x-dlq-topic"] == worker.topics["messages"].encode()
    worker.finish()


def test_a_killed_worker_leaves_nothing_lost_and_nothing_doubled(worker):
    worker.model.behave(delay_ms=50)
    worker.start(kafka__consumer__session__timeout__ms="6000")
    worker.send(600, 60)
    worker.read("answers", 100, rest=False)
    worker.end(signal.SIGKILL)
    worker.start(kafka__consumer__session__timeout__ms="6000")
    worker.finish()


class Mutated:
    """A record with one byte of its value changed, as a wrong encoder would write it."""

    def __init__(self, record, before, after):
        self._record, self._before, self._after = record, before, after

    def __getattr__(self, name):
        return getattr(self._record, name)

    def value(self):
        assert self._before in self._record.value()
        return self._record.value().replace(self._before, self._after, 1)


def test_a_record_that_breaks_its_schema_is_caught(worker):
    """The control of what read() checks of every record."""
    worker.start()
    worker.send(1, 1)
    (answer,) = worker.read("answers", 1)
    (audit,) = worker.read("audit", 1)
    for kind, record, before, after in (
        ("answer", answer, b'"seq":0', b'"seq":"0"'),
        ("answer", answer, b'"facts":[]', b'"facts":{}'),
        ("answer", answer, b'"in_reply_to"', b'"in_reply_for"'),
        ("audit", audit, b'"offset":', b'"offsets":'),
    ):
        assert fault_of(kind, record) is None
        assert fault_of(kind, Mutated(record, before, after))
    assert worker.end() == 0


def test_prometheus_takes_the_metrics(worker):
    worker.start()
    worker.send(4, 4)
    worker.read("answers", 4)
    text = worker.page("metrics")
    checked = subprocess.run(
        ["promtool", "check", "metrics"], input=text, capture_output=True, text=True, timeout=WAIT_S
    )
    assert checked.returncode == 0, checked.stderr
    assert "deskhand_turns_total" in text
    assert worker.end() == 0
