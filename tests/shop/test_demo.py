"""The demo's parts: its processes are ended whatever happens, its folder is nobody else's, the moment is recognized."""

import asyncio
import os
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from participants.shop import books
from participants.shop.demo import client
from participants.shop.demo.errors import DemoError
from participants.shop.demo.folder import fresh_folder
from participants.shop.demo.hold import have_come, to_payment
from participants.shop.demo.log import Snapshot, read_log
from participants.shop.demo.orders import End, Order, parse, read_orders, wrong_ends
from participants.shop.demo.processes import Child, Processes, descendants, free_addresses, parents


def is_alive(child: Child) -> bool:
    return child.process.poll() is None


def start_service(processes: Processes, name: str, folder: Path, *more: str) -> Child:
    address = free_addresses(1, Random())[0]
    database = str(folder / f"{name}.db")
    return processes.start(
        name, address, [f"participants.shop.{name}", "--database", database, "--listen", address, *more]
    )


async def test_the_services_run_as_processes_on_a_seeded_database(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        children = [start_service(processes, name, tmp_path, "--seed", str(books.SEED)) for name in books.KINDS]
        await client.until_serving(children)
        assert all(is_alive(child) for child in children)

    assert [child.process.returncode for child in children] == [0, 0, 0], "SIGTERM ends a service in order"
    # Nothing ordered yet: only the expected ends are missing.
    faults = books.audit(tmp_path).faults
    assert faults
    assert all("left nothing; it should have left" in fault or "instead of" in fault for fault in faults)


async def test_a_seed_is_loaded_once(tmp_path: Path) -> None:
    for _ in range(2):
        with Processes(tmp_path) as processes:
            await client.until_serving([start_service(processes, "payment", tmp_path, "--seed", str(books.SEED))])
        with closing(sqlite3.connect(tmp_path / "payment.db")) as connection:
            connection.execute("UPDATE account SET balance = balance + 1 WHERE account_id = 'SHOP'")
            connection.commit()
            balance = connection.execute("SELECT balance FROM account WHERE account_id = 'SHOP'").fetchone()

    assert balance == (2,)


async def test_a_child_that_dies_at_start_is_reported_with_its_last_lines(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text("{}")
    with Processes(tmp_path) as processes:
        child = start_service(processes, "order", tmp_path, "--seed", str(tmp_path / "broken.json"))
        with pytest.raises(DemoError, match=r"(?s)order ended with exit code 1.*broken.json is no seed file"):
            await client.until_serving([child])


async def test_every_process_is_ended_on_an_error_frozen_ones_too(tmp_path: Path) -> None:
    async def play() -> None:
        with Processes(tmp_path) as processes:
            for name in ("order", "payment"):
                children.append(start_service(processes, name, tmp_path))
            await client.until_serving(children)
            processes.stop(children[0])
            raise DemoError("something")

    children: list[Child] = []
    with pytest.raises(DemoError, match="something"):
        await play()

    assert not any(is_alive(child) for child in children)


async def test_a_killed_child_is_forgotten_and_the_others_are_watched(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        children = [start_service(processes, name, tmp_path) for name in ("order", "payment")]
        await client.until_serving(children)
        processes.stop(children[0])
        processes.kill(children[0])
        assert children[0].process.returncode == -9
        processes.check()

        children[1].process.kill()
        await asyncio.to_thread(children[1].process.wait)
        with pytest.raises(DemoError, match="payment was ended by signal 9"):
            processes.check()


async def test_the_world_stands_still_and_who_is_killed_then_takes_along_what_it_started(tmp_path: Path) -> None:
    address = free_addresses(1, Random())[0]
    with Processes(tmp_path) as processes:
        payment = start_service(processes, "payment", tmp_path)
        bus = processes.start(
            "bus", "", ["orchestrator.cli.main", "bus", "--store", str(tmp_path / "bus"), "--listen", address]
        )
        await client.until_serving([payment])
        await bus.until_it_says(f"nats://{address}")
        (nats,) = descendants(bus.process.pid)
        with processes.frozen():
            # Each thread of each: the signal has come to one before the others.
            assert [states_of(pid) for pid in (payment.process.pid, bus.process.pid, nats)] == [{"T"}, {"T"}, {"T"}]
            processes.kill(bus)
            assert nats not in parents()
        await client.until_serving([payment])  # it goes on

        processes.stop(payment)
        with processes.frozen():
            pass
        assert states_of(payment.process.pid) == {"T"}, "it was frozen by somebody else, who still relies on that"


async def test_a_child_that_may_end_is_missed_only_if_it_fails(tmp_path: Path) -> None:
    with Processes(tmp_path) as processes:
        done = processes.start("done", "", ["this"], may_end=True)
        await done.until_it_says("Namespaces are one honking great idea")
        await done.until_it_ends()
        processes.check()
        with pytest.raises(DemoError, match="done has ended already: there is nothing to kill"):
            processes.kill(done)

        failed = processes.start("failed", "", ["no_such_module"], may_end=True)
        with pytest.raises(DemoError, match=r"(?s)failed ended with exit code 1.*No module named no_such_module"):
            await failed.until_it_ends()
        with pytest.raises(DemoError, match="failed ended with exit code 1"):
            processes.check()


async def test_what_a_child_said_in_an_earlier_life_is_not_what_it_says(tmp_path: Path) -> None:
    (tmp_path / "order.log").write_text("order serves on everything\n")
    with Processes(tmp_path) as processes:
        child = start_service(processes, "order", tmp_path, "--seed", str(tmp_path / "missing.json"))
        with pytest.raises(DemoError, match=r"(?s)order ended with exit code 1.*missing.json can't be read"):
            await child.until_it_says("order serves on")


def states_of(pid: int) -> set[str]:
    """R, S, T (stopped) and so on, of its threads."""
    return {file.read_text().rpartition(")")[2].split()[0] for file in Path(f"/proc/{pid}/task").glob("*/stat")}


def test_children_are_no_part_of_the_terminals_group(tmp_path: Path) -> None:
    """Ctrl-C reaches the demo alone, which then ends its children in order."""
    with Processes(tmp_path) as processes:
        child = start_service(processes, "order", tmp_path)
        assert os.getsid(child.process.pid) != os.getsid(0)


def test_free_addresses_are_different_and_out_of_the_way_of_outgoing_connections() -> None:
    addresses = free_addresses(4, Random(1))

    assert len(set(addresses)) == 4
    assert all(20_000 <= int(address.removeprefix("127.0.0.1:")) < 30_000 for address in addresses)


def test_a_folder_of_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")

    with pytest.raises(DemoError, match="not empty and not a demo's"), fresh_folder(tmp_path):
        pass
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_a_folder_of_an_earlier_demo_is_cleared_unless_one_runs_in_it(tmp_path: Path) -> None:
    with fresh_folder(tmp_path / "demo") as folder:
        (folder / "order.db").write_text("old")
        with pytest.raises(DemoError, match="another demo runs"), fresh_folder(folder):
            pass
        assert (folder / "order.db").exists()
    with fresh_folder(folder) as again:
        assert sorted(each.name for each in again.iterdir()) == [".sagaway-demo", "logs"]


@pytest.mark.parametrize(
    ("states", "orders", "is_the_middle"),
    [
        ({"RUNNING": 20, "COMPENSATING": 5, "COMPLETED": 40, "COMPENSATED": 10}, 100, True),
        ({"RUNNING": 25, "COMPLETED": 40, "COMPENSATED": 10}, 100, False),
        ({"COMPENSATING": 25, "COMPLETED": 40, "COMPENSATED": 10}, 100, False),
        ({"RUNNING": 20, "COMPENSATING": 5, "COMPLETED": 29}, 100, False),
        ({"RUNNING": 25, "COMPENSATING": 4, "COMPLETED": 71}, 100, False),
        # 50 % of all orders, but 91 % of the sagas in the log.
        ({"RUNNING": 4, "COMPENSATING": 1, "COMPLETED": 50}, 100, False),
    ],
)
def test_the_moment_of_the_kill(states: dict[str, int], orders: int, is_the_middle: bool) -> None:
    assert Snapshot(Counter(states)).is_in_the_middle(orders) is is_the_middle


PLACED, REFUSED_BY_PAYMENT, REFUSED_EARLIER = (
    Order(f"c-{number}", {}, {}, end)
    for number, end in enumerate((End("COMPLETED"), End("COMPENSATED", "process_payment"), End("COMPENSATED", "order")))
)


def test_a_kill_meets_orders_that_come_to_payment() -> None:
    orders = [PLACED, REFUSED_EARLIER, REFUSED_BY_PAYMENT]

    assert to_payment(orders, placed=True) == {"c-0", "c-1"}
    assert to_payment(orders[1:], placed=False) == {"c-1"}


@pytest.mark.parametrize("orders", [[], [PLACED, REFUSED_EARLIER], [REFUSED_BY_PAYMENT, REFUSED_EARLIER]])
def test_orders_of_which_a_kill_would_meet_none_on_either_way_are_refused(orders: list[Order]) -> None:
    with pytest.raises(DemoError, match=r"one that payment refuses and one that is placed.*choose another --orders"):
        to_payment(orders, placed=True)


def test_who_has_come_to_payment_has_a_reservation(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "inventory.db")) as connection:
        connection.execute("CREATE TABLE reservation (saga_id)")
        connection.execute("INSERT INTO reservation VALUES ('c-1'), ('c-3')")
        connection.commit()

    assert have_come({"c-1"}, tmp_path)
    assert not have_come({"c-1", "c-2"}, tmp_path)


def test_reading_a_log_makes_none(tmp_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError):
        read_log(tmp_path / "sagaway.db")
    assert not (tmp_path / "sagaway.db").exists()


def test_wrong_ends_are_named() -> None:
    refused = {"state": "COMPENSATED", "step": "create_order", "reason": "UNKNOWN_PRODUCT"}
    rows = [("c-1", {"state": "COMPLETED"}), ("c-2", refused), ("c-3", refused), ("c-4", {"state": "COMPLETED"})]
    orders = [parse({"saga_id": saga_id, "input": {}, "expected": expected}) for saga_id, expected in rows]
    actual = {
        "c-1": End("COMPLETED"),
        "c-2": End("COMPENSATED", "create_order", "INVALID_ORDER"),
        "c-3": End("COMPENSATED", "create_order", "UNKNOWN_PRODUCT"),
    }

    assert wrong_ends(orders, actual) == [
        "c-2: ended COMPENSATED (create_order: INVALID_ORDER), expected COMPENSATED (create_order: UNKNOWN_PRODUCT)",
        "c-4: ended nowhere, expected COMPLETED",
    ]


def test_a_broken_orders_file_is_said(tmp_path: Path) -> None:
    file = tmp_path / "orders.jsonl"
    file.write_text('{"saga_id": "c-1", "input": {}, "expected": {"state": "COMPLETED"}}\n{"saga_id": "c-2"}\n')

    with pytest.raises(DemoError, match="line 2 is no order"):
        read_orders(file)
