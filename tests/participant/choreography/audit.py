"""What the books of the chain must show in the end, read from its databases by code that shares nothing with the product.

Each service's file has its `entries`, one row an effect, and the tables of inbox and outbox. Orders are numbered, and the
number says which of them is refused where; which of them were cancelled from outside the caller knows.
"""

from __future__ import annotations

import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

ROLES = ("order", "inventory", "payment")
Book = Counter[tuple[str, str]]
"""How often each effect stands, by saga and kind."""


def is_short(number: int) -> bool:
    """Whether the order asks for more than there is: refused at the first place."""
    return number % 7 == 0


def is_poor(number: int) -> bool:
    """Whether the order can't be paid: refused at the second place, and what was reserved is released."""
    return number % 4 == 0


def saga_of(number: int) -> str:
    """The saga of an order."""
    return f"o-{number}"


def rows(folder: Path, role: str, query: str) -> list[tuple[Any, ...]]:
    """Read from a service's database."""
    with closing(sqlite3.connect(folder / f"{role}.db", timeout=30)) as connection:
        return connection.execute(query).fetchall()


def book(folder: Path, role: str) -> Book:
    """Return the effects in a service's book."""
    return Counter(rows(folder, role, "SELECT saga_id, kind FROM entries"))


def faults(folder: Path, orders: int, cancelled: Collection[str] = ()) -> list[str]:
    """Hold every book to what the orders say; return what is otherwise, in words.

    Args:
        folder: has `<role>.db` of each service.
        orders: how many were placed.
        cancelled: the sagas that were cancelled from outside, at any time.
    """
    books = {role: book(folder, role) for role in ROLES}
    found = [words for number in range(orders) for words in _faults_of(number, books, cancelled)]
    placed = {saga_of(number) for number in range(orders)}
    for role, entered in books.items():
        found += [f"{role} knows {saga}, which nobody placed" for saga in {saga for saga, _ in entered} - placed]
        waiting = rows(folder, role, "SELECT count(*) FROM sagaway_outbox WHERE state <> 'PUBLISHED'")[0][0]
        found += [f"{waiting} events wait in the outbox of {role}"] * bool(waiting)
    return found


def _faults_of(number: int, books: Mapping[str, Book], cancelled: Collection[str]) -> Iterator[str]:
    saga, short, poor = saga_of(number), is_short(number), is_poor(number)
    reserved, released = books["inventory"][saga, "reserve"], books["inventory"][saga, "release"]
    charged, refunded = books["payment"][saga, "charge"], books["payment"][saga, "refund"]
    told = {kind: books["order"][saga, kind] for kind in ("completed", "refused", "cancelled")}
    stands = f"{saga}: reserved {reserved}, released {released}, charged {charged}, refunded {refunded}, told {told}"
    if saga in cancelled:
        # How far it came is chance; that all of it is undone, once, is not.
        undone = (reserved, charged) == (released, refunded)
        if not undone or max(reserved, charged, *told.values()) > 1 or told["cancelled"] != 1:
            yield f"{stands}; it was cancelled"
        return
    done = int(not short)
    ending = "refused" if short else "cancelled" if poor else "completed"
    effects = (done, done * poor, done * (not poor), 0)
    if (reserved, released, charged, refunded) != effects or told != {kind: int(kind == ending) for kind in told}:
        yield f"{stands}; it should be {ending}"


def overtaken(folder: Path, first: Mapping[str, int]) -> list[str]:
    """Return where an event of a saga came to the bus before one that its service had emitted earlier.

    Args:
        folder: as of `faults`.
        first: by the id of an event, its first place on the bus.
    """
    found = []
    for role in ROLES:
        places: dict[str, list[int]] = defaultdict(list)
        for saga, event in rows(folder, role, "SELECT saga_id, event_id FROM sagaway_outbox ORDER BY id"):
            if event in first:
                places[saga].append(first[event])
            else:
                found.append(f"{role} says that it published event {event} of {saga}, and the bus does not have it")
        found += [
            f"an event of {saga} overtook another one of {role}"
            for saga in places
            if sorted(places[saga]) != places[saga]
        ]
    return found
