"""Answers of a model server that no one here wrote: llama.cpp with a small English model.

What such a model says is not judged, only that it came over the wire and was told as its own.
"""

import json
import re

import pytest
from confluent_kafka import Producer

from tests.flow.worker import WAIT_S
from tests.services import real_model

pytestmark = [
    pytest.mark.untraced,
    pytest.mark.skipif(
        not real_model.is_installed(),
        reason="the real model's weights were not fetched (`python -m tests.services install`)",
    ),
]

WAITS_MAX = 5
KETTLE = {
    "sku": "KTL-17", "name": "Gooseneck kettle", "category": "kitchen", "price": "39.90",
    "currency": "EUR", "description": "1 litre, for pour-over coffee",
}


@pytest.fixture(scope="module")
def model():
    with real_model.RealModel() as running:
        yield running


@pytest.fixture
def asked(worker, model):
    """Always the likeliest word, and room enough that neither tokens nor the clock cut it off."""
    worker.start(
        model__url=model.url, model__name=real_model.MODEL_NAME, model__temperature="0",
        model__max__tokens="1024", model__timeout__ms="300000",
    )
    yield worker
    assert worker.end() == 0


def send(worker, topic, event):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    producer.produce(worker.topics[topic], json.dumps(event).encode(), event["id"].encode())
    assert producer.flush(WAIT_S) == 0


def outcome(worker, topic):
    """The one record, for which a machine with much else to do may need minutes."""
    for _ in range(WAITS_MAX):
        records = worker.read(topic, 1)
        if records:
            break
    assert len(records) == 1, worker.log.read_text()
    return json.loads(records[0].value())


def test_an_english_question_is_answered_by_the_model_of_that_name(asked):
    """In the form that was asked for. Whether so small a model keeps to the facts is not judged:
    if it does not, twice, a person has the question."""
    send(asked, "messages", {
        "id": "m1", "conversation_id": "c1", "customer_id": "u1",
        "text": "Can you tell me a little about what you do, please?"})
    for _ in range(WAITS_MAX):
        answers = asked.read("answers", 1)
        if answers or asked.read("handoffs", 0):
            break
    if answers:
        answer = json.loads(answers[0].value())
        assert answer["in_reply_to"] == "m1" and answer["text"].strip()
        assert (answer["source"], answer["model"]) == ("model", real_model.MODEL_NAME)
        assert answer["language"] == "en"
    else:
        handoff = outcome(asked, "handoffs")
        assert handoff["reason"] in ("model_said", "low_confidence", "unsafe", "unusable")


def flaws(worker):
    """What was found wrong with what the model said, by label."""
    found = re.findall(r'^deskhand_answers_flawed_total\{.*?flaw="(\w+)".*?\} (\d+)',
                       worker.page("metrics"), re.MULTILINE)
    return {label: int(count) for label, count in found if int(count)}


def test_copy_fits_its_channel_and_is_true_whoever_wrote_it(asked):
    """So small a model may not come to an end, or say of the kettle what is untrue; twice so, each
    counted, and the builtin words stand in, and say so."""
    send(asked, "copy.requests", {"id": "r1", "product": KETTLE, "language": "en",
                                  "channel": "sms"})
    copy = outcome(asked, "copies")
    assert copy["in_reply_to"] == "r1"
    tries = sum(flaws(asked).values())
    if copy["source"] == "model":
        assert copy["model"] == real_model.MODEL_NAME and tries < 2
    else:
        assert (copy["source"], copy["model"], tries) == ("fallback", "builtin", 2)
    assert [variant["headline"] for variant in copy["variants"]] == [copy["headline"]]
    part, = copy["variants"][0]["parts"]
    assert part["name"] == "text" and part["length"] <= part["limit"]
    assert copy["headline"] in part["text"] and copy["body"] in part["text"]
    assert set(re.findall(r"\d+[.,]\d\d", part["text"])) <= {"39.90"}
