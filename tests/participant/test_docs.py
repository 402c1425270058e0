"""What docs/participants.md shows runs as it is shown."""

import asyncio
import os
import re
import runpy
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from sagaway.participant import ExecuteCall, NotFound, Payload
from sagaway.participant.requests import read_execute
from sagaway.participant.testing import CASES, Operation, connected, step_context
from sagaway.v1.participant_service_pb2 import ExecuteRequest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "participants.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, flags=re.DOTALL))
pytestmark = pytest.mark.timeout(60)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        # Any free port, and the one that was found.
        (tmp_path / name).write_text(re.sub(r"127\.0\.0\.1:5006\d\", ready", '127.0.0.1:0", ready', text))
    return tmp_path


@asynccontextmanager
async def python(folder: Path, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *arguments,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
    )
    yield process
    if process.returncode is None:
        process.terminate()
    await process.communicate()
    assert process.returncode == 0


async def address_of(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    async with asyncio.timeout(30):
        return (await process.stdout.readline()).decode().split()[-1]


async def test_participant_in_one_file(folder: Path) -> None:
    shown = re.search(r"It prints\n\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    assert shown is not None
    async with python(folder, "inventory.py") as served:
        address = await address_of(served)
        trying = folder / "try_inventory.py"
        trying.write_text(trying.read_text().replace("127.0.0.1:50061", address))
        async with python(folder, "try_inventory.py") as tried:
            printed, _ = await tried.communicate()
    assert [line.strip() for line in printed.decode().splitlines()] == shown[1].splitlines()


async def test_async_participant(folder: Path) -> None:
    async with python(folder, "async_inventory.py") as served, connected(await address_of(served)) as channel:
        operation = Operation(channel, "write_note", {"text": "hello"})
        assert (await operation.execute()).execute.completed.output.json == '{"id":1}'
        assert (await operation.compensate()).outcome == "compensated"


async def test_an_outcome_that_comes_later(folder: Path) -> None:
    async with python(folder, "shipments.py") as served, connected(await address_of(served)) as channel:
        operation = Operation(channel, "ship", {})
        assert [(await operation.execute()).outcome for _ in range(2)] == ["pending", "pending"]
        async with python(folder, "shipments.py", "delivered", "1") as told:
            await told.communicate()
        assert (await operation.execute()).execute.completed.output.json == '{"shipment":1}'
        # The webhook again, and after a compensation: the transaction with its effect is rolled back.
        again = await asyncio.create_subprocess_exec(
            *(sys.executable, "shipments.py", "delivered", "1"),
            cwd=folder,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await again.communicate()
        assert again.returncode == 1
        assert b"OperationNotPendingError" in said
        assert (await operation.compensate()).outcome == "compensated"


async def test_certification(folder: Path) -> None:
    arguments = ("-m", "pytest", "-q", "-o", "asyncio_mode=auto", "-p", "no:xdist", "-p", "no:cacheprovider")
    async with python(folder, *arguments, "--rootdir=.", "test_inventory.py") as tested:
        printed, _ = await tested.communicate()
    assert f"{len(CASES)} passed".encode() in printed


def test_the_probe_of_the_page_finds_what_its_action_did(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder)
    shown = runpy.run_path("charges.py")
    context = read_execute(ExecuteRequest(context=step_context("charge"))).context
    call = ExecuteCall(context, Payload.of({"amount": 1}), {"amount": 1})
    with pytest.raises(NotFound):
        shown["find_charge"](call, None)
    assert shown["charge"](call, None) == shown["find_charge"](call, None)
    assert shown["charge"].probe_function is shown["find_charge"]
