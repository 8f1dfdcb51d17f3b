"""Committed offsets and their metadata, asked for on the wire.

confluent-kafka (2.x on librdkafka 2.15.1) reads metadata past its end, since librdkafka's copy of
it has no final NUL, and tells nothing of an offset whose transaction is still being decided. So
this speaks two requests of Kafka's protocol itself: FindCoordinator (10) version 2 and OffsetFetch
(9) version 7, with require_stable.
"""

import contextlib
import socket
import struct
import time

FIND_COORDINATOR, OFFSET_FETCH = 10, 9
NOT_READY = {14, 15, 16, 88}  # loading, not available, not coordinator, unstable
TIMEOUT_S = 60


class NotAnswered(Exception):
    """No coordinator told the offsets in time."""


def committed(bootstrap, group, partitions, timeout_s=30):
    """(topic, partition) -> (offset, metadata) for each of `partitions`, (-1, "") where nothing
    was committed. Waits until transactions that are being decided are decided."""
    deadline = time.monotonic() + timeout_s
    reason = "no broker answered"
    while time.monotonic() < deadline:
        for host in bootstrap.split(","):
            with contextlib.suppress(OSError, struct.error, IndexError):
                found, reason = _ask(host, group, partitions)
                if found is not None:
                    return found
        time.sleep(0.02)
    raise NotAnswered(f"offsets of {group}: {reason} after {timeout_s} s")


def _ask(host, group, partitions):
    """The offsets, or None and why not."""
    reply = _call(host, FIND_COORDINATOR, 2, b"", _string(group) + b"\0")
    _, error = reply.take_all(">ih")
    if error:
        return None, f"no coordinator (error {error})"
    reply.nullable_string()
    reply.take(">i")
    name = reply.nullable_string()
    reply = _call(f"{name}:{reply.take('>i')}", OFFSET_FETCH, 7, b"\0", _fetch(group, partitions))
    reply.tags()
    reply.take(">i")
    found, errors = {}, set()
    for _ in range(reply.varint() - 1):
        topic = reply.compact_string()
        for _ in range(reply.varint() - 1):
            number, offset, _ = reply.take_all(">iqi")
            metadata = reply.compact_string()
            errors.add(reply.take(">h"))
            reply.tags()
            found[topic, number] = (offset, metadata or "")
        reply.tags()
    errors.add(reply.take(">h"))
    errors.discard(0)
    if errors - NOT_READY:
        raise NotAnswered(f"offsets of {group}: errors {sorted(errors)}")
    return (None, f"not stable (errors {sorted(errors)})") if errors else (found, "")


def _fetch(group, partitions):
    topics = {}
    for topic, number in sorted(partitions):
        topics.setdefault(topic, []).append(number)
    body = _compact(group) + _varint(len(topics) + 1)
    for topic, numbers in topics.items():
        body += _compact(topic) + _varint(len(numbers) + 1)
        body += b"".join(struct.pack(">i", number) for number in numbers) + b"\0"
    return body + b"\1" + b"\0"  # require_stable, no tags


def _call(address, api_key, version, head_tags, body):
    host, port = address.rsplit(":", 1)
    request = struct.pack(">hhi", api_key, version, 1) + _string("checker") + head_tags + body
    with socket.create_connection((host, int(port)), TIMEOUT_S) as wire:
        wire.sendall(struct.pack(">i", len(request)) + request)
        (size,) = struct.unpack(">i", _read(wire, 4))
        return _Reply(_read(wire, size)[4:])


def _read(wire, size):
    data = b""
    while len(data) < size:
        more = wire.recv(size - len(data))
        if not more:
            raise OSError("closed")
        data += more
    return data


def _string(text):
    return struct.pack(">h", len(text.encode())) + text.encode()


def _compact(text):
    return _varint(len(text.encode()) + 1) + text.encode()


def _varint(number):
    out = b""
    while number > 0x7F:
        out += bytes([number & 0x7F | 0x80])
        number >>= 7
    return out + bytes([number])


class _Reply:
    def __init__(self, data):
        self._data = data
        self._at = 0

    def take_all(self, form):
        values = struct.unpack_from(form, self._data, self._at)
        self._at += struct.calcsize(form)
        return values

    def take(self, form):
        return self.take_all(form)[0]

    def varint(self):
        number = shift = 0
        while True:
            byte = self._data[self._at]
            self._at += 1
            number |= (byte & 0x7F) << shift
            shift += 7
            if not byte & 0x80:
                return number

    def tags(self):
        for _ in range(self.varint()):
            self.varint()
            self._at += self.varint()

    def nullable_string(self):
        size = self.take(">h")
        return None if size < 0 else self._bytes(size)

    def compact_string(self):
        size = self.varint()
        return None if size == 0 else self._bytes(size - 1)

    def _bytes(self, size):
        self._at += size
        return self._data[self._at - size:self._at].decode()
