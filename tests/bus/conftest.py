"""Every test that takes `world` runs in both."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.bus.worlds import MemoryWorld, NatsWorld, World


@pytest.fixture(params=["memory", "nats"])
async def world(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[World]:
    made: World
    if request.param == "memory":
        made = MemoryWorld()
    else:
        made = NatsWorld(tmp_path)
        await made.server.start()
    yield made
    await made.close()
