"""The order service: what the shop lists at which price, who may buy, and which orders were placed.

`create_order` makes an order, with an id of this service's own and at the prices of the moment; its compensation
cancels it. A cancelled order stays, with its lines and its status. It refuses an order that is not one, a customer it
does not know or has blocked, and a product the shop does not list. What is in stock and what the customer can pay is
not its business.
"""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
    Boolean,
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

from participants.shop.common import CURRENCY, Service, entry, fill, now, read_lines, read_text, run
from sagaway.participant import CompensateCall, ExecuteCall, Participant, Rejected

metadata = MetaData()

product = Table(
    "product",
    metadata,
    Column("sku", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("unit_price", BigInteger, CheckConstraint("unit_price > 0"), nullable=False),
)
customer = Table(
    "customer",
    metadata,
    Column("customer_id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("blocked", Boolean, nullable=False),
)
orders = Table(
    "orders",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False, index=True),
    Column("customer_id", String, nullable=False),
    Column("amount", BigInteger, nullable=False),
    Column("currency", String, nullable=False),
    Column("status", String, CheckConstraint("status IN ('placed', 'cancelled')"), nullable=False),
    Column("placed_time", String, nullable=False),
    Column("cancelled_time", String),
)
order_line = Table(
    "order_line",
    metadata,
    Column("order_id", String, primary_key=True),
    Column("line", Integer, primary_key=True),
    Column("sku", String, nullable=False),
    Column("quantity", Integer, nullable=False),
    Column("unit_price", BigInteger, nullable=False),
)
ledger = Table(
    "ledger",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("kind", String, CheckConstraint("kind IN ('create', 'cancel')"), nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("time", String, nullable=False),
)


def create_order(call: ExecuteCall, tx: Connection) -> object:
    """Places an order: `{customer_id, lines: [{sku, quantity}]}` becomes `{order_id, amount, currency}`.

    Raises:
        Rejected: INVALID_ORDER, UNKNOWN_CUSTOMER, CUSTOMER_BLOCKED or UNKNOWN_PRODUCT.
    """
    customer_id, lines = read_text(call.input, "customer_id"), read_lines(call.input)
    blocked = tx.scalar(select(customer.c.blocked).where(customer.c.customer_id == customer_id))
    if blocked is None:
        raise Rejected("UNKNOWN_CUSTOMER", f"{customer_id} is no customer of this shop")
    if blocked:
        raise Rejected("CUSTOMER_BLOCKED", f"customer {customer_id} is blocked from ordering")
    wanted = {line.sku for line in lines}
    rows = tx.execute(select(product.c.sku, product.c.unit_price).where(product.c.sku.in_(wanted)))
    prices = {row.sku: row.unit_price for row in rows}
    if unknown := sorted(wanted - prices.keys()):
        raise Rejected("UNKNOWN_PRODUCT", f"the shop does not list {', '.join(unknown)}")

    order_id = f"SO-{uuid4().hex[:12].upper()}"
    amount = sum(prices[line.sku] * line.quantity for line in lines)
    context = call.context
    tx.execute(
        insert(orders).values(
            order_id=order_id,
            saga_id=context.saga_id,
            operation_key=context.operation_key,
            customer_id=customer_id,
            amount=amount,
            currency=CURRENCY,
            status="placed",
            placed_time=now(),
        )
    )
    tx.execute(
        insert(order_line),
        [
            {
                "order_id": order_id,
                "line": number,
                "sku": line.sku,
                "quantity": line.quantity,
                "unit_price": prices[line.sku],
            }
            for number, line in enumerate(lines, 1)
        ],
    )
    tx.execute(insert(ledger).values(entry("create", context, order_id)))
    return {"order_id": order_id, "amount": amount, "currency": CURRENCY}


def cancel_order(call: CompensateCall, tx: Connection) -> None:
    """Cancels what the operation placed. The order stays, with its status and the time."""
    placed = orders.c.operation_key == call.context.operation_key, orders.c.status == "placed"
    for order_id in tx.scalars(select(orders.c.order_id).where(*placed)).all():
        tx.execute(update(orders).where(orders.c.order_id == order_id).values(status="cancelled", cancelled_time=now()))
        tx.execute(insert(ledger).values(entry("cancel", call.context, order_id)))


def load(tx: Connection, seed: Mapping[str, list[dict[str, object]]]) -> None:
    """Fills a new database: the catalogue and the customers."""
    fill(tx, product, [{key: each[key] for key in ("sku", "name", "unit_price")} for each in seed["products"]])
    fill(tx, customer, [{key: each[key] for key in ("customer_id", "name", "blocked")} for each in seed["customers"]])


def participant(engine: Engine) -> Participant:
    """The order service's actions on its database."""
    service = Participant("order", engine, business_tables=metadata)
    create = service.action("create_order", description="Places an order at the prices of the moment.")
    create(create_order).compensation(cancel_order)
    return service


SERVICE = Service("order", metadata, product, load, participant)

if __name__ == "__main__":
    run(SERVICE)
