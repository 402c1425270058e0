"""One step of order-3 as a participant with a database: `python -m bench.steps NAME ADDRESS FOLDER [NATS_URL]`.

Its function does nothing; what is paid for is what makes nothing happen once. Without a URL it is orchestrated, and the
barrier writes a row; with one it is choreographed, and inbox and outbox do. The file is FOLDER/NAME.db. The orchestrated
ones are called `barrier-` and the step, so that both kinds can run side by side.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine

from bench.participant import ACTIONS
from bench.payloads import content
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant import Participant, serve
from sagaway.participant.choreography import Choreography, serve_choreography

STARTED = "com.example.bench.started.v1"
BARRIER = "barrier-"
CANCELLED = "com.example.bench.cancelled.v1"


def done(action: str) -> str:
    """Return the type that tells that a step is done."""
    return f"com.example.bench.{action}.v1"


ENDED = done(ACTIONS[-1])


def nothing(_call: Any, _transaction: Any) -> object:
    """Do nothing."""
    return content()


def undo_nothing(_call: Any, _transaction: Any) -> None:
    """Have nothing to undo."""


def open_database(file: Path) -> Engine:
    """Open a file as services do."""
    engine = create_engine(f"sqlite:///{file}")
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    return engine


async def orchestrated(name: str, address: str, folder: Path) -> None:
    """Serve one action."""
    action = name.removeprefix(BARRIER)
    participant = Participant(name, open_database(folder / f"{name}.db"))
    participant.action(action)(nothing).compensation(undo_nothing)
    await participant.create_tables()
    await serve(participant, address)


async def choreographed(name: str, address: str, folder: Path, nats: str) -> None:
    """React to the step before; listen at the address, for who waits until we do."""
    participant = Participant(name, open_database(folder / f"{name}.db"))
    choreography = Choreography(participant)
    before = [STARTED, *map(done, ACTIONS)]
    reaction = choreography.on(before[ACTIONS.index(name)], completes=done(name))(nothing)
    reaction.compensation(on=[CANCELLED])(undo_nothing)
    await choreography.create_tables()
    bus = await JetStreamBus.connect(NatsSettings(urls=(nats,)))
    host, _, port = address.rpartition(":")
    signs: list[asyncio.Task[Any]] = []

    def ready() -> None:
        signs.append(asyncio.create_task(asyncio.start_server(lambda *_: None, host, int(port))))

    await serve_choreography(choreography, bus, ready=ready)


if __name__ == "__main__":
    name, address, folder, *nats = sys.argv[1:]
    asyncio.run(
        choreographed(name, address, Path(folder), *nats) if nats else orchestrated(name, address, Path(folder))
    )
