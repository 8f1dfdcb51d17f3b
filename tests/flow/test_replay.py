"""Past events through today's settings: what differs is shown, and nothing live is touched."""

import json
import signal
import subprocess
import time

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from tests.checker.offsets import committed
from tests.flow.worker import PARTITIONS, PROGRAM, WAIT_S, Worker
from tests.services import deskhand
from tests.services.kafka import USERS, Kafka
from tests.services.terminal import Terminal

SHOP = (
    {"sku": "KETTLE-17", "name": "Gooseneck kettle", "price": "39.90", "currency": "EUR",
     "shipping": {"min_days": 2, "max_days": 4}},
    {"sku": "TEA-88", "name": "Longjing", "price": "128.00", "currency": "CNY",
     "shipping": {"min_days": 3, "max_days": 5}},
)
ENVELOPE = {"ce_specversion": "1.0", "ce_id": "e1", "ce_source": "/shop", "ce_type": "message"}
TWIN = {"id": "e1", "conversation_id": "c2", "customer_id": "u2", "text": "is it in stock?"}
KETTLE = {"sku": "KETTLE-17"}
HISTORY = {"history__turns": "4"}


class Shop:
    """A live worker, what is sent to it, and replays of that."""

    def __init__(self, worker):
        self.worker = worker
        self.producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
        self.events = 0

    def put(self, key, name, value, **more):
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        self.producer.produce(self.worker.topics[key], body, name.encode(), **more)
        assert self.producer.flush(WAIT_S) == 0
        self.events += key != "catalog"

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

    def handback(self, number):
        self.put("handbacks", f"c{number % 7}",
                 {"id": f"h{number}", "conversation_id": f"c{number % 7}"})

    def stock(self):
        for entry in SHOP:
            self.put("catalog", entry["sku"], entry)

    def settled(self):
        """Until every event so far has its audit record."""
        assert len(self.worker.read("audit", self.events, rest=False)) == self.events

    def command(self, *arguments, settings=None):
        flat = deskhand.arguments(self.worker.settings(**(settings or {})))
        topic = () if "--topic" in arguments else ("--topic", self.worker.topics["messages"])
        return [PROGRAM, "replay", *topic, *arguments, *flat]

    def replay(self, *arguments, settings=None):
        """Runs it to its end; by default the messages of the last hour."""
        given = arguments if set(arguments) & {"--from", "--offsets"} else ("--from", "-1h", *arguments)
        return Replayed(subprocess.run(self.command(*given, settings=settings),
                                       capture_output=True, timeout=2 * WAIT_S, check=False))

    def refused(self, *arguments, settings=None):
        """What it says when it does not even begin, and the exit code."""
        done = subprocess.run(self.command(*arguments, settings=settings), capture_output=True,
                              timeout=2 * WAIT_S, check=False)
        assert done.stdout == b""
        return done.returncode, done.stderr.decode()


class Replayed:
    """A replay that has printed JSON lines."""

    def __init__(self, done):
        assert done.stderr == b"", done.stderr.decode()
        self.code = done.returncode
        self.raw = done.stdout
        self.events = [json.loads(line) for line in done.stdout.splitlines()]
        self.summary = self.events.pop()["summary"]

    def ids(self):
        return [event.get("id") for event in self.events]

    def others(self):
        """Events that are not the same."""
        return [event for event in self.events if event["verdict"] != "same"]


@pytest.fixture
def shop(worker):
    return Shop(worker)


def footprint(worker):
    """All that a replay must leave alone: ends of topics, offsets with their metadata, members of
    groups, and what Redis holds."""
    consumer = Consumer(worker.kafka.client_settings(group__id="footprint"))
    ends = {
        (topic, number): consumer.get_watermark_offsets(TopicPartition(topic, number), 10)
        for topic in worker.topics.values() for number in range(PARTITIONS)
    }
    consumer.close()
    admin = worker.kafka.admin
    offsets = committed(worker.kafka.bootstrap, worker.name, ends)
    described = admin.describe_consumer_groups([worker.name])[worker.name].result(30)
    members = sorted(member.member_id for member in described.members)
    groups = {group.group_id for group in admin.list_consumer_groups().result(30).valid}
    groups = sorted(name for name in groups if not name.startswith("reader-"))
    redis = worker.redis.client()
    return ends, offsets, members, groups, {key: redis.dump(key) for key in redis.keys("*")}


def footprint_at_rest(worker):
    """Once it has been the same for longer than the worker leaves anything uncommitted."""
    deadline = time.monotonic() + WAIT_S
    before, since = footprint(worker), time.monotonic()
    while time.monotonic() < deadline:
        time.sleep(0.2)
        now = footprint(worker)
        if now != before:
            before, since = now, time.monotonic()
        elif time.monotonic() - since > 2.5:
            return now
    raise AssertionError("the live worker does not come to rest")


def live_a_day(shop):
    """Orders, products, history, people, duplicates and a record that is no event."""
    shop.stock()
    shop.worker.start(**HISTORY)
    for number in range(7):
        shop.order(number, "placed")
        shop.ask(number, f"How long does shipping of number {number} take?", context=KETTLE)
    shop.settled()
    for number in range(7):
        shop.order(number, "shipped")
    shop.settled()
    for number in range(14, 28):
        shop.ask(number, "Where is my order?" if number % 2 else "and how much is it?")
    shop.ask(28, "Let me talk to a human, please.")
    shop.ask(35, "Are you there?")
    shop.put("messages", "c2", TWIN, headers=ENVELOPE)
    shop.put("messages", "c2", TWIN, headers=ENVELOPE)
    shop.ask(36, "noted", author="agent")
    shop.put("messages", "c1", b'{"id":')
    shop.settled()
    shop.handback(28)
    shop.settled()
    shop.ask(42, "is it black?")
    shop.settled()


def test_with_the_same_settings_all_is_the_same_and_twice_byte_for_byte(shop):
    live_a_day(shop)
    first = shop.replay(settings=HISTORY)
    assert first.code == 0
    assert first.others() == []
    assert first.summary["events"] == first.summary["same"] == 28
    expected = {"answer": 23, "recommendation": 0, "copy": 0, "handoff": 2, "dead-letter": 1,
                "duplicate": 1, "nothing": 1}
    assert first.summary["recorded"] == expected
    assert first.summary["new"] == expected
    reasons = [event["new"].get("reason") for event in first.events if event.get("id") in ("m28", "m35")]
    assert reasons == ["person_wanted", "with_person"]
    assert shop.replay(settings=HISTORY).raw == first.raw
    assert shop.worker.end() == 0


def test_without_audit_topic_the_recorded_outcomes_are_found_all_the_same(shop):
    live_a_day(shop)
    replayed = shop.replay(settings=HISTORY | {"topic__audit": ""})
    assert replayed.others() == []
    assert replayed.summary["nothing_found"] == 2  # the duplicate and what an agent wrote
    assert replayed.summary["recorded"]["answer"] == 23
    assert replayed.summary["recorded"]["dead-letter"] == 1


@pytest.mark.parametrize("settings", [{}, {"topic__audit": ""}])
def test_the_letter_of_a_record_with_many_headers_is_found(shop, settings):
    shop.worker.start()
    for key, value, count in (("c1", b'{"id":', 64), ("c2", TWIN, 70)):
        shop.put("messages", key, value, headers=[(f"h{number}", "") for number in range(count)])
    shop.settled()
    replayed = shop.replay(settings=settings)
    assert replayed.others() == []
    assert sorted(event["recorded"]["reason"] for event in replayed.events) == ["json", "too_large"]
    assert shop.worker.end() == 0


def test_a_window_begins_with_the_orders_and_hand_offs_from_before(shop):
    live_a_day(shop)
    everything = shop.replay(settings=HISTORY)
    asked = {event["id"]: event for event in everything.events if "id" in event}
    for name in ("m15", "m35", "m42"):  # an order's state; held; given back
        place = f"{asked[name]['partition']}:{asked[name]['offset']}-{asked[name]['offset']}"
        alone = shop.replay("--offsets", place, settings=HISTORY)
        assert alone.ids() == [name]
        assert alone.events[0]["new"]["outcome"] == asked[name]["recorded"]["outcome"]
    assert asked["m35"]["new"]["reason"] == "with_person"


def test_another_model_shows_what_would_change(shop):
    live_a_day(shop)
    replayed = shop.replay("--fail-on-difference", settings=HISTORY | {"model__kind": "builtin"})
    assert replayed.code == 1
    assert replayed.summary["changed"] == len(replayed.others()) == 23
    for event in replayed.others():
        assert "text" in event["difference"] and "model" in event["difference"]
        assert event["recorded"]["model"] == "fake"
        assert event["recorded"]["text"].startswith("Thank you for writing.")
    new = {event["id"]: event["new"] for event in replayed.events if "id" in event}
    assert "2 to 4" in new["m0"]["text"]
    assert "shipped" in new["m15"]["text"]
    assert shop.replay(settings=HISTORY | {"model__kind": "builtin"}).code == 0


def test_other_instructions_are_asked_with_and_their_answers_compared(shop, tmp_path):
    worker = shop.worker
    worker.start()
    shop.ask(0, "question 0")
    shop.settled()
    prompt = tmp_path / "prompt.txt"
    prompt.write_text("Answer as a pirate would.\n")
    worker.model.reset()
    worker.model.behave(text="Arr, thank you for writing.")
    replayed = shop.replay(settings={"prompt__file": str(prompt)})
    assert [event["difference"] for event in replayed.events] == [["text"]]
    assert replayed.events[0]["new"]["text"] == "Arr, thank you for writing."
    assert "as a pirate would" in worker.model.requests()[-1]["body"]


def test_nothing_live_is_touched_while_it_runs_or_afterwards(shop):
    live_a_day(shop)
    worker = shop.worker
    before = footprint_at_rest(worker)
    assert len(before[2]) == 1 and before[4]
    worker.model.pause()  # it cannot end before it was looked at
    running = subprocess.Popen(shop.command("--from", "-1h", settings=HISTORY),
                               stdout=subprocess.PIPE)
    try:
        assert footprint(worker) == before
        assert running.poll() is None
    finally:
        worker.model.resume()
    while running.poll() is None:
        assert footprint(worker) == before
    assert running.wait() == 0
    running.stdout.close()
    assert footprint_at_rest(worker) == before
    assert worker.end() == 0


def test_the_check_of_what_is_touched_sees_each_kind_of_touch(shop):
    """The negative control: one record, one offset, one member, one group, one key."""
    live_a_day(shop)
    worker = shop.worker
    seen = [footprint_at_rest(worker)]

    def touched(place):
        seen.append(footprint_at_rest(worker))
        return seen[-1][place] != seen[-2][place]

    shop.producer.produce(worker.topics["answers"], b"{}", partition=0)
    shop.producer.flush(WAIT_S)
    assert touched(0)
    shop.ask(49, "one more")
    assert touched(1)
    other = worker.twin("w1")
    other.start(**HISTORY)
    assert touched(2)
    assert other.end() == 0
    other.close()
    stranger = Consumer(worker.kafka.client_settings(group__id=f"{worker.name}-x"))
    stranger.commit(offsets=[TopicPartition(worker.topics["messages"], 0, 0)], asynchronous=False)
    stranger.close()
    assert touched(3)
    worker.redis.client().set("touched", "1")
    assert touched(4)
    worker.redis.client().delete("touched")


def test_the_right_to_read_the_topics_is_enough(services, tmp_path):
    """What the brokers themselves do not allow was not tried: writing, committing, joining."""
    with Kafka(secure=True) as kafka:
        worker = Worker((kafka, *services[1:]), tmp_path / "worker.log")
        shop = Shop(worker)
        try:
            live_a_day(shop)
            for topic in worker.topics.values():
                kafka.allow("alice", "TOPIC", topic, "READ", "DESCRIBE")
            password = tmp_path / "password"
            password.write_text(USERS["alice"])
            password.chmod(0o600)
            replayed = shop.replay(settings=HISTORY | {
                "kafka__bootstrap__servers": kafka.secure_bootstrap,
                "kafka__security__protocol": "SASL_SSL",
                "kafka__sasl__mechanism": "PLAIN",
                "kafka__sasl__username": "alice",
                "kafka__sasl__password__file": str(password),
                "kafka__ssl__ca__location": str(kafka.certs.ca_file),
            })
            assert replayed.summary["events"] == replayed.summary["same"] == 28
        finally:
            worker.close()


def test_it_can_be_narrowed_to_what_is_of_interest(shop):
    worker = shop.worker
    worker.start()
    for number in range(21):
        shop.ask(number, f"question {number}")
    shop.settled()
    everything = shop.replay()
    assert len(everything.events) == 21
    times = [event["time"] for event in everything.events]
    assert times == sorted(times)
    assert shop.replay("--limit", "5").ids() == everything.ids()[:5]
    assert shop.replay("--key", "c3").ids() == ["m3", "m10", "m17"]
    assert shop.replay("--conversation", "c4").ids() == ["m4", "m11", "m18"]
    third = everything.events[3]
    one = shop.replay("--partition", str(third["partition"]))
    assert one.ids() == [event["id"] for event in everything.events
                         if event["partition"] == third["partition"]]
    assert shop.replay("--from", times[10]).ids() == [
        event["id"] for event in everything.events if event["time"] >= times[10]
    ]
    assert shop.replay("--from", "-1h", "--to", times[10]).ids() == [
        event["id"] for event in everything.events if event["time"] < times[10]
    ]
    assert shop.replay("--from", "-2h", "--to", "-1h").summary["events"] == 0


def test_events_from_before_can_be_run_for_the_history_they_leave(shop):
    shop.stock()
    shop.worker.start(**HISTORY)
    shop.ask(0, "tell me about this", context=KETTLE)
    shop.settled()
    time.sleep(0.01)  # so that the two have different times
    shop.ask(7, "and how much is it?")
    shop.settled()
    late = shop.replay(settings=HISTORY).events[1]["time"]
    cold = shop.replay("--from", late, settings=HISTORY)
    assert cold.ids() == ["m7"]
    assert cold.summary["changed"] == 1
    warm = shop.replay("--from", late, "--warm", "-1h", settings=HISTORY)
    assert warm.ids() == ["m7"]
    assert warm.summary["same"] == 1


def test_for_people_it_shows_which_words_changed(shop):
    worker = shop.worker
    worker.start()
    shop.ask(0, "question 0")
    shop.ask(1, "Let me talk to a human, please.")
    shop.settled()
    worker.model.behave(text="Thank you for nothing. The reply code is secret.")
    done = subprocess.run(shop.command("--from", "-1h", "--format", "text"), capture_output=True,
                          text=True, timeout=2 * WAIT_S, check=False)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    topic = worker.topics["messages"]
    assert lines[0].startswith(f"{topic}/") and lines[0].endswith("  m0  changed  answer")
    assert lines[1].split() == ["(asked)", "question", "0"]
    assert "Thank you for [-writing-]{+nothing+}. The reply code is [-" in lines[2]
    assert lines[3].endswith("  m1  same  handoff")
    assert "2 events replayed: 1 same, 1 changed, 0 only recorded, 0 only new." in lines
    assert lines[-2].split() == ["answer", "1", "1"]
    assert lines[-1].split() == ["handoff", "1", "1"]


def test_on_a_terminal_it_is_text_with_a_line_that_says_how_far_it_is(shop):
    worker = shop.worker
    worker.start()
    for number in range(5):
        shop.ask(number, f"question {number}")
    shop.settled()
    worker.model.behave(delay_ms=1000)
    terminal = Terminal(shop.command("--from", "-1h"), WAIT_S)
    assert terminal.done.returncode == 0
    assert "\r\x1b[Kreplaying: 0 of 5" in terminal.text
    assert "5 events replayed: 5 same, 0 changed" in terminal.text


def test_what_is_missing_in_the_command_line_is_said_with_its_place(shop):
    topic = shop.worker.topics["messages"]
    for arguments, words in (
        (["--from", "noon"], "--from: noon is no time; write 2025-01-31T10:00:00Z"),
        (["--from", "2025-02-30"], "--from: there is no such day as 2025-02-30"),
        (["--from", "-1h", "--to", "-2h"], "--from -1h is not before --to -2h"),
        (["--offsets", "0-5"], "--offsets: 0-5 is no range; write P:A-B"),
        (["--offsets", "99:0-0"], f"{topic} has partitions 0 to 7, not 99"),
        (["--offsets", "0:0-5"], f"--offsets: partition 0 of {topic} is empty"),
        (["--topic", "no.such", "--from", "-1h"], "--topic: no.such has no events of this worker"),
        (["--from", "-1h", "--format", "xml"], "--format is text or json, not xml"),
        ([], "say what to replay"),
    ):
        code, said = shop.refused(*arguments)
        assert code == 64, said
        assert words in said
    shop.producer.produce(topic, b"{}", partition=0)
    shop.producer.flush(WAIT_S)
    code, said = shop.refused("--offsets", "0:0-5")
    assert code == 64
    assert f"partition 0 of {topic} has offsets 0 to 0, not 0-5" in said


def test_what_is_wrong_with_settings_or_brokers_is_said(shop):
    code, said = shop.refused("--topic", "not.there", "--from", "-1h",
                              settings={"topic__messages": "not.there"})
    assert code == 78
    assert "topic not.there (setting topic.messages) does not exist" in said
    code, said = shop.refused("--from", "-1h", settings={"model__kind": "generate", "model__url": ""})
    assert code == 78
    assert "model.url" in said
    code, said = shop.refused("--from", "-1h", settings={"kafka__bootstrap__servers": "127.0.0.1:9",
                                                         "start__timeout__ms": "2000"})
    assert code == 69
    assert "kafka.bootstrap.servers" in said


def test_an_outcome_that_only_one_of_both_has_is_told(shop):
    worker = shop.worker
    shop.ask(0, "question 0")
    replayed = shop.replay()
    assert [event["verdict"] for event in replayed.events] == ["only_new"]
    assert replayed.events[0]["recorded"] is None
    worker.start()
    shop.settled()
    shop.ask(0, "noted", author="agent")
    shop.settled()
    again = shop.replay()
    assert [event["verdict"] for event in again.events] == ["same", "same"]
    assert again.events[1]["recorded"] == {"outcome": "nothing"}
    worker.end(signal.SIGKILL)


def test_recommendations_are_ranked_again_as_of_their_requests(shop):
    shop.stock()
    for number in range(3):
        shop.order(number, "placed")
    shop.worker.start()
    shop.settled()

    def wish(number):
        shop.put("recommendation.requests", "u9",
                 {"id": f"r{number}", "customer_id": "u9", "language": "en"})

    wish(0)
    shop.settled()
    kettle = {"id": "k1", "order_id": "2000", "customer_id": "u1", "type": "placed",
              "at": "2025-03-02T09:00:00Z", "items": [{"sku": "KETTLE-17", "quantity": 1}]}
    shop.put("orders", "u1", kettle)
    shop.put("feedback", "u9", {"id": "f1", "customer_id": "u9", "type": "refused",
                                "skus": ["TEA-88"]})
    shop.settled()
    wish(1)
    shop.settled()
    topics = shop.worker.topics
    before = footprint_at_rest(shop.worker)
    replayed = shop.replay("--topic", topics["recommendation.requests"], "--from", "-1h")
    assert footprint_at_rest(shop.worker) == before
    events = {event["id"]: event for event in replayed.events}
    assert list(events) == ["r0", "r1"]
    first = [item["sku"] for item in events["r0"]["new"]["items"]]
    assert first == ["TEA-88"]  # nobody had ordered the kettle yet
    assert events["r0"]["verdict"] == "same"
    assert all("because" in item and item["reason"] for item in events["r0"]["new"]["items"])
    assert "KETTLE-17" in {item["sku"] for item in events["r1"]["new"]["items"]}
    heard = shop.replay("--topic", topics["feedback"], "--from", "-1h")
    assert [event["verdict"] for event in heard.events] == ["same"]
    for unknown in ({"topic.orders": "", "topic.feedback": ""}, {"topic.recommendations": ""}):
        blind = shop.replay("--topic", topics["recommendation.requests"], settings=unknown)
        assert [event["new"]["outcome"] for event in blind.events] == ["nothing", "nothing"]
    assert footprint_at_rest(shop.worker) == before
    assert shop.worker.end() == 0
