"""A participant on the SDK: the production servicer, runner, barrier and SQL, over a SQLite database in memory.

The database is made once a process and emptied for each world. The handlers are those that the servicer registers on
a server, and work for threads runs inline on the simulated loop, so that a crash can come before and after each
transaction, and two deliveries can meet in the runner's queue.
"""

from __future__ import annotations

import asyncio
import functools
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple, cast

from sqlalchemy import Connection, Engine, StaticPool, create_engine

from sagaway.participant import (
    CompensateCall,
    ExecuteCall,
    ExecuteOutcome,
    OperationCompensatedError,
    OperationNotPendingError,
    OperationUnknownError,
    Participant,
    Pending,
    Rejected,
    StepContext,
    barrier_metadata,
)
from sagaway.v1 import participant_service_pb2 as contract
from tests.simulation.definitions import RETENTION, SDK
from tests.simulation.faults import Fault
from tests.simulation.loop import Process
from tests.simulation.network import Handler, ServerContext
from tests.simulation.participants import COMPENSATE, EXECUTE, Surroundings, completed, random_moods, refusal, wish_of


@functools.cache
def database() -> Engine:
    """The database of this operating system process, with its tables."""
    engine = create_engine("sqlite://", poolclass=StaticPool)
    barrier_metadata.create_all(engine)
    with engine.begin() as transaction:
        transaction.exec_driver_sql("CREATE TABLE effects (operation_key TEXT, change INTEGER)")
    return engine


@functools.cache
def _driver() -> sqlite3.Connection:
    """Its one connection, for looking into it from outside: past SQLAlchemy, which takes many times as long."""
    with database().connect() as connection:
        return cast(sqlite3.Connection, connection.connection.driver_connection)


class _Details(NamedTuple):
    method: str
    invocation_metadata: tuple[()] = ()


class _Server:
    """Takes down what a servicer registers."""

    def __init__(self) -> None:
        self.handlers: dict[str, Handler] = {}

    def add_generic_rpc_handlers(self, handlers: tuple[Any, ...]) -> None:
        for path in (EXECUTE, COMPENSATE):
            method = cast(Any, handlers[0].service(cast(Any, _Details(path))))
            self.handlers[path] = _handler(method.request_deserializer, method.unary_unary)


def _handler(parse: Callable[[bytes], Any], method: Callable[..., Any]) -> Handler:
    async def handle(body: bytes, server: ServerContext) -> bytes:
        reply: bytes = await method(parse(body), server)
        return reply

    return handle


class SdkParticipant:
    """It; see `tests.simulation.network.Host`."""

    def __init__(self, around: Surroundings, clock: Callable[[], int]) -> None:
        """Make it, with an empty database.

        Args:
            around: the world.
            clock: this participant's clock, microseconds since 1970.
        """
        self.name = SDK
        self.process: Process | None = None
        self.handlers: dict[str, Handler] = {}
        self.moods = random_moods(around.chance, SDK)
        self.contexts: dict[str, contract.StepContext] = {}
        self._around = around
        self._clock = clock
        self._seen = 0
        self._participant: Participant | None = None
        with database().begin() as transaction:
            for table in ("sagaway_barrier", "sagaway_barrier_horizon", "effects"):
                transaction.exec_driver_sql(f"DELETE FROM {table}")

    def disk(self) -> float:
        """How long a transaction waits for its turn, seconds."""
        around = self._around
        if around.plan.strikes(Fault.SLOW, 0.7):
            return around.chance.uniform(1, 20)
        return around.chance.random() * self.moods.works

    def boot(self, process: Process) -> None:
        """Serve in a process."""
        process.disk, process.worked = self.disk, self.look_up
        self.process = process
        process.context.copy().run(self._serve)
        for key, phase in self._pending():
            self._around.loop.spawn(process, self._finish(key, phase))

    @property
    def idle(self) -> bool:
        """True if nothing is Pending."""
        return not self._pending()

    def _serve(self) -> None:
        moment = lambda: datetime.fromtimestamp(self._clock() / 1_000_000, UTC)  # noqa: E731
        participant = Participant(SDK, database(), retention=timedelta(seconds=RETENTION), clock=moment)

        @participant.action("act")
        def act(call: ExecuteCall, transaction: Connection) -> object:
            return self._act(call, transaction)

        @act.compensation
        def undo(call: CompensateCall, transaction: Connection) -> object:
            return self._undo(call, transaction)

        @participant.action("look", effect_free=True)
        def look(call: ExecuteCall, transaction: Connection) -> object:
            return self._act(call, transaction)

        self._participant = participant
        server = _Server()
        participant.servicer().add_to_server(cast(Any, server))
        self.handlers = server.handlers

    def look_up(self) -> None:
        """Take down the effects that were committed since the last time."""
        found = (
            _driver()
            .execute("SELECT rowid, operation_key, change FROM effects WHERE rowid > ? ORDER BY rowid", (self._seen,))
            .fetchall()
        )
        for place, key, change in found:
            self._seen = place
            self._around.effect(self.contexts[key], change)

    # What the author wrote -----------------------------------------------------------------------------------------

    def _act(self, call: ExecuteCall, transaction: Connection) -> object:
        self._fail()
        wish = wish_of(self._around.chance, self.moods)
        if wish == "refuse":
            raise Rejected("REFUSED", "no")
        self.contexts[call.context.operation_key] = _message(call.context)
        if wish == "pend":
            assert self.process is not None
            # If the transaction is rolled back after all, there is nothing Pending when its time comes.
            self._around.loop.spawn(self.process, self._finish(call.context.operation_key, "execute"))
            return Pending()
        self._change(transaction, call.context, +1)
        self._fail()
        return {"number": len(call.context.operation_key)}

    def _undo(self, call: CompensateCall, transaction: Connection) -> object:
        self._fail()
        context = call.context
        self.contexts[f"~{context.operation_key}"] = _message(context)
        if call.execute_outcome is ExecuteOutcome.COMPLETED:
            if self._around.chance.random() < self.moods.pends * 0.5:
                assert self.process is not None
                self._around.loop.spawn(self.process, self._finish(context.operation_key, "compensate"))
                return Pending()
            self._change(transaction, context, -1)
        return None

    def _change(self, transaction: Connection, context: StepContext, change: int) -> None:
        if context.action != "look":
            insert = "INSERT INTO effects (operation_key, change) VALUES (?, ?)"
            transaction.exec_driver_sql(insert, (context.operation_key, change))

    def _fail(self) -> None:
        if self._around.plan.strikes(Fault.FAILED_ACTION, 0.3):
            raise RuntimeError("the author's code failed")

    # What is Pending -----------------------------------------------------------------------------------------------

    def _pending(self) -> list[tuple[str, str]]:
        return (
            _driver()
            .execute(
                "SELECT operation_key, CASE WHEN compensate_state IS NULL THEN 'execute' ELSE 'compensate' END "
                "FROM sagaway_barrier WHERE compensate_state = 'PENDING' "
                "OR (execute_state = 'PENDING' AND compensate_state IS NULL) ORDER BY operation_key"
            )
            .fetchall()
        )

    async def _finish(self, key: str, phase: str) -> None:
        """Come to the end of what is Pending, in a transaction of the author's own, and perhaps report it."""
        chance = self._around.chance
        await asyncio.sleep(chance.expovariate(0.2) if chance.random() < 0.9 else chance.uniform(0, 90))
        assert self._participant is not None
        context = self.contexts[key if phase == "execute" else f"~{key}"]
        answer: contract.ExecuteResponse | contract.CompensateResponse
        try:
            with database().begin() as transaction:
                if phase == "compensate":
                    self._participant.complete_compensation(transaction, key)
                    self._change(transaction, cast(Any, context), -1)
                    answer = contract.CompensateResponse(compensated=contract.Compensated())
                elif chance.random() < self.moods.refuses:
                    self._participant.reject(transaction, key, "REFUSED", "no")
                    answer = refusal()
                else:
                    self._participant.complete(transaction, key, {"number": len(key)})
                    self._change(transaction, cast(Any, context), +1)
                    answer = completed(context)
        except (OperationCompensatedError, OperationNotPendingError, OperationUnknownError):
            return  # it was compensated, finished by another life of this process, or rolled back after all
        self.look_up()
        if chance.random() < self.moods.reports:
            self._around.report(context, answer)

    async def purge(self) -> None:
        """Collect every row that is old enough now."""
        assert self._participant is not None
        await self._participant.purge()


def _message(context: StepContext) -> contract.StepContext:
    return contract.StepContext(
        namespace=context.namespace,
        saga_id=context.saga_id,
        step_id=context.step_id,
        action=context.action,
        run=context.run,
        operation_key=context.operation_key,
        completion_token=context.completion_token,
    )
