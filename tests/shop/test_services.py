"""The shop's rules, over real gRPC against real databases: what each step does, refuses and undoes."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.shop.world import SEED, Refused, Shop, lines


def rows(folder: Path, service: str, query: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        return connection.execute(query).fetchall()


async def refusal(shop: Shop, service: str, action: str, input_: object) -> tuple[str, str]:
    """The refusal's reason and message; a refusal must leave the books untouched."""
    tables = {"order": "orders", "inventory": "reservation", "payment": "payment"}
    with pytest.raises(Refused) as caught:
        await shop.execute(service, action, "s-1", input_)
    assert rows(shop.folder, service, f"SELECT COUNT(*) FROM {tables[service]}") == [(0,)]
    assert rows(shop.folder, service, "SELECT COUNT(*) FROM ledger") == [(0,)]
    reason, message = caught.value.args
    return reason, message


async def test_create_order_prices_the_order_and_gives_it_an_id_of_its_own(shop: Shop) -> None:
    output = await shop.execute("order", "create_order", "s-1", {"customer_id": "ada", "lines": lines(MUG=2, POT=1)})

    assert (output["amount"], output["currency"]) == (12_000, "EUR")
    assert "s-1" not in output["order_id"]
    query = "SELECT order_id, saga_id, customer_id, amount, status FROM orders"
    assert rows(shop.folder, "order", query) == [(output["order_id"], "s-1", "ada", 12_000, "placed")]
    query = "SELECT line, sku, quantity, unit_price FROM order_line ORDER BY line"
    assert rows(shop.folder, "order", query) == [(1, "MUG", 2, 1_500), (2, "POT", 1, 9_000)]


@pytest.mark.parametrize(
    ("input_", "reason", "says"),
    [
        ({"customer_id": "ada", "lines": []}, "INVALID_ORDER", "lines is a list of 0"),
        ({"customer_id": "ada"}, "INVALID_ORDER", "lines is missing"),
        ({"customer_id": "ada", "lines": lines(MUG=0)}, "INVALID_ORDER", "lines[0].quantity is 0"),
        ({"customer_id": "ada", "lines": lines(MUG=1, POT=-2)}, "INVALID_ORDER", "lines[1].quantity is -2"),
        ({"customer_id": "ada", "lines": [{"sku": "MUG", "quantity": 1.5}]}, "INVALID_ORDER", "quantity is 1.5"),
        ({"customer_id": "ada", "lines": [{"sku": "MUG", "quantity": True}]}, "INVALID_ORDER", "quantity is true"),
        ({"customer_id": "ada", "lines": [{"quantity": 1}]}, "INVALID_ORDER", "lines[0].sku"),
        ({"customer_id": "ada", "lines": lines(MUG=1_001)}, "INVALID_ORDER", "from 1 to 1000"),
        ({"customer_id": 7, "lines": lines(MUG=1)}, "INVALID_ORDER", "customer_id is 7"),
        ("no object", "INVALID_ORDER", "customer_id is missing"),
        (None, "INVALID_ORDER", "customer_id is missing"),
        ({"customer_id": "eve", "lines": lines(MUG=1)}, "UNKNOWN_CUSTOMER", "eve"),
        ({"customer_id": "bad", "lines": lines(MUG=1)}, "CUSTOMER_BLOCKED", "bad"),
        ({"customer_id": "ada", "lines": lines(MUG=1, MUGG=1)}, "UNKNOWN_PRODUCT", "MUGG"),
    ],
)
async def test_create_order_refuses(shop: Shop, input_: object, reason: str, says: str) -> None:
    refused, message = await refusal(shop, "order", "create_order", input_)

    assert refused == reason
    assert says in message


async def test_cancel_keeps_the_order_visible(shop: Shop) -> None:
    input_ = {"customer_id": "ada", "lines": lines(MUG=2)}
    output = await shop.execute("order", "create_order", "s-1", input_)
    await shop.compensate("order", "create_order", "s-1", input_)

    query = "SELECT order_id, status, cancelled_time IS NOT NULL FROM orders"
    assert rows(shop.folder, "order", query) == [(output["order_id"], "cancelled", 1)]
    assert rows(shop.folder, "order", "SELECT COUNT(*) FROM order_line") == [(1,)]
    query = "SELECT kind, saga_id, order_id FROM ledger ORDER BY entry"
    assert rows(shop.folder, "order", query) == [
        ("create", "s-1", output["order_id"]),
        ("cancel", "s-1", output["order_id"]),
    ]


async def test_reserve_takes_the_units_and_release_brings_them_back(shop: Shop) -> None:
    # The same product twice: its units add up.
    input_ = {"order_id": "SO-1", "lines": [*lines(MUG=2, POT=1), *lines(MUG=3)]}
    stock = "SELECT sku, on_hand FROM stock WHERE sku IN ('MUG', 'POT') ORDER BY sku"

    output = await shop.execute("inventory", "reserve_inventory", "s-1", input_)
    assert rows(shop.folder, "inventory", stock) == [("MUG", 95), ("POT", 39)]
    query = "SELECT reservation_id, order_id, status FROM reservation"
    assert rows(shop.folder, "inventory", query) == [(output["reservation_id"], "SO-1", "held")]

    await shop.compensate("inventory", "reserve_inventory", "s-1", input_)
    assert rows(shop.folder, "inventory", stock) == [("MUG", 100), ("POT", 40)]
    assert rows(shop.folder, "inventory", query) == [(output["reservation_id"], "SO-1", "released")]
    query = "SELECT kind, sku, units FROM ledger ORDER BY entry"
    assert rows(shop.folder, "inventory", query) == [
        ("reserve", "MUG", -5),
        ("reserve", "POT", -1),
        ("release", "MUG", 5),
        ("release", "POT", 1),
    ]


@pytest.mark.parametrize(
    ("input_", "reason", "says"),
    [
        ({"order_id": "SO-1", "lines": lines(MUG=1, RUG=4)}, "INSUFFICIENT_STOCK", "RUG: 3 left, 4 wanted"),
        ({"order_id": "SO-1", "lines": lines(LAMP=1)}, "INSUFFICIENT_STOCK", "LAMP: 0 left, 1 wanted"),
        ({"order_id": "SO-1", "lines": [*lines(RUG=2), *lines(RUG=2)]}, "INSUFFICIENT_STOCK", "RUG: 3 left, 4 wanted"),
        ({"order_id": "SO-1", "lines": lines(MUG=1, SOON=1)}, "UNKNOWN_PRODUCT", "SOON"),
        ({"order_id": "SO-1", "lines": lines(MUG=-1)}, "INVALID_ORDER", "lines[0].quantity is -1"),
        ({"lines": lines(MUG=1)}, "INVALID_ORDER", "order_id is missing"),
    ],
)
async def test_reserve_refuses_and_takes_nothing(shop: Shop, input_: object, reason: str, says: str) -> None:
    before = rows(shop.folder, "inventory", "SELECT * FROM stock")

    refused, message = await refusal(shop, "inventory", "reserve_inventory", input_)

    assert refused == reason
    assert says in message
    assert rows(shop.folder, "inventory", "SELECT * FROM stock") == before


async def test_the_last_units_are_sold_once(shop: Shop) -> None:
    async def reserve(saga_id: str) -> bool:
        try:
            input_ = {"order_id": f"SO-{saga_id}", "lines": lines(RUG=1)}
            await shop.execute("inventory", "reserve_inventory", saga_id, input_)
        except Refused:
            return False
        return True

    got = await asyncio.gather(*(reserve(f"s-{number}") for number in range(12)))

    assert sum(got) == 3
    assert rows(shop.folder, "inventory", "SELECT on_hand FROM stock WHERE sku = 'RUG'") == [(0,)]


async def test_payment_moves_the_money_and_refund_moves_it_back(shop: Shop) -> None:
    input_ = {"order_id": "SO-1", "customer_id": "ben", "amount": 20_000, "currency": "EUR"}
    balances = "SELECT account_id, balance FROM account WHERE account_id IN ('ben', 'SHOP') ORDER BY account_id"

    output = await shop.execute("payment", "process_payment", "s-1", input_)
    assert rows(shop.folder, "payment", balances) == [("SHOP", 20_000), ("ben", 0)]
    query = "SELECT payment_id, order_id, amount, status FROM payment"
    assert rows(shop.folder, "payment", query) == [(output["payment_id"], "SO-1", 20_000, "paid")]

    await shop.compensate("payment", "process_payment", "s-1", input_)
    assert rows(shop.folder, "payment", balances) == [("SHOP", 0), ("ben", 20_000)]
    assert rows(shop.folder, "payment", query) == [(output["payment_id"], "SO-1", 20_000, "refunded")]
    query = "SELECT kind, account_id, amount FROM ledger ORDER BY entry"
    assert rows(shop.folder, "payment", query) == [
        ("pay", "ben", -20_000),
        ("pay", "SHOP", 20_000),
        ("refund", "ben", 20_000),
        ("refund", "SHOP", -20_000),
    ]


@pytest.mark.parametrize(
    ("change", "reason", "says"),
    [
        ({"amount": 20_001}, "INSUFFICIENT_FUNDS", "ben has 200.00 EUR, the order costs 200.01 EUR"),
        ({"customer_id": "new"}, "UNKNOWN_CUSTOMER", "new has no account"),
        ({"customer_id": "SHOP"}, "UNKNOWN_CUSTOMER", "SHOP has no account"),
        ({"amount": 0}, "INVALID_ORDER", "amount is 0"),
        ({"amount": -5}, "INVALID_ORDER", "amount is -5"),
        ({"amount": 10.5}, "INVALID_ORDER", "amount is 10.5"),
        ({"currency": "USD"}, "INVALID_ORDER", 'currency is "USD"'),
        ({"order_id": ""}, "INVALID_ORDER", "order_id"),
    ],
)
async def test_payment_refuses_and_takes_nothing(shop: Shop, change: dict[str, object], reason: str, says: str) -> None:
    before = rows(shop.folder, "payment", "SELECT * FROM account")
    input_ = {"order_id": "SO-1", "customer_id": "ben", "amount": 100, "currency": "EUR"}

    refused, message = await refusal(shop, "payment", "process_payment", {**input_, **change})

    assert refused == reason
    assert says in message
    assert rows(shop.folder, "payment", "SELECT * FROM account") == before


async def test_an_order_undone_after_it_was_paid_holds_nothing(shop: Shop) -> None:
    await shop.place("s-1", "ada", lines(MUG=2, RUG=3), cancel=True)

    assert rows(shop.folder, "order", "SELECT status FROM orders") == [("cancelled",)]
    assert rows(shop.folder, "inventory", "SELECT status FROM reservation") == [("released",)]
    assert rows(shop.folder, "payment", "SELECT status FROM payment") == [("refunded",)]
    stock = {each["sku"]: each["stock"] for each in SEED["products"] if each["stock"] is not None}
    assert dict(rows(shop.folder, "inventory", "SELECT sku, on_hand FROM stock")) == stock
    balances = {each["customer_id"]: each["balance"] for each in SEED["customers"] if each["balance"] is not None}
    assert dict(rows(shop.folder, "payment", "SELECT account_id, balance FROM account")) == {**balances, "SHOP": 0}


async def test_a_repeated_message_has_one_effect(shop: Shop) -> None:
    input_ = {"customer_id": "ada", "lines": lines(MUG=2)}
    outputs = [await shop.execute("order", "create_order", "s-1", input_) for _ in range(3)]
    for _ in range(3):
        await shop.compensate("order", "create_order", "s-1", input_)

    assert outputs[0] == outputs[1] == outputs[2]
    assert rows(shop.folder, "order", "SELECT kind FROM ledger ORDER BY entry") == [("create",), ("cancel",)]
