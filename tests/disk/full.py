"""Lets the log's database run full at one point after another (`PRAGMA max_page_count` on the writer's connection), and
makes room half a minute of virtual time later.

    python -m tests.disk.full [--every N] [SCENARIO ...]

Nobody dies here: StartSaga and commands are told LOG_UNAVAILABLE meanwhile, and the engine goes on once there is room.
Prints a summary as JSON.
"""

from __future__ import annotations

import argparse
import asyncio
import dataclasses
import json
import shutil
import sqlite3
import subprocess
import sys
from typing import Any

from orchestrator.engine.engine import Engine
from orchestrator.store.sql import SqlLog
from tests.crash.board import Board, Points
from tests.crash.lab import quiet, scratch
from tests.crash.life import Stage
from tests.crash.play import Played, Theatre

ROOM_AFTER = 30.0
_ALL = 1 << 31


class _Full(Points):
    """Points of a life whose log runs full at one of them."""

    def __init__(self, board: Board, at: int) -> None:
        super().__init__(None)
        self._shared = board
        self._at = at
        self._log: SqlLog | None = None

    def attach(self, log: SqlLog, engine: Engine) -> None:
        """Begin to count: the log is open."""
        self._log, self._loop = log, asyncio.get_running_loop()
        self._shared.arm(0)

    def stop(self) -> None:
        self._log = None

    def reach(self, label: str) -> None:
        if self._log is not None:
            self._shared.reach(label)
            if self._shared.count == self._at:
                self._limit(1)  # SQLite takes the present size for it
                self._loop.call_soon_threadsafe(self._loop.call_later, ROOM_AFTER, self._limit, _ALL - 2)

    def _limit(self, pages: int) -> None:
        log = self._log
        if log is None or log._writer is None:
            return

        def run() -> None:
            assert log._connection is not None
            driver = log._connection.connection.driver_connection
            assert isinstance(driver, sqlite3.Connection)
            sqlite3.Cursor(driver).execute(f"PRAGMA max_page_count = {pages}")

        log._writer.submit(run)  # behind what is being written


def play(theatre: Theatre, scenario: str, at: int) -> Played:
    """Play a scenario whose log runs full at a point (0: never)."""

    def arrange(stage: Stage, life: int) -> Stage:
        full = _Full(stage.board, at)
        return dataclasses.replace(stage, points=full, trouble=full.attach)

    return theatre.play(scenario, "together", trouble=arrange)


def sweep(names: list[str], every: int = 1) -> dict[str, Any]:
    """Let the log run full at every point of these scenarios, or at every so manieth."""
    quiet()
    folder = scratch()
    try:
        theatre = Theatre(folder)
        runs = outages = 0
        violations = []
        for name in names:
            points = play(theatre, name, 0).points[0]
            for at in range(every, points + 1, every):
                played = play(theatre, name, at)
                runs, outages = runs + 1, outages + bool(played.outages)
                if played.violations or played.exits != [0]:
                    violations.append(f"{name} at {at}: {played.exits} {played.violations}")
    finally:
        shutil.rmtree(folder)
    return {"runs": runs, "outages": outages, "violations": violations}


def run(names: list[str], every: int = 1) -> dict[str, Any]:
    """Sweep in a process of its own: only one without threads may fork."""
    command = [sys.executable, "-m", "tests.disk.full", "--every", str(every), *names]
    found: dict[str, Any] = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
    return found


def main() -> None:
    """Sweep."""
    parser = argparse.ArgumentParser(prog="python -m tests.disk.full")
    parser.add_argument("names", nargs="*", default=["fat"], help="scenarios")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth point")
    options = parser.parse_args()
    print(json.dumps(sweep(options.names, options.every), indent=2))


if __name__ == "__main__":
    main()
