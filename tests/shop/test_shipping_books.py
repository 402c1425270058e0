"""Shipping's books: after orders of every kind at once, all four ledgers and the sagas say the same."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from participants.shop import books
from sagaway.client import name_of
from sagaway.client.errors import SagawayError
from tests.shop.shipping_world import HOME, NOWHERE, Place, place
from tests.shop.world import SEED, lines

LIVES = {
    "shipped": ["announce", "ship"],
    "refused": ["announce", "refuse"],
    "recalled": ["announce", "recall", "return"],
}
"""What the ledger must say of a parcel, by its status; a parcel that was called back may have been shipped before."""


async def test_the_books_balance(tmp_path: Path) -> None:
    """Orders of every kind at once, some cancelled at any moment; afterwards all four ledgers say the same."""
    async with place(tmp_path, delay=timedelta(milliseconds=30)) as p:
        kinds: Sequence[dict[str, Any]] = (
            {},
            {"ship_to": NOWHERE},
            {"ship_to": HOME | {"postal_code": "x"}},
            {"lines": lines(LAMP=1)},
            {"customer_id": "ben", "lines": lines(POT=3)},
            {},
        )
        sagas = {f"s-{number}": kinds[number % len(kinds)] for number in range(30)}
        await asyncio.gather(*(p.start(saga_id, **changes) for saga_id, changes in sagas.items()))
        for saga_id in list(sagas)[5::6]:
            await cancel(p, saga_id)
        states = {saga_id: name_of(await p.settled(saga_id), "state") for saga_id in sagas}
        assert all(states[saga_id] == "COMPLETED" for saga_id in list(sagas)[::6])
        assert Counter(states.values()).keys() == {"COMPLETED", "COMPENSATED"}
        faults = audit(p, states)
    assert not faults, faults


async def cancel(p: Place, saga_id: str) -> None:
    """Cancel a saga, unless it has ended."""
    try:
        await p.client.cancel(saga_id)
    except SagawayError as error:
        if error.reason != "SAGA_NOT_CANCELLABLE":
            raise


def audit(p: Place, states: dict[str, str]) -> list[str]:
    """The three services' books as the demo keeps them, and shipping's against them; a sentence for each fault."""
    found = books.Found(
        {service: books.read_tables(p.folder / f"{service}.db", queries) for service, queries in books.QUERIES.items()}
    )
    checked = books.Books()
    books.check_stock(checked, list(SEED["products"]), found)
    books.check_money(checked, list(SEED["customers"]), found)
    for service in books.KINDS:
        books.check_effects(checked, service, found.rows(service, "ledger"))
    standing = {row["saga_id"] for row in found.rows("payment", "payment") if row["status"] == "paid"}
    completed = {saga_id for saga_id, state in states.items() if state == "COMPLETED"}
    faults = [*checked.faults]
    if standing != completed:
        faults.append(f"paid orders {sorted(standing)} are not the completed sagas {sorted(completed)}")
    shipped = Counter(row[0] for row in p.rows("shipping", "SELECT saga_id FROM parcel WHERE status = 'shipped'"))
    if shipped != Counter(completed):
        faults.append(f"parcels shipped for {sorted(shipped.elements())}, completed are {sorted(completed)}")
    for parcel_id, status in p.rows("shipping", "SELECT parcel_id, status FROM parcel"):
        query = "SELECT kind FROM ledger WHERE parcel_id = ? ORDER BY entry"
        kinds = [row[0] for row in p.rows("shipping", query, parcel_id)]
        if [kind for kind in kinds if status != "recalled" or kind != "ship"] != LIVES.get(status):
            faults.append(f"{parcel_id} is {status}, but its ledger says {kinds}")
    return faults
