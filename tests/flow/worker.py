"""A worker under test, and what every check of its answers shares."""

import contextlib
import json
import os
import signal
import subprocess
import time
import uuid
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

from tests.checker import contract, rules
from tests.checker.evidence import Output, Sent, digest
from tests.checker.reader import Reader
from tests.services.child import wait_until
from tests.services.deskhand import KINDS, Listening, arguments
from tests.services.fake_model import mark
from tests.services.ports import Ports

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = os.environ.get("DESKHAND", str(ROOT / "build/release/deskhand"))
FAULTS_PROGRAM = ROOT / "build/faults/deskhand"
PARTITIONS = 8
INPUTS = ("messages", "orders", "catalog", "knowledge", "copy.requests", "handbacks",
          "recommendation.requests", "feedback")
WAIT_S = 180  # longer than any wait on a machine that is ten times as slow


def plain_text(number, conversation):
    """A text that no other conversation has; the mark is what the model's calls are counted by."""
    return f"question {number} of {conversation}, {mark(int(conversation[1:]), number)}"


class Worker(Listening):
    """One `deskhand run` with topics and a group of its own."""

    page_s = WAIT_S

    def __init__(self, services, log):
        self.kafka, self.redis, self.model = services
        self.name = uuid.uuid4().hex[:8]
        self.worker_id = "w0"
        self.program = PROGRAM
        self.lowered = ""
        self.crash_at = ""
        self.env = {}
        self.topics = {key: f"t-{self.name}-{key}" for key in (*INPUTS, *KINDS)}
        self.kafka.create_topics({topic: PARTITIONS for topic in self.topics.values()})
        self.sent = []
        self.log = log
        self.ports = Ports()
        self.child = None

    def twin(self, worker_id):
        """Another worker of the same group and topics, not started."""
        other = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other.worker_id = worker_id
        other.log = self.log.with_name(f"{worker_id}.log")
        other.ports = Ports()
        other.child = None
        return other

    def start(self, **more):
        self.launch(**more)
        self.wait_ready()
        return self

    def settings(self, **more):
        """What it runs with; `more` are settings, with __ for the dots."""
        settings = {
            "kafka.bootstrap.servers": self.kafka.bootstrap,
            "kafka.group.id": self.name,
            "worker.id": self.worker_id,
            "store.url": self.redis.url,
            "store.timeout.ms": "5000",  # slow is not away, on a crowded machine
            "model.kind": "openai",
            "model.url": self.model.url,
            "model.name": "fake",
            "http.listen": f"127.0.0.1:{self.ports.reserve()}",
            "history.turns": "0",
        } | {f"topic.{key}": topic for key, topic in self.topics.items()}
        return settings | {key.replace("__", "."): value for key, value in more.items()}

    def launch(self, **more):
        """Starts it and does not wait."""
        settings = self.settings(**more)
        self.listen = settings["http.listen"]
        with open(self.log, "ab") as log:
            self.child = subprocess.Popen(
                [self.program, "run", *arguments(settings)],
                stderr=log,
                env=os.environ | {"DESKHAND_TEST_LOWER": self.lowered,
                                  "DESKHAND_TEST_CRASH_AT": self.crash_at} | self.env,
            )

    def wait_ready(self):
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            assert self.child.poll() is None, self.log.read_text()
            with contextlib.suppress(OSError):
                if self.readiness() == "":
                    return
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def record_at(self, topic, partition, offset):
        """One record by its place, as `kcat -C -t TOPIC -p PARTITION -o OFFSET -c 1` shows it."""
        consumer = Consumer(self.kafka.client_settings(group__id=uuid.uuid4().hex))
        try:
            consumer.assign([TopicPartition(topic, partition, offset)])
            record = consumer.poll(WAIT_S)
            assert record is not None and not record.error()
            return record
        finally:
            consumer.close()

    def metric(self, name):
        """The value of a metric without labels."""
        return self.series()[name]

    def configure(self, topic, name, value):
        """Sets a setting of a topic, as `kafka-configs.sh --alter` does."""
        resource = ConfigResource(ResourceType.TOPIC, self.topics[topic])
        resource.add_incremental_config(ConfigEntry(
            name, value, incremental_operation=AlterConfigOpType.SET))
        [done] = self.kafka.admin.incremental_alter_configs([resource]).values()
        done.result(WAIT_S)

    def end(self, number=signal.SIGTERM):
        self.child.send_signal(number)
        return self.child.wait(WAIT_S)

    def send(self, count, conversations, first=0, text_of=plain_text):
        """Messages `first` and on, in turns to the conversations."""
        producer = Producer(self.kafka.client_settings(
            partitioner="murmur2_random", enable__idempotence="true"))
        for number in range(first, first + count):
            conversation = f"c{number % conversations}"
            message = {
                "id": f"m{number}",
                "conversation_id": conversation,
                "customer_id": f"u{number % conversations}",
                "seq": number // conversations,
                "text": text_of(number, conversation),
            }
            value = json.dumps(message).encode()
            producer.produce(
                self.topics["messages"], value, conversation.encode(), on_delivery=self._taken(
                    value, uid=message["id"], key=conversation, conversation=conversation,
                    customer=message["customer_id"], seq=message["seq"], text=message["text"]))
            producer.poll(0)
        assert producer.flush(WAIT_S) == 0

    def send_raw(self, value, key, partition):
        """A record that is no message; the checker expects its dead letter."""
        producer = Producer(self.kafka.client_settings())
        producer.produce(
            self.topics["messages"], value, key.encode(), partition=partition,
            on_delivery=self._taken(value, uid=f"raw-{len(self.sent)}", key=key))
        assert producer.flush(WAIT_S) == 0

    def _taken(self, value, **known):
        def on_delivery(error, record):
            assert error is None, error
            self.sent.append(Sent(topic=record.topic(), partition=record.partition(),
                                  offset=record.offset(), sha256=digest(value), **known))
        return on_delivery

    def wait_settled(self):
        """Until the group has committed all that was sent."""
        reader = self._reader()
        wait_until(lambda: not reader.progress(self.name, [self.topics["messages"]]).has_lag,
                   WAIT_S, "all to be settled", every_s=0.2)

    def judge(self, **limits):
        """The checker's report on all that was sent with send() and send_raw(), by this worker and
        its twins, who have ended."""
        evidence = self._reader().evidence(
            self.sent, self.name, [self.topics["messages"]], calls=self.model.calls())
        allowed = {"repeats_max": None, "overlaps_max": None} | limits
        return rules.check(evidence, rules.Limits(**allowed))

    def finish(self, *twins, **limits):
        """Once all is settled, ends it and its twins, and then judges: all was answered once and in
        order, and what is committed at the end counts too."""
        self.wait_settled()
        assert [one.end() for one in (self, *twins)] == [0] * (1 + len(twins))
        report = self.judge(**limits)
        assert report.is_clean, report.as_text()

    def _reader(self):
        return Reader(self.kafka.client_settings(),
                      {self.topics[key]: kind for key, kind in KINDS.items()})

    def read(self, key, count, rest=True):
        """At least `count` committed records of the topic; with `rest` also what follows within a
        second, without it the worker is left in the middle of its work."""
        consumer = Consumer(
            self.kafka.client_settings(
                group__id=f"reader-{uuid.uuid4().hex}", isolation__level="read_committed"
            )
        )
        topic = self.topics[key]
        consumer.assign([TopicPartition(topic, n, 0) for n in range(PARTITIONS)])
        records = []
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            if not rest and len(records) >= count:
                break
            record = consumer.poll(1.0)
            if record is None and len(records) >= count:
                break
            if record is not None and not record.error():
                records.append(record)
        consumer.close()
        faults = [fault for record in records if (fault := fault_of(KINDS[key], record))]
        assert faults == [], faults[:3]
        return records

    def close(self):
        if self.child and self.child.poll() is None:
            self.child.kill()
            self.child.wait()
        self.ports.close()


def fault_of(kind, record):
    """How a record breaks the contract of its topic; None when it does not."""
    if record.value() is None and kind == "conversation":
        return None  # a tombstone
    return contract.fault_of(Output(
        kind, record.topic(), record.partition(), record.offset(), record.key(), record.value(),
        tuple(record.headers() or ()),
    ))


def terminal(records):
    """By event, and by conversation in the order of the partition."""
    events, order = {}, {}
    for record in records:
        answer = json.loads(record.value())
        events.setdefault(answer["in_reply_to"], []).append(answer)
        place = (record.partition(), record.offset())
        order.setdefault(answer["conversation_id"], []).append((place, answer["seq"]))
    return events, order


def check_once_and_in_order(records, count):
    events, order = terminal(records)
    assert len(events) == count
    assert [event for event, answers in events.items() if len(answers) != 1] == []
    for places in order.values():
        assert len({place[0] for place, _ in places}) == 1
        assert [seq for _, seq in sorted(places)] == sorted(seq for _, seq in places)
