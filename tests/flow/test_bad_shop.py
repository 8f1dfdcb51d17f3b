"""What shops send that is odd or wrong: a clear message or a sensible answer, and nothing is lost."""

import json
import re

import pytest
from confluent_kafka import Producer

from tests.flow.test_orders import wait_orders
from tests.flow.worker import WAIT_S
from tests.services.child import wait_until

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files

LINES = 10_000
SHOP = "sku,name,price,currency\nKTL-17,Gooseneck kettle,39.90,EUR\n"


def order(customer, items, **more):
    return customer, {"id": f"o-{customer}", "order_id": f"9{customer[1:]}", "type": "placed",
                      "customer_id": customer, "at": "2025-03-01T09:00:00Z", "items": items} | more


ORDERS = dict([
    order("c101", [{"sku": "NOT-IN-THE-SHOP", "quantity": 1}]),
    order("c102", [{"sku": "KTL-17", "quantity": -1}]),
    order("c103", [{"sku": "KTL-17", "price": "39.90", "currency": "EUR"},
                   {"sku": "POT-9", "price": "268.00", "currency": "CNY"}]),
    order("c104", [{"sku": f"S-{number}", "quantity": 1} for number in range(LINES)]),
    order("c105", [{"sku": f"S-{number}", "quantity": 1} for number in range(LINES + 1)]),
    order("c106", [{"sku": "KTL-17"}], at="2999-01-01T00:00:00Z"),
])


def send(worker, topic, events):
    """Of each customer, or conversation, one."""
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for key, event in events.items():
        producer.produce(worker.topics[topic], json.dumps(event).encode(), key.encode())
    assert producer.flush(WAIT_S) == 0


def ask(worker, questions):
    send(worker, "messages", {key: {"id": f"m-{key}", "conversation_id": key, "customer_id": key,
                                    "text": text} for key, text in questions.items()})


def told(worker, topic, count):
    records = [json.loads(record.value()) for record in worker.read(topic, count)]
    assert len(records) == count
    return {record["in_reply_to"].removeprefix("m-"): record for record in records}


def test_odd_orders_are_kept_and_wrong_ones_are_dead_letters_that_name_the_place(worker):
    worker.start(model__kind="builtin")
    send(worker, "orders", ORDERS)
    wait_orders(worker, len(ORDERS))
    letters = {dict(record.headers())["x-dlq-pointer"].decode()
               for record in worker.read("dead.letters", 2)}
    assert letters == {"/items/0/quantity", "/items"}
    kept = ["c101", "c103", "c104", "c106"]
    ask(worker, {customer: f"Where is my order {ORDERS[customer]['order_id']}?"
                 for customer in kept})
    answers = told(worker, "answers", len(kept))
    assert worker.end() == 0
    for customer in kept:
        assert ORDERS[customer]["order_id"] in answers[customer]["text"]
        assert "has been placed" in answers[customer]["text"]


def test_an_empty_shop_answers_what_needs_no_facts_and_hands_over_the_rest(worker):
    worker.start(model__kind="builtin")
    ask(worker, {"hello": "Hello!", "price": "How much is it?", "sku": "How much is KTL-17?",
                 "return": "Can I return it?"})
    answers = told(worker, "answers", 3)
    handoffs = told(worker, "handoffs", 1)
    assert worker.end() == 0
    assert answers.keys() == {"hello", "price", "sku"} and handoffs.keys() == {"return"}
    assert not any(re.search(r"\d+[.,]\d", answer["text"]) for answer in answers.values())
    assert "Which product" in answers["price"]["text"]


def test_products_come_from_a_table_and_stock_that_is_not_told_is_not_guessed(worker, tmp_path):
    path = tmp_path / "shop.csv"
    path.write_text(SHOP, encoding="utf-8")
    worker.start(model__kind="builtin", catalog__file=str(path))
    ask(worker, {"price": "How much is the gooseneck kettle?",
                 "stock": "Is the gooseneck kettle in stock?"})
    answers = told(worker, "answers", 1)
    handoffs = told(worker, "handoffs", 1)
    assert worker.end() == 0
    assert "39.90 EUR" in answers["price"]["text"]
    assert handoffs["stock"]["reason"] == "no_facts"
    path.write_text(SHOP.replace("39.90", "44.00"), encoding="utf-8")
    worker.start(model__kind="builtin", catalog__file=str(path))
    ask(worker, {"again": "How much is the gooseneck kettle?"})
    assert "44.00 EUR" in told(worker, "answers", 2)["again"]["text"]
    assert worker.end() == 0


@pytest.mark.parametrize("table,words", [
    (SHOP.replace("39.90", "cheap").encode(), ":2: "),
    ("sku,name\nKTL-17,茶壶\n".encode("gbk"), "GBK"),
])
def test_a_table_that_is_wrong_ends_the_start_and_names_the_line(worker, tmp_path, table, words):
    path = tmp_path / "shop.csv"
    path.write_bytes(table)
    worker.launch(catalog__file=str(path))
    assert worker.child.wait(WAIT_S) == 78
    said = worker.log.read_text()
    assert "catalog.file" in said and words in said, said


def test_a_page_in_gbk_is_left_out_and_named_and_one_of_five_megabytes_is_used(worker, tmp_path):
    pages = tmp_path / "pages"
    pages.mkdir()
    (pages / "gift.md").write_bytes("# 礼品卡\n礼品卡一年内有效。\n".encode("gbk"))
    (pages / "returns.md").write_text("# Returns\n\nUnused goods within 30 days.\n")
    filler = "The weaver of the valley ties another knot and another one behind it.\n\n" * 70_000
    (pages / "book.md").write_text(f"# Yarn\n\n{filler}\n# Gondolas\n\nGondolas go by barge.\n")
    assert (pages / "book.md").stat().st_size > 4_900_000
    worker.start(model__kind="builtin", knowledge__dir=str(pages), topic__knowledge="")
    ask(worker, {"return": "Can I return it?", "book": "Do gondolas go by barge?",
                 "gift": "礼品卡多久有效?"})
    answers = told(worker, "answers", 2)
    handoffs = told(worker, "handoffs", 1)
    assert worker.end() == 0
    assert "30 days" in answers["return"]["text"] and "barge" in answers["book"]["text"]
    assert handoffs["gift"]["reason"] == "no_facts"
    line, = [line for line in worker.log.read_text().splitlines() if "gift.md" in line]
    assert "iconv -f GBK" in line, line


def test_an_order_id_of_two_customers_and_two_shops_is_an_order_of_each(worker):
    carriers = {("ann", ""): "DHL", ("bob", ""): "UPS", ("ann", "lin"): "GLS"}
    records = {}
    for (customer, tenant), carrier in carriers.items():
        shop = {"tenant": tenant} if tenant else {}
        key = f"{customer}{tenant}"
        records[key] = {"id": f"o-{key}", "order_id": "100234", "type": "shipped", "items": [],
                        "customer_id": customer, "at": "2025-03-02T09:00:00Z",
                        "carrier": carrier, "tracking": f"T{carrier}1"} | shop
    questions = {key: {"id": f"m-{key}", "conversation_id": key, "text": "Where is order 100234?",
                       "customer_id": order["customer_id"]}
                 | ({"tenant": order["tenant"]} if "tenant" in order else {})
                 for key, order in records.items()}
    worker.start(model__kind="builtin")
    send(worker, "orders", records)
    wait_orders(worker, len(records))
    send(worker, "messages", questions)
    answers = told(worker, "answers", len(records))
    assert worker.end() == 0
    for key, order in records.items():
        others = set(carriers.values()) - {order["carrier"]}
        assert order["tracking"] in answers[key]["text"]
        assert not any(other in answers[key]["text"] for other in others)


def kettle(tenant, price):
    return {"sku": "KTL-17", "name": "Gooseneck kettle", "price": price, "currency": "EUR",
            "tenant": tenant}


def prices(worker, question, tenants):
    """What the tenants' customers are told that the kettle costs."""
    send(worker, "messages", {f"{question}-{tenant}": {
        "id": f"m-{question}-{tenant}", "conversation_id": f"{question}-{tenant}", "tenant": tenant,
        "customer_id": tenant, "text": "How much is the gooseneck kettle?"} for tenant in tenants})


def take_back(worker, key):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    producer.produce(worker.topics["catalog"], None, key.encode())
    assert producer.flush(WAIT_S) == 0


def test_a_tombstone_takes_back_the_product_of_one_tenant(worker):
    """By the key of its record: two tenants with one sku cannot both have it for their key."""
    send(worker, "catalog", {"lin/KTL-17": kettle("lin", "11.00"),
                             "mei/KTL-17": kettle("mei", "22.00")})
    worker.start(model__kind="builtin")
    prices(worker, "both", ["lin", "mei"])
    before = told(worker, "answers", 2)
    assert "11.00" in before["both-lin"]["text"] and "22.00" in before["both-mei"]["text"]
    assert worker.end() == 0
    take_back(worker, "lin/KTL-17")
    worker.start(model__kind="builtin")
    prices(worker, "one", ["lin", "mei"])
    after = told(worker, "answers", 4)
    assert worker.end() == 0
    assert "11.00" not in after["one-lin"]["text"] and "22.00" in after["one-mei"]["text"]


def test_two_tenants_products_of_one_key_are_both_there_and_that_is_told(worker):
    send(worker, "catalog", {"KTL-17": kettle("lin", "11.00")})
    worker.start(model__kind="builtin")
    send(worker, "catalog", {"KTL-17": kettle("mei", "22.00")})
    wait_until(lambda: "keys of its own" in worker.log.read_text(), WAIT_S, "the warning")
    prices(worker, "both", ["lin", "mei"])
    both = told(worker, "answers", 2)
    assert worker.end() == 0
    assert "11.00" in both["both-lin"]["text"] and "22.00" in both["both-mei"]["text"]
