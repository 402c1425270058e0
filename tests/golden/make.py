"""Make a golden log of today's version: `python -m tests.golden.make NAME`, such as `0002-paused`.

Do it when an event, its version, or a kind of state is new (a test says so), and once before a release that changes the
tables. It never overwrites one: what a version wrote once is what its users have on their disks.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from orchestrator.store.sql import SqlLog
from tests.engine.harness import world
from tests.engine.virtual import VirtualClock, VirtualLoop
from tests.golden import logs
from tests.golden.stories import DEFINITIONS, tell_all


async def make(database: Path) -> None:
    """Write a log with every story."""
    async with world(*DEFINITIONS, log=SqlLog(database)) as w:
        await tell_all(w)


async def describe(database: Path) -> dict[str, Any]:
    """What a log says of each of its sagas today."""
    log = SqlLog(database)
    await log.open(VirtualClock().now())
    states = {saga_id: {"folded": logs.as_json(saga)} for saga_id, saga in (await logs.folded(log)).items()}
    await log.close()
    return states


def main(name: str) -> None:
    """Make the files of a golden log."""
    if not re.fullmatch(r"\d{4}(-[a-z0-9-]+)?", name):
        sys.exit(f"{name!r} is no name: give four digits and, if you like, words, such as 0002-paused")
    to = logs.LOGS / f"{name}.sql"
    if to.exists() or any(name <= old for old in logs.names()):
        sys.exit(
            f"{name} is there already, or a later one is. Golden logs are never made anew: choose the next number."
        )
    with tempfile.TemporaryDirectory() as folder, asyncio.Runner(loop_factory=VirtualLoop) as runner:
        database = Path(folder) / "log.db"
        runner.run(make(database))
        logs.dump(database, to)
        states = runner.run(describe(database))
        for saga_id, saga in runner.run(logs.ended(database)).items():
            states[saga_id]["ended"] = logs.end_of(saga)
    told = to.with_suffix(".json")
    lines = [f"{json.dumps(saga_id)}: {json.dumps(said, ensure_ascii=False)}" for saga_id, said in states.items()]
    told.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    with logs.SUMS.open("a", encoding="utf-8") as file:
        file.writelines(f"{logs.digest_of(path)}  {path.name}\n" for path in (told, to))
    print(f"{to.name}: {len(states)} sagas")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m tests.golden.make NAME")
    main(sys.argv[1])
