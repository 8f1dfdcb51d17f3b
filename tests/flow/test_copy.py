"""Marketing copy through the whole worker: what a model may say of a product, and how long."""

import json
import subprocess

import pytest
from confluent_kafka import Producer

from tests.flow.worker import PROGRAM, WAIT_S
from tests.services.fake_model import mark

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files

KETTLE = {"sku": "KTL-17", "name": "Gooseneck kettle", "price": "39.90", "currency": "EUR",
          "description": "Boils one litre.", "attributes": {"colour": "red"}}
POT = {"sku": "POT-9", "name": "紫砂茶壶", "price": "268.00", "currency": "CNY",
       "description": "手工制作。"}
FAST = {"retry__backoff__ms": "20", "retry__backoff__max__ms": "100", "retry__share": "1"}


def said(headline, body, action="Take a look"):
    return json.dumps({"headline": headline, "body": body, "call_to_action": action})


def said_twice(headline, *bodies):
    return json.dumps({"variants": [
        {"headline": headline, "body": body, "call_to_action": "立即查看"} for body in bodies]})


def cases():
    """By name: the request, what the model says to it, and what is to be published."""
    return {
        "good": ({"product": KETTLE, "language": "en", "channel": "push"},
                 said("Gooseneck kettle", "It boils one litre. It is red."), "model"),
        "too long": ({"product": KETTLE, "language": "en", "channel": "sms"},
                     said("Gooseneck kettle", "It boils one litre. " + "It is red. " * 30),
                     "model"),
        "never fits": ({"product": KETTLE, "language": "en", "channel": "email"},
                       said("It boils one litre, and " * 5, "It is red."), "fallback"),
        "false price": ({"product": KETTLE, "language": "en", "channel": "sms"},
                        said("Gooseneck kettle", "Now 29.90 EUR."), "fallback"),
        "false discount": ({"product": KETTLE, "language": "en", "offer": "20% off"},
                           said("Gooseneck kettle", "Now 30% off."), "fallback"),
        "true discount": ({"product": KETTLE, "language": "en", "offer": "20% off"},
                          said("Gooseneck kettle", "Now 20% off."), "model"),
        "banned": ({"product": KETTLE, "language": "en"},
                   said("Gooseneck kettle", "The best time."), "fallback"),
        "banned in china": ({"product": POT, "language": "zh", "channel": "sms", "variants": 2},
                            said_twice("紫砂茶壶", "手工制作。", "绝对的手工。"), "fallback"),
    }


def completion(text):
    """The whole answer of the server, since text alone it would put into the schema's form."""
    return json.dumps({
        "id": "c1", "object": "chat.completion", "created": 1, "model": "fake",
        "choices": [{"index": 0, "finish_reason": "stop",
                     "message": {"role": "assistant", "content": text}}],
        "usage": {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}})


def ask(worker):
    """Each case has a mark of its own, by which the model knows what to say."""
    rules, wanted = [], {}
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for number, (name, (request, text, source)) in enumerate(cases().items()):
        place = mark(number, 0)
        rules.append({"match": {"text": place}, "body": completion(text)})
        wanted[place] = (name, source)
        event = {"id": place, "tone": place, **request}
        producer.produce(worker.topics["copy.requests"], json.dumps(event).encode(),
                         place.encode())
    worker.model.behave(rules=rules)
    assert producer.flush(WAIT_S) == 0
    copies = [json.loads(record.value()) for record in worker.read("copies", len(rules))]
    assert len(copies) == len(rules)
    return {wanted[copy["in_reply_to"]]: copy for copy in copies}


def test_copy_is_fitted_and_held_to_the_facts_and_to_the_market(worker):
    worker.start(**FAST)
    found = {}
    for (name, source), copy in ask(worker).items():
        assert copy["source"] == source, (name, copy)
        found[name] = copy
        for variant in copy["variants"]:
            for part in variant["parts"]:
                assert part["length"] <= part["limit"], (name, part)
    assert worker.end() == 0
    kept = found["too long"]["variants"][0]["parts"][0]
    assert kept["text"].endswith("It is red. Take a look") and kept["limit"] == 160
    assert found["true discount"]["body"] == "Now 20% off."
    assert "20% off" in found["false discount"]["body"]
    assert "29.90" not in json.dumps(found["false price"])
    assert "39.90 EUR" in found["false price"]["body"]
    china = found["banned in china"]
    assert china["market"] == "cn" and "绝对" not in json.dumps(china, ensure_ascii=False)
    assert len(china["variants"]) == 2
    assert china["variants"][0]["parts"][0]["limit"] == 70


def test_with_a_list_of_ones_own_other_words_are_banned(worker, tmp_path):
    """With the words off the list the same copy is published: nothing else held it back."""
    path = tmp_path / "banned.txt"
    path.write_text("[cn]\n绝无仅有\n[other]\nlitre*\n", encoding="utf-8")
    worker.start(copy__banned__file=str(path), **FAST)
    found = {name: copy["source"] for (name, _), copy in ask(worker).items()}
    assert worker.end() == 0
    assert found["banned"] == found["banned in china"] == "model"
    assert found["good"] == "fallback"
    assert found["false price"] == "fallback"


def test_what_can_get_no_copy_says_what_to_change(tmp_path):
    requests = {"max_chars": {"sku": "KTL-17", "language": "en", "max_chars": 10},
                "sku": {"sku": "NOPE", "language": "zh"}}
    events = [{"topic": "support.catalog", "key": "KTL-17", "event": KETTLE}]
    events += [{"topic": "support.copy-requests", "key": field,
                "event": {"id": f"cp-{field}", **request}}
               for field, request in requests.items()]
    day = tmp_path / "day.jsonl"
    day.write_text("".join(json.dumps(event) + "\n" for event in events))
    played = subprocess.run([PROGRAM, "demo", "--day", day], capture_output=True, text=True,
                            timeout=WAIT_S, check=True)
    details = dict(line["detail"].split(": ", 1)
                   for line in map(json.loads, played.stdout.splitlines())
                   if line.get("outcome") == "dead-letter")
    assert details.keys() == requests.keys()
    assert "at least 27" in details["max_chars"] and "add it there" in details["sku"]


def test_a_list_that_cannot_be_read_stops_the_start_and_names_the_line(worker, tmp_path):
    path = tmp_path / "banned.txt"
    path.write_text("[cn]\n[cn]\n", encoding="utf-8")
    worker.launch(copy__banned__file=str(path))
    assert worker.child.wait(WAIT_S) == 78
    told = worker.log.read_text()
    assert "copy.banned.file" in told and "line 2" in told
