"""As the first process of a container, where the kernel keeps every signal back that the program
does not catch, and nobody else passes signals on."""

import os
import pathlib
import signal
import subprocess
import time

import pytest

from tests.deploy.folder import PROGRAM

END_S = 60
NEW_PID_SPACE = ["unshare", "--pid", "--fork", "--kill-child"]
if os.getuid() != 0:
    NEW_PID_SPACE[1:1] = ["--user", "--map-root-user"]


def can_unshare():
    try:
        return subprocess.run([*NEW_PID_SPACE, "true"], capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


pytestmark = pytest.mark.skipif(not can_unshare(), reason="needs a PID namespace (unshare)")


class FirstProcess:
    """The program as process 1; `pid` is what it is called out here."""

    def __init__(self, *arguments):
        self.outer = subprocess.Popen(
            [*NEW_PID_SPACE, PROGRAM, *arguments],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.outer.kill()
        self.outer.communicate()

    @property
    def pid(self):
        """Of the program itself, once `unshare` has become it."""
        task = pathlib.Path(f"/proc/{self.outer.pid}/task/{self.outer.pid}/children")
        deadline = time.monotonic() + END_S
        while time.monotonic() < deadline:
            children = task.read_text().split()
            if children and "unshare" not in pathlib.Path(f"/proc/{children[0]}/comm").read_text():
                return int(children[0])
            time.sleep(0.02)
        raise AssertionError("unshare started nothing")

    def catches(self, number):
        status = pathlib.Path(f"/proc/{self.pid}/status").read_text()
        caught = int(status.split("SigCgt:")[1].split()[0], 16)
        return bool(caught >> (number - 1) & 1)

    def send(self, number):
        os.kill(self.pid, number)

    def wait(self):
        self.outer.wait(END_S)
        return self.outer.returncode


def wait_for(condition):
    deadline = time.monotonic() + END_S
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_ends_in_order(number):
    with FirstProcess("demo", "--stay") as first:
        for line in first.outer.stdout:
            if line.startswith('{"summary"'):
                break
        first.send(number)
        assert first.wait() == 0


def test_a_command_without_a_loop_ends_too():
    with FirstProcess("chat") as first:
        wait_for(lambda: first.catches(signal.SIGTERM))
        first.send(signal.SIGTERM)
        assert first.wait() == 128 + signal.SIGTERM


def test_the_kernel_does_keep_back_what_is_not_caught():
    """The control: why the program has to catch them."""
    sleeping = subprocess.Popen([*NEW_PID_SPACE, "sleep", "600"])
    try:
        first = object.__new__(FirstProcess)
        first.outer = sleeping
        first.send(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            sleeping.wait(1)
    finally:
        sleeping.kill()
        sleeping.wait()
