"""The participants of order-3, one process: `python -m bench.participant ADDRESS`. Handlers do nothing."""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc

from bench.payloads import payload
from sagaway.v1 import participant_service_pb2 as pb
from sagaway.v1 import participant_service_pb2_grpc as pb_grpc

ACTIONS = ("one", "two", "three")


class Trivial(pb_grpc.ParticipantServiceServicer):
    """Answers at once, keeps nothing."""

    def __init__(self) -> None:
        self._completed = pb.ExecuteResponse(completed=pb.Completed(output=payload()))

    async def Execute(self, request: pb.ExecuteRequest, context: Any) -> pb.ExecuteResponse:
        """Complete."""
        return self._completed

    async def Compensate(self, request: pb.CompensateRequest, context: Any) -> pb.CompensateResponse:
        """Have nothing to undo."""
        return pb.CompensateResponse(compensated=pb.Compensated())

    async def DescribeActions(self, request: pb.DescribeActionsRequest, context: Any) -> pb.DescribeActionsResponse:
        """Describe three actions."""
        actions = [pb.ActionDescription(name=name, compensatable=True) for name in ACTIONS]
        return pb.DescribeActionsResponse(actions=actions, stable_replies=True)


async def serve(address: str) -> None:
    """Serve until the process ends."""
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    pb_grpc.add_ParticipantServiceServicer_to_server(Trivial(), server)
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
