"""Very many open sagas at a cold start: all are driven, and memory does not grow with their number."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.postgresql import LogDatabase
from tests.scale.cold import SETTINGS

OPEN = {"sqlite": 3_000, "postgresql": 50_000}
"""A process that starts reads both alike; on PostgreSQL it is the dearer to find them."""
MIB = 1 << 20


def cold(what: str, location: str, count: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.scale.cold", what, location, str(count)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.long(20)
@pytest.mark.timeout(600)
@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="resident memory is read from /proc, as on Linux")
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_all_are_driven_and_memory_is_bounded(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    location, count = str(tmp_path / "saga.db"), OPEN[kind]
    if kind == "postgresql":
        database: LogDatabase = request.getfixturevalue("log_database")
        location = database.location
    cold("fill", location, count)
    found = cold("drive", location, count)
    print(f"{count:,} open sagas on {kind}: {found}")
    assert (found["asked"], found["asked_twice"]) == (count, 0), "each was called once"
    assert found["most_live"] <= SETTINGS.max_live_sagas
    assert found["grown_bytes"] < 100 * MIB, "two kilobytes a saga would be all of them"
