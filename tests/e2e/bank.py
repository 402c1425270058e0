"""A bank whose refunds do not work until they are repaired: `python -m tests.e2e.bank DATABASE ADDRESS [--broken] [--silent-after N]`.

`take` takes money, and its compensation gives it back, on the SDK's barrier. Each movement is a row, without any
constraint that would hide a second one: `movements` reads them with nothing of the product's.

While it is broken, its door refuses each Compensate with a code that does not get better by itself. It answers, that is,
so nobody takes it to be away: what asks it for a refund is given up instead of waiting in the log.

Silent after so many refunds, it makes a few more and does not answer: whoever is killed then did not hear of them.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import grpc
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, create_engine, event, insert

from sagaway.participant import CompensateCall, ExecuteCall, Participant, serve

NAME = "bank"
LAST_WORDS = "Compensates that came: "
SILENT = 10
"""Refunds that it makes without an answer."""

_books = MetaData()
_movement = Table(
    "movement",
    _books,
    Column("number", Integer, primary_key=True),
    Column("kind", String, nullable=False),
    Column("saga_id", String, nullable=False),
)


def movements(database: Path) -> dict[str, Counter[str]]:
    """Return how often each saga's money was moved, by kind: `take`, `refund`."""
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        rows = connection.execute("SELECT kind, saga_id, COUNT(*) FROM movement GROUP BY kind, saga_id").fetchall()
    found: dict[str, Counter[str]] = {"take": Counter(), "refund": Counter()}
    for kind, saga_id, count in rows:
        found[kind][saga_id] = count
    return found


def _take(call: ExecuteCall, tx: Connection) -> None:
    tx.execute(insert(_movement).values(kind="take", saga_id=call.context.saga_id))


def _refund(call: CompensateCall, tx: Connection) -> None:
    tx.execute(insert(_movement).values(kind="refund", saga_id=call.context.saga_id))


class _Door(grpc.aio.ServerInterceptor):  # type: ignore[type-arg] # generic only in the stubs
    """Counts each Compensate before it reaches the barrier; refuses it, if refunds are broken; answers it, or not.

    Attributes:
        asked: how many came.
    """

    def __init__(self, *, broken: bool, silent_after: int) -> None:
        self.asked = 0
        self._broken = broken
        self._silent = range(silent_after + 1, silent_after + SILENT + 1) if silent_after else range(0)

    async def intercept_service(self, continuation: Any, details: grpc.HandlerCallDetails) -> Any:
        handler = await continuation(details)
        if not details.method.endswith("/Compensate"):
            return handler

        async def answer(request: Any, context: Any) -> Any:
            self.asked += 1
            silent = self.asked in self._silent
            if self._broken:
                await context.abort(grpc.StatusCode.FAILED_PRECONDITION, "the refund account is overdrawn")
            answer = await handler.unary_unary(request, context)
            if silent:
                await asyncio.Event().wait()  # until who asked is gone
            return answer

        return grpc.unary_unary_rpc_method_handler(answer, handler.request_deserializer, handler.response_serializer)


def main() -> None:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.bank")
    parser.add_argument("database", type=Path)
    parser.add_argument("address")
    parser.add_argument("--broken", action="store_true")
    parser.add_argument("--silent-after", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    engine = create_engine(f"sqlite:///{arguments.database}")
    event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode = WAL"))
    _books.create_all(engine)
    bank = Participant(NAME, engine, business_tables=_books)
    bank.action("take")(_take).compensation(_refund)

    door = _Door(broken=arguments.broken, silent_after=arguments.silent_after)

    async def run() -> None:
        await bank.create_tables()
        await serve(bank, arguments.address, interceptors=[door])

    asyncio.run(run())
    print(f"{LAST_WORDS}{door.asked}")


if __name__ == "__main__":
    main()
