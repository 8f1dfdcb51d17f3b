"""The faults of certificates, secrets and rights."""

import contextlib

from confluent_kafka.admin import (
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from tests.fault.rig import READY_S, Worker
from tests.fault.scenario import NO_MEMOS, Control, scenario
from tests.services import certs, redis
from tests.services.child import ServiceError, wait_until
from tests.services.impostor import Impostor
from tests.services.kafka import USERS

WAIT_S = 60
STILL_S = 5  # in which a worker without rights may use a twentieth of one processor
FIRST_KEY = "model-first"
REFUSALS = ("expired", "not yet valid", "another name", "another authority", "TLS 1.0")


def false_identity(run, kind):
    """The authority that the workers trust, and what an impostor shows."""
    directory = run.directory / kind.replace(" ", "-")
    ours = certs.Authority(directory / "ours")
    if kind == "expired":
        return ours, ours.issue_expired("it", "localhost")
    if kind == "not yet valid":
        return ours, ours.issue_future("it", "localhost")
    if kind == "another name":
        return ours, ours.issue("it", "elsewhere.example")
    if kind == "another authority":
        return ours, certs.Authority(directory / "theirs").issue("it", "localhost")
    return ours, ours.issue("it", "localhost")


def judge(run, impostor, kind, service):
    run.expect(impostor.visits > 0, "stage", f"nobody came: {kind}, {service}")
    run.expect(not impostor.heard, "I6", f"spoke to {service} with a certificate: {kind}")
    run.expect(not impostor.in_clear, "I6", f"spoke in the clear to {service}: {kind}")


def false_brokers(run, kind):
    """A worker that cannot start: it says why and ends."""
    authority, identity = false_identity(run, kind)
    with Impostor(identity, is_old=kind == "TLS 1.0") as impostor:
        worker = Worker(run, f"kafka-{kind.replace(' ', '-')}")
        worker.settings = {
            "kafka.bootstrap.servers": f"localhost:{impostor.port}",
            "kafka.security.protocol": "SSL", "start.timeout.ms": "8000",
            "kafka.ssl.ca.location": str(authority.ca_file),
        }
        with contextlib.closing(worker):
            worker.start(wait=False)
            wait_until(lambda: impostor.heard or not worker.is_running(), WAIT_S, "a refusal")
            judge(run, impostor, kind, "Kafka")
            if not worker.is_running():
                code = worker.wait_end()
                run.expect(code in (69, 78), "exit", f"ended with {code}: {kind}")
                told = worker.told("kafka.security.protocol")
                run.expect(told, "I9", f"the log names no setting of Kafka: {kind}")


def false_backends(run, kind):
    """A worker of the group that answers without its store, and asks a person for its model."""
    authority, identity = false_identity(run, kind)
    is_old = kind == "TLS 1.0"
    with Impostor(identity, is_old=is_old) as store, Impostor(identity, is_old=is_old) as model:
        worker = Worker(run, f"backends-{kind.replace(' ', '-')}")
        worker.settings = {
            "store.url": f"rediss://localhost:{store.port}", "store.ca.file": str(authority.ca_file),
            "model.url": f"https://localhost:{model.port}", "model.ca.file": str(authority.ca_file),
            "retry.attempts.max": "2",
        }
        with contextlib.closing(worker):
            worker.start()
            both = ("the store is away", "a model call failed")
            wait_until(lambda: (store.heard or model.heard or all(map(worker.told, both))), WAIT_S,
                       "two refusals", child=worker.child)
            judge(run, store, kind, "Redis")
            judge(run, model, kind, "the model")


@scenario("F30", "certificates are expired, too new, of others; TLS is of 1999", times=(1, 1),
          in_mix=False, control=Control(knobs={"kinds": ("good",)}, finds=("I6",), tries=1))
def false_certificates(run):
    """Nothing is said to a server that cannot show who it is. The control's servers can."""
    for kind in run.knob("kinds", REFUSALS):
        false_brokers(run, kind)
        false_backends(run, kind)
        run.wait_answers(20)
    run.draw.choice(run.workers).kill()


def as_alice(run):
    """Lets `alice` do what docs/operate.md lists, on topics of this run; the settings to be her."""
    for rights in rights_of(run):
        run.kafka.allow("alice", *rights, prefixed=True)
    password = run.directory / "kafka.password"
    password.write_text(USERS["alice"])
    set_kafka_password(run, USERS["alice"])
    return {
        "kafka.bootstrap.servers": run.kafka.secure_bootstrap,
        "kafka.security.protocol": "SASL_SSL",
        "kafka.sasl.mechanism": "SCRAM-SHA-512",
        "kafka.sasl.username": "alice",
        "kafka.sasl.password.file": str(password),
        "kafka.ssl.ca.location": str(run.kafka.certs.ca_file),
        "store.url": "memory:",
    }


def rights_of(run):
    return (
        ("TOPIC", f"f-{run.name}", "READ", "WRITE", "DESCRIBE"),
        ("GROUP", run.kafka_group, "READ", "DESCRIBE"),
        ("TRANSACTIONAL_ID", run.kafka_group, "WRITE", "DESCRIBE"),
    )


def with_secrets(run):
    settings = as_alice(run) | {
        "store.url": run.redis.url, "store.ca.file": str(run.redis.certs.ca_file),
        "store.user": redis.USER, "retry.attempts.max": "1000", "retry.backoff.max.ms": "2000",
    }
    for name, secret in (("model.key", FIRST_KEY), ("store.password", redis.PASSWORD),
                         ("kafka.password", USERS["alice"])):
        put(run, name, secret)
    set_store_password(run, redis.PASSWORD)
    run.model.behave(delay_ms=[20, 200], api_key=FIRST_KEY)
    return settings | {"model.key.file": str(run.directory / "model.key"),
                       "store.password.file": str(run.directory / "store.password")}


def put(run, name, secret):
    """As a secret is replaced in a volume: another file under the same name."""
    if run.knob("is_replaced", True) or not (run.directory / name).exists():
        fresh = run.directory / f"{name}.new"
        fresh.write_text(secret)
        fresh.rename(run.directory / name)


def expect_soon(run, is_so, what):
    wait_s = run.knob("wait_s", WAIT_S)
    try:
        wait_until(is_so, wait_s, what, every_s=0.5)
    except ServiceError:
        run.expect(False, "I8", f"not in {wait_s} s: {what}")


def replace_model_key(run, key):
    put(run, "model.key", key)
    run.model.behave(delay_ms=[20, 200], api_key=key, capture=100)
    header = f"Bearer {key}"
    expect_soon(run, lambda: any(one["headers"].get("authorization") == header
                                 for one in run.model.requests()), "a call with the new key")


def set_store_password(run, password):
    with run.redis.client() as admin:
        admin.execute_command("ACL", "SETUSER", redis.USER, "resetpass", f">{password}")
        admin.execute_command("CLIENT", "KILL", "USER", redis.USER)


def replace_store_password(run, password):
    put(run, "store.password", password)
    set_store_password(run, password)
    expect_soon(run, lambda: all(one.metric("deskhand_store_up") for one in run.workers),
                "a store that takes the new password")


def set_kafka_password(run, password):
    scram = ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096)
    change = UserScramCredentialUpsertion("alice", scram, password.encode())
    for future in run.kafka.admin.alter_user_scram_credentials([change]).values():
        future.result(WAIT_S)


def replace_kafka_password(run, password):
    put(run, "kafka.password", password)
    set_kafka_password(run, password)
    run.load.flush()
    run.kafka.restart(run.kafka.brokers[0])
    run.wait_answers(50)


@scenario("F31", "keys and passwords are replaced while it works", times=(1, 2), in_mix=False,
          is_secured=True, settings=with_secrets,
          limits={"repeats_max": None},  # while Redis refuses them they have no memos
          control=Control(knobs={"is_replaced": False, "wait_s": 20}, finds=("I8",), tries=1))
def replaced(run):
    """Each is refused where it was taken before, from the moment when its file is replaced. The
    control leaves the files as they were, and lets the old secrets count again after a while."""
    new = f"{run.draw.random()}"
    replace_model_key(run, f"model-{new}")
    replace_store_password(run, f"store-{new}")
    if run.knob("is_replaced", True):
        replace_kafka_password(run, f"kafka-{new}")
    else:
        run.model.behave(delay_ms=[20, 200], api_key=FIRST_KEY)
        set_store_password(run, redis.PASSWORD)
    for worker in run.workers:
        run.expect(not worker.told(new), "I6", "a secret stands in the log")
        run.expect(worker.is_running(), "I8", f"{worker.name} ended instead of going on")
    run.draw.choice(run.workers).kill()


def is_named(worker):
    """True if it is not ready and says why; another worker's end may be the reason for a moment."""
    with contextlib.suppress(OSError):
        return any(words in worker.readiness() for words in REFUSED)
    return False


def take_away(run, rights):
    """Until the workers have said so; they may not spin meanwhile."""
    run.kafka.revoke("alice", *rights, prefixed=True)
    for worker in run.workers:
        run.expect_told(lambda: not worker.is_running() or is_named(worker),
                        f"{worker.name} lacks {rights[0]}")
    with run.load.resting():
        wait_idle(run)
        expect_no_spin(run, rights[0])
    for worker in run.workers:
        told = worker.told("no permission") or worker.told("authorization failed")
        run.expect(told, "I9", f"the log of {worker.name} does not say that it lacks {rights[0]}")


def wait_idle(run):
    """What was asked is answered by the model, or left: from here on there is no work to be done."""
    seen = []

    def has_stopped():
        seen.append(run.model.calls()["total"])
        return len(seen) > 4 and len(set(seen[-4:])) == 1

    wait_until(has_stopped, WAIT_S, "the model to be left alone", every_s=0.5)


def expect_no_spin(run, right):
    before = {worker: worker.cpu_s() for worker in run.workers if worker.is_running()}
    run.pass_time(STILL_S)
    for worker, used_before in before.items():
        used = worker.cpu_s() - used_before if worker.is_running() else {}
        whole = sum(used.values())
        most = ", ".join(f"{name}: {used[name]:.2f}" for name in sorted(used, key=used.get)[-3:])
        run.note(f"processor s of {STILL_S} without {right}", round(whole, 2))
        run.expect(whole < STILL_S / 20, "I7",
                   f"{worker.name} used {whole:.2f} s of {STILL_S} without {right} ({most})")


REFUSED = ("no permission", "authorization failed", "not in the group")


@scenario("F32", "rights are taken back while it works", times=(1, 2), in_mix=False,
          is_secured=True, settings=as_alice, limits=NO_MEMOS)  # there is no Redis
def revoked(run):
    """It is not ready, or ends and says why; it does not spin; with its rights it works again."""
    for rights in rights_of(run):
        take_away(run, rights)
        run.kafka.allow("alice", *rights, prefixed=True)
        run.count("workers ended for want of rights",
                  any(not worker.is_running() for worker in run.workers))
        wait_until(lambda: all(one.is_ready() or not one.is_running() for one in run.workers),
                   READY_S, "each worker to be ready again, or to have ended")
        run.revive()
        for worker in run.workers:
            worker.wait_ready()
        run.wait_answers(50)
    run.draw.choice(run.workers).kill()
