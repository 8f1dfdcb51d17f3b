"""The image and compose.yaml: nobody's root, nothing to write to, versions that stay."""

import json
import re
import shutil
import subprocess

import pytest

from tests.deploy.folder import DEPLOY, GRACE_S, PROGRAM, ROOT, documents, properties
from tests.services.kafka import LIBS

DOCKERFILE = DEPLOY / "Dockerfile"
FORMAT_S = 120
COMPOSE = DEPLOY / "compose" / "compose.yaml"
# The package of Debian 13 for each library that the program may be linked with.
PACKAGES = {
    "libc": None,
    "libm": None,
    "ld-linux-x86-64": None,
    "ld-linux-aarch64": None,
    "libcrypto": "libssl3t64",
    "libcurl": "libcurl4t64",
    "libjansson": "libjansson4",
    "liblz4": "liblz4-1",
    "libpcre2-8": "libpcre2-8-0",
    "libsasl2": "libsasl2-2",
    "libsqlite3": "libsqlite3-0",
    "libssl": "libssl3t64",
    "libutf8proc": "libutf8proc3",
    "libuv": "libuv1t64",
    "libz": "zlib1g",
    "libzstd": "libzstd1",
}


def instructions():
    """(word, rest) of each instruction, continued lines joined."""
    text = re.sub(r"(?m)^#.*\n", "", DOCKERFILE.read_text("utf-8")).replace("\\\n", " ")
    return [tuple(line.split(None, 1)) for line in text.splitlines() if line.strip()]


def last_stage():
    every = instructions()
    start = max(at for at, (word, _) in enumerate(every) if word == "FROM")
    return every[start:]


def compose():
    (document,) = documents(COMPOSE)
    return document


def test_the_image_is_built_in_a_stage_of_its_own_on_the_named_base():
    froms = [rest for word, rest in instructions() if word == "FROM"]
    assert froms == ["${DEBIAN} AS build", "${DEBIAN}"]
    assert ("ARG", "DEBIAN=debian:trixie-slim") in instructions()


def test_the_image_runs_as_a_numbered_user_and_starts_the_program_itself():
    words = dict(last_stage())
    uid, gid = words["USER"].split(":")
    assert int(uid) >= 1000 and int(gid) >= 1000
    assert words["STOPSIGNAL"] == "SIGTERM"
    assert json.loads(words["ENTRYPOINT"]) == ["/usr/bin/deskhand"]
    assert json.loads(words["CMD"])[0] == "run"
    order = [word for word, _ in last_stage()]
    assert "RUN" not in order[order.index("USER") :]


def test_the_image_holds_what_the_program_is_linked_with():
    if not shutil.which("readelf"):
        pytest.skip("needs readelf (Debian package binutils)")
    read = subprocess.run(
        ["readelf", "-d", PROGRAM], capture_output=True, text=True, check=True
    ).stdout
    needed = re.findall(r"\(NEEDED\).*\[([a-z0-9_-]+)\.so", read)
    assert "libuv" in needed
    (run,) = [rest for word, rest in last_stage() if word == "RUN" and "apt-get" in rest]
    for library in needed:
        package = PACKAGES[library]
        assert package is None or package in run.split(), library


def test_the_build_gets_what_it_reads_and_no_secret():
    ignored = (DEPLOY / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    assert ignored[1] == "*"
    assert ignored.index("deploy/compose/secrets") > ignored.index("!deploy")
    for name in ("Makefile", "LICENSE", "THIRD_PARTY.md", "common", "worker", "deploy"):
        assert f"!{name}" in ignored and (ROOT / name).exists()
    assert "/secrets/" in (DEPLOY / "compose" / ".gitignore").read_text("utf-8")


def test_compose_names_a_version_of_each_image():
    version = re.search(r"(?m)^VERSION := (\S+)$", (ROOT / "Makefile").read_text("utf-8"))[1]
    for name, service in compose()["services"].items():
        image, _, tag = service["image"].partition(":")
        assert re.fullmatch(r"\d+\.\d+\.\d+", tag), f"{name}: {service['image']}"
        assert image != "deskhand" or tag == version


@pytest.mark.parametrize("name", ["redis", "topics", "worker"])
def test_compose_gives_a_service_no_right_that_it_does_not_need(name):
    service = compose()["services"][name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not {"privileged", "cap_add", "devices", "ports"} & service.keys()


def test_compose_opens_ports_on_loopback_only():
    for service in compose()["services"].values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:")


def test_compose_waits_longer_than_a_worker_takes_to_end():
    drain_s = int(properties(DEPLOY / "deskhand.properties").get("drain.timeout.ms", 20000)) / 1000
    grace = compose()["services"]["worker"]["stop_grace_period"]
    assert int(grace.removesuffix("s")) > drain_s + GRACE_S


def test_compose_hands_the_worker_every_secret_that_its_settings_name():
    settings = properties(DEPLOY / "compose" / "deskhand.properties")
    named = {value.removeprefix("/run/secrets/") for key, value in settings.items() if ".file" in key}
    assert named == set(compose()["services"]["worker"]["secrets"]) == set(compose()["secrets"])
    made = (DEPLOY / "compose" / "secrets.sh").read_text("utf-8")
    assert all(name in made for name in named)


def test_kafka_takes_the_settings_that_compose_hands_over(tmp_path):
    """The image makes node.id of KAFKA_NODE_ID; the formatter reads them as the broker does."""
    if not any(LIBS.glob("kafka_2.13-*.jar")):
        pytest.skip("needs Kafka (python -m tests.services install)")
    given = compose()["services"]["kafka"]["environment"]
    settings = {
        key.removeprefix("KAFKA_").lower().replace("_", "."): value for key, value in given.items()
    } | {"log.dirs": tmp_path / "log"}
    path = tmp_path / "server.properties"
    path.write_text("".join(f"{key}={value}\n" for key, value in settings.items()))
    run = subprocess.run(
        ["java", "-Xmx128m", "-cp", f"{LIBS}/*", "kafka.tools.StorageTool", "format",
         "--cluster-id=only-for-tests-0000000", "-c", path],
        capture_output=True, text=True, timeout=FORMAT_S,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert (tmp_path / "log" / "meta.properties").exists()


def test_the_redis_of_compose_keeps_nothing_and_wants_the_password(tmp_path):
    """The very lines that compose.yaml hands over, to the redis-server of this machine."""
    if not shutil.which("redis-server"):
        pytest.skip("needs redis-server")
    shell, option, script = compose()["services"]["redis"]["command"]
    (tmp_path / "password").write_text("only for tests")
    script = script.replace("$$", "$").replace("/run/secrets/store.password", "password")
    script = script.replace("\nEND", f"\nport 0\nunixsocket {tmp_path}/redis.sock\nEND")
    with subprocess.Popen([shell, option, script], cwd=tmp_path, stdout=subprocess.PIPE,
                          text=True) as server:
        try:
            for line in server.stdout:
                if "ready to accept connections" in line.lower():
                    break
            ask = ["redis-cli", "-s", tmp_path / "redis.sock"]
            refused = subprocess.run([*ask, "ping"], capture_output=True, text=True)
            assert "NOAUTH" in refused.stdout
            told = subprocess.run(
                [*ask, "--no-auth-warning", "-a", "only for tests", "config", "get", "append*"],
                capture_output=True, text=True,
            ).stdout.split()
            assert told[told.index("appendonly") + 1] == "no"
        finally:
            server.terminate()
    assert server.returncode == 0
    assert not list(tmp_path.glob("*.rdb"))
