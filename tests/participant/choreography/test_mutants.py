"""The hostile world of `test_chaos` notices each rule of choreography that is broken.

What a participant does wrong is put in where the rule is kept: in the rows of inbox and outbox, or between it and the bus.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from sqlalchemy import Connection, delete, select

from sagaway.bus import Delivery, Event, Handler, Policy
from sagaway.participant.choreography import rows
from sagaway.participant.choreography.tables import inbox_table, outbox_table
from tests.participant.choreography import test_chaos as chaos

MOST_SEEDS = 30
REST_SECONDS = 60.0
"""A world of a mutant that is not at rest by then never will be."""


@contextmanager
def no_inbox() -> Iterator[None]:
    """An event that comes again is handled again."""
    insert_inbox, look = rows.insert_inbox, rows.look

    def insert(connection: Connection, key: rows.Key, role: rows.Role, event: Event, *rest: Any) -> None:
        connection.execute(delete(inbox_table).where(inbox_table.c.event_id == event.id))
        insert_inbox(connection, key, role, event, *rest)

    with (
        patch.object(rows, "look", lambda *given: (False, look(*given)[1])),
        patch.object(rows, "insert_inbox", insert),
    ):
        yield


@contextmanager
def no_tombstone() -> Iterator[None]:
    """An event that comes after its compensation has its effect."""
    look = rows.look
    with patch.object(rows, "look", lambda *given: (look(*given)[0], False)):
        yield


@contextmanager
def relay_that_overtakes() -> Iterator[None]:
    """Of a saga the youngest event is published first."""

    def waiting(connection: Connection, participant: str, limit: int) -> list[rows.Waiting]:
        mine = outbox_table.c.participant == participant, outbox_table.c.state == "WAITING"
        found = connection.execute(select(outbox_table).where(*mine).order_by(outbox_table.c.id.desc()).limit(1))
        return [rows.Waiting(row.id, (row.namespace, row.saga_id), row.event) for row in found]

    with patch.object(rows, "oldest_waiting", waiting):
        yield


class _MarksFirst(chaos.HostileBus):
    """Says that an event is published, so that it is marked, and publishes it then."""

    async def publish(self, event: Event, *, message_id: str) -> bool:
        async def later() -> None:
            with suppress(Exception):
                await super(_MarksFirst, self).publish(event, message_id=message_id)

        self._later = asyncio.create_task(later())
        return True


class _AcknowledgesFirst(chaos.HostileBus):
    """Acknowledges an event, and lets it be handled then."""

    async def subscribe(self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None):  # type: ignore[no-untyped-def]
        async def handle(delivery: Delivery) -> None:
            async def later() -> None:
                await self._delay()
                with suppress(Exception):
                    await handler(delivery)

            self._later = asyncio.create_task(later())

        return await super().subscribe(durable, types, handle, policy)


@contextmanager
def with_bus(kind: type[chaos.HostileBus]) -> Iterator[None]:
    """Connect participants by another bus."""
    with patch.object(chaos, "HostileBus", kind):
        yield


MUTANTS: dict[str, Callable[[], Any]] = {
    "no inbox": no_inbox,
    "mark before publish": lambda: with_bus(_MarksFirst),
    "ack before commit": lambda: with_bus(_AcknowledgesFirst),
    "no tombstone": no_tombstone,
    "relay that overtakes": relay_that_overtakes,
}


def survives(folder: Path, seed: int) -> bool:
    """Play a world; tell whether nothing was noticed."""
    folder.mkdir()
    try:
        world = chaos.run(folder, seed)
    except (TimeoutError, ExceptionGroup):
        return False  # it never comes to rest
    try:
        chaos.check(world, folder)
    except AssertionError:
        return False
    finally:
        for engine in world.books.values():
            engine.dispose()
    return True


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_killed(folder: Path, name: str) -> None:
    with ExitStack() as broken:
        broken.enter_context(MUTANTS[name]())
        broken.enter_context(patch.object(chaos, "REST_SECONDS", REST_SECONDS))
        seed = next((seed for seed in range(1, MOST_SEEDS) if not survives(folder / f"broken-{seed}", seed)), 0)
    assert seed, f"{MOST_SEEDS} worlds showed nothing"
    if seed not in chaos.SEEDS:  # those are played whole anyway
        assert survives(folder / "whole", seed), "the seed was at fault, and not the mutant"


folder = chaos.folder
