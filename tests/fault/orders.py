"""Orders of some customers, which move on one event at a time."""

import json
import re

BUYERS = 24
STEPS = ("placed", "paid", "shipped", "delivered")
ITEM, CARRIER = "Kettle", "DHL"
# As a prompt tells of it.
TOLD = re.compile(r"Order: (\S+)\n((?:  .+\n?)+)")


class Orders:
    """Each buyer has one order after the other; each order goes through its steps."""

    def __init__(self, draw, first):
        self._draw = draw
        self._first = first  # the number of the first buyer, as a conversation
        self._made = [0] * BUYERS

    def next(self):
        """A buyer drawn at random, as a conversation, and the next event."""
        buyer = self._draw.randrange(BUYERS)
        made = self._made[buyer]
        self._made[buyer] += 1
        step = STEPS[made % len(STEPS)]
        more = {"placed": {"items": [{"sku": "kettle", "name": ITEM, "quantity": 1}]},
                "shipped": {"carrier": CARRIER}}
        event = {
            "id": f"o-{buyer}-{made}", "order_id": self._order(buyer, made // len(STEPS)),
            "customer_id": f"k-{self._first + buyer}", "type": step,
            "at": f"2024-01-01T{made // 3600:02}:{made // 60 % 60:02}:{made % 60:02}Z", "seq": made,
        }
        return self._first + buyer, event | more.get(step, {})

    def latest(self):
        """The order that each buyer's last event was about, by the buyer's number."""
        return {self._first + buyer: self._order(buyer, (made - 1) // len(STEPS))
                for buyer, made in enumerate(self._made) if made > 0}

    @staticmethod
    def _order(buyer, number):
        return f"{40 + buyer}{1000 + number}"


def state_after(event):
    """What is to be told of an order when this was its last event: all that its events have said."""
    has_gone = STEPS.index(event["type"]) >= STEPS.index("shipped")
    return _state({"Status": event["type"], "Item": ITEM} | ({"Carrier": CARRIER} if has_gone else {}))


def told(requests):
    """The state of each order of which `requests` to the model tell."""
    texts = (part["content"] for request in requests
             for part in json.loads(request["body"]).get("messages", []))
    return {order: _state(dict(line.strip().split(": ", 1) for line in lines.splitlines()))
            for text in texts for order, lines in TOLD.findall(text)}


def _state(told_of_it):
    return ", ".join(f"{name} {value}" for name, value in sorted(told_of_it.items()))
