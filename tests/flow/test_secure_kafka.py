"""SASL_SSL with ACLs, as managed Kafka has it: what works, and what a mistake prints."""

import contextlib
import shutil

import pytest

from tests.flow.test_deadletter import Office
from tests.flow.test_scaling import metric
from tests.flow.worker import PARTITIONS, WAIT_S, Worker
from tests.services.child import wait_until
from tests.services.fake_model import FakeModel
from tests.services.kafka import USERS, Kafka
from tests.services.redis import Redis

pytestmark = pytest.mark.untraced  # what it tries are threads of librdkafka: ours do the same as in other files

MECHANISMS = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER")


@pytest.fixture(scope="module")
def services():
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        yield enter(Kafka(secure=True)), enter(Redis()), enter(FakeModel())


@pytest.fixture
def worker(services, tmp_path):
    services[2].reset()
    made = Worker(services, tmp_path / "worker.log")
    made.rights = Rights(made)
    yield made
    made.close()
    made.rights.take_back()


class Rights:
    """What `alice` may do: exactly what docs/operate.md lists."""

    def __init__(self, worker):
        self._kafka = worker.kafka
        inputs = [worker.topics[key] for key in
                  ("messages", "orders", "catalog", "knowledge", "copy.requests",
                   "handbacks", "recommendation.requests", "feedback")]
        outputs = [topic for topic in worker.topics.values() if topic not in inputs]
        self._all = [("TOPIC", topic, ("READ", "DESCRIBE")) for topic in inputs]
        self._all += [("TOPIC", topic, ("WRITE", "DESCRIBE")) for topic in outputs]
        self._all += [("TOPIC", worker.topics["conversations"], ("READ",))]
        self._all += [("GROUP", worker.name, ("READ", "DESCRIBE"))]
        self._all += [("TRANSACTIONAL_ID", f"{worker.name}-{worker.worker_id}",
                       ("WRITE", "DESCRIBE"))]
        self._given = []

    def give(self, but=None, more=()):
        for kind, name, operations in [*self._all, *more]:
            if but is None or but not in ((kind, name), kind):
                self._kafka.allow("alice", kind, name, *operations)
                self._given.append((kind, name, operations))

    def take_back(self):
        for kind, name, operations in self._given:
            self._kafka.revoke("alice", kind, name, *operations)
        self._given = []


def secured(worker, tmp_path, mechanism="SCRAM-SHA-512", **changes):
    """The settings of a client with a password in a file; `changes` are what a test gets wrong."""
    secret = tmp_path / "kafka.password"
    secret.write_text(changes.pop("password", USERS["alice"]))
    settings = {
        "kafka__bootstrap__servers": worker.kafka.secure_bootstrap,
        "kafka__security__protocol": "SASL_SSL",
        "kafka__ssl__ca__location": str(worker.kafka.certs.ca_file),
        "kafka__sasl__mechanism": mechanism,
    }
    if mechanism == "OAUTHBEARER":
        secret.write_text("principal=alice")
        settings |= {"kafka__enable__sasl__oauthbearer__unsecure__jwt": "true",
                     "kafka__sasl__oauthbearer__config__file": str(secret)}
    else:
        settings |= {"kafka__sasl__username": "alice",
                     "kafka__sasl__password__file": str(secret)}
    return settings | changes


def fails(worker, settings):
    """Exit code and log of a start that cannot work. It gives one reason: what follows from it
    would be read as another."""
    worker.launch(**settings)
    code = worker.child.wait(WAIT_S)
    log = worker.log.read_text()
    assert log.count("the worker cannot go on") == 1
    return code, log


@pytest.mark.parametrize("mechanism", MECHANISMS)
def test_a_user_with_exactly_the_listed_rights_answers(worker, tmp_path, mechanism):
    worker.rights.give()
    worker.start(**secured(worker, tmp_path, mechanism))
    worker.send(80, 8)
    worker.finish()
    assert USERS["alice"] not in worker.log.read_text()


def test_a_wrong_password_is_named(worker, tmp_path):
    code, log = fails(worker, secured(worker, tmp_path, password="not it"))
    assert code == 78
    assert "check kafka.sasl.mechanism, username and password" in log
    assert "not it" not in log


def test_a_wrong_authority_is_named(worker, tmp_path):
    other = tmp_path / "ca.crt"
    shutil.copy(worker.kafka.certs.issue("stranger", "localhost").chain, other)
    code, log = fails(worker, secured(worker, tmp_path, kafka__ssl__ca__location=str(other)))
    assert code == 78
    assert "kafka.ssl.ca.location" in log


def test_a_certificate_for_another_name_is_refused(worker, tmp_path):
    """The certificate names localhost and not its address."""
    port = worker.kafka.secure_bootstrap.rsplit(":", 1)[1]
    wrong = secured(worker, tmp_path, kafka__bootstrap__servers=f"127.0.0.1:{port}")
    code, log = fails(worker, wrong)
    assert code == 78
    assert "that the certificate names the host asked" in log


def test_where_nobody_answers_the_settings_to_look_at_are_named(worker, tmp_path):
    """A wrong port, TLS to a clear port, no TLS to a TLS port; side by side, as each waits."""
    servers = "check kafka.bootstrap.servers and kafka.security.protocol"
    wrongs = [
        ({"kafka__bootstrap__servers": f"127.0.0.1:{worker.ports.reserve()}"}, servers),
        ({"kafka__bootstrap__servers": worker.kafka.bootstrap}, "kafka.security.protocol"),
        ({"kafka__security__protocol": "SASL_PLAINTEXT"}, servers),
    ]
    workers = [worker.twin(f"wrong{number}") for number in range(len(wrongs))]
    settings = [secured(worker, tmp_path, **wrong) for wrong, _ in wrongs]  # writes the files anew
    try:
        for one, wrong in zip(workers, settings):
            one.launch(**wrong)
        for one, (_, words) in zip(workers, wrongs):
            # 78 when the broker's answer shows that it is no TLS, 69 when it only hangs up
            assert one.child.wait(WAIT_S) in (69, 78)
            assert words in one.log.read_text()
    finally:
        for one in workers:
            one.close()


@pytest.mark.parametrize("kind, words", [
    ("GROUP", "READ on the consumer group"),
    ("TRANSACTIONAL_ID", "WRITE and DESCRIBE on the transactional id"),
])
def test_a_missing_right_is_named(worker, tmp_path, kind, words):
    worker.rights.give(but=kind)
    code, log = fails(worker, secured(worker, tmp_path))
    assert code == 78
    assert words in log


def test_an_input_that_may_not_be_read_is_named(worker, tmp_path):
    topic = worker.topics["messages"]
    worker.rights.give(but=("TOPIC", topic))
    code, log = fails(worker, secured(worker, tmp_path))
    assert code == 78
    assert topic in log and "READ" in log


def test_an_input_that_is_hidden_meanwhile_holds_up_no_other_and_is_read_again(worker, tmp_path):
    worker.rights.give()
    refresh = {"kafka__topic__metadata__refresh__interval__ms": "500"}
    worker.start(**secured(worker, tmp_path), **refresh)
    owned = metric(worker, "deskhand_partitions")
    hidden = ("alice", "TOPIC", worker.topics["copy.requests"], "READ", "DESCRIBE")

    def owns(count, what):
        wait_until(lambda: metric(worker, "deskhand_partitions") == count, WAIT_S, what)

    worker.kafka.revoke(*hidden)
    owns(owned - PARTITIONS, "the partitions of the others are kept")
    worker.send(20, 5)
    worker.read("answers", 20)
    worker.kafka.allow(*hidden)
    owns(owned, "the topic is read again")
    worker.send(20, 5, first=20)
    worker.finish()


def test_a_redrive_names_the_topic_that_it_may_not_write(worker, tmp_path):
    letters = worker.topics["dead.letters"]
    worker.rights.give(more=[("TOPIC", letters, ("READ",)), (
        "TRANSACTIONAL_ID", f"{letters}-deskhand-deadletter", ("WRITE", "DESCRIBE"))])
    office = Office(worker)
    office.forge((b"ann", b"bob"), 2)
    refused = office.run("redrive", "--yes", settings=secured(worker, tmp_path))
    assert refused.returncode == 78, refused
    words = refused.stderr.decode()
    assert "allow WRITE on" in words and letters in words and worker.topics["messages"] in words
    assert len(office.lines("drop", "--yes", settings=secured(worker, tmp_path))[0]) == 4


def test_an_input_that_does_not_exist_is_named(worker, tmp_path):
    code, log = fails(worker, {"topic__messages": "nowhere"})
    assert code == 78
    assert "nowhere" in log and "deskhand topics --create" in log
