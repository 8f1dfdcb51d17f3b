"""The settings in deploy/ are settings: the program accepts each file as it stands."""

import re
import subprocess

import pytest

from tests.deploy.folder import DEPLOY, PROGRAM, properties

FILES = sorted(DEPLOY.rglob("*.properties"))
CHECK_S = 180
# Secrets that go unsealed over a network of the shop's own: the program warns, the file says so.
UNSEALED = {
    "compose/deskhand.properties": ["store.password.file"],
    "kubernetes/base/deskhand.properties": ["store.password.file"],
    "kubernetes/example/deskhand.properties": ["model.key.file", "store.password.file"],
}


def config_check(path):
    return subprocess.run(
        [PROGRAM, "config", "check", "-F", path], capture_output=True, text=True, timeout=CHECK_S
    )


def handed_out(text, folder):
    """A file of settings where each secret that it names is there, as it is where it is used."""
    secret = folder / "secret"
    secret.write_text("long enough, and only for tests\n")
    path = folder / "all.properties"
    path.write_text(re.sub(r"/(etc/deskhand/secrets|run/secrets)/\S+", str(secret), text))
    return path


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_every_file_of_settings_is_accepted(path, tmp_path):
    checked = config_check(handed_out(path.read_text("utf-8"), tmp_path))
    warned = re.findall(r"(?m)^deskhand config: warning: (\S+): .* on the way to .*\n", checked.stderr)
    assert (checked.returncode, len(warned)) == (0, checked.stderr.count("\n"))
    assert warned == UNSEALED.get(str(path.relative_to(DEPLOY)), [])


def test_the_commented_settings_of_the_sample_are_accepted_too(tmp_path):
    text = (DEPLOY / "deskhand.properties").read_text("utf-8")
    commented = re.findall(r"(?m)^#([a-z]+\.[a-z.]+ = .*)$", text)
    assert len(commented) > 10
    # A key that stands there twice is an error: the commented line takes the other's place.
    keys = {line.split(" = ")[0] for line in commented}
    kept = [line for line in text.splitlines() if line.split(" = ")[0] not in keys]
    checked = config_check(handed_out("\n".join([*kept, *commented, ""]), tmp_path))
    assert (checked.returncode, checked.stderr) == (0, "")


def test_a_misspelt_setting_would_be_refused(tmp_path):
    path = tmp_path / "wrong.properties"
    path.write_text((DEPLOY / "image.properties").read_text("utf-8") + "modell.kind = builtin\n")
    checked = config_check(path)
    assert checked.returncode == 78
    assert "model.kind" in checked.stderr


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DEPLOY)))
def test_files_say_which_version_of_the_settings_they_are(path):
    assert properties(path)["settings.version"] == "1"


def test_no_secret_is_a_value():
    for path in FILES:
        for key in properties(path):
            if re.search(r"password|secret|key", key):
                assert key.endswith(".file"), f"{path.name}: {key}"
