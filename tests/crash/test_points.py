"""A third of the single points of a few scenarios; `python -m tests.crash.lab` is for all of all, and for pairs.

The runs take place in a process of their own, because only one without threads may fork.
"""

from __future__ import annotations

import json
import math
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.crash.board import Board, Points
from tests.crash.books import audit
from tests.crash.life import Stage, rehearse
from tests.crash.play import make_template
from tests.crash.scenarios import SCENARIOS

SLICE = {
    "refused at b/together": 100,
    "cancelled/orchestrator": 60,
    "refused at b/participants": 40,
}
"""Where a share of the points is gone through, and at least how many points there are in all."""
SHARE = 1 / 6


@pytest.mark.long(10)
@pytest.mark.timeout(300)  # some seconds on a machine that has nothing else to do
def test_death_at_some_points_changes_no_outcome() -> None:
    command = [sys.executable, "-m", "tests.crash.lab", "--budget", "280s", "--share", str(SHARE), "--only", *SLICE]
    done = subprocess.run(command, capture_output=True, check=False, timeout=295)
    assert done.returncode in (0, 1), done.stderr.decode()
    found = json.loads(done.stdout)
    assert found["violations"] == []
    assert found["places"].keys() == SLICE.keys()
    for place, least in SLICE.items():
        points = found["places"][place]
        assert points["of_singles"] > least, place
        tried = points["singles"] + points["unreached"]
        assert tried == math.ceil(points["of_singles"] * SHARE), f"not all points of {place} were tried that were to be"
        assert points["singles"] > tried / 2, place


@pytest.fixture(scope="module")
def rehearsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run in which c was refused and nobody died."""
    folder, scenario = tmp_path_factory.mktemp("rehearsed"), SCENARIOS["refused at c"]
    make_template(folder, scenario)
    rehearse(Stage(folder, scenario, Board(), Points(None), Points(None)))
    assert audit(folder, scenario) == []
    return folder


@pytest.fixture
def played(rehearsed: Path, tmp_path: Path) -> Path:
    """A copy of it, to be tampered with."""
    return Path(shutil.copytree(rehearsed, tmp_path, dirs_exist_ok=True))


@pytest.mark.parametrize(
    ("file", "statement", "fault"),
    [
        (
            "p.db",
            "INSERT INTO effects SELECT * FROM effects WHERE step_id = 'a' LIMIT 1",
            "do of a took effect 2 times",
        ),
        ("p.db", "DELETE FROM effects WHERE phase = 'undo'", "the effects of ['a'] stand, not those of []"),
        ("p.db", "UPDATE effects SET place = 0 WHERE phase = 'undo'", "a was undone before"),
        ("log.db", "DELETE FROM events WHERE sequence = 3", "its events are [1, 2, 4"),
        ("log.db", "UPDATE sagas SET state = 'RUNNING'", "it is RUNNING for REJECTED"),
        ("log.db", "UPDATE events SET type = 'SagaCompensated' WHERE sequence = 3", "its ends are"),
        ("log.db", "UPDATE sagas SET quarantine_reason = 'so'", "it is in quarantine: so"),
        ("log.db", "UPDATE sagas SET saga_id = 't'", "it was never started"),
    ],
)
def test_the_books_show_what_must_not_be(played: Path, file: str, statement: str, fault: str) -> None:
    with closing(sqlite3.connect(played / file, isolation_level=None)) as connection:
        assert connection.execute(statement).rowcount
    faults = audit(played, SCENARIOS["refused at c"])
    assert any(fault in found for found in faults), faults
