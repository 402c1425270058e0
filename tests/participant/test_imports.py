"""What an author's process loads: a service is started often, and waits for all of it."""

from __future__ import annotations

import subprocess
import sys

_LOADED = "import sys, sagaway.participant; print(*sys.modules)"


def test_a_participant_loads_no_orm_and_no_database_that_is_not_its_own() -> None:
    done = subprocess.run([sys.executable, "-c", _LOADED], capture_output=True, text=True, check=True, timeout=60)
    loaded = set(done.stdout.split())
    assert "sqlalchemy.engine" in loaded
    assert not loaded & {"sqlalchemy.orm", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite"}
