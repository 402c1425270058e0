"""What docs/scaling.md shows runs as it is shown, on a real PostgreSQL, and what it says of limits is so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from orchestrator.cli.exits import Exit
from orchestrator.config import Settings
from orchestrator.store.replicas import RENEWALS
from orchestrator.store.sql import SqlLog
from tests.cli.conftest import environment
from tests.postgresql import LogDatabase, Server
from tests.tools import free_ports

PAGE = (Path(__file__).parents[2] / "docs" / "scaling.md").read_text(encoding="utf-8")
URL = "postgresql://sagaway:PASSWORD@db.example/sagas"


@pytest.mark.long(8)
@pytest.mark.timeout(180)
def test_the_commands(postgresql: Server, tmp_path: Path) -> None:
    """In a shell, on other ports and another database than those shown."""
    postgresql.create_database("scaling")
    database = LogDatabase(postgresql, "scaling")
    script = "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
    shown = sorted(set(re.findall(r"127\.0\.0\.1:(\d+)", script)))
    for standing, port in zip(shown, free_ports(len(shown)), strict=True):
        script = script.replace(f":{standing}", f":{port}")
    assert script.count(URL) == 1
    done = subprocess.run(
        ["bash", "-c", f"set -e; trap 'kill $(jobs -p); wait' EXIT\n{script.replace(URL, database.location)}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=environment(PATH=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"),
        timeout=150,
        check=False,
    )
    logs = {file.name: file.read_text(encoding="utf-8") for file in tmp_path.glob("*.log")}
    assert (done.returncode, done.stdout.count("serving")) == (0, 3), (done, logs)
    assert all("ready on" in log for log in logs.values())
    for statement in re.findall(r"```sql\n(SELECT.*?)```", PAGE, re.DOTALL):
        assert len(database.run(statement)) <= 1, "at the most the one that was killed"


def test_the_figures_are_those_of_the_code(tmp_path: Path) -> None:
    defaults = {name: field.default for name, field in Settings.model_fields.items()}
    assert f"(`SAGAWAY_LEASE_SECONDS`, {defaults['lease_seconds']:.0f})" in PAGE
    assert ("renews six times within its length" in PAGE) is (RENEWALS == 6)
    readers = SqlLog(tmp_path / "saga.db")._reader_count
    assert ("up to six: one that writes, four that read" in PAGE) is (readers == 4)
    assert f"exit code {Exit.LOG_LOST:d}" in PAGE
    for name in re.findall(r"`SAGAWAY_([A-Z_]+)`", PAGE):
        assert name.lower() in defaults or name in ("PATIENCE",), name
