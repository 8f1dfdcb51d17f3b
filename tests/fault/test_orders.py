"""What a prompt tells of orders is read as what their events have said."""

import json
import random

from tests.fault.orders import Orders, state_after, told


def prompt_of(order, *lines):
    text = "\n".join([f"Order: {order}", *(f"  {line}" for line in lines), "Question: where?"])
    return {"body": json.dumps({"messages": [{"role": "user", "content": text}]})}


def test_the_last_event_of_an_order_says_what_is_to_be_told_of_it():
    orders = Orders(random.Random(7), first=200)
    last = {}
    for _ in range(500):
        buyer, event = orders.next()
        last[buyer] = event
    for buyer, order in orders.latest().items():
        event = last[buyer]
        assert event["order_id"] == order
        lines = [f"Status: {event['type']}", "Item: Kettle"]
        lines += ["Carrier: DHL"] if event["type"] in ("shipped", "delivered") else []
        assert told([prompt_of(order, *lines)]) == {order: state_after(event)}
        assert told([prompt_of(order, *lines[:1])]) != {order: state_after(event)}


def test_events_of_an_order_happen_one_behind_the_other():
    orders = Orders(random.Random(7), first=200)
    events = [orders.next()[1] for _ in range(500)]
    for buyer in {event["customer_id"] for event in events}:
        times = [event["at"] for event in events if event["customer_id"] == buyer]
        assert times == sorted(times) and len(set(times)) == len(times)
