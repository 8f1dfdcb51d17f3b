"""The schemas say what the tables say, and every example has its verdict."""

import itertools
import json
import re

import jsonschema
import pytest

from tests.contract import reader

EXAMPLES_VALID = [(p, f) for p in reader.PAYLOADS for f in reader.examples(p, "valid")]
EXAMPLES_INVALID = [(p, f) for p in reader.PAYLOADS for f in reader.examples(p, "invalid")]
RAW = reader.SCHEMAS.parent / "tests" / "data" / "json"


def name_of(value):
    return getattr(value, "stem", None) or str(value)


def walk(node, path=()):
    """Every object in a schema with the path to it."""
    if isinstance(node, dict):
        yield path, node
        for key, value in node.items():
            yield from walk(value, path + (key,))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from walk(value, path + (index,))


def properties_of(payload):
    for path, node in walk(reader.schema(payload)):
        if path and path[-1] == "properties" and "anyOf" not in path:
            yield path, node


def test_there_is_a_schema_for_every_payload_and_no_other():
    found = {path.name.removesuffix(".schema.json") for path in reader.SCHEMAS.glob("*.schema.json")}
    assert found == set(reader.PAYLOADS)


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_schema_is_valid_2020_12(payload):
    schema = reader.schema(payload)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == f"urn:deskhand:schema:{payload}:v1"
    jsonschema.Draft202012Validator.check_schema(schema)


def test_a_definition_of_one_name_is_the_same_in_every_schema():
    seen = {}
    for payload in reader.PAYLOADS:
        for name, definition in reader.schema(payload).get("$defs", {}).items():
            assert seen.setdefault(name, definition) == definition, (payload, name)


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_no_definition_is_unused_and_none_is_missing(payload):
    schema = reader.schema(payload)
    used = {node["$ref"] for _, node in walk(schema) if "$ref" in node}
    assert used == {f"#/$defs/{name}" for name in schema.get("$defs", {})}


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_every_field_is_described_for_people(payload):
    for path, fields in properties_of(payload):
        for name, field in fields.items():
            place = field
            if "description" not in place and "$ref" in place:
                place = reader.schema(payload)["$defs"][field["$ref"].split("/")[-1]]
            assert place.get("description"), path + (name,)


@pytest.mark.parametrize("payload", reader.INBOUND + ("envelope",))
def test_inbound_payloads_may_have_unknown_fields(payload):
    assert not any(node.get("additionalProperties") is False for _, node in walk(reader.schema(payload)))


@pytest.mark.parametrize("payload", reader.OUTBOUND)
def test_outbound_payloads_may_not_have_unknown_fields(payload):
    for path, node in walk(reader.schema(payload)):
        if node.get("type") == "object" and "properties" in node:
            assert node.get("additionalProperties") is False, path


@pytest.mark.parametrize("payload", reader.INBOUND)
def test_optional_inbound_fields_may_be_null_and_required_ones_not(payload):
    schema = reader.schema(payload)
    for path, fields in properties_of(payload):
        holder = schema
        for key in path[:-1]:
            holder = holder[key]
        for name, field in fields.items():
            checker = reader.Validator({**field, "$defs": schema.get("$defs", {})})
            required = name in holder.get("required", ())
            assert checker.is_valid(None) is not required, path + (name,)


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_patterns_are_plain_enough_for_any_engine(payload):
    for path, node in walk(reader.schema(payload)):
        pattern = node.get("pattern")
        if isinstance(pattern, str):
            assert pattern.startswith("^") and pattern.endswith("$"), path
            assert not re.search(r"\\[dswbDSWB]|\(\?|\\[1-9]|(?<!\\)\$.", pattern), (path, pattern)
            re.compile(pattern, re.ASCII)
            assert "maxLength" in node, ("a pattern without a length", path)


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_strings_and_arrays_have_a_maximum(payload):
    for path, node in walk(reader.schema(payload)):
        types = node.get("type", [])
        types = [types] if isinstance(types, str) else types
        if "string" in types and "anyOf" not in path:
            assert "maxLength" in node, path
        if "array" in types:
            assert "maxItems" in node, path
        if "integer" in types:
            assert "minimum" in node and "maximum" in node, path


def sections():
    """schemas/README.md by headings of payloads."""
    text = (reader.SCHEMAS / "README.md").read_text("utf-8")
    parts = re.split(r"^### (\S+).*$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2]))


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_the_tables_name_every_field(payload):
    section = sections()[payload]
    if "FACTS" in section:
        section += sections()["answer"]
    if "exactly as a catalog entry" in section:
        section += sections()["catalog"]
    for _, fields in properties_of(payload):
        for name in fields:
            assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", section), name


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_the_tables_mark_what_is_required(payload):
    marked = set(re.findall(r"^\| (\S+) ! \|", sections()[payload], re.MULTILINE))
    assert marked == set(reader.schema(payload)["required"])


@pytest.mark.parametrize("payload,path", EXAMPLES_VALID, ids=name_of)
def test_example_is_valid(payload, path):
    assert reader.faults(payload, reader.read(path.read_bytes())) == set()


@pytest.mark.parametrize("payload,path", EXAMPLES_INVALID, ids=name_of)
def test_example_has_the_one_fault_that_its_name_says(payload, path):
    place = path.stem.split("--")[0].split(".")
    assert reader.faults(payload, reader.read(path.read_bytes())) == {reader.pointer(place)}


@pytest.mark.parametrize("payload", reader.INBOUND)
def test_there_are_enough_examples_in_both_languages(payload):
    valid = reader.examples(payload, "valid")
    assert len(valid) >= 8 and len(reader.examples(payload, "invalid")) >= 15
    texts = [path.read_text("utf-8") for path in valid]
    assert any(re.search("[\u4e00-\u9fff]", text) for text in texts)


@pytest.mark.parametrize("payload", reader.PAYLOADS)
def test_every_field_is_in_a_valid_example_and_every_required_one_is_missing_in_one(payload):
    schema = reader.schema(payload)
    present = set(itertools.chain.from_iterable(
        json.loads(path.read_text("utf-8")) for path in reader.examples(payload, "valid")))
    assert set(schema["properties"]) <= present
    missing = {path.stem.split("--")[0] for path in reader.examples(payload, "invalid")
               if "--missing" in path.stem}
    assert set(schema["required"]) <= missing


@pytest.mark.parametrize("path", sorted((RAW / "valid").glob("*.json")), ids=name_of)
def test_json_that_must_be_read(path):
    assert reader.faults("message", reader.read(path.read_bytes())) == set()


@pytest.mark.parametrize("path", sorted((RAW / "invalid").glob("*.json")), ids=name_of)
def test_json_that_must_be_refused(path):
    with pytest.raises(reader.Refused):
        reader.read(path.read_bytes())


def test_a_pattern_ends_where_the_string_ends():
    assert reader.faults("order", {"id": "e", "order_id": "o", "customer_id": "u", "type": "paid",
                                   "at": "2025-03-01T12:00:00Z\n"}) == {"/at"}
