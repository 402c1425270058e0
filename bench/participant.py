"""The participants of order-3, one process: `python -m bench.participant ADDRESS PLAIN`. Handlers do nothing.

At the second address the same ones do not offer ExecuteBatch.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

import grpc

from bench.payloads import payload
from sagaway.participant.batches import EXECUTE_BATCH_LIMIT, ExecuteBatches
from sagaway.v1 import participant_service_pb2 as pb
from sagaway.v1 import participant_service_pb2_grpc as pb_grpc

ACTIONS = ("one", "two", "three")


class Trivial(pb_grpc.ParticipantServiceServicer):
    """Answers at once, keeps nothing."""

    def __init__(self, batch_limit: int) -> None:
        self._completed = pb.ExecuteResponse(completed=pb.Completed(output=payload()))
        self._batch_limit = batch_limit
        self._batches = ExecuteBatches(self.Execute)

    async def Execute(self, request: pb.ExecuteRequest, context: Any) -> pb.ExecuteResponse:
        """Complete."""
        return self._completed

    async def ExecuteBatch(self, request: pb.ExecuteBatchRequest, context: Any) -> None:  # type: ignore[override]
        """Complete each."""
        await self._batches.answer(request, context)

    async def Compensate(self, request: pb.CompensateRequest, context: Any) -> pb.CompensateResponse:
        """Have nothing to undo."""
        return pb.CompensateResponse(compensated=pb.Compensated())

    async def DescribeActions(self, request: pb.DescribeActionsRequest, context: Any) -> pb.DescribeActionsResponse:
        """Describe three actions."""
        actions = [pb.ActionDescription(name=name, compensatable=True) for name in ACTIONS]
        return pb.DescribeActionsResponse(actions=actions, stable_replies=True, execute_batch_limit=self._batch_limit)


async def serve(address: str, plain: str) -> None:
    """Serve until the process ends."""
    servers = [await _start(plain, 0), await _start(address, EXECUTE_BATCH_LIMIT)]
    await asyncio.gather(*(server.wait_for_termination() for server in servers))


async def _start(address: str, batch_limit: int) -> Any:
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    pb_grpc.add_ParticipantServiceServicer_to_server(Trivial(batch_limit), server)
    server.add_insecure_port(address)
    await server.start()
    return server


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
