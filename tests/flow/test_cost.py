"""What bounds the model's bill, with real Redis and several workers: one call for equal questions."""

import json
import signal
import time

import pytest
from confluent_kafka import Producer

from tests.flow.worker import FAULTS_PROGRAM, PARTITIONS, WAIT_S, check_once_and_in_order
from tests.services.child import wait_until
from tests.services.wall_clock import WallClock

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files

DAY_S = 86400
EQUAL = 1000
LIMIT = 200  # of a budget
PODS_MAX = 4
OFF = ("orders", "copy__requests", "handbacks", "recommendation__requests", "feedback")


@pytest.fixture(autouse=True)
def noon(worker, tmp_path):
    """No day ends under a test: for its workers it has just been noon, to the minute."""
    clock = WallClock(tmp_path)
    clock.jump_to(-((int(time.time()) - DAY_S // 2) % DAY_S // 60 * 60))
    worker.env = clock.env


def owned(member):
    return member.metric("deskhand_partitions")


@pytest.fixture
def team(worker, tmp_path):
    """Starts workers of one group, with one seal key, and ends them all. Each owns as many
    partitions of messages: there are no others. Slow is not away, on a crowded machine."""
    key = tmp_path / "seal.key"
    key.write_text(f"a secret of the workers of {worker.name}")
    members = []

    def start(count, **settings):
        members.extend([worker] + [worker.twin(f"w{number}") for number in range(1, count)])
        for member in members:
            member.launch(seal__key__file=str(key), store__timeout__ms="5000",
                          **{f"topic__{name}": "" for name in OFF}, **settings)
        for member in members:
            member.wait_ready()
        wait_until(lambda: [owned(member) for member in members] == [PARTITIONS / count] * count,
                   WAIT_S, "an equal share each")
        return members

    yield start
    for member in members[1:]:
        member.close()


def asks(member):
    return member.metric("deskhand_model_calls_inflight") > 0


def send(worker, count, text, tenant=None, first=0):
    """As many conversations, one question each; `text` may have the number of the question."""
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    of = f"{tenant or ''}{{}}"
    for number in map(of.format, range(first, first + count)):
        message = {"id": f"m{number}", "conversation_id": f"c{number}", "customer_id": f"u{number}",
                   "seq": 0, "text": text.format(number)} | ({"tenant": tenant} if tenant else {})
        producer.produce(worker.topics["messages"], json.dumps(message).encode(),
                         f"c{number}".encode())
        producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def calls(worker):
    return worker.model.calls()["total"]


def ask_equal(worker, team, delay_ms=1500):
    worker.model.behave(delay_ms=delay_ms)
    members = team(4)
    send(worker, EQUAL, "hello")
    check_once_and_in_order(worker.read("answers", EQUAL), EQUAL)
    audits = [json.loads(record.value()) for record in worker.read("audit", EQUAL)]
    assert sum(audit.get("calls", 0) for audit in audits) == calls(worker)
    assert [member.end() for member in members] == [0] * 4
    return calls(worker)


def test_equal_questions_in_four_workers_cost_one_call(worker, team):
    """It takes longer than the lock's lease of 5 s, which is renewed."""
    assert ask_equal(worker, team, delay_ms=8000) == 1


def test_with_the_lock_lowered_equal_questions_cost_more(worker, team):
    """The control of the one before."""
    worker.program = FAULTS_PROGRAM
    worker.lowered = "flight-lock"
    assert ask_equal(worker, team) > 1


def test_what_a_killed_worker_was_asking_for_all_is_asked_a_lease_later(worker, team):
    """The call of the first one hangs, and would for five minutes."""
    worker.model.behave(rules=[{"match": {"nth": 1}, "hang": True}])
    members = team(2, model__timeout__ms="300000")
    send(worker, 4 * PARTITIONS, "hello")
    wait_until(lambda: [member for member in members if asks(member)], WAIT_S, "the call")
    [asker] = [member for member in members if asks(member)]
    asker.end(signal.SIGKILL)
    check_once_and_in_order(worker.read("answers", 4 * PARTITIONS), 4 * PARTITIONS)
    assert calls(worker) == 2


def spend(worker, team, **settings):
    """Asks two workers three times as much as the budget of a day allows; the calls of each.
    A database of Redis has one budget, whoever counts in it."""
    worker.model.behave(delay_ms=20)
    members = team(2, budget__requests__day=str(LIMIT), budget__exhausted="refuse",
                   budget__pods__max=str(PODS_MAX), cache__enabled="false",
                   **{"store__url": f"{worker.redis.url}/1"} | settings)
    send(worker, 3 * LIMIT, "does wood of the {} need oil?")
    outcomes = [json.loads(record.value())["outcome"] for record in worker.read("audit", 3 * LIMIT)]
    answers = worker.read("answers", outcomes.count("answer"))
    handoffs = worker.read("handoffs", outcomes.count("handoff"))
    check_once_and_in_order(answers, len(answers))
    assert len(outcomes) == len(answers) + len(handoffs) == 3 * LIMIT
    assert {json.loads(record.value())["reason"] for record in handoffs} == {"budget"}
    assert len(answers) == calls(worker)
    made = [member.metric('deskhand_model_calls_total{backend="1",reason="ok"}')
            for member in members]
    assert sum(made) == calls(worker)
    assert [member.end() for member in members] == [0, 0]
    return made


def test_two_workers_share_one_budget(worker, team):
    made = spend(worker, team)
    assert 0.99 * LIMIT <= sum(made) <= LIMIT
    assert min(made) > 0


def test_without_a_shared_store_they_spend_it_twice(worker, team):
    """The control of the one before."""
    assert sum(spend(worker, team, store__url="memory:")) > 1.5 * LIMIT


def test_with_redis_away_each_worker_keeps_to_its_part(worker, team):
    away = f"redis://127.0.0.1:{worker.ports.reserve()}"
    assert spend(worker, team, store__url=away) == [LIMIT / PODS_MAX] * 2


TOKENS = 100  # of a call
ALL = 200 * TOKENS  # a budget of all tenants
ONE = 100 * TOKENS  # and of each
REPLY = {"text": "Thank you for writing.", "language": "en", "action": "answer", "reason": "none",
         "confidence": "high"}
COMPLETION = {"model": "fake", "usage": {"prompt_tokens": 60, "completion_tokens": TOKENS - 60},
              "choices": [{"index": 0, "finish_reason": "stop",
                           "message": {"role": "assistant", "content": json.dumps(REPLY)}}]}


class Spenders:
    """Two workers whose calls take TOKENS each, and what they did."""

    def __init__(self, worker, team, **settings):
        worker.model.behave(delay_ms=20, body=json.dumps(COMPLETION))
        self.worker, self.sent, self.begun_s = worker, 0, time.time()
        self.members = team(2, budget__exhausted="refuse", budget__pods__max=str(PODS_MAX),
                            cache__enabled="false", metrics__tenants="greedy", **settings)

    def send(self, tenant, count):
        """Waits until all so far have their outcome; gives back the tokens that all took."""
        send(self.worker, count, f"does wood of the {{}} need oil, {tenant}?", tenant, self.sent)
        self.sent += count
        wait_until(lambda: sum(self.settled()) == self.sent, WAIT_S, "an outcome for each")
        return TOKENS * calls(self.worker)

    def exhaust(self, tenant, most):
        """The same, asking on while there is room: what one worker has set aside and did not use
        while the other one was refused comes back a second later."""
        begun_s, told = time.monotonic(), self.send(tenant, 3)
        while told < 0.99 * most and time.monotonic() < begun_s + WAIT_S:
            told = self.send(tenant, 3)
        return told

    def settled(self):
        return [member.metric(f'deskhand_turns_total{{outcome="{outcome}"}}')
                for member in self.members for outcome in ("answer", "handoff")]

    def windows(self, length_s):
        """In how many it has worked so far; usually one."""
        return int(time.time() // length_s - self.begun_s // length_s) + 1


@pytest.mark.parametrize("of_all, of_each", [("day", "minute"), ("minute", "day")])
def test_two_workers_share_budgets_of_tokens(worker, team, of_all, of_each):
    """First one tenant asks for three times of what each may have, then others for the rest."""
    length_s = {"minute": 60, "day": 86400}
    spenders = Spenders(worker, team, store__url=f"{worker.redis.url}/3",
                        **{f"budget__tokens__{of_all}": str(ALL),
                           f"budget__tenant__tokens__{of_each}": str(ONE)})
    spenders.send("greedy", 3 * ONE // TOKENS)
    greedy = spenders.exhaust("greedy", ONE)
    assert 0.99 * ONE <= greedy <= 1.01 * ONE * spenders.windows(length_s[of_each])
    for tenant in ("ann", "ben", "cat"):
        spenders.send(tenant, ONE // TOKENS // 2)
    together = spenders.exhaust("dan", ALL)
    assert 0.99 * ALL <= together <= 1.01 * ALL * spenders.windows(length_s[of_all])
    told = sum(member.metric('deskhand_tenant_tokens_total{tenant="greedy",direction="in"}')
               for member in spenders.members)
    assert told == 0.6 * greedy
    assert [member.end() for member in spenders.members] == [0, 0]


def test_with_redis_away_each_worker_keeps_to_its_part_of_the_tokens(worker, team):
    away = f"redis://127.0.0.1:{worker.ports.reserve()}"
    spenders = Spenders(worker, team, store__url=away, budget__tokens__day=str(ALL))
    spenders.send("greedy", 3 * ALL // TOKENS)
    made = [member.metric('deskhand_model_calls_total{backend="1",reason="ok"}')
            for member in spenders.members]
    assert all(0.98 * ALL / PODS_MAX <= TOKENS * own <= ALL / PODS_MAX for own in made), made
    assert [member.end() for member in spenders.members] == [0, 0]


def test_a_used_up_budget_goes_down_the_chain_to_a_backend_that_is_free(worker):
    worker.start(store__url=f"{worker.redis.url}/2", store__timeout__ms="5000",
                 budget__requests__day="3", budget__exhausted="refuse", model__2__kind="openai",
                 model__2__url=worker.model.url, model__2__name="own", model__2__free="true")
    send(worker, 10, "does wood of the {} need oil?")
    answers = [json.loads(record.value()) for record in worker.read("answers", 10)]
    assert sorted(answer["source"] for answer in answers) == ["fallback"] * 7 + ["model"] * 3
