"""`deskhand check`: whether an event keeps the contract, by exit code and place."""

import json
import subprocess

import pytest

from tests.contract import page
from tests.flow.worker import PROGRAM, WAIT_S

MESSAGE = {"id": "m-1", "conversation_id": "c-1", "customer_id": "u-1", "text": "Hello"}


def check(*arguments, given=b""):
    return subprocess.run([PROGRAM, "check", *arguments], input=given, capture_output=True,
                          timeout=WAIT_S)


def told(ended):
    return ended.returncode, ended.stdout.decode()


def test_a_valid_event_is_told_from_a_file_and_from_stdin(tmp_path):
    path = tmp_path / "event.json"
    path.write_text(json.dumps(MESSAGE))
    assert told(check(str(path))) == (0, f"{path}: valid\n")
    assert told(check("-", given=path.read_bytes())) == (0, "-: valid\n")


@pytest.mark.parametrize("change,pointer", [
    ({"text": ""}, "/text"),
    ({"text": None}, "/text"),
    ({"id": 7}, "/id"),
    ({"context": {"sku": []}}, "/context/sku"),
    ({"sent_at": "yesterday"}, "/sent_at"),
])
def test_a_fault_is_named_with_its_place(change, pointer):
    code, said = told(check("-", given=json.dumps(MESSAGE | change).encode()))
    assert code == 65
    assert said.startswith("-: ") and said.endswith(f" at {pointer}\n")


@pytest.mark.parametrize("given,words", [
    (b"", "no value"),
    (b'{"id": ', "ends too early at line 1"),
    (b'{"id": "\xff"}', "not UTF-8"),
    (b'{"id": "a", "id": "b"}', "line 1"),
    (b"\0\0\0\0\1Avro", "Avro"),
])
def test_what_is_no_event_at_all_is_told_too(given, words):
    code, said = told(check("-", given=given))
    assert code == 65 and words in said


def test_every_payload_of_the_page_that_goes_in_keeps_the_contract():
    kinds = [(kind, text) for kind, text in page.payloads()
             if kind in ("message", "order", "catalog", "copy-request", "handback")]
    assert kinds
    for kind, text in kinds:
        assert told(check("--kind", kind, "-", given=text.encode())) == (0, "-: valid\n")
    other = dict.fromkeys(("order", "handback"), "message")
    for kind, text in kinds:
        assert check("--kind", other.get(kind, "order"), "-", given=text.encode()).returncode == 65


def test_a_structured_cloudevent_is_looked_into():
    envelope = {"specversion": "1.0", "id": "e-1", "source": "/shop", "type": "shop.message"}
    good = json.dumps(envelope | {"data": MESSAGE}).encode()
    assert check("-", given=good).returncode == 0
    code, said = told(check("-", given=json.dumps(envelope | {"data": {"id": 1}}).encode()))
    assert code == 65 and said.endswith(" at /data/id\n")


def test_lines_get_a_verdict_each():
    lines = [MESSAGE, MESSAGE | {"text": 1}, {"id": "x"}]
    ended = check("--jsonl", "-", given="".join(json.dumps(line) + "\n" for line in lines).encode())
    verdicts = [json.loads(line) for line in ended.stdout.splitlines()]
    assert [verdict["valid"] for verdict in verdicts] == [True, False, False]
    assert verdicts[1]["pointer"] == "/text" and verdicts[1]["reason"] == "schema"
    assert verdicts[2]["pointer"] == "/conversation_id"
    assert ended.returncode == 65
    assert check("--jsonl", "-", given=json.dumps(MESSAGE).encode()).returncode == 0


@pytest.mark.parametrize("arguments,code,words", [
    ([], 64, "name one file"),
    (["a", "b"], 64, ""),
    (["--kind", "letter", "-"], 64, "letter"),
    (["--loud", "-"], 64, "--loud"),
    (["/nonexistent/event.json"], 66, "/nonexistent/event.json"),
    (["/"], 66, "directory"),
])
def test_misuse_is_told_apart_from_a_bad_event(arguments, code, words):
    ended = check(*arguments)
    assert ended.returncode == code and ended.stdout == b""
    assert words in ended.stderr.decode()


def test_the_size_limit_of_the_settings_holds():
    given = json.dumps(MESSAGE | {"text": "x" * 200}).encode()
    assert check("-", given=given).returncode == 0
    code, said = told(check("-X", "message.bytes.max=128", "-", given=given))
    assert code == 65 and "128" in said
