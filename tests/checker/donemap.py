"""Reads a done-map: the settled offsets above a committed one, in the commit's metadata.

Written from the format alone, so that reader and writer cannot share a mistake:
"dhm1:" + base64url of (form 1 byte, topic id 16, leader epoch 4, body, CRC-32C 4).
"""

import base64
import binascii

PREFIX = "dhm"
VERSION = "dhm1:"
HEAD_BYTES = 21
SUM_BYTES = 4
BITMAP, PAIRS = 0, 1


class UnreadableMap(ValueError):
    """A done-map, but newer than this reader, or damaged."""


def is_map(metadata):
    return metadata.startswith(PREFIX)


def settled_above(metadata, position):
    """The settled offsets above `position`; none when the metadata is no done-map."""
    if not is_map(metadata):
        return set()
    if not metadata.startswith(VERSION):
        raise UnreadableMap(f"of another version: {metadata[:8]}")
    blob = _decoded(metadata[len(VERSION):])
    form, body = blob[0], blob[HEAD_BYTES:-SUM_BYTES]
    if form == BITMAP:
        return _from_bitmap(body, position)
    if form == PAIRS:
        return _from_pairs(body, position)
    raise UnreadableMap(f"of form {form}")


def encode(position, settled):
    """A map in bitmap form; for tests of readers."""
    bits = bytearray((max(settled, default=position) - position + 7) // 8)
    for offset in settled:
        bit = offset - position - 1
        bits[bit // 8] |= 1 << bit % 8
    blob = bytes([BITMAP]) + bytes(16) + b"\xff" * 4 + bytes(bits)
    blob += crc32c(blob).to_bytes(4, "big")
    return VERSION + base64.urlsafe_b64encode(blob).decode().rstrip("=")


def crc32c(blob):
    crc = 0xFFFFFFFF
    for byte in blob:
        crc = _CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc ^ 0xFFFFFFFF


def _crc_row(row):
    for _ in range(8):
        row = row >> 1 ^ (0x82F63B78 if row & 1 else 0)
    return row


_CRC_TABLE = [_crc_row(row) for row in range(256)]


def _decoded(text):
    try:
        blob = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableMap("not base64") from error
    if len(blob) < HEAD_BYTES + SUM_BYTES:
        raise UnreadableMap("too short")
    if crc32c(blob[:-SUM_BYTES]) != int.from_bytes(blob[-SUM_BYTES:], "big"):
        raise UnreadableMap("its checksum does not fit")
    return blob


def _from_bitmap(body, position):
    return {
        position + 1 + 8 * index + bit
        for index, byte in enumerate(body)
        for bit in range(8)
        if byte >> bit & 1
    }


def _from_pairs(body, position):
    numbers, number, shift = [], 0, 0
    for byte in body:
        number |= (byte & 0x7F) << shift
        shift += 7
        if not byte & 0x80:
            numbers.append(number)
            number, shift = 0, 0
    if shift or len(numbers) % 2:
        raise UnreadableMap("it ends in the middle of a run")
    settled, at = set(), position
    for unsettled, run in zip(numbers[::2], numbers[1::2]):
        at += unsettled
        settled.update(range(at, at + run))
        at += run
    return settled
