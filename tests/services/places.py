"""Where test services live: programs in build/services, their runs in build/run."""

import itertools
import os
import pathlib
import shutil
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("DESKHAND_BUILD", ROOT / "build"))
SERVICES = BUILD / "services"
RUNS = BUILD / "run"
KEPT_RUNS = 5
SOCKET_PATH_BYTES_MAX = 107

_numbers = itertools.count()
_session = None


def session_dir():
    """One directory for each run of the tests; the oldest runs are removed."""
    global _session
    if _session is None:
        RUNS.mkdir(parents=True, exist_ok=True)
        _session = pathlib.Path(tempfile.mkdtemp(prefix="run-", dir=RUNS))
        (_session / "pid").write_text(str(os.getpid()))
        _forget_old_runs()
    return _session


def service_dir(name):
    """A fresh directory for one service of this run."""
    path = session_dir() / f"{name}-{next(_numbers)}"
    path.mkdir()
    return path


def socket_dir(directory):
    """`directory`, or a shorter one when the path of a Unix socket in it would be too long."""
    if len(str(directory)) < SOCKET_PATH_BYTES_MAX - 20:
        return directory
    return pathlib.Path(tempfile.mkdtemp(prefix="deskhand-"))


def _forget_old_runs():
    runs = sorted(RUNS.glob("run-*"), key=lambda run: run.stat().st_mtime)
    for run in runs[:-KEPT_RUNS]:
        if not _is_in_use(run):
            shutil.rmtree(run, ignore_errors=True)


def _is_in_use(run):
    try:
        os.kill(int((run / "pid").read_text()), 0)
        return True
    except (OSError, ValueError):
        return False
