"""A wall clock that a test sets, for the processes that are started with `env` (wall_clock.c)."""

import os
import struct
import subprocess

from tests.services import places

SOURCE = places.ROOT / "tests/services/wall_clock.c"


class WallClock:
    """Right to begin with."""

    def __init__(self, directory):
        library, self._ahead = directory / "wall_clock.so", directory / "wall_clock"
        subprocess.run([os.environ.get("CC", "cc"), "-O2", "-shared", "-fPIC", "-o", library, SOURCE],
                       check=True)
        self.env = {"LD_PRELOAD": str(library), "WALL_CLOCK_FILE": str(self._ahead)}
        self._ahead.write_bytes(struct.pack("q", 0))

    def jump_to(self, ahead_s):
        """It is so much ahead, at once; negative: behind."""
        with open(self._ahead, "r+b", buffering=0) as file:
            file.write(struct.pack("q", ahead_s))
