"""Customers: questions at a steady rate, each known by its position once the broker took it, and
beside them what happens to orders."""

import contextlib
import json
import threading
import time

from confluent_kafka import Producer

from tests.checker.evidence import EXPECT_NONE, Sent, digest
from tests.fault import orders
from tests.services.fake_model import mark

FLUSH_S = 90
EVENTS_MAX = 1_000_000
QUESTIONS_AN_ORDER_EVENT = 8
COPIES_FROM = 100_000  # in the marks, behind all conversations


class Load:
    """Feeds the topics of questions, orders and requests for copies. Thread-safe to read while it
    feeds."""

    def __init__(self, settings, topics, *, conversations=200, draw):
        self._settings = settings | {
            "partitioner": "murmur2_random",
            "enable.idempotence": True,
            "linger.ms": 2,
            "message.max.bytes": 2_000_000,
            "delivery.timeout.ms": 300_000,
        }
        self._producer = Producer(self._settings)
        self._topics = topics
        self._draw = draw
        self._turns = [0] * (conversations + orders.BUYERS)  # buyers ask only about their orders
        self.orders = orders.Orders(draw, conversations)
        self._sent, self._orders_sent = [], []
        self._copies_asked = 0
        self._lock = threading.Lock()
        self._feeding = threading.RLock()
        self._is_done = threading.Event()
        self._is_resting = threading.Event()
        self.made = 0
        self.conversations = self.asking = conversations  # `asking`: the steady ones
        self.tenant_of = lambda conversation: None
        self.phrases = ["Hello, what about {}?"]  # a scenario may put others there
        self.sent_at = {}

    @staticmethod
    def now():
        """On the clock of `sent_at`."""
        return time.monotonic()

    def sent(self):
        """What the broker has taken."""
        with self._lock:
            return list(self._sent)

    def orders_sent(self):
        """Of the orders' events."""
        with self._lock:
            return list(self._orders_sent)

    def send(self, count, conversation=None):
        """`count` more questions, of conversations drawn at random or of one."""
        with self._feeding:
            for _ in range(count):
                self._ask(self._draw.randrange(self.asking) if conversation is None
                          else conversation)
                if self.made % QUESTIONS_AN_ORDER_EVENT == 0:
                    self._move_order()
                self._producer.poll(0)

    def ask_about_orders(self):
        """Each buyer asks where the last order is; the orders' numbers."""
        latest = self.orders.latest()
        with self._feeding:
            for buyer, order in latest.items():
                self._ask(buyer, f"Where is my order {order}? {{}}")
        return list(latest.values())

    def ask_for_copies(self, count):
        """Each for a product of its own, with a mark by which the model knows it."""
        with self._feeding:
            for _ in range(count):
                self._copies_asked += 1
                uid = f"p-{self._copies_asked}"
                request = {"id": uid, "tone": mark(COPIES_FROM + self._copies_asked, 0),
                           "product": {"sku": uid, "name": "Kettle"}, "language": "en"}
                value = json.dumps(request).encode()
                self._producer.produce(
                    self._topics["copy.requests"], value, uid.encode(), headers=self._identity(uid),
                    on_delivery=self._taken(self._sent, value, uid=uid, key=uid),
                )

    def send_raw(self, value, key=b"c-raw", headers=None, partition=None):
        """A record that is no question; the checker expects its dead letter."""
        with self._feeding:
            uid = f"raw-{self.made}"
            self.made += 1
            place = {} if partition is None else {"partition": partition}
            self._producer.produce(
                self._topics["messages"], value, key, headers=headers or [], **place,
                on_delivery=self._taken(self._sent, value, uid=uid, key=key.decode()),
            )

    @contextlib.contextmanager
    def going(self, rate):
        """Feeds `rate` questions a second while the block runs."""
        self._is_done.clear()
        thread = threading.Thread(target=self._feed, args=(rate,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._is_done.set()
            thread.join()

    @contextlib.contextmanager
    def resting(self):
        """Nothing is fed while the block runs."""
        self._is_resting.set()
        try:
            yield
        finally:
            self._is_resting.clear()

    def text_of(self, conversation):
        """What the next question of this conversation will hold and no other."""
        return mark(conversation, self._turns[conversation])

    def turns_of(self, conversation):
        """How many questions it has asked."""
        return self._turns[conversation]

    @staticmethod
    def text_at(conversation, turn):
        """What that question holds and no other."""
        return mark(conversation, turn)

    def refresh(self):
        """A producer that knows the partitions of now."""
        with self._feeding:
            self.flush()
            self._producer = Producer(self._settings)

    def flush(self):
        left = self._producer.flush(FLUSH_S)
        assert left == 0, f"{left} questions were not taken by Kafka in {FLUSH_S} s"

    def _feed(self, rate):
        began, fed = time.monotonic(), 0
        while not self._is_done.wait(0.02) and self.made < EVENTS_MAX:
            due = int((time.monotonic() - began) * rate)
            if not self._is_resting.is_set():
                self.send(due - fed)
            fed = due

    def _move_order(self):
        buyer, event = self.orders.next()
        value, key = json.dumps(event | self._tenant(buyer)).encode(), event["customer_id"]
        self._producer.produce(
            self._topics["orders"], value, key.encode(),
            on_delivery=self._taken(
                self._orders_sent, value, uid=event["id"], key=key, customer=key,
                seq=event["seq"], expect=EXPECT_NONE, order=event["order_id"],
                state=orders.state_after(event)),
        )

    def _ask(self, conversation, phrase=None):
        turn = self._turns[conversation]
        self._turns[conversation] += 1
        uid = f"m-{conversation}-{turn}"
        message = {
            "id": uid,
            "conversation_id": f"c-{conversation}",
            "customer_id": f"k-{conversation}",
            "seq": turn,
            "text": (phrase or self._draw.choice(self.phrases)).format(mark(conversation, turn)),
        }
        value = json.dumps(message | self._tenant(conversation)).encode()
        key = message["conversation_id"]
        self.made += 1
        self.sent_at[uid] = time.monotonic()
        self._producer.produce(
            self._topics["messages"], value, key.encode(), headers=self._identity(uid),
            on_delivery=self._taken(
                self._sent, value, uid=uid, key=key, conversation=key,
                customer=message["customer_id"], seq=turn, text=message["text"]),
        )

    def _tenant(self, conversation):
        tenant = self.tenant_of(conversation)
        return {"tenant": tenant} if tenant else {}

    @staticmethod
    def _identity(uid):
        """A CloudEvent's: a copy that the producer made when a broker went is the same event."""
        return {"ce_specversion": "1.0", "ce_id": uid, "ce_source": "/fault/load",
                "ce_type": "com.example.shop.message", "content-type": "application/json"}

    def _taken(self, kept, value, **known):
        def on_delivery(error, record):
            if error is not None:
                return
            sent = Sent(topic=record.topic(), partition=record.partition(),
                        offset=record.offset(), sha256=digest(value), **known)
            with self._lock:
                kept.append(sent)
        return on_delivery
