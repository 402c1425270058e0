"""gRPC health (grpc.health.v1): readiness by the engine, liveness by answering at all.

`Check` looks at the engine when asked, so it is never stale. `Watch` looks from time to time and tells changes. While
the log is opened and migrated the port is not bound, and so says nothing; `/readyz` of the metrics port says why.
"""

# ruff: noqa: N802 - the contract's names.
from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from orchestrator.core.retry import SECOND

LIVENESS = "liveness"
"""Not a service but a question: does the process answer? SERVING also while it drains or can't write its log, which
no restart mends."""

_Status = health_pb2.HealthCheckResponse


class HealthService(health_pb2_grpc.HealthServicer):  # type: ignore[misc]  # No stubs for it.
    """The health of the whole server (the empty name), of each of its services, which is the same, and `LIVENESS`."""

    def __init__(self, services: Iterable[str], readiness: Callable[[], str], interval: int) -> None:
        """Make a health service.

        Args:
            services: full names of the services it knows.
            readiness: why the server should get no traffic now; empty if it should.
            interval: how often `Watch` looks, microseconds.
        """
        self._services = frozenset(("", LIVENESS, *services))
        self._readiness = readiness
        self._interval = interval / SECOND

    async def Check(self, request: health_pb2.HealthCheckRequest, context: Any) -> health_pb2.HealthCheckResponse:
        """Tell how a service is now; NOT_FOUND for one that is not here."""
        if request.service not in self._services:
            await context.abort(grpc.StatusCode.NOT_FOUND, "there is no such service here")
        return _Status(status=self._status(request.service))

    async def List(self, request: Any, context: Any) -> Any:
        """Tell how every service is now."""
        return health_pb2.HealthListResponse(
            statuses={name: _Status(status=self._status(name)) for name in self._services}
        )

    async def Watch(
        self, request: health_pb2.HealthCheckRequest, context: Any
    ) -> AsyncIterator[health_pb2.HealthCheckResponse]:
        """Tell how a service is now, and again whenever that changes."""
        told = None
        while True:
            status = self._status(request.service)
            if status != told:
                yield _Status(status=status)
                told = status
            await asyncio.sleep(self._interval)

    def _status(self, service: str) -> int:
        if service not in self._services:
            return int(_Status.SERVICE_UNKNOWN)
        ready = service == LIVENESS or not self._readiness()
        return int(_Status.SERVING if ready else _Status.NOT_SERVING)
