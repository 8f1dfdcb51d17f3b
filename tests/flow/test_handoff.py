"""A conversation that a person has is the person's until it is given back, whatever is lost between:
Redis, the worker, the owner of the partition."""

import json
import signal
import uuid

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from tests.contract import reader
from tests.flow.worker import FAULTS_PROGRAM, PARTITIONS, WAIT_S
from tests.services.child import wait_until

KINDS = {"answers": "answer", "handoffs": "handoff", "audit": "audit",
         "conversations": "conversation"}
SESSION = {"kafka__consumer__session__timeout__ms": "6000"}
PERSON = {"en": "I want to talk to a person.", "zh": "请转人工客服"}
ANGRY = {"en": "You are scammers, I am furious!", "zh": "你们就是骗子,我很生气"}
CALM = {"en": "I am not angry, do you gift wrap?", "zh": "我没生气,能送个礼盒吗"}


class Desk:
    """What a support system does: sends, and looks at what became of each message."""

    def __init__(self, worker):
        self.worker = worker
        self.producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
        self.records = {worker.topics[key]: [] for key in KINDS}
        self.consumer = Consumer(worker.kafka.client_settings(
            group__id=uuid.uuid4().hex, isolation__level="read_committed"))
        self.consumer.assign([TopicPartition(topic, number, 0) for topic in self.records
                              for number in range(PARTITIONS)])

    def say(self, conversation, text, **more):
        message = {
            "id": f"m-{uuid.uuid4().hex[:12]}", "conversation_id": conversation,
            "customer_id": f"u-{conversation}", "text": text,
        }
        return self.send("messages", conversation, message | more)

    def give_back(self, conversation, **more):
        event = {"id": f"b-{uuid.uuid4().hex[:12]}", "conversation_id": conversation}
        return self.send("handbacks", conversation, event | more)

    def send(self, topic, key, event, headers=None):
        self.producer.produce(self.worker.topics[topic], json.dumps(event).encode(), key.encode(),
                              headers=headers)
        assert self.producer.flush(WAIT_S) == 0
        return event["id"]

    def read(self, key, quiet_s=0.1):
        """All that is committed in the topic by now, each checked against its schema."""
        while (record := self.consumer.poll(quiet_s)) is not None:
            assert not record.error(), record.error()
            self.records[record.topic()].append(record)
            if record.value() is not None:
                kind = next(KINDS[name] for name in KINDS
                            if self.worker.topics[name] == record.topic())
                assert reader.faults(kind, reader.read(record.value())) == set()
        return self.records[self.worker.topics[key]]

    def values(self, key, **how):
        return [json.loads(record.value()) for record in self.read(key, **how)]

    def until(self, holds, what):
        wait_until(holds, WAIT_S, what)

    def fate(self, message):
        """("answer", source), ("handoff", reason) or ("nothing", reason), when it has one."""
        self.until(lambda: self._fates(message), f"nothing became of {message}")
        fates = self._fates(message)
        assert len(fates) == 1, fates
        return fates[0]

    def _fates(self, message):
        return [(value["outcome"], value.get("reason") or value["source"])
                for value in self.values("audit") if value["in_reply_to"] == message]

    def held(self):
        """What the compacted topic says: the reason by conversation."""
        held = {}
        for record in self.read("conversations"):
            held.pop(record.key(), None)
            if record.value() is not None:
                held[record.key()] = json.loads(record.value())
        return {value["conversation_id"]: value["reason"] for value in held.values()}

    def wait_given_back(self):
        """Until the topic says so, and the worker has read it."""
        self.until(lambda: self.held() == {}, "no tombstone")
        self.until(lambda: self.worker.metric("deskhand_conversations_with_person") == 0,
                   "the worker does not know that it was given back")


@pytest.fixture
def desk(worker):
    made = Desk(worker)
    yield made
    made.consumer.close()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_who_wants_a_person_or_is_angry_gets_one_and_who_is_not_does_not(desk, language):
    desk.worker.start()
    asked = {text: desk.say(f"c-{number}", text)
             for number, text in enumerate((PERSON[language], ANGRY[language], CALM[language]))}
    assert desk.fate(asked[PERSON[language]]) == ("handoff", "person_wanted")
    assert desk.fate(asked[ANGRY[language]]) == ("handoff", "angry")
    assert desk.fate(asked[CALM[language]])[0] == "answer"
    assert desk.worker.model.calls()["total"] == 1
    assert desk.worker.end() == 0


def test_what_follows_goes_to_the_person_until_it_is_given_back(desk):
    desk.worker.start(history__turns="10")
    desk.say("ann", PERSON["en"])
    assert desk.fate(desk.say("ann", "do you gift wrap?")) == ("handoff", "with_person")
    assert desk.fate(desk.say("ann", "I am Bo", author="agent")) == ("nothing", "not_from_customer")
    assert desk.fate(desk.say("bob", "do you gift wrap?"))[0] == "answer"
    assert desk.held() == {"ann": "person_wanted"}
    assert desk.fate(desk.give_back("ann", note="We agreed on a blue one.")) == (
        "nothing", "handback")
    desk.wait_given_back()
    assert desk.fate(desk.say("ann", "and is that one in stock?")) == ("answer", "model")
    assert desk.worker.model.calls()["total"] == 2
    told = desk.worker.model.requests()[-1]["body"]
    assert "I am Bo" in told and "We agreed on a blue one." in told
    assert desk.worker.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_neither_a_restart_nor_the_loss_of_redis_gives_it_back(desk, number):
    desk.worker.start(**SESSION)
    assert desk.fate(desk.say("ann", PERSON["en"])) == ("handoff", "person_wanted")
    desk.worker.redis.flushall()
    assert desk.fate(desk.say("ann", "hello?")) == ("handoff", "with_person")
    desk.worker.end(number)
    desk.worker.redis.flushall()
    waiting = desk.say("ann", "is anyone there?")
    desk.worker.start(**SESSION)
    assert desk.fate(waiting) == ("handoff", "with_person")
    assert desk.worker.model.calls()["total"] == 0
    assert desk.worker.end() == 0


def test_another_owner_of_the_partition_knows_at_its_first_record(desk):
    """The next owner starts while the first one hands off, and takes over what it has committed."""
    first, names = desk.worker, [f"c-{number}" for number in range(200)]
    second = first.twin("w1")
    try:
        first.start(**SESSION)
        for name in names:
            desk.say(name, PERSON["en"])
        second.start(**SESSION)
        followed = [desk.say(name, "hello?") for name in names]
        desk.until(lambda: len(desk.read("audit")) >= 2 * len(names), "not all are settled")
        reasons = {value["in_reply_to"]: value["reason"] for value in desk.values("handoffs")}
        assert len(desk.read("handoffs", quiet_s=1.0)) == 2 * len(names)
        assert {reasons.get(each) for each in followed} == {"with_person"}
        assert desk.read("answers") == []
        assert second.end() == 0
        assert first.end() == 0
    finally:
        second.close()


def test_every_hand_off_and_its_state_are_in_one_transaction(desk):
    """Killed again and again while it hands off: a state without its hand-off, or a hand-off
    without its state, would be seen."""
    names = [f"c-{number}" for number in range(300)]
    desk.worker.start(**SESSION)
    for name in names:
        desk.say(name, ANGRY["en"])
    for _ in range(2):
        desk.worker.end(signal.SIGKILL)
        desk.worker.start(**SESSION)
    desk.until(lambda: len(desk.read("handoffs")) >= len(names), "not all are handed off")
    handed = [value["conversation_id"] for value in desk.values("handoffs", quiet_s=1.0)]
    assert sorted(handed) == sorted(names)
    assert desk.held() == dict.fromkeys(names, "angry")
    assert len(desk.read("conversations")) == len(names)
    assert desk.worker.end() == 0


def test_a_repeated_hand_back_does_not_give_back_what_was_handed_off_since(desk, tmp_path):
    seal = tmp_path / "seal.key"
    seal.write_bytes(uuid.uuid4().bytes * 2)
    seal.chmod(0o600)
    desk.worker.start(seal__key__file=str(seal))
    event = {"id": "b-1", "conversation_id": "ann"}
    headers = [("ce_specversion", b"1.0"), ("ce_id", b"b-1"), ("ce_source", b"/desk"),
               ("ce_type", b"desk.handback")]
    desk.fate(desk.say("ann", PERSON["en"]))
    desk.send("handbacks", "ann", event, headers)
    desk.wait_given_back()
    desk.fate(desk.say("ann", PERSON["zh"]))
    desk.send("handbacks", "ann", event, headers)
    desk.until(lambda: "duplicate" in [value["outcome"] for value in desk.values("audit")],
               "the repetition is not told from the first")
    assert desk.held() == {"ann": "person_wanted"}
    assert desk.fate(desk.say("ann", "hello?")) == ("handoff", "with_person")
    assert desk.worker.end() == 0


def test_switched_off_each_message_stands_for_itself(desk):
    desk.worker.start(topic__conversations="")
    assert desk.fate(desk.say("ann", PERSON["en"])) == ("handoff", "person_wanted")
    assert desk.fate(desk.say("ann", "do you gift wrap?")) == ("answer", "model")
    assert desk.held() == {}
    assert desk.worker.end() == 0


def test_a_hand_back_that_breaks_the_contract_becomes_a_dead_letter(desk):
    desk.worker.start()
    desk.send("handbacks", "ann", {"id": "b-1", "conversation_id": ""})
    letters = desk.worker.read("dead.letters", 1)
    assert len(letters) == 1
    headers = dict(letters[0].headers())
    assert headers["x-dlq-reason"] == b"schema"
    assert headers["x-dlq-pointer"] == b"/conversation_id"
    assert desk.worker.end() == 0


def reasons(worker):
    """Why it is not ready; nothing while nobody answers yet."""
    try:
        return worker.readiness()
    except OSError:
        return ""


class OpenTransaction:
    """Somebody's transaction on the topic of conversations: what is behind it cannot be read."""

    def __init__(self, desk):
        self.producer = Producer(desk.worker.kafka.client_settings(
            transactional__id="somebody", transaction__timeout__ms="600000"))
        self.producer.init_transactions(WAIT_S)
        self.producer.begin_transaction()
        for number in range(PARTITIONS):
            self.producer.produce(desk.worker.topics["conversations"], b"{}", b"somebody",
                                  partition=number)
        assert self.producer.flush(WAIT_S) == 0

    def end(self):
        self.producer.abort_transaction(WAIT_S)


@pytest.mark.untraced  # its program is the build with lowered defences
@pytest.mark.parametrize("lowered", ["", "witness"])
def test_the_next_owner_waits_for_what_it_cannot_read_yet(desk, lowered):
    """It finds messages to answer whose hand-offs it cannot read. Without the defence it answers
    what a person has: the negative control."""
    names = [f"c-{number}" for number in range(40)]
    desk.worker.program = FAULTS_PROGRAM
    desk.worker.lowered = lowered
    desk.worker.start()
    opened = OpenTransaction(desk)
    for asked in [desk.say(name, PERSON["en"]) for name in names]:
        assert desk.fate(asked) == ("handoff", "person_wanted")
    assert desk.worker.end() == 0
    followed = [desk.say(name, "do you gift wrap?") for name in names]
    desk.worker.launch()
    if lowered:
        assert "answer" in {desk.fate(each)[0] for each in followed}
        opened.end()
    else:
        desk.until(lambda: "committed offsets are not read yet" in reasons(desk.worker),
                   "it does not say what it waits for")
        assert desk.read("answers", quiet_s=2.0) == []
        opened.end()
        desk.worker.wait_ready()
        assert {desk.fate(each) for each in followed} == {("handoff", "with_person")}
    assert desk.worker.end() == 0


def test_a_stuck_lane_is_named_and_goes_to_a_person_if_that_is_wished(desk):
    """First it is only told: nothing of it is settled, and the operator finds it by its offset."""
    worker = desk.worker
    worker.model.behave(delay_ms=20, rules=[{"match": {"text": "case-stuck-one"}, "hang": True}])
    worker.start(lane__stuck__ms="1000", model__timeout__ms="600000", **SESSION)
    first = desk.say("the-stuck-one", "case-stuck-one, what about it?")
    others = [desk.say("the-stuck-one", "do you gift wrap?") for _ in range(2)]
    desk.until(lambda: worker.metric("deskhand_lanes_stuck") == 1, "no lane is stuck")
    told = json.loads(next(line for line in worker.log.read_text().splitlines()
                           if "a lane is stuck" in line))
    place = {name: told[f"deskhand.{name}"] for name in ("lane", "topic", "partition", "offset")}
    assert f'lane="{place["lane"]}"' in worker.page("metrics")
    assert f"(lane {place['lane']})" in worker.page("readyz")
    assert "the-stuck-one" not in worker.log.read_text() + worker.page("metrics")
    found = worker.record_at(place["topic"], place["partition"], place["offset"])
    assert found.key() == b"the-stuck-one" and json.loads(found.value())["id"] == first
    assert desk.values("audit") == []
    worker.end(signal.SIGKILL)
    worker.start(lane__stuck__ms="1000", lane__stuck__action="handoff",
                 model__timeout__ms="600000", **SESSION)
    for message in (first, *others):
        assert desk.fate(message) == ("handoff", "lane_stuck")
    assert [value["in_reply_to"] for value in desk.values("handoffs")] == [first, *others]
    assert desk.held() == {"the-stuck-one": "lane_stuck"}
    assert worker.end() == 0
