"""What bounds the model's bill, with real Redis and several workers: one call for equal questions."""

import json
import signal

import pytest
from confluent_kafka import Producer

from tests.flow.worker import FAULTS_PROGRAM, PARTITIONS, WAIT_S, check_once_and_in_order
from tests.services.child import wait_until

pytestmark = pytest.mark.untraced

EQUAL = 1000
LIMIT = 200  # of a budget
PODS_MAX = 4
OFF = ("orders", "copy__requests", "handbacks", "recommendation__requests", "feedback")


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


def send(worker, count, text):
    """As many conversations, one question each; `text` may have the number of the question."""
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    for number in range(count):
        message = {"id": f"m{number}", "conversation_id": f"c{number}", "customer_id": f"u{number}",
                   "seq": 0, "text": text.format(number)}
        producer.produce(worker.topics["messages"], json.dumps(message).encode(),
                         f"c{number}".encode())
        producer.poll(0)
    assert producer.flush(WAIT_S) == 0


def calls(worker):
    return worker.model.calls()["total"]


def ask_equal(worker, team, **settings):
    worker.model.behave(delay_ms=1500)
    members = team(4, **settings)
    send(worker, EQUAL, "hello")
    check_once_and_in_order(worker.read("answers", EQUAL), EQUAL)
    audits = [json.loads(record.value()) for record in worker.read("audit", EQUAL)]
    assert sum(audit.get("calls", 0) for audit in audits) == calls(worker)
    assert [member.end() for member in members] == [0] * 4
    return calls(worker)


def test_equal_questions_in_four_workers_cost_one_call(worker, team):
    assert ask_equal(worker, team) == 1


def test_with_the_lock_lowered_equal_questions_cost_more(worker, team):
    """The control of the one before."""
    worker.program = FAULTS_PROGRAM
    worker.lowered = "flight-lock"
    assert ask_equal(worker, team) > 1


def test_who_is_killed_while_it_asks_for_all_is_covered_by_the_locks_time(worker, team):
    """The call of the first one hangs; the second one asks when the lock has run out."""
    worker.model.behave(rules=[{"match": {"nth": 1}, "hang": True}])
    members = team(2, model__timeout__ms="6000")
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


def test_a_used_up_budget_goes_down_the_chain_to_a_backend_that_is_free(worker):
    worker.start(store__url=f"{worker.redis.url}/2", store__timeout__ms="5000",
                 budget__requests__day="3", budget__exhausted="refuse", model__2__kind="openai",
                 model__2__url=worker.model.url, model__2__name="own", model__2__free="true")
    send(worker, 10, "does wood of the {} need oil?")
    answers = [json.loads(record.value()) for record in worker.read("answers", 10)]
    assert sorted(answer["source"] for answer in answers) == ["fallback"] * 7 + ["model"] * 3
