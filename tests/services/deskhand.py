"""A worker as it is seen from outside: what it is started with, and what it tells over HTTP."""

import contextlib
import urllib.error
import urllib.request

ASKED_S = 2  # whoever asks again and again

# What the records of an output are, by the end of its topic's setting.
KINDS = {
    "answers": "answer", "recommendations": "recommendation", "copies": "copy",
    "handoffs": "handoff", "conversations": "conversation", "dead.letters": "dead-letter",
    "audit": "audit",
}


def arguments(settings):
    """Settings as a command takes them."""
    return [part for item in settings.items() for part in ("-X", "=".join(item))]


class Listening:
    """What a worker tells at `listen`. While nobody answers there: OSError, or what is said."""

    listen = None
    page_s = ASKED_S  # how long a page may take

    def page(self, name):
        with urllib.request.urlopen(f"http://{self.listen}/{name}", timeout=self.page_s) as answer:
            return answer.read().decode()

    def readiness(self):
        """Why it is not ready; empty when it is."""
        try:
            with urllib.request.urlopen(f"http://{self.listen}/readyz", timeout=ASKED_S):
                return ""
        except urllib.error.HTTPError as answer:
            return answer.read().decode()

    def is_live(self):
        """False as well while nobody answers."""
        with contextlib.suppress(OSError):
            with urllib.request.urlopen(f"http://{self.listen}/livez", timeout=ASKED_S):
                return True
        return False

    def series(self):
        """The values of its metrics, by name and labels as they are written."""
        lines = self.page("metrics").splitlines()
        return {series: float(value) for series, value in
                (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}
