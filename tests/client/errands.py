"""A small real participant whose action does what its input says, and the definition that uses it twice.

In a test's own loop with `running`, or as a process: `python -m tests.client.errands DATABASE` prints its address.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from sqlalchemy import Connection, create_engine

from sagaway.definitions import SagaBuilder, saga_input
from sagaway.participant import CompensateCall, ExecuteCall, Participant, ParticipantServer, Pending, Rejected, serve
from sagaway.v1.definition_pb2 import SagaDefinition

NAME = "errands"


class Errands:
    """The participant; `tokens` are the completion tokens it was given, by saga and step."""

    def __init__(self, database: Path) -> None:
        self.participant = Participant(NAME, create_engine(f"sqlite:///{database}"))
        self.tokens: dict[tuple[str, str], str] = {}
        run = self.participant.action("run", description="Runs an errand.")(self._run)
        run.compensation(self._undo)

    def _run(self, call: ExecuteCall, transaction: Connection) -> object:
        self.tokens[call.context.saga_id, call.context.step_id] = call.context.completion_token
        match call.input:
            case "hold":
                return Pending()
            case {"reject": reason, "message": message}:
                raise Rejected(reason, message)
            case _:
                return {"ran": call.input}

    def _undo(self, call: CompensateCall, transaction: Connection) -> None:
        return None


def errand(version: int = 1) -> SagaDefinition:
    """Return the definition: two errands, each given its part of the saga's input."""
    saga = SagaBuilder("errand", version=version, description="Two errands, one after the other.")
    first = saga.step("first", participant=NAME, action="run", input=saga_input("first"))
    saga.step("second", participant=NAME, action="run", input=saga_input("second"))
    saga.output({"first": first.output()})
    return saga.build()


@asynccontextmanager
async def running(database: Path) -> AsyncGenerator[tuple[Errands, str], None]:
    """Serve the participant in this loop; gives it and its address."""
    errands = Errands(database)
    await errands.participant.create_tables()
    try:
        async with ParticipantServer(errands.participant, "127.0.0.1:0") as server:
            yield errands, server.address
    finally:
        errands.participant.engine.dispose()


async def _main(database: Path) -> None:
    errands = Errands(database)
    await errands.participant.create_tables()
    await serve(errands.participant, "127.0.0.1:0", ready=lambda address: print(address, flush=True))


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
