"""A participant: its name, its database, its actions. What authors make; see docs/participants.md."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, overload

from sqlalchemy import Connection, Engine, MetaData, Table

from sagaway.participant import completion, purge, setup
from sagaway.participant.actions import NAME, Action, ActionFacts, ExecuteFunction, schema_text
from sagaway.participant.errors import SetupError
from sagaway.participant.locks import KeyLocks
from sagaway.participant.runner import with_connection
from sagaway.participant.servicer import ParticipantServicer
from sagaway.participant.tables import utc
from sagaway.participant.transaction import POSTGRESQL, SQLITE

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

DEFAULT_RETENTION = timedelta(days=30)


def utc_now() -> datetime:
    """The default clock."""
    return datetime.now(UTC)


class Participant:
    """One service that takes part in sagas, with the barrier kept for it.

    Args:
        name: matches `[A-Za-z0-9._-]{1,64}`. It is stored in the barrier's rows: to rename a participant, update
            them in both tables.
        engine: a SQLAlchemy Engine (functions are `def`) or AsyncEngine (`async def`), of SQLite (a file) or
            PostgreSQL: the database that holds the effects.
        retention: how long an operation's row is kept after its last change. Every saga must end within it.
        business_tables: your tables (a MetaData or Tables); at start it is checked that they are in the barrier's
            database.
        workers: how many operations run at once; keep it within the engine's pool. On SQLite it is one.
        clock: gives the time with its zone; for tests.

    Raises:
        SetupError: an argument is not as described.
    """

    def __init__(
        self,
        name: str,
        engine: Engine | AsyncEngine,
        *,
        retention: timedelta = DEFAULT_RETENTION,
        business_tables: MetaData | Iterable[Table] = (),
        workers: int = 10,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        if not NAME.fullmatch(name):
            raise SetupError(f"the participant's name {name!r} must match {NAME.pattern}")
        if engine.dialect.name not in (SQLITE, POSTGRESQL):
            raise SetupError(f"the engine is of {engine.dialect.name!r}; the barrier knows sqlite and postgresql")
        if retention < timedelta(hours=1):
            raise SetupError(f"a retention of {retention} is shorter than an hour: no saga fits into it")
        if workers < 1:
            raise SetupError(f"workers is {workers}; it must be at least 1")
        if clock().tzinfo is None:
            raise SetupError("the clock gives a time without a zone; give one with, such as datetime.now(UTC)")
        self.name = name
        self.engine = engine
        self.retention = retention
        self.business_tables = tuple(
            business_tables.tables.values() if isinstance(business_tables, MetaData) else business_tables
        )
        self.workers = workers
        self.clock: Callable[[], datetime] = lambda: utc(clock())
        self.actions: dict[str, Action] = {}
        self.keys = KeyLocks()

    @property
    def is_async(self) -> bool:
        """Whether the engine, and so the functions, are async."""
        return not isinstance(self.engine, Engine)

    def action(
        self,
        name: str,
        *,
        description: str = "",
        effect_free: bool = False,
        input_schema: Mapping[str, Any] | str | None = None,
        output_schema: Mapping[str, Any] | str | None = None,
    ) -> Callable[[ExecuteFunction], Action]:
        """Declare an action. A decorator; the function becomes an `Action`, whose `compensation` declares the undoing.

        The function is given the call and the open transaction. It returns the output (something JSON can hold, a
        `Payload`, or None) or `Pending()`, or raises `Rejected`. It must do its effects on this transaction and must
        not end it.

        Args:
            name: matches `[A-Za-z0-9._-]{1,64}`, unique in the participant.
            description: a sentence for people.
            effect_free: it changes nothing, so there is nothing to undo.
            input_schema: JSON Schema of the input; information for the orchestrator and its users.
            output_schema: JSON Schema of the output.

        Raises:
            SetupError: the name is not right or taken, a schema is not JSON, or the function is not of the engine's
                kind.
        """
        if not NAME.fullmatch(name):
            raise SetupError(f"the action's name {name!r} must match {NAME.pattern}")
        if name in self.actions:
            raise SetupError(f"the participant has an action {name!r} already")
        facts = ActionFacts(
            description=description,
            effect_free=effect_free,
            input_schema=schema_text(input_schema, f"the input_schema of action {name!r}"),
            output_schema=schema_text(output_schema, f"the output_schema of action {name!r}"),
        )

        def declare(function: ExecuteFunction) -> Action:
            self.actions[name] = Action(name, function, facts, is_async=self.is_async)
            return self.actions[name]

        return declare

    async def create_tables(self) -> None:
        """Make the barrier's tables where they are not there. For production put them into your own migrations."""
        await with_connection(self.engine, lambda connection, _: setup.create_tables(connection))

    async def check(self) -> None:
        """Check that the participant can keep its promises on this database. `serve` does it at start.

        Raises:
            SetupError: a table is missing or in another database, or commits are not durable; the text names the
                remedy.
        """
        if not self.actions:
            raise SetupError(f"participant {self.name!r} has no action; declare one with @participant.action(...)")
        await with_connection(self.engine, lambda connection, _: setup.check(connection, self.business_tables))

    async def purge(self, now: datetime | None = None) -> int:
        """Collect the rows that were last changed before `now - retention`; never a Pending one.

        Args:
            now: default: the clock. Without a zone it is UTC.

        Returns:
            How many rows were collected.
        """
        cutoff = utc(now or self.clock()) - self.retention
        name, engine = self.name, self.engine
        if not await with_connection(engine, lambda connection, _: purge.raise_cutoff(connection, name, cutoff)):
            return 0
        collected, last = 0, purge.BATCH_ROWS
        while last == purge.BATCH_ROWS:
            # Each batch on its own, so that a cancelled purge ends after it.
            last = await with_connection(engine, lambda connection, _: purge.collect_batch(connection, name, cutoff))
            collected += last
        return collected

    @overload
    def complete(self, transaction: Connection, operation_key: str, output: object = None) -> None: ...
    @overload
    def complete(self, transaction: AsyncConnection, operation_key: str, output: object = None) -> Awaitable[None]: ...
    def complete(
        self, transaction: Connection | AsyncConnection, operation_key: str, output: object = None
    ) -> Awaitable[None] | None:
        """Replace the Pending outcome of an Execute by Completed, once, inside your own transaction.

        A repeated Execute then answers it. With an AsyncConnection, await the result.

        Args:
            transaction: yours, in the barrier's database; you commit it.
            operation_key: from the call's context.
            output: as an action returns it.

        Raises:
            OperationUnknownError: no such operation.
            OperationCompensatedError: it was compensated: roll back.
            OperationNotPendingError: it has its outcome already: roll back.
            ValueError: the output is not JSON or too large.
        """
        return completion.complete(transaction, operation_key, output, self.clock())

    @overload
    def reject(self, transaction: Connection, operation_key: str, reason: str, message: str = "") -> None: ...
    @overload
    def reject(
        self, transaction: AsyncConnection, operation_key: str, reason: str, message: str = ""
    ) -> Awaitable[None]: ...
    def reject(
        self, transaction: Connection | AsyncConnection, operation_key: str, reason: str, message: str = ""
    ) -> Awaitable[None] | None:
        """Replace the Pending outcome of an Execute by Rejected, once, inside your own transaction.

        You undo in the same transaction what the action had done: a Rejected is not compensated.

        Args:
            transaction: yours, in the barrier's database; you commit it.
            operation_key: from the call's context.
            reason: as of `Rejected`.
            message: as of `Rejected`.

        Raises:
            OperationUnknownError, OperationCompensatedError, OperationNotPendingError: as of `complete`.
            ValueError: the reason is not UPPER_SNAKE_CASE.
        """
        return completion.reject(transaction, operation_key, reason, message, self.clock())

    @overload
    def complete_compensation(self, transaction: Connection, operation_key: str) -> None: ...
    @overload
    def complete_compensation(self, transaction: AsyncConnection, operation_key: str) -> Awaitable[None]: ...
    def complete_compensation(
        self, transaction: Connection | AsyncConnection, operation_key: str
    ) -> Awaitable[None] | None:
        """Replace the Pending outcome of a Compensate by Compensated, once, inside your own transaction.

        Raises:
            OperationUnknownError: no such operation.
            OperationNotPendingError: no compensation of it is Pending: roll back.
        """
        return completion.complete_compensation(transaction, operation_key, self.clock())

    def servicer(self) -> ParticipantServicer:
        """Return a ParticipantServiceServicer for a `grpc.aio` server of your own; `serve` runs one for you.

        Make it inside the event loop it serves in. `ParticipantServicer.add_to_server` registers it so that stored
        replies go out byte for byte.
        """
        return ParticipantServicer(self)
