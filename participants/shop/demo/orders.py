"""The orders file: what is placed, and how each order should end."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from participants.shop.demo.errors import DemoError


class End(NamedTuple):
    """How an order ends: the saga's state and, if a step refused it, which and why."""

    state: str
    step: str = ""
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.state} ({self.step}: {self.reason})" if self.step or self.reason else self.state


@dataclass(frozen=True, slots=True)
class Order:
    """A line of the orders file."""

    saga_id: str
    """The id its saga is started with: the shopping cart's."""
    input: Mapping[str, Any]
    """The saga's input."""
    labels: Mapping[str, str]
    """The saga's labels."""
    expected: End
    """How it should end, whatever else happens."""


def read_orders(file: Path) -> list[Order]:
    """Returns the orders of a file.

    Raises:
        DemoError: the file can't be read, a line is no order, or there is none.
    """
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        raise DemoError(f"the orders file can't be read: {error}") from error
    orders = []
    for number, line in enumerate(lines, 1):
        try:
            orders.append(parse(json.loads(line)))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise DemoError(f"{file}, line {number} is no order: {error!r}") from error
    if not orders:
        raise DemoError(f"{file} holds no orders")
    return orders


def parse(row: Mapping[str, Any]) -> Order:
    """Returns the order of a line."""
    expected = row["expected"]
    end = End(expected["state"], expected.get("step", ""), expected.get("reason", ""))
    channel = row["input"].get("channel", "web")
    return Order(row["saga_id"], row["input"], {"channel": channel}, end)


def wrong_ends(orders: Sequence[Order], actual: Mapping[str, End]) -> list[str]:
    """Names each order that did not end as expected, in words."""
    return [
        f"{order.saga_id}: ended {actual.get(order.saga_id, 'nowhere')}, expected {order.expected}"
        for order in orders
        if actual.get(order.saga_id) != order.expected
    ]
