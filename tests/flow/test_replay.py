"""Past events through today's settings: what differs is shown, and nothing live is touched."""

import json
import subprocess
import time

import pytest
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition

from tests.flow.worker import PARTITIONS, PROGRAM, WAIT_S

SUMMARY_KEYS = {"events", "same", "changed", "only_recorded", "only_new", "nothing_found"}
SHOP = (
    {"sku": "KETTLE-17", "name": "Gooseneck kettle", "price": "39.90", "currency": "EUR",
     "shipping": {"min_days": 2, "max_days": 4}},
    {"sku": "TEA-88", "name": "Longjing", "price": "128.00", "currency": "CNY",
     "shipping": {"min_days": 3, "max_days": 5}},
)
ENVELOPE = {"ce_specversion": "1.0", "ce_id": "e1", "ce_source": "/shop", "ce_type": "message"}
MESSAGE = {"id": "e1", "conversation_id": "c2", "customer_id": "u2", "text": "is it in stock?"}


class Shop:
    """A live worker with a day behind it."""

    def __init__(self, worker):
        self.worker = worker
        self.producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))

    def put(self, key, name, value, **more):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.producer.produce(self.worker.topics[key], body, name.encode(), **more)
        assert self.producer.flush(WAIT_S) == 0

    def ask(self, number, text, **more):
        message = {"id": f"m{number}", "conversation_id": f"c{number % 7}",
                   "customer_id": f"u{number % 7}", "text": text}
        self.put("messages", message["conversation_id"], message | more)

    def order(self, number, kind):
        event = {"id": f"o{number}-{kind}", "order_id": f"{1000 + number}",
                 "customer_id": f"u{number % 7}", "type": kind, "at": "2025-03-01T09:00:00Z",
                 "items": [{"sku": "TEA-88", "name": "Longjing", "quantity": 1,
                            "price": "128.00", "currency": "CNY"}]}
        self.put("orders", event["customer_id"], event)

    def stock(self):
        for entry in SHOP:
            self.put("catalog", entry["sku"], entry)

    def replay(self, *arguments, settings=None, **more):
        """Runs it to its end: exit code, JSON lines without the summary, summary, stderr."""
        given = self.worker.settings(**(settings or {}))
        flat = [part for item in given.items() for part in ("-X", "=".join(item))]
        done = subprocess.run([PROGRAM, "replay", *arguments, *flat], capture_output=True,
                              timeout=120, check=False, **more)
        lines = [json.loads(line) for line in done.stdout.splitlines()] if done.stdout else []
        summary = lines.pop()["summary"] if lines else None
        return Replayed(done.returncode, lines, summary, done.stdout, done.stderr.decode())


class Replayed:
    def __init__(self, code, events, summary, raw, errors):
        self.code, self.events, self.summary = code, events, summary
        self.raw, self.errors = raw, errors

    def verdicts(self):
        return {event["id"]: event["verdict"] for event in self.events if "id" in event}


@pytest.fixture
def shop(worker):
    return Shop(worker)


def settled(worker, count):
    """Until every one of `count` events of the day has its audit record."""
    assert len(worker.read("audit", count)) == count


def footprint(worker):
    """All that a replay must leave alone: ends of topics, offsets with metadata, members."""
    consumer = Consumer(worker.kafka.client_settings(group__id="footprint"))
    ends = {
        (topic, number): consumer.get_watermark_offsets(TopicPartition(topic, number), 10)
        for topic in worker.topics.values() for number in range(PARTITIONS)
    }
    consumer.close()
    asked = worker.kafka.admin.list_consumer_group_offsets(
        [ConsumerGroupTopicPartitions(worker.name)]
    )
    found = asked[worker.name].result(30).topic_partitions
    offsets = {(part.topic, part.partition): (part.offset, part.metadata) for part in found}
    described = worker.kafka.admin.describe_consumer_groups([worker.name])[worker.name].result(30)
    members = sorted(member.member_id for member in described.members)
    return ends, offsets, members


def quiet_footprint(worker):
    """Once two in a row are the same: the worker has committed all that it had."""
    deadline = time.monotonic() + WAIT_S
    before = footprint(worker)
    while time.monotonic() < deadline:
        time.sleep(0.5)
        now = footprint(worker)
        if now == before:
            return now
        before = now
    raise AssertionError("the live worker does not come to rest")


def test_a_replay_with_the_same_settings_is_the_same_and_byte_for_byte(shop):
    worker = shop.worker
    history = {"history__turns": "4"}
    shop.stock()
    worker.start(**history)
    for number in range(14):
        shop.order(number % 7, "placed" if number < 7 else "shipped")
        shop.ask(number, f"question {number}", context={"sku": "KETTLE-17"})
    for number in range(14, 28):
        shop.ask(number, "Where is my order?" if number % 2 else "and how much is it?")
    shop.ask(28, "Let me talk to a human, please.")
    shop.put("messages", "c2", MESSAGE, headers=ENVELOPE)
    shop.put("messages", "c2", MESSAGE, headers=ENVELOPE)
    shop.ask(29, "noted", author="agent")
    shop.put("messages", "c1", b'{"id":')
    settled(worker, 28 + 5 + 14)
    topic = worker.topics["messages"]
    first = shop.replay("--topic", topic, "--from", "-1h", settings=history)
    assert first.code == 0, first.errors
    assert first.summary["events"] == 33
    assert [event for event in first.events if event["verdict"] != "same"] == []
    assert first.summary["recorded"] == first.summary["new"]
    assert first.summary["recorded"]["duplicate"] == 1
    assert first.summary["recorded"]["dead-letter"] == 1
    assert first.summary["recorded"]["handoff"] >= 1
    again = shop.replay("--topic", topic, "--from", "-1h", settings=history)
    assert again.raw == first.raw
    assert worker.end() == 0
