"""What a wrong setting or file prints: the place, what is wrong, and one of the codes of sysexits.

No service is needed: each of these is refused before anything is connected to.
"""

import signal
import subprocess

import pytest

from tests.flow.worker import PROGRAM, WAIT_S

USAGE, NO_INPUT, SETTINGS = 64, 66, 78
KAFKA = ("-X", "kafka.bootstrap.servers=127.0.0.1:1")
TAKERS = (("run",), ("config", "check"))  # what one of them refuses the other does, too
OPENAI = ("-X", "model.kind=openai", "-X", "model.name=m")


def run(*arguments):
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=WAIT_S, env={"PATH": "/usr/bin:/bin"},
    )


@pytest.mark.parametrize("assignment, words", [
    ("kafak.bootstrap.servers=x", "did you mean kafka.bootstrap.servers?"),
    ("inflight.max=many", "inflight.max: must be a number from 1 to 1000000"),
    ("inflight.max=0", "inflight.max: must be a number from 1 to 1000000"),
    ("delivery=twice", "delivery: must be one of exactly-once|at-least-once"),
    ("kafka.group.id=", "kafka.group.id: must have 1 to 249 bytes"),
    ("kafka.brokers=x", "did you mean kafka.bootstrap.servers?"),
    ("model.key=x", "did you mean model.key.file?"),
    ("kafka.nonsense=1", "kafka.nonsense: No such configuration property"),
    ("kafka.session.timeout.ms=soon", "kafka.session.timeout.ms: Invalid value"),
    ("store.url=http://localhost", "store.url: must begin with redis://, rediss:// or unix:///"),
    ("store.url=redis://localhost:99999", "store.url: a port or database"),
    ("http.listen=nonsense", "http.listen: expected address:port"),
    ("http.listen=127.0.0.1:99999", "http.listen: the port must be a number"),
])
def test_a_wrong_value_is_refused_with_what_is_allowed(assignment, words):
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", assignment)
        assert refused.returncode == SETTINGS
        assert words in refused.stderr and "librdkafka" not in refused.stderr
        assert refused.stdout == ""


def test_a_password_that_is_not_given_is_named_by_its_setting():
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", "kafka.security.protocol=sasl_ssl",
                      "-X", "kafka.sasl.mechanism=PLAIN")
        assert refused.returncode == SETTINGS
        assert "set kafka.sasl.username and kafka.sasl.password.file" in refused.stderr


@pytest.mark.parametrize("url", ["", "ftp://127.0.0.1/", "nonsense"])
def test_an_address_that_no_model_can_have_is_refused(url):
    refused = run("run", *KAFKA, *OPENAI, *(["-X", f"model.url={url}"] if url else []))
    assert refused.returncode == SETTINGS
    assert "model.url: model.kind=openai needs an address with http:// or https://" in refused.stderr


@pytest.mark.parametrize("key", ["seal.key.file", "prompt.file", "store.password.file",
                                 "model.key.file", "copy.banned.file", "catalog.file"])
def test_a_file_that_cannot_be_read_is_named_with_its_setting(tmp_path, key):
    for path, why in ((tmp_path / "none", "No such file or directory"),
                      (tmp_path, "Is a directory")):
        for command in TAKERS:
            refused = run(*command, *KAFKA, *OPENAI, "-X", "model.url=http://127.0.0.1:1/v1",
                          "-X", "store.url=redis://127.0.0.1:1",
                          "-X", f"{key}={path}")
            assert refused.returncode == SETTINGS
            assert f"{key}: {path} cannot be read: {why}" in refused.stderr


def test_a_key_that_is_too_short_is_refused_with_the_command_that_makes_one(tmp_path):
    path = tmp_path / "seal.key"
    path.write_bytes(b"short")
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", f"seal.key.file={path}")
        assert refused.returncode == SETTINGS
        assert "at least 16 are needed (head -c 32 /dev/urandom > FILE)" in refused.stderr
        assert "short" not in refused.stderr


@pytest.mark.parametrize("key", ["tenants.dir", "knowledge.dir"])
def test_a_folder_that_is_not_there_is_named_with_its_setting(tmp_path, key):
    none = tmp_path / "none"
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", f"{key}={none}")
        assert refused.returncode == SETTINGS
        assert key in refused.stderr and str(none) in refused.stderr


@pytest.mark.parametrize("key", ["ssl.ca.location", "ssl.certificate.location"])
@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_certificate_that_cannot_be_used_is_named_with_what_to_look_at(tmp_path, key, content):
    path = tmp_path / "ca.crt"
    if content is not None:
        path.write_text(content)
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", "kafka.security.protocol=ssl",
                      "-X", f"kafka.{key}={path}")
        assert refused.returncode == SETTINGS
        assert (f"kafka settings: {key} failed: is the file there, may it be read, and is it PEM?"
                in refused.stderr)


def test_a_broken_catalogue_is_refused_with_its_line(tmp_path):
    shop = tmp_path / "shop.csv"
    shop.write_text("sku,name,price,currency\nA-1,Tea,cheap,EUR\n")
    for command in TAKERS:
        refused = run(*command, *KAFKA, "-X", f"catalog.file={shop}")
        assert refused.returncode == SETTINGS
        assert f"catalog.file: {shop}:2: " in refused.stderr


@pytest.mark.parametrize("more", [(), ("--create",)])
def test_topics_that_settings_give_twice_are_neither_listed_nor_made(more):
    refused = run("topics", *more, *KAFKA, "-X", "topic.answers=one", "-X", "topic.copies=one")
    assert (refused.returncode, refused.stdout) == (SETTINGS, ""), refused.stderr
    assert "topic.copies: topic.answers has the same topic; each needs its own" in refused.stderr


def test_good_settings_are_called_valid_without_a_broker_or_a_store():
    checked = run("config", "check", *KAFKA, "-X", "store.url=redis://127.0.0.1:1")
    assert (checked.returncode, checked.stdout, checked.stderr) == (
        0, "the settings are valid\n", "")


def test_a_secret_that_others_could_read_on_the_way_is_told_by_check_and_start(tmp_path):
    """The settings are valid all the same; `chat` starts as `run` does, and needs no broker."""
    key = tmp_path / "model.key"
    key.write_text("hush-hush")
    given = (*OPENAI, "-X", f"model.key.file={key}", "-X", "store.url=memory:", "-X")
    told = "model.key.file: write model.url with https://, else whoever is on the way to models.test"
    checked = run("config", "check", *KAFKA, *given, "model.url=http://models.test/v1")
    started = run("chat", *given, "model.url=http://models.test/v1")
    for done in (checked, started):
        assert done.returncode == 0 and told in done.stderr and "hush" not in done.stderr
    for url in ("https://models.test/v1", "http://127.0.0.1:1/v1"):
        assert run("config", "check", *KAFKA, *given, f"model.url={url}").stderr == ""


def test_a_file_of_settings_that_is_not_there_is_named(tmp_path):
    refused = run("run", "-F", tmp_path / "none")
    assert refused.returncode == SETTINGS
    assert f"-F: {tmp_path / 'none'} cannot be read" in refused.stderr


@pytest.mark.parametrize("arguments, words", [
    (("bogus",), "config"),
    ((), "deskhand COMMAND --help"),
    (("run", "--bogus"), "--bogus is not an option"),
    (("check", "-qz"), "-q is not an option"),
    (("run", "-X", "delivery"), "-X: is not key=value"),
    (("version", "extra"), "extra is not expected here"),
    (("help", "bogus"), "bogus is not a command"),
    (("replay",), "--topic is missing"),
    (("replay", "--topic", "elsewhere"), "--topic: elsewhere has no events of this worker"),
])
def test_a_wrong_command_line_says_how_it_is_meant(arguments, words):
    refused = run(*arguments)
    assert refused.returncode == USAGE
    assert words in refused.stderr


@pytest.mark.parametrize("command", ["chat", "version", "run"])
def test_help_of_a_command_is_its_own_help(command):
    told = run("help", command)
    assert told.returncode == 0
    assert told.stdout.startswith(f"Usage: deskhand {command}")
    assert told.stdout == run(command, "--help").stdout


@pytest.mark.parametrize("arguments", [
    ("check",), ("chat",), ("chat", "--catalog"), ("demo", "--day"), ("evaluate", "reply", "--cases"),
    ("evaluate", "recommend", "--baskets"),
])
def test_input_that_is_not_there_is_told_by_one_code_whatever_the_command(tmp_path, arguments):
    refused = run(*arguments, tmp_path / "none")
    assert refused.returncode == NO_INPUT
    assert f"{tmp_path / 'none'} cannot be read: No such file or directory" in refused.stderr


def test_who_waits_for_a_broker_is_told_so_meanwhile():
    waiting = subprocess.Popen([PROGRAM, "topics", "--create", *KAFKA], stderr=subprocess.PIPE, text=True)
    try:
        assert "no answer yet" in waiting.stderr.readline()
    finally:
        waiting.kill()
        waiting.communicate()


@pytest.mark.parametrize("number, delivery", [(signal.SIGTERM, "exactly-once"),
                                              (signal.SIGINT, "at-least-once")])
def test_a_worker_that_finds_no_broker_obeys_a_signal_at_once(number, delivery):
    waiting = subprocess.Popen([PROGRAM, "run", *KAFKA, "-X", "http.listen=", "-X",
                                "start.timeout.ms=600000", "-X", f"delivery={delivery}"],
                               stderr=subprocess.PIPE, text=True)
    try:
        for line in waiting.stderr:
            if "Connection refused" in line:
                break
        waiting.send_signal(number)
        said = waiting.communicate(timeout=WAIT_S)[1]
        assert waiting.returncode == 0, said
    finally:
        waiting.kill()
        waiting.communicate()
