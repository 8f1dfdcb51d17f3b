"""The services of a run, and a worker on them that can be measured."""

import contextlib
import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path

from confluent_kafka import Producer

from tests.bench import gauge
from tests.flow.worker import WAIT_S, Worker
from tests.services import places
from tests.services.child import Child, ServiceError, wait_until
from tests.services.kafka import Kafka
from tests.services.ports import Ports
from tests.services.redis import Redis

OUT = Path(os.environ.get("DESKHAND", places.BUILD / "release/deskhand")).parent
POLL_S = 0.05
READY_S = 15
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

    def scrape(self):
        """Metrics by series: name with labels -> value."""
        url = f"http://{self.listen}/metrics"
        with urllib.request.urlopen(url, timeout=10) as answer:
            lines = answer.read().decode().splitlines()
        return {series: float(value) for series, value in
                (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}

    def settled(self, outcome=None):
        """Turns that are settled, or None while it does not serve yet."""
        wanted = f'outcome="{outcome}"' if outcome else ""
        try:
            series = self.scrape()
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

    def hits(self):
        """Answers that came from the cache."""
        return self.scrape()['deskhand_cache_lookups_total{result="hit"}']

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


def send(worker, count, conversations, text):
    """`count` messages in turns to the conversations; text(number) is what they say."""
    producer = Producer(worker.kafka.client_settings(
        partitioner="murmur2_random", linger__ms="20", queue__buffering__max__messages="200000"))
    for number in range(count):
        conversation = f"conversation-{number % conversations:05d}"
        message = {
            "id": f"message-{number:08d}",
            "conversation_id": conversation,
            "customer_id": f"customer-{number % conversations:05d}",
            "seq": number // conversations,
            "language": "en",
            "text": text(number),
        }
        producer.produce(
            worker.topics["messages"], json.dumps(message).encode(), conversation.encode()
        )
        if number % 1000 == 0:
            producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def program(name, *arguments):
    """Runs one of the C programs and gives back what it printed."""
    done = subprocess.run(
        [OUT / "tests/bench" / name, *map(str, arguments)], capture_output=True, text=True,
        timeout=RUN_S,
    )
    if done.returncode != 0:
        raise RuntimeError(f"{name} failed: {done.stderr}")
    return json.loads(done.stdout)
