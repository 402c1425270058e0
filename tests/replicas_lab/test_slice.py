"""Three real replicas, the shop and a PostgreSQL with fsync, through each trouble once. A slice of the lab."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

import pytest

from tests.replicas_lab.lab import Play, play

ORDERS = 140
TROUBLES = Counter(stopped=1, died=1, database_killed=1, reply_lost=1)


@pytest.mark.long(20)
@pytest.mark.timeout(170)
async def test_each_trouble_once_loses_nothing_and_does_nothing_twice(tmp_path: Path) -> None:
    seed = time.time_ns()
    print(f"seed {seed}")
    found = await play(tmp_path, Play("slice", ORDERS, TROUBLES, lease=1.5), seed, print)
    assert found["violations"] == []
    assert sum(found["ends"].values()) == found["starts_acknowledged"] == ORDERS
    # The troubles were some: each met sagas under way, the zombie ended itself, and others went on.
    assert found["troubles_that_met_open_sagas"] == TROUBLES.total()
    assert found["ends_of_replicas_by_exit_code"] == {-9: 1, 8: 1}
    assert found["seconds_to_the_next_attempt"]
