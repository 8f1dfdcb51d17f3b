"""Real services for all flow tests, and a worker for each."""

import contextlib

import pytest

from tests.flow.worker import Worker
from tests.services.fake_model import FakeModel
from tests.services.kafka import Kafka
from tests.services.redis import Redis


@pytest.fixture(scope="session")
def services():
    with contextlib.ExitStack() as stack:
        yield (
            stack.enter_context(Kafka()),
            stack.enter_context(Redis()),
            stack.enter_context(FakeModel()),
        )


@pytest.fixture
def worker(services, tmp_path):
    services[2].reset()
    made = Worker(services, tmp_path / "worker.log")
    yield made
    made.close()
