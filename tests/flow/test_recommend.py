"""Recommendations on request, with reasons that are true, and what becomes of them changes the next ones."""

import json
import time

import pytest
from confluent_kafka import Producer

from tests.flow.worker import WAIT_S
from tests.services.child import wait_until

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files

SHOP = {sku: {"sku": sku, "name": name, "category": category, "in_stock": sku != "GONE"}
        for sku, name, category in (("TEA", "Longjing", "tea"), ("POT", "Teapot", "ware"),
                                    ("CUP", "Cup", "ware"), ("GONE", "Old cup", "ware"))}
# ann has tea; who has tea also has a pot, some a cup; what is sold out was bought by all.
BASKETS = {"ann": ["TEA", "GONE"], "bob": ["TEA", "POT", "GONE"], "cid": ["TEA", "POT", "GONE"],
           "dan": ["TEA", "POT", "CUP"], "eve": ["TEA", "CUP"], "fay": ["CUP"]}


class Stall:
    def __init__(self, worker):
        self.worker = worker
        self.producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
        self.asked = 0

    def put(self, topic, key, value):
        self.producer.produce(self.worker.topics[topic], json.dumps(value).encode(), key.encode())
        assert self.producer.flush(WAIT_S) == 0

    def open(self):
        for sku, product in SHOP.items():
            self.put("catalog", sku, product)
        for number, (customer, skus) in enumerate(BASKETS.items()):
            self.put("orders", customer, {
                "id": f"e-{customer}", "order_id": f"10{number}", "customer_id": customer,
                "type": "placed", "at": f"2025-03-0{number + 1}T09:00:00Z",
                "items": [{"sku": sku, "category": SHOP[sku]["category"]} for sku in skus]})

    def ask(self, customer, **more):
        """The recommendation that this request gets."""
        self.asked += 1
        name = f"r{self.asked}"
        self.put("recommendation.requests", customer, {"id": name, "customer_id": customer, **more})
        records = self.worker.read("recommendations", self.asked)
        made = [json.loads(record.value()) for record in records]
        assert len(made) == self.asked
        return {one["in_reply_to"]: one for one in made}[name]

    def say(self, kind, customer, sku):
        self.put("feedback", customer, {"id": f"f-{kind}-{sku}", "customer_id": customer,
                                        "type": kind, "skus": [sku]})

    def ask_until(self, customer, is_right):
        """Each worker hears feedback by a reader of its own: soon, but nobody can say when."""
        deadline = time.monotonic() + WAIT_S
        while not is_right(skus(made := self.ask(customer))):
            assert time.monotonic() < deadline, made
        return made


def skus(recommendation):
    return [item["sku"] for item in recommendation["items"]]


def test_a_request_gets_products_in_stock_with_true_reasons_and_feedback_moves_them(worker):
    stall = Stall(worker)
    stall.open()
    worker.start(model__kind="builtin")
    first = stall.ask("ann", count=3, language="en")
    assert "GONE" not in skus(first)
    assert skus(first).index("POT") < skus(first).index("CUP")
    pot = next(item for item in first["items"] if item["sku"] == "POT")
    assert pot["because"] in (["100"], ["TEA"], ["100", "TEA"], ["TEA", "100"])
    assert "Longjing" in pot["reason"] and first["customer_id"] == "ann"
    assert all(item["reason"] for item in first["items"])
    assert skus(stall.ask("ann", count=3, exclude=["POT"])).count("POT") == 0
    chinese = stall.ask("ann", count=1, language="zh")
    assert any("\u4e00" <= letter <= "\u9fff" for letter in chinese["items"][0]["reason"])
    new = stall.ask("nobody-yet")
    assert skus(new) and all(item["because"] == [] for item in new["items"])

    stall.say("refused", "ann", "POT")
    moved = stall.ask_until("ann", lambda found: found[:1] != ["POT"] and (
        "POT" not in found or found.index("CUP") < found.index("POT")))
    assert "CUP" in skus(moved)
    assert skus(stall.ask("nobody-yet")) == skus(new)  # it was ann who refused it

    stall.say("bought", "ann", "POT")
    stall.ask_until("ann", lambda found: "POT" in found and found.index("POT") < found.index("CUP"))
    wait_until(lambda: "deskhand_feedback_total{" in worker.page("metrics"), WAIT_S, "feedback")
    assert worker.end() == 0
    # The same requests once more, by another worker with nothing but the topics: nothing comes twice.
    worker.start(model__kind="builtin")
    again = stall.ask("ann", count=3, language="en")
    assert skus(again).index("POT") < skus(again).index("CUP")
    assert worker.end() == 0


def test_a_model_words_the_reasons_and_what_is_not_true_is_dropped(worker):
    stall = Stall(worker)
    stall.open()
    true = "The Teapot was bought together with Longjing in 3 orders."
    said = {"sentences": [{"sku": "POT", "sentence": true},
                          {"sku": "CUP", "sentence": "Only 4.99 EUR today."},
                          {"sku": "GOLD", "sentence": true}]}
    worker.model.behave(body=json.dumps({"choices": [
        {"index": 0, "finish_reason": "stop",
         "message": {"role": "assistant", "content": json.dumps(said)}}]}))
    worker.start(recommend__words="model")
    made = stall.ask("ann", count=3, language="en", exclude=["TEA"])
    items = {item["sku"]: item for item in made["items"]}
    assert set(items) == {"POT", "CUP"}
    assert items["POT"]["reason"] == true and items["POT"]["because"]
    assert "4.99" not in items["CUP"]["reason"] and "order" in items["CUP"]["reason"]
    assert made["source"] == "model" and made["model"] == "fake"
    assert worker.model.calls()["total"] == 1
    worker.model.behave(status=401)
    own = stall.ask("bob", count=1, language="en")
    assert own["items"] and own["source"] == "fallback" and own["model"] == "builtin"
    assert worker.end() == 0
