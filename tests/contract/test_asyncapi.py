"""asyncapi.yaml describes the topics that the worker has, with the schemas that are there."""

import json
import re
import shutil
import subprocess

import pytest
import yaml

from tests.contract import reader
from tests.contract.packages import npm_packages

DOCUMENT = reader.SCHEMAS / "asyncapi.yaml"
TOPICS = reader.SCHEMAS.parent / "common" / "topic.def"
PARSER = "@asyncapi/parser@3.6.3"
PARSE_S = 60


@pytest.fixture(scope="module")
def document():
    return yaml.safe_load(DOCUMENT.read_text("utf-8"))


def parse(path):
    folder = npm_packages(PARSER)
    script = reader.SCHEMAS.parent / "tests" / "contract" / "asyncapi.mjs"
    run = subprocess.run(["node", script, folder, path], capture_output=True, text=True,
                         timeout=PARSE_S, check=True)
    return json.loads(run.stdout)


def refs(node):
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "$ref":
                yield value
            else:
                yield from refs(value)
    elif isinstance(node, list):
        for value in node:
            yield from refs(value)


def payload_of(message):
    return message["payload"].get("schema", message["headers"].get("schema", {})).get("$ref")


def test_the_parser_finds_no_fault():
    assert parse(DOCUMENT)["faults"] == []


def test_the_parser_sees_the_fields_of_every_payload():
    fields = parse(DOCUMENT)["fields"]
    for payload in reader.INBOUND + reader.OUTBOUND:
        if payload not in reader.HEADERS:
            assert set(fields[payload]) == set(reader.schema(payload)["properties"])


@pytest.mark.parametrize("before,after", [
    ("./order.schema.json", "./orders.schema.json"),
    ("action: send", "action: shout"),
    ("'#/channels/answers'", "'#/channels/nowhere'"),
])
def test_the_parser_tells_a_broken_document(tmp_path, before, after):
    folder = tmp_path / "schemas"
    shutil.copytree(reader.SCHEMAS, folder, ignore=shutil.ignore_patterns("examples"))
    text = DOCUMENT.read_text("utf-8")
    assert before in text
    (folder / DOCUMENT.name).write_text(text.replace(before, after, 1), "utf-8")
    assert parse(folder / DOCUMENT.name)["faults"]


def test_every_reference_to_a_file_names_a_schema_and_every_payload_is_referred_to(document):
    files = {ref for ref in refs(document) if not ref.startswith("#")}
    assert files == {f"./{payload}.schema.json" for payload in reader.INBOUND + reader.OUTBOUND}
    for ref in files:
        assert (reader.SCHEMAS / ref).is_file()


def test_every_local_reference_leads_somewhere(document):
    for ref in refs(document):
        if ref.startswith("#/"):
            node = document
            for key in ref[2:].split("/"):
                node = node[key]


def test_every_channel_has_one_operation_in_the_direction_of_its_payload(document):
    used = {}
    for operation in document["operations"].values():
        used.setdefault(operation["channel"]["$ref"], []).append(operation["action"])
    assert used.keys() == {f"#/channels/{name}" for name in document["channels"]}
    for name, channel in document["channels"].items():
        message = next(iter(channel["messages"].values()))["$ref"].split("/")[-1]
        kind = document["components"]["messages"][message]["name"]
        wanted = "receive" if kind in reader.INBOUND else "send"
        assert used[f"#/channels/{name}"] == [wanted]


def test_messages_are_named_after_their_schema(document):
    for message in document["components"]["messages"].values():
        if message["payload"].get("type") != "null":
            assert payload_of(message) == f"./{message['name']}.schema.json"


def test_the_tables_and_the_document_name_the_same_topics(document):
    text = (reader.SCHEMAS / "README.md").read_text("utf-8")
    table = set(re.findall(r"^\| [\w-]+ \| (support\.[\w-]+)", text, re.MULTILINE))
    assert table == {channel["address"] for channel in document["channels"].values()}


def test_the_document_and_the_worker_have_the_same_topics(document):
    rows = re.findall(r'^TOPIC\(\w+,\s*"([\w.]+)",\s*"([\w.-]+)",\s*(INPUT|OUTPUT),\s*(\w+),\s*(\d+)',
                      TOPICS.read_text("utf-8"), re.MULTILINE)
    actions = {operation["channel"]["$ref"].split("/")[-1]: operation["action"]
               for operation in document["operations"].values()}
    described = {}
    for name, channel in document["channels"].items():
        kafka = channel["bindings"]["kafka"]
        assert kafka["topic"] == channel["address"]
        described[channel["address"]] = (
            {"receive": "INPUT", "send": "OUTPUT"}[actions[name]],
            {"delete": "DELETED", "compact": "COMPACTED"}[
                kafka["topicConfiguration"]["cleanup.policy"][0]],
            kafka["partitions"])
    assert {row[1]: (row[2], row[3], int(row[4])) for row in rows} == described
