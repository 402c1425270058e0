"""Four kills of the orchestrator at random moments under load: every order ends as its file says."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.e2e.kills import ORCHESTRATOR, some_orders, storm

KILLS = 4
ORDERS = 90


@pytest.mark.long(16)
@pytest.mark.timeout(170)
async def test_four_kills_under_load_lose_nothing_and_do_nothing_twice(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    chance = random.Random(seed)
    result = await storm(tmp_path, chance, some_orders(tmp_path, chance, ORDERS), [ORCHESTRATOR] * KILLS)
    print(f"open sagas at each kill: {result.open_at_kill}")
    assert result.wrong == []
    assert result.orders == ORDERS
    assert len(result.open_at_kill) == KILLS
    assert all(result.open_at_kill), "a kill met no load"
