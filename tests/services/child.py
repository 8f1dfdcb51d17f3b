"""A process of ours: its output in a file, ended by its id, and gone when the tests are gone."""

import ctypes
import os
import signal
import subprocess
import time

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None, use_errno=True)


class ServiceError(Exception):
    """A service did not do what a test needs of it; the text says which and shows its log."""


def _die_with_parent():
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)


class Child:
    """One started program. stdout and stderr go to files unless a pipe is asked for."""

    def __init__(self, name, argv, log_path, *, env=None, cwd=None, out_path=None):
        self.name = name
        self.log_path = log_path
        self.out_path = out_path or log_path
        with open(log_path, "ab") as log, open(self.out_path, "ab") as out:
            self._popen = subprocess.Popen(
                [str(part) for part in argv],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                env=env,
                cwd=cwd,
                preexec_fn=_die_with_parent,
            )
        self._stopped = False

    @property
    def pid(self):
        return self._popen.pid

    @property
    def exit_code(self):
        """None while it runs; the negative signal number when a signal ended it."""
        return self._popen.poll()

    def is_running(self):
        return self._popen.poll() is None

    def signal(self, number):
        self._popen.send_signal(number)
        self._stopped = number == signal.SIGSTOP or (self._stopped and number != signal.SIGCONT)

    def pause(self):
        """SIGSTOP; returns when the kernel says that it stands still."""
        self.signal(signal.SIGSTOP)
        wait_until(lambda: self._state() in ("T", "t", None), 5, f"{self.name} to stand still")

    def wait_pause(self, timeout_s):
        """Until it has stopped itself."""
        wait_until(lambda: self._state() in ("T", "t"), timeout_s, f"{self.name} to stop itself",
                   child=self)
        self._stopped = True

    def resume(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        """SIGKILL; returns when it is gone."""
        if self.is_running():
            self.signal(signal.SIGKILL)
        return self._popen.wait()

    def wait(self, timeout_s):
        """Its exit code, or ServiceError when it still runs after `timeout_s`."""
        try:
            return self._popen.wait(timeout_s)
        except subprocess.TimeoutExpired:
            raise ServiceError(f"{self.name} still runs after {timeout_s} s\n{self.log_tail()}")

    def stop(self, timeout_s=20):
        """SIGTERM, then SIGKILL when that did not help in time."""
        if self.is_running():
            if self._stopped:
                self.resume()
            self.signal(signal.SIGTERM)
            try:
                self._popen.wait(timeout_s)
            except subprocess.TimeoutExpired:
                self.kill()
        return self._popen.returncode

    def log_tail(self, lines=25):
        try:
            with open(self.log_path, "rb") as log:
                log.seek(max(0, os.fstat(log.fileno()).st_size - 16384))
                tail = log.read().decode(errors="replace").splitlines()[-lines:]
        except OSError:
            tail = []
        return f"--- {self.log_path}\n" + "\n".join(tail)

    def _state(self):
        """The kernel's letter for its state, None when it is gone."""
        try:
            with open(f"/proc/{self.pid}/stat") as stat:
                return stat.read().rsplit(")", 1)[1].split()[0]
        except OSError:
            return None


class Service:
    """What is one child. Whoever is one has start() and stop()."""

    _child = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        self.stop()

    @property
    def pid(self):
        return self._child.pid

    def is_running(self):
        return self._child is not None and self._child.is_running()

    def kill(self):
        """SIGKILL; whatever it had in memory is lost, and connections are refused."""
        self._child.kill()

    def restart(self):
        """On the same ports."""
        self.kill()
        self.start()

    def pause(self):
        """SIGSTOP: connections stay, answers do not come."""
        self._child.pause()

    def resume(self):
        self._child.resume()


def wait_until(is_true, timeout_s, what, *, every_s=0.05, child=None):
    """Waits for `is_true()` and returns its value; fails early when `child` has ended."""
    deadline = time.monotonic() + timeout_s
    while True:
        value = is_true()
        if value:
            return value
        if child is not None and not child.is_running():
            raise ServiceError(
                f"{child.name} ended with {child.exit_code} while waiting for {what}\n"
                + child.log_tail()
            )
        if time.monotonic() > deadline:
            tail = "\n" + child.log_tail() if child else ""
            raise ServiceError(f"waited {timeout_s} s for {what}{tail}")
        time.sleep(every_s)
