"""A cold start: a process finds a log full of sagas that another was driving when it ended.

`python -m tests.scale.cold fill LOCATION COUNT` makes that log, by copying one saga's rows in SQL;
`python -m tests.scale.cold drive LOCATION COUNT` is the process that finds it, and is measured. Prints JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

from sqlalchemy import Connection

from orchestrator import process, telemetry
from orchestrator.caller.base import Call
from orchestrator.core.model import Payload, SagaState
from orchestrator.core.outcome import Completed, ExecuteAnswer
from orchestrator.engine.settings import EngineSettings
from tests.scale.machine import Machine, Prompt, resident

SETTINGS = EngineSettings(max_live_sagas=2_000, recovery_spread=0)
TEMPLATE = "template-0"


class Counting(Prompt):
    """Answers at once, and notes who was asked for."""

    def __init__(self) -> None:
        self.machine: Machine | None = None
        self.asked: list[str] = []
        self.most_live = 0

    async def execute(self, call: Call) -> ExecuteAnswer:
        assert self.machine is not None
        self.asked.append(call.key.saga_id)
        self.most_live = max(self.most_live, self.machine.engine.load().live_sagas)
        return Completed(Payload(json="{}"))


async def fill(location: str, count: int) -> dict[str, Any]:
    """Leave so many sagas as a process leaves them that ends while their only step is on its way."""
    machine = Machine(location, "a")
    await machine.start()
    await machine.run(1, TEMPLATE.removesuffix("-0"), '"wait"')
    while machine.engine.load().live_sagas:
        await asyncio.sleep(0.01)
    await machine.engine.drain(1)
    await machine.log._write(lambda connection: _multiply(connection, count, machine.log.epoch))
    await machine.log.close()
    return {}


def _multiply(connection: Connection, count: int, epoch: int) -> None:
    """Copy the saga, without its last event, which says that its step is Pending, and as its owner had it before that."""
    blob = "CAST(printf('%016d', n) AS BLOB)"
    uid = blob if connection.dialect.name == "sqlite" else "convert_to(lpad(n::text, 16, '0'), 'UTF8')"

    def copy(table: str, where: str, **changed: str) -> None:
        names = list(connection.exec_driver_sql(f"SELECT * FROM {table} LIMIT 0").keys())
        values = ", ".join(changed.get(name, name) for name in names)
        connection.exec_driver_sql(
            f"WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {count}) "
            f"INSERT INTO {table} ({', '.join(names)}) SELECT {values} FROM numbers, {table} WHERE {where}"
        )

    owned = {"sequence": "2", "owner_epoch": str(epoch), "wake_time": "NULL"}
    copy("sagas", f"saga_id = '{TEMPLATE}'", uid=uid, saga_id="'c-' || n", **owned)
    copy("events", f"sequence <= 2 AND uid = (SELECT uid FROM sagas WHERE saga_id = '{TEMPLATE}')", uid=uid)


async def drive(location: str, count: int) -> dict[str, Any]:
    """Open the log and drive everything in it."""
    caller = Counting()
    machine = caller.machine = Machine(location, "a", caller, SETTINGS)
    await machine.start()
    idle, began = resident(), time.process_time()
    while len(caller.asked) < count or await _running(machine):
        await asyncio.sleep(0.05)
    return {
        "asked": len(set(caller.asked)),
        "asked_twice": len(caller.asked) - len(set(caller.asked)),
        "most_live": caller.most_live,
        "grown_bytes": _most_resident() - idle,
        "seconds": time.process_time() - began,
    }


def _most_resident() -> int:
    """Return the most memory this process ever had, bytes. Not by getrusage: it knows of whoever started us, too."""
    status = Path("/proc/self/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM:"))


async def _running(machine: Machine) -> int:
    """How many sagas are open but the template, which sleeps."""
    return (await machine.log.count_states())[SagaState.RUNNING] - 1


async def _main() -> None:
    found = await {"fill": fill, "drive": drive}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
    sys.stdout.write(json.dumps(found) + "\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    telemetry.configure_logging("WARNING", "console")
    process.run(_main())  # as `sagaway serve` is run
