"""The worker's decoder, asked through `deskhand check`, and what it is compared with."""

import json
import os
import pathlib
import subprocess

import pytest

from tests.contract import reader

ROOT = pathlib.Path(__file__).resolve().parents[2]
BINARY = pathlib.Path(os.environ.get("DESKHAND", ROOT / "build" / "release" / "deskhand"))
CHECK_S = 120
POINTER_BYTES_MAX = 95  # a longer pointer is cut, between two characters
CHARACTER_BYTES_MAX = 4


def binary():
    if not BINARY.exists():
        pytest.fail(f"the worker is not built: no {BINARY.name}; make it first")
    return BINARY


def check_lines(payload, lines):
    """One verdict ({"valid", "reason", "pointer"}) a line, from one process."""
    run = subprocess.run([binary(), "check", "--kind", payload, "--jsonl", "-"],
                         input=b"".join(line + b"\n" for line in lines), capture_output=True,
                         timeout=CHECK_S, check=False)
    verdicts = [json.loads(line) for line in run.stdout.splitlines()]
    assert len(verdicts) == len(lines), (run.returncode, run.stderr[-2000:].decode("utf-8", "replace"))
    return verdicts


def check_file(payload, path):
    """Exit code and output of a check of one file."""
    run = subprocess.run([binary(), "check", "--kind", payload, str(path)], capture_output=True,
                         timeout=CHECK_S, check=False)
    return run.returncode, (run.stdout + run.stderr).decode("utf-8", "replace")


def expected(payload, line):
    """(reason, pointers): reason is None for a valid line, pointers are those that may be named."""
    try:
        root = reader.read(line)
    except reader.Refused as refused:
        return str(refused), {""}
    places = reader.faults(payload, root)
    return ("schema", places) if places else (None, set())


def names(pointer, place):
    """Whether `pointer` is `place`, or the beginning of one that is too long."""
    told, whole = pointer.encode("utf-8"), place.encode("utf-8")
    if len(whole) <= POINTER_BYTES_MAX:
        return told == whole
    shortest = POINTER_BYTES_MAX - 2 * CHARACTER_BYTES_MAX
    return whole.startswith(told) and shortest <= len(told) <= POINTER_BYTES_MAX


def disagreement(payload, line, verdict):
    """What is wrong with the decoder's `verdict` of `line`; None when both agree."""
    reason, places = expected(payload, line)
    if verdict["valid"] is not (reason is None):
        return f"expected {reason or 'valid'} at {sorted(places)}, got {verdict}"
    if reason is None:
        return None
    if verdict["reason"] != reason:
        return f"expected the reason {reason}, got {verdict}"
    if not any(names(verdict.get("pointer", ""), place) for place in places):
        return f"expected one of the pointers {sorted(places)}, got {verdict}"
    return None


def disagreements(payload, lines, verdicts):
    told = []
    for line, verdict in zip(lines, verdicts, strict=True):
        what = disagreement(payload, line, verdict)
        if what:
            told.append((line, what))
    return told
