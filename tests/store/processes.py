"""What the tests run as another process: `python -m tests.store.processes <what> <log>`.

`write` commits sagas and prints the id of each once it is answered, for ever. `open` opens and says how that went.
"""

from __future__ import annotations

import asyncio
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path

from orchestrator.store.base import LogFatal, LogUnusable
from orchestrator.store.sql import SqlLog
from tests.store.building import RUNNING, build, make_new


def say(*words: object) -> None:
    print(*words, flush=True)


async def write(path: str) -> None:
    """Four committers at once, batches of three sagas, two appends each: a death can hit any of it."""
    log = SqlLog(path)
    await log.open(1)
    say("open")

    async def committer() -> None:
        while True:
            builts = [build() for _ in range(3)]
            await log.commit([built.append(2, RUNNING, make_new(labels={"a": "b"})) for built in builts])
            for built in builts:
                say(built.key.saga_id, 2)
            await log.commit([built.after(2).append(3) for built in builts])
            for built in builts:
                say(built.key.saga_id, 5)

    await asyncio.gather(*(committer() for _ in range(4)))


async def write_into_a_wall(path: str) -> None:
    """Writing beyond a size fails with an I/O error, which SQLite meets when it commits."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    log = SqlLog(path)
    await log.open(1)
    resource.setrlimit(resource.RLIMIT_FSIZE, (600_000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
    for _ in range(1_000):
        built = build()
        try:
            await log.commit([built.append(2, RUNNING, make_new())])
        except LogFatal as error:
            say("fatal", error)
            break
        say(built.key.saga_id, 2)
    try:
        await log.commit([built.append(2, RUNNING, make_new())])
    except LogFatal:
        say("still fatal")
    await log.close()


async def open_it(path: str) -> None:
    log = SqlLog(path)
    try:
        await log.open(1)
    except LogUnusable as error:
        say("refused:", error)
    else:
        say("open")
        sys.stdin.read()
        await log.close()


async def warm_up() -> None:
    """Import all that is imported late, while the interpreter's files can still be read."""
    with tempfile.TemporaryDirectory() as directory:
        log = SqlLog(Path(directory) / "saga.db")
        await log.open(1)
        await log.close()


if __name__ == "__main__":
    what, path, *user = sys.argv[1:]
    if user:
        asyncio.run(warm_up())
        os.setuid(int(user[0]))
    asyncio.run({"write": write, "wall": write_into_a_wall, "open": open_it}[what](path))
