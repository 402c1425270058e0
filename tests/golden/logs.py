"""Golden logs as files, and the states they fold to as JSON.

`logs/NAME.sql` is a dump of a whole saga log of its day, schema and all, so that migrations are held to it too.
`logs/NAME.json` holds beside it, by saga id, the state that its log folded to (`folded`) and, of a saga that was open,
how it ended when the engine of that day went on with it (`ended`). `logs/SHA256SUMS` keeps both from being touched.
"""

from __future__ import annotations

import asyncio
import base64
import dataclasses
import hashlib
import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from enum import Enum
from pathlib import Path
from typing import Any

from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import Saga, SagaKey
from orchestrator.core.observation import EventKey
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.view import read_saga
from orchestrator.store import codec
from orchestrator.store.base import SagaFilter, SagaLog
from orchestrator.store.sql import SqlLog
from tests.engine.harness import NAMESPACE, World

LOGS = Path(__file__).parent / "logs"
SUMS = LOGS / "SHA256SUMS"
LATER = 1_200
"""Seconds from a log's last event to the moment that its open sagas go on: past their retries, and within all else."""

Json = dict[str, Any]
_ESTIMATES = frozenset({"size"})
"""Fields that are no part of what happened: how they are worked out may change."""


def names() -> list[str]:
    """The golden logs there are, oldest first."""
    return sorted(path.stem for path in LOGS.glob("*.sql"))


def dump(database: Path, to: Path) -> None:
    """Write a database as SQL text, with the numbers in the file's header."""
    with closing(sqlite3.connect(database)) as connection:
        header = [
            f"PRAGMA {name} = {connection.execute(f'PRAGMA {name}').fetchone()[0]};"
            for name in ("application_id", "user_version")
        ]
        to.write_text("".join(f"{line}\n" for line in [*header, *connection.iterdump()]), encoding="utf-8")


def restore(name: str, database: Path) -> None:
    """Make a database from a golden log."""
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript((LOGS / f"{name}.sql").read_text(encoding="utf-8"))


def sums() -> dict[str, str]:
    """The checksums of the files as they were written, by file name."""
    lines = SUMS.read_text(encoding="utf-8").splitlines() if SUMS.exists() else []
    return {name: digest for digest, name in (line.split() for line in lines)}


def digest_of(path: Path) -> str:
    """A file's checksum."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def saga_ids(log: SagaLog) -> list[str]:
    """The sagas of an open log."""
    return [row.key.saga_id for row in await log.list_sagas(SagaFilter(NAMESPACE), None, 1_000)]


async def folded(log: SagaLog) -> dict[str, Saga]:
    """Fold every saga of an open log, as the API does to show it."""
    catalog = DefinitionCatalog(log)
    sagas: dict[str, Saga] = {}
    for saga_id in sorted(await saga_ids(log)):
        view = await read_saga(log, catalog, SagaKey(NAMESPACE, saga_id))
        assert view is not None
        assert view.saga is not None, view.row.quarantine_reason
        sagas[saga_id] = view.saga
    return sagas


async def ended(database: Path) -> dict[str, Saga]:
    """Let today's engine go on with every saga that is not settled, and return how they end. On virtual time."""
    log = SqlLog(database)
    w = World(log, EngineSettings(), seed=1)
    await log.open(w.clock.now())
    try:
        before = await folded(log)
        for saga_id in before:
            events = await log.read_events(SagaKey(NAMESPACE, saga_id))
            w.durable[SagaKey(NAMESPACE, saga_id)] = [codec.decode(sequence, row) for sequence, row in events]
    finally:
        await log.close()
    last = max(event.time for events in w.durable.values() for event in events)
    await asyncio.sleep((last - w.clock.now()) / SECOND + LATER)
    await w.up()
    try:
        ends = {saga_id: await w.ended(saga_id) for saga_id, saga in before.items() if not saga.settled}
        assert not w.participants.faults, w.participants.faults
    finally:
        await w.kill()
    return ends


# States as JSON -----------------------------------------------------------------------------------------------------


def as_json(value: Any) -> Any:
    """A state as JSON, field by field; of a definition only what names it."""
    match value:
        case SagaDefinition():
            return {"name": value.name, "version": value.version, "content_hash": value.content_hash}
        case SagaKey():
            return {"namespace": value.namespace, "saga_id": value.saga_id}
        case EventKey():
            return f"{value.source} {value.event_id}"
        case Enum():
            return value.value
        case bytes():
            return {"base64": base64.b64encode(value).decode()}
        case Mapping():
            return {str(as_json(key)): as_json(each) for key, each in value.items()}
        case frozenset():
            return sorted(as_json(each) for each in value)
        case tuple():
            return [as_json(each) for each in value]
    if dataclasses.is_dataclass(value):
        fields = [field.name for field in dataclasses.fields(value) if field.name not in _ESTIMATES]
        return {name: as_json(getattr(value, name)) for name in fields}
    return value


def end_of(saga: Saga) -> Json:
    """How a saga ended: what others see of it, and not the times and counts, which may change with the engine."""
    return {
        "state": saga.state.value,
        "cause": saga.cause and saga.cause.value,
        "steps": {step_id: step.state.value for step_id, step in saga.steps.items()},
    }


def differences(golden: Any, today: Any, where: str) -> list[str]:
    """What a golden state says otherwise than today's; fields that are new today are no difference."""
    if isinstance(golden, dict) and isinstance(today, dict):
        found = []
        for key, value in golden.items():
            place = f"{where}.{key}"
            found += differences(value, today[key], place) if key in today else [f"{place} is gone; it was {value!r}"]
        return found
    return [] if golden == today and type(golden) is type(today) else [f"{where} was {golden!r}, is {today!r}"]


def read_states(name: str) -> dict[str, Json]:
    """What a golden log says of each of its sagas."""
    states: dict[str, Json] = json.loads((LOGS / f"{name}.json").read_text(encoding="utf-8"))
    return states
