"""Whether a server should get traffic, by the standard `grpc.health.v1`: orchestrators and participants answer it."""

from __future__ import annotations

from typing import Any

import grpc.aio
from grpc_health.v1 import health_pb2


class HealthStub:
    """The one call of `grpc.health.v1.Health` that is used here."""

    def __init__(self, channel: grpc.aio.Channel) -> None:
        """Make a stub on a channel."""
        self.Check: Any = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )


def request_of(service: str) -> health_pb2.HealthCheckRequest:
    """Return the question about a service; empty: about the whole server."""
    return health_pb2.HealthCheckRequest(service=service)


def says_serving(response: health_pb2.HealthCheckResponse) -> bool:
    """Tell whether an answer says SERVING."""
    return bool(response.status == health_pb2.HealthCheckResponse.SERVING)
