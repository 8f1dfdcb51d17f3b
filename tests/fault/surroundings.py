"""The faults of the machine around: clock, names, disk, descriptors, memory, log."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import termios

from tests.fault.backends import PATIENCE
from tests.fault.outages import wait_or_none
from tests.fault.scenario import Control, scenario
from tests.services.child import wait_until
from tests.services.names import Names
from tests.services.wall_clock import WallClock

WAIT_S = 90
GOES_ON_S = 60
HOUR_S, DAY_S, YEAR_S = 3600, 86400, 365 * 86400
JUMPS_S = (HOUR_S, -DAY_S, 10 * YEAR_S, -56 * YEAR_S, *(HOUR_S, -HOUR_S) * 3, -DAY_S)


CLOCK_SAYS = "set this machine's clock right"


def expect_goes_on(run, clock, jump_s):
    goal = run.live.count() + 60
    clock.jump_to(jump_s)
    goes_on = wait_or_none(lambda: run.live.count() >= goal, GOES_ON_S, "60 more outcomes")
    run.expect(goes_on, "I8", f"it does not go on with a clock {jump_s} s ahead")
    return goes_on


def stamp_outputs(run, kind):
    for key in ("answers", "audit"):
        run.kafka.configure_topic(run.topics[key], message__timestamp__type=kind)


def expect_refusal_survived(run, clock):
    """Where topics have the workers' time, brokers refuse what is a day ahead: that is told, nobody
    ends, and with the right time it goes on."""
    stamp_outputs(run, "CreateTime")
    clock.jump_to(DAY_S)
    run.expect_told(lambda: any(worker.told(CLOCK_SAYS) for worker in run.workers),
                    "brokers refuse the time of records")
    for worker in run.workers:
        run.expect(worker.is_running(), "I8", f"{worker.name} ended for its clock")
    clock.jump_to(0)
    run.wait_answers(60)
    stamp_outputs(run, "LogAppendTime")  # as they were: the next jumps are in years


@scenario("F33", "the wall clock jumps", times=(1, 4), in_mix=False, rate=30, settings=PATIENCE,
          control=Control(lowered=("monotonic",), finds=("I8",), tries=1))
def clock_jumps(run):
    """Under workers that run, while questions wait to be asked again: their time has to come. In the
    control it does not, until the clock is far ahead again."""
    clock = WallClock(run.directory)
    run.model.behave(delay_ms=[20, 200],
                     rules=[{"match": {"nth": 1, "probability": 0.1}, "status": 503}])
    for worker in run.workers:
        worker.kill()
        worker.env = clock.env
        worker.start()
    if all(expect_goes_on(run, clock, jump_s) for jump_s in JUMPS_S):
        expect_refusal_survived(run, clock)
    else:
        clock.jump_to(max(JUMPS_S))
        run.wait_answers(60)
    run.model.behave(delay_ms=[20, 200])


def needs_root(run):
    """True when the stage can go on; else the result says that it was left out."""
    if os.geteuid() == 0 and shutil.which("unshare"):
        return True
    run.skip("needs root and unshare")
    return False


@scenario("F34", "the names of model and Redis are unknown, slow to look up, and move",
          times=(1, 3), in_mix=False,
          settings={"model.timeout.ms": "5000", "retry.backoff.max.ms": "2000",
                    "retry.attempts.max": "1000"},
          limits={"repeats_max": None},  # while Redis cannot be found there are no memos
          control=Control(lowered=("lookups",), finds=("I8",), tries=1))
def names(run):
    """In a mount namespace with a name server of ours; the wires are cut so that it is asked. The
    control looks the store's name up on the loop."""
    if not needs_root(run):
        return
    with Names(run.directory / "names") as served:
        model, redis = run.place.model_proxy, run.place.redis_proxy
        for worker in run.workers:
            worker.stop()
            worker.under = served.command
            worker.settings = {"model.url": f"http://model.faults.test:{model.port}",
                               "store.url": f"redis://redis.faults.test:{redis.port}"}
            worker.start()
        run.wait_answers(50)
        for trouble in ("unknown", "silent", "moved"):
            served.answer, asked = trouble, served.asked
            for _ in range(run.times(12, 60)):
                run.cut_model()
                redis.cut()
                run.pass_time(1)
                for worker in run.workers:
                    run.expect(worker.is_live(), "I8", f"{worker.name} does not answer: {trouble}")
            run.expect(served.asked > asked, "stage", f"nobody asked for a name: {trouble}")
            served.answer = "here"
            run.wait_answers(100)
        for worker in run.workers:
            worker.stop()
            worker.under, worker.settings = [], {}
            worker.start()
    run.draw.choice(run.workers).kill()


@contextlib.contextmanager
def small_disk(broker, spare_mb):
    """The log directory of a stopped broker on a file system with little room."""
    log, kept = broker.directory / "log", broker.directory / "log.kept"
    log.rename(kept)
    log.mkdir()
    used_mb = int(subprocess.check_output(["du", "-sm", kept]).split()[0])
    size = f"size={used_mb + spare_mb}m"
    subprocess.run(["mount", "-t", "tmpfs", "-o", size, "tmpfs", log], check=True)
    try:
        subprocess.run(["cp", "-a", f"{kept}/.", log], check=True)
        shutil.rmtree(kept)
        yield log
    finally:
        broker.stop()
        subprocess.run(["cp", "-a", log, kept], check=False)
        subprocess.run(["umount", log], check=True)
        log.rmdir()
        kept.rename(log)


def fill(directory):
    """Takes all room that is left."""
    filler = directory / "filler"
    with contextlib.suppress(OSError), open(filler, "wb", buffering=0) as file:
        while True:
            file.write(bytes(1 << 16))
    return filler


@scenario("F20", "the disk of a broker is full", times=(1, 2), in_mix=False)
def disk_full(run):
    if not needs_root(run):
        return
    broker = run.draw.choice(run.kafka.brokers)
    broker.stop()
    try:
        with small_disk(broker, 48) as log:
            run.kafka.restart(broker)
            run.wait_answers(100)
            filler = fill(log)
            wait_until(lambda: not broker.is_running(), WAIT_S, "the broker to end for want of room")
            run.wait_answers(50)
            filler.unlink()
            run.kafka.restart(broker)
            run.wait_answers(50)
    finally:
        run.kafka.restart(broker)
    run.draw.choice(run.workers).kill()


@contextlib.contextmanager
def unread_pipe(path):
    """A pipe of one page, which has no room behind the first line; the value tells whether it was
    written."""
    os.mkfifo(path)
    end = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    fcntl.fcntl(end, fcntl.F_SETPIPE_SZ, 4096)
    held = bytearray(4)

    def is_full():
        fcntl.ioctl(end, termios.FIONREAD, held)
        return any(held)

    try:
        yield is_full
    finally:
        os.close(end)


def expect_turns(run, victim, why):
    """It works on, itself."""
    before = victim.metric("deskhand_turns_total")
    made = wait_or_none(lambda: victim.metric("deskhand_turns_total") > before, WAIT_S, "its turns")
    run.expect(made, "I8", f"{victim.name} does nothing: {why}")
    run.expect(victim.is_live(), "I8", f"{victim.name} does not answer: {why}")


def blocked_log(run, victim):
    """Nobody reads what it writes, and there is much: one call in three fails at first."""
    run.model.behave(delay_ms=[20, 200],
                     rules=[{"match": {"nth": 1, "probability": 0.3}, "status": 503}])
    victim.log_to = run.directory / f"pipe-{run.round}"
    with unread_pipe(victim.log_to) as is_full:
        victim.start()
        wait_until(is_full, WAIT_S, "a log that has no room")
        expect_turns(run, victim, "its log is blocked")
        victim.kill()
    victim.log_to = None
    run.model.behave(delay_ms=[20, 200])


def no_memory(run, victim):
    """It goes on, or ends (librdkafka does so where it gets none); with memory it works again."""
    victim.start()
    victim.squeeze()
    run.wait_answers(300)
    run.count("ended for want of memory", not victim.is_running())
    if not victim.is_running():
        victim.wait_end()
        victim.start()
    victim.release()
    expect_turns(run, victim, "after a time without memory")
    victim.kill()


@scenario("F40", "descriptors and memory are short, the log cannot be written", times=(1, 3),
          in_mix=False, settings=PATIENCE)
def starved(run):
    victim = run.next_worker()
    victim.kill()
    victim.limits = {"nofile": 80}
    victim.start(wait=False)
    run.wait_answers(100)
    victim.kill()
    victim.limits = {}
    victim.log_to = "/dev/full"
    victim.start(wait=False)
    run.wait_answers(100)
    victim.kill()
    victim.log_to = None
    blocked_log(run, victim)
    no_memory(run, victim)
