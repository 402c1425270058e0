"""A saga as others see it: folded from committed events only."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from orchestrator.core import machine
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.events import Event
from orchestrator.core.model import Saga, SagaKey
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import SagaNotFound, SagaQuarantined
from orchestrator.store import codec
from orchestrator.store.base import Claimed, CorruptLog, LogUnavailable, SagaLog, SagaRow, SequencedEvent

_RELOAD_WAIT = 0.1


class SagaView(NamedTuple):
    """A saga as the log has it.

    Attributes:
        saga: the fold of its log; None if the log can't be folded, which its row's quarantine explains.
        row: its row.
    """

    saga: Saga | None
    row: SagaRow


async def not_found(log: SagaLog, key: SagaKey) -> SagaNotFound:
    """Return what to raise where there is no saga of this name, with what stays of it if it was purged."""
    return SagaNotFound(key, await log.purged(key))


async def read_saga(log: SagaLog, catalog: DefinitionCatalog, key: SagaKey) -> SagaView | None:
    """Return a saga as the log has it now, or None if there is none.

    Raises:
        SagaQuarantined: its row can't be read; or its log can't be folded, and nobody has put it in quarantine yet.
    """
    try:
        # The row is read first: events appended in between only make the fold newer than it.
        row = await log.read(key)
        return await read_view(log, catalog, row) if row is not None else None
    except CorruptLog as error:
        raise SagaQuarantined(key, str(error)) from error


async def read_view(log: SagaLog, catalog: DefinitionCatalog, row: SagaRow) -> SagaView | None:
    """Return the saga of a row that was just read; None: it was purged in between.

    Raises:
        CorruptLog: its log can't be folded, and nobody has put it in quarantine yet.
    """
    try:
        events = await log.read_events(row.key)
        saga = fold_events(row.key, await definition_of(catalog, row), events)
        if saga.sequence < row.sequence:
            raise _cut_short(row, saga)
        return SagaView(saga, row)
    except CorruptLog:
        if row.quarantine_time is not None:
            return SagaView(None, row)
        if row.end_time is not None and await log.read(row.key) is None:
            return None
        raise


async def claim_patiently(log: SagaLog, key: SagaKey) -> Claimed | None:
    """Return a saga that its owner reads anew, claimed; None if it is gone. Waits while the log can't be read."""
    while True:
        try:
            return await log.claim(key)
        except LogUnavailable:
            await asyncio.sleep(_RELOAD_WAIT)


async def definition_of(catalog: DefinitionCatalog, row: SagaRow) -> SagaDefinition:
    """Return the definition that a saga stays on.

    Raises:
        CorruptLog: it is not in the log any more, or has other content.
    """
    definition = await catalog.compiled(row.key.namespace, row.definition_name, row.definition_version)
    if definition is None or definition.content_hash != row.definition_hash:
        raise CorruptLog(
            f"its definition {row.definition_name!r} version {row.definition_version} is missing or was changed"
        )
    return definition


def fold_events(key: SagaKey, definition: SagaDefinition, events: Sequence[SequencedEvent]) -> Saga:
    """Return the saga that a log makes.

    Raises:
        CorruptLog: an event is missing, can't be read, or breaks the transition table.
    """
    for place, event in enumerate(events, start=1):
        if event.sequence != place:
            raise CorruptLog(f"event {place} is missing")
    try:
        return machine.fold(key, definition, (codec.decode(sequence, event) for sequence, event in events))
    except IllegalTransition as error:
        raise CorruptLog(str(error)) from error


def decode_events(events: Sequence[SequencedEvent]) -> list[Event]:
    """Return the events of rows that were folded before.

    Raises:
        CorruptLog: one can't be read.
    """
    return [codec.decode(sequence, event) for sequence, event in events]


def fold_claimed(claimed: Claimed, definition: SagaDefinition) -> Saga:
    """Return the saga that was claimed, folded from its log.

    Raises:
        CorruptLog: as `fold_events`; also if its row and its last event disagree.
    """
    saga = fold_events(claimed.row.key, definition, claimed.events)
    if saga.sequence != claimed.row.sequence:
        raise _cut_short(claimed.row, saga)
    return saga


def _cut_short(row: SagaRow, saga: Saga) -> CorruptLog:
    return CorruptLog(f"its row says sequence {row.sequence}, its events end at {saga.sequence}")
