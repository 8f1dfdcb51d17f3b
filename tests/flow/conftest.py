"""Real services for all flow tests, and a worker for each."""

import contextlib
import pathlib

import pytest

from tests.flow.worker import Worker
from tests.services.fake_model import FakeModel
from tests.services.kafka import Kafka
from tests.services.redis import Redis


# Files that take minutes: they start first, so that none is left alone at the end.
LONGEST = (
    "test_upgrade",
    "test_real_model",
    "test_scaling",
    "test_secure_kafka",
    "test_handoff",
    "test_membership",
)


def pytest_collection_modifyitems(items):
    places = {name: place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(pathlib.Path(item.fspath).stem, len(LONGEST)))


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
