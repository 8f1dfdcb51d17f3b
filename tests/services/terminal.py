"""A terminal, as people have it."""

import contextlib
import os
import pty
import subprocess
import threading


class Terminal:
    """What `command` shows on it, all of it: it is read while the command runs."""

    def __init__(self, command, wait_s, **streams):
        ours, its = pty.openpty()
        self._shown = []
        reader = threading.Thread(target=self._read, args=(ours,))
        reader.start()
        try:
            self.done = subprocess.run(command, **({"stdout": its, "stderr": its} | streams),
                                       timeout=wait_s, check=False)
        finally:
            os.close(its)
            reader.join()
            os.close(ours)
        self.text = b"".join(self._shown).decode()

    def _read(self, ours):
        with contextlib.suppress(OSError):  # the end of a terminal is an error
            while more := os.read(ours, 4096):
                self._shown.append(more)
