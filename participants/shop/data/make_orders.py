"""Makes the demo's data: `python -m participants.shop.data.make_orders` writes seed.json and orders.jsonl beside it.

The same bytes at every run: the generator draws only from `random.Random(SEED).random()`, whose sequence Python
guarantees.

Orders run concurrently, and what an order that fails had taken comes back later. So an order's end may not depend on
who holds what at the moment. Every order is made by one of these recipes:

- It **completes**: the stock of each product is at least what *all* orders that ever hold it ask for together, those
  that fail later at payment included; the balance of each customer is at least the sum of all orders that may take
  from it. Even if everything were held at once, nobody is refused.
- It **fails** on a fact that no other order changes: a product nobody lists, a customer who is blocked, a quantity
  above the stock of the first day, an amount above the balance of the first day. Stock and balances never rise above
  the first day's, so it fails whenever it comes. And it fails on one fact only, so step and reason are certain.

tests/shop/test_data.py proves both with arithmetic of its own.
"""

import json
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from participants.shop.data import catalogue

SEED = 20_260_301
HERE = Path(__file__).parent

# How many orders of each end. Together 2,200, of which 23 % fail.
COMPLETED = 1_694
REFUSALS = {
    ("create_order", "UNKNOWN_PRODUCT"): 42,
    ("create_order", "UNKNOWN_CUSTOMER"): 22,
    ("create_order", "CUSTOMER_BLOCKED"): 30,
    ("create_order", "INVALID_ORDER"): 24,
    ("reserve_inventory", "INSUFFICIENT_STOCK"): 140,
    ("reserve_inventory", "UNKNOWN_PRODUCT"): 44,
    ("process_payment", "INSUFFICIENT_FUNDS"): 164,
    ("process_payment", "UNKNOWN_CUSTOMER"): 40,
}

REGULAR_CUSTOMERS = 420
TIGHT_CUSTOMERS = 110  # few orders, little money: they also place the orders they can't pay
BLOCKED_CUSTOMERS = 12
CUSTOMERS_WITHOUT_ACCOUNT = 14

Json = dict[str, Any]
Line = dict[str, str | int]
T = TypeVar("T")


@dataclass(slots=True)
class Shop:
    """What the recipes draw from and add to."""

    rng: random.Random
    prices: dict[str, int]
    ample: list[str]  # sold by the orders that complete
    dear: list[str]  # ample, and expensive
    scarce: dict[str, int]  # few left: small orders fit, large ones never
    sold_out: list[str]
    announced: list[str]  # listed by the shop, not yet known to the warehouse
    customers: dict[str, Json] = field(default_factory=dict)
    of_kind: dict[str, list[str]] = field(default_factory=dict)
    scarce_left: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)  # units per product, all holders at once
    spent: Counter[str] = field(default_factory=Counter)  # money per customer, all buyers at once
    orders: list[Json] = field(default_factory=list)

    def pick(self, choices: Sequence[T]) -> T:
        """One of `choices`."""
        return choices[int(self.rng.random() * len(choices))]

    def number(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.rng.random() * (high - low + 1))

    def chance(self, share: float) -> bool:
        """True in `share` of all cases."""
        return self.rng.random() < share

    def total(self, lines: Sequence[Line]) -> int:
        """What the lines cost, in minor units."""
        return sum(self.prices[str(line["sku"])] * int(line["quantity"]) for line in lines)


def main() -> None:
    """Writes seed.json and orders.jsonl."""
    for name, text in make().items():
        (HERE / name).write_text(text, encoding="utf-8")


def make() -> dict[str, str]:
    """Returns the text of both files, by name."""
    shop = open_shop()
    place_orders(shop)
    return {"seed.json": seed_text(shop), "orders.jsonl": orders_text(shop)}


def open_shop() -> Shop:
    """The catalogue and the customers, before any order."""
    rng = random.Random(SEED)
    prices = {product.sku: product.unit_price for product in catalogue.PRODUCTS}
    special = set(catalogue.SOLD_OUT) | set(catalogue.ANNOUNCED) | set(catalogue.SCARCE)
    ample = [sku for sku in prices if sku not in special]
    shop = Shop(
        rng=rng,
        prices=prices,
        ample=ample,
        dear=[sku for sku in ample if prices[sku] >= 15_000],
        scarce=dict(catalogue.SCARCE),
        sold_out=list(catalogue.SOLD_OUT),
        announced=list(catalogue.ANNOUNCED),
    )
    shop.scarce_left.update(shop.scarce)
    kinds = (
        ("regular", REGULAR_CUSTOMERS),
        ("tight", TIGHT_CUSTOMERS),
        ("blocked", BLOCKED_CUSTOMERS),
        ("without_account", CUSTOMERS_WITHOUT_ACCOUNT),
    )
    for number, kind in enumerate(spread(shop, [kind for kind, count in kinds for _ in range(count)])):
        customer_id = f"C-{10_001 + number}"
        name = f"{shop.pick(catalogue.FIRST_NAMES)} {shop.pick(catalogue.LAST_NAMES)}"
        shop.customers[customer_id] = {"customer_id": customer_id, "name": name, "blocked": kind == "blocked"}
        shop.of_kind.setdefault(kind, []).append(customer_id)
    return shop


def place_orders(shop: Shop) -> None:
    """Makes all orders, those that pay first, so that the others know the balances they must exceed."""
    for _ in range(COMPLETED):
        complete(shop)
    shop.orders.extend(
        refuse(shop, step, reason, number)
        for (step, reason), count in REFUSALS.items()
        if reason != "INSUFFICIENT_FUNDS"
        for number in range(count)
    )
    set_balances(shop)
    for _ in range(REFUSALS["process_payment", "INSUFFICIENT_FUNDS"]):
        shop.orders.append(exceed_funds(shop))
    shop.orders = spread(shop, shop.orders)


def complete(shop: Shop) -> None:
    """An order that completes."""
    customer_id = shop.pick(shop.of_kind["tight" if shop.chance(0.06) else "regular"])
    lines = basket(shop)
    if shop.chance(0.03):
        lines[-1:] = [small_scarce_line(shop) or lines[-1]]
    amount = shop.total(lines)
    hold(shop, lines)
    shop.spent[customer_id] += amount
    shop.orders.append(order(shop, customer_id, lines, {"state": "COMPLETED", "amount": amount}))


def refuse(shop: Shop, step: str, reason: str, number: int) -> Json:
    """An order that fails for anything but funds. `number` counts the orders of this end."""
    lines, customer_id = basket(shop), shop.pick(shop.of_kind["regular"])
    match step, reason:
        case "create_order", "UNKNOWN_PRODUCT":
            put(shop, lines, {"sku": misspelt(shop), "quantity": shop.number(1, 3)})
        case "create_order", "UNKNOWN_CUSTOMER":
            customer_id = f"C-{shop.number(90_000, 99_999)}"
        case "create_order", "CUSTOMER_BLOCKED":
            customer_id = shop.pick(shop.of_kind["blocked"])
        case "create_order", "INVALID_ORDER":
            if number % 3:
                put(shop, lines, {"sku": shop.pick(shop.ample), "quantity": 0 if number % 3 == 1 else -2})
            else:
                lines = []
        case "reserve_inventory", "INSUFFICIENT_STOCK":
            for line in too_many(shop, number):
                put(shop, lines, line)
        case "reserve_inventory", "UNKNOWN_PRODUCT":
            put(shop, lines, {"sku": shop.pick(shop.announced), "quantity": shop.number(1, 2)})
        case "process_payment", "UNKNOWN_CUSTOMER":
            customer_id = shop.pick(shop.of_kind["without_account"])
            hold(shop, lines)
    return order(shop, customer_id, lines, {"state": "COMPENSATED", "step": step, "reason": reason})


def exceed_funds(shop: Shop) -> Json:
    """An order above the whole balance its customer has on the first day."""
    customer_id = shop.pick(shop.of_kind["tight"])
    lines = basket(shop)
    while shop.total(lines) <= shop.customers[customer_id]["balance"]:
        put(shop, lines, {"sku": shop.pick(shop.dear), "quantity": shop.number(1, 3)})
    hold(shop, lines)
    expected = {"state": "COMPENSATED", "step": "process_payment", "reason": "INSUFFICIENT_FUNDS"}
    return order(shop, customer_id, lines, expected)


def set_balances(shop: Shop) -> None:
    """Gives each customer what all their orders cost together, and sometimes more."""
    for kind, ids in shop.of_kind.items():
        for customer_id in ids:
            spare = 0 if shop.chance(0.2) else shop.number(1, 9_000 if kind == "tight" else 90_000)
            balance = None if kind == "without_account" else shop.spent[customer_id] + spare
            shop.customers[customer_id]["balance"] = balance


def basket(shop: Shop) -> list[Line]:
    """One to five lines of ample products, once in a while the same product twice."""
    count = shop.pick((1, 1, 1, 2, 2, 2, 3, 3, 4, 5))
    lines: list[Line] = [
        {"sku": shop.pick(shop.ample), "quantity": shop.pick((1, 1, 1, 1, 2, 2, 3, 4, 6))} for _ in range(count)
    ]
    if shop.chance(0.02):
        lines.append({"sku": lines[0]["sku"], "quantity": 1})
    return lines


def small_scarce_line(shop: Shop) -> Line | None:
    """One unit of a scarce product, if one is left when everybody holds theirs."""
    left = [sku for sku in shop.scarce if shop.scarce_left[sku] > 0]
    if not left:
        return None
    sku = shop.pick(left)
    shop.scarce_left[sku] -= 1
    return {"sku": sku, "quantity": 1}


def too_many(shop: Shop, number: int) -> list[Line]:
    """Lines that ask for more than was there on the first day; every fourth time only both together do."""
    if number % 4 < 2:
        return [{"sku": shop.pick(shop.sold_out), "quantity": shop.number(1, 3)}]
    sku = shop.pick([*shop.scarce])
    stock = shop.scarce[sku]
    if number % 4 == 2:
        return [{"sku": sku, "quantity": stock + shop.number(1, 4)}]
    return [{"sku": sku, "quantity": stock}, {"sku": sku, "quantity": shop.number(1, 2)}]


def misspelt(shop: Shop) -> str:
    """An sku no catalogue has, as a stale link or a typing error makes it."""
    sku = shop.pick(shop.ample)
    return sku[:-1] if shop.chance(0.5) else f"{sku}-OLD"


def put(shop: Shop, lines: list[Line], line: Line) -> None:
    """Puts a line somewhere among the others."""
    lines.insert(shop.number(0, len(lines)), line)


def hold(shop: Shop, lines: Sequence[Line]) -> None:
    """Remembers what the order reserves, for good or for a while."""
    for line in lines:
        shop.held[str(line["sku"])] += int(line["quantity"])


def order(shop: Shop, customer_id: str, lines: list[Line], expected: Json) -> Json:
    """One line of orders.jsonl, without its id."""
    channel = shop.pick(("web", "web", "web", "app", "app", "store"))
    return {"input": {"customer_id": customer_id, "channel": channel, "lines": lines}, "expected": expected}


def spread(shop: Shop, things: list[T]) -> list[T]:
    """The things in random order."""
    keyed = [(shop.rng.random(), position) for position in range(len(things))]
    return [things[position] for _, position in sorted(keyed)]


def seed_text(shop: Shop) -> str:
    """seed.json: one product or customer a line, so that differences read well."""
    products = []
    for product in catalogue.PRODUCTS:
        stock: int | None = shop.held[product.sku] + (0 if shop.chance(0.15) else shop.number(1, 60))
        if product.sku in shop.sold_out:
            stock = 0
        elif product.sku in shop.scarce:
            stock = shop.scarce[product.sku]
        elif product.sku in shop.announced:
            stock = None
        products.append({"sku": product.sku, "name": product.name, "unit_price": product.unit_price, "stock": stock})
    parts = [
        f'  "{name}": [\n' + ",\n".join("    " + json.dumps(row, ensure_ascii=False) for row in rows) + "\n  ]"
        for name, rows in (("products", products), ("customers", list(shop.customers.values())))
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def orders_text(shop: Shop) -> str:
    """orders.jsonl: one order a line."""
    rows = ({"saga_id": f"cart-{number:05d}", **each} for number, each in enumerate(shop.orders, 1))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


if __name__ == "__main__":
    main()
