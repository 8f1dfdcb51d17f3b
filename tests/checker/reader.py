"""Reads the evidence from Kafka with a client of its own: outputs, offsets, ends."""

import collections
import threading
import time

from confluent_kafka import (
    Consumer,
    IsolationLevel,
    KafkaError,
    KafkaException,
    TopicPartition,
)
from confluent_kafka.admin import AdminClient, OffsetSpec

from tests.checker import offsets
from tests.checker.evidence import Evidence, Output, Partition, Progress

CALL_S = 30
ASK_AGAIN_S = 0.2
READ_AT_ONCE = 2000
PASSING = (
    KafkaError._TRANSPORT,
    KafkaError._ALL_BROKERS_DOWN,
    KafkaError._TIMED_OUT,
    KafkaError._RESOLVE,
)
NOT_YET = (  # a broker that has not heard of a topic's leader
    KafkaError.LEADER_NOT_AVAILABLE,
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError.FENCED_LEADER_EPOCH,
    KafkaError.UNKNOWN_LEADER_EPOCH,
)


class OpenTransaction(Exception):
    """A read_committed reader does not get to the end: a transaction was left open."""


class Reader:
    """Reads the topics of `kinds` ({topic: kind}). `settings` are those of a Kafka client."""

    def __init__(self, settings, kinds):
        self._settings = settings
        self.kinds = kinds
        self._admin = AdminClient(settings)

    def ends(self, topics):
        """(topic, partition) -> high watermark. Brokers that do not know yet are asked again."""
        deadline = time.monotonic() + CALL_S
        while True:
            try:
                return self._ends(topics)
            except KafkaException as error:
                if error.args[0].code() not in NOT_YET or time.monotonic() > deadline:
                    raise
                time.sleep(ASK_AGAIN_S)

    def _ends(self, topics):
        wanted = {part: OffsetSpec.latest() for part in self._partitions(topics)}
        found = self._admin.list_offsets(
            wanted, isolation_level=IsolationLevel.READ_UNCOMMITTED, request_timeout=CALL_S
        )
        return {
            (part.topic, part.partition): future.result(CALL_S).offset
            for part, future in found.items()
        }

    def progress(self, group, inputs):
        """What `group` has committed; waits for transactions that are being decided."""
        wanted = [(part.topic, part.partition) for part in self._partitions(inputs)]
        committed = offsets.committed(self._settings["bootstrap.servers"], group, wanted, CALL_S)
        progress = Progress()
        for place, end in self.ends(inputs).items():
            progress.partitions[place] = Partition.read(*committed[place], end=end)
        return progress

    def read_all(self, timeout_s=60):
        """Every output, each told whether it is committed."""
        everything = self._read("read_uncommitted", timeout_s)
        visible = {output.position for output in self._read("read_committed", timeout_s)}
        return [
            output if output.position in visible else _uncommitted(output) for output in everything
        ]

    def evidence(self, sent, group, inputs, **more):
        """All that a verdict is made from, once the workers have ended: what they commit at their
        end counts too. `more` are further fields of Evidence."""
        return Evidence(sent, self.read_all(), progress=self.progress(group, inputs), **more)

    def consumer(self, isolation):
        """A consumer at the beginning of all output partitions, outside any group."""
        consumer = Consumer(self._settings | {
            "group.id": "checker",
            "isolation.level": isolation,
            "enable.auto.commit": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 50,  # and not at each record: brokers have enough to do
            "fetch.min.bytes": 1 << 20,
        })
        consumer.assign([
            TopicPartition(part.topic, part.partition, 0) for part in self._partitions(self.kinds)
        ])
        return consumer

    def output_of(self, message):
        return Output(
            self.kinds[message.topic()],
            message.topic(),
            message.partition(),
            message.offset(),
            message.key(),
            message.value(),
            tuple((name, value) for name, value in message.headers() or ()),
        )

    def _read(self, isolation, timeout_s):
        ends = {place: end for place, end in self.ends(self.kinds).items() if end > 0}
        outputs = []
        consumer = self.consumer(isolation)
        try:
            deadline = time.monotonic() + timeout_s
            while ends:
                for message in consumer.consume(READ_AT_ONCE, 0.2):
                    if is_end(message):
                        place = (message.topic(), message.partition())
                        if message.offset() >= ends.get(place, 0):
                            ends.pop(place, None)
                    elif not message.error():
                        outputs.append(self.output_of(message))
                if time.monotonic() > deadline:
                    raise OpenTransaction(f"{isolation}: not at the end of {sorted(ends)}")
        finally:
            consumer.close()
        return outputs

    def _partitions(self, topics):
        """All partitions of `topics`; a broker may learn of a new topic a little later."""
        deadline = time.monotonic() + CALL_S
        while True:
            listed = self._admin.list_topics(timeout=CALL_S).topics
            missing = [topic for topic in topics if topic not in listed]
            if not missing:
                return [TopicPartition(topic, number) for topic in topics
                        for number in listed[topic].partitions]
            if time.monotonic() > deadline:
                raise KafkaException(f"no topic {', '.join(missing)}")
            time.sleep(0.05)


class LiveReader:
    """A read_committed reader that goes along with a run, on a thread of its own."""

    def __init__(self, reader):
        self._reader = reader
        self._lock = threading.Lock()
        self._outputs = []
        self._counts = collections.Counter()  # by kind: asked for again and again
        self._seen_at = []
        self._read_to = {}
        self._is_done = False
        self._failure = None
        self._thread = threading.Thread(target=self._run, daemon=True)

    def start(self):
        self._thread.start()
        return self

    def stop(self):
        self._is_done = True
        self._thread.join()
        if self._failure:
            raise self._failure

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    def outputs(self):
        with self._lock:
            return list(self._outputs)

    def seen(self):
        """Each output with the monotonic time in seconds at which it was read."""
        with self._lock:
            return list(zip(self._outputs, self._seen_at))

    def count(self, *kinds):
        """How many outputs of `kinds` (all that end an event when none is named) were seen."""
        with self._lock:
            return sum(count for kind, count in self._counts.items()
                       if (kind in kinds if kinds else kind not in ("audit", "conversation")))

    def wait_past(self, ends, timeout_s=60):
        """Until everything below `ends` was seen, or is known to be aborted."""
        deadline = time.monotonic() + timeout_s
        while True:
            with self._lock:
                behind = [place for place, end in ends.items() if self._read_to.get(place, 0) < end]
            if not behind:
                return
            if self._failure or time.monotonic() > deadline:
                raise self._failure or OpenTransaction(f"not past {behind} after {timeout_s} s")
            time.sleep(0.02)

    def _run(self):
        consumer = self._reader.consumer("read_committed")
        try:
            while not self._is_done:
                self._take(consumer.consume(READ_AT_ONCE, 0.1))
        except (KafkaException, KeyError) as error:
            self._failure = error
        finally:
            consumer.close()

    def _take(self, messages):
        ends = [message for message in messages if is_end(message)]
        outputs = [self._reader.output_of(message) for message in messages if not message.error()]
        with self._lock:
            self._outputs += outputs
            self._counts.update(output.kind for output in outputs)
            self._seen_at += [time.monotonic()] * len(outputs)
            for place, offset in [(output.position[:2], output.offset + 1) for output in outputs] + [
                ((end.topic(), end.partition()), end.offset()) for end in ends
            ]:
                self._read_to[place] = max(self._read_to.get(place, 0), offset)


def is_end(message):
    """True for the end of a partition. A broker that is away for a while is no reason to give
    up; anything else that is no record is."""
    error = message.error()
    if error is None or error.code() in PASSING:
        return False
    if error.code() == KafkaError._PARTITION_EOF:
        return True
    raise KafkaException(error)


def _uncommitted(output):
    return Output(
        output.kind, output.topic, output.partition, output.offset, output.key, output.value,
        output.headers, committed=False,
    )
