"""An engine on a real SQLite log in a process of its own, to be measured: `python -m tests.scale.machine WHAT FILE`.

Participants answer at once, in this process, so that what is measured is the orchestrator's. Prints JSON.
"""

from __future__ import annotations

import asyncio
import gc
import json
import os
import random
import sqlite3
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from orchestrator import process, telemetry
from orchestrator.caller.base import Call, Caller, Limits
from orchestrator.core.model import Payload, SagaKey
from orchestrator.core.outcome import (
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Found,
    Pending,
    SealAnswer,
    Sealed,
)
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import SystemClock
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.engine import Engine
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import ParticipantRow
from orchestrator.store.sql import SqlLog

_DESCRIPTION = {
    "actions": [{"name": "act", "compensatable": True, "effect_free": False}],
    "deduplication_retention": 30 * 86_400 * 1_000_000,
    "stable_replies": True,
}
_AT_ONCE = 256
WAITING = 10_000
MEASURED = 600


class Prompt:
    """A caller whose participants answer at once: Pending where the input says so."""

    def limits(self, namespace: str, participant: str) -> Limits:
        return Limits(1_000)

    async def execute(self, call: Call) -> ExecuteAnswer:
        return Pending() if call.input.json == '"wait"' else Completed(Payload(json="{}"))

    async def compensate(self, call: Call) -> CompensateAnswer:
        return Compensated()

    async def seal(self, call: Call) -> SealAnswer:
        return Sealed(Found.NOTHING)


class Machine:
    """An open log with its engine."""

    def __init__(
        self,
        location: Path | str,
        steps: str = "abc",
        caller: Caller | None = None,
        settings: EngineSettings | None = None,
    ) -> None:
        self.log = SqlLog(location)
        self.clock = SystemClock()
        self._steps = steps
        self._caller = caller or Prompt()
        self._settings = settings or EngineSettings()

    async def start(self) -> None:
        await self.log.open(self.clock.now())
        row = ParticipantRow("default", "p", "127.0.0.1:1", 1_000, json.dumps(_DESCRIPTION), 1, 1)
        await self.log.put_participant(row)
        catalog = DefinitionCatalog(self.log)
        steps = [{"id": id_, "participant": "p", "action": "act", "pending_timeout": "86400s"} for id_ in self._steps]
        for each in steps:
            each["pending_poll_interval"] = "3600s"
        await catalog.register("default", {"name": "d", "version": 1, "steps": steps}, self.clock.now())
        definition = await catalog.compiled("default", "d", 1)
        assert definition is not None
        self.definition = definition
        chance = random.Random(1)
        self.engine = Engine(self.log, self._caller, catalog, self.clock, chance, self._settings, _fatal)
        await self.engine.start()

    async def run(self, count: int, prefix: str, saga_input: str) -> list[float]:
        """Start so many sagas, a few at once; returns seconds of processor time a saga, by tens of them."""
        room, costs = asyncio.Semaphore(_AT_ONCE), []

        async def one(number: int) -> None:
            async with room:
                key = SagaKey("default", f"{prefix}-{number}")
                await self.engine.start_saga(StartSaga(key, self.definition, 1, Payload(json=saga_input), {}))

        tenth = max(count // 10, 1)
        for first in range(0, count, tenth):
            before = time.process_time()
            await asyncio.gather(*(one(number) for number in range(first, min(first + tenth, count))))
            costs.append((time.process_time() - before) / tenth)
        return costs


async def waiting(database: Path) -> dict[str, Any]:
    """What 10,000 sagas that wait for a Pending step keep in memory."""
    machine = Machine(database)
    await machine.start()
    await machine.run(500, "warm", "null")
    idle = resident()
    await machine.run(WAITING, "w", '"wait"')
    while _owned(database):
        await asyncio.sleep(0.05)
    return {"idle_bytes": idle, "waiting_bytes": resident()}


def _owned(database: Path) -> bool:
    """True while a saga that should sleep is owned by the process still; looked up without using its memory."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return bool(connection.execute("SELECT 1 FROM sagas WHERE owner_epoch IS NOT NULL LIMIT 1").fetchone())


async def starting(database: Path) -> dict[str, Any]:
    """What opening the log and starting a saga costs in processor time: the least, as others only ever add to it."""
    machine = Machine(database)
    before = time.process_time()
    await machine.start()
    opened = time.process_time() - before
    await machine.run(100, f"warm-{os.getpid()}", "null")
    costs = await machine.run(MEASURED, f"m-{os.getpid()}", "null")
    await machine.engine.drain(5)
    await machine.log.close()
    return {"open_seconds": opened, "saga_seconds": min(costs)}


def resident() -> int:
    """The process's resident memory in bytes, after a collection."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")


def _fatal(error: Exception) -> None:
    raise SystemExit(f"the log failed: {error}")


async def _main() -> None:
    found = await {"waiting": waiting, "starting": starting}[sys.argv[1]](Path(sys.argv[2]))
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    telemetry.configure_logging("WARNING", "console")
    process.run(_main())  # as `sagaway serve` is run
