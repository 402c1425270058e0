"""The log of a real server at DEBUG: what it says of sagas, and what it never says."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import grpc
import pytest

from sagaway.client import Client, Payload, PermissionDenied, StepCompletion
from sagaway.v1 import orchestrator_service_pb2, orchestrator_service_pb2_grpc
from sagaway.v1 import participant_service_pb2 as v1
from tests.caller.participants import Answer, Handler, Participant, refuse, serve
from tests.cli.conftest import Process
from tests.cli.conftest import serve as serve_process
from tests.metrics.world import WAIT, order

CANARY = "canary-4111-1111"
TRACE = "0af7651916cd43dd8448eb211c80319c"
SECRET = Payload(json=json.dumps({"card": CANARY}), metadata={"note": CANARY})
DONE = v1.ExecuteResponse(completed=v1.Completed(output=SECRET))
REFUSED = v1.ExecuteResponse(rejected=v1.Rejected(reason="NO_STOCK", message=CANARY))
BROKEN = v1.ExecuteResponse(completed=v1.Completed(output=Payload(json=f"{{{CANARY}")))
Code = grpc.StatusCode

ANSWERS: dict[str, Handler | Answer] = {
    "completed": DONE,
    "refused": REFUSED,
    "away": refuse(Code.UNAVAILABLE, CANARY),
    "failed": refuse(Code.INVALID_ARGUMENT, CANARY, ("note", CANARY), ("grpc-status-details-bin", CANARY.encode())),
    "misdeployed": refuse(Code.UNIMPLEMENTED, CANARY),
    "garbage": CANARY.encode(),
    "broken": BROKEN,
    "stuck": REFUSED,
    "pending": v1.ExecuteResponse(pending=v1.Pending()),
}
"""What `b` answers in the saga of that name."""


async def _execute(request: Any, context: Any) -> Answer:
    if request.context.step_id == "a":
        return DONE
    answer = ANSWERS[request.context.saga_id]
    return await answer(request, context) if callable(answer) else answer


async def _compensate(request: Any, context: Any) -> Answer:
    if request.context.saga_id == "stuck":
        await context.abort(Code.INTERNAL, CANARY)
    return v1.CompensateResponse(compensated=v1.Compensated())


async def _run(address: str, shop: Participant) -> None:
    """Run a saga of each kind, and ask for what is refused."""
    metadata = (("authorization", f"Bearer {CANARY}"), ("traceparent", f"00-{TRACE}-b7ad6b7169203331-01"))
    async with Client(address) as client, grpc.aio.insecure_channel(address) as channel:
        await client.participants.register("shop", shop.address)
        await client.definitions.register(order(attempts=1))
        sagas: Any = orchestrator_service_pb2_grpc.OrchestratorServiceStub(channel)
        for name in ANSWERS:
            request = orchestrator_service_pb2.StartSagaRequest(
                definition_name="order", saga_id=name, input=SECRET, labels={"note": CANARY}
            )
            await sagas.StartSaga(request, metadata=metadata)
            if name != "pending":
                await client.wait(name, WAIT)
        async for event in client.watch("pending"):
            if event.type == "StepPending":
                break
        with pytest.raises(PermissionDenied):
            await client.complete_step("pending", "b", CANARY, StepCompletion(output=SECRET))
        token = shop.executed[-1].context.completion_token
        await client.complete_step("pending", "b", token, StepCompletion(output=SECRET))
        await client.wait("pending", WAIT)
        for body in (CANARY.encode(), b""):
            start: Any = channel.unary_unary("/sagaway.v1.OrchestratorService/StartSaga", bytes, bytes)
            with pytest.raises(grpc.aio.AioRpcError):
                await start(body, metadata=metadata)


def _end(server: Process) -> tuple[str, list[dict[str, Any]]]:
    code, log = server.end()
    assert code == 0
    return log, [json.loads(line) for line in log.splitlines()]


async def test_payloads_tokens_and_metadata_are_in_no_line_and_sagas_are_told_alike(tmp_path: Path) -> None:
    server = serve_process(tmp_path / "saga.db", "--log-level", "DEBUG", "--metrics-listen", "off")
    try:
        address = await asyncio.to_thread(server.ready)
        async with serve(Participant(execute=_execute, compensate=_compensate)) as shop:
            await _run(address, shop)
            requests: list[Any] = [*shop.executed, *shop.compensated]
            tokens = {request.context.completion_token for request in requests}
    finally:
        log, lines = await asyncio.to_thread(_end, server)
    assert CANARY not in log
    assert len(tokens) > 10
    assert not [token for token in tokens if token in log]
    said = {name: {line["event"]: line for line in lines if line.get("saga_id") == name} for name in ANSWERS}
    for name, events in said.items():
        for line in events.values():
            assert (line["namespace"], line["trace_id"], line["definition"]) == ("default", TRACE, "order"), line
        assert ("the saga has ended" in events) == (name != "stuck")
    _told(said["refused"]["the saga goes back"], level="info", step_id="b", cause="REJECTED", reason="NO_STOCK")
    stuck = said["stuck"]["the saga is stuck"]
    _told(stuck, level="warning", step_id="a", phase="COMPENSATE", code="INTERNAL")
    assert "`sagaway explain stuck --namespace default`" in stuck["remedy"]
    _told(said["garbage"]["an attempt has ended"], level="debug", step_id="a", outcome="COMPENSATED")
    # Nothing else here is more than business: also a participant's nonsense is its own fault, and told as one's code.
    assert [line["event"] for line in lines if line["level"] not in ("debug", "info")] == ["the saga is stuck"]


async def test_a_saga_that_runs_well_makes_no_line_and_a_refusal_one(tmp_path: Path) -> None:
    server = serve_process(tmp_path / "saga.db", "--metrics-listen", "off")
    try:
        address = await asyncio.to_thread(server.ready)
        async with serve(Participant(execute=_execute, compensate=_compensate)) as shop, Client(address) as client:
            await client.participants.register("shop", shop.address)
            await client.definitions.register(order())
            for name in ("completed", "refused"):
                await client.start("order", saga_id=name, wait=WAIT)
    finally:
        _, lines = await asyncio.to_thread(_end, server)
    said = [line["event"] for line in lines if line["event"] != "recovery has ended"]  # it may come before `ready`
    assert said == ["the saga goes back", "draining", "stopped"]


def _told(line: dict[str, Any], **fields: str) -> None:
    assert {name: line[name] for name in fields} == fields
