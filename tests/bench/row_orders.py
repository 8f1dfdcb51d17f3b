"""Order events that become state in Redis, beside a script that does the same."""

import json
import statistics
import subprocess
import sys
import uuid

from confluent_kafka import Producer

from tests.bench import gauge
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
ROUNDS = 3  # in the first the broker's own code is still being compiled
GOAL = 50_000
GOAL_TIMES = 5


def measure(stage, size):
    count = max(int(EVENTS * size), EVENTS_MIN)
    table = Table(
        "Order events",
        f"{count:,} events of {count // len(TYPES):,} orders with {LINES} lines each, "
        f"{min(CUSTOMERS, count // len(TYPES)):,} customers, {PARTITIONS} partitions; all of them "
        f"are there before the worker starts, {ROUNDS} times. It merges each into the customer's "
        "sealed state in Redis, exactly once, with an audit record; recommendations, which read "
        "the topic once more, are off. The script (aiokafka, redis.asyncio) writes plain JSON, at least once, "
        f"without audit records, and is given one event in {SCRIPT_SHARE}: record by record, and "
        "with what a fetch brings in one round trip.",
    )
    model = stage.model(0)
    workers = [stage.worker(f"orders{number}", model) for number in range(ROUNDS)]
    rounds = [one_round(stage, worker, count) for worker in workers]
    topic = workers[-1].topics["orders"]
    speeds, ours_us, broker_us, redis_us = zip(*rounds)
    speed = statistics.median(speeds)
    said = {way: script(stage, topic, count // SCRIPT_SHARE, way) for way in ("one", "batch")}
    one, batch = (told["count"] / told["seconds"] for told in said.values())
    table.add("order events a second, median of the rounds", speed, "/s", f"at least {GOAL:,}/s",
              f"best {max(speeds):,.0f}/s; script {one:,.0f}/s; in batches {batch:,.0f}/s",
              digits=0)
    table.add("times the script", speed / one, "times", f"at least {GOAL_TIMES} times",
              f"{speed / batch:.1f} times the one that works in batches")
    table.add("CPU an event, median", statistics.median(ours_us), "us", "",
              "script {:.0f} us; in batches {:.0f} us".format(
                  *(told["cpu_s"] * 1e6 / told["count"] for told in said.values())))
    table.add("of the broker meanwhile", statistics.median(broker_us), "us", "", "")
    table.add("of Redis meanwhile", statistics.median(redis_us), "us", "", "")
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


def one_round(stage, worker, count):
    """Events a second, and CPU us an event of the worker, the broker and Redis."""
    send(worker, count)
    stage.redis.flushall()
    others = (stage.kafka.brokers[0].pid, stage.redis.pid)
    before = [gauge.cpu_s(pid) for pid in others]
    worker.launch(store__timeout__ms="10000", topic__recommendation__requests="",
                  topic__feedback="")
    seen = worker.wait_settled(count)
    spent = [worker.used()[0]] + [gauge.cpu_s(pid) - was for pid, was in zip(others, before)]
    assert worker.settled("nothing") == count
    assert worker.end() == 0
    return rate(seen), *(cpu_s * 1e6 / count for cpu_s in spent)


def script(stage, topic, count, way):
    stage.redis.flushall()
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.orders_script", stage.kafka.bootstrap,
         f"script-{uuid.uuid4().hex[:8]}", topic, str(stage.redis.port),
         str(count), way],
        cwd=places.ROOT, capture_output=True, text=True, timeout=RUN_S)
    if done.returncode != 0:
        raise RuntimeError(f"the script failed: {done.stderr}")
    return json.loads(done.stdout)
