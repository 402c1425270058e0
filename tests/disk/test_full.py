"""SQLITE_FULL at points of a saga with large payloads: nothing is lost, and the engine goes on in the same life.

Here at every fifth one; the lab goes through all of them.
"""

from __future__ import annotations

import pytest

from tests.disk.full import run


@pytest.mark.long(4)
def test_a_log_that_runs_full_anywhere_goes_on_when_there_is_room() -> None:
    found = run(["fat"], every=5)
    assert found["violations"] == []
    assert found["runs"] > 5
    # While StartSaga's own commit found no room, it was told so.
    assert found["outages"] > 0
