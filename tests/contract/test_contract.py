"""The worker's decoder and the schemas give one verdict: on every example, on raw JSON and on
10,000 payloads drawn anew in each run. CONTRACT_SEED repeats a run."""

import os
import re
import secrets

import pytest

from tests.contract import decoder, generate, reader

COUNTS = {"message": 3000, "order": 2500, "catalog": 1500, "knowledge": 500, "copy-request": 1000,
          "handback": 500, "recommendation-request": 500, "feedback": 500}
RAW = reader.SCHEMAS.parent / "tests" / "data" / "json"
FAILURES = decoder.ROOT / "build" / "contract"
TOLD_MAX = 10
SHARES = {None: 0.3, "schema": 0.2, "json": 0.02, "utf8": 0.005}


@pytest.fixture(scope="session")
def seed():
    chosen = os.environ.get("CONTRACT_SEED") or secrets.token_hex(4)
    print(f"CONTRACT_SEED={chosen}")
    return chosen


@pytest.fixture(scope="session")
def drawn(seed):
    return {payload: generate.lines(seed, count, payload) for payload, count in COUNTS.items()}


@pytest.fixture(scope="session")
def usual():
    """Lines of one seed: what is said of the generator does not depend on luck."""
    return {payload: generate.lines("usual", 1000, payload) for payload in COUNTS}


def tell(payload, told, seed):
    """Fails with the first disagreements, and keeps all of them for a second look."""
    if not told:
        return
    FAILURES.mkdir(parents=True, exist_ok=True)
    path = FAILURES / f"{payload}-{seed}.jsonl"
    path.write_bytes(b"".join(line + b"\n" for line, _ in told))
    first = "\n".join(f"{what}\n    {line[:300]!r}" for line, what in told[:TOLD_MAX])
    pytest.fail(f"{len(told)} disagreements, CONTRACT_SEED={seed}, lines in {path}:\n{first}")


def test_the_same_seed_draws_the_same_lines_and_another_seed_others():
    for payload in COUNTS:
        assert generate.lines("a", 20, payload) == generate.lines("a", 20, payload)
        assert generate.lines("a", 20, payload) != generate.lines("b", 20, payload)


def test_ten_thousand_lines_are_drawn_each_one_line(drawn):
    assert sum(map(len, drawn.values())) == 10_000
    assert not any(re.search(rb"[\r\n]", line) for lines in drawn.values() for line in lines)


@pytest.mark.parametrize("payload", COUNTS)
def test_the_lines_are_a_mix_of_verdicts(usual, payload):
    reasons = [decoder.expected(payload, line)[0] for line in usual[payload]]
    for reason, share in SHARES.items():
        assert reasons.count(reason) >= share * len(reasons), reason


@pytest.mark.parametrize("payload", COUNTS)
def test_the_lines_break_every_field(usual, payload):
    broken = set()
    for line in usual[payload]:
        broken |= {re.sub(r"/\d+", "", place) for place in decoder.expected(payload, line)[1]}
    fields = reader.schema(payload)["properties"]
    missing = {f"/{name}" for name in fields} - broken
    assert not missing


def test_the_comparison_catches_a_decoder_that_is_wrong():
    line = b'{"id":"m","conversation_id":"c","customer_id":"u"}'
    right = {"valid": False, "reason": "schema", "pointer": "/text"}
    assert decoder.disagreement("message", line, right) is None
    for wrong in ({"valid": True}, {**right, "reason": "json"}, {**right, "pointer": "/id"}):
        assert decoder.disagreement("message", line, wrong)
    assert decoder.disagreement("message", line[:-1] + b',"text":"?"}', right)


@pytest.mark.parametrize("payload", COUNTS)
def test_a_decoder_that_takes_everything_is_caught_on_the_drawn_lines(drawn, payload):
    verdicts = [{"valid": True}] * len(drawn[payload])
    assert decoder.disagreements(payload, drawn[payload], verdicts)


@pytest.mark.parametrize("payload", reader.INBOUND)
def test_decoder_agrees_on_every_example(payload):
    paths = reader.examples(payload, "valid") + reader.examples(payload, "invalid")
    lines = [path.read_bytes().replace(b"\n", b" ") for path in paths]
    tell(payload, decoder.disagreements(payload, lines, decoder.check_lines(payload, lines)),
         "examples")


@pytest.mark.parametrize("payload", COUNTS)
def test_decoder_agrees_on_lines_drawn_at_random(drawn, payload, seed):
    lines = drawn[payload]
    tell(payload, decoder.disagreements(payload, lines, decoder.check_lines(payload, lines)), seed)


@pytest.mark.parametrize("verdict", ["valid", "invalid"])
def test_decoder_agrees_on_raw_json(verdict):
    told = []
    for path in sorted((RAW / verdict).glob("*.json")):
        code, output = decoder.check_file("message", path)
        if code not in (0, 65) or (code == 0) != (verdict == "valid"):
            told.append(f"{path.stem}: exit {code}: {output[:200]}")
    assert not told, "\n".join(told)


@pytest.mark.parametrize("excess,valid", [(0, True), (1, False)])
def test_decoder_takes_a_value_of_1_mib_and_no_byte_more(tmp_path, excess, valid):
    head = b'{"id":"m","conversation_id":"c","customer_id":"u","text":"t","x":"'
    filling = b"a" * (reader.VALUE_BYTES_MAX - len(head) - 2 + excess)
    path = tmp_path / "large.json"
    path.write_bytes(head + filling + b'"}')
    assert (decoder.expected("message", path.read_bytes())[0] is None) == valid
    code, output = decoder.check_file("message", path)
    assert code == (0 if valid else 65), output[:200]


def test_decoder_names_the_place_of_a_fault_for_a_person(tmp_path):
    path = tmp_path / "wrong.json"
    path.write_text('{"id":"m","conversation_id":"c","customer_id":"u","text":""}')
    code, output = decoder.check_file("message", path)
    assert code == 65 and "/text" in output
