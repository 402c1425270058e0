"""The observer beside it all: what it says of each saga in the end is what the services' books say.

Its log is read by code that shares nothing with the product, as the books are.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from sagaway.bus import DeadLetter, decode
from sagaway.choreography.facts import to_document
from sagaway.client import Client
from sagaway.definitions import load_definition
from tests.participant.choreography import audit
from tests.participant.choreography.chain import CANCELLED, choreography

OBSERVER = "observer"
LOG = "observer.db"


def arguments(folder: Path, address: str) -> list[str]:
    """Return what starts it."""
    return ["orchestrator.cli.main", "serve", "--observe", "--database", str(folder / LOG), "--listen", address]


async def register(folder: Path, address: str) -> None:
    """Tell it what the services declare."""
    nowhere = create_engine("sqlite://")
    services = [to_document(choreography(role, nowhere).facts) for role in audit.ROLES]
    file = folder / "chain.json"
    file.write_text(json.dumps({"name": "chain", "version": 1, "choreography": {"services": services}}))
    async with Client(address) as client:
        await client.definitions.register(load_definition(file))


def durable(folder: Path) -> str:
    """Return the name of its consumer on the bus."""
    return f"observer-{_rows(folder, 'SELECT id FROM installation')[0][0]}"


def said(folder: Path) -> dict[str, str]:
    """Return what it says of each saga: its state."""
    return dict(_rows(folder, "SELECT saga_id, state FROM sagas"))


def faults(folder: Path, sagas: int, cancelled: Collection[str], letters: Sequence[DeadLetter]) -> Iterator[str]:
    """Yield, in words, where it says otherwise than the books, and which of its dead letters should not be.

    An end is never taken back: a cancellation that comes after it is a dead letter of the observer's, and undoes what it
    undoes all the same. So is what it leads to.
    """
    after_the_end = [decode(letter.data) for letter in letters]
    too_late = {event.subject for event in after_the_end if event.type == CANCELLED}
    for saga in {event.subject for event in after_the_end} - set(cancelled):
        yield f"{saga} went on after its end, and nobody cancelled it"
    states = said(folder)
    inventory, payment = audit.book(folder, "inventory"), audit.book(folder, "payment")
    for number in range(sagas):
        saga = audit.saga_of(number)
        state = states.pop(saga, "unknown")
        stands = (
            inventory[saga, "reserve"] > inventory[saga, "release"] or payment[saga, "charge"] > payment[saga, "refund"]
        )
        expected = ("COMPLETED",) if stands else ("COMPENSATED",)
        if state not in (("COMPLETED", "COMPENSATED") if saga in too_late and not stands else expected):
            yield f"{saga} is {state} to the observer, and what it did {'stands' if stands else 'does not stand'}"
    for saga in states:
        yield f"the observer knows {saga}, which nobody placed"
    aside = _rows(folder, "SELECT count(*) FROM sagas WHERE quarantine_time IS NOT NULL")[0][0]
    if aside:
        yield f"{aside} sagas are put aside"


def ends(folder: Path) -> dict[str, int]:
    """Count what it says."""
    return dict(Counter(said(folder).values()))


def _rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / LOG, timeout=30)) as connection:
        return connection.execute(query).fetchall()
