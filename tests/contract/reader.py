"""The contract as Python reads it: what the worker's decoder is held against.

read() refuses what schemas/README.md refuses before any schema; faults() asks the schema.
Nothing here shares code with the worker."""

import functools
import json
import pathlib
import re

import jsonschema

SCHEMAS = pathlib.Path(__file__).resolve().parents[2] / "schemas"
INBOUND = ("message", "order", "catalog", "knowledge", "copy-request", "handback",
           "recommendation-request", "feedback")
OUTBOUND = ("answer", "recommendation", "copy", "handoff", "conversation", "dead-letter",
            "dead-letter-mark", "audit")
HEADERS = ("dead-letter", "dead-letter-mark")  # payloads that are headers
PAYLOADS = INBOUND + OUTBOUND + ("envelope",)
VALUE_BYTES_MAX = 1 << 20
DEPTH_MAX = 64
FRAME_BYTES = 5


class Refused(Exception):
    """Refused before the schema; the text is the reason of schemas/README.md."""


def _object(pairs):
    members = dict(pairs)
    if len(members) != len(pairs):
        raise Refused("json")
    return members


def _integer(digits):
    if len(digits) > 20 or not -(2**63) <= int(digits) < 2**63:
        raise Refused("json")
    return int(digits)


def _real(digits):
    number = float(digits)
    if number in (float("inf"), float("-inf")):
        raise Refused("json")
    return number


def _constant(_name):
    raise Refused("json")


def _depth(text):
    """The deepest nesting of brackets outside strings; counts on whatever the grammar."""
    deepest = depth = 0
    for token in re.finditer(r'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', text, re.DOTALL):
        first = token.group()[0]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(first, 0)
        deepest = max(deepest, depth)
    return deepest


def _check_text(value):
    """Refuses NUL and lone surrogates in every string and key."""
    queue = [value]
    while queue:
        value = queue.pop()
        if isinstance(value, dict):
            queue.extend(value.keys())
            queue.extend(value.values())
        elif isinstance(value, list):
            queue.extend(value)
        elif isinstance(value, str) and re.search("[\0\ud800-\udfff]", value):
            raise Refused("json")


def read(value):
    """The object in the bytes `value`, or Refused."""
    if not value:
        raise Refused("empty")
    if len(value) > VALUE_BYTES_MAX:
        raise Refused("too_large")
    if value[0] == 0 and len(value) >= FRAME_BYTES:
        value = value[FRAME_BYTES:]
        if not value.lstrip(b" \t\r\n").startswith(b"{"):
            raise Refused("format")
    try:
        text = value.decode("utf-8")
    except UnicodeDecodeError:
        raise Refused("utf8") from None
    if _depth(text) > DEPTH_MAX:
        raise Refused("json")
    try:
        root = json.loads(text, object_pairs_hook=_object, parse_int=_integer,
                          parse_float=_real, parse_constant=_constant)
    except ValueError:
        raise Refused("json") from None
    if not isinstance(root, dict):
        raise Refused("json")
    _check_text(root)
    return root


@functools.cache
def schema(payload):
    return json.loads((SCHEMAS / f"{payload}.schema.json").read_text("utf-8"))


@functools.cache
def ecma(pattern):
    """`pattern` as ECMA-262 means it. Python's $ also matches before a last newline."""
    assert pattern.startswith("^") and pattern.endswith("$"), pattern
    return re.compile(pattern[:-1] + r"\Z")


def _pattern(_validator, pattern, instance, _schema):
    if isinstance(instance, str) and not ecma(pattern).search(instance):
        yield jsonschema.ValidationError(f"does not match {pattern}")


Validator = jsonschema.validators.extend(jsonschema.Draft202012Validator, {"pattern": _pattern})


@functools.cache
def validator(payload):
    return Validator(schema(payload))


def pointer(path):
    return "".join("/" + str(key).replace("~", "~0").replace("/", "~1") for key in path)


def _places(error):
    """The pointers that may name this error."""
    path = list(error.absolute_path)
    if error.validator == "required":
        return {pointer(path + [key]) for key in error.validator_value if key not in error.instance}
    if error.validator == "dependentRequired":
        return {pointer(path + [key]) for keys in error.validator_value.values() for key in keys
                if key not in error.instance}
    if error.validator == "additionalProperties" and error.validator_value is False:
        known = error.schema.get("properties", {})
        return {pointer(path + [key]) for key in error.instance if key not in known}
    if error.validator == "anyOf":
        return {pointer(path + ["sku"])}
    return {pointer(path)}


def faults(payload, root):
    """Pointers to everything that is wrong with `root`; empty when it is valid."""
    places = set()
    for error in validator(payload).iter_errors(root):
        places |= _places(error)
    return places


def examples(payload, verdict):
    return sorted((SCHEMAS / "examples" / payload / verdict).glob("*.json"))
