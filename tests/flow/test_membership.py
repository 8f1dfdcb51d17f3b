"""The two other ways to be a member of a group, by setting only: static members, and the protocol
where brokers assign (KIP-848). Judged by the checker of the fault tests."""

import pytest

from tests.fault.rig import Place, Run
from tests.services.child import wait_until

pytestmark = pytest.mark.untraced  # its program is the build with crash points

SEED = 20241124
SESSION_MS = 10000  # a worker that was killed is back before, on a crowded machine, too
WAIT_S = 180
BROKERS = {
    "group.min.session.timeout.ms": 1000,
    "group.consumer.session.timeout.ms": SESSION_MS,
    "group.consumer.min.session.timeout.ms": 1000,
    "group.consumer.heartbeat.interval.ms": 500,
    "group.consumer.min.heartbeat.interval.ms": 500,
}
INSTANCE = {"kafka.consumer.group.instance.id": "i-{worker}"}
# By brokers both are the brokers' to say, and librdkafka refuses them.
# Only the group can keep out who was given up: brokers would end its transaction much later.
LONG_TXN = {"kafka.producer.transaction.timeout.ms": "60000"}
SESSION = {"kafka.consumer.session.timeout.ms": str(SESSION_MS),
           "kafka.consumer.heartbeat.interval.ms": "500"}
BY_BROKERS = {"kafka.group.protocol": "consumer"} | dict.fromkeys(SESSION)
MEMBERSHIPS = {"static": INSTANCE | SESSION, "by-brokers": BY_BROKERS}


@pytest.fixture(scope="module")
def place():
    with Place(brokers=1, seed=SEED, broker_settings=BROKERS) as made:
        yield made


def staged(place, settings, lowered=()):
    return Run(place, SEED, settings=settings | LONG_TXN, lowered=lowered, conversations=100)


def own_a_share(*workers):
    return lambda: all(one.metric("deskhand_partitions") > 0 for one in workers)


def come_and_go(run):
    """A third comes for a while and goes by SIGTERM."""
    third = run.start(1)[0]
    wait_until(own_a_share(*run.workers), WAIT_S, "a share for each")
    assert third.stop() == 0


def give_up(run):
    """One is killed; the other stands still in a transaction whose offsets are not in, until the
    first, back again, has its partitions. What it would then commit are second answers."""
    steady, victim = run.workers[:2]
    wait_until(own_a_share(steady, victim), WAIT_S, "a share for each")
    owned = sum(one.metric("deskhand_partitions") for one in (steady, victim))
    victim.kill()
    victim.start(stop_at="before-offsets:3", wait=False)
    steady.kill()  # so that the victim gets partitions
    victim.wait_pause()
    steady.start(wait=False)
    wait_until(lambda: steady.metric("deskhand_partitions") >= owned, WAIT_S, "all partitions")
    wait_until(lambda: steady.metric("deskhand_turns_total") >= 200, WAIT_S, "200 turns of the first")
    victim.resume()
    wait_until(own_a_share(steady, victim), WAIT_S, "a share for who came back")
    run.wait_answers(50)


@pytest.mark.parametrize("kind", MEMBERSHIPS)
def test_nothing_is_lost_or_doubled_by_a_rebalance_a_stop_a_kill_or_a_member_given_up(place, kind):
    with staged(place, MEMBERSHIPS[kind]) as run:
        run.start(2)
        with run.load.going(100):
            come_and_go(run)
            give_up(run)
        report = run.finish()
    assert report.is_clean, report.as_text()


def test_without_the_fences_a_member_that_brokers_gave_up_doubles_answers(place):
    with staged(place, BY_BROKERS, ("fencing", "epochs", "done-map")) as run:
        run.start(2)
        with run.load.going(100):
            give_up(run)
        report = run.finish()
    assert report.of("I2"), report.as_text()


def test_of_two_workers_with_one_instance_id_the_elder_stops_and_says_why(place):
    with staged(place, SESSION | {"kafka.consumer.group.instance.id": "i-one"}) as run:
        elder = run.start(1)[0]
        run.start(1)
        assert elder.wait_end(WAIT_S) == 78
        assert elder.told("another member of the group has this group.instance.id")


def test_by_brokers_an_instance_id_is_free_again_when_the_session_is_over(place):
    with staged(place, BY_BROKERS | INSTANCE) as run:
        worker = run.start(1)[0]
        worker.kill()
        worker.start(wait=False)
        assert worker.wait_end(WAIT_S) == 69
        assert worker.told("is free again when its session is over")
