"""The shipping service: which parcel goes to whom, and what the carrier said to it. An asynchronous step.

`ship_order` announces a parcel to the carrier, who says hours later whether it was picked up. So it answers Pending,
and the carrier's answer completes it (with a tracking number) or rejects it (an address that can't be delivered to).
Its compensation calls the parcel back. The carrier must confirm that too, since it may be on a van already: Pending
again. What the service can see for itself, an order that is no order, it refuses at once.

The carrier (carrier.py) runs in the same process and answers after `--carrier-delay`. Each of its answers changes the
parcel and tells the barrier in one transaction; `settle` is that transaction's content. A parcel is never deleted:

    announced ─┬─▶ shipped ──┐
               ├─────────────┴─▶ recalling ─▶ recalled
               └─▶ refused
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

from sqlalchemy import CheckConstraint, Column, Connection, Engine, Integer, Row, String, Table, insert, select, update
from sqlalchemy.exc import DBAPIError

from participants.shop.carrier import PICK_UP, RECALL, Answer, Carrier, Order, Settle, metadata, place, withdraw
from participants.shop.common import Service, add_options, describe, invalid, now, open_database, read_text, read_tls
from participants.shop.tracing import traced
from sagaway.participant import CompensateCall, ExecuteCall, Participant, Pending, SetupError, serve
from sagaway.security import ClientTls, ServerTls

ADDRESS_FIELDS = ("name", "street", "postal_code", "city")
POSTAL_CODE_DIGITS = 5
NO_PLACE = "00"
"""No place has a postal code that begins so: the carrier can't deliver there."""
DEFAULT_CARRIER_DELAY = 2.0
MAX_CARRIER_DELAY = 30 * 86_400.0

parcel = Table(
    "parcel",
    metadata,
    Column("parcel_id", String, primary_key=True),
    Column("order_id", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False, index=True),
    *(Column(field, String, nullable=False) for field in ADDRESS_FIELDS),
    Column(
        "status",
        String,
        CheckConstraint("status IN ('announced', 'shipped', 'refused', 'recalling', 'recalled')"),
        nullable=False,
    ),
    Column("tracking_number", String),
    Column("announced_time", String, nullable=False),
    Column("changed_time", String),
)
ledger = Table(
    "ledger",
    metadata,
    Column("entry", Integer, primary_key=True),
    Column(
        "kind", String, CheckConstraint("kind IN ('announce', 'ship', 'refuse', 'recall', 'return')"), nullable=False
    ),
    Column("saga_id", String, nullable=False),
    Column("operation_key", String, nullable=False),
    Column("order_id", String, nullable=False),
    Column("parcel_id", String, nullable=False),
    Column("time", String, nullable=False),
)


def ship_order(call: ExecuteCall, tx: Connection) -> object:
    """Announces a parcel: `{order_id, ship_to: {name, street, postal_code, city}}`; the carrier answers later.

    Then it is Completed with `{parcel_id, tracking_number}`, or Rejected with ADDRESS_UNDELIVERABLE.

    Raises:
        Rejected: INVALID_ORDER.
    """
    order_id, address = read_text(call.input, "order_id"), read_address(call.input)
    parcel_id, context = f"PC-{uuid4().hex[:12].upper()}", call.context
    tx.execute(
        insert(parcel).values(
            parcel_id=parcel_id,
            order_id=order_id,
            saga_id=context.saga_id,
            operation_key=context.operation_key,
            **address,
            status="announced",
            announced_time=now(),
        )
    )
    change(tx, "announce", tx.execute(select(parcel).where(parcel.c.parcel_id == parcel_id)).one())
    place(tx, PICK_UP, context, parcel_id)
    return Pending()


def recall_order(call: CompensateCall, tx: Connection) -> object:
    """Calls the operation's parcel back, whatever became of it; the carrier confirms later."""
    key = call.context.operation_key
    withdraw(tx, key)
    row = tx.execute(select(parcel).where(parcel.c.operation_key == key)).one()
    change(tx, "recall", row, status="recalling")
    place(tx, RECALL, call.context, row.parcel_id)
    return Pending()


def settle_with(participant: Participant) -> Settle:
    """Returns shipping's part of the carrier's answers: the parcel changes, and the barrier is told."""

    def settle(tx: Connection, order: Order) -> Answer:
        row = tx.execute(select(parcel).where(parcel.c.parcel_id == order.parcel_id)).one()
        if order.kind == RECALL:
            change(tx, "return", row, status="recalled")
            participant.complete_compensation(tx, order.operation_key)
            return Answer()
        if row.postal_code.startswith(NO_PLACE):
            refusal = Answer(reason="ADDRESS_UNDELIVERABLE", message=f"no place has postal code {row.postal_code}")
            change(tx, "refuse", row, status="refused")
            participant.reject(tx, order.operation_key, refusal.reason, refusal.message)
            return refusal
        tracking_number = f"TN{uuid4().int % 10**12:012}"
        output = {"parcel_id": row.parcel_id, "tracking_number": tracking_number}
        change(tx, "ship", row, status="shipped", tracking_number=tracking_number)
        participant.complete(tx, order.operation_key, output)
        return Answer(output)

    return settle


def change(tx: Connection, kind: str, row: Row[Any], **values: str) -> None:
    """Changes a parcel and enters that in the ledger."""
    if values:
        tx.execute(update(parcel).where(parcel.c.parcel_id == row.parcel_id).values(**values, changed_time=now()))
    this = {key: getattr(row, key) for key in ("saga_id", "operation_key", "order_id", "parcel_id")}
    tx.execute(insert(ledger).values(kind=kind, time=now(), **this))


def read_address(data: object) -> dict[str, str]:
    """Returns the address of `ship_to`; raises Rejected if a part is missing or the postal code is none."""
    address = data.get("ship_to") if isinstance(data, Mapping) else None
    if not isinstance(address, Mapping):
        raise invalid(f"ship_to is {describe(address)}; give an object with {', '.join(ADDRESS_FIELDS)}")
    for field in ADDRESS_FIELDS:
        if not isinstance(address.get(field), str) or not address[field]:
            raise invalid(f"ship_to.{field} is {describe(address.get(field))}; give a text that is not empty")
    code = address["postal_code"]
    if len(code) != POSTAL_CODE_DIGITS or not (code.isascii() and code.isdigit()):
        raise invalid(f"ship_to.postal_code is {describe(code)}; give {POSTAL_CODE_DIGITS} digits")
    return {field: address[field] for field in ADDRESS_FIELDS}


def load(tx: Connection, seed: Mapping[str, list[dict[str, object]]]) -> None:
    """A new database is empty: there are no parcels before the first order."""


def participant(engine: Engine) -> Participant:
    """The shipping service's actions on its database."""
    service = Participant("shipping", engine, business_tables=metadata)
    ship = service.action("ship_order", description="Announces an order's parcel; the carrier answers later.")
    ship(ship_order).compensation(recall_order)
    return service


SERVICE = Service("shipping", metadata, parcel, load, participant)


async def serve_with_carrier(
    engine: Engine, arguments: argparse.Namespace, tls: ServerTls | None, to_orchestrator: ClientTls | None
) -> None:
    """Serves shipping and runs its carrier until SIGTERM or SIGINT.

    Arguments:
        engine: shipping's database.
        arguments: the command line.
        tls: what it shows who calls it, and whom it lets in; None: plain text.
        to_orchestrator: the same towards the orchestrator, which it reports to.

    Raises:
        SetupError: it can't be served; the text says what to change.
    """

    def ready(bound: str) -> None:
        print(f"shipping serves on {bound}", flush=True)

    service = participant(engine)
    await service.create_tables()
    delay, orchestrator = arguments.carrier_delay, arguments.orchestrator
    carrier = Carrier(engine, settle_with(service), delay=delay, orchestrator=orchestrator, tls=to_orchestrator)
    async with carrier:
        await serve(service, arguments.listen, ready=ready, tls=tls)


def read_delay(text: str) -> timedelta:
    """Returns a delay from the command line."""
    try:
        seconds = float(text)
    except ValueError:
        seconds = -1
    if not 0 <= seconds <= MAX_CARRIER_DELAY:
        raise argparse.ArgumentTypeError(f"{text!r} is no delay; give seconds from 0 to {MAX_CARRIER_DELAY:.0f}")
    return timedelta(seconds=seconds)


def main() -> None:
    """Runs the service from its command line until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m participants.shop.shipping")
    add_options(parser)
    parser.add_argument(
        "--orchestrator",
        default="",
        metavar="HOST:PORT",
        help="where outcomes are reported; without it the orchestrator finds them when it asks",
    )
    parser.add_argument("--orchestrator-ca", type=Path, metavar="FILE", help="the CA of the orchestrator's certificate")
    parser.add_argument(
        "--carrier-delay",
        type=read_delay,
        default=timedelta(seconds=DEFAULT_CARRIER_DELAY),
        metavar="SECONDS",
        help=f"how long the carrier takes for an answer (default: {DEFAULT_CARRIER_DELAY:g})",
    )
    arguments = parser.parse_args()
    try:
        tls = read_tls(arguments)
        to_orchestrator = None if arguments.orchestrator_ca is None else ClientTls(arguments.orchestrator_ca)
        engine = open_database(SERVICE, arguments.database, None)
        with traced(SERVICE.name):
            asyncio.run(serve_with_carrier(engine, arguments, tls, to_orchestrator))
    except (ValueError, SetupError, DBAPIError) as error:
        sys.exit(f"shipping: {error}")


if __name__ == "__main__":
    main()
