"""The books balance after a day's orders, and notice every way of cooking them.

One day is played once, through the real services; each test then doctors a copy of its databases.
"""

import ast
import asyncio
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from participants.shop import books
from tests.shop.world import SEED, lines, open_shop

# Saga, customer, lines, refusing step.
DAY: list[tuple[str, str, list[dict[str, Any]], str]] = [
    ("c-1", "ada", lines(MUG=2, POT=1), ""),
    ("c-2", "ada", lines(MUG=1), ""),
    ("c-3", "ben", lines(MUG=4), ""),
    ("c-4", "ada", [*lines(MUG=1), *lines(MUG=2)], ""),
    ("c-5", "bad", lines(MUG=1), "create_order"),
    ("c-6", "ada", lines(NONE=1), "create_order"),
    ("c-7", "ada", lines(MUG=1, LAMP=1), "reserve_inventory"),
    ("c-8", "ada", lines(RUG=4), "reserve_inventory"),
    ("c-9", "ben", lines(MUG=1, POT=3), "process_payment"),
    ("c-10", "new", lines(POT=1), "process_payment"),
]


def write_orders(file: Path, day: Iterable[tuple[str, str, list[dict[str, Any]], str]]) -> None:
    rows = []
    for saga_id, customer_id, wanted, step in day:
        expected = {"state": "COMPENSATED", "step": step, "reason": "X"} if step else {"state": "COMPLETED"}
        rows.append({"saga_id": saga_id, "input": {"customer_id": customer_id, "lines": wanted}, "expected": expected})
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("day")
    write_orders(folder / "orders.jsonl", DAY)

    async def play() -> None:
        async with open_shop(folder) as shop:
            for saga_id, customer_id, wanted, step in DAY:
                assert await shop.place(saga_id, customer_id, wanted) == step

    asyncio.run(play())
    return folder


@pytest.fixture
def day(played: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(played, tmp_path / "day"))


def doctor(folder: Path, service: str, *statements: str) -> None:
    with closing(sqlite3.connect(folder / f"{service}.db")) as connection:
        for statement in statements:
            assert connection.execute(statement).rowcount > 0, f"{statement} changed nothing"
        connection.commit()


def audit(folder: Path) -> list[str]:
    return books.audit(folder, folder / "seed.json", folder / "orders.jsonl").faults


def test_an_honest_day_balances(day: Path) -> None:
    found = books.audit(day, day / "seed.json", day / "orders.jsonl")

    assert found.faults == []
    assert (found.orders_placed, found.orders_cancelled) == (4, 4)
    assert (found.units_before, found.units_after, found.units_sold) == (143, 132, 11)
    assert (found.money_before, found.money_after, found.takings) == (1_020_000 + 1_000_000, 1_996_000, 24_000)
    # create + reserve + pay of four; create + cancel of four; reserve + release of two.
    assert found.effects == 12 + 8 + 4


def test_the_sums_of_the_day_are_what_the_day_says() -> None:
    """The figures above, from the day itself."""
    prices = {each["sku"]: each["unit_price"] for each in SEED["products"]}
    sold = [line for _, _, wanted, step in DAY if not step for line in wanted]
    assert sum(line["quantity"] for line in sold) == 11
    assert sum(line["quantity"] * prices[line["sku"]] for line in sold) == 24_000


@pytest.mark.parametrize(
    ("service", "statements", "fault"),
    [
        pytest.param(
            "inventory",
            ["UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'MUG'"],
            "stock of MUG: 100 before is not 89 now + 10 sold",
            id="a unit gone",
        ),
        pytest.param(
            "inventory",
            [
                "UPDATE stock SET on_hand = on_hand - 3 WHERE sku = 'POT'",
                "UPDATE reservation SET status = 'held' WHERE saga_id = 'c-9'",
                "DELETE FROM ledger WHERE saga_id = 'c-9' AND kind = 'release'",
            ],
            "c-9: does not stand, and holds stock",
            id="a lost release",
        ),
        pytest.param(
            "inventory",
            [
                "UPDATE stock SET on_hand = on_hand - 2 WHERE sku = 'MUG'",
                "INSERT INTO reservation SELECT 'RS-2', order_id, saga_id, operation_key, status, held_time, NULL "
                "FROM reservation WHERE saga_id = 'c-1'",
                "INSERT INTO reservation_line VALUES ('RS-2', 'MUG', 2)",
                "INSERT INTO ledger SELECT NULL, kind, saga_id, operation_key, order_id, sku, units, time "
                "FROM ledger WHERE saga_id = 'c-1' AND sku = 'MUG'",
            ],
            "c-1: inventory did reserve of MUG 2 times for one operation",
            id="an effect twice, with books that add up",
        ),
        pytest.param(
            "inventory",
            [
                "UPDATE stock SET on_hand = on_hand + 3 WHERE sku = 'MUG'",
                "UPDATE reservation SET status = 'released' WHERE saga_id = 'c-4'",
                "INSERT INTO ledger SELECT NULL, 'release', saga_id, operation_key, order_id, sku, -units, time "
                "FROM ledger WHERE saga_id = 'c-4'",
            ],
            "c-4: left 1 placed order, 1 released reservation, 1 paid payment",
            id="a reservation released though the order stands",
        ),
        pytest.param(
            "inventory",
            ["DELETE FROM ledger WHERE saga_id = 'c-9' AND kind = 'reserve'"],
            "c-9: inventory did release of MUG without reserve",
            id="an undoing of nothing",
        ),
        pytest.param(
            "payment",
            ["UPDATE account SET balance = balance - 100 WHERE account_id = 'ben'"],
            "money of ben: 200.00 before is not 139.00 now + 60.00 paid",
            id="money gone",
        ),
        pytest.param(
            "payment",
            ["UPDATE account SET balance = balance + 100 WHERE account_id = 'SHOP'"],
            "the shop's takings are 241.00, but 240.00 was paid",
            id="money made",
        ),
        pytest.param(
            "payment",
            [
                "UPDATE account SET balance = balance - 6000 WHERE account_id = 'ben'",
                "UPDATE account SET balance = balance + 6000 WHERE account_id = 'SHOP'",
                "INSERT INTO payment SELECT 'PM-2', order_id, saga_id, operation_key, customer_id, amount, status, "
                "paid_time, NULL FROM payment WHERE saga_id = 'c-3'",
                "INSERT INTO ledger SELECT NULL, kind, saga_id, operation_key, order_id, account_id, amount, time "
                "FROM ledger WHERE saga_id = 'c-3'",
            ],
            "c-3: payment did pay of ben 2 times for one operation",
            id="paid twice",
        ),
        pytest.param(
            "payment",
            [
                "UPDATE account SET balance = balance + 6000 WHERE account_id = 'ben'",
                "UPDATE account SET balance = balance - 6000 WHERE account_id = 'SHOP'",
                "DELETE FROM payment WHERE saga_id = 'c-3'",
                "DELETE FROM ledger WHERE saga_id = 'c-3'",
            ],
            "c-3: was paid 0.00 by nobody instead of 60.00 by ben",
            id="a lost payment",
        ),
        pytest.param(
            "payment",
            [
                "UPDATE account SET balance = balance - 15000 WHERE account_id = 'ada'",
                "UPDATE account SET balance = balance + 15000 WHERE account_id = 'SHOP'",
                "INSERT INTO payment VALUES ('PM-2', 'SO', 'c-8', 'key', 'ada', 15000, 'paid', '', NULL)",
                "INSERT INTO ledger VALUES (NULL, 'pay', 'c-8', 'key', 'SO', 'ada', -15000, '')",
                "INSERT INTO ledger VALUES (NULL, 'pay', 'c-8', 'key', 'SO', 'SHOP', 15000, '')",
            ],
            "c-8: does not stand, and holds 150.00",
            id="a cancelled order that was paid",
        ),
        pytest.param(
            "order",
            ["UPDATE orders SET status = 'placed' WHERE saga_id = 'c-7'"],
            "c-7: left 1 placed order; it should have left 1 cancelled order",
            id="a lost cancel",
        ),
        pytest.param(
            "order",
            [
                "INSERT INTO orders SELECT 'SO-2', saga_id, operation_key, customer_id, amount, currency, status, "
                "placed_time, NULL FROM orders WHERE saga_id = 'c-2'",
                "INSERT INTO ledger SELECT NULL, kind, saga_id, operation_key, 'SO-2', time FROM ledger "
                "WHERE saga_id = 'c-2'",
            ],
            "c-2: order did create of i/default/c-2/1/create_order 2 times for one operation",
            id="an order made twice",
        ),
        pytest.param(
            "order",
            ["UPDATE orders SET amount = amount - 1 WHERE saga_id = 'c-2'"],
            "c-2: was entered with 14.99",
            id="a wrong price",
        ),
        pytest.param(
            "order",
            ["UPDATE orders SET saga_id = 'c-99' WHERE saga_id = 'c-2'"],
            "c-99: left something in the databases, but nobody placed it",
            id="an order nobody placed",
        ),
    ],
)
def test_the_books_find(day: Path, service: str, statements: list[str], fault: str) -> None:
    doctor(day, service, *statements)

    found = audit(day)

    assert any(fault in each for each in found), found


def test_an_end_other_than_expected_is_a_fault(day: Path) -> None:
    swapped = [(saga_id, customer, wanted, "" if saga_id == "c-9" else step) for saga_id, customer, wanted, step in DAY]
    write_orders(day / "orders.jsonl", swapped)

    found = audit(day)

    assert any(each.startswith("c-9: left 1 cancelled order, 1 released reservation;") for each in found)
    assert all(each.startswith("c-9: ") for each in found)


def test_an_order_that_left_nothing_is_a_fault(day: Path) -> None:
    write_orders(day / "orders.jsonl", [*DAY, ("c-11", "ada", lines(MUG=1), "")])

    assert any("c-11: left nothing; it should have left 1 placed order" in each for each in audit(day))


def test_the_command_names_faults_and_exits_with_1(day: Path) -> None:
    def run() -> subprocess.CompletedProcess[str]:
        files = ["--seed", str(day / "seed.json"), "--orders", str(day / "orders.jsonl")]
        command = [sys.executable, "-m", "participants.shop.books", str(day), *files]
        return subprocess.run(command, capture_output=True, text=True, check=False)

    assert (run().returncode, run().stdout.splitlines()[-1]) == (0, "The books balance.")
    doctor(day, "inventory", "UPDATE stock SET on_hand = on_hand - 1 WHERE sku = 'MUG'")
    assert run().returncode == 1
    assert "FAULT  stock of MUG" in run().stdout


def test_a_missing_database_is_said_and_not_made(day: Path) -> None:
    (day / "payment.db").unlink()

    with pytest.raises(sqlite3.OperationalError):
        audit(day)
    assert not (day / "payment.db").exists()


def test_the_books_share_nothing_with_the_product() -> None:
    tree = ast.parse(Path(books.__file__).read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}

    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names
