"""A participant that takes its time and writes down each call: `python -m tests.outage.counter ADDRESS JOURNAL SECONDS`.

The journal is a file of lines, `begin` and `end` of each call with the time of day and the saga, and `up` when a process
starts; each is written before anything else happens, so it tells also of one that was killed. A saga is done once: what
has an `end` there is only answered (`again`).
"""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import grpc
from grpc_health.v1 import health, health_pb2_grpc

from sagaway.v1 import participant_service_pb2 as pb
from sagaway.v1 import participant_service_pb2_grpc as pb_grpc

ACTION = "act"


class Line(NamedTuple):
    """A line of the journal.

    Attributes:
        what: `up`, `begin`, `end`, `again`, or `undo`.
        time: seconds since 1970.
        saga_id: whose step; of `up`: `-`.
    """

    what: str
    time: float
    saga_id: str


def read_journal(file: Path) -> Iterator[Line]:
    """Yield a journal's lines; one that was cut off by a kill is left out."""
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            what, when, saga_id = line.split()
            yield Line(what, float(when), saga_id)


class Counter(pb_grpc.ParticipantServiceServicer):
    """Completes each step after a while, once."""

    def __init__(self, journal: Path, latency: float) -> None:
        """Make one.

        Args:
            journal: where it writes what it does; what stands there it has done.
            latency: how long each call takes, seconds.
        """
        journal.touch()
        self._done = {line.saga_id for line in read_journal(journal) if line.what == "end"}
        self._file = journal.open("a", encoding="utf-8")
        self._latency = latency
        self._write("up", "-")

    async def Execute(self, request: pb.ExecuteRequest, context: Any) -> pb.ExecuteResponse:  # noqa: N802
        """Do it."""
        saga_id = request.context.saga_id
        self._write("begin", saga_id)
        await asyncio.sleep(self._latency)
        self._write("again" if saga_id in self._done else "end", saga_id)
        self._done.add(saga_id)
        return pb.ExecuteResponse(completed=pb.Completed())

    async def Compensate(self, request: pb.CompensateRequest, context: Any) -> pb.CompensateResponse:  # noqa: N802
        """Say that it is undone; nothing here ever is."""
        self._write("undo", request.context.saga_id)
        return pb.CompensateResponse(compensated=pb.Compensated())

    async def DescribeActions(  # noqa: N802
        self, request: pb.DescribeActionsRequest, context: Any
    ) -> pb.DescribeActionsResponse:
        """Describe the one action."""
        actions = [pb.ActionDescription(name=ACTION, compensatable=True)]
        return pb.DescribeActionsResponse(actions=actions, stable_replies=True)

    def _write(self, what: str, saga_id: str) -> None:
        self._file.write(f"{what} {time.time():.6f} {saga_id}\n")
        self._file.flush()


async def serve(address: str, journal: str, latency: str) -> None:
    """Serve until SIGTERM."""
    server: Any = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
    pb_grpc.add_ParticipantServiceServicer_to_server(Counter(Path(journal), float(latency)), server)
    health_pb2_grpc.add_HealthServicer_to_server(health.aio.HealthServicer(), server)  # type: ignore[attr-defined]
    server.add_insecure_port(address)
    await server.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await server.stop(1)


if __name__ == "__main__":
    asyncio.run(serve(*sys.argv[1:]))
