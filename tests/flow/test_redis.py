"""Redis as it is met in the field: TLS, a Unix socket, an ACL user; away, empty, and back."""

import json
import re

import pytest
from confluent_kafka import Producer

from tests.flow.worker import WAIT_S, check_once_and_in_order
from tests.services.child import wait_until
from tests.services.redis import PASSWORD, USER, Redis

pytestmark = pytest.mark.untraced  # one thread's work: that of commits is traced in other files


@pytest.fixture(scope="module")
def guarded():
    with Redis(tls=True) as redis:
        yield redis


@pytest.fixture(scope="module")
def own():
    """A plain one that may be killed."""
    with Redis() as redis:
        yield redis


def guarded_settings(redis, tmp_path, **changes):
    """TLS and the ACL user; `changes` are what a test gets wrong."""
    secret = tmp_path / "store.password"
    secret.write_text(changes.pop("password", PASSWORD))
    return {
        "store__url": redis.url, "store__ca__file": str(redis.certs.ca_file),
        "store__user": USER, "store__password__file": str(secret),
    } | changes


def wait_store(worker, is_up):
    wait_until(lambda: worker.metric("deskhand_store_up") == is_up, WAIT_S, f"store_up {is_up}")


def status(worker):
    """The body of /readyz of a worker that is ready."""
    return worker.page("readyz")


def answers(worker, count, first=0):
    worker.send(count, 4, first)
    check_once_and_in_order(worker.read("answers", first + count), first + count)


def keys(redis):
    """How many there have been: those of earlier tests may run out of time meanwhile."""
    with redis.client() as client, client.pipeline(transaction=True) as both:
        size, stats = both.dbsize().info("stats").execute()
    return size + stats["expired_keys"]


def test_over_tls_as_an_acl_user_and_over_a_unix_socket_it_holds_what_was_paid_for(
        worker, guarded, tmp_path):
    for first, redis, settings in (
        (0, guarded, guarded_settings(guarded, tmp_path)),
        (8, worker.redis, {"store__url": worker.redis.unix_url}),
    ):
        before = keys(redis)
        worker.start(**settings)
        wait_store(worker, 1)
        answers(worker, 8, first)
        assert worker.end() == 0
        assert keys(redis) >= before + 8
    assert PASSWORD not in worker.log.read_text()


@pytest.mark.parametrize("changes, words", [
    ({"password": "wrong"}, "check store.user and store.password.file"),
    ({"store__user": "nobody"}, "check store.user and store.password.file"),
    ({"store__ca__file": ""}, "check store.ca.file and the host of store.url"),
    ({"store__url": "rediss://127.0.0.1:{port}"}, None),
    ({"store__url": "redis://localhost:{port}"}, "store.url begins with rediss://"),
])
def test_what_is_wrong_is_named_and_answers_go_on(worker, guarded, tmp_path, changes, words):
    """127.0.0.1 is a name that the certificate has: the control."""
    changes = {name: value.format(port=guarded.port) for name, value in changes.items()}
    worker.start(**guarded_settings(guarded, tmp_path, **changes))
    if words is None:
        wait_store(worker, 1)
    answers(worker, 4)
    log = worker.log.read_text()
    assert worker.metric("deskhand_store_up") == (words is None)
    assert worker.end() == 0
    assert ("the store is away" in log) == (words is not None)
    assert words is None or words in log
    assert "wrong" not in log and PASSWORD not in log


@pytest.mark.parametrize("named, host, words", [
    ("localhost", "localhost", None),
    ("localhost", "127.0.0.1", "IP address mismatch"),
    ("127.0.0.1", "localhost", "hostname mismatch"),
])
def test_a_certificate_of_a_trusted_authority_for_another_name_is_refused(
        worker, guarded, tmp_path, named, host, words):
    """It listens at all of them, and only the name differs: the first is the control."""
    certificate = guarded.certs.issue("redis-by-name", named)
    with Redis(tls=True, authority=guarded.certs, certificate=certificate) as redis:
        url = f"rediss://{host}:{redis.port}"
        worker.start(**guarded_settings(redis, tmp_path, store__url=url))
        if words is None:
            wait_store(worker, 1)
        answers(worker, 4)
        assert worker.metric("deskhand_store_up") == (words is None)
        assert worker.end() == 0
    refusals = re.findall("the certificate is refused: ([^;]+);", worker.log.read_text())
    assert set(refusals) == ({words} if words else set())


def test_it_may_be_absent_at_the_start_come_be_lost_and_come_back(worker, own):
    own.kill()
    try:
        worker.start(store__url=own.url)
        answers(worker, 8)
        assert worker.metric("deskhand_store_up") == 0
        own.restart()
        wait_store(worker, 1)
        answers(worker, 8, 8)
        assert keys(own) >= 8
        assert status(worker) == "ready\n"
        own.kill()
        wait_store(worker, 0)
        assert status(worker).startswith("store: ") and status(worker).endswith("\nready\n")
        answers(worker, 8, 16)
        own.restart()
        wait_store(worker, 1)
        answers(worker, 8, 24)
        assert keys(own) >= 8
    finally:
        own.restart()
    assert worker.end() == 0
    log = worker.log.read_text()
    # Each change is told once, however many requests meet it.
    changes = re.findall("the store is (away|back|connected)", log)
    assert len(changes) >= 4
    assert all((said == "away") == (number % 2 == 0) for number, said in enumerate(changes)), changes


def say(worker, number, conversation, text):
    producer = Producer(worker.kafka.client_settings(partitioner="murmur2_random"))
    message = {"id": f"m{number}", "conversation_id": conversation, "customer_id": conversation,
               "seq": number, "text": text}
    producer.produce(worker.topics["messages"], json.dumps(message).encode(), conversation.encode())
    assert producer.flush(WAIT_S) == 0


@pytest.mark.parametrize("turns, calls", [("8", 4), ("0", 3)])
def test_a_cached_answer_is_shared_only_where_nothing_was_said_before(
        worker, tmp_path, turns, calls):
    """Two conversations with the same last message and other words before it. Without history the
    last message is all that is asked, so they share one call: this test can fail."""
    (tmp_path / "seal").write_text("0123456789abcdef-for-tests")
    worker.redis.flushall()
    worker.start(history__turns=turns, seal__key__file=str(tmp_path / "seal"),
                 store__timeout__ms="5000")
    wait_store(worker, 1)
    for number, (conversation, text) in enumerate((
        ("c-1", "tell me about gift wrapping"), ("c-2", "tell me about delivery to islands"),
        ("c-1", "and do you like it?"), ("c-2", "and do you like it?"),
    )):
        say(worker, number, conversation, text)
        assert len(worker.read("answers", number + 1)) == number + 1
    assert worker.end() == 0
    assert worker.model.calls()["total"] == calls


def lengths(redis):
    """How many fields each key has that has fields."""
    with redis.client() as client:
        return [client.hlen(key) for key in client.scan_iter(_type="hash")]


def test_a_conversation_without_end_has_a_history_with_one(worker):
    """None of these reads its history; each adds to it."""
    worker.redis.flushall()
    worker.start(history__turns="2", store__timeout__ms="5000")
    wait_store(worker, 1)
    for number in range(12):
        say(worker, number, "c-1", f"tell me about gift wrapping of kind {number}")
    assert len(worker.read("answers", 12)) == 12
    assert worker.end() == 0
    assert lengths(worker.redis) == [4]


def test_without_a_seal_key_there_is_one_warning(worker, tmp_path):
    worker.start()
    answers(worker, 4)
    assert worker.end() == 0
    assert worker.log.read_text().count("seal.key.file is not set") == 1
    (tmp_path / "seal").write_text("0123456789abcdef-for-tests")
    worker.log.write_text("")
    worker.start(seal__key__file=str(tmp_path / "seal"))
    assert worker.end() == 0
    assert "seal.key.file is not set" not in worker.log.read_text()
