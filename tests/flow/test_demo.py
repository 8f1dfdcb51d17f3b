"""`deskhand demo`: a shop's day in one process, as people and programs see it."""

import collections
import json
import random
import re
import signal
import string
import subprocess
import time
import uuid

import pytest
from confluent_kafka import Consumer, Producer

from tests.contract import reader
from tests.flow.worker import PROGRAM, WAIT_S
from tests.services.terminal import Terminal

pytestmark = pytest.mark.untraced  # a day of the shop is long under ThreadSanitizer

HOW_LONG = "请问这个产品的运输时间是多少?"
PAYLOADS = {"answer": "answer", "copy": "copy", "handoff": "handoff"}


def play(*options, code=0):
    """What a whole demo prints, line by line."""
    ended = subprocess.run([PROGRAM, "demo", *options], capture_output=True, text=True,
                           timeout=WAIT_S)
    assert ended.returncode == code, ended.stderr
    assert ended.stderr == ""
    return [json.loads(line) for line in ended.stdout.splitlines()]


def write_day(path, events):
    lines = [json.dumps({"topic": topic, "key": key, "event": event})
             for topic, key, event in events]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def product(sku, least, most):
    return "support.catalog", sku, {
        "sku": sku, "name": "产品", "shipping": {"min_days": least, "max_days": most},
    }


def question(number, text, **more):
    conversation = f"c-{number}"
    return "support.messages", conversation, {
        "id": f"m-{number}", "conversation_id": conversation, "customer_id": f"u-{number}",
        "text": text,
    } | more


def answers(lines):
    return {line["value"]["in_reply_to"]: line["value"] for line in lines
            if line.get("outcome") == "answer"}


def test_a_question_from_a_products_page_is_answered_with_its_days(tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    draw = random.Random(seed)
    shop = {}
    while len(shop) < 6:
        sku = "".join(draw.choices(string.ascii_uppercase, k=6))
        least = draw.randint(1, 40)
        shop[sku] = (least, least + draw.randint(0, 20))
    events = [product(sku, *days) for sku, days in shop.items()]
    events += [question(sku, HOW_LONG, context={"sku": sku}) for sku in shop]
    found = answers(play("--day", write_day(tmp_path / "day.jsonl", events)))
    assert len(found) == len(shop)
    for sku, (least, most) in shop.items():
        answer = found[f"m-{sku}"]
        assert answer["language"] == "zh"
        days = [int(number) for number in re.findall(r"\d+", answer["text"])]
        assert days == sorted({least, most}), answer["text"]
        assert "天" in answer["text"] and sku in answer["text"]
        assert {"kind": "product", "id": sku} in answer["facts"]


def test_without_a_page_and_without_history_it_asks_which_product(tmp_path):
    events = [product("TEA-1", 3, 5), product("TEA-2", 7, 9), question(1, HOW_LONG),
              question(2, "How long does shipping take?")]
    found = answers(play("--day", write_day(tmp_path / "day.jsonl", events)))
    assert found["m-1"]["language"] == "zh" and "哪" in found["m-1"]["text"]
    assert found["m-2"]["language"] == "en" and "Which product" in found["m-2"]["text"]
    for answer in found.values():
        words = re.sub(r"TEA-\d", "", answer["text"])
        assert not re.search(r"\d", words), answer["text"]
        assert [fact["id"] for fact in answer["facts"]] == re.findall(r"TEA-\d", answer["text"])


def test_the_day_that_is_built_in_ends_by_itself_and_is_valid_throughout():
    lines = play()
    assert lines[0].keys() == {"bootstrap"}
    assert lines[-1].keys() == {"summary"}
    outcomes = [line for line in lines if "outcome" in line]
    for line in outcomes:
        if line["outcome"] in PAYLOADS:
            value = json.dumps(line["value"]).encode()
            assert reader.faults(PAYLOADS[line["outcome"]], reader.read(value)) == set()
    events = [line for line in lines if "event" in line]
    worked_on = [line for line in events
                 if line["topic"] not in ("support.catalog", "support.knowledge")]
    counts = collections.Counter(line["outcome"] for line in outcomes)
    summary = lines[-1]["summary"]
    assert summary["events"] == len(worked_on) == len(outcomes)
    assert {kind: count for kind, count in summary.items() if count} == counts | {
        "events": len(worked_on)}
    assert all(counts[kind] for kind in ("answer", "copy", "handoff", "dead-letter"))
    products = {line["key"]: json.loads(line["event"]) for line in events
                if line["topic"] == "support.catalog"}
    asked = next(json.loads(line["event"]) for line in worked_on if HOW_LONG in line["event"])
    days = products[asked["context"]["sku"]]["shipping"]
    answer = answers(lines)[asked["id"]]
    assert f"{days['min_days']}-{days['max_days']}天" in answer["text"]


def test_copy_of_the_day_keeps_the_limits_of_its_channels():
    copies = [line["value"] for line in play() if line.get("outcome") == "copy"]
    assert [copy["channel"] for copy in copies] == ["sms", "push"]
    assert len(copies[1]["variants"]) == 2
    for copy in copies:
        for variant in copy["variants"]:
            assert variant["parts"]
            for part in variant["parts"]:
                assert part["length"] <= part["limit"], part
    text = copies[0]["variants"][0]["parts"][0]
    assert text["unit"] == "septets" and len(text["text"]) == text["length"]


def test_what_one_demo_prints_another_plays_again(tmp_path):
    day = tmp_path / "day.jsonl"
    first = play()
    day.write_text("".join(json.dumps(line) + "\n" for line in first))
    again = play("--day", str(day))
    told, told_again = ({key: answer["text"] for key, answer in answers(lines).items()}
                        for lines in (first, again))
    assert sum(text.startswith(("Our pages", "我们的说明")) for text in told.values()) == 2
    assert told_again == told
    assert again[-1] == first[-1]


@pytest.mark.parametrize("name", ["knowledge", "catalog", "copy.requests"])
def test_what_is_switched_off_is_left_out_of_the_day(name):
    lines = play("-X", f"topic.{name}=")
    topics = [line["topic"] for line in lines if "event" in line]
    assert f"support.{name.replace('.', '-')}" not in topics and "" not in topics
    stock = topics.count("support.catalog") + topics.count("support.knowledge")
    assert lines[-1]["summary"]["events"] == len(topics) - stock > 0


def test_the_shops_own_files_are_obeyed(tmp_path):
    (tmp_path / "shop.csv").write_text("sku,name,price,currency\nPOT-1,Tin pot,12.00,EUR\n")
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "gifts.md").write_text("# Gift wrapping\n\nWe wrap gifts in blue paper for free.\n")
    events = [question(1, "How much is the tin pot?"), question(2, "Do you wrap gifts?")]
    found = answers(play("-X", f"catalog.file={tmp_path / 'shop.csv'}", "-X",
                         f"knowledge.dir={pages}", "--day",
                         write_day(tmp_path / "day.jsonl", events)))
    assert "12.00" in found["m-1"]["text"]
    assert "blue paper" in found["m-2"]["text"]


def test_on_a_terminal_it_is_told_in_words():
    terminal = Terminal([PROGRAM, "demo"], WAIT_S)
    assert terminal.done.returncode == 0
    text = terminal.text
    assert re.search(r"kcat -b 127\.0\.0\.1:\d+", text)
    assert HOW_LONG in text and "  answer: 龙井茶" in text
    length, limit = map(int, re.search(r"text, (\d+) of (\d+) septets: Gooseneck", text).groups())
    assert 0 < length <= limit == 160
    assert re.search(r"  recommendation: \s+龙井茶 \(TEA-88\): Bought together with Gooseneck", text)
    assert re.search(r"title, \d+ of 50 columns: 龙井茶", text)
    assert "\nThe day is over: " in text.replace("\r", "")


class Open:
    """A demo that is still running, read line by line."""

    def __init__(self, *options):
        self.child = subprocess.Popen([PROGRAM, "demo", *options], stdout=subprocess.PIPE,
                                      text=True)
        self.bootstrap = json.loads(self.child.stdout.readline())["bootstrap"]

    def until(self, wanted):
        """Reads on up to the first line that has `wanted`."""
        for line in self.child.stdout:
            if wanted in json.loads(line):
                return json.loads(line)
        raise AssertionError(f"ended without {wanted}")

    def end(self, number):
        self.child.send_signal(number)
        code = self.child.wait(WAIT_S)
        rest = [json.loads(line) for line in self.child.stdout]
        self.child.stdout.close()
        return code, rest


@pytest.fixture
def demo():
    opened = []

    def start(*options):
        opened.append(Open(*options))
        return opened[-1]

    yield start
    for each in opened:
        if each.child.poll() is None:
            each.child.kill()
            each.child.wait()


def take_answer(bootstrap, wanted):
    consumer = Consumer({
        "bootstrap.servers": bootstrap, "group.id": uuid.uuid4().hex,
        "auto.offset.reset": "earliest",
    })
    consumer.subscribe(["support.answers"])
    deadline = time.monotonic() + WAIT_S
    try:
        while time.monotonic() < deadline:
            record = consumer.poll(1.0)
            if record is None or record.error():
                continue
            answer = json.loads(record.value())
            if answer["in_reply_to"] == wanted:
                return answer
    finally:
        consumer.close()
    raise AssertionError("no answer")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_open_shop_answers_a_client_that_joins_in_and_closes_on_a_signal(demo, number):
    shop = demo("--stay")
    shop.until("summary")
    producer = Producer({"bootstrap.servers": shop.bootstrap, "partitioner": "murmur2_random"})
    topic, key, event = question("guest", HOW_LONG, context={"sku": "TEA-88"})
    producer.produce(topic, json.dumps(event).encode(), key.encode())
    assert producer.flush(WAIT_S) == 0
    answer = take_answer(shop.bootstrap, "m-guest")
    assert "3-5天" in answer["text"]
    shown = shop.until("event")
    assert json.loads(shown["event"])["id"] == "m-guest"
    assert shop.until("outcome")["value"] == answer
    assert shop.end(number) == (0, [])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_day_that_is_cut_short_says_so_by_its_exit_code(demo, number):
    shop = demo()
    shop.until("outcome")
    code, rest = shop.end(number)
    assert code == 128 + number
    assert not any("summary" in line for line in rest)


def test_a_day_that_cannot_be_read_is_refused_with_its_line(tmp_path):
    day = tmp_path / "day.jsonl"
    for lines, line, words in [
        (['{"event": {}, "topic": "support.messages"}', '{"event": '], 2, "ends too early"),
        (['{"event": {}, "topic": "support.answers"}'], 1, "not the name of an input at /topic"),
        (["", '{"event": 7, "topic": "support.orders"}'], 2, "at /event"),
        (['{"summary": {}}', '{"topic": "support.orders", "key": "c-1"}'], 2, "has no event"),
        (['{"outcome": "answer"}', '{"evnet": {}, "topic": "support.orders"}'], 2, "has no event"),
    ]:
        day.write_text("\n".join(lines) + "\n")
        ended = subprocess.run([PROGRAM, "demo", "--day", str(day)], capture_output=True,
                               text=True, timeout=WAIT_S)
        assert ended.returncode == 65 and ended.stdout == ""
        assert f"{day}:{line}: " in ended.stderr and words in ended.stderr
    ended = subprocess.run([PROGRAM, "demo", "--day", str(tmp_path / "none")],
                           capture_output=True, text=True, timeout=WAIT_S)
    assert ended.returncode == 66 and "none" in ended.stderr


@pytest.mark.parametrize("setting", [
    "model.url=http://127.0.0.1:9/v1", "model.2.kind=openai", "model.fallback=builtin",
    "store.url=redis://127.0.0.1:9/0", "kafka.bootstrap.servers=127.0.0.1:9",
    "delivery=exactly-once"])
def test_a_setting_of_what_the_demo_has_of_its_own_is_refused(setting):
    ended = subprocess.run([PROGRAM, "demo", "-X", setting], capture_output=True, text=True,
                           timeout=WAIT_S)
    assert ended.returncode == 64 and ended.stdout == ""
    assert f"{setting.split('=')[0]} does nothing here" in ended.stderr
