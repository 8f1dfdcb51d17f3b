"""Three brokers behind proxies, Redis, a model, workers: what the scenarios are staged on."""

import collections
import contextlib
import os
import pathlib
import random
import signal
import statistics
import subprocess
import threading
import time
import uuid

from confluent_kafka import KafkaException

from tests.checker import rules
from tests.checker.evidence import placed
from tests.checker.offsets import NotAnswered
from tests.checker.probe import probe
from tests.checker.reader import LiveReader, OpenTransaction, Reader
from tests.fault import orders
from tests.fault.load import Load
from tests.fault.scenario import times_at
from tests.services import places
from tests.services.child import Child, ServiceError, wait_until
from tests.services.deskhand import KINDS, Listening, arguments
from tests.services.fake_model import FakeModel
from tests.services.kafka import Kafka
from tests.services.ports import Ports
from tests.services.proxy import CLEAR, Proxy
from tests.services.redis import Redis

PROGRAM = places.ROOT / "build/faults/deskhand"
PARTITIONS = 12
# What nothing is sent to has one partition: assignors count partitions of all topics alike, and a worker
# with twelve idle ones would have no work.
IDLE_INPUTS = ("catalog", "knowledge", "handbacks",
               "recommendation.requests", "feedback")
FED_INPUTS = {"messages": PARTITIONS, "orders": 4, "copy.requests": 2}
INPUTS = (*FED_INPUTS, *IDLE_INPUTS)
BUSY_OUTPUTS = ("answers", "conversations")
OTHER_PARTITIONS = 4  # of what is written beside those: each one more costs brokers in each commit
READY_S = 120
STALL_S = 90
TOLD_S = 10  # a fault is to be seen from outside within this (I9)
SETTLE_S = 60
PROBE_EVERY_S = 3
CHECKED_MAX = 30_000  # outputs; beyond that the probe of a running load would cost too much
IN_FLIGHT = "in flight"  # a call may be repeated if nobody can have noted its answer
SEAL_KEY = str(pathlib.Path(__file__).with_name("seal.key"))


class Place:
    """The services, with a proxy before each: started once for many runs."""

    def __init__(self, brokers=3, seed=0, broker_settings=None, *, is_secured=False,
                 features=None):
        self._stack = contextlib.ExitStack()
        self._draw = random.Random(seed)
        self._brokers = 1 if is_secured else brokers
        self._is_secured = is_secured
        self._broker_settings = broker_settings or {}
        self._features = features
        self.broker_proxies = {}

    def __enter__(self):
        enter = self._stack.enter_context
        with contextlib.ExitStack() as undo:
            undo.callback(self._stack.close)
            self.kafka = enter(Kafka(
                self._brokers, advertised=self._broker_proxy, settings=self._broker_settings,
                secure=self._is_secured, features=self._features))
            self.redis = enter(Redis(tls=self._is_secured))
            self.model = enter(FakeModel())
            self.redis_proxy = enter(Proxy(self.redis.port, draw=self._draw))
            self.model_proxy = enter(Proxy(int(self.model.url.rsplit(":", 1)[1]), draw=self._draw))
            undo.pop_all()
        return self

    def __exit__(self, *_):
        self._stack.close()

    def calm(self):
        """Everything up, every wire clear, as if nothing had happened."""
        for proxy in (*self.broker_proxies.values(), self.redis_proxy, self.model_proxy):
            proxy.set(CLEAR)
            proxy.hold(None)
        for broker in self.kafka.brokers:
            broker.resume()
            if not broker.is_running():
                self.kafka.restart(broker)
        self.redis.resume()
        if not self.redis.is_running():
            self.redis.restart()
        self.redis.flushall()
        self.model.reset()

    def broker_behind(self, proxy):
        node = next(node for node, one in self.broker_proxies.items() if one is proxy)
        return next(broker for broker in self.kafka.brokers if broker.node == node)

    def _broker_proxy(self, node, port):
        if node not in self.broker_proxies:
            proxy = Proxy(port, speaks_kafka=True, draw=self._draw)
            self.broker_proxies[node] = self._stack.enter_context(proxy)
        return self.broker_proxies[node].port


class Worker(Listening):
    """One `deskhand run` of the build with crash points. Started and ended any number of times."""

    def __init__(self, run, name):
        self._run = run
        self.name = name
        self.log = run.directory / f"{name}.log"
        self.settings = {}
        self.env = {}
        self._ports = Ports()
        self.listen = f"127.0.0.1:{self._ports.reserve()}"
        self.limits = {}
        self.under = []  # a command that runs it
        self.log_to = None
        self.child = None
        self.ends = []

    def start(self, *, crash_at=None, stop_at=None, wait=True):
        settings = self._run.settings | {"worker.id": self.name, "http.listen": self.listen}
        settings |= self.settings
        settings = {name: value.replace("{worker}", self.name)
                    for name, value in settings.items() if value is not None}
        env = os.environ | {"DESKHAND_TEST_LOWER": ",".join(self._run.lowered)} | self.env
        if crash_at:
            env["DESKHAND_TEST_CRASH_AT"] = crash_at
        if stop_at:
            env["DESKHAND_TEST_STOP_AT"] = stop_at
        command = [*self.under, *self._limiter(), PROGRAM, "run", *arguments(settings)]
        self.child = Child(f"worker {self.name}", command, self.log_to or self.log, env=env)
        if wait:
            self.wait_ready()
        return self

    def is_running(self):
        return self.child is not None and self.child.is_running()

    def wait_ready(self, timeout_s=READY_S):
        wait_until(self.is_ready, timeout_s, f"{self.name} to be ready", child=self.child)

    def is_ready(self):
        with contextlib.suppress(OSError):
            return self.readiness() == ""
        return False

    def kill(self):
        self.ends.append(self.child.kill())
        self._run.allow_repeats()

    def stop(self, timeout_s=60):
        """SIGTERM; the exit code, which belongs to the verdict."""
        self.end()
        code = self.child.wait(timeout_s)
        self.ends.append(code)
        return code

    def end(self):
        """SIGTERM, and nothing else."""
        self.child.signal(signal.SIGTERM)

    def wait_end(self, timeout_s=READY_S):
        self.ends.append(self.child.wait(timeout_s))
        self._run.allow_repeats()
        return self.ends[-1]

    def pause(self):
        self.child.pause()
        self._run.allow_repeats(is_still=True)

    def wait_pause(self):
        """Until it has come to the point where it was told to stand still."""
        self.child.wait_pause(READY_S)
        self._run.allow_repeats(is_still=True)

    def resume(self):
        self.child.resume()

    def cpu_s(self):
        """Seconds of processor that it has used, by thread (name and number)."""
        used = collections.Counter()
        for task in pathlib.Path(f"/proc/{self.child.pid}/task").glob("*"):
            with contextlib.suppress(OSError):
                head, tail = (task / "stat").read_text().rsplit(")", 1)
                fields, name = tail.split(), head.split("(", 1)[1]
                used[f"{name} {task.name}"] = (
                    (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"))
        return used

    def told(self, words):
        """True if the log holds `words`."""
        return self.log.exists() and words in self.log.read_text(errors="replace")

    def metric(self, name, label=""):
        """The sum over the labels of one metric, or those that hold `label`; 0 when the worker
        does not answer."""
        with contextlib.suppress(OSError):
            return sum(value for series, value in self.series().items()
                       if series.split("{")[0] == name and label in series)
        return 0.0

    def rss_mb(self):
        return self._status_kb("VmRSS") // 1024

    def _status_kb(self, field):
        with contextlib.suppress(OSError), open(f"/proc/{self.child.pid}/status") as status:
            found = [line for line in status if line.startswith(field)]
            return int(found[0].split()[1]) if found else 0
        return 0

    def squeeze(self):
        """From now on it gets no more memory than it has."""
        self._limit_data(self._status_kb("VmData") * 1024)

    def release(self):
        self._limit_data("unlimited")

    def _limit_data(self, most):
        subprocess.run(["prlimit", f"--pid={self.child.pid}", f"--data={most}:"], check=False)

    def _limiter(self):
        return ["prlimit", *(f"--{name}={value}" for name, value in self.limits.items())] \
            if self.limits else []

    def close(self):
        if self.is_running():
            self.child.kill()
        self._ports.close()


class Run:
    """One staging of one scenario, with topics and a group of its own."""

    def __init__(self, place, seed, *, settings=None, lowered=(), knobs=None, scale=0,
                 conversations=200):
        self.place = place
        self.kafka, self.redis, self.model = place.kafka, place.redis, place.model
        self.seed = seed
        self.draw = random.Random(seed)
        self.scale = scale
        self.lowered = tuple(lowered)
        self.name = uuid.uuid4().hex[:8]
        self.directory = places.service_dir(f"fault-{self.name}")
        self.topics = {key: f"f-{self.name}-{key}" for key in (*INPUTS, *KINDS)}
        self.settings = self._settings()
        self.limits = {"repeats_max": None, "overlaps_max": None, "fallbacks_max": 0,
                       "has_memos": True, "may_buyers_ask": True}
        self.workers = []
        self.figures = {}
        self.memory = {}
        self.skipped = ""
        self._knobs = knobs or {}
        self._asked = settings or {}
        self._found = []
        self._next = 0
        self.round = 0  # the number of this staging of the fault
        self._conversations = conversations
        self._probed = []
        self._copies = []
        self._repeats_allowed = 0

    def __enter__(self):
        self.place.calm()
        self.model.behave(delay_ms=[20, 200])
        self.kafka.create_topics({self.topics[key]: FED_INPUTS.get(key, 1) for key in INPUTS})
        self.kafka.create_topics({self.topics[key]: PARTITIONS if key in BUSY_OUTPUTS
                                  else OTHER_PARTITIONS for key in KINDS},
                                 message__timestamp__type="LogAppendTime")  # as `topics --create`
        self.load = Load(
            self.kafka.client_settings(), self.topics,
            draw=random.Random(f"{self.seed}/load"),  # its pace must not change the schedule
            conversations=self._conversations,
        )
        self.settings |= self._asked(self) if callable(self._asked) else self._asked
        kinds = {self.topics[key]: kind for key, kind in KINDS.items()}
        self.reader = Reader(self.kafka.client_settings(), kinds)
        self.live = LiveReader(self.reader).start()
        self._is_over = threading.Event()
        self._prober = threading.Thread(target=self._probe, daemon=True)
        self._prober.start()
        return self

    def __exit__(self, *_):
        self._is_over.set()
        for worker in self.workers:
            worker.close()
        self._prober.join()
        self.live.stop()
        self.place.calm()
        with contextlib.suppress(TimeoutError, KafkaException):  # what is left is in nobody's way
            self.kafka.delete_topics(self.topics.values())

    def times(self, short, full):
        """How often a scenario does its fault: `full` at scale 1."""
        return times_at(self.scale, short, full)

    def start(self, count):
        """`count` more workers, all ready."""
        new = [Worker(self, f"w{len(self.workers) + n}") for n in range(count)]
        self.workers += new
        for worker in new:
            worker.start(wait=False)
        for worker in new:
            worker.wait_ready()
        return new

    def wait_answers(self, count, timeout_s=STALL_S):
        """Until `count` more outcomes are visible than now: the work really goes on."""
        goal = self.live.count() + count
        wait_until(lambda: self.live.count() >= goal, timeout_s, f"{count} more outcomes")

    def allow_repeats(self, is_still=False):
        """A worker has just died, or stands still: it can have noted no answer that came so late.
        What was on its way to one that died is counted by the model, exactly."""
        flight = self.model.flight()
        self._repeats_allowed += flight["answered_lately"] + is_still * flight["in_flight"]

    def cut_model(self):
        """Every connection to the model, and the answers that are in them."""
        self.place.model_proxy.cut()
        self.allow_repeats()

    def at_scale(self, short, full):
        """A number between `short` at scale 0 and `full` at 1."""
        return short + (full - short) * self.scale

    def knob(self, name, value):
        """What the fault asks for, unless the control turns this knob."""
        return self._knobs.get(name, value)

    def next_worker(self):
        """Each worker in turn."""
        self._next += 1
        return self.workers[self._next % len(self.workers)]

    def revive(self):
        """Every worker that was left dead runs again, all wires are clear."""
        self.hold(None)
        dead = [worker for worker in self.workers if not worker.is_running()]
        for worker in dead:
            worker.start(wait=False)
        for worker in dead:
            worker.wait_ready()

    def hold(self, held):
        """All brokers' proxies keep what `held` wants; None: nothing, and the wires are clear."""
        for proxy in self.place.broker_proxies.values():
            proxy.hold(held)
            if held is None and proxy.is_stormy():
                proxy.cut()
                proxy.set(CLEAR)

    def deliver(self, held):
        """What was kept, now."""
        next(iter(self.place.broker_proxies.values())).deliver(held)

    def brokers_weather(self, weather=CLEAR):
        for proxy in self.place.broker_proxies.values():
            proxy.set(weather)

    def expect(self, is_so, invariant, detail):
        """A demand of the scenario's own."""
        if not is_so:
            self._found.append((invariant, detail))

    def expect_told(self, is_so, what):
        """I9: within ten seconds from now it is told, whichever way `is_so` looks at."""
        try:
            wait_until(is_so, TOLD_S, what, every_s=0.2)
        except ServiceError:
            self.expect(False, "I9", f"not told in {TOLD_S} s: {what}")

    def count(self, name, is_so=True):
        """A figure for the result."""
        self.figures[name] = self.figures.get(name, 0) + bool(is_so)

    def note(self, name, value):
        """One more of a list of figures."""
        self.figures.setdefault(name, []).append(value)

    def skip(self, why):
        self.skipped = why

    def rebalances(self):
        return sum(worker.metric("deskhand_rebalances_total") for worker in self.workers)

    def retries(self):
        return sum(worker.metric("deskhand_retries_total") for worker in self.workers)

    def wait_steady(self, for_s=4):
        """Until the group has not moved for a while."""
        until, last = time.monotonic() + for_s, None
        deadline = time.monotonic() + STALL_S
        while time.monotonic() < min(until, deadline):
            if self.rebalances() != last:
                last, until = self.rebalances(), time.monotonic() + for_s
            time.sleep(0.2)

    def wait_any_end(self, workers, timeout_s=STALL_S):
        """The first of `workers` that ends by itself, None when none does in time."""
        try:
            wait_until(lambda: not all(one.is_running() for one in workers), timeout_s, "an end")
        except ServiceError:
            return None
        ended = next(one for one in workers if not one.is_running())
        ended.wait_end()
        return ended

    def pass_time(self, seconds):
        """A part of the schedule, drawn from the seed or fixed; no verdict hangs on it."""
        time.sleep(seconds)

    def finish(self):
        """Waits until all is settled or nothing moves any more, stops the workers, and judges."""
        self.load.flush()
        self._wait_settled()
        states = self._look_at_orders()
        self._is_over.set()
        self._prober.join()
        calls = self.model.calls()
        codes = [worker.stop() for worker in self.workers if worker.is_running()]
        evidence = self.reader.evidence(
            self._taken(), self.kafka_group, self._fed_topics(),
            live=[one.position for one in self.live.outputs()], calls=calls, orders=states,
        )
        report = rules.check(evidence, self._limits(calls))
        for violation in self._probed:
            report.add(violation.invariant, f"{violation.name} (while running)", violation.detail)
        for code in codes:
            if code != 0:
                report.add("exit", "code", f"a worker ended with {code} after SIGTERM")
        for invariant, detail in self._found:
            report.add(invariant, "scenario", detail)
        report.figures |= self._latency() | self.figures
        report.skipped = self.skipped
        if not report.is_clean:
            evidence.save(self.directory / "evidence")
        return report

    def _limits(self, calls):
        """Of repeated calls those are allowed whose first answer nobody can have noted: it was not
        given, was no good one, or came when its worker died."""
        limits = {name: value for name, value in self.limits.items()
                  if name not in ("has_memos", "may_buyers_ask")}
        if limits["repeats_max"] == IN_FLIGHT:
            allowed = self._repeats_allowed + calls["cut"] + calls["spoiled"]
            self.figures["repeats allowed"] = limits["repeats_max"] = allowed
        return rules.Limits(**limits)

    @property
    def kafka_group(self):
        return self.settings["kafka.group.id"]

    def _settings(self):
        redis_port, model_port = self.place.redis_proxy.port, self.place.model_proxy.port
        return {
            "kafka.bootstrap.servers": self.kafka.bootstrap,
            "kafka.group.id": f"g-{self.name}",
            "kafka.consumer.session.timeout.ms": "6000",
            "store.url": f"redis://127.0.0.1:{redis_port}",
            "store.timeout.ms": "10000",  # a busy machine is no reason to pay twice
            "seal.key.file": SEAL_KEY,
            "model.kind": "openai",
            "model.url": f"http://127.0.0.1:{model_port}",
            "model.name": "fake",
            "history.turns": "0",
            "start.timeout.ms": "120000",
        } | {f"topic.{key}": topic for key, topic in self.topics.items()}

    def find_copies(self):
        """Notes the copies of records that their producer made without being told: before records
        are deleted, and at the end."""
        reader = Reader(self.kafka.client_settings(), dict.fromkeys(self._fed_topics(), "input"))
        records = reader.read_all()
        sent = self._sent() + self._copies
        told = {one.position for one in sent}
        self._copies += [one for one in placed(sent, records) if one.position not in told]

    def _taken(self):
        """Each record of the load that there is, or was."""
        self.find_copies()
        sent = self._sent()
        taken = [one for one in sent if one.offset is not None] + self._copies
        if len(taken) > len(sent):
            self.figures["copies made by the load's producer"] = len(taken) - len(sent)
        return taken

    def _sent(self):
        return self.load.sent() + self.load.orders_sent()

    def _fed_topics(self):
        return [self.topics[key] for key in FED_INPUTS]

    def _look_at_orders(self):
        """What the model is told of each buyer's last order when it is asked about: what is stored."""
        is_kept = self.limits["has_memos"] and self.settings["store.url"] != "memory:"
        if not is_kept or not self.limits["may_buyers_ask"]:
            return None
        self.model.behave(delay_ms=[20, 200])
        asked = self.load.ask_about_orders()
        self.load.flush()
        self._wait_settled()
        told = orders.told(self.model.requests())
        return {order: told.get(order) for order in asked}

    def _wait_settled(self):
        goal, last, moved_at = len(self.load.sent()), -1, time.monotonic()
        while time.monotonic() - moved_at < STALL_S:
            count = self.live.count()
            if count >= goal:
                break
            if count != last:
                last, moved_at = count, time.monotonic()
            time.sleep(0.1)
        with contextlib.suppress(ServiceError):  # the checker says what is left
            wait_until(self._has_no_lag, SETTLE_S, "the last commit", every_s=0.3)

    def _has_no_lag(self):
        return not self.reader.progress(self.kafka_group, self._fed_topics()).has_lag

    def _probe(self):
        while not self._is_over.wait(PROBE_EVERY_S) and self.live.count() < CHECKED_MAX:
            placed_ones = [one for one in self.load.sent() if one.offset is not None]
            with contextlib.suppress(KafkaException, TimeoutError, OpenTransaction, NotAnswered):
                self._probed += probe(
                    placed_ones, self.reader, self.live, self.kafka_group, self._fed_topics(),
                )[:5]

    def _latency(self):
        seen = {}
        for output, at in self.live.seen():
            if output.kind == "answer":
                seen.setdefault(output.body()["in_reply_to"], at)
        took = sorted(at - self.load.sent_at[uid] for uid, at in seen.items()
                      if uid in self.load.sent_at)
        if not took:
            return {}
        return {
            "median wait s": round(statistics.median(took), 2),
            "p99 wait s": round(took[int(len(took) * 0.99)], 2),
            "longest wait s": round(took[-1], 2),
        }
