"""The databases of the participant's tests, with inbox and outbox; the buses of the bus's tests."""

from collections.abc import AsyncIterator

import pytest

from sagaway.bus import Bus, MemoryBroker, MemoryBus
from tests.bus.conftest import world
from tests.participant.choreography.warehouse import prepare
from tests.participant.conftest import Database

__all__ = ["world"]


@pytest.fixture
def books(database: Database) -> Database:
    """A database with all tables."""
    prepare(database)
    return database


@pytest.fixture
async def bus() -> AsyncIterator[Bus]:
    """A bus in memory."""
    made = MemoryBus(MemoryBroker())
    yield made
    await made.close()
