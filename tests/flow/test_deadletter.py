"""Dead letters: what is listed and shown of them, what is sent again, and what is not."""

import contextlib
import json
import os
import re
import signal
import subprocess
import time
import uuid
from types import SimpleNamespace

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from tests.checker.offsets import committed
from tests.flow.worker import FAULTS_PROGRAM, PARTITIONS, PROGRAM, WAIT_S
from tests.services import deskhand
from tests.services.terminal import Terminal

AT = "2025-03-04T09:15:31Z"
NAMES = (b"ann", b"bob", b"cid")
LARGE = 600 << 10  # a letter of this goes by reference


class Office:
    """A worker, records that it cannot work on, and the command."""

    def __init__(self, worker):
        self.worker = worker
        self.producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
        self.letters = 0

    def spoil(self, key, value, topic="messages", **more):
        """Something that becomes a dead letter."""
        self.producer.produce(self.worker.topics[topic], value, key, **more)
        assert self.producer.flush(WAIT_S) == 0
        self.letters += 1

    def forge(self, keys, count, **more):
        """Letters as a worker writes them, `count` of each key, in turns; no worker is needed."""
        for number in range(count):
            for key in keys:
                given = {"topic": self.worker.topics["messages"], "reason": "json",
                         "class": "reject", "partition": str(key[0] % PARTITIONS), "offset": str(number),
                         "timestamp": "1", "attempts": "1", "worker": "0.1.0",
                         "first-at": AT, "last-at": AT} | more
                self.producer.produce(
                    self.worker.topics["dead.letters"], b"%s %d" % (key, number), key,
                    headers={f"x-dlq-{name}": value for name, value in given.items()})
        assert self.producer.flush(WAIT_S) == 0

    def arrived(self):
        """Until every record that was spoiled so far is a dead letter; gives them all."""
        found = self.worker.read("dead.letters", self.letters, rest=False)
        assert len(found) == self.letters
        return found

    def spoilt(self, keys, count):
        """So many records for each key, in turns, and the worker gone when all are letters."""
        for number in range(count):
            for key in keys:
                self.spoil(key, b"%s %d" % (key, number), headers={"number": str(number)})
        self.arrived()
        assert self.worker.end() == 0

    def originals(self, topic="messages"):
        """What is on an input topic now and can be read as committed: (partition, key, value,
        headers), in order of the partition."""
        consumer = Consumer(self.worker.kafka.client_settings(
            group__id=f"reader-{uuid.uuid4().hex}", isolation__level="read_committed",
            enable__partition__eof=True))
        name = self.worker.topics[topic]
        consumer.assign([TopicPartition(name, number, 0) for number in range(PARTITIONS)])
        found, ended, deadline = [], set(), time.monotonic() + WAIT_S
        while len(ended) < PARTITIONS:
            assert time.monotonic() < deadline
            record = consumer.poll(1.0)
            if record is not None and record.error():
                ended.add(record.partition())
            elif record is not None:
                found.append((record.partition(), record.key(), record.value(),
                              dict(record.headers() or ())))
        consumer.close()
        return found

    def redriven(self, topic="messages"):
        return [one for one in self.originals(topic) if "x-dlq-redrives" in one[3]]

    def crash(self, place, *arguments):
        """Runs it with a program that dies there."""
        command = [str(FAULTS_PROGRAM), *self.command(*arguments)[1:]]
        return subprocess.run(command, capture_output=True, timeout=2 * WAIT_S, check=False,
                              env=os.environ | {"DESKHAND_TEST_CRASH_AT": place})

    def command(self, *arguments, settings=None):
        flat = deskhand.arguments(self.worker.settings(**(settings or {})))
        verb, *rest = arguments
        return [PROGRAM, "deadletter", verb, *rest, *flat]

    def run(self, *arguments, settings=None):
        return subprocess.run(self.command(*arguments, settings=settings), capture_output=True,
                              timeout=2 * WAIT_S, check=False)

    def lines(self, *arguments, code=0, settings=None):
        """The rows and the summary that it prints for programs."""
        done = self.run(*arguments, settings=settings)
        assert (done.returncode, done.stderr) == (code, b""), done
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return rows, rows.pop()["summary"]

    def list(self, *arguments):
        return self.lines("list", *arguments)[0]

    @contextlib.contextmanager
    def interfere(self, *arguments):
        """While what is done in here a redrive is in the middle of its letters, one a transaction
        and a second, so that there is time for it; `code`, `rows`, `summary` and `words` tell
        afterwards how it ended."""
        ended = SimpleNamespace()
        with subprocess.Popen(self.command("redrive", "--yes", "--rate", "1", *arguments),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE) as child:
            first = child.stdout.readline()
            assert json.loads(first)["result"] == "redriven"
            yield ended
            rest, words = child.communicate(timeout=2 * WAIT_S)
        rows = [json.loads(line) for line in [first, *rest.splitlines()]]
        ended.code, ended.words = child.returncode, words.decode()
        ended.summary = rows.pop()["summary"] if "summary" in rows[-1] else None
        ended.rows = rows

    def place_of_first(self, key):
        return self.list("--key", key)[0]["letter"]

    def come_back(self, redrives):
        """Until a letter tells of so many redrives."""
        deadline = time.monotonic() + WAIT_S
        while not any(row["redrives"] == redrives for row in self.list()):
            assert time.monotonic() < deadline


@pytest.fixture
def office(worker):
    return Office(worker)


def message(number, **more):
    return json.dumps({"id": f"m{number}", "conversation_id": "c1", "customer_id": "u1",
                       "text": f"question {number}"} | more).encode()


def keys(rows):
    return sorted(row["key"] for row in rows)


def test_letters_are_listed_by_filter_and_shown_whole(office):
    worker = office.worker.start()
    office.spoil(b"ann", b'{"id":', headers={"shop": "north"})
    office.spoil(b"bob", message(1, customer_id=7))
    office.arrived()
    office.spoil(b"cid", b"[]", topic="orders")
    [cid] = [letter for letter in office.arrived() if letter.key() == b"cid"]
    between = dict(cid.headers())["x-dlq-last-at"].decode()
    office.spoil(b"dan", message(2, text="x" * LARGE))
    office.arrived()
    rows, summary = office.lines("list")
    assert keys(rows) == ["ann", "bob", "cid", "dan"]
    assert summary == {"open": 4, "redriven": 0, "dropped": 0, "no_letters": 0,
                       "reasons": {"json": 2, "schema": 2}}
    assert keys(office.list("--reason", "json,schema", "--topic", worker.topics["messages"],
                            "--to", between)) == ["ann", "bob"]
    place = {row["key"]: row["letter"] for row in rows}
    assert keys(office.list("--from", between, "--skip", place["dan"])) == ["cid"]
    assert len(office.list("--letters", ",".join(place.values()), "--limit", "3")) == 3
    [bob] = [row for row in rows if row["key"] == "bob"]
    assert (bob["state"], bob["reason"], bob["class"], bob["pointer"]) == \
        ("open", "schema", "reject", "/customer_id")
    assert (bob["attempts"], bob["redrives"], bob["by_reference"]) == (1, 0, False)
    text = office.run("list", "--key", "bob", "--format", "text").stdout.decode()
    assert "key bob" in text and "at /customer_id" in text and "1 open: 1 schema" in text

    shown = json.loads(office.run("show", place["ann"]).stdout)
    assert shown["value"] == '{"id":'
    assert {"name": "shop", "value": "north"} in shown["headers"]
    raw = office.run("show", "--value", place["dan"])
    assert raw.stdout == message(2, text="x" * LARGE)
    assert worker.end() == 0


def test_letters_are_told_by_partition_and_offset_each_time(office):
    office.forge([b"%d" % number for number in range(30)], 2)
    places = [tuple(map(int, row["letter"].split(":"))) for row in office.list()]
    assert len(places) == 60 and len({number for number, _ in places}) > 4
    assert places == sorted(places)
    for verb in ("list", "redrive"):
        rows, _ = office.lines(verb, "--limit", "45")
        assert [tuple(map(int, row["letter"].split(":"))) for row in rows] == places[:45]


def test_people_see_how_far_it_is(office):
    office.forge(NAMES, 1)
    terminal = Terminal(office.command("list"), 2 * WAIT_S, stdout=subprocess.PIPE)
    assert terminal.done.returncode == 0
    assert re.search(r"reading \w+", terminal.text) and terminal.text.endswith("\r\x1b[K")
    assert len(terminal.done.stdout.splitlines()) == 4


def test_wrong_words_and_absent_letters_have_their_exit_codes(office):
    assert office.run("list", "--from", "noon").returncode == 64
    assert office.run("show", "17").returncode == 64
    assert office.run("list", "stray").returncode == 64
    assert b"names no topic" in office.run("drop", "--topic", "").stderr
    assert b"--skip stands there twice" in \
        office.run("list", "--skip", "0:1", "--skip", "0:2").stderr
    missing = office.run("show", "0:0")
    assert missing.returncode == 66
    assert b"there is no record at 0:0" in missing.stderr
    unknown = office.run("list", settings={"topic__dead__letters": "nowhere"})
    assert unknown.returncode == 78
    assert b"nowhere" in unknown.stderr


def by_key(records):
    """What each key got, in order; and that it was on one partition."""
    found = {}
    for partition, key, value, _ in records:
        found.setdefault((key, partition), []).append(value)
    assert len({key for key, _ in found}) == len(found)
    return {key: values for (key, _), values in found.items()}


def everything(count):
    """What all keys get when each letter goes once."""
    return {key: [b"%s %d" % (key, number) for number in range(count)] for key in NAMES}


def test_a_redrive_only_tells_until_it_is_told_to_and_then_restores_all(office):
    office.worker.start()
    office.spoilt(NAMES, 4)
    before = office.originals()
    rows, summary = office.lines("redrive", "--key", "ann")
    assert [row["result"] for row in rows] == ["would be redriven"] * 4
    assert summary == {"redriven": 4, "kept": 0, "skipped": 0, "dry_run": True,
                       "interrupted": False}
    assert office.originals() == before
    skipped = office.place_of_first("bob")
    rows, summary = office.lines("redrive", "--yes", "--skip", skipped)
    assert (summary["redriven"], summary["skipped"]) == (11, 1)
    expected = everything(4)
    sent = office.redriven()
    assert by_key(sent) == expected | {b"bob": expected[b"bob"][1:]}
    origin = {(key, value): partition for partition, key, value, _ in before}
    for partition, key, value, headers in sent:
        assert partition == origin[key, value]
        assert headers == {"number": value.split()[1], "x-dlq-redrives": b"1"}
    letters = office.worker.read("dead.letters", 12 + 11, rest=False)  # each keeps the contract
    assert sum(letter.key() is None for letter in letters) == 11
    rows, summary = office.lines("list", "--all")
    assert [row["letter"] for row in rows if row["state"] == "open"] == [skipped]
    assert summary["redriven"] == 11
    rows, summary = office.lines("redrive", "--yes", "--key", "ann")
    assert (rows, summary["redriven"]) == ([], 0)


def test_a_redrive_is_no_faster_than_its_rate(office):
    office.forge(NAMES, 4)
    begun_s = time.monotonic()
    _, summary = office.lines("redrive", "--yes", "--rate", "6")
    assert summary["redriven"] == 12
    assert time.monotonic() - begun_s >= 11 / 6


@pytest.mark.parametrize("place", ["redrive-produced:2", "redrive-committed:2"])
def test_a_redrive_that_dies_goes_on_and_sends_nothing_twice(office, place):
    office.forge(NAMES, 4)
    # Four letters a second: a transaction for each, so that it dies in the middle of all.
    assert office.crash(place, "redrive", "--yes", "--rate", "4").returncode == -signal.SIGKILL
    rows, summary = office.lines("redrive", "--yes")
    assert summary["redriven"] == 12 - (1 if place.startswith("redrive-produced") else 2)
    assert by_key(office.redriven()) == everything(4)


def test_without_the_marks_a_second_redrive_would_send_all_again(office):
    """The control of the test above: it is the marks that keep letters from going twice."""
    office.forge(NAMES, 2)
    assert office.lines("redrive", "--yes")[1]["redriven"] == 6
    command = [str(FAULTS_PROGRAM), *office.command("redrive", "--yes")[1:]]
    done = subprocess.run(command, capture_output=True, timeout=2 * WAIT_S, check=False,
                          env=os.environ | {"DESKHAND_TEST_LOWER": "marks"})
    assert done.returncode == 0, done
    assert by_key(office.redriven()) == {key: 2 * values for key, values in everything(2).items()}


def test_a_redrive_ends_on_a_signal_or_when_another_one_begins(office):
    """Each is in the middle of a minute's letters then; the last one sends what is left, though it
    was given another group."""
    office.forge(NAMES, 20)
    slowly = office.command("redrive", "--yes", "--rate", "1")
    with subprocess.Popen(slowly, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as first:
        assert json.loads(first.stdout.readline())["result"] == "redriven"
        first.send_signal(signal.SIGINT)
        *_, last = first.stdout.read().splitlines()
        assert first.wait(WAIT_S) == 75
        assert json.loads(last)["summary"]["interrupted"] is True
    with subprocess.Popen(slowly, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as second:
        assert json.loads(second.stdout.readline())["result"] == "redriven"
        rows, summary = office.lines("redrive", "--yes", settings={"kafka__group__id": "other"})
        assert 0 < summary["redriven"] == len(rows) < 59
        *_, last = second.stdout.read().splitlines()
        assert json.loads(last)["summary"]["interrupted"] is True
        assert b"another redrive or drop" in second.stderr.read()
        assert second.wait(WAIT_S) == 69
    assert by_key(office.redriven()) == everything(20)


def test_an_input_that_is_deleted_in_the_middle_keeps_the_rest(office):
    """What was sent before is gone with it; the rest is open, and goes when it is there again."""
    worker = office.worker
    office.forge(NAMES, 4)
    with office.interfere() as ended:
        worker.kafka.delete_topics([worker.topics["messages"]])
    if ended.code == 69:  # it went under a transaction
        assert f"topic {worker.topics['messages']} has been deleted" in ended.words
    else:
        assert (ended.code, ended.words) == (65, ""), ended
        kept = [row["why"] for row in ended.rows if row["result"] == "kept"]
        assert kept == (12 - ended.summary["redriven"]) * ["its topic is not there"]
    _, still_kept = office.lines("redrive", code=65)
    redriven = sum(row["result"] == "redriven" for row in ended.rows)
    assert still_kept == {"redriven": 0, "kept": 12 - redriven, "skipped": 0, "dry_run": True,
                          "interrupted": False}
    assert len(office.list()) == 12 - redriven
    worker.kafka.create_topics({worker.topics["messages"]: PARTITIONS})
    rows, summary = office.lines("redrive", "--yes")
    assert summary["redriven"] == 12 - redriven
    sent = by_key(office.redriven())
    assert {key: values[-len(sent[key]):] for key, values in everything(4).items()} == sent


def test_dead_letters_that_are_deleted_in_the_middle_end_a_redrive(office):
    worker = office.worker
    office.forge(NAMES, 4)
    with office.interfere() as ended:
        worker.kafka.delete_topics([worker.topics["dead.letters"]])
    assert ended.code == 69
    assert f"topic {worker.topics['dead.letters']} has been deleted" in ended.words
    sent = office.redriven()
    assert len(sent) == sum(row["result"] == "redriven" for row in ended.rows) < 12


def test_dead_letters_that_are_made_anew_in_the_middle_are_not_settled_by_old_ones(office):
    worker = office.worker
    office.forge(NAMES, 4)
    with office.interfere() as ended:
        worker.kafka.delete_topics([worker.topics["dead.letters"]])
        worker.kafka.create_topics({worker.topics["dead.letters"]: PARTITIONS})
        office.forge(NAMES, 20)
    assert ended.code == 69
    assert re.search(f"{worker.topics['dead.letters']} has been (made anew|deleted)", ended.words)
    assert len(office.list()) == 60


def test_a_topic_that_nobody_has_is_said_to_be_none(office):
    """A misspelt name would otherwise look as if nothing had ever been given up."""
    office.forge((b"ann",), 1)
    office.forge((b"bob",), 1, topic="gone")
    assert office.lines("list", "--topic", office.worker.topics["orders"])[0] == []
    assert keys(office.list("--topic", "gone")) == ["bob"]
    assert office.list("--topic", "gone", "--key", "ann") == []
    for verb, name in (("list", "mesages"), ("redrive", "mesages"), ("drop", "a topic?")):
        done = office.run(verb, "--topic", name)
        assert done.returncode == 66
        assert f"brokers have no topic {name}".encode() in done.stderr
        assert len(done.stdout.splitlines()) == 1


def test_a_record_with_all_the_headers_it_may_have_is_not_refused_for_that_of_its_redrive(office):
    office.worker.start()
    office.spoil(b"ann", b'{"id":', headers=[(f"h{number}", "") for number in range(64)])
    office.come_back(0)
    assert office.lines("redrive", "--yes")[1]["redriven"] == 1
    office.come_back(1)
    assert office.worker.end() == 0
    assert [row["reason"] for row in office.list()] == ["json"]


def test_a_letter_that_comes_back_again_and_again_is_kept(office):
    office.worker.start()
    office.spoil(b"ann", b'{"id":', headers={"x-dlq-redrives": "1"})
    for redrives in (1, 2):
        office.come_back(redrives)
        assert office.lines("redrive", "--yes")[1]["redriven"] == 1
    office.come_back(3)
    assert office.worker.end() == 0
    rows, summary = office.lines("redrive", "--yes", code=65)
    assert (summary["redriven"], summary["kept"]) == (0, 1)
    assert rows[0]["result"] == "kept" and "come back from 3 redrives" in rows[0]["why"]
    assert office.lines("redrive", "--redrives-max", "4")[1]["redriven"] == 1
    assert office.lines("drop", "--yes")[1]["dropped"] == 1
    assert office.list() == []


def test_what_went_by_reference_is_fetched_while_it_is_there(office):
    office.worker.start()
    value = message(1, text="x" * LARGE)
    office.spoil(b"ann", value, headers={"shop": "north"})
    office.arrived()
    assert office.worker.end() == 0
    assert office.list()[0]["by_reference"] is True
    assert office.lines("redrive", "--yes")[1]["redriven"] == 1
    [(partition, key, sent, headers)] = office.redriven()
    assert (key, sent, headers) == (b"ann", value, {"shop": b"north", "x-dlq-redrives": b"1"})
    office.worker.start()
    office.come_back(1)
    assert office.worker.end() == 0
    topic = TopicPartition(office.worker.topics["messages"], partition, -1)
    list(office.worker.kafka.admin.delete_records([topic]).values())[0].result(WAIT_S)
    rows, _ = office.lines("redrive", "--yes", code=65)
    assert rows[0]["result"] == "kept" and "the original is gone" in rows[0]["why"]
    assert "the original is gone" in json.loads(
        office.run("show", rows[0]["letter"]).stdout)["why"]
    assert len(office.redriven()) == 0
    assert len(office.list()) == 1


def test_a_letter_that_points_elsewhere_is_not_sent_there(office):
    """Anybody who may write dead letters could otherwise have this command write anywhere."""
    worker = office.worker
    office.forge((b"ann",), 1, topic=worker.topics["answers"])
    office.producer.produce(worker.topics["dead.letters"], b"stray", b"bob")
    assert office.producer.flush(WAIT_S) == 0
    rows, summary = office.lines("redrive", "--yes", code=65)
    why = {row["key"]: row["why"] for row in rows}
    assert summary["kept"] == 2
    assert "is no input of these settings" in why["ann"] and "no dead letter" in why["bob"]
    assert office.originals("answers") == []
    assert office.lines("drop", "--yes", "--letters", rows[0]["letter"])[1]["dropped"] == 1
    assert len(office.list()) == 1


def limit(worker, topic, value):
    """How large a record of the topic may be."""
    worker.configure(topic, "max.message.bytes", value)


def test_a_record_that_brokers_refuse_is_kept_and_the_others_go(office):
    worker = office.worker
    office.forge((b"ann", b"bob"), 2)
    for number in range(3):  # larger than the topic takes, and between them what it does take
        office.forge((b"cid" * 1000,), 1, offset=str(number))
        office.forge((b"cat",), 1, offset=str(number))
    office.forge((b"dan",), 1, partition="99")  # there is no such partition
    limit(worker, "messages", "2000")
    rows, summary = office.lines("redrive", "--yes", code=65)
    kept = {row["key"][:3]: row["why"] for row in rows if row["result"] == "kept"}
    assert kept.keys() == {"cid", "dan"}
    assert "too large" in kept["cid"] and "partition" in kept["dan"].lower()
    assert (summary["redriven"], summary["kept"]) == (7, 4)
    assert by_key(office.redriven()) == {
        key: [b"%s %d" % (key, number) for number in range(2)] for key in (b"ann", b"bob")
    } | {b"cat": 3 * [b"cat 0"]}
    assert len(office.list()) == 4


def test_letters_that_are_kept_take_no_place_of_the_limit(office):
    office.forge((b"ann",), 3, redrives="3")
    office.forge((b"ann",), 2)
    for number in range(2):
        rows, summary = office.lines("redrive", "--yes", "--limit", "1", code=65)
        assert (summary["redriven"], summary["kept"]) == (1, 3), rows
    assert by_key(office.redriven()) == {b"ann": [b"ann 0", b"ann 1"]}


def test_what_takes_nothing_of_its_output_ends_with_74(office):
    office.forge(NAMES, 1)
    for verb in (("list",), ("redrive", "--yes")):
        with open("/dev/full", "wb") as full:
            done = subprocess.run(office.command(*verb), stdout=full, stderr=subprocess.PIPE,
                                  timeout=2 * WAIT_S, check=False)
        assert done.returncode == 74, done
        assert done.stderr.count(b"\n") == 1 and b"standard output" in done.stderr


def test_a_dead_letter_that_cannot_be_written_holds_the_offset(office):
    worker = office.worker
    limit(worker, "dead.letters", "100")
    worker.start()
    office.spoil(b"ann", b'{"id":')
    assert worker.child.wait(WAIT_S) == 69
    partitions = [(worker.topics["messages"], number) for number in range(PARTITIONS)]
    places = committed(worker.kafka.bootstrap, worker.name, partitions)
    assert {offset for offset, _ in places.values()} <= {-1, 0}
    limit(worker, "dead.letters", "1048588")
    worker.start()
    [letter] = office.arrived()
    assert letter.value() == b'{"id":'
    assert worker.end() == 0
    places = committed(worker.kafka.bootstrap, worker.name, partitions)
    assert 1 in {offset for offset, _ in places.values()}


def test_an_answer_that_brokers_refused_is_published_after_a_redrive(office):
    """The event was answered and paid for once; a redrive is no duplicate of it."""
    worker = office.worker
    limit(worker, "answers", "100")
    worker.start()
    envelope = {"ce_specversion": "1.0", "ce_id": "e1", "ce_source": "/shop", "ce_type": "message"}
    office.spoil(b"c1", message(1), headers=envelope)
    office.arrived()
    limit(worker, "answers", "1048588")
    assert office.lines("redrive", "--yes")[1]["redriven"] == 1
    [answer] = worker.read("answers", 1, rest=False)
    assert json.loads(answer.value())["source"] == "memo"
    assert worker.end() == 0
