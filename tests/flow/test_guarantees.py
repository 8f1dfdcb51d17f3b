"""Once and in order, at full size and through a stop and a kill; and the check that catches its lack."""

import signal

import pytest

from tests.flow.worker import FAULTS_PROGRAM, check_once_and_in_order, terminal

SESSION = {"kafka__consumer__session__timeout__ms": "6000"}


def test_20000_messages_of_500_conversations_are_answered_once_and_in_order(worker):
    worker.model.behave(delay_ms=50)
    worker.start()
    worker.send(20000, 500)
    check_once_and_in_order(worker.read("answers", 20000), 20000)
    assert worker.end() == 0


def test_a_stopped_and_a_killed_worker_leave_nothing_lost_or_doubled(worker):
    worker.model.behave(delay_ms=50)
    other = worker.twin("w1")
    try:
        worker.start(**SESSION)
        other.start(**SESSION)
        worker.send(20000, 500)
        worker.read("answers", 2000, rest=False)
        assert worker.end(signal.SIGTERM) == 0
        worker.start(**SESSION)
        other.end(signal.SIGKILL)
        other.start(**SESSION)
        check_once_and_in_order(worker.read("answers", 20000), 20000)
        assert other.end() == 0
        assert worker.end() == 0
    finally:
        other.close()


def test_at_least_once_with_a_kill_doubles_and_the_check_sees_it(worker):
    """The negative control: without transactions the same kill must be caught."""
    doubled = 0
    settings = SESSION | {"delivery": "at-least-once", "dedupe__window__ms": "1000"}
    worker.model.behave(delay_ms=5)
    for attempt in range(5):
        worker.start(**settings)
        worker.send(4000, 400)
        worker.read("answers", 500 + 4000 * attempt, rest=False)
        worker.end(signal.SIGKILL)
        worker.start(**settings)
        events, _ = terminal(worker.read("answers", 4000 * (attempt + 1)))
        doubled = sum(len(answers) > attempt + 1 for answers in events.values())
        worker.end()
        if doubled:
            break
    assert doubled > 0


@pytest.mark.untraced
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
    events, _ = terminal(worker.read("answers", 800))
    calls = worker.model.calls()["by_question"]
    repeated = sum(count > 1 for count in calls.values())
    doubled = sum(len(answers) > 1 for answers in events.values())
    assert len(events) == 800
    assert worker.end() == 0
    if lowered:
        assert repeated > 1 and doubled > 0
    else:
        assert repeated <= 1 and doubled == 0
