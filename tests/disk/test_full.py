"""SQLITE_FULL at every point of a saga with large payloads: nothing is lost, and the engine goes on in the same life."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


@pytest.mark.long(9)
def test_a_log_that_runs_full_anywhere_goes_on_when_there_is_room() -> None:
    command = [sys.executable, "-m", "tests.disk.full", "fat"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=110)
    assert done.returncode == 0, done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["violations"] == []
    assert found["runs"] > 20
    # While StartSaga's own commit found no room, it was told so.
    assert found["outages"] > 0
