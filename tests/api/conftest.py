"""Every test of the API runs on both logs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from orchestrator.engine.clock import SystemClock
from orchestrator.store.base import SagaLog
from orchestrator.store.sql import SqlLog
from tests.api.world import World, opened, run


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file, made once."""
    path = tmp_path_factory.mktemp("template") / "log.db"

    async def migrate() -> None:
        log = SqlLog(path)
        await log.open(SystemClock().now())
        await log.close()

    asyncio.run(migrate())
    return path


@pytest.fixture(params=["memory", "sqlite"])
async def log(request: Any, template: Path, tmp_path: Path) -> AsyncIterator[SagaLog]:
    async with opened(request.param, template, tmp_path) as log:
        yield log


@pytest.fixture
async def world(log: SagaLog) -> AsyncIterator[World]:
    async with run(log) as world:
        yield world
