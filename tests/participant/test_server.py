"""What a participant's server offers besides its actions."""

import asyncio
from datetime import timedelta
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from sagaway.participant import ParticipantServer, ParticipantServicer
from sagaway.participant import server as server_module
from sagaway.participant.testing import CASES, Operation, Subject, certify, connected
from sagaway.v1 import participant_service_pb2_grpc
from sagaway.v1.participant_service_pb2 import DescribeActionsRequest
from sagaway.v1.participant_service_pb2_grpc import ParticipantServiceStub
from tests.participant.conftest import ON_ONE, Database, Start
from tests.participant.inventory import Inventory

SERVICE = "sagaway.v1.ParticipantService"


@ON_ONE
async def test_describes_its_actions(database: Database, start: Start) -> None:
    served = await start(database, retention=timedelta(days=7))
    stub: Any = ParticipantServiceStub(served.channel)
    described = await stub.DescribeActions(DescribeActionsRequest())
    assert described.stable_replies
    assert described.deduplication_retention.ToTimedelta() == timedelta(days=7)
    facts = {action.name: (action.compensatable, action.effect_free) for action in described.actions}
    assert facts == {"reserve": (True, False), "check": (False, True), "ship": (False, False)}
    reserve = described.actions[0]
    assert (reserve.description, reserve.input_schema) == ("Reserves.", '{"type":"object"}')


@ON_ONE
async def test_health(database: Database) -> None:
    server = ParticipantServer(Inventory(database.engine()).participant, "127.0.0.1:0")
    await server.start()
    async with connected(server.address) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        for service in ("", SERVICE):
            answer = await stub.Check(health_pb2.HealthCheckRequest(service=service))
            assert answer.status == health_pb2.HealthCheckResponse.SERVING
        watch = stub.Watch(health_pb2.HealthCheckRequest(service=SERVICE))
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.SERVING
        # A watcher that stays does not hold up the stop: the default grace is ten seconds.
        async with asyncio.timeout(5):
            await server.stop()
        assert (await watch.read()).status == health_pb2.HealthCheckResponse.NOT_SERVING


@ON_ONE
async def test_stop_lets_an_operation_finish_and_answer(
    database: Database, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "LAST_WORDS", 0.1)
    served = await start(database)
    held = asyncio.create_task(served.operation(gate=True).execute())
    await served.inventory.gate.entered()
    stopping = asyncio.create_task(served.server.stop())
    done, _ = await asyncio.wait([stopping, held], timeout=0.5)
    assert not done, "the stop must wait for the operation"
    served.inventory.gate.open()
    assert (await held).outcome == "completed"
    await stopping


@pytest.mark.parametrize("database", ["sqlite+aiosqlite"], indirect=True)
async def test_stop_lets_an_operation_finish_whose_caller_went_away(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(gate=True)
    held = asyncio.create_task(operation.execute())
    await served.inventory.gate.entered()
    held.cancel()
    with pytest.raises(asyncio.CancelledError):
        await held
    stopping = asyncio.create_task(served.server.stop())
    done, _ = await asyncio.wait([stopping], timeout=0.5)
    assert not done, "the stop must wait for the operation"
    served.inventory.gate.open()
    await stopping
    assert database.effects() == 1


@ON_ONE
async def test_reflection(database: Database, start: Start) -> None:
    served = await start(database)
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(served.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")

    async for answer in stub.ServerReflectionInfo(iter([request])):
        names = {service.name for service in answer.list_services_response.service}
        assert names == {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}


@pytest.mark.parametrize("case", ["duplicate", "late_execute", "rejected"])
@ON_ONE
async def test_servicer_on_a_server_of_ones_own(case: str, database: Database) -> None:
    """The generated way of adding it keeps the barrier as well."""
    participant = Inventory(database.engine()).participant
    server = grpc.aio.server()
    servicer = participant.servicer()
    assert isinstance(servicer, ParticipantServicer)
    participant_service_pb2_grpc.add_ParticipantServiceServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        subject = Subject(f"127.0.0.1:{port}", "reserve", {}, effects=database.effects, rejected_input={"do": "reject"})
        await certify(subject, case)
    finally:
        await server.stop(None)
        await servicer.close(1)


@ON_ONE
async def test_closed_servicer_refuses(database: Database) -> None:
    participant = Inventory(database.engine()).participant
    server = grpc.aio.server()
    servicer = participant.servicer()
    servicer.add_to_server(server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    await servicer.close(1)
    async with connected(f"127.0.0.1:{port}") as channel:
        answer = await Operation(channel, "reserve", {}).execute()
        assert (answer.outcome, answer.reason) == ("UNAVAILABLE", "DRAINING")
    await server.stop(None)


@ON_ONE
async def test_socket_file(database: Database, tmp_path: Any) -> None:
    async with ParticipantServer(Inventory(database.engine()).participant, f"unix:{tmp_path}/p.sock") as server:
        subject = Subject(server.address, "reserve", {}, effects=database.effects)
        await certify(subject, next(iter(CASES)))
