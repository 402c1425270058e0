"""`sagaway explain` against a real orchestrator; what it says of which history is tests/explain."""

from __future__ import annotations

import asyncio
import json
import uuid

import grpc
import pytest

from sagaway.v1.orchestrator_service_pb2 import GetSagaResponse
from tests.cli.conftest import Cli, invoke
from tests.client.scripted import Fail, Scripted, saga, serving

REFUSED = json.dumps({"first": 1, "second": {"reject": "NO_STOCK", "message": "none left"}})


@pytest.fixture
def saga_id(cli: Cli) -> str:
    """A saga that was undone."""
    name = f"t-{uuid.uuid4()}"
    assert cli("start", "errand", "--id", name, "--input", REFUSED, "--wait").code == 1
    return name


def test_it_tells_the_story(cli: Cli, saga_id: str) -> None:
    result = cli("explain", saga_id)
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    told = " ".join(result.out.split())
    assert told.startswith(
        f"{saga_id} is COMPENSATED: nothing of it stands. It was undone because step second was refused "
        "(NO_STOCK: none left). What happened"
    )
    assert "Step second (errands.run) was refused at its first attempt: NO_STOCK: none left." in told
    assert [line for line in lines if line and not line.startswith((" ", "-"))][-4:] == [
        "What happened",
        "What stands",
        "What comes next",
        "What you can do",
    ]
    assert "- Undone: first." in lines


def test_it_tells_the_story_as_of_an_event(cli: Cli, saga_id: str) -> None:
    result = cli("explain", saga_id, "--at", "2")
    assert result.code == 0
    assert result.out.startswith("As of event #2 of 9, ")
    assert f"`sagaway cancel {saga_id} --reason WHY`" in " ".join(result.out.split())
    far = cli("explain", saga_id, "--at", "10")
    assert (far.code, far.out) == (2, "")
    assert "has no event 10 so far; its last is 9" in " ".join(far.err.replace("│", " ").split())
    assert cli("explain", saga_id, "--at", "-1").code == 2


def test_it_prints_json(cli: Cli, saga_id: str) -> None:
    document = cli("explain", saga_id, "--json").document
    assert (document["saga_id"], document["state"], document["at_sequence"]) == (saga_id, "COMPENSATED", "9")
    assert document["verdict"].startswith(saga_id)
    assert document["happened"][0]["first_sequence"] == "1"
    assert document["happened"][-1]["last_sequence"] == "9"
    assert document["happened"][0]["time"] == cli("get", saga_id, "--json").document["start_time"]
    assert document["stands"] == ["Undone: first.", "Without effect: second (refused)."]
    assert cli("explain", saga_id, "--json", "--at", "2").document["state"] == "RUNNING"


def test_an_unknown_saga_is_exit_code_3(cli: Cli) -> None:
    result = cli("explain", "nobody")
    assert (result.code, result.out) == (3, "")
    assert "hint: `sagaway list`" in result.err


async def test_a_saga_in_quarantine_says_what_is_wrong() -> None:
    found = saga("RUNNING", 3, definition_name="order", definition_version=1)
    found.quarantine.reason = "event 3 is missing"
    found.quarantine.time.FromSeconds(1_000)
    scripted = Scripted()
    scripted.answer("GetSaga", GetSagaResponse(saga=found))
    scripted.answer("ListSagaEvents", Fail(grpc.StatusCode.FAILED_PRECONDITION, "SAGA_QUARANTINED"))
    async with serving(scripted):
        result = await asyncio.to_thread(invoke, scripted.address, "explain", "o-1")
    assert result.code == 4
    assert result.out.startswith("Saga o-1 is in quarantine since 1970-01-01 ")
    assert "event 3 is missing" in result.out
    assert result.err.startswith("error: ")
