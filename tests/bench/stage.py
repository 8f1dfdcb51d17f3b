"""The services of a run, and a worker on them that can be measured."""

import collections
import contextlib
import json
import os
import subprocess
import time
from pathlib import Path

from confluent_kafka import Consumer, Producer, TopicPartition

from tests.bench import gauge
from tests.flow.worker import PARTITIONS, WAIT_S, Worker
from tests.services import places
from tests.services.child import Child, ServiceError, wait_until
from tests.services.kafka import Kafka
from tests.services.ports import Ports
from tests.services.redis import Redis

OUT = Path(os.environ.get("DESKHAND", places.BUILD / "release/deskhand")).parent
POLL_S = 0.05
SMALL = 0.1  # below this size one round shows that it runs
TEXTS = 1_000  # distinct ones of text_of()
READY_S = 180
RUN_S = 300
THINGS = ("lamp", "chair", "desk", "shelf", "rug", "clock", "mirror", "bench", "sofa", "stool")
COLOURS = ("blue", "red", "green", "white", "black", "brown", "grey", "pink", "yellow", "gold")
ROOMS = ("kitchen", "hall", "garden", "office", "cellar", "bedroom", "attic", "garage", "porch",
         "studio")


class DelayModel:
    """delay_model_bench as a service."""

    def __init__(self, delay_ms):
        self._ports = Ports()
        self._port = self._ports.reserve()
        directory = places.service_dir("delay-model")
        said = directory / "said"
        self._child = Child(
            "delay model", [OUT / "tests/bench/delay_model_bench", self._port, delay_ms],
            directory / "server.log", out_path=said,
        )
        wait_until(lambda: said.read_text(), READY_S, "the delay model", child=self._child)

    @property
    def url(self):
        return f"http://127.0.0.1:{self._port}"

    def close(self):
        self._child.kill()
        self._ports.close()


class Stage(contextlib.ExitStack):
    """Kafka and Redis, and workers that live as long as the stage."""

    def __init__(self):
        super().__init__()
        self.kafka = self.enter_context(Kafka(heap_mb=512))
        self.redis = self.enter_context(Redis())
        self.directory = places.service_dir("bench")
        self.seal_key = self.directory / "seal.key"
        self.seal_key.write_bytes(b"a key that only measurements use")

    def model(self, delay_ms):
        made = DelayModel(delay_ms)
        self.callback(made.close)
        return made

    def worker(self, name, model):
        made = Measured((self.kafka, self.redis, model), self.directory / f"{name}.log")
        made.seal_key = self.seal_key
        self.callback(made.close)
        return made


class Measured(Worker):
    """A worker with what it used."""

    def settings(self, **more):
        return super().settings(**({"seal__key__file": str(self.seal_key)} | more))

    def settled(self, outcome=None):
        """Turns that are settled, or None while it does not serve yet."""
        wanted = f'outcome="{outcome}"' if outcome else ""
        try:
            series = self.series()
        except OSError:
            return None
        return sum(value for name, value in series.items()
                   if name.startswith("deskhand_turns_total") and wanted in name)

    def wait_settled(self, count):
        """The times (monotonic) and counts that were seen on the way to `count`."""
        seen = []

        def is_done():
            if self.child.poll() is not None:
                raise ServiceError(f"the worker has ended; its log: {self.log}")
            settled = self.settled()
            if settled is not None:
                seen.append((time.monotonic(), settled))
            return settled is not None and settled >= count

        wait_until(is_done, RUN_S, f"{count} settled turns", every_s=POLL_S)
        return seen

    def histogram(self, name, label=""):
        """(upper bound in seconds, samples up to it) of a histogram with that label, in order."""
        found = []
        for series, value in self.series().items():
            if series.startswith(f"{name}_bucket") and label in series:
                found.append((float(series.split('le="')[1].split('"')[0]), value))
        return sorted(found)

    def hits(self):
        """Answers that came from the cache."""
        return self.series()['deskhand_cache_lookups_total{result="hit"}']

    def used(self):
        return gauge.cpu_s(self.child.pid), gauge.peak_mb(self.child.pid)


def rate(seen):
    """Turns a second between the first and the last tenth, where it runs at full speed."""
    total = seen[-1][1]
    middle = [(at, count) for at, count in seen if total * 0.1 <= count < total * 0.95]
    if len(middle) < 2:
        middle = [seen[0], seen[-1]]
    return (middle[-1][1] - middle[0][1]) / (middle[-1][0] - middle[0][0])


def text_of(number):
    """One of a thousand questions; none concerns an order or a product of the catalogue."""
    hundreds, tens, ones = number // 100 % 10, number // 10 % 10, number % 10
    return f"Which wood suits a {COLOURS[hundreds]} {THINGS[tens]} in the {ROOMS[ones]} best?"


def distinct(worker):
    """Questions of which no other worker of the stage has one."""
    name = worker.name.translate(str.maketrans("0123456789", "ghijklmnop"))
    return lambda number: f"{text_of(number)} No {number} of {name}."


def send(worker, count, conversations, text, *, first=0, per_s=0):
    """`count` messages in turns to the conversations; text(number) is what they say."""
    send_to(worker, [number % conversations for number in range(count)], text, first, per_s)


def send_to(worker, conversations, text, first=0, per_s=0):
    """A message for each of `conversations`, numbered from `first`; at most `per_s` a second."""
    producer = Producer(worker.kafka.client_settings(
        partitioner="murmur2_random", enable__idempotence="true", linger__ms="1" if per_s else "20",
        queue__buffering__max__messages="200000"))
    seqs = collections.Counter()
    begun = time.monotonic()
    for number, which in enumerate(conversations, first):
        conversation = f"conversation-{which:05d}"
        message = {
            "id": f"message-{number:08d}",
            "conversation_id": conversation,
            "customer_id": f"customer-{which:05d}",
            "seq": number if first else seqs[which],
            "language": "en",
            "text": text(number),
        }
        seqs[which] += 1
        producer.produce(
            worker.topics["messages"], json.dumps(message).encode(), conversation.encode()
        )
        if per_s:
            time.sleep(max(0.0, begun + (number - first) / per_s - time.monotonic()))
        if number % 1000 == 0:
            producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def warm(worker, conversations):
    """Every text answered once, so that its answer is in the cache."""
    worker.start(store__timeout__ms="10000")
    send(worker, TEXTS, conversations, text_of)
    worker.wait_settled(TEXTS)
    assert worker.end() == 0


class reader(contextlib.AbstractContextManager):
    """What comes into a topic of a worker, as soon as a read_committed reader has it."""

    def __init__(self, worker, key):
        self._consumer = Consumer(worker.kafka.client_settings(
            group__id="reader", isolation__level="read_committed", fetch__queue__backoff__ms="1",
            fetch__wait__max__ms="500"))
        self._consumer.assign([TopicPartition(worker.topics[key], n, 0)
                               for n in range(PARTITIONS)])
        self._consumer.poll(0)

    def next(self):
        deadline = time.monotonic() + WAIT_S
        while time.monotonic() < deadline:
            record = self._consumer.poll(1.0)
            if record is not None and not record.error():
                return record
        raise ServiceError(f"no record within {WAIT_S} s")

    def __exit__(self, *_):
        self._consumer.close()


def quantile(histogram, wanted):
    """Seconds that `wanted` of the samples stay below, linear within the bucket."""
    total = histogram[-1][1]
    low_s, below = 0.0, 0.0
    for high_s, count in histogram:
        if count >= wanted * total and count > below:
            if high_s == float("inf"):
                return low_s
            return low_s + (high_s - low_s) * (wanted * total - below) / (count - below)
        low_s, below = high_s, count
    return low_s


def share_within(histogram, bound_s):
    """The share of samples of at most `bound_s`, which is a bound of the histogram."""
    total = histogram[-1][1]
    return dict(histogram)[bound_s] / total if total else 0.0


def rank(values, wanted):
    """The value that `wanted` of them do not exceed."""
    return sorted(values)[min(int(len(values) * wanted), len(values) - 1)]


def program(name, *arguments):
    """Runs one of the C programs and gives back what it printed."""
    done = subprocess.run(
        [OUT / "tests/bench" / name, *map(str, arguments)], capture_output=True, text=True,
        timeout=RUN_S,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} failed: {done.stderr}")
    return json.loads(done.stdout)
