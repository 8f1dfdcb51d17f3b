"""Whether an output record keeps the contract: its schema, and the headers of a CloudEvent."""

import functools
import json
import pathlib

import jsonschema_rs

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"


def fault_of(output):
    """What is wrong with `output`, None when nothing is."""
    if output.kind == "dead-letter":
        added = {
            name: (value or b"").decode(errors="replace")
            for name, value in output.headers
            if name.startswith("x-dlq-")
        }
        return _schema_fault("dead-letter-mark" if "x-dlq-settled" in added else "dead-letter", added)
    body = output.body()
    if body is None:
        return "the value is no JSON object"
    return _schema_fault(output.kind, body) or _header_fault(output, body)


@functools.cache
def _validator(kind):
    return jsonschema_rs.validator_for(json.loads((SCHEMAS / f"{kind}.schema.json").read_text()))


def _schema_fault(kind, document):
    validator = _validator(kind)
    if validator.is_valid(document):
        return None
    error = next(validator.iter_errors(document))
    return f"{'/'.join(map(str, error.instance_path)) or '(root)'}: {error.message}"


def _header_fault(output, body):
    expected = {
        "ce_specversion": "1.0",
        "ce_id": body.get("id"),
        "ce_type": f"deskhand.{output.kind}.v1",
        "content-type": "application/json",
    }
    for name, value in expected.items():
        if output.header(name) != value:
            return f"header {name} is {output.header(name)!r}, not {value!r}"
    for name in ("ce_source", "ce_time"):
        if not output.header(name):
            return f"header {name} is missing"
    return None
