"""The gRPC server: every service, health and reflection, and every limit set."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import grpc
from google.protobuf.descriptor import ServiceDescriptor
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection, reflection_pb2, reflection_pb2_grpc

from orchestrator.api.access import Access, Gate
from orchestrator.api.backend import Backend
from orchestrator.api.definition_service import DefinitionService
from orchestrator.api.guarding import Guarding
from orchestrator.api.health import HealthService
from orchestrator.api.operations_service import OperationsService
from orchestrator.api.orchestrator_service import OrchestratorService
from orchestrator.api.participant_registry_service import ParticipantRegistryService
from sagaway.security import ServerTls
from sagaway.v1 import (
    definition_service_pb2,
    definition_service_pb2_grpc,
    operations_service_pb2,
    operations_service_pb2_grpc,
    orchestrator_service_pb2,
    orchestrator_service_pb2_grpc,
    participant_registry_service_pb2,
    participant_registry_service_pb2_grpc,
)

SERVICES: tuple[str, ...] = tuple(
    module.DESCRIPTOR.services_by_name[name].full_name
    for module, name in (
        (orchestrator_service_pb2, "OrchestratorService"),
        (operations_service_pb2, "OperationsService"),
        (definition_service_pb2, "DefinitionService"),
        (participant_registry_service_pb2, "ParticipantRegistryService"),
    )
)
"""Full names of our services."""

_PATIENCE: tuple[tuple[str, int], ...] = (
    # A peer that has vanished without a word is found out; one that is idle comes again when it needs to.
    ("grpc.keepalive_time_ms", 60_000),
    ("grpc.keepalive_timeout_ms", 20_000),
    ("grpc.max_connection_idle_ms", 900_000),
    # A connection does not outlive the certificates that it was made with by more than this; its grace is the longest
    # wait that a client may ask for.
    ("grpc.max_connection_age_ms", 3_600_000),
    ("grpc.max_connection_age_grace_ms", 3_600_000),
    # Clients may ping as often as their own keepalive sensibly asks for, and no more.
    ("grpc.http2.min_ping_interval_without_data_ms", 20_000),
    ("grpc.http2.max_ping_strikes", 3),
    ("grpc.keepalive_permit_without_calls", 1),
    ("grpc.max_metadata_size", 16 << 10),
    ("grpc.absolute_max_metadata_size", 16 << 10),
)


def served() -> tuple[ServiceDescriptor, ...]:
    """Return every service that the server serves, health and reflection too."""
    ours = (
        orchestrator_service_pb2,
        operations_service_pb2,
        definition_service_pb2,
        participant_registry_service_pb2,
    )
    modules = (*ours, health_pb2, reflection_pb2)
    return tuple(service for module in modules for service in module.DESCRIPTOR.services_by_name.values())


def methods() -> tuple[str, ...]:
    """Return the full name of every RPC that the server serves."""
    return tuple(f"/{service.full_name}/{method.name}" for service in served() for method in service.methods)


def _gates(access: Access | None) -> dict[str, Gate | None]:
    return {} if access is None else {method: access.gate(method) for method in methods()}


class ApiServer:
    """The API, served over gRPC."""

    def __init__(
        self,
        backend: Backend,
        address: str,
        tls: ServerTls | None = None,
        access: Access | None = None,
        *,
        shares_port: bool = False,
    ) -> None:
        """Make a server and bind it; `start` begins to serve. Needs a running event loop.

        Args:
            backend: what the services work on.
            address: `host:port` to listen on; port 0 takes a free one.
            tls: the server's certificate; None: not encrypted.
            access: who may call what; None: whoever reaches it may do everything. That neither is missing where it is
                needed is the caller's to see to.
            shares_port: others of the same parent listen there too, and the kernel gives each connection to one.

        Raises:
            OSError: it can't listen there; the message says where.
            PolicyMissing: an RPC would be served that has no row in the policy.
        """
        settings = backend.settings
        self._server = grpc.aio.server(
            maximum_concurrent_rpcs=settings.max_concurrent_rpcs,
            options=(
                ("grpc.max_receive_message_length", settings.max_message_bytes),
                ("grpc.max_concurrent_streams", settings.max_concurrent_streams),
                ("grpc.max_allowed_incoming_connections", settings.max_connections),
                ("grpc.server_handshake_timeout_ms", settings.handshake_timeout // 1_000),
                # Two servers on one port that know nothing of each other would share its clients unseen.
                ("grpc.so_reuseport", int(shares_port)),
                *_PATIENCE,
            ),
        )
        self._add_services(backend, _gates(access))
        try:
            if tls is None:
                self.port = self._server.add_insecure_port(address)
            else:
                self.port = self._server.add_secure_port(address, tls.credentials())
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

    def _add_services(self, backend: Backend, gates: Mapping[str, Gate | None]) -> None:
        # The generated functions are typed for the synchronous server.
        server: Any = Guarding(self._server, gates, backend.ended)
        orchestrator_service_pb2_grpc.add_OrchestratorServiceServicer_to_server(OrchestratorService(backend), server)
        operations_service_pb2_grpc.add_OperationsServiceServicer_to_server(OperationsService(backend), server)
        definition_service_pb2_grpc.add_DefinitionServiceServicer_to_server(DefinitionService(backend), server)
        participant_registry_service_pb2_grpc.add_ParticipantRegistryServiceServicer_to_server(
            ParticipantRegistryService(backend), server
        )
        health = HealthService(SERVICES, backend.engine.readiness, backend.settings.health_interval)
        health_pb2_grpc.add_HealthServicer_to_server(health, server)
        names = tuple(service.full_name for service in served())
        reflecting = reflection.aio.ReflectionServicer(names)  # type: ignore[attr-defined] # exported where it has asyncio
        reflection_pb2_grpc.add_ServerReflectionServicer_to_server(reflecting, server)
