"""The command `sagaway trace`."""

from __future__ import annotations

import asyncio
import json
import uuid

import grpc
import pytest

from orchestrator.cli.pages import WIDTH
from sagaway.v1.orchestrator_service_pb2 import GetSagaResponse, ListSagaEventsResponse
from tests.cli.conftest import Cli, Result, invoke, run
from tests.cli.told import shown, told, undone
from tests.client.scripted import Fail, Scripted, saga, serving
from tests.core.stories import KEY

pytestmark = pytest.mark.usefixtures("utc")


@pytest.fixture
def saga_id() -> str:
    return f"t-{uuid.uuid4()}"


def start(cli: Cli, saga_id: str) -> None:
    refused = json.dumps({"first": 1, "second": {"reject": "NO_STOCK", "message": "none left"}})
    assert cli("start", "errand", "--id", saga_id, "--input", refused, "--wait").code == 1


def test_the_command_draws_a_saga(cli: Cli, saga_id: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)
    start(cli, saga_id)
    result = cli("trace", saga_id, "--width", "60")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0].startswith(saga_id)
    assert max(map(len, lines)) <= 60
    assert [line.split()[:2] for line in lines if line.startswith("undo ")] == [["undo", "first"]]
    assert "second  attempt 1  NO_STOCK: none left" in lines
    wide = cli("trace", saga_id).out.splitlines()
    assert max(map(len, wide)) == WIDTH


def test_the_command_prints_json(cli: Cli, saga_id: str) -> None:
    start(cli, saga_id)
    document = cli("trace", saga_id, "--json").document
    saga = cli("get", saga_id, "--json").document
    assert (document["saga_id"], document["state"], document["trace_id"]) == (saga_id, "COMPENSATED", saga["trace_id"])
    assert (document["start_time"], document["to_time"]) == (saga["start_time"], saga["end_time"])
    assert [(lane["step_id"], lane["bars"][0]["outcome"]) for lane in document["execute"]] == [
        ("first", "COMPLETED"),
        ("second", "REJECTED"),
    ]
    assert document["execute"][1]["bars"][0]["error"] == "NO_STOCK: none left"
    assert [lane["step_id"] for lane in document["compensate"]] == ["first"]
    assert [mark["letter"] for mark in document["marks"]] == ["U", "E"]


def test_bad_flags_and_unknown_sagas_are_errors(cli: Cli) -> None:
    for arguments, said in (
        (("--width", "59"), "give 60 or more"),
        (("--jaeger", "localhost"), "is no http:// or https:// address"),
        (("--limit", "-1"), "--limit"),
    ):
        result = cli("trace", "nobody", *arguments)
        assert (result.code, result.out) == (2, "")
        assert said in " ".join(result.err.replace("│", " ").split())
    result = cli("trace", "nobody")
    assert (result.code, result.out) == (3, "")
    assert "hint: `sagaway list`" in result.err


async def traced(scripted: Scripted, *arguments: str) -> Result:
    async with serving(scripted):
        return await asyncio.to_thread(invoke, scripted.address, "trace", "o-1", *arguments)


async def test_the_link_into_jaeger() -> None:
    found, events = told(undone())
    found.trace_id = "0af7651916cd43dd8448eb211c80319c"
    scripted = Scripted()
    scripted.answer("GetSaga", GetSagaResponse(saga=found))
    scripted.answer("ListSagaEvents", ListSagaEventsResponse(events=events))
    plain = await traced(scripted)
    assert "\ntrace 0af7651916cd43dd8448eb211c80319c\n" in plain.out
    linked = await traced(scripted, "--width", "60", "--jaeger", "http://jaeger.example.internal:16686/ui/")
    address = "http://jaeger.example.internal:16686/ui/trace/0af7651916cd43dd8448eb211c80319c"
    assert f"\n{address}\n" in linked.out, "a link that is folded is none"
    document = (await traced(scripted, "--json", "--jaeger", "http://jaeger.example.internal:16686/ui")).document
    assert document["jaeger_url"] == address


async def test_events_after_the_state_that_was_read_are_left_out() -> None:
    found, _ = shown(KEY, undone().definition, undone().log[:5])
    _, events = told(undone())
    scripted = Scripted()
    scripted.answer("GetSaga", GetSagaResponse(saga=found))
    scripted.answer("ListSagaEvents", ListSagaEventsResponse(events=events))
    assert (await traced(scripted, "--json")).document["compensate"] == []


async def test_a_saga_in_quarantine_shows_what_is_known() -> None:
    found = saga("RUNNING", 3, definition_name="order", definition_version=1)
    found.quarantine.reason = "event 3 is missing"
    found.quarantine.time.FromSeconds(1_000)
    scripted = Scripted()
    scripted.answer("GetSaga", GetSagaResponse(saga=found))
    scripted.answer("ListSagaEvents", Fail(grpc.StatusCode.FAILED_PRECONDITION, "SAGA_QUARANTINED"))
    result = await traced(scripted)
    assert result.code == 4
    assert "in quarantine since 1970-01-01 00:16:40: event 3 is missing" in result.out
    assert result.err.startswith("error: ")
    _, events = told(undone())
    scripted = Scripted()
    scripted.answer("GetSaga", GetSagaResponse(saga=found))
    scripted.answer("ListSagaEvents", ListSagaEventsResponse(events=events[:3]))
    readable = await traced(scripted)
    assert readable.code == 0
    assert "order" in readable.out


def test_columns_signs_and_jaeger_come_from_the_environment(address: str, cli: Cli, saga_id: str) -> None:
    start(cli, saga_id)
    signs = {"PYTHONIOENCODING": "ascii", "COLUMNS": "72"}
    plain = run("trace", saga_id, SAGAWAY_ADDRESS=address, SAGAWAY_JAEGER_URL="http://127.0.0.1:16686", **signs)
    assert (plain.code, plain.err) == (0, "")
    assert max(map(len, plain.out.splitlines())) == 72
    assert "?" not in plain.out, "a sign that the terminal does not have"
