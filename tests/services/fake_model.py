"""The fake model server (fake_model.mjs) as a service, and the function that it answers with."""

import hashlib
import json
import re
import shutil
import urllib.request

from tests.services import certs, places
from tests.services.child import Child, Service, ServiceError, wait_until
from tests.services.ports import Ports

READY_S = 180
MARK = re.compile(r"case-([a-z]+)-[a-z]+")
HAN = re.compile("[\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]")
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")


def mark(conversation, turn):
    """The mark of one customer text: letters only, so that nothing takes it for a number."""
    return f"case-{_letters(conversation, 5)}-{_letters(turn, 4)}"


def question(text):
    """What the server counts a call under: the text's last mark, else the text itself."""
    marks = list(MARK.finditer(text))
    return marks[-1].group() if marks else text.strip()[:500]


def reply(text):
    """What the server answers to a customer's `text`, when no behaviour says otherwise."""
    digest = hashlib.sha256(question(text).encode()).hexdigest()[:16].translate(_LETTERS)
    if HAN.search(text):
        return f"谢谢您的来信，回复编号是{digest}。"
    return f"Thank you for writing. The reply code is {digest}."


class FakeModel(Service):
    """Plain HTTP at `url`, TLS with HTTP/2 at `tls_url` (trust `certs.ca_file`)."""

    def __init__(self, *, certificate=None, authority=None):
        self._directory = places.service_dir("fake-model")
        self.certs = authority or certs.Authority(self._directory / "tls")
        self._identity = certificate or self.certs.issue("model", "localhost", "127.0.0.1")
        self._ports = Ports()
        self._http, self._tls, self._control = (self._ports.reserve() for _ in range(3))
        self._behaviour = {}
        self._starts = 0

    @property
    def url(self):
        return f"http://127.0.0.1:{self._http}"

    @property
    def tls_url(self):
        return f"https://localhost:{self._tls}"

    @property
    def control_url(self):
        return f"http://127.0.0.1:{self._control}"

    def start(self):
        node = shutil.which("node")
        if not node:
            raise ServiceError("no node: run `make deps` (Debian package nodejs)")
        self._starts += 1
        said = self._directory / f"ports-{self._starts}.json"
        program = places.ROOT / "tests" / "services" / "fake_model.mjs"
        arguments = {
            "--port": self._http,
            "--tls-port": self._tls,
            "--control-port": self._control,
            "--cert": self._identity.chain,
            "--key": self._identity.key,
        }
        flat = [part for pair in arguments.items() for part in pair]
        self._child = Child(
            "fake model", [node, program, *flat], self._directory / "server.log", out_path=said
        )
        wait_until(lambda: said.read_text().endswith("\n"), READY_S, "the fake model",
                   child=self._child)
        self._post("/__control", self._behaviour)
        return self

    def stop(self):
        if self._child:
            self._child.kill()
        self._ports.close()

    def behave(self, **behaviour):
        """Replaces the behaviour (fake_model.mjs says what one may hold)."""
        self._behaviour = behaviour
        self._post("/__control", behaviour)

    def reset(self):
        """Default behaviour, no counts, no captured requests."""
        self.behave()
        self._post("/__reset", {})

    def forget_calls(self):
        self._post("/__reset", {})

    def calls(self):
        """`total`, `by_question`, `overlaps` (two calls of one conversation at a time), `cut` and
        `spoiled` (calls that had no good answer) ..."""
        return self._ask("/__calls")

    def flight(self):
        """`in_flight`, and `answered_lately`: in the last half second."""
        return self._ask("/__flight")

    def requests(self):
        """The last captured requests, oldest first."""
        return self._ask("/__requests")["requests"]

    def _post(self, path, body):
        return self._ask(path, json.dumps(body).encode())

    def _ask(self, path, body=None):
        request = urllib.request.Request(self.control_url + path, data=body)
        with urllib.request.urlopen(request, timeout=60) as response:
            return json.load(response)


def _letters(number, width):
    """`number` in base 26 with leading "a"s, so that letters sort as numbers do."""
    letters = ""
    for _ in range(width):
        number, digit = divmod(number, 26)
        letters = chr(ord("a") + digit) + letters
    if number:
        raise ValueError("the number needs more letters")
    return letters
