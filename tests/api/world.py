"""A whole server in a test: the real API, engine and log, and a participant that answers what the test says."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import json_format
from google.rpc import error_details_pb2, status_pb2

from orchestrator.api.backend import ApiSettings, Backend
from orchestrator.api.participant_registry_service import load_participants
from orchestrator.api.server import ApiServer
from orchestrator.api.status import DETAILS, DOMAIN
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import SystemClock
from orchestrator.engine.engine import Engine
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.tally import Tally
from orchestrator.store.base import SagaFilter, SagaLog
from orchestrator.store.memory import MemoryLog
from orchestrator.store.sql import SqlLog
from sagaway.v1 import (
    definition_pb2,
    definition_service_pb2,
    definition_service_pb2_grpc,
    orchestrator_service_pb2,
    orchestrator_service_pb2_grpc,
    participant_registry_service_pb2,
    participant_registry_service_pb2_grpc,
    saga_pb2,
)
from tests.caller.participants import Participant, serve

WAIT = 20
"""Seconds that a test waits for a saga at most."""

STEPS: tuple[Mapping[str, Any], ...] = (
    {"id": "a", "participant": "shop", "action": "do"},
    {"id": "b", "participant": "shop", "action": "do", "input": {"id": "${steps.a.output.id}"}},
)


def definition(name: str = "order", version: int = 1, steps: Any = STEPS, **fields: Any) -> Any:
    """Return a definition of two steps of the participant `shop`."""
    document = {"name": name, "version": version, "steps": list(steps), **fields}
    return json_format.ParseDict(document, definition_pb2.SagaDefinition())


@dataclass
class World:
    """A server, its parts, and stubs to talk to it."""

    log: SagaLog
    engine: Engine
    catalog: DefinitionCatalog
    registry: ParticipantRegistry
    backend: Backend
    server: ApiServer
    channel: grpc.aio.Channel
    shop: Participant

    @property
    def address(self) -> str:
        """Where the server listens."""
        return f"127.0.0.1:{self.server.port}"

    @property
    def sagas(self) -> Any:
        """OrchestratorService."""
        return orchestrator_service_pb2_grpc.OrchestratorServiceStub(self.channel)

    @property
    def definitions(self) -> Any:
        """DefinitionService."""
        return definition_service_pb2_grpc.DefinitionServiceStub(self.channel)

    @property
    def participants(self) -> Any:
        """ParticipantRegistryService."""
        return participant_registry_service_pb2_grpc.ParticipantRegistryServiceStub(self.channel)

    async def register(self, *definitions: Any, shop: bool = True) -> None:
        """Register the participant `shop` and definitions, by default that of `definition()`."""
        if shop:
            participant = participant_registry_service_pb2.Participant(name="shop", address=self.shop.address)
            await self.participants.RegisterParticipant(
                participant_registry_service_pb2.RegisterParticipantRequest(participant=participant)
            )
        for one in definitions or (definition(),):
            await self.definitions.RegisterDefinition(definition_service_pb2.RegisterDefinitionRequest(definition=one))

    async def start(self, saga_id: str = "o-1", wait: float = 0, **fields: Any) -> Any:
        """Start a saga of `order`; wait for its end if asked to."""
        fields = {"definition_name": "order", "saga_id": saga_id, **fields}
        request = orchestrator_service_pb2.StartSagaRequest(**fields)
        if wait:
            request.wait_timeout.FromMicroseconds(round(wait * 1_000_000))
        return await self.sagas.StartSaga(request)

    async def get(self, saga_id: str = "o-1") -> Any:
        """Return a saga."""
        return (await self.sagas.GetSaga(orchestrator_service_pb2.GetSagaRequest(saga_id=saga_id))).saga

    async def reach(self, saga_id: str, *types: str) -> list[saga_pb2.SagaEvent]:
        """Watch a saga until it has had events of these types; returns all until then."""
        missing, seen = set(types), []
        watch = self.sagas.WatchSaga(orchestrator_service_pb2.WatchSagaRequest(saga_id=saga_id))
        async with asyncio.timeout(WAIT):
            async for response in watch:
                seen.append(response.event)
                missing.discard(response.event.type)
                if not missing:
                    watch.cancel()
                    return seen
        raise AssertionError(f"the saga ended without {missing}")

    async def written(self) -> tuple[int, int, int]:
        """Return how many sagas, definitions and participants the log has."""
        return (
            len(await self.log.list_sagas(SagaFilter("default"), None, 1_000)),
            len(await self.log.list_definitions("default", "", None, 1_000)),
            len(await self.log.list_participants("default", None, 1_000)),
        )


@asynccontextmanager
async def run(
    log: SagaLog, api: ApiSettings | None = None, settings: EngineSettings | None = None
) -> AsyncIterator[World]:
    """Run a server on a log that is open."""
    registry, clock, catalog = ParticipantRegistry(), SystemClock(), DefinitionCatalog(log)
    faults: list[Exception] = []
    tally = Tally(clock.now())
    engine = Engine(
        log, GrpcCaller(registry), catalog, clock, random.Random(1), settings or EngineSettings(), faults.append, tally
    )
    await load_participants(log, registry)
    await engine.start()
    backend = Backend(engine, log, catalog, registry, clock, api or ApiSettings(), tally=tally)
    server = ApiServer(backend, "127.0.0.1:0")
    await server.start()
    async with (
        serve(Participant()) as shop,
        grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel,
    ):
        try:
            yield World(log, engine, catalog, registry, backend, server, channel, shop)
        finally:
            await engine.drain(0.1)
            await server.stop(0)
            await registry.close()
    assert not faults


@asynccontextmanager
async def opened(kind: str, template: Path, folder: Path) -> AsyncIterator[SagaLog]:
    """Open a log: in memory, or in a copy of a migrated SQLite file."""
    log: SagaLog = MemoryLog()
    if kind == "sqlite":
        log = SqlLog(shutil.copy(template, folder / "log.db"))
    clock = SystemClock()
    await log.open(clock.now())
    try:
        yield log
    finally:
        await log.close()


class Refusal:
    """How an RPC was refused, with the details of its google.rpc.Status by type."""

    def __init__(self, error: grpc.aio.AioRpcError) -> None:
        self.code = error.code()
        self.message = error.details() or ""
        trailing: Any = error.trailing_metadata()
        status = status_pb2.Status.FromString(dict(trailing)[DETAILS])
        assert (status.code, status.message) == (self.code.value[0], self.message)
        self.details: dict[str, Any] = {}
        for packed in status.details:
            kind = getattr(error_details_pb2, packed.TypeName().rpartition(".")[2])
            self.details[kind.__name__] = kind.FromString(packed.value)
        info = self.details["ErrorInfo"]
        assert info.domain == DOMAIN
        self.reason: str = info.reason
        self.metadata = dict(info.metadata)

    @property
    def fields(self) -> dict[str, str]:
        """The violations of BadRequest."""
        return {violation.field: violation.description for violation in self.details["BadRequest"].field_violations}

    @property
    def retry_seconds(self) -> float:
        """RetryInfo's delay."""
        return float(self.details["RetryInfo"].retry_delay.ToMicroseconds()) / 1_000_000


async def refused(call: Awaitable[Any], code: grpc.StatusCode, reason: str) -> Refusal:
    """Await a call that must be refused, with this code and reason."""
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await call
    refusal = Refusal(caught.value)
    assert (refusal.code, refusal.reason) == (code, reason), caught.value
    return refusal
