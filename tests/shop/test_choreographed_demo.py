"""The choreographed demo as a command: a small day, in which each of its real processes is killed with SIGKILL."""

import json
import subprocess
import sys
from itertools import chain, zip_longest
from pathlib import Path

import pytest

from participants.shop import books
from tests.shop.test_demo_run import processes_in

ORDERS = 40
VICTIMS = ("bus", "order", "inventory", "payment", "observer", "storefront")


@pytest.mark.long(8)
def test_a_small_day_survives_every_kill_and_the_one_wrong_order_is_named(tmp_path: Path) -> None:
    orders = [json.loads(line) for line in books.ORDERS.read_text(encoding="utf-8").splitlines()]
    # Every other one is refused, so that at any time some are being undone.
    placed = [order for order in orders if order["expected"]["state"] == "COMPLETED"][: ORDERS // 2]
    refused = [order for order in orders if order["expected"].get("step") == "process_payment"][: ORDERS // 2]
    refused[-1]["expected"]["reason"] = "LOST_BY_MISTAKE"
    file = tmp_path / "orders.jsonl"
    file.write_text("".join(json.dumps(order) + "\n" for order in chain(*zip_longest(placed, refused))))
    folder = tmp_path / "demo"

    done = subprocess.run(
        [sys.executable, "-m", "participants.shop.choreographed.demo", "--folder", str(folder), "--orders", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1, done.stdout + done.stderr
    assert f"{refused[-1]['saga_id']}: ended COMPENSATED (process_payment: " in wrong[0]
    for victim in VICTIMS:
        assert f"killed {victim} (SIGKILL)" in done.stdout
        assert f"{victim} is up again" in done.stdout
    assert "1 orders ended wrong; 0 faults in the books." in done.stdout
    assert processes_in(folder) == []
