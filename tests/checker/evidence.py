"""What a verdict is made from, and its form on disk."""

import base64
import dataclasses
import hashlib
import json

from tests.checker import donemap

EXPECT_ONE = "one"
EXPECT_NONE = "none"
EXPECT_ANY = "any"


@dataclasses.dataclass(frozen=True)
class Sent:
    """One input record that the broker took. `expect` says how many terminal records its event
    should have: one, none (a message that is not to be answered), or any (0 or 1)."""

    uid: str
    topic: str
    partition: int
    offset: int
    key: str
    conversation: str = ""
    customer: str = ""
    seq: int | None = None
    text: str = ""
    sha256: str = ""
    expect: str = EXPECT_ONE
    order: str = ""  # the order that it moves on, and where to
    state: str = ""

    @property
    def position(self):
        return (self.topic, self.partition, self.offset)


def placed(sent, records):
    """What was sent, where it stands by `records` of its topic. A producer that has sent a record
    again is told no offset of it, or of the one copy and not of the other."""
    known = [one for one in sent if one.offset is not None]
    positions = {one.position for one in known}
    by_bytes = {one.sha256: one for one in sent}
    for record in records:
        one = by_bytes.get(digest(record.value))
        if record.committed and one is not None and record.position not in positions:
            known.append(dataclasses.replace(
                one, partition=record.partition, offset=record.offset))
    return known


@dataclasses.dataclass(frozen=True)
class Output:
    """One output record. `kind` is its topic's: answer, recommendation, copy, handoff,
    dead-letter or audit. `committed`: a read_committed reader sees it."""

    kind: str
    topic: str
    partition: int
    offset: int
    key: bytes
    value: bytes
    headers: tuple
    committed: bool = True

    @property
    def position(self):
        return (self.topic, self.partition, self.offset)

    @property
    def place(self):
        return f"{self.topic}/{self.partition}/{self.offset}"

    def header(self, name):
        """The last header of that name as text, None when there is none."""
        for key, value in reversed(self.headers):
            if key == name:
                return value.decode(errors="replace") if value is not None else None
        return None

    def body(self):
        """The value as JSON; None when it is none."""
        try:
            body = json.loads(self.value)
        except (ValueError, TypeError):
            return None
        return body if isinstance(body, dict) else None


@dataclasses.dataclass
class Progress:
    """The group's view of each input partition: (topic, partition) -> Partition."""

    partitions: dict = dataclasses.field(default_factory=dict)

    def is_settled(self, topic, partition, offset):
        part = self.partitions.get((topic, partition))
        return part is not None and (offset < part.committed or offset in part.above)

    @property
    def has_lag(self):
        return any(part.committed < part.end for part in self.partitions.values())


@dataclasses.dataclass
class Partition:
    committed: int
    end: int
    metadata: str = ""
    above: frozenset = frozenset()
    unreadable: str = ""

    @classmethod
    def read(cls, committed, metadata, *, end):
        """`committed` is below 0 when nothing was committed."""
        part = cls(max(committed, 0), end, metadata or "")
        try:
            part.above = frozenset(donemap.settled_above(part.metadata, part.committed))
        except donemap.UnreadableMap as error:
            part.unreadable = str(error)
        return part


@dataclasses.dataclass
class Evidence:
    sent: list
    outputs: list
    live: list = dataclasses.field(default_factory=list)
    progress: Progress | None = None
    calls: dict | None = None
    orders: dict | None = None  # order -> the state that is told of it at the end, None: none is

    def save(self, directory):
        directory.mkdir(parents=True, exist_ok=True)
        _write(directory / "sent.jsonl", (dataclasses.asdict(sent) for sent in self.sent))
        _write(directory / "outputs.jsonl", map(_output_out, self.outputs))
        _write(directory / "live.jsonl", ([*position] for position in self.live))
        if self.progress is not None:
            rows = [
                {"topic": topic, "partition": number, "committed": part.committed,
                 "end": part.end, "metadata": part.metadata}
                for (topic, number), part in sorted(self.progress.partitions.items())
            ]
            (directory / "progress.json").write_text(json.dumps(rows, indent=1))
        if self.calls is not None:
            (directory / "calls.json").write_text(json.dumps(self.calls))
        if self.orders is not None:
            (directory / "orders.json").write_text(json.dumps(self.orders))

    @classmethod
    def load(cls, directory):
        progress = calls = orders = None
        if (directory / "progress.json").exists():
            progress = Progress({
                (row["topic"], row["partition"]):
                    Partition.read(row["committed"], row["metadata"], end=row["end"])
                for row in json.loads((directory / "progress.json").read_text())
            })
        if (directory / "calls.json").exists():
            calls = json.loads((directory / "calls.json").read_text())
        if (directory / "orders.json").exists():
            orders = json.loads((directory / "orders.json").read_text())
        return cls(
            [Sent(**row) for row in _read(directory / "sent.jsonl")],
            [_output_in(row) for row in _read(directory / "outputs.jsonl")],
            [tuple(row) for row in _read(directory / "live.jsonl")],
            progress,
            calls,
            orders,
        )


def digest(value):
    return hashlib.sha256(value or b"").hexdigest()


def _write(path, rows):
    with open(path, "w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def _read(path):
    if not path.exists():
        return []
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def _output_out(output):
    row = dataclasses.asdict(output)
    row["key"] = _bytes_out(output.key)
    row["value"] = _bytes_out(output.value)
    row["headers"] = [[name, _bytes_out(value)] for name, value in output.headers]
    return row


def _output_in(row):
    row["key"] = _bytes_in(row["key"])
    row["value"] = _bytes_in(row["value"])
    row["headers"] = tuple((name, _bytes_in(value)) for name, value in row["headers"])
    return Output(**row)


def _bytes_out(value):
    """Text as it is, other bytes as {"base64": ...}, nothing as null."""
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(value).decode()}


def _bytes_in(value):
    if isinstance(value, dict):
        return base64.b64decode(value["base64"])
    return value.encode() if value is not None else None
