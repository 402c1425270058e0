"""The choreographed shop: the orchestrated one's functions, its day, and its books."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from participants.shop import books
from participants.shop.choreographed import running
from participants.shop.choreographed.storefront import open_shop, read_orders
from participants.shop.demo.play import SERVICES
from tests.shop.choreographed_world import REACTORS, ChoreographedShop, open_choreographed_shop
from tests.shop.test_books import DAY, write_orders
from tests.shop.world import lines

DECLARED = [f"participants.shop.choreographed.{name}:DECLARED" for name in SERVICES]


@pytest.fixture
async def shop(tmp_path: Path) -> AsyncIterator[ChoreographedShop]:
    async with open_choreographed_shop(tmp_path) as opened:
        yield opened


@pytest.mark.parametrize(
    ("command", "found"),
    [
        ("check", "3 services, 6 reactions: 0 faults, 0 notes\n"),
        ("explore", "14 states walked, all that there are: 0 faults, 0 notes\n"),
    ],
)
def test_the_services_fit_together(command: str, found: str) -> None:
    arguments = [sys.executable, "-m", "orchestrator.cli.main", "choreography", command, *DECLARED]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == found


@pytest.mark.parametrize("name", SERVICES)
def test_what_is_done_and_undone_is_the_same_in_both_modes(name: str) -> None:
    """Each action of a service is a reaction of the same name: the very same functions."""
    choreography = running.declared(REACTORS[name])
    (action,) = choreography.participant.actions.values()
    reaction = choreography.reactions[action.name]

    assert reaction.function is action.execute_function
    # Nobody refuses after the payment.
    assert reaction.undo_function is (None if name == "payment" else action.compensate_function)


async def test_a_day_ends_as_expected_and_the_books_balance(shop: ChoreographedShop, tmp_path: Path) -> None:
    write_orders(tmp_path / "orders.jsonl", DAY)
    for saga_id, customer_id, wanted, _ in DAY:
        assert shop.check_out(saga_id, customer_id, wanted)
    closed = await shop.closed(*(saga_id for saga_id, *_ in DAY))

    assert closed == {
        **dict.fromkeys(("c-1", "c-2", "c-3", "c-4"), ("placed", "")),
        "c-5": ("refused", "CUSTOMER_BLOCKED"),
        "c-6": ("refused", "UNKNOWN_PRODUCT"),
        "c-7": ("refused", "INSUFFICIENT_STOCK"),
        "c-8": ("refused", "INSUFFICIENT_STOCK"),
        "c-9": ("refused", "INSUFFICIENT_FUNDS"),
        "c-10": ("refused", "UNKNOWN_CUSTOMER"),
    }
    found = books.audit(tmp_path, tmp_path / "seed.json", tmp_path / "orders.jsonl")
    assert found.faults == []
    assert (found.orders_placed, found.orders_cancelled) == (4, 4)


async def test_a_cart_is_checked_out_once(shop: ChoreographedShop, tmp_path: Path) -> None:
    assert shop.check_out("c-1", "ada", lines(MUG=1))
    assert not shop.check_out("c-1", "ada", lines(MUG=1))
    with pytest.raises(ValueError, match="c-1: another cart was checked out under this id"):
        shop.check_out("c-1", "ada", lines(MUG=2))
    assert await shop.closed("c-1") == {"c-1": ("placed", "")}
    assert not shop.check_out("c-1", "ada", lines(MUG=1)), "also when it has ended"

    write_orders(tmp_path / "orders.jsonl", [("c-1", "ada", lines(MUG=1), "")])
    assert books.audit(tmp_path, tmp_path / "seed.json", tmp_path / "orders.jsonl").faults == []


async def test_a_cart_under_an_id_that_is_none_leaves_nothing(shop: ChoreographedShop) -> None:
    with pytest.raises(ValueError, match="subject"):
        shop.check_out("c 1", "ada", lines(MUG=1))
    assert await shop.closed() == {}
    with shop.engine.connect() as tx:
        assert tx.exec_driver_sql("SELECT COUNT(*) FROM cart").scalar() == 0


def test_a_line_that_is_no_order_is_named() -> None:
    orders = read_orders(['{"saga_id": "c-1", "input": {}, "expected": {}}', '{"saga_id": "c-2"}'])

    assert next(orders) == ("c-1", {})
    with pytest.raises(ValueError, match="line 2 is no order"):
        next(orders)


def test_the_storefront_waits_for_the_order_service_and_says_so(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"order.db is not there: start the order service"):
        open_shop(tmp_path / "order.db", patience=0.0)
    assert not (tmp_path / "order.db").exists()


@pytest.mark.parametrize(
    ("customer_id", "wanted", "told"),
    [
        ("ada", lines(MUG=1), ["order.requested", "order.created", "inventory.reserved", "payment.completed"]),
        ("bad", lines(MUG=1), ["order.requested", "order.rejected"]),
        ("ada", lines(LAMP=1), ["order.requested", "order.created", "inventory.rejected", "order.cancelled"]),
        (
            "new",
            lines(MUG=1),
            [
                "order.requested",
                "order.created",
                "inventory.reserved",
                "payment.failed",
                "inventory.released",
                "order.cancelled",
            ],
        ),
    ],
)
async def test_what_the_services_tell_each_other(
    shop: ChoreographedShop, customer_id: str, wanted: list[dict[str, Any]], told: list[str]
) -> None:
    shop.check_out("c-1", customer_id, wanted)
    await shop.closed("c-1")

    assert await shop.told() == [f"com.example.shop.{each}.v1" for each in told]
