"""One of the shop's services, with a journal of the calls that come to it: `python -m tests.replicas_lab.service NAME FOLDER SEED ADDRESS`.

A line a call, written when it comes: the time by the clock that all processes of a machine share, the saga, the step,
the phase, and the claim, which tells one owner of the saga from the next.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import grpc

from participants.shop.common import Service, open_database, serve_database

_PHASES = ("Execute", "ExecuteBatch", "Compensate")


class Call(NamedTuple):
    """A call that came.

    Attributes:
        moment: by `time.monotonic`.
        saga_id: whose.
        step_id: of which step.
        phase: Execute or Compensate.
        claim: of the owner that sent it.
    """

    moment: float
    saga_id: str
    step_id: str
    phase: str
    claim: int


def journal(folder: Path, name: str) -> Path:
    """Return the file of a service's journal."""
    return folder / f"{name}.journal"


class Journals:
    """The calls that came to services so far.

    Args:
        folder: where their journals are.
        names: of the services.
    """

    def __init__(self, folder: Path, names: Iterable[str]) -> None:
        self._files = {journal(folder, name): 0 for name in names}
        self._calls: list[Call] = []

    def calls(self) -> Sequence[Call]:
        """Return all calls, each service's in order; reads what is new only."""
        for path, read in self._files.items():
            with path.open("rb") as file:
                file.seek(read)
                new = file.read()
            new = new[: new.rfind(b"\n") + 1]  # the last line may be in the middle of being written
            self._files[path] = read + len(new)
            for line in new.decode().splitlines():
                moment, saga_id, step_id, phase, claim = line.split()
                self._calls.append(Call(float(moment), saga_id, step_id, phase, int(claim)))
        return self._calls


class _Door(grpc.aio.ServerInterceptor):  # type: ignore[type-arg] # generic only in the stubs
    """Writes down each call before the barrier sees it."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", buffering=1, encoding="utf-8")

    async def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(details)
        phase = str(details.method).rpartition("/")[2]
        if handler is None or phase not in _PHASES:
            return handler
        made = grpc.unary_stream_rpc_method_handler if handler.unary_stream else grpc.unary_unary_rpc_method_handler
        parse = handler.request_deserializer

        def noted(data: bytes) -> Any:
            request = parse(data)
            calls = [member.request for member in request.members] if phase == "ExecuteBatch" else [request]
            for at in (call.context for call in calls):
                told = phase.removesuffix("Batch")
                self._file.write(f"{time.monotonic()} {at.saga_id} {at.step_id} {told} {at.claim}\n")
            return request

        return made(handler.unary_stream or handler.unary_unary, noted, handler.response_serializer)


def main(name: str, folder: Path, seed: Path, address: str) -> None:
    """Serve until SIGTERM."""
    service: Service = import_module(f"participants.shop.{name}").SERVICE
    engine = open_database(service, folder / f"{name}.db", seed)
    door = _Door(journal(folder, name))
    asyncio.run(serve_database(service, engine, address, interceptors=[door], allow_insecure=True))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]), sys.argv[4])
