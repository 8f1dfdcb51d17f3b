"""What becomes of output that nobody takes, and of standard streams that nobody opened."""

import json
import os
import socket
import subprocess

import pytest

from tests.flow.worker import PROGRAM, WAIT_S

EX_NOINPUT = 66
EX_IOERR = 74
EX_CONFIG = 78
COMMANDS = [["version"], ["--help"], ["config", "print"], ["config", "check"], ["chat"], ["topics"]]


def ended(command, **streams):
    return subprocess.run([PROGRAM, *command], timeout=WAIT_S, stderr=subprocess.PIPE,
                          text=True, **streams)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_output_that_a_full_disk_does_not_take_is_an_error(command):
    with open("/dev/full", "w") as full:
        said = ended(command, input="Hello!\n", stdout=full)
    assert said.returncode == EX_IOERR
    assert "standard output" in said.stderr


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_closed_output_is_an_error_that_is_told(command):
    said = ended(command, input="Hello!\n", preexec_fn=lambda: os.close(1))
    assert said.returncode == EX_IOERR
    assert "standard output" in said.stderr


@pytest.mark.parametrize("closed", [0, 1, 2])
def test_a_stream_that_is_closed_is_not_given_to_another_file(closed, tmp_path):
    """The event is read all the same, and no error of the program's own lands in it."""
    path = tmp_path / "event.json"
    event = {"id": "1", "conversation_id": "c", "customer_id": "u", "text": "Hello!"}
    path.write_text(json.dumps(event))
    command = [PROGRAM, "check", str(path)]
    said = subprocess.run(command, timeout=WAIT_S, capture_output=True, text=True,
                          preexec_fn=lambda: os.close(closed))
    assert said.returncode == (EX_IOERR if closed == 1 else 0)
    assert json.loads(path.read_text()) == event


@pytest.mark.parametrize("command", [["check", "-"], ["chat"], ["chat", "-"]], ids=" ".join)
def test_an_input_that_is_closed_is_no_empty_one(command):
    said = ended(command, stdout=subprocess.PIPE, preexec_fn=lambda: os.close(0))
    assert (said.returncode, said.stdout) == (EX_NOINPUT, "")
    assert "cannot be read" in said.stderr


def test_an_event_is_checked_that_comes_over_a_socket_as_from_a_child_of_node():
    ours, its = socket.socketpair()
    with ours, its:
        ours.sendall(b'{"id":"1","conversation_id":"c","customer_id":"u","text":"Hello!"}')
        ours.shutdown(socket.SHUT_WR)
        said = ended(["check", "-"], stdin=its, stdout=subprocess.PIPE)
    assert (said.returncode, said.stdout, said.stderr) == (0, "-: valid\n", "")


def test_an_error_of_a_settings_file_names_the_command_that_was_called(tmp_path):
    path = tmp_path / "bad.properties"
    path.write_bytes(b"model.url = \xff\n")
    said = ended(["config", "check", "-F", str(path)], stdout=subprocess.PIPE)
    assert said.returncode == EX_CONFIG
    assert said.stderr.startswith("deskhand config: ") and f"{path.name}:1: " in said.stderr
