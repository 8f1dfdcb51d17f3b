"""The programs of docs/integrate.md, as they stand there, against a real broker and the worker."""

import contextlib
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.contract import page
from tests.contract.packages import npm_packages
from tests.flow.worker import PROGRAM, WAIT_S
from tests.services.kafka import LIBS, Kafka
from tests.services.ports import Ports

pytestmark = pytest.mark.untraced  # what it tries are the page's programs

ORDER = "Where is my order 100234?"
PERSON = "I want to talk to a person."


def python(name):
    return [sys.executable, name]


def java(name):
    return ["java", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-cp", f"{LIBS}/*", name]


def node(name):
    return ["node", name]


CLIENTS = {
    "python": (python("ask.py"), python("read.py")),
    "java": (java("Ask.java"), java("Read.java")),
    "javascript": (node("ask.mjs"), node("read.mjs")),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The page's programs, and what they import."""
    made = tmp_path_factory.mktemp("integrate")
    page.write_programs(made)
    (made / "node_modules").symlink_to(npm_packages("kafkajs@2.2.4") / "node_modules")
    modules = subprocess.run(["java", "--list-modules"], capture_output=True, text=True)
    if "jdk.compiler" not in modules.stdout:
        pytest.skip("needs a JDK: apt-get install default-jdk-headless")
    return made


@pytest.fixture(scope="module")
def kafka():
    with Kafka() as made:
        yield made


@pytest.fixture(scope="module")
def worker(kafka, tmp_path_factory):
    """With the topics of the page, which are the defaults."""
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    servers = ["-X", f"kafka.bootstrap.servers={kafka.bootstrap}"]
    subprocess.run([PROGRAM, "topics", "--create", *servers], check=True, timeout=WAIT_S,
                   stdout=subprocess.DEVNULL)
    ports = Ports()
    listen = f"127.0.0.1:{ports.reserve()}"
    with open(log, "wb") as err:
        child = subprocess.Popen([PROGRAM, "run", *servers, "-X", f"http.listen={listen}"],
                                 stderr=err)
    try:
        wait_ready(child, listen, log)
        yield child
        child.terminate()
        assert child.wait(WAIT_S) == 0, log.read_text()
    finally:
        child.kill()
        ports.close()


def wait_ready(child, listen, log):
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        assert child.poll() is None, log.read_text()
        with contextlib.suppress(OSError):
            urllib.request.urlopen(f"http://{listen}/readyz", timeout=2).close()
            return
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.fixture
def client(folder, kafka, worker, tmp_path):
    """Runs programs of the page; what is still running at the end is stopped."""
    running = []

    def run(command, *arguments):
        log = tmp_path / f"{len(running)}.log"
        names = {"KAFKA": kafka.bootstrap, "GROUP": f"desk-{len(running)}"}
        with open(log, "wb") as out:
            child = subprocess.Popen([*command, *arguments], cwd=folder, stdout=out,
                                     stderr=subprocess.STDOUT, env=os.environ | names)
        running.append(child)
        return child, log

    yield run
    for child in running:
        child.kill()
        child.wait()


def ask(client, command, conversation, customer, text):
    """The id that the program printed."""
    child, log = client(command, conversation, customer, text)
    assert child.wait(WAIT_S) == 0, log.read_text()
    return log.read_text().split()[-1]


def replies(log, wanted):
    """Lines of a reader, by the message that each replies to, when all `wanted` are there."""
    deadline = time.monotonic() + WAIT_S
    while time.monotonic() < deadline:
        lines = [line.split(" ", 2) for line in log.read_text().splitlines()]
        found = {line[1]: line for line in lines if len(line) == 3}
        if wanted <= found.keys():
            return found
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_each_language_asks_and_each_reads_what_all_were_told(client):
    shop, log = client(python("shop.py"))
    assert shop.wait(WAIT_S) == 0, log.read_text()
    asked, people = set(), set()
    for name, (command, _) in CLIENTS.items():
        asked.add(ask(client, command, f"c-{name}", "u-77", ORDER))
        people.add(ask(client, command, f"p-{name}", "u-77", PERSON))
    assert len(asked | people) == 2 * len(CLIENTS)
    logs = {name: client(command)[1] for name, (_, command) in CLIENTS.items()}
    for name, log in logs.items():
        found = replies(log, asked | people)
        for each in asked:
            topic, _, text = found[each]
            assert topic == "support.answers" and "2025-03-06" in text, (name, found[each])
        for each in people:
            assert found[each] == ["support.handoffs", each, "person_wanted"], name
