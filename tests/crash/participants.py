"""Two participants on the SDK's real barrier, each with its own SQLite file, and the ledger that says what they did.

`effects` has a row for each thing that was done or undone, and no constraint: it would show a doubled effect. Nothing
of the product reads it. A host answers requests as bytes, in this process or behind a socket.
"""

from __future__ import annotations

import asyncio
import socket
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple, NoReturn

import grpc
import msgspec
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, String, Table, create_engine, insert

from sagaway.participant import (
    CompensateCall,
    ExecuteCall,
    OperationCompensatedError,
    OperationNotPendingError,
    Participant,
    Pending,
    Rejected,
)
from sagaway.v1 import participant_service_pb2 as contract
from tests.crash.board import Board, Points
from tests.crash.taps import shared, tapped

NAMES = ("p", "q")

_metadata = MetaData()
effects = Table(
    "effects",
    _metadata,
    Column("place", Integer, nullable=False),
    Column("operation_key", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("step_id", String, nullable=False),
    Column("phase", String, nullable=False),
)
jobs = Table(
    "jobs",
    _metadata,
    Column("operation_key", String, nullable=False),
    Column("saga_id", String, nullable=False),
    Column("step_id", String, nullable=False),
    Column("token", LargeBinary, nullable=False),
)


class Reply(NamedTuple):
    """What came back: a body, or an error."""

    body: bytes
    code: int = 0
    message: str = ""
    details: tuple[tuple[str, bytes], ...] = ()


class Job(NamedTuple):
    """An operation whose outcome comes later."""

    operation_key: str
    saga_id: str
    step_id: str
    token: bytes


class Ended(Exception):
    """An RPC that ended with a code."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(reply.message)
        self.reply = reply


class _Context:
    """As much of gRPC's context as the servicer uses."""

    def invocation_metadata(self) -> tuple[tuple[str, str], ...]:
        return ()

    async def abort(self, code: grpc.StatusCode, message: str, trailing_metadata: Any = ()) -> NoReturn:
        raise Ended(Reply(b"", code.value[0], message, tuple(trailing_metadata)))


class Shop:
    """One participant."""

    def __init__(self, name: str, folder: Path, board: Board, points: Points) -> None:
        driver = {"factory": tapped(points, name), "timeout": 20}
        self.engine = shared(create_engine(f"sqlite:///{folder / name}.db", connect_args=driver))
        self._board = board
        self.participant = Participant(
            name,
            self.engine,
            retention=timedelta(days=400),
            business_tables=_metadata,
            clock=lambda: datetime.fromtimestamp(board.time / 1_000_000, UTC),
        )
        self.participant.action("act")(self._act).compensation(self._undo)

    def _note(self, transaction: Connection, key: str, saga_id: str, step_id: str, phase: str) -> None:
        place = self._board.next_order()
        row = {"place": place, "operation_key": key, "saga_id": saga_id, "step_id": step_id, "phase": phase}
        transaction.execute(insert(effects).values(row))

    def _act(self, call: ExecuteCall, transaction: Connection) -> object:
        context = call.context
        assert isinstance(call.input, dict)
        if context.step_id in call.input.get("pend", ()):
            token = context.completion_token.encode()
            row = Job(context.operation_key, context.saga_id, context.step_id, token)
            transaction.execute(insert(jobs).values(row._asdict()))
            return Pending()
        self._note(transaction, context.operation_key, context.saga_id, context.step_id, "do")
        if context.step_id in call.input.get("refuse", ()):
            raise Rejected("REFUSED")
        return {"did": context.step_id, "fat": call.input.get("fat")}

    def _undo(self, call: CompensateCall, transaction: Connection) -> None:
        phase = "undo" if call.execute_outcome.name == "COMPLETED" else "call off"
        self._note(transaction, call.context.operation_key, call.context.saga_id, call.context.step_id, phase)

    def open_jobs(self) -> list[Job]:
        """Return what is to be completed later."""
        with self.engine.connect() as connection:
            return [Job(*row) for row in connection.execute(jobs.select())]

    def finish(self, job: Job, *, refuse: bool = False) -> None:
        """Complete or refuse a job, once, in a transaction of the carrier's own."""
        with suppress(OperationNotPendingError, OperationCompensatedError), self.engine.begin() as transaction:
            if refuse:
                self.participant.reject(transaction, job.operation_key, "REFUSED")
            else:
                self.participant.complete(transaction, job.operation_key, {"did": job.step_id})
                self._note(transaction, job.operation_key, job.saga_id, job.step_id, "do")


class Host:
    """Serves the participants in this process. Make it inside the event loop it serves in."""

    def __init__(self, folder: Path, board: Board, points: Points) -> None:
        self.shops = {name: Shop(name, folder, board, points) for name in NAMES}
        self._servicers = {name: shop.participant.servicer() for name, shop in self.shops.items()}

    async def answer(self, name: str, phase: str, body: bytes) -> Reply:
        """Answer a request."""
        servicer, context = self._servicers[name], _Context()
        try:
            if phase == "EXECUTE":
                return Reply(await servicer._execute(contract.ExecuteRequest.FromString(body), context))  # type: ignore[arg-type]
            return Reply(await servicer._compensate(contract.CompensateRequest.FromString(body), context))  # type: ignore[arg-type]
        except Ended as ended:
            return ended.reply

    async def close(self) -> None:
        """Let go of threads and connections."""
        for servicer in self._servicers.values():
            await servicer.close(1)
        for shop in self.shops.values():
            shop.engine.dispose()


def make_tables(folder: Path) -> None:
    """Make the participants' databases."""

    async def make() -> None:
        for name in NAMES:
            shop = Shop(name, folder, Board(), Points(None))
            _metadata.create_all(shop.engine)
            await shop.participant.create_tables()
            await shop.participant.check()
            shop.engine.dispose()

    asyncio.run(make())


def read_effects(folder: Path) -> list[tuple[int, str, str, str, str]]:
    """Return the ledger, in the order in which things came about, as (place, operation, saga, step, phase)."""
    rows: list[tuple[int, str, str, str, str]] = []
    for name in NAMES:
        connection = sqlite3.connect(folder / f"{name}.db")
        try:
            rows += connection.execute("SELECT place, operation_key, saga_id, step_id, phase FROM effects").fetchall()
        finally:
            connection.close()
    return sorted(rows)


# Behind a socket ----------------------------------------------------------------------------------------------------

_encode = msgspec.msgpack.encode
_decode_request = msgspec.msgpack.Decoder(tuple[str, str, bytes]).decode
_decode_reply = msgspec.msgpack.Decoder(Reply).decode


async def serve(listener: socket.socket, make: Callable[[], Host]) -> None:
    """Answer whoever connects, for ever; one request a connection."""
    host = make()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        size = int.from_bytes(await reader.readexactly(4), "big")
        reply = _encode(await host.answer(*_decode_request(await reader.readexactly(size))))
        writer.write(len(reply).to_bytes(4, "big") + reply)
        await writer.drain()
        writer.close()

    server = await asyncio.start_unix_server(one, sock=listener)
    await server.serve_forever()


def ask(path: str, name: str, phase: str, body: bytes) -> Reply:
    """Ask a host behind a socket, and wait for as long as it takes.

    Raises:
        OSError: it died before it answered.
    """
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(path)
        request = _encode((name, phase, body))
        line.sendall(len(request).to_bytes(4, "big") + request)
        return _decode_reply(_read(line, int.from_bytes(_read(line, 4), "big")))


def _read(line: socket.socket, size: int) -> bytes:
    found = b""
    while len(found) < size:
        part = line.recv(size - len(found))
        if not part:
            raise ConnectionResetError("the participant died before it answered")
        found += part
    return found
