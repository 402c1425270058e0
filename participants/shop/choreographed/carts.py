"""The carts that customers checked out, and how each ended: what the order service knows of a saga's beginning and end.

With no coordinator it is up to whoever starts a saga to learn how it ends. A cart's row and the event that starts its
saga are one transaction, so neither is there without the other. The row's key, which is the saga's id, makes a checkout
that is repeated find the first one: nothing is ordered twice.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import CheckConstraint, Column, Connection, MetaData, String, Table, select, update
from sqlalchemy.dialects.sqlite import insert

from participants.shop.choreographed.events import ORDER_REQUESTED
from participants.shop.common import now
from sagaway.participant.choreography import Choreography, Emit, EventCall

metadata = MetaData()

cart = Table(
    "cart",
    metadata,
    Column("saga_id", String, primary_key=True),
    Column("input", String, nullable=False),  # as it was checked out, as JSON with its keys sorted
    Column("status", String, CheckConstraint("status IN ('open', 'placed', 'refused')"), nullable=False, index=True),
    Column("reason", String, nullable=False, default=""),
    Column("message", String, nullable=False, default=""),
    Column("opened_time", String, nullable=False),
    Column("closed_time", String),
)


@dataclass(frozen=True, slots=True)
class Closed:
    """How a cart ended."""

    saga_id: str
    status: str
    """`placed`, or `refused`: nothing of the order stands."""
    reason: str
    """Of a refusal."""
    message: str
    """Of a refusal, for the customer."""


def check_out(choreography: Choreography, tx: Connection, saga_id: str, input_: object) -> bool:
    """Takes a cart and starts its saga; says whether it is new. Call it again as often as you like.

    Arguments:
        choreography: the order service's.
        tx: yours, in its database; the saga starts if and when you commit.
        saga_id: the cart's id.
        input_: what the customer wants: `{customer_id, lines: [{sku, quantity}]}`. Whether it is an order that the shop
            takes is found by the saga.

    Raises:
        ValueError: this id was given to another cart, or is none.
    """
    text = json.dumps(input_, sort_keys=True, ensure_ascii=False)
    row = insert(cart).values(saga_id=saga_id, input=text, status="open", opened_time=now())
    if tx.execute(row.on_conflict_do_nothing()).rowcount == 1:
        choreography.emit(tx, saga_id, Emit(ORDER_REQUESTED, input_))
        return True
    if tx.scalar(select(cart.c.input).where(cart.c.saga_id == saga_id)) != text:
        raise ValueError(f"{saga_id}: another cart was checked out under this id; give this one an id of its own")
    return False


def close_placed(call: EventCall, tx: Connection) -> None:
    """The money moved: the cart has become an order that stands."""
    close(call, tx, status="placed")


def close_refused(call: EventCall, tx: Connection) -> None:
    """Somebody refused, and all that had been done is undone."""
    close(call, tx, status="refused", reason=call.input["reason"], message=call.input["message"])


def close(call: EventCall, tx: Connection, **values: str) -> None:
    """Enters how the event's cart ended."""
    this = cart.c.saga_id == call.context.saga_id
    tx.execute(update(cart).where(this).values(**values, closed_time=now()))


def closed(tx: Connection, among: Collection[str]) -> list[Closed]:
    """Those of these carts that have ended."""
    ended = cart.c.saga_id.in_(among), cart.c.status != "open"
    columns = cart.c.saga_id, cart.c.status, cart.c.reason, cart.c.message
    return [Closed(*row) for row in tx.execute(select(*columns).where(*ended).order_by(cart.c.closed_time))]
