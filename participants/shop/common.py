"""What the shop's services have in common: reading an order's input, the seed file, and being run.

Rules: money is an integer in cents. What a customer sends is checked here, field by field, and a fault is a business
refusal (`INVALID_ORDER`) that names the field, what is wrong and what would be right. Nothing is ever deleted: an
undone order, reservation or payment stays as a row that says so, and every effect leaves an entry in its service's
`ledger`, with the saga and the operation it belongs to. The ledger has no unique constraint on purpose: should an
effect ever happen twice, the books (books.py) must be able to see it.
"""

import argparse
import asyncio
import json
import sqlite3
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, MetaData, Table, create_engine, event, func, insert, select
from sqlalchemy.exc import DBAPIError

from participants.shop.tracing import traced
from sagaway.participant import Participant, Rejected, SetupError, StepContext, serve
from sagaway.security import ServerTls

CURRENCY = "EUR"
MAX_LINES = 100
MAX_QUANTITY = 1_000
MAX_AMOUNT = 10**12


@dataclass(frozen=True, slots=True)
class Line:
    """A line of an order: so many of a product."""

    sku: str
    quantity: int


def read_text(data: object, field: str) -> str:
    """Returns the text of a field; raises Rejected if it is missing, empty or no text."""
    value = data.get(field) if isinstance(data, Mapping) else None
    if not isinstance(value, str) or not value:
        raise invalid(f"{field} is {describe(value)}; give a text that is not empty")
    return value


def read_number(data: object, field: str, highest: int, path: str = "") -> int:
    """Returns the whole number of a field, from 1 to `highest`; raises Rejected if it is anything else."""
    value = data.get(field) if isinstance(data, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
        raise invalid(f"{path}{field} is {describe(value)}; give a whole number from 1 to {highest}")
    return value


def read_lines(data: object) -> tuple[Line, ...]:
    """Returns the lines of an order, 1 to 100; raises Rejected if one is not as it must be. A product may come twice."""
    value = data.get("lines") if isinstance(data, Mapping) else None
    if not isinstance(value, list) or not 1 <= len(value) <= MAX_LINES:
        raise invalid(f"lines is {describe(value)}; give a list of 1 to {MAX_LINES} lines")
    lines = []
    for number, each in enumerate(value):
        if not isinstance(each, Mapping) or not isinstance(each.get("sku"), str) or not each["sku"]:
            raise invalid(f"lines[{number}].sku is missing or no text; give a product's sku")
        lines.append(Line(each["sku"], read_number(each, "quantity", MAX_QUANTITY, f"lines[{number}].")))
    return tuple(lines)


def read_currency(data: object) -> str:
    """Returns the currency; raises Rejected unless it is the one the shop sells in."""
    currency = read_text(data, "currency")
    if currency != CURRENCY:
        raise invalid(f"currency is {describe(currency)}; this shop sells in {CURRENCY}")
    return currency


def invalid(fault: str) -> Rejected:
    """A refusal of an order that is not one."""
    return Rejected("INVALID_ORDER", fault)


def describe(value: object) -> str:
    """A value as an error shows it: short, and never a whole document."""
    match value:
        case None:
            return "missing"
        case list():
            return f"a list of {len(value)}"
        case Mapping():
            return "an object"
        case _:
            text = json.dumps(value, ensure_ascii=False)
            return text if len(text) <= 40 else f"{text[:37]}..."


def money(cents: int) -> str:
    """An amount for people: `12.50 EUR`."""
    return f"{cents // 100}.{cents % 100:02d} {CURRENCY}"


def now() -> str:
    """The time for a row, in UTC."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def entry(kind: str, context: StepContext, order_id: str) -> dict[str, object]:
    """What every entry of a ledger says: which effect, of which saga and operation, for which order, when."""
    return {
        "kind": kind,
        "saga_id": context.saga_id,
        "operation_key": context.operation_key,
        "order_id": order_id,
        "time": now(),
    }


@dataclass(frozen=True, slots=True)
class Service:
    """How one of the shop's services is built."""

    name: str
    """The name it is registered by."""
    metadata: MetaData
    """Its tables."""
    stocked: Table
    """The table that holds rows once the database has been seeded."""
    load: Callable[[Connection, Mapping[str, list[dict[str, object]]]], None]
    """Fills a new database from the seed file's content."""
    participant: Callable[[Engine], Participant]
    """Its actions, on its database."""


def open_database(service: Service, database: Path, seed: Path | None) -> Engine:
    """Opens a service's database and makes its tables if they are not there; a new one is filled from `seed`.

    Filling is one transaction: after a crash in the middle the next start fills it. A database with data is left as it
    is, whatever the seed file says.

    Raises:
        ValueError: the seed file is not one; the text names it.
    """
    engine = create_engine(f"sqlite:///{database}")
    event.listen(engine, "connect", set_up_connection)
    service.metadata.create_all(engine)
    if seed is not None:
        with engine.begin() as tx:
            if not tx.scalar(select(func.count()).select_from(service.stocked)):
                service.load(tx, read_seed(seed))
    return engine


def set_up_connection(connection: sqlite3.Connection, _: object) -> None:
    """Lets others read while this service writes (WAL), and keeps every commit safe on disk (FULL)."""
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def read_seed(seed: Path) -> Mapping[str, list[dict[str, object]]]:
    """Returns the seed file's content: `products` and `customers`, each a list of objects.

    Raises:
        ValueError: it can't be read or is something else.
    """
    try:
        content = json.loads(seed.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ValueError(f"--seed {seed} can't be read: {error}") from error
    if not isinstance(content, dict) or not all(
        isinstance(content.get(key), list) for key in ("products", "customers")
    ):
        raise ValueError(f"--seed {seed} is no seed file: it needs the lists `products` and `customers`")
    return content


def fill(tx: Connection, table: Table, rows: list[dict[str, object]]) -> None:
    """Inserts rows, if there are any."""
    if rows:
        tx.execute(insert(table), rows)


async def serve_database(service: Service, engine: Engine, address: str, **options: Any) -> None:
    """Serves a service on its database until SIGTERM or SIGINT; `options` are those of `sagaway.participant.serve`.

    Raises:
        SetupError: it can't be served; the text says what to change.
    """
    participant = service.participant(engine)
    await participant.create_tables()
    await serve(participant, address, **options)


def add_options(parser: argparse.ArgumentParser) -> None:
    """Adds what every service's command line has."""
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="its SQLite database")
    parser.add_argument("--listen", required=True, metavar="HOST:PORT", help="where it listens, as 127.0.0.1:50061")
    parser.add_argument("--tls-cert", type=Path, metavar="FILE", help="its certificate; needed beyond this machine")
    parser.add_argument("--tls-key", type=Path, metavar="FILE", help="the certificate's private key")
    parser.add_argument("--tls-client-ca", type=Path, metavar="FILE", help="the CA of those who may call")


def read_tls(arguments: argparse.Namespace) -> ServerTls | None:
    """Returns the TLS that a command line asks for; None if it asks for none.

    Raises:
        ValueError: it asks for half of it, or a file can't be used; the text says which.
    """
    if arguments.tls_cert is None and arguments.tls_key is None and arguments.tls_client_ca is None:
        return None
    if arguments.tls_cert is None or arguments.tls_key is None:
        raise ValueError("TLS needs --tls-cert and --tls-key; give both")
    return ServerTls(arguments.tls_cert, arguments.tls_key, arguments.tls_client_ca)


def run(service: Service) -> None:
    """Runs a service from its command line until SIGTERM or SIGINT; calls in flight are answered first."""
    parser = argparse.ArgumentParser(prog=f"python -m participants.shop.{service.name}")
    add_options(parser)
    parser.add_argument("--seed", type=Path, metavar="FILE", help="fills a new database, as data/seed.json does")
    arguments = parser.parse_args()

    def ready(address: str) -> None:
        print(f"{service.name} serves on {address}", flush=True)

    try:
        tls = read_tls(arguments)
        engine = open_database(service, arguments.database, arguments.seed)
        with traced(service.name):
            asyncio.run(serve_database(service, engine, arguments.listen, ready=ready, tls=tls))
    except (ValueError, SetupError, DBAPIError) as error:
        sys.exit(f"{service.name}: {error}")
