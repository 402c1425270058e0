"""The shop's books: reads what the three services left in their databases and says what is wrong with it.

Independent on purpose: the standard library only, nothing of Sagaway's, of the services' code or of the saga log. What
was there before comes from the seed file, what should have happened from the orders file, what did happen from the
databases as any tool would read them. A fault in the services, in the barrier or in the orchestrator can therefore not
excuse itself here.

What must hold once every saga has ended (each line is one check below):

- Stock: of each product, units before = units now + units sold. Money: what the customers had before = what they have
  now + the shop's takings, for each customer and in all.
- Effects: each operation did what it did once, and undid it at most once and only if it had done it.
- Ledgers: each service's ledger adds up to its stock or balances.
- Orders: a cancelled order holds no stock and no money; one that stands holds exactly its units and has paid exactly
  its amount.
- Ends: each order ended as the orders file says, and there is no order nobody placed.

`python -m participants.shop.books FOLDER` audits the databases order.db, inventory.db and payment.db in a folder and
exits with 1 if there are faults.
"""

import argparse
import json
import sqlite3
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
SEED = DATA / "seed.json"
ORDERS = DATA / "orders.jsonl"
SHOP = "SHOP"

Row = Mapping[str, Any]
# In each service: what an effect is called, and what its undoing is called.
KINDS = {"order": ("create", "cancel"), "inventory": ("reserve", "release"), "payment": ("pay", "refund")}
# In each service: what a ledger entry is about, besides its operation. An order made twice has two ids, so there it is
# the operation alone.
SUBJECTS = {"order": "operation_key", "inventory": "sku", "payment": "account_id"}
QUERIES = {
    "order": {
        "orders": "SELECT order_id, saga_id, amount, status FROM orders",
        "order_line": "SELECT order_id, sku, quantity FROM order_line",
        "ledger": "SELECT kind, saga_id, operation_key FROM ledger",
    },
    "inventory": {
        "stock": "SELECT sku, on_hand FROM stock",
        "reservation": "SELECT reservation_id, order_id, saga_id, status FROM reservation",
        "reservation_line": "SELECT reservation_id, sku, quantity FROM reservation_line",
        "ledger": "SELECT kind, saga_id, operation_key, sku, units FROM ledger",
    },
    "payment": {
        "account": "SELECT account_id, balance FROM account",
        "payment": "SELECT order_id, saga_id, customer_id, amount, status FROM payment",
        "ledger": "SELECT kind, saga_id, operation_key, account_id, amount FROM ledger",
    },
}


@dataclass(frozen=True, slots=True)
class Expected:
    """How an order should end, worked out from the orders file and the prices."""

    customer_id: str
    units: Counter[str]
    amount: int
    """What its units cost; 0 for an order that is refused at once."""
    refused_by: str
    """The step that refuses it; empty if it completes."""


@dataclass(slots=True)
class Found:
    """What the databases hold."""

    tables: dict[str, dict[str, list[Row]]]
    """Rows by service and table."""

    def rows(self, service: str, table: str) -> list[Row]:
        """The rows of a table."""
        return self.tables[service][table]


@dataclass(slots=True)
class Books:
    """The result of an audit."""

    faults: list[str] = field(default_factory=list)
    """What is wrong, a sentence each; empty if the books balance."""
    orders_placed: int = 0
    """Orders that stand."""
    orders_cancelled: int = 0
    """Orders that were undone."""
    units_before: int = 0
    """Units in the warehouse before the first order."""
    units_after: int = 0
    """Units in the warehouse now."""
    units_sold: int = 0
    """Units the orders that stand hold."""
    money_before: int = 0
    """The customers' balances before the first order, in cents."""
    money_after: int = 0
    """The customers' balances now, in cents."""
    takings: int = 0
    """The shop's account now, in cents."""
    effects: int = 0
    """Operations that had an effect, undoings included."""


def audit(folder: Path, seed: Path = SEED, orders: Path = ORDERS) -> Books:
    """Reads the three databases in `folder` and returns the books, with every fault in words.

    Arguments:
        folder: holds order.db, inventory.db and payment.db. They are only read; the services may be running.
        seed: what was there before the first order.
        orders: the orders that were placed, with their expected ends.

    Raises:
        OSError, ValueError, sqlite3.Error: a file is not there or not what it should be.
    """
    before = json.loads(seed.read_text(encoding="utf-8"))
    expected = dict(read_expected(orders, {each["sku"]: each["unit_price"] for each in before["products"]}))
    found = Found({service: read_tables(folder / f"{service}.db", queries) for service, queries in QUERIES.items()})
    books = Books()
    check_stock(books, before["products"], found)
    check_money(books, before["customers"], found)
    for service in KINDS:
        check_effects(books, service, found.rows(service, "ledger"))
    check_orders(books, expected, found)
    return books


def read_expected(orders: Path, prices: Mapping[str, int]) -> Iterator[tuple[str, Expected]]:
    """Yields the saga id and the expected end of each order in the file."""
    with orders.open(encoding="utf-8") as file:
        for line in file:
            row = json.loads(line)
            units = Counter[str]()
            for each in row["input"]["lines"]:
                units[each["sku"]] += each["quantity"]
            refused_by = "" if row["expected"]["state"] == "COMPLETED" else row["expected"]["step"]
            amount = 0 if refused_by == "create_order" else sum(prices[sku] * count for sku, count in units.items())
            yield row["saga_id"], Expected(row["input"]["customer_id"], units, amount, refused_by)


def read_tables(database: Path, queries: Mapping[str, str]) -> dict[str, list[Row]]:
    """Reads tables of a database, all at one moment."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        return {table: [dict(row) for row in connection.execute(query)] for table, query in queries.items()}


def check_stock(books: Books, products: list[Row], found: Found) -> None:
    """Units before = units now + units sold, of each product; and the ledger says the same."""
    before = {each["sku"]: each["stock"] for each in products if each["stock"] is not None}
    now = {row["sku"]: row["on_hand"] for row in found.rows("inventory", "stock")}
    held = {row["reservation_id"] for row in found.rows("inventory", "reservation") if row["status"] == "held"}
    sold, moved = Counter[str](), Counter[str]()
    for row in found.rows("inventory", "reservation_line"):
        if row["reservation_id"] in held:
            sold[row["sku"]] += row["quantity"]
    for row in found.rows("inventory", "ledger"):
        moved[row["sku"]] += row["units"]
    for sku in sorted(before.keys() | now.keys()):
        if before.get(sku, 0) != now.get(sku, 0) + sold[sku]:
            books.faults.append(
                f"stock of {sku}: {before.get(sku, 0)} before is not {now.get(sku, 0)} now + {sold[sku]} sold"
            )
        if now.get(sku, 0) != before.get(sku, 0) + moved[sku]:
            books.faults.append(
                f"stock of {sku}: the ledger leads from {before.get(sku, 0)} to {before.get(sku, 0) + moved[sku]}, "
                f"but there are {now.get(sku, 0)}"
            )
    books.units_before, books.units_after, books.units_sold = sum(before.values()), sum(now.values()), sold.total()


def check_money(books: Books, customers: list[Row], found: Found) -> None:
    """Money before = money now + the shop's takings, for each customer and in all; and the ledger says the same."""
    before = {each["customer_id"]: each["balance"] for each in customers if each["balance"] is not None}
    now = {row["account_id"]: row["balance"] for row in found.rows("payment", "account")}
    paid, moved = Counter[str](), Counter[str]()
    for row in found.rows("payment", "payment"):
        if row["status"] == "paid":
            paid[row["customer_id"]] += row["amount"]
    for row in found.rows("payment", "ledger"):
        moved[row["account_id"]] += row["amount"]
    for customer_id in sorted(before.keys() | (now.keys() - {SHOP})):
        had, has = before.get(customer_id, 0), now.get(customer_id, 0)
        if had != has + paid[customer_id]:
            books.faults.append(
                f"money of {customer_id}: {cents(had)} before is not {cents(has)} now + {cents(paid[customer_id])} paid"
            )
    for account_id in sorted(before.keys() | now.keys()):
        had, has = before.get(account_id, 0), now.get(account_id, 0)
        if has != had + moved[account_id]:
            books.faults.append(
                f"money of {account_id}: the ledger leads from {cents(had)} to {cents(had + moved[account_id])}, "
                f"but there is {cents(has)}"
            )
    books.takings = now.get(SHOP, 0)
    books.money_before = sum(before.values())
    books.money_after = sum(now.values()) - books.takings
    if books.money_before != books.money_after + books.takings:
        books.faults.append(
            f"money in all: {cents(books.money_before)} before is not {cents(books.money_after)} with the customers "
            f"now + {cents(books.takings)} of the shop's takings"
        )
    if books.takings != paid.total():
        books.faults.append(f"the shop's takings are {cents(books.takings)}, but {cents(paid.total())} was paid")


def check_effects(books: Books, service: str, ledger: list[Row]) -> None:
    """No operation did, or undid, anything twice; and none undid what it had not done."""
    doing, undoing = KINDS[service]
    counts: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    sagas: dict[str, str] = {}
    steps: dict[str, set[str]] = defaultdict(set)
    for row in ledger:
        counts[row["operation_key"]][row["kind"], row[SUBJECTS[service]]] += 1
        sagas[row["operation_key"]] = row["saga_id"]
        if row["kind"] == doing:
            steps[row["saga_id"]].add(row["operation_key"])
    for key, effects in counts.items():
        saga_id = sagas[key]
        for (kind, subject), count in effects.items():
            if count > 1:
                books.faults.append(f"{saga_id}: {service} did {kind} of {subject} {count} times for one operation")
            if kind == undoing and not effects[doing, subject]:
                books.faults.append(f"{saga_id}: {service} did {kind} of {subject} without {doing}")
        books.effects += len({kind for kind, _ in effects})
    for saga_id, keys in steps.items():
        if len(keys) > 1:
            books.faults.append(f"{saga_id}: {service} did {doing} in {len(keys)} operations")


@dataclass(slots=True)
class Standing:
    """What a saga left: by status, the orders, units and money."""

    orders: Counter[str] = field(default_factory=Counter)
    amount: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    reservations: Counter[str] = field(default_factory=Counter)
    units: Counter[str] = field(default_factory=Counter)
    payments: Counter[str] = field(default_factory=Counter)
    paid: int = 0
    paid_by: set[str] = field(default_factory=set)
    order_ids: set[str] = field(default_factory=set)


def check_orders(books: Books, expected: Mapping[str, Expected], found: Found) -> None:
    """Each order ended as it should, and holds stock and money exactly if it stands."""
    standings = read_standings(found)
    for saga_id in sorted(standings.keys() - expected.keys()):
        books.faults.append(f"{saga_id}: left something in the databases, but nobody placed it")
    for saga_id, wanted in expected.items():
        standing = standings.get(saga_id, Standing())
        books.faults.extend(f"{saga_id}: {fault}" for fault in compare(wanted, standing))
    for standing in standings.values():
        books.orders_placed += standing.orders["placed"]
        books.orders_cancelled += standing.orders["cancelled"]


def read_standings(found: Found) -> dict[str, Standing]:
    """What each saga left in the three databases."""
    standings: dict[str, Standing] = defaultdict(Standing)
    saga_of_order: dict[str, str] = {}
    saga_of_reservation: dict[str, str] = {}
    for row in found.rows("order", "orders"):
        standing = standings[row["saga_id"]]
        standing.orders[row["status"]] += 1
        standing.order_ids.add(row["order_id"])
        standing.amount += row["amount"]
        saga_of_order[row["order_id"]] = row["saga_id"]
    for row in found.rows("order", "order_line"):
        standings[saga_of_order.get(row["order_id"], "lines of no order")].lines[row["sku"]] += row["quantity"]
    for row in found.rows("inventory", "reservation"):
        standing = standings[row["saga_id"]]
        standing.reservations[row["status"]] += 1
        standing.order_ids.add(row["order_id"])
        if row["status"] == "held":
            saga_of_reservation[row["reservation_id"]] = row["saga_id"]
    for row in found.rows("inventory", "reservation_line"):
        if row["reservation_id"] in saga_of_reservation:
            standings[saga_of_reservation[row["reservation_id"]]].units[row["sku"]] += row["quantity"]
    for row in found.rows("payment", "payment"):
        standing = standings[row["saga_id"]]
        standing.payments[row["status"]] += 1
        standing.order_ids.add(row["order_id"])
        if row["status"] == "paid":
            standing.paid += row["amount"]
            standing.paid_by.add(row["customer_id"])
    return dict(standings)


def compare(expected: Expected, standing: Standing) -> Iterator[str]:
    """Yields what a saga left otherwise than it should have."""
    left = (dict(standing.orders), dict(standing.reservations), dict(standing.payments))
    should: tuple[dict[str, int], dict[str, int], dict[str, int]]
    match expected.refused_by:
        case "":
            should = ({"placed": 1}, {"held": 1}, {"paid": 1})
        case "create_order":
            should = ({}, {}, {})
        case "reserve_inventory":
            should = ({"cancelled": 1}, {}, {})
        case _:
            should = ({"cancelled": 1}, {"released": 1}, {})
    if left != should:
        yield f"left {in_words(left)}; it should have left {in_words(should)}"
    if not standing.orders["placed"] and standing.units:
        yield f"does not stand, and holds stock: {dict(standing.units)}"
    if not standing.orders["placed"] and standing.paid:
        yield f"does not stand, and holds {cents(standing.paid)}"
    if len(standing.order_ids) > 1:
        yield f"has several order ids: {', '.join(sorted(standing.order_ids))}"
    if standing.orders and (standing.amount, standing.lines) != (expected.amount, expected.units):
        yield f"was entered with {cents(standing.amount)} and {dict(standing.lines)} instead of {cents(expected.amount)} and {dict(expected.units)}"
    if not expected.refused_by:
        if standing.units != expected.units:
            yield f"holds {dict(standing.units)} instead of {dict(expected.units)}"
        if standing.paid != expected.amount or standing.paid_by != {expected.customer_id}:
            payers = ", ".join(sorted(standing.paid_by)) or "nobody"
            yield f"was paid {cents(standing.paid)} by {payers} instead of {cents(expected.amount)} by {expected.customer_id}"


def in_words(left: tuple[dict[str, int], dict[str, int], dict[str, int]]) -> str:
    """Statuses of orders, reservations and payments for people."""
    parts = [
        f"{count} {status} {name}"
        for name, statuses in zip(("order", "reservation", "payment"), left, strict=True)
        for status, count in sorted(statuses.items())
    ]
    return ", ".join(parts) or "nothing"


def cents(amount: int) -> str:
    """An amount of cents for people: `1,234.50`."""
    sign, amount = ("-" if amount < 0 else ""), abs(amount)
    return f"{sign}{amount // 100:,}.{amount % 100:02d}"


def summary(books: Books) -> list[tuple[str, str]]:
    """The books in lines of a name and a sentence."""
    return [
        ("orders", f"{books.orders_placed:,} stand, {books.orders_cancelled:,} cancelled"),
        ("stock", f"{books.units_before:,} before = {books.units_after:,} now + {books.units_sold:,} sold"),
        (
            "money",
            f"{cents(books.money_before)} before = {cents(books.money_after)} now + {cents(books.takings)} takings",
        ),
        ("effects", f"{books.effects:,} in the ledgers"),
    ]


def main() -> None:
    """Runs an audit from the command line."""
    parser = argparse.ArgumentParser(prog="python -m participants.shop.books", description="Audits the shop.")
    parser.add_argument("folder", type=Path, help="holds order.db, inventory.db and payment.db")
    parser.add_argument("--seed", type=Path, default=SEED, help="what was there before (default: the demo's)")
    parser.add_argument("--orders", type=Path, default=ORDERS, help="the orders placed (default: the demo's)")
    arguments = parser.parse_args()
    try:
        books = audit(arguments.folder, arguments.seed, arguments.orders)
    except (OSError, ValueError, sqlite3.Error) as error:
        sys.exit(f"the books can't be read: {error}")
    for fault in books.faults:
        print(f"FAULT  {fault}")
    if books.faults:
        sys.exit(f"{len(books.faults)} faults")
    for name, sentence in summary(books):
        print(f"{name:8} {sentence}")
    print("The books balance.")


if __name__ == "__main__":
    main()
