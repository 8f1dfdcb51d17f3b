"""Once and in order, at full size and through a stop and a kill; and the check that catches its lack."""

import os
import signal

import pytest

from tests.flow.worker import FAULTS_PROGRAM, WAIT_S
from tests.services.child import wait_until
from tests.services.wall_clock import WallClock

# The TSan build, some ten times as slow, is asked fewer; its races need no more.
MESSAGES = int(os.environ.get("DESKHAND_TEST_MESSAGES", "20000"))
DAY_S = 86400
SESSION = {"kafka__consumer__session__timeout__ms": "6000"}


def broken(report):
    """The invariants that do not hold."""
    return {violation.invariant for violation in report.violations}


def test_messages_of_500_conversations_are_answered_once_and_in_order(worker):
    worker.model.behave(delay_ms=50)
    worker.start()
    worker.send(MESSAGES, 500)
    worker.finish()


def test_a_stopped_and_a_killed_worker_leave_nothing_lost_or_doubled(worker):
    worker.model.behave(delay_ms=50)
    other = worker.twin("w1")
    try:
        worker.start(**SESSION)
        other.start(**SESSION)
        worker.send(MESSAGES, 500)
        worker.read("answers", MESSAGES // 10, rest=False)
        assert worker.end(signal.SIGTERM) == 0
        worker.start(**SESSION)
        other.end(signal.SIGKILL)
        other.start(**SESSION)
        worker.finish(other)
    finally:
        other.close()


@pytest.mark.untraced  # what is preloaded takes the place of what ThreadSanitizer listens to
@pytest.mark.parametrize("delivery", ["at-least-once", "exactly-once"])
def test_answers_whose_time_brokers_refuse_wait_and_none_becomes_a_dead_letter(worker, delivery,
                                                                                tmp_path):
    """Of a request with several of them, librdkafka gives each the code of an invalid record."""
    clock = WallClock(tmp_path)
    clock.jump_to(DAY_S)
    worker.env = clock.env
    worker.model.behave(delay_ms=5)
    worker.send(400, 40)
    worker.start(delivery=delivery)
    wait_until(lambda: worker.log.read_text().count("set this machine's clock right") >= 3, WAIT_S,
               "batches that are refused")
    clock.jump_to(0)
    worker.wait_settled()
    dead = [line.split()[1] for line in worker.page("metrics").splitlines()
            if line.startswith("deskhand_dead_letters_total")]
    assert dead and set(dead) == {"0"}
    assert worker.end() == 0
    report = worker.judge()
    assert broken(report) <= ({"I2"} if delivery == "at-least-once" else set()), report.as_text()


@pytest.mark.untraced  # its program is the build with crash points
@pytest.mark.parametrize("delivery", ["at-least-once", "exactly-once"])
def test_only_transactions_keep_a_kill_between_answers_and_offsets_from_doubling(worker, delivery):
    """At least once is the negative control: there the same kill must be caught. Its store is
    shared, so that what is doubled are answers and not calls of the model."""
    worker.program = FAULTS_PROGRAM
    worker.crash_at = "after-produce:1"
    worker.model.behave(delay_ms=5)
    settings = SESSION | {"delivery": delivery, "dedupe__window__ms": "1000"}
    worker.start(**settings)
    worker.send(4000, 400)
    assert worker.child.wait(WAIT_S) == -signal.SIGKILL
    worker.crash_at = ""
    worker.start(**settings)
    worker.wait_settled()
    assert worker.end() == 0
    report = worker.judge()
    assert broken(report) == ({"I2"} if delivery == "at-least-once" else set()), report.as_text()


@pytest.mark.untraced  # its program is the build with crash points
@pytest.mark.parametrize("lowered", ["", "done-map"])
def test_what_the_done_map_names_is_not_asked_again(worker, lowered):
    """One conversation waits at the commit position while others go on; then a kill. Without
    the done-map the next owner asks the model for the others again, and doubles their answers."""
    worker.program = FAULTS_PROGRAM
    worker.lowered = lowered
    worker.model.behave(delay_ms=5, rules=[{"match": {"text": "of c0"}, "hang": True}])
    settings = SESSION | {"store__url": "memory:"}
    worker.start(**settings)
    worker.send(800, 80)
    others = 800 - 10
    worker.read("answers", others, rest=False)
    worker.end(signal.SIGKILL)
    worker.model.behave(delay_ms=5)
    worker.start(**settings)
    worker.wait_settled()
    assert worker.end() == 0
    report = worker.judge(repeats_max=1)  # the call that hung
    assert broken(report) == ({"I2", "I7"} if lowered else set()), report.as_text()
