"""The demo's data: each order's end is certain, whatever else happens at the same time.

The arithmetic is this file's own and knows nothing of the generator: it takes the seed file and the orders file as the
shop gets them. Two bounds decide everything. *Least*: what is left of a product or a balance if every order that may
ever hold some holds it at the same moment. *Most*: what is there on the first day, for stock and balances never rise
above it. An order that should pass must pass at the least, one that should be refused must be refused at the most.
"""

import json
from collections import Counter
from typing import Any

import pytest

from participants.shop.books import ORDERS, SEED
from participants.shop.data import make_orders

STEPS = ("create_order", "reserve_inventory", "process_payment")


@pytest.fixture(scope="module")
def seed() -> dict[str, list[dict[str, Any]]]:
    content: dict[str, list[dict[str, Any]]] = json.loads(SEED.read_text(encoding="utf-8"))
    return content


@pytest.fixture(scope="module")
def orders() -> list[dict[str, Any]]:
    return [json.loads(line) for line in ORDERS.read_text(encoding="utf-8").splitlines()]


def units(order: dict[str, Any]) -> Counter[str]:
    wanted = Counter[str]()
    for line in order["input"]["lines"]:
        wanted[line["sku"]] += line["quantity"]
    return wanted


def refused_by(order: dict[str, Any]) -> str | None:
    step: str | None = order["expected"].get("step")
    return step


def test_each_order_ends_the_same_in_every_interleaving(
    seed: dict[str, list[dict[str, Any]]], orders: list[dict[str, Any]]
) -> None:
    price = {each["sku"]: each["unit_price"] for each in seed["products"]}
    most_stock = {each["sku"]: each["stock"] for each in seed["products"] if each["stock"] is not None}
    most_money = {each["customer_id"]: each["balance"] for each in seed["customers"] if each["balance"] is not None}
    blocked = {each["customer_id"]: each["blocked"] for each in seed["customers"]}

    held, spent = Counter[str](), Counter[str]()
    for order in orders:
        if refused_by(order) in (None, "process_payment"):
            held += units(order)
        if refused_by(order) is None:
            spent[order["input"]["customer_id"]] += sum(price[sku] * count for sku, count in units(order).items())
    least_stock = {sku: stock - held[sku] for sku, stock in most_stock.items()}
    least_money = {customer: balance - spent[customer] for customer, balance in most_money.items()}

    def refusals(order: dict[str, Any]) -> list[tuple[str, str]]:
        """Every refusal that may or must meet the order, in the order of the services' checks; [] if none can."""
        customer, lines, wanted = order["input"]["customer_id"], order["input"]["lines"], units(order)
        certain = []
        if not lines or any(line["quantity"] < 1 for line in lines):
            certain.append(("create_order", "INVALID_ORDER"))
        if customer not in blocked:
            certain.append(("create_order", "UNKNOWN_CUSTOMER"))
        if blocked.get(customer):
            certain.append(("create_order", "CUSTOMER_BLOCKED"))
        if not wanted.keys() <= price.keys():
            certain.append(("create_order", "UNKNOWN_PRODUCT"))
        if certain:
            return certain
        if not wanted.keys() <= most_stock.keys():
            certain.append(("reserve_inventory", "UNKNOWN_PRODUCT"))
        if any(count > most_stock[sku] for sku, count in wanted.items() if sku in most_stock):
            certain.append(("reserve_inventory", "INSUFFICIENT_STOCK"))
        if certain:
            return certain
        # It is in `held` itself: that nothing is short at the least proves that it passes.
        assert all(least_stock[sku] >= 0 for sku in wanted), f"{order['saga_id']} may or may not find its units"
        if customer not in most_money:
            return [("process_payment", "UNKNOWN_CUSTOMER")]
        if sum(price[sku] * count for sku, count in wanted.items()) > most_money[customer]:
            return [("process_payment", "INSUFFICIENT_FUNDS")]
        assert refused_by(order) is None, f"{order['saga_id']} can be paid, yet a refusal is expected"
        assert least_money[customer] >= 0, f"{order['saga_id']} may or may not be paid"
        return []

    for order in orders:
        expected = order["expected"]
        if expected["state"] == "COMPLETED":
            assert refusals(order) == [], order["saga_id"]
            assert expected["amount"] == sum(price[sku] * count for sku, count in units(order).items())
        else:
            assert expected["state"] == "COMPENSATED"
            # Exactly one reason: step and reason are certain, too.
            assert refusals(order) == [(expected["step"], expected["reason"])], order["saga_id"]


def test_the_orders_are_many_and_fail_at_each_step(orders: list[dict[str, Any]]) -> None:
    ends = Counter((refused_by(order), order["expected"].get("reason")) for order in orders)
    at = Counter(refused_by(order) for order in orders)

    assert len(orders) >= 2_000
    assert len({order["saga_id"] for order in orders}) == len(orders)
    assert 0.20 <= 1 - at[None] / len(orders) <= 0.25
    assert all(at[step] >= 100 for step in STEPS)
    assert {reason for _, reason in ends} >= {"UNKNOWN_PRODUCT", "INSUFFICIENT_STOCK", "INSUFFICIENT_FUNDS"}
    assert sum(len(order["input"]["lines"]) > 1 for order in orders) > len(orders) / 2


def test_the_orders_are_mixed(orders: list[dict[str, Any]]) -> None:
    """So that sagas of every end are under way at the same time, whenever the orchestrator is killed."""
    for start in range(0, len(orders) - 200, 200):
        some = Counter(refused_by(order) for order in orders[start : start + 200])
        assert all(some[step] for step in (*STEPS, None)), f"orders {start} to {start + 200} lack an end"


def test_the_files_are_small() -> None:
    assert ORDERS.stat().st_size + SEED.stat().st_size < 1_000_000


def test_the_files_are_what_the_generator_makes() -> None:
    assert make_orders.make() == {file.name: file.read_text(encoding="utf-8") for file in (SEED, ORDERS)}
