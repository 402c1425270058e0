"""As many of the shop's orders as one likes: the shop several times over, each with customers and products of its own.

How an order of the file ends does not depend on the others (`participants.shop.data.make_orders`). That stays so: what
belongs to one copy of the shop is named after it, and no order of another one asks for it.
"""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

from participants.shop import books


def write_orders(folder: Path, count: int, dice: random.Random) -> tuple[Path, Path]:
    """Write so many orders in random order, and what there must be before the first; return both files."""
    given = [json.loads(line) for line in books.ORDERS.read_text(encoding="utf-8").splitlines()]
    before = json.loads(books.SEED.read_text(encoding="utf-8"))
    copies = range(-(-count // len(given)))
    orders = dice.sample([_of(order, copy) for copy in copies for order in given], count)
    seed: dict[str, Any] = {
        "products": [{**each, "sku": _named(each["sku"], copy)} for copy in copies for each in before["products"]],
        "customers": [
            {**each, "customer_id": _named(each["customer_id"], copy)}
            for copy in copies
            for each in before["customers"]
        ],
    }
    orders_file, seed_file = folder / "orders.jsonl", folder / "seed.json"
    orders_file.write_text("".join(json.dumps(order) + "\n" for order in orders), encoding="utf-8")
    seed_file.write_text(json.dumps(seed), encoding="utf-8")
    return orders_file, seed_file


def _of(order: dict[str, Any], copy: int) -> dict[str, Any]:
    asked = order["input"]
    lines = [{**line, "sku": _named(line["sku"], copy)} for line in asked["lines"]]
    mine = {**asked, "customer_id": _named(asked["customer_id"], copy), "lines": lines}
    return {**order, "saga_id": _named(order["saga_id"], copy), "input": mine}


def _named(name: str, copy: int) -> str:
    return f"{name}.{copy}" if copy else name
