"""Dead letters: what is listed and shown of them, what is sent again, and what is not."""

import json
import subprocess

import pytest
from confluent_kafka import Producer

from tests.flow.worker import PROGRAM, WAIT_S

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

    def arrived(self):
        """Until every record that was spoiled so far is a dead letter; gives them all."""
        found = self.worker.read("dead.letters", self.letters, rest=False)
        assert len(found) == self.letters
        return found

    def command(self, *arguments, settings=None):
        given = self.worker.settings(**(settings or {}))
        flat = [part for item in given.items() for part in ("-X", "=".join(item))]
        verb, *rest = arguments
        return [PROGRAM, "deadletter", verb, *rest, *flat]

    def run(self, *arguments, settings=None):
        return subprocess.run(self.command(*arguments, settings=settings), capture_output=True,
                              timeout=2 * WAIT_S, check=False)

    def lines(self, *arguments, code=0):
        """The rows and the summary that it prints for programs."""
        done = self.run(*arguments)
        assert (done.returncode, done.stderr) == (code, b""), done
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        return rows, rows.pop()["summary"]

    def list(self, *arguments):
        return self.lines("list", *arguments)[0]

    def place_of(self, key):
        """The only open letter with this key."""
        [row] = self.list("--key", key)
        return row["letter"]


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
    office.arrived()
    between = office.list("--key", "cid")[0]["last_at"]
    office.spoil(b"dan", message(2, text="x" * LARGE))
    office.arrived()
    rows, summary = office.lines("list")
    assert keys(rows) == ["ann", "bob", "cid", "dan"]
    assert summary == {"open": 4, "redriven": 0, "dropped": 0, "no_letters": 0,
                       "reasons": {"json": 2, "schema": 2}}
    assert keys(office.list("--reason", "json")) == ["ann", "cid"]
    assert keys(office.list("--reason", "json,schema", "--topic", worker.topics["messages"])) == \
        ["ann", "bob", "dan"]
    assert keys(office.list("--to", between)) == ["ann", "bob"]
    assert keys(office.list("--from", between)) == ["cid", "dan"]
    assert keys(office.list("--skip", office.place_of("ann"))) == ["bob", "cid", "dan"]
    assert keys(office.list("--letters", office.place_of("cid"))) == ["cid"]
    assert len(office.list("--limit", "3")) == 3
    bob = office.list("--key", "bob")[0]
    assert (bob["state"], bob["reason"], bob["class"], bob["pointer"]) == \
        ("open", "schema", "reject", "/customer_id")
    assert (bob["attempts"], bob["redrives"], bob["by_reference"]) == (1, 0, False)
    text = office.run("list", "--key", "bob", "--format", "text").stdout.decode()
    assert "key bob" in text and "at /customer_id" in text and "1 open: 1 schema" in text

    shown = json.loads(office.run("show", office.place_of("ann")).stdout)
    assert shown["value"] == '{"id":'
    assert {"name": "shop", "value": "north"} in shown["headers"]
    raw = office.run("show", office.place_of("dan"), "--value")
    assert raw.stdout == message(2, text="x" * LARGE)
    assert worker.end() == 0


def test_wrong_words_and_absent_letters_have_their_exit_codes(office):
    assert office.run("list", "--from", "noon").returncode == 64
    assert office.run("show", "17").returncode == 64
    assert office.run("list", "stray").returncode == 64
    missing = office.run("show", "0:0")
    assert missing.returncode == 66
    assert b"there is no record at 0:0" in missing.stderr
    unknown = office.run("list", settings={"topic__dead__letters": "nowhere"})
    assert unknown.returncode == 78
    assert b"nowhere" in unknown.stderr
