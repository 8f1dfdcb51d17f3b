"""Workers come and go under load, as a scaler or a rolling update has it."""

import os
import signal
import time

from tests.flow.worker import PARTITIONS, WAIT_S

CONVERSATIONS = 200
# The TSan build, some ten times as slow, is asked fewer.
SLICE = int(os.environ.get("DESKHAND_TEST_MESSAGES", "20000")) // 10
# The assignor counts partitions, of whatever topic: with one topic everybody has a share of it.
MESSAGES_ONLY = {"topic__orders": "", "topic__copy__requests": "", "topic__handbacks": "",
                 "topic__recommendation__requests": "", "topic__feedback": ""}
ANSWERS = 'deskhand_turns_total{outcome="answer"}'


class Fleet:
    """Workers w0, w1, ... of one group; the last one goes first, as in a StatefulSet."""

    def __init__(self, first, most):
        self.all = [first] + [first.twin(f"w{number}") for number in range(1, most)]
        self.running = []
        # As in production: what one was told and could not commit, the next owner reads.
        key = first.log.with_name("seal.key")
        key.write_text("0123456789abcdef-for-tests")
        self.settings = MESSAGES_ONLY | {"seal__key__file": str(key)}

    def scale(self, count):
        """Starts or stops what is too few or too many, all at once, and returns when those who
        go are gone and each of the others has a share of the partitions."""
        for worker in self.all[len(self.running) : count]:
            worker.launch(**self.settings)
        leaving = self.running[count:]
        for worker in leaving:
            worker.child.send_signal(signal.SIGTERM)
        self.running = self.all[:count]
        for worker in leaving:
            assert worker.child.wait(WAIT_S) == 0, worker.log.read_text()
        if count > 0:
            self.wait(self.all_share)

    def members(self):
        """How many the broker holds for members of the group."""
        name = self.all[0].name
        [told] = self.all[0].kafka.admin.describe_consumer_groups([name]).values()
        return len(told.result(WAIT_S).members)

    def all_share(self):
        owned = [metric(worker, "deskhand_partitions") for worker in self.running]
        return sum(owned) == PARTITIONS and min(owned) > 0

    def wait(self, condition):
        deadline = time.monotonic() + WAIT_S
        while not condition():
            assert time.monotonic() < deadline, [worker.log.read_text() for worker in self.running]
            time.sleep(0.05)

    def close(self):
        for worker in self.all:
            worker.close()


def metric(worker, series):
    """0 while nobody answers: the worker starts, or ends."""
    try:
        return int(worker.series()[series])
    except OSError:
        assert worker.child.poll() in (None, 0), worker.log.read_text()
        return 0


def test_one_to_four_workers_and_back_leave_everything_once_and_in_order(worker):
    worker.model.behave(delay_ms=50)
    fleet = Fleet(worker, 4)
    sent = 0
    try:
        for count in (1, 2, 4, 3, 4, 1):
            # In the middle of the work on these the number changes ...
            worker.send(SLICE, CONVERSATIONS, first=sent)
            fleet.scale(count)
            # ... and of these everybody who is there then gets some.
            before = {one.worker_id: metric(one, ANSWERS) for one in fleet.running}
            worker.send(SLICE, CONVERSATIONS, first=sent + SLICE)
            sent += 2 * SLICE
            fleet.wait(lambda: all(
                metric(one, ANSWERS) > before[one.worker_id] for one in fleet.running
            ))
        worker.finish(*fleet.running[1:])
    finally:
        fleet.close()


def test_who_is_told_to_end_leaves_the_group_at_once_and_who_is_killed_does_not(worker):
    """Sessions outlast the test: only who leaves can make room, and the broker tells who is there."""
    fleet = Fleet(worker, 3)
    long_ms = str(4 * WAIT_S * 1000)
    fleet.settings |= {"kafka__consumer__session__timeout__ms": long_ms,
                       "kafka__consumer__max__poll__interval__ms": long_ms}
    try:
        fleet.scale(3)
        assert fleet.members() == 3
        fleet.scale(2)  # and its partitions go to the others
        assert fleet.members() == 2
        fleet.all[1].end(signal.SIGKILL)
        assert fleet.members() == 2
    finally:
        fleet.close()


def test_a_rolling_restart_under_load_leaves_everything_once_and_in_order(worker):
    worker.model.behave(delay_ms=50)
    fleet = Fleet(worker, 3)
    sent = 3 * SLICE
    try:
        fleet.scale(3)
        worker.send(sent, CONVERSATIONS)
        for one in reversed(fleet.all):
            assert one.end(signal.SIGTERM) == 0
            one.start(**fleet.settings)
        # Who drains lets its calls of the model finish, and commits them or, where the group moves
        # at that moment, leaves them to the next owner: nothing is paid twice.
        worker.finish(*fleet.running[1:], repeats_max=0)
    finally:
        fleet.close()
