"""The demo as a command, with real processes: what it exits with, what it names, and that it leaves nothing running."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from participants.shop import books

COMMAND = [sys.executable, "-m", "participants.shop.demo"]


def processes_in(folder: Path) -> list[int]:
    """Processes that have a file of the folder on their command line."""
    found = []
    for each in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            arguments = each.read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        if any(argument.startswith(f"{folder}/".encode()) for argument in arguments):
            found.append(int(each.parent.name))
    return found


def started(demo: "subprocess.Popen[str]") -> str:
    """Reads the demo's output till the orders are on their way; returns it."""
    assert demo.stdout is not None
    output = ""
    for line in demo.stdout:
        output += line
        if "orders to place" in line:
            return output
    raise AssertionError(f"it ended before the orders began:\n{output}")


@pytest.mark.long(7)
def test_a_small_day_survives_the_kill_and_the_one_wrong_order_is_named(tmp_path: Path) -> None:
    orders = [json.loads(line) for line in books.ORDERS.read_text(encoding="utf-8").splitlines()[:200]]
    refused = next(order for order in orders if order["expected"].get("step") == "reserve_inventory")
    refused["expected"]["reason"] = "SOLD_BY_MISTAKE"
    file = tmp_path / "orders.jsonl"
    file.write_text("".join(json.dumps(order) + "\n" for order in orders))

    done = subprocess.run(
        [*COMMAND, "--folder", str(tmp_path / "demo"), "--orders", str(file)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    wrong = [line for line in done.stdout.splitlines() if line.startswith("WRONG")]
    assert len(wrong) == 1, done.stdout + done.stderr
    assert f"{refused['saga_id']}: ended COMPENSATED (reserve_inventory: " in wrong[0]
    assert "killed the orchestrator (SIGKILL)" in done.stdout
    assert "1 orders ended wrong; 0 faults in the books." in done.stdout
    assert processes_in(tmp_path / "demo") == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_demo_ends_its_processes(tmp_path: Path, number: signal.Signals) -> None:
    folder = tmp_path / "demo"
    with subprocess.Popen(
        [*COMMAND, "--folder", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as demo:
        started(demo)
        assert len([pid for pid in processes_in(folder) if pid != demo.pid]) == 4
        demo.send_signal(number)
        output, _ = demo.communicate(timeout=30)

    assert demo.returncode == 130, output
    assert "Traceback" not in output
    assert processes_in(folder) == []


def test_an_orchestrator_that_dies_unasked_ends_the_demo_and_is_named(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    with subprocess.Popen(
        [*COMMAND, "--folder", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as demo:
        started(demo)
        log = str(folder / "sagaway.db").encode()
        victims = [pid for pid in processes_in(folder) if log in Path(f"/proc/{pid}/cmdline").read_bytes()]
        assert len(victims) == 1
        os.kill(victims[0], signal.SIGKILL)
        output, _ = demo.communicate(timeout=30)

    assert demo.returncode == 1, output
    assert "orchestrator was ended by signal 9" in output
    assert "ready on 127.0.0.1:" in output, "its last log lines"
    assert processes_in(folder) == []
