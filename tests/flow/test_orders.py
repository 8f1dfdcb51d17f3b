"""Orders: their state answers questions, and comes back out of the topic when Redis has lost it."""

import json

from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from tests.flow.worker import PARTITIONS, WAIT_S, terminal
from tests.services.child import wait_until

ORDERS = {
    "ann": ("100234", "DHL", "JD0146"),
    "bob": ("100234", "UPS", "1Z99"),  # the same number at another customer
}


def send_orders(worker):
    """Placed, then delivered, then the shipping in between: it arrives last."""
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for customer, (order_id, carrier, tracking) in ORDERS.items():
        for number, kind, more in ((1, "placed", {}), (3, "delivered", {}),
                                   (2, "shipped", {"carrier": carrier, "tracking": tracking})):
            event = {"id": f"{customer}-{number}", "order_id": order_id, "customer_id": customer,
                     "type": kind, "at": f"2025-03-0{number}T09:00:00Z", **more}
            producer.produce(worker.topics["orders"], json.dumps(event).encode(),
                             customer.encode())
    assert producer.flush(WAIT_S) == 0


def ask(worker, number):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for customer in ORDERS:
        message = {"id": f"{customer}-{number}", "conversation_id": f"{customer}{number}",
                   "customer_id": customer, "seq": number,
                   "text": "Where is my order 100234?"}
        producer.produce(worker.topics["messages"], json.dumps(message).encode(),
                         customer.encode())
    assert producer.flush(WAIT_S) == 0


def texts(worker, number, rounds):
    """What each customer was told the `number`-th time, of as many rounds as were answered."""
    events, _ = terminal(worker.read("answers", len(ORDERS) * rounds))
    return {customer: events[f"{customer}-{number}"][0]["text"] for customer in ORDERS}


def wait_orders(worker, count):
    wait_until(lambda: settled_orders(worker) >= count, WAIT_S, f"{count} order events settled")


def settled_orders(worker):
    admin = AdminClient(worker.kafka.client_settings())
    group = ConsumerGroupTopicPartitions(
        worker.name, [TopicPartition(worker.topics["orders"], n) for n in range(PARTITIONS)])
    found = admin.list_consumer_group_offsets([group])[worker.name].result(WAIT_S)
    return sum(max(place.offset, 0) for place in found.topic_partitions)


def read_orders_again(worker):
    """As kafka-consumer-groups --reset-offsets --to-earliest does it, see docs/operate.md."""
    admin = AdminClient(worker.kafka.client_settings())
    group = ConsumerGroupTopicPartitions(
        worker.name, [TopicPartition(worker.topics["orders"], n, 0) for n in range(PARTITIONS)])
    admin.alter_consumer_group_offsets([group])[worker.name].result(WAIT_S)


def test_orders_that_redis_lost_are_rebuilt_from_their_topic(worker):
    settings = {"model__kind": "builtin"}
    worker.start(**settings)
    send_orders(worker)
    wait_orders(worker, 6)
    ask(worker, 0)
    before = texts(worker, 0, rounds=1)
    for customer, (order_id, carrier, tracking) in ORDERS.items():
        assert order_id in before[customer] and "delivered" in before[customer]
        others = [own for other, own in ORDERS.items() if other != customer]
        assert not any(word in before[customer] for _, *words in others for word in words)
    assert worker.end() == 0
    worker.redis.flushall()
    worker.start(**settings)
    ask(worker, 1)
    people = [json.loads(record.value()) for record in worker.read("handoffs", len(ORDERS))]
    assert {said["reason"] for said in people} == {"no_facts"}, "lost orders are told as none"
    assert worker.end() == 0
    read_orders_again(worker)
    worker.start(**settings)
    wait_orders(worker, 6)
    ask(worker, 2)
    assert texts(worker, 2, rounds=2) == before
    assert worker.end() == 0


def test_what_is_no_state_of_orders_is_written_over(worker):
    """Somebody has put a text under the key of a customer's orders: events must not wait for it."""
    settings = {"model__kind": "builtin"}
    worker.start(**settings)
    send_orders(worker)
    wait_orders(worker, 6)
    with worker.redis.client() as admin:
        held = [key for key in admin.scan_iter(count=500) if admin.type(key) == b"hash"]
        assert len(held) >= len(ORDERS)
        for key in held:
            admin.set(key, b"\xff not ours")
    send_orders(worker)
    wait_orders(worker, 12)
    ask(worker, 0)
    said = texts(worker, 0, rounds=1)
    for customer, (order_id, _, _) in ORDERS.items():
        assert order_id in said[customer] and "delivered" in said[customer]
    assert worker.end() == 0


def test_a_customer_with_more_orders_than_are_kept_has_the_newest(worker):
    """200 are kept: those that happened last, whatever else is written in the same turn."""
    made = 203
    worker.start(model__kind="builtin")
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for number in range(made):
        for customer in ("cem", f"other-{number}"):
            event = {"id": f"{customer}-{number}", "order_id": f"o-{number}", "type": "placed",
                     "customer_id": customer,
                     "at": f"2025-03-{1 + number // 24:02d}T{number % 24:02d}:00:00Z"}
            producer.produce(worker.topics["orders"], json.dumps(event).encode(),
                             customer.encode())
    assert producer.flush(WAIT_S) == 0
    wait_orders(worker, 2 * made)
    with worker.redis.client() as admin:
        held = {key: admin.hkeys(key) for key in admin.scan_iter(count=500)
                if admin.type(key) == b"hash"}
    most = max(held.values(), key=len)
    assert {int(name.split(b"-")[1]) for name in most} == set(range(made - 200, made))
    assert worker.end() == 0


def test_events_of_one_order_in_two_workers_make_its_newest_state(worker, tmp_path):
    """Somebody keys them by their own ids, so they lie in partitions of two workers, which read and
    write the same state at once: what was written meanwhile is not written over."""
    kinds = ("placed", "paid", "shipped", "delivered")
    customers = [f"eve-{number}" for number in range(300)]
    producer = Producer(worker.kafka.client_settings())
    team = [worker, worker.twin("w1")]
    key = tmp_path / "seal.key"
    key.write_text(f"a secret of the workers of {worker.name}")
    try:
        for member in team:
            member.launch(model__kind="builtin", seal__key__file=str(key))
        for member in team:
            member.wait_ready()
        wait_until(lambda: len({member.metric("deskhand_partitions") for member in team}) == 1,
                   WAIT_S, "an equal share for each of two workers")
        for number, customer in enumerate(customers):
            for step in (3, 0, 1, 2):
                event = {"id": f"{customer}-{step}", "order_id": "100234",
                         "customer_id": customer, "type": kinds[step], "seq": step,
                         "at": f"2025-03-0{1 + step}T09:00:00Z"}
                producer.produce(worker.topics["orders"], json.dumps(event).encode(), b"k",
                                 partition=(number + 2 * step) % PARTITIONS)
        assert producer.flush(WAIT_S) == 0
        wait_orders(worker, len(kinds) * len(customers))
        for number, customer in enumerate(customers):
            message = {"id": f"m-{number}", "conversation_id": customer, "customer_id": customer,
                       "seq": 0, "text": "Where is my order 100234?"}
            producer.produce(worker.topics["messages"], json.dumps(message).encode(),
                             customer.encode())
        assert producer.flush(WAIT_S) == 0
        events, _ = terminal(worker.read("answers", len(customers)))
        said = [events[f"m-{number}"][0]["text"] for number in range(len(customers))]
        assert [text for text in said if "delivered" not in text] == []
        assert worker.end() == 0
    finally:
        team[1].close()


def test_a_part_that_is_shipped_is_not_taken_for_all_that_was_ordered(worker):
    pot = {"sku": "POT-9", "name": "Clay teapot", "quantity": 2, "price": "12.00",
           "currency": "EUR"}
    kettle = pot | {"sku": "KTL-17", "name": "Gooseneck kettle", "quantity": 1, "price": "39.90"}
    producer = Producer(worker.kafka.client_settings())
    worker.start(model__kind="builtin")
    for step, kind, items in ((1, "placed", [kettle, pot]), (2, "shipped", [pot])):
        event = {"id": f"e-{step}", "order_id": "100234", "customer_id": "fay", "type": kind,
                 "at": f"2025-03-0{step}T09:00:00Z", "items": items}
        producer.produce(worker.topics["orders"], json.dumps(event).encode(), b"fay")
    assert producer.flush(WAIT_S) == 0
    wait_orders(worker, 2)
    message = {"id": "m", "conversation_id": "c", "customer_id": "fay", "seq": 0,
               "text": "What did I order in 100234?"}
    producer.produce(worker.topics["messages"], json.dumps(message).encode(), b"c")
    assert producer.flush(WAIT_S) == 0
    answer, = [json.loads(record.value()) for record in worker.read("answers", 1)]
    assert worker.end() == 0
    assert "kettle" in answer["text"] and "teapot" in answer["text"], answer
