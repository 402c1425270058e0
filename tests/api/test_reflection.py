"""A client that knows only an address: everything else it learns from the server's reflection.

Messages are built from the descriptors that the server hands out, in a descriptor pool of their own: the client below
uses nothing that was generated from the contract. (The server it talks to runs in the same process, and does.)
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool
from google.protobuf.message_factory import GetMessageClass
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from tests.api.world import WAIT, World
from tests.caller.participants import Slow

ORCHESTRATOR = "sagaway.v1.OrchestratorService"


class ReflectedClient:
    """Calls any method of a server in JSON, by what the server says of itself."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        self._channel = channel
        self._pool = DescriptorPool()
        self._known: set[str] = set()

    async def services(self) -> set[str]:
        """Return the names of the services."""
        answer = await self._ask(reflection_pb2.ServerReflectionRequest(list_services=""))
        return {service.name for service in answer.list_services_response.service}

    async def learn(self, symbol: str) -> None:
        """Load the file that defines a symbol, and all that it imports."""
        answer = await self._ask(reflection_pb2.ServerReflectionRequest(file_containing_symbol=symbol))
        await self._load(answer.file_descriptor_response.file_descriptor_proto)

    async def call(self, service: str, method: str, request: dict[str, Any]) -> dict[str, Any]:
        """Call a method that answers once."""
        path, body, answer = self._prepare(service, method, request)
        reply = await self._channel.unary_unary(path, _same, _same)(body)
        return self._read(answer, reply)

    async def stream(self, service: str, method: str, request: dict[str, Any]) -> AsyncIterator[dict[str, Any]]:
        """Call a method that answers many times."""
        path, body, answer = self._prepare(service, method, request)
        async for reply in self._channel.unary_stream(path, _same, _same)(body):
            yield self._read(answer, reply)

    def methods(self, service: str) -> dict[str, tuple[str, str, bool]]:
        """Return a service's methods: request type, answer type, whether it streams."""
        descriptor = self._pool.FindServiceByName(service)
        return {
            method.name: (method.input_type.full_name, method.output_type.full_name, method.server_streaming)
            for method in descriptor.methods
        }

    def _prepare(self, service: str, method: str, request: dict[str, Any]) -> tuple[str, bytes, Any]:
        descriptor = self._pool.FindServiceByName(service).methods_by_name[method]
        message = json_format.ParseDict(request, GetMessageClass(descriptor.input_type)(), descriptor_pool=self._pool)
        return f"/{service}/{method}", message.SerializeToString(), GetMessageClass(descriptor.output_type)

    def _read(self, kind: Any, body: bytes) -> dict[str, Any]:
        return json_format.MessageToDict(kind.FromString(body), descriptor_pool=self._pool)

    async def _load(self, files: Any) -> None:
        for serialized in files:
            file = FileDescriptorProto.FromString(serialized)
            if file.name in self._known:
                continue
            self._known.add(file.name)
            for needed in file.dependency:
                if needed not in self._known:
                    answer = await self._ask(reflection_pb2.ServerReflectionRequest(file_by_filename=needed))
                    await self._load(answer.file_descriptor_response.file_descriptor_proto)
            self._pool.Add(file)

    async def _ask(self, request: Any) -> Any:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(self._channel)
        call = stub.ServerReflectionInfo(iter([request]))
        answer = await call.read()
        assert not answer.HasField("error_response"), answer
        return answer


def _same(body: bytes) -> bytes:
    return body


@pytest.fixture
async def client(world: World) -> AsyncIterator[ReflectedClient]:
    await world.register()
    async with grpc.aio.insecure_channel(world.address) as channel:
        client = ReflectedClient(channel)
        await client.learn(ORCHESTRATOR)
        yield client


async def test_the_server_names_its_services(client: ReflectedClient) -> None:
    assert await client.services() == {
        ORCHESTRATOR,
        "sagaway.v1.OperationsService",
        "sagaway.v1.DefinitionService",
        "sagaway.v1.ParticipantRegistryService",
        "grpc.health.v1.Health",
        "grpc.reflection.v1alpha.ServerReflection",
    }
    methods = client.methods(ORCHESTRATOR)
    assert methods["WatchSaga"] == ("sagaway.v1.WatchSagaRequest", "sagaway.v1.WatchSagaResponse", True)
    assert methods["StartSaga"] == ("sagaway.v1.StartSagaRequest", "sagaway.v1.StartSagaResponse", False)


async def test_a_saga_is_started_watched_and_cancelled_by_reflection_alone(
    world: World, client: ReflectedClient
) -> None:
    world.shop.execute = slow = Slow()
    started = await client.call(
        ORCHESTRATOR,
        "StartSaga",
        {"definitionName": "order", "sagaId": "o-1", "input": {"json": '{"sku": "tea"}'}, "labels": {"by": "grpcurl"}},
    )
    assert started["created"] is True
    assert started["saga"]["input"] == {"json": '{"sku": "tea"}'}
    await asyncio.wait_for(slow.arrived.wait(), WAIT)

    seen: list[dict[str, Any]] = []

    async def watch() -> None:
        async for answer in client.stream(ORCHESTRATOR, "WatchSaga", {"sagaId": "o-1"}):
            seen.append(answer["event"])

    watching = asyncio.ensure_future(watch())
    cancelled = await client.call(ORCHESTRATOR, "CancelSaga", {"sagaId": "o-1", "reason": "no tea today"})
    assert cancelled["saga"]["cancelRequested"] is True
    await asyncio.wait_for(watching, WAIT)
    types = [event["type"] for event in seen]
    assert types[0] == "SagaStarted"
    assert types[-1] == "SagaCompensated"
    assert types.index("CancelRequested") < types.index("CompensationStarted")
    assert [int(event["sequence"]) for event in seen] == list(range(1, len(seen) + 1))
    assert seen[-1]["sagaState"] == "SAGA_STATE_COMPENSATED"

    saga = (await client.call(ORCHESTRATOR, "GetSaga", {"sagaId": "o-1"}))["saga"]
    assert (saga["state"], saga["cause"]) == ("SAGA_STATE_COMPENSATED", "SAGA_CAUSE_CANCELLED")
    listed = await client.call(ORCHESTRATOR, "ListSagas", {"labels": {"by": "grpcurl"}})
    assert [one["sagaId"] for one in listed["sagas"]] == ["o-1"]
