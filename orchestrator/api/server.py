"""The gRPC server: every service, health and reflection, and every limit set."""

from __future__ import annotations

from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from orchestrator.api.backend import Backend
from orchestrator.api.definition_service import DefinitionService
from orchestrator.api.health import HealthService
from orchestrator.api.interceptors import StatusInterceptor
from orchestrator.api.orchestrator_service import OrchestratorService
from orchestrator.api.participant_registry_service import ParticipantRegistryService
from sagaway.v1 import (
    definition_service_pb2,
    definition_service_pb2_grpc,
    orchestrator_service_pb2,
    orchestrator_service_pb2_grpc,
    participant_registry_service_pb2,
    participant_registry_service_pb2_grpc,
)

SERVICES: tuple[str, ...] = tuple(
    module.DESCRIPTOR.services_by_name[name].full_name
    for module, name in (
        (orchestrator_service_pb2, "OrchestratorService"),
        (definition_service_pb2, "DefinitionService"),
        (participant_registry_service_pb2, "ParticipantRegistryService"),
    )
)
"""Full names of our services."""


class ApiServer:
    """The API, served over gRPC."""

    def __init__(self, backend: Backend, address: str) -> None:
        """Make a server and bind it; `start` begins to serve. Needs a running event loop.

        Args:
            backend: what the services work on.
            address: `host:port` to listen on; port 0 takes a free one. Not encrypted: who may reach it is the
                caller's to decide.

        Raises:
            OSError: it can't listen there; the message says where.
        """
        settings = backend.settings
        self._server = grpc.aio.server(
            interceptors=(StatusInterceptor(),),
            maximum_concurrent_rpcs=settings.max_concurrent_rpcs,
            options=(
                ("grpc.max_receive_message_length", settings.max_message_bytes),
                ("grpc.max_concurrent_streams", settings.max_concurrent_streams),
                ("grpc.so_reuseport", 0),  # Two servers on one port would share its clients unseen.
            ),
        )
        self._add_services(backend)
        try:
            self.port = self._server.add_insecure_port(address)
        except RuntimeError as error:
            raise OSError(f"can't listen on {address}: the address is in use or is not this machine's") from error

    async def start(self) -> None:
        """Serve."""
        await self._server.start()

    async def stop(self, grace_seconds: float) -> None:
        """Take no new RPC, and end what is under way after a grace. Drain the engine first: it ends waits and watches.

        Args:
            grace_seconds: how long RPCs under way may take to end.
        """
        await self._server.stop(grace_seconds)

    def _add_services(self, backend: Backend) -> None:
        server: Any = self._server  # The generated functions are typed for the synchronous server.
        orchestrator_service_pb2_grpc.add_OrchestratorServiceServicer_to_server(OrchestratorService(backend), server)
        definition_service_pb2_grpc.add_DefinitionServiceServicer_to_server(DefinitionService(backend), server)
        participant_registry_service_pb2_grpc.add_ParticipantRegistryServiceServicer_to_server(
            ParticipantRegistryService(backend), server
        )
        health = HealthService(SERVICES, backend.engine.readiness, backend.settings.health_interval)
        health_pb2_grpc.add_HealthServicer_to_server(health, server)
        names = (*SERVICES, health_pb2.DESCRIPTOR.services_by_name["Health"].full_name, reflection.SERVICE_NAME)
        reflection.enable_server_reflection(names, server)
