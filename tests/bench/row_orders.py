"""Order events that become state in Redis, beside a script that does the same."""

import json
import subprocess
import sys
import uuid

from confluent_kafka import Producer

from tests.bench.stage import RUN_S, rate
from tests.bench.table import Table
from tests.flow.worker import PARTITIONS, WAIT_S
from tests.services import places

EVENTS = 200_000
EVENTS_MIN = 2_000
CUSTOMERS = 20_000
LINES = 3
TYPES = ("placed", "paid", "shipped", "delivered")
SCRIPT_SHARE = 10  # the script, which is slower, gets one event in so many
GOAL = 50_000
GOAL_TIMES = 5


def measure(stage, size):
    count = max(int(EVENTS * size), EVENTS_MIN)
    table = Table(
        "Order events",
        f"{count:,} events of {count // len(TYPES):,} orders with {LINES} lines each, "
        f"{min(CUSTOMERS, count // len(TYPES)):,} customers, {PARTITIONS} partitions; all of them "
        "are there before the worker starts. It merges each into the customer's sealed state in "
        "Redis, exactly once, with an audit record; recommendations, which read the topic once "
        "more, are off. The script (aiokafka, redis.asyncio) writes plain JSON, at least once, "
        f"without audit records, and is given one event in {SCRIPT_SHARE}: record by record, and "
        "with what a fetch brings in one round trip.",
    )
    worker = stage.worker("orders", stage.model(0))
    send(worker, count)
    ours, cpu_us = one_round(worker, count)
    said = {way: script(stage, worker, count // SCRIPT_SHARE, way) for way in ("one", "batch")}
    one, batch = (told["count"] / told["seconds"] for told in said.values())
    table.add("order events a second", ours, "/s", f"at least {GOAL:,}/s",
              f"script {one:,.0f}/s; in batches {batch:,.0f}/s", digits=0)
    table.add("times the script", ours / one, "times", f"at least {GOAL_TIMES} times",
              f"{ours / batch:.1f} times the one that works in batches")
    table.add("CPU an event", cpu_us, "us", "",
              "script {:.0f} us; in batches {:.0f} us".format(
                  *(told["cpu_s"] * 1e6 / told["count"] for told in said.values())))
    return table


def event(number, count):
    """First all orders are placed, then all are paid, and so on."""
    orders = count // len(TYPES)
    order, step = number % orders, min(number // orders, len(TYPES) - 1)
    return {
        "id": f"event-{number:08d}",
        "order_id": f"order-{order:07d}",
        "customer_id": f"customer-{order % CUSTOMERS:05d}",
        "type": TYPES[step],
        "at": f"2025-03-{step + 1:02d}T09:{number % 60:02d}:00Z",
        "seq": step,
        "items": [{"sku": f"SKU-{(order * LINES + line) % 5000:05d}",
                   "name": f"A thing of the series {line}", "category": "kitchen",
                   "quantity": 1 + line, "price": "39.90", "currency": "EUR"}
                  for line in range(LINES)],
    }


def send(worker, count):
    producer = Producer(worker.kafka.client_settings(
        partitioner="murmur2_random", enable__idempotence="true", linger__ms="20",
        queue__buffering__max__messages=str(max(count, 200_000))))
    for number in range(count):
        made = event(number, count)
        producer.produce(worker.topics["orders"], json.dumps(made).encode(),
                         made["customer_id"].encode())
        if number % 1000 == 0:
            producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def one_round(worker, count):
    """(events a second, CPU us an event) of the worker."""
    worker.launch(store__timeout__ms="10000", topic__recommendation__requests="",
                  topic__feedback="")
    seen = worker.wait_settled(count)
    cpu_s, _ = worker.used()
    assert worker.settled("nothing") == count
    assert worker.end() == 0
    return rate(seen), cpu_s * 1e6 / count


def script(stage, worker, count, way):
    stage.redis.flushall()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.orders_script", stage.kafka.bootstrap,
         f"script-{uuid.uuid4().hex[:8]}", worker.topics["orders"], str(stage.redis.port),
         str(count), way],
        cwd=places.ROOT, capture_output=True, text=True, timeout=RUN_S)
    if done.returncode != 0:
        raise RuntimeError(f"the script failed: {done.stderr}")
    return json.loads(done.stdout)
