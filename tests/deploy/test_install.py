"""`make install` places everything that a machine needs, and `make uninstall` takes it away."""

import configparser
import os
import pathlib
import re
import shutil
import stat
import subprocess

import pytest

from tests.deploy.folder import DEPLOY, GRACE_S, PROGRAM, ROOT

UNIT = DEPLOY / "systemd" / "deskhand@.service"
MAKE_S = 300
VARIANT = pathlib.Path(PROGRAM).parent.name


def make(target, place, prefix, umask=0o022):
    # A test may run below `make test`: what that make hands down is not for this one.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    subprocess.run(
        ["make", f"VARIANT={VARIANT}", target, f"DESTDIR={place}", f"PREFIX={prefix}"],
        cwd=ROOT, env=clean, check=True, capture_output=True, text=True, timeout=MAKE_S, umask=umask,
    )


def files(place):
    return {str(path.relative_to(place)) for path in place.rglob("*") if path.is_file()}


def unit(path=UNIT):
    class Repeated(dict):
        """Systemd allows a key several times; all that is asked here is the last one."""

    parser = configparser.RawConfigParser(strict=False, dict_type=Repeated)
    parser.optionxform = str
    parser.read(path)
    return parser


@pytest.mark.parametrize("prefix", ["/usr/local", "/opt/deskhand"])
def test_install_places_program_sample_pages_licences_and_unit(tmp_path, prefix):
    make("install", tmp_path, prefix)
    root = tmp_path / prefix.lstrip("/")
    found = files(root)
    assert {
        "bin/deskhand",
        "share/deskhand/deskhand.properties",
        "share/deskhand/deskhand.rules.yml",
        "share/deskhand/deskhand.json",
        "share/deskhand/schemas/message.schema.json",
        "share/deskhand/schemas/asyncapi.yaml",
        "share/doc/deskhand/LICENSE",
        "share/doc/deskhand/THIRD_PARTY.md",
        "share/doc/deskhand/README.md",
        "share/doc/deskhand/operate.md",
        "lib/systemd/system/deskhand@.service",
    } <= found
    for library in ("librdkafka", "hiredis"):
        text = rf"share/doc/deskhand/.*\.{library}-[0-9.]+"
        assert len([name for name in found if re.fullmatch(text, name)]) == 1
    assert files(tmp_path) == {f"{prefix.lstrip('/')}/{name}" for name in found}
    version = subprocess.run([root / "bin" / "deskhand", "version"], capture_output=True, text=True)
    assert version.stdout.startswith("deskhand ")
    sample = root / "share" / "deskhand" / "deskhand.properties"
    checked = subprocess.run([root / "bin" / "deskhand", "config", "check", "-F", sample])
    assert checked.returncode == 0
    start = unit(root / "lib/systemd/system/deskhand@.service")["Service"]["ExecStart"]
    assert start.startswith(f"{prefix}/bin/deskhand run -F /etc/deskhand/deskhand.properties")
    make("uninstall", tmp_path, prefix)
    assert files(tmp_path) == set()


def test_what_is_installed_can_be_read_by_all_and_written_by_its_owner(tmp_path):
    make("install", tmp_path, "/usr/local", umask=0o077)
    placed = [path for path in (tmp_path / "usr").rglob("*")]
    wide = {path for path in placed if path.is_dir()} | {tmp_path / "usr/local/bin/deskhand"}
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in placed}
    wrong = {path: oct(mode) for path, mode in modes.items()
             if mode != (0o755 if path in wide else 0o644)}
    assert wrong == {}


def test_a_prefix_alone_will_do_and_what_is_not_ours_stays(tmp_path):
    prefix = tmp_path / "mine"
    neighbours = [prefix / "bin/other", prefix / "share/doc/other/LICENSE"]
    for path in neighbours:
        path.parent.mkdir(parents=True)
        path.write_text("not ours")
    make("install", "", prefix)
    make("install", "", prefix)
    assert os.access(prefix / "bin/deskhand", os.X_OK)
    unit_text = (prefix / "lib/systemd/system/deskhand@.service").read_text("utf-8")
    assert f"{prefix}/bin/deskhand" in unit_text and "/usr/local" not in unit_text
    make("uninstall", "", prefix)
    assert files(prefix) == {str(path.relative_to(prefix)) for path in neighbours}


def test_the_unit_lets_a_worker_end_in_its_own_time():
    service = unit()["Service"]
    assert int(service["TimeoutStopSec"]) > 20 + GRACE_S
    assert service["Restart"] == "on-failure"


def test_the_unit_does_not_try_again_what_cannot_get_better():
    # EX_USAGE and EX_CONFIG of sysexits.h
    assert unit()["Service"]["RestartPreventExitStatus"].split() == ["64", "78"]


def test_the_unit_gives_no_rights():
    service = unit()["Service"]
    assert service["DynamicUser"] == service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["CapabilityBoundingSet"] == ""


def test_systemd_takes_the_unit(tmp_path):
    if not shutil.which("systemd-analyze"):
        pytest.skip("needs systemd-analyze (Debian package systemd)")
    path = tmp_path / UNIT.name
    path.write_text(UNIT.read_text("utf-8").replace("/usr/local/bin/deskhand", PROGRAM))
    said = subprocess.run(["systemd-analyze", "verify", path], capture_output=True, text=True)
    assert (said.returncode, said.stderr) == (0, "")
