"""python -m tests.bench.orders_script BROKERS GROUP TOPIC REDIS_PORT COUNT one|batch

What someone writes who needs the state of orders in Redis by this afternoon: aiokafka,
redis.asyncio, one key for a customer with a field for each order, the newer event wins. `one` works
on one record after the other; `batch` reads and writes what a fetch has brought in one round trip
each. Prints one line of JSON: records, seconds from the first one on, CPU time.
"""

import asyncio
import json
import sys
import time

import redis.asyncio
from aiokafka import AIOKafkaConsumer

KEEP_S = 90 * 24 * 3600
COMMIT_EVERY = 500


def key_of(event):
    return f"script:orders:{event['customer_id']}"


def merged(old, event):
    """The state after `event`; what an older one names fills the gaps."""
    if old is None:
        return event
    older, newer = sorted((old, event), key=lambda one: (one["at"], one.get("seq", -1)))
    return older | newer


def write(pipe, event, state):
    pipe.hset(key_of(event), event["order_id"], json.dumps(state))
    pipe.expire(key_of(event), KEEP_S)


async def take_one(store, records):
    for record in records:
        event = json.loads(record.value)
        stored = await store.hget(key_of(event), event["order_id"])
        async with store.pipeline(transaction=False) as pipe:
            write(pipe, event, merged(stored and json.loads(stored), event))
            await pipe.execute()


async def take_batch(store, records):
    events = [json.loads(record.value) for record in records]
    async with store.pipeline(transaction=False) as pipe:
        for event in events:
            pipe.hget(key_of(event), event["order_id"])
        found = await pipe.execute()
    states = {}
    async with store.pipeline(transaction=False) as pipe:
        for event, stored in zip(events, found):
            place = event["customer_id"], event["order_id"]
            old = states[place] if place in states else stored and json.loads(stored)
            states[place] = merged(old, event)
            write(pipe, event, states[place])
        await pipe.execute()


async def run(brokers, group, topic, port, count, take):
    store = redis.asyncio.Redis(port=port)
    consumer = AIOKafkaConsumer(
        topic, bootstrap_servers=brokers, group_id=group, enable_auto_commit=False,
        auto_offset_reset="earliest", isolation_level="read_committed")
    await consumer.start()
    begun, used, done = None, 0.0, 0
    while done < count:
        fetched = await consumer.getmany(timeout_ms=1000, max_records=COMMIT_EVERY)
        records = [record for some in fetched.values() for record in some]
        if begun is None and records:
            begun, used = time.monotonic(), time.process_time()
        await take(store, records)
        done += len(records)
        if records:
            await consumer.commit()
    told = {"count": done, "seconds": time.monotonic() - begun,
            "cpu_s": time.process_time() - used}
    await consumer.stop()
    await store.aclose()
    return told


def main(brokers, group, topic, port, count, way):
    take = {"one": take_one, "batch": take_batch}[way]
    print(json.dumps(asyncio.run(run(brokers, group, topic, int(port), int(count), take))))


if __name__ == "__main__":
    main(*sys.argv[1:])
