"""The payment service: the customers' balances and the shop's takings, in cents.

`process_payment` moves an order's amount from the customer's account to the shop's; its compensation refunds it, which
is a movement of its own and leaves the payment visible. It refuses a customer without an account and an amount above
the balance. A balance is never below zero, whoever asks at the same time: taking money is one conditional UPDATE.
"""

from collections.abc import Mapping
from uuid import uuid4

from sqlalchemy import (
    BigInteger,
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

from participants.shop.common import (
    MAX_AMOUNT,
    Service,
    entry,
    fill,
    money,
    now,
    read_currency,
    read_number,
    read_text,
    run,
)
from sagaway.participant import CompensateCall, ExecuteCall, Participant, Rejected

SHOP = "SHOP"  # the account of the shop's takings

metadata = MetaData()

account = Table(
    "account",
    metadata,
    Column("account_id", String, primary_key=True),
    Column("owner", String, CheckConstraint("owner IN ('customer', 'shop')"), nullable=False),
    Column("balance", BigInteger, CheckConstraint("balance >= 0"), nullable=False),
)
payment = Table(
    "payment",
    metadata,
    Column("payment_id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False, index=True),
    Column("customer_id", String, nullable=False),
    Column("amount", BigInteger, CheckConstraint("amount > 0"), nullable=False),
    Column("status", String, CheckConstraint("status IN ('paid', 'refunded')"), nullable=False),
    Column("paid_time", String, nullable=False),
    Column("refunded_time", String),
)
ledger = Table(
    "ledger",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column("kind", String, CheckConstraint("kind IN ('pay', 'refund')"), nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("account_id", String, nullable=False),
    Column("amount", BigInteger, nullable=False),  # what came onto the account; negative: what left it
    Column("time", String, nullable=False),
)


def process_payment(call: ExecuteCall, tx: Connection) -> object:
    """Takes an order's amount: `{order_id, customer_id, amount, currency}` becomes `{payment_id}`.

    Raises:
        Rejected: INVALID_ORDER, UNKNOWN_CUSTOMER or INSUFFICIENT_FUNDS.
    """
    order_id, customer_id = read_text(call.input, "order_id"), read_text(call.input, "customer_id")
    amount = read_number(call.input, "amount", MAX_AMOUNT)
    read_currency(call.input)
    theirs = account.c.account_id == customer_id, account.c.owner == "customer"
    enough = (*theirs, account.c.balance >= amount)
    if tx.execute(update(account).where(*enough).values(balance=account.c.balance - amount)).rowcount != 1:
        balance = tx.scalar(select(account.c.balance).where(*theirs))
        if balance is None:
            raise Rejected("UNKNOWN_CUSTOMER", f"{customer_id} has no account here")
        raise Rejected("INSUFFICIENT_FUNDS", f"{customer_id} has {money(balance)}, the order costs {money(amount)}")
    change(tx, SHOP, amount)

    payment_id, context = f"PM-{uuid4().hex[:12].upper()}", call.context
    tx.execute(
        insert(payment).values(
            payment_id=payment_id,
            order_id=order_id,
            saga_id=context.saga_id,
            operation_key=context.operation_key,
            customer_id=customer_id,
            amount=amount,
            status="paid",
            paid_time=now(),
        )
    )
    move(tx, entry("pay", context, order_id), {customer_id: -amount, SHOP: amount})
    return {"payment_id": payment_id}


def refund_payment(call: CompensateCall, tx: Connection) -> None:
    """Gives back what the operation took. The payment stays, with its status and the time."""
    paid = payment.c.operation_key == call.context.operation_key, payment.c.status == "paid"
    for row in tx.execute(select(payment).where(*paid)).all():
        change(tx, row.customer_id, row.amount)
        change(tx, SHOP, -row.amount)
        refunded = update(payment).where(payment.c.payment_id == row.payment_id)
        tx.execute(refunded.values(status="refunded", refunded_time=now()))
        this = entry("refund", call.context, row.order_id)
        move(tx, this, {row.customer_id: row.amount, SHOP: -row.amount})


def move(tx: Connection, this: dict[str, object], amounts: Mapping[str, int]) -> None:
    """Enters a movement of money in the ledger: by account, what came onto it or, negative, left it."""
    tx.execute(insert(ledger), [{**this, "account_id": to, "amount": amount} for to, amount in amounts.items()])


def change(tx: Connection, account_id: str, amount: int) -> None:
    """Adds an amount to an account."""
    tx.execute(update(account).where(account.c.account_id == account_id).values(balance=account.c.balance + amount))


def load(tx: Connection, seed: Mapping[str, list[dict[str, object]]]) -> None:
    """Fills a new database: the shop's account, empty, and the balance of every customer who has an account."""
    fill(tx, account, [{"account_id": SHOP, "owner": "shop", "balance": 0}])
    holders = [each for each in seed["customers"] if each["balance"] is not None]
    rows = [{"account_id": each["customer_id"], "owner": "customer", "balance": each["balance"]} for each in holders]
    fill(tx, account, rows)


def participant(engine: Engine) -> Participant:
    """The payment service's actions on its database."""
    service = Participant("payment", engine, business_tables=metadata)
    pay = service.action("process_payment", description="Moves an order's amount from the customer to the shop.")
    pay(process_payment).compensation(refund_payment)
    return service


SERVICE = Service("payment", metadata, account, load, participant)

if __name__ == "__main__":
    run(SERVICE)
