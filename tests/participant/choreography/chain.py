"""Order, inventory and payment as processes that know of each other's events only. Each has a database of its own.

order.created ─ inventory ─┬─ inventory.reserved ─ payment ─┬─ payment.completed ─ order: completed
                           └─ inventory.rejected ─ order    └─ payment.failed ─ inventory ─ inventory.released ─ order
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Connection, Engine, Integer, MetaData, String, Table, create_engine, insert, update

from sagaway.participant import CompensateCall, ExecuteCall, Participant, Rejected
from sagaway.participant.choreography import Choreography, choreography_metadata
from sagaway.participant.participant import utc_now

ORDER = "com.example.order.created.v1"
RESERVED = "com.example.inventory.reserved.v1"
SHORT = "com.example.inventory.rejected.v1"
RELEASED = "com.example.inventory.released.v1"
PAID = "com.example.payment.completed.v1"
UNPAID = "com.example.payment.failed.v1"
CANCELLED = "com.example.order.cancelled.v1"

books = MetaData()
orders = Table(
    "orders", books, Column("saga_id", String(64), primary_key=True), Column("status", String(16), nullable=False)
)
# One row for each effect: a doubled one is seen.
entries = Table(
    "entries",
    books,
    Column("id", Integer, primary_key=True),
    Column("saga_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
)


def enter(call: ExecuteCall | CompensateCall, tx: Connection, kind: str) -> None:
    tx.execute(insert(entries).values(saga_id=call.context.saga_id, kind=kind))


def reserve(call: ExecuteCall, tx: Connection) -> object:
    enter(call, tx, "reserve")
    if call.input["short"]:
        raise Rejected("INSUFFICIENT_STOCK")
    return {"reservation": call.context.saga_id}


def release(call: CompensateCall, tx: Connection) -> None:
    assert call.output == {"reservation": call.context.saga_id}
    enter(call, tx, "release")


def charge(call: ExecuteCall, tx: Connection) -> None:
    enter(call, tx, "charge")
    if call.input["poor"]:
        raise Rejected("CARD_DECLINED")


def refund(call: CompensateCall, tx: Connection) -> None:
    enter(call, tx, "refund")


def ended(status: str) -> Any:
    def end(call: ExecuteCall, tx: Connection) -> None:
        enter(call, tx, status)
        tx.execute(update(orders).where(orders.c.saga_id == call.context.saga_id).values(status=status))

    return end


def choreography(role: str, engine: Engine, clock: Callable[[], datetime] = utc_now) -> Choreography:
    """Return a service's choreography."""
    participant = Participant(role, engine, business_tables=books, clock=clock)
    made = Choreography(participant, starts=[ORDER, CANCELLED] if role == "order" else [])
    if role == "order":
        made.on(PAID, name="complete", effect_free=True)(ended("completed"))
        made.on(SHORT, name="refuse", effect_free=True)(ended("refused"))
        made.on(RELEASED, name="cancel", effect_free=True)(ended("cancelled"))
    elif role == "inventory":
        reaction = made.on(ORDER, completes=RESERVED, rejects=SHORT)(reserve)
        reaction.compensation(on=[UNPAID, CANCELLED], announces=RELEASED)(release)
    else:
        made.on(RESERVED, completes=PAID, rejects=UNPAID)(charge).compensation(on=[CANCELLED])(refund)
    return made


def open_books(url: str) -> Engine:
    """Make a service's database, or open it."""
    engine = create_engine(url)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=WAL")  # who looks at the books holds up nobody
    books.create_all(engine)
    choreography_metadata.create_all(engine)
    return engine
