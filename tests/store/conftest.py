"""The stores, so that one suite holds them to the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orchestrator.store.base import SagaLog
from orchestrator.store.memory import MemoryLog
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase


class Store:
    """A saga log that can be closed and opened again, as a process that ends and starts."""

    def __init__(self, location: Path | str | None) -> None:
        self._location = location
        self.log: SagaLog = MemoryLog() if location is None else SqlLog(location, name="a")

    async def reopen(self, now: int = 0) -> SagaLog:
        await self.log.close()
        if self._location is not None:
            self.log = SqlLog(self._location, name="a")
        await self.log.open(now)
        return self.log


@pytest.fixture(params=["memory", "sqlite", "postgresql"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    location: Path | str | None = tmp_path / "saga.db" if request.param == "sqlite" else None
    if request.param == "postgresql":
        database: LogDatabase = request.getfixturevalue("log_database")
        location = database.location
    store = Store(location)
    await store.log.open(1)
    yield store
    await store.log.close()


@pytest.fixture
def log(store: Store) -> SagaLog:
    return store.log


@pytest.fixture
async def sql(tmp_path: Path) -> AsyncIterator[SqlLog]:
    log = SqlLog(tmp_path / "saga.db")
    await log.open(1)
    yield log
    await log.close()


@pytest.fixture
async def on_postgresql(log_database: LogDatabase) -> AsyncIterator[SqlLog]:
    log = SqlLog(log_database.location, name="a")
    await log.open(1)
    yield log
    await log.close()
