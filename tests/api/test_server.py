"""What holds for every RPC: garbage, size, numbers at once, faults of our own, health, and the port."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from structlog.testing import capture_logs

from orchestrator.api.backend import ApiSettings
from orchestrator.api.guarding import KNOWN_BY_NAME
from orchestrator.api.health import LIVENESS
from orchestrator.api.server import SERVICES, ApiServer, methods
from orchestrator.core.retry import SECOND
from sagaway.v1 import (
    definition_service_pb2,
    orchestrator_service_pb2,
    participant_registry_service_pb2,
    saga_pb2,
)
from sagaway.v1.payload_pb2 import Payload
from tests.api.world import WAIT, World, opened, refused, run
from tests.caller.participants import Slow

Code = grpc.StatusCode
Status = health_pb2.HealthCheckResponse
METHODS = [
    f"/{service.full_name}/{method.name}"
    for module in (definition_service_pb2, orchestrator_service_pb2, participant_registry_service_pb2)
    for service in module.DESCRIPTOR.services_by_name.values()
    for method in service.methods
]


@pytest.fixture
async def health(world: World) -> Any:
    return health_pb2_grpc.HealthStub(world.channel)


async def raw(world: World, method: str, body: bytes) -> Any:
    """Call any method with any bytes."""
    if method.endswith("/WatchSaga"):
        return [message async for message in world.channel.unary_stream(method, _same, _same)(body)]
    return await world.channel.unary_unary(method, _same, _same)(body)


def _same(body: bytes) -> bytes:
    return body


def test_who_has_a_queue_of_its_own_is_an_rpc_that_is_served() -> None:
    assert not KNOWN_BY_NAME - set(methods())


async def test_garbage_is_refused_by_every_rpc(world: World) -> None:
    assert len(METHODS) == 18
    for method in METHODS:
        for garbage in (b"garbage that is no message", b"\xff" * 100, b"\x0a\x02\xff\xfe"):
            refusal = await refused(raw(world, method, garbage), Code.INVALID_ARGUMENT, "FIELD_INVALID")
            assert method[1:] in refusal.message
    assert await world.written() == (0, 0, 0)


async def test_an_empty_request_is_an_error_by_name_or_is_about_all_there_is(world: World) -> None:
    for method in METHODS:
        if "/List" in method and not method.endswith("/ListSagaEvents"):
            assert await raw(world, method, b"") == b""
        elif method.endswith("/GetOverview"):
            assert await raw(world, method, b"") != b"", "of the namespace `default`"
        else:
            refusal = await refused(raw(world, method, b""), Code.INVALID_ARGUMENT, "FIELD_INVALID")
            assert all("is required" in text for text in refusal.fields.values())
    assert await world.written() == (0, 0, 0)


async def test_fields_of_a_newer_contract_are_ignored(world: World) -> None:
    unknown = b"\x92\xf4\x01\x03new"  # Field 3906, a string.
    assert await raw(world, "/sagaway.v1.OrchestratorService/ListSagas", unknown) == b""


async def test_a_message_that_is_too_large_is_resource_exhausted(world: World) -> None:
    await world.register()
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await world.start(input=Payload(binary=b"x" * (5 << 20)))
    assert caught.value.code() is Code.RESOURCE_EXHAUSTED
    # Everything that the contract allows fits.
    largest = Payload(json='"' + "x" * ((1 << 20) - 2) + '"', metadata={str(index): "v" * 1022 for index in range(8)})
    labels = {f"{index:064}": "é" * 255 for index in range(32)}
    assert (await world.start(input=largest, labels=labels)).created
    assert (await world.written())[0] == 1


async def test_an_unknown_method_is_unimplemented(world: World) -> None:
    for method in ("/sagaway.v1.OrchestratorService/Dance", "/nobody.v1.Nothing/Do"):
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await raw(world, method, b"")
        assert caught.value.code() is Code.UNIMPLEMENTED


async def test_more_rpcs_at_once_than_the_limit_are_refused(template: Path, tmp_path: Path) -> None:
    limited = ApiSettings(max_concurrent_rpcs=1)
    async with opened("memory", template, tmp_path) as log, run(log, limited) as world:
        world.shop.execute = slow = Slow()
        await world.register()
        waiting = asyncio.ensure_future(world.start(wait=WAIT))
        await asyncio.wait_for(slow.arrived.wait(), WAIT)
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await world.get()
        assert caught.value.code() is Code.RESOURCE_EXHAUSTED
        slow.go.set()
        assert (await waiting).saga.state == saga_pb2.SAGA_STATE_COMPLETED


async def test_a_fault_of_our_own_is_logged_and_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: Any) -> None:
        raise ZeroDivisionError("the secret")

    monkeypatch.setattr(type(world.log), "read", broken)
    with capture_logs() as logs:
        refusal = await refused(world.get(), Code.INTERNAL, "INTERNAL_FAULT")
    assert "secret" not in refusal.message
    assert "Zero" not in refusal.message
    (entry,) = [entry for entry in logs if entry["event"] == "an RPC ended in a fault of ours"]
    assert entry["rpc"] == "/sagaway.v1.OrchestratorService/GetSaga"
    assert entry["exc_info"]


async def test_a_damaged_log_concerns_one_saga(template: Path, tmp_path: Path) -> None:
    async with opened("sqlite", template, tmp_path) as log, run(log) as world:
        await world.register()
        for saga_id in ("o-1", "o-2"):
            await world.start(saga_id, wait=WAIT)
        with closing(sqlite3.connect(tmp_path / "log.db", isolation_level=None)) as vandal:
            damaged = vandal.execute(
                "UPDATE events SET data = 'garbage' WHERE type = 'StepCompleted' AND uid ="
                " (SELECT uid FROM sagas WHERE saga_id = 'o-1')"
            )
            assert damaged.rowcount == 2
        watch = orchestrator_service_pb2.WatchSagaRequest(saga_id="o-1").SerializeToString()
        for call in (
            world.get("o-1"),
            world.sagas.ListSagaEvents(orchestrator_service_pb2.ListSagaEventsRequest(saga_id="o-1")),
            raw(world, "/sagaway.v1.OrchestratorService/WatchSaga", watch),
        ):
            refusal = await refused(call, Code.FAILED_PRECONDITION, "SAGA_QUARANTINED")
            assert "event 3" in refusal.message
            assert "garbage" not in refusal.message
        assert (await world.get("o-2")).state == saga_pb2.SAGA_STATE_COMPLETED
        listed = await world.sagas.ListSagas(orchestrator_service_pb2.ListSagasRequest())
        assert [saga.saga_id for saga in listed.sagas] == ["o-2", "o-1"]


async def test_a_refusal_is_not_logged_as_a_fault(world: World) -> None:
    with capture_logs() as logs:
        await refused(world.get("o-9"), Code.NOT_FOUND, "SAGA_NOT_FOUND")
    assert not [entry for entry in logs if entry["log_level"] == "error"]


async def test_health_follows_the_engine(world: World, health: Any) -> None:
    for service in ("", *SERVICES):
        answer = await health.Check(health_pb2.HealthCheckRequest(service=service))
        assert answer.status == Status.SERVING
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await health.Check(health_pb2.HealthCheckRequest(service="nobody"))
    assert caught.value.code() is Code.NOT_FOUND
    listed = await health.List(health_pb2.HealthListRequest())
    assert {name: answer.status for name, answer in listed.statuses.items()} == dict.fromkeys(
        ("", LIVENESS, *SERVICES), Status.SERVING
    )
    await world.engine.drain(0)
    for service in ("", *SERVICES):
        assert (await health.Check(health_pb2.HealthCheckRequest(service=service))).status == Status.NOT_SERVING
    alive = await health.Check(health_pb2.HealthCheckRequest(service=LIVENESS))
    assert alive.status == Status.SERVING  # a restart would not end a drain sooner


async def test_whoever_watches_health_is_told_changes(template: Path, tmp_path: Path) -> None:
    often = ApiSettings(health_interval=SECOND // 100)
    async with opened("memory", template, tmp_path) as log, run(log, often) as world, asyncio.timeout(WAIT):
        stub: Any = health_pb2_grpc.HealthStub(world.channel)
        watching = stub.Watch(health_pb2.HealthCheckRequest(service=SERVICES[0]))
        unknown = stub.Watch(health_pb2.HealthCheckRequest(service="nobody"))
        assert (await watching.read()).status == Status.SERVING
        assert (await unknown.read()).status == Status.SERVICE_UNKNOWN
        await world.engine.drain(0)
        assert (await watching.read()).status == Status.NOT_SERVING
        watching.cancel()
        unknown.cancel()


async def test_a_port_that_is_taken_is_an_error(world: World) -> None:
    with pytest.raises(OSError, match=f"can't listen on 127.0.0.1:{world.server.port}"):
        ApiServer(world.backend, world.address)
