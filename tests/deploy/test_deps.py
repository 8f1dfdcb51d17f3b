"""deploy/deps.sh builds nothing from an archive that is not the one it was written for."""

import hashlib
import io
import os
import re
import shutil
import subprocess
import tarfile

from tests.deploy.folder import ROOT

CONFIGURE = "package/deps/librdkafka/configure"
FILE = re.search(r"^RDKAFKA_FILE=(.+)$", (ROOT / "deploy/deps.sh").read_text(), re.M)[1]
HASH = re.search(r"^RDKAFKA_SHA256=(.+)$", (ROOT / "deploy/deps.sh").read_text(), re.M)[1]


def forge(path):
    """An archive in the form of the real one, with a program that is run when it is built."""
    program = b"#!/bin/sh\nexit 1\n"
    entry = tarfile.TarInfo(CONFIGURE)
    entry.size, entry.mode = len(program), 0o755
    with tarfile.open(path, "w:gz") as archive:
        archive.addfile(entry, io.BytesIO(program))
    return hashlib.sha256(path.read_bytes()).hexdigest()


def fetch(script, tmp_path):
    """What the script says when npm brings the forged archive; whether it was unpacked."""
    tools = tmp_path / "tools"
    tools.mkdir(exist_ok=True)
    npm = tools / "npm"
    npm.write_text(f'#!/bin/sh\n[ "$1" = pack ] && cp "{tmp_path / FILE}" .\n')
    npm.chmod(0o755)
    build = tmp_path / "build"
    ended = subprocess.run(
        [script, "tsan"], capture_output=True, text=True, timeout=60,
        env=os.environ | {"PATH": f"{tools}:{os.environ['PATH']}", "BUILD": str(build)})
    assert ended.returncode != 0
    return ended.stderr, list(build.glob("deps/src/*/configure")) != []


def test_an_archive_with_another_hash_is_refused_and_not_unpacked(tmp_path):
    forge(tmp_path / FILE)
    said, was_unpacked = fetch(ROOT / "deploy/deps.sh", tmp_path)
    assert f"{FILE} does not have the expected SHA-256, not using it" in said
    assert not was_unpacked


def test_only_the_hash_keeps_it_out(tmp_path):
    """The control: a script that expects that very archive unpacks it, and goes on to build."""
    forged = forge(tmp_path / FILE)
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    script = tmp_path / "deploy/deps.sh"
    script.write_text(script.read_text().replace(HASH, forged))
    said, was_unpacked = fetch(script, tmp_path)
    assert "SHA-256" not in said
    assert was_unpacked
