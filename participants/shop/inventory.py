"""The inventory service: how much of each product lies in the warehouse, and for whom it is held.

`reserve_inventory` takes an order's units off the stock and holds them for it, all lines or none; its compensation
releases them. A released reservation stays, with its status. It refuses a product the warehouse does not know and a
quantity that is not there. Stock is never below zero, whoever asks at the same time: taking units is one conditional
UPDATE.
"""

from collections import Counter
from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import (
    CheckConstraint,
    Column,
    Connection,
    Engine,
    Integer,
    MetaData,
    String,
    Table,
    insert,
    select,
    update,
)

from participants.shop.common import Service, entry, fill, now, read_lines, read_text, run
from sagaway.participant import CompensateCall, ExecuteCall, Participant, Rejected

metadata = MetaData()

stock = Table(
    "stock",
    metadata,
    Column("sku", String, primary_key=True),
    Column("on_hand", Integer, CheckConstraint("on_hand >= 0"), nullable=False),
)
reservation = Table(
    "reservation",
    metadata,
    Column("reservation_id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False, index=True),
    Column("status", String, CheckConstraint("status IN ('held', 'released')"), nullable=False),
    Column("held_time", String, nullable=False),
    Column("released_time", String),
)
reservation_line = Table(
    "reservation_line",
    metadata,
    Column("reservation_id", String, primary_key=True),
    Column("sku", String, primary_key=True),
    Column("quantity", Integer, CheckConstraint("quantity > 0"), nullable=False),
)
ledger = Table(
    "ledger",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("kind", String, CheckConstraint("kind IN ('reserve', 'release')"), nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("sku", String, nullable=False),
    Column("units", Integer, nullable=False),  # what came onto the stock; negative: what left it
    Column("time", String, nullable=False),
)


def reserve_inventory(call: ExecuteCall, tx: Connection) -> object:
    """Holds an order's units: `{order_id, lines: [{sku, quantity}]}` becomes `{reservation_id}`.

    Raises:
        Rejected: INVALID_ORDER, UNKNOWN_PRODUCT or INSUFFICIENT_STOCK, which says what is short and how many are left.
    """
    order_id = read_text(call.input, "order_id")
    wanted = Counter[str]()
    for line in read_lines(call.input):
        wanted[line.sku] += line.quantity
    known = tx.scalars(select(stock.c.sku).where(stock.c.sku.in_(wanted))).all()
    if unknown := sorted(wanted.keys() - set(known)):
        raise Rejected("UNKNOWN_PRODUCT", f"the warehouse does not know {', '.join(unknown)}")
    short = [sku for sku, quantity in wanted.items() if not take(tx, sku, quantity)]
    if short:
        raise Rejected("INSUFFICIENT_STOCK", "; ".join(shortage(tx, sku, wanted[sku]) for sku in sorted(short)))

    reservation_id, context = f"RS-{uuid4().hex[:12].upper()}", call.context
    tx.execute(
        insert(reservation).values(
            reservation_id=reservation_id,
            order_id=order_id,
            saga_id=context.saga_id,
            operation_key=context.operation_key,
            status="held",
            held_time=now(),
        )
    )
    lines = [{"reservation_id": reservation_id, "sku": sku, "quantity": wanted[sku]} for sku in wanted]
    tx.execute(insert(reservation_line), lines)
    this = entry("reserve", context, order_id)
    tx.execute(insert(ledger), [{**this, "sku": sku, "units": -quantity} for sku, quantity in wanted.items()])
    return {"reservation_id": reservation_id}


def take(tx: Connection, sku: str, quantity: int) -> bool:
    """Takes units off the stock if so many are there; says whether."""
    enough = stock.c.sku == sku, stock.c.on_hand >= quantity
    return tx.execute(update(stock).where(*enough).values(on_hand=stock.c.on_hand - quantity)).rowcount == 1


def shortage(tx: Connection, sku: str, quantity: int) -> str:
    """What is short, in words."""
    left = tx.scalar(select(stock.c.on_hand).where(stock.c.sku == sku))
    return f"{sku}: {left} left, {quantity} wanted"


def release_inventory(call: CompensateCall, tx: Connection) -> None:
    """Puts back what the operation held. The reservation stays, with its status and the time."""
    held = reservation.c.operation_key == call.context.operation_key, reservation.c.status == "held"
    for row in tx.execute(select(reservation.c.reservation_id, reservation.c.order_id).where(*held)).all():
        this = reservation.c.reservation_id == row.reservation_id
        tx.execute(update(reservation).where(this).values(status="released", released_time=now()))
        released = entry("release", call.context, row.order_id)
        of_this = reservation_line.c.reservation_id == row.reservation_id
        for line in tx.execute(select(reservation_line).where(of_this)).all():
            tx.execute(update(stock).where(stock.c.sku == line.sku).values(on_hand=stock.c.on_hand + line.quantity))
            tx.execute(insert(ledger).values(**released, sku=line.sku, units=line.quantity))


def load(tx: Connection, seed: Mapping[str, list[dict[str, object]]]) -> None:
    """Fills a new database: the stock of every product the warehouse knows."""
    known = [each for each in seed["products"] if each["stock"] is not None]
    fill(tx, stock, [{"sku": each["sku"], "on_hand": each["stock"]} for each in known])


def participant(engine: Engine) -> Participant:
    """The inventory service's actions on its database."""
    service = Participant("inventory", engine, business_tables=metadata)
    reserve = service.action("reserve_inventory", description="Takes an order's units off the stock and holds them.")
    reserve(reserve_inventory).compensation(release_inventory)
    return service


SERVICE = Service("inventory", metadata, stock, load, participant)

if __name__ == "__main__":
    run(SERVICE)
