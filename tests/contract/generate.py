"""Random inbound payloads, valid and broken, the same for the same seed.

A payload is drawn from its schema, then broken at up to two places, then written as JSON in
one of several spellings, then, rarely, damaged as bytes. Nobody says here which of them are
valid: that is for the schema and the decoder to agree on.

    python -m tests.contract.generate --seed 7 --count 5 --payload order
"""

import argparse
import json
import random
import sys

from tests.contract import reader

ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_./: ",
    "请问这个产品的运输时间是多少订单退货价格茶壶你好，。？",
    "😀🫖🇩🇪👍🏽\U0010ffff\U00010000",
    "éèüßñçøÅ",
    "e\u0301\u0300\u20dd\u200d\ufeff\u202e\u2028\u0085",
    "\u0001\u0008\t\n\r\u001b\u001f\u007f",
    "\"\\/{}[]<>&'%$`",
    "\u05d0\u05d1\u0627\u0644\u0633",
)
TIMES = ("2025-03-04T09:15:30Z", "0000-01-01T00:00:00Z", "9999-12-31T23:59:60.999999999+23:59",
         "2024-02-29T12:00:00.5-00:00", "2025-02-31T00:00:00+08:00", "1969-12-31T23:59:59.1Z")
DATES = ("2025-03-04", "0000-01-01", "9999-12-31")
LANGUAGES = ("zh", "en", "de-CH", "zh-Hans-CN", "ZH", "sgn-BE-FR", "en-a1", "abc-12345678-12345678")
CURRENCIES = ("CNY", "EUR", "USD", "XXX")
PRICES = ("0", "39.90", "999999999999.9999", "000000000000.0", "5.5")
ODD = (None, True, False, 0, 1, -1, 1.0, 1.5, -0.0, 1e300, 2**53, 2**63 - 1, "", " ", "0", "null",
       "text", [], ["text"], {}, {"id": "x"}, [[]], [None])
LONG_SHARE = 0.02


class Draw:
    """All random choices of one run."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def chance(self, share):
        return self.random.random() < share

    def pick(self, options):
        return self.random.choice(options)

    def text(self, length):
        alphabet = self.pick(ALPHABETS)
        mixed = "".join(ALPHABETS)
        if self.chance(0.3):
            alphabet = mixed
        if length > 600:
            return self.pick(alphabet) * length
        return "".join(self.random.choices(alphabet, k=length))

    def length(self, low, high):
        """Mostly short, often at a bound; the long bounds are rare since they cost time."""
        edges = [low, low + 1]
        if high <= 600 or self.chance(LONG_SHARE * 5):
            edges += [high, high - 1]
        if self.chance(0.25):
            return max(low, self.pick(edges))
        return self.random.randint(low, min(high, low + 24))


def resolve(schema, node):
    """`node` with its reference merged in."""
    if "$ref" not in node:
        return node
    target = schema["$defs"][node["$ref"].split("/")[-1]]
    return {**target, **{key: value for key, value in node.items() if key != "$ref"}}


def types_of(node):
    types = node.get("type", [])
    return [types] if isinstance(types, str) else list(types)


def from_pattern(draw, pattern):
    if pattern.startswith("^[0-9]{4}-"):
        clocks = TIMES + (DATES if "(T(" in pattern else ())
        return draw.pick(clocks)
    if pattern.startswith("^[A-Za-z]{2,3}"):
        return draw.pick(LANGUAGES)
    if pattern.startswith("^[A-Z]{3}"):
        return draw.pick(CURRENCIES)
    if pattern.startswith("^[0-9]{1,12}"):
        return draw.pick(PRICES)
    raise AssertionError(f"no examples for {pattern}")


def draw_string(draw, node):
    if "pattern" in node:
        return from_pattern(draw, node["pattern"])
    return draw.text(draw.length(node.get("minLength", 0), node["maxLength"]))


def draw_number(draw, node):
    low, high = node.get("minimum", -1000), node.get("maximum", node.get("exclusiveMaximum", 1000))
    number = draw.pick([low, low + 1, high - 1, draw.random.randint(low, high)])
    if "number" in types_of(node) and draw.chance(0.5):
        return draw.pick([number + 0.25, 0.1, 19.99, 5e-324]) if number + 0.25 < high else 0.5
    return float(number) if draw.chance(0.1) else number


def draw_object(draw, schema, node):
    required = node.get("required", [])
    fields = {}
    names = list(node.get("properties", {}))
    draw.random.shuffle(names)
    for name in names:
        if name in required or draw.chance(0.4):
            fields[name] = draw_value(draw, schema, node["properties"][name])
    entries = node.get("additionalProperties")
    if isinstance(entries, dict):
        count = draw.pick([0, 1, 3, node["maxProperties"]])
        for index in range(count):
            name = draw.text(draw.length(0, node["propertyNames"]["maxLength"] - 3))
            fields[f"{name}{index}"] = draw_value(draw, schema, entries)
    return fields


def draw_array(draw, schema, node):
    count = draw.pick([0, 1, 2, 5])
    return [draw_value(draw, schema, node["items"]) for _ in range(count)]


def draw_value(draw, schema, node):
    """A value that `node` of `schema` accepts."""
    node = resolve(schema, node)
    if "enum" in node:
        return draw.pick(node["enum"])
    types = types_of(node)
    if "null" in types:
        if draw.chance(0.1):
            return None
        types.remove("null")
    kind = draw.pick(types)
    if kind == "object":
        return draw_object(draw, schema, node)
    if kind == "array":
        return draw_array(draw, schema, node)
    if kind == "boolean":
        return draw.chance(0.5)
    return draw_string(draw, node) if kind == "string" else draw_number(draw, node)


def draw_payload(draw, payload):
    schema = reader.schema(payload)
    root = draw_object(draw, schema, schema)
    if payload == "copy-request" and root.get("product") is None and root.get("sku") is None:
        root["sku"] = "KTL-17"
    return root


def places(schema, node, value):
    """Every (holder, key, node) in `value` that its schema knows."""
    node = resolve(schema, node)
    if isinstance(value, dict):
        entries = node.get("additionalProperties")
        for key in value:
            below = node.get("properties", {}).get(key, entries)
            if isinstance(below, dict):
                yield value, key, resolve(schema, below)
                yield from places(schema, below, value[key])
    elif isinstance(value, list) and "items" in node:
        for index, element in enumerate(value):
            yield value, index, resolve(schema, node["items"])
            yield from places(schema, node["items"], element)


def near(draw, node, value):
    """Something close to `value`, over or at an edge of `node`."""
    if isinstance(value, str):
        at = draw.random.randint(0, len(value))
        choices = [value + "\n", " " + value, value.upper(), value.lower(), value[:at],
                   value[:at] + draw.pick("0Z+-:.\u0660９é_,e") + value[at:],
                   value[:at] + draw.pick("0Z+-:.\u0660９é_,e") + value[at + 1:]]
        if "maxLength" in node:
            edge = node["maxLength"]
            if edge <= 600 or draw.chance(LONG_SHARE * 10):
                choices += [draw.text(edge + 1), draw.text(edge), draw.pick("é茶😀") * (edge + 1),
                            draw.pick("é茶😀") * edge]
        return draw.pick(choices + ["", "\ufeff" + value])
    if isinstance(value, bool) or value is None:
        return draw.pick(ODD)
    if isinstance(value, (int, float)):
        high = node.get("maximum", node.get("exclusiveMaximum", 2**62))
        return draw.pick([node.get("minimum", 0) - 1, high + 1, high, high - 1, -value, value + 0.5,
                          float(high), str(value), value * 1000000, 0, -0.0])
    return draw.pick(ODD)


def overfill(draw, node, value):
    """One entry too many, or just not."""
    if isinstance(value, dict) and "maxProperties" in node:
        wanted = node["maxProperties"] + draw.pick([0, 1])
        return {f"key{index}": index for index in range(wanted)}
    if isinstance(value, list) and "maxItems" in node and draw.chance(LONG_SHARE):
        return [{"sku": "s"}] * (node["maxItems"] + draw.pick([0, 1]))
    return draw.pick(ODD)


def mutate(draw, payload, root):
    """Changes `root` at one place; it may still be valid afterwards."""
    found = list(places(reader.schema(payload), reader.schema(payload), root))
    if not found:
        return
    holder, key, node = draw.pick(found)
    what = draw.pick(["delete", "null", "odd", "near", "near", "near", "unknown", "rename", "fill"])
    if what == "delete":
        del holder[key]
    elif what == "null":
        holder[key] = None
    elif what == "odd":
        holder[key] = draw.pick(ODD)
    elif what == "near":
        holder[key] = near(draw, node, holder[key])
    elif what == "fill":
        holder[key] = overfill(draw, node, holder[key])
    elif isinstance(holder, dict) and what == "rename":
        holder[draw.pick([str(key).upper(), f"{key} ", f"{key}s"])] = holder.pop(key)
    elif isinstance(holder, dict):
        holder[draw.pick(["x", "Text", "note2", "", "\U0001f600"])] = draw.pick(ODD)


def spell(draw, root):
    """`root` as JSON, in one of the ways that JSON allows, on one line."""
    style = draw.pick([{}, {"separators": (",", ":")}, {"separators": (" , ", "\t: ")}])
    text = json.dumps(root, ensure_ascii=draw.chance(0.3), **style)
    if draw.chance(0.05):
        text = draw.pick([" ", "\t", "  "]) + text + draw.pick(["", " ", "\t"])
    return text.encode("utf-8")


def damage(draw, line):
    """Breaks the bytes of `line`, or only makes them unusual."""
    at = draw.random.randrange(len(line))
    tail = b"," if line.strip() != b"{}" else b""
    extra = draw.pick([
        rb'"x":"\ud800"', rb'"x":"\udc00\ud800"', rb'"x":"\ud83d\ude00"', rb'"x":"a\u0000"', rb'"x":NaN',
        rb'"x":9223372036854775807', rb'"x":9223372036854775808', rb'"x":1e309', rb'"x":1e-309',
        rb'"x":-0', rb'"x":01', rb'"x":1,"\u0078":2', rb'"id":"twice"', rb'"x":[1,]', rb'"x":.5',
        b'"x":' + b"[" * 63 + b"]" * 63, b'"x":' + b"[" * 64 + b"]" * 64, b'"x":"\xed\xa0\x80"',
        b'"x":"\xc0\x80"', b'"x":"\xff"', b'"x":"\t"', b'"x":"\x7f"', rb'"x":"\x41"'])
    return draw.pick([
        line[:at],
        line[:at] + bytes([draw.random.randrange(256)]) + line[at + 1:],
        line[:at] + bytes([draw.random.randrange(256)]) + line[at:],
        line.rstrip()[:-1] + tail + extra + b"}",
        line.rstrip()[:-1] + tail + extra + b"}",
        b"\xef\xbb\xbf" + line,
        line + line,
    ])


def one(draw, payload):
    root = draw_payload(draw, payload)
    if draw.chance(0.7):
        mutate(draw, payload, root)
        if draw.chance(0.3):
            mutate(draw, payload, root)
    line = spell(draw, root)
    if draw.chance(0.08):
        line = damage(draw, line)
    line = line.replace(b"\n", b" ").replace(b"\r", b" ")
    return line if line.strip() else b"{"


def lines(seed, count, payload):
    """`count` payloads of one kind, each one line of bytes without its newline."""
    draw = Draw(f"{payload} {seed}")
    return [one(draw, payload) for _ in range(count)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--seed", default="1")
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--payload", choices=reader.INBOUND, default="message")
    options = parser.parse_args()
    for line in lines(options.seed, options.count, options.payload):
        sys.stdout.buffer.write(line + b"\n")


if __name__ == "__main__":
    main()
