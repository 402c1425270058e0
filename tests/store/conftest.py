"""Both stores, so that one suite holds them to the contract."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orchestrator.store.base import SagaLog
from orchestrator.store.memory import MemoryLog
from orchestrator.store.sql import SqlLog


class Store:
    """A saga log that can be closed and opened again, as a process that ends and starts."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self.log: SagaLog = MemoryLog() if path is None else SqlLog(path)

    async def reopen(self, now: int = 0) -> SagaLog:
        await self.log.close()
        if self._path is not None:
            self.log = SqlLog(self._path)
        await self.log.open(now)
        return self.log


@pytest.fixture(params=["memory", "sqlite"])
async def store(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Store]:
    store = Store(None if request.param == "memory" else tmp_path / "saga.db")
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
