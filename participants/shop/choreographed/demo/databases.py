"""Reads the services' databases as any tool would: the standard library's sqlite3, read-only.

They show how the orders ended without a question to the observer: who refused is in the inboxes, what the customers were
told in the order service's carts, what is still to be published in the outboxes.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from participants.shop.demo.orders import End

SERVICES = ("order", "inventory", "payment")
CLOSED = "SELECT saga_id, status, reason FROM cart WHERE status != 'open'"
REFUSALS = "SELECT saga_id, reaction FROM sagaway_inbox WHERE state = 'REJECTED'"
UNPUBLISHED = "SELECT COUNT(*) FROM sagaway_outbox WHERE state = 'WAITING'"


def read_ends(folder: Path) -> dict[str, End]:
    """Returns how each closed cart ended, by saga, with the reaction that refused it."""
    refused_by = dict(row for service in SERVICES for row in query(folder, service, REFUSALS))

    def ends() -> Iterator[tuple[str, End]]:
        for saga_id, status, reason in query(folder, "order", CLOSED):
            if status == "placed":
                yield saga_id, End("COMPLETED")
            else:
                yield saga_id, End("COMPENSATED", refused_by.get(saga_id, "nobody"), reason)

    return dict(ends())


def count_unpublished(folder: Path) -> int:
    """Returns how many events wait in the outboxes."""
    return sum(int(query(folder, service, UNPUBLISHED)[0][0]) for service in SERVICES)


def query(folder: Path, service: str, statement: str) -> list[Any]:
    """Asks a service's database.

    Raises:
        sqlite3.Error: it is not there or can't be read.
    """
    with closing(sqlite3.connect(f"{(folder / service).resolve().as_uri()}.db?mode=ro", uri=True)) as connection:
        return connection.execute(statement).fetchall()
