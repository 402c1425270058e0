"""Brings operations from the event loop to the database and back, with bounds.

- The operation's key is held from the arrival to the end of the transaction; a second delivery meanwhile is
  IN_PROGRESS.
- At most `workers` operations run at once; on SQLite one, because it has one writer. The others queue, in order.
- A caller that goes away while its operation queues takes it out of the queue. One that runs is left to finish: its
  reply is stored, and the next delivery gets it. So a transaction is never torn down half way by a deadline.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import StatementError

from sagaway.participant.calls import CompensateCall, ExecuteCall, Rejected
from sagaway.participant.errors import Refusal, TransactionMisuseError, database_unavailable, internal_fault
from sagaway.participant.locks import KeyLocks
from sagaway.participant.operation import AuthorCall, AuthorError, BadAnswerError
from sagaway.participant.transaction import SQLITE, is_transient

if TYPE_CHECKING:
    # With it comes all of SQLAlchemy's ORM, so only authors whose engine is async load it.
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger("sagaway.participant")

T = TypeVar("T")
AnyFunction = Callable[..., Any]
"""An author's function, of either phase and kind."""
Flow = Callable[[Connection, AuthorCall], bytes]
"""An operation to run on a connection."""


class Runner:
    """Runs operations of one engine in one event loop. Make it inside the loop.

    Args:
        engine: sync or async.
        keys: the operations under way in this process.
        workers: how many operations run at once, on a database that can.
    """

    def __init__(self, engine: Engine | AsyncEngine, keys: KeyLocks, workers: int) -> None:
        self._engine = engine
        self._keys = keys
        at_once = 1 if engine.dialect.name == SQLITE else workers
        self._slots = asyncio.Semaphore(at_once)
        self._running: set[asyncio.Task[bytes]] = set()
        self._threads = (
            ThreadPoolExecutor(at_once, thread_name_prefix="sagaway-participant")
            if isinstance(engine, Engine)
            else None
        )

    async def run(self, key: str, what: str, function: AnyFunction | None, flow: Flow) -> bytes:
        """Run one operation and return its reply.

        Args:
            key: the operation's key.
            what: the phase and action, for texts.
            function: the author's.
            flow: what to do on a connection.

        Raises:
            Refusal: whatever went wrong.
        """
        self._keys.acquire(key)
        try:
            await self._slots.acquire()
        except BaseException:
            self._keys.release(key)
            raise
        task = asyncio.create_task(self._on_connection(function, flow))
        self._running.add(task)

        def done(ended: asyncio.Task[bytes]) -> None:
            self._running.discard(ended)
            self._slots.release()
            self._keys.release(key)
            if not ended.cancelled():
                ended.exception()  # also of one whose caller went away: it is answered by the next delivery

        task.add_done_callback(done)
        try:
            return await asyncio.shield(task)
        except Refusal:
            raise
        except Exception as error:
            raise refusal_of(error, what) from error

    async def close(self, grace: float) -> None:
        """Wait for what runs, then cut it off: an async function is cancelled and rolled back; a thread can't be.

        Args:
            grace: seconds to wait.
        """
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running, timeout=1)
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def _on_connection(self, function: AnyFunction | None, flow: Flow) -> bytes:
        return await with_connection(
            self._engine, lambda *args: flow(args[0], author_call(function, *args)), self._threads
        )


async def with_connection(
    engine: Engine | AsyncEngine,
    work: Callable[[Connection, AsyncConnection | None], T],
    threads: ThreadPoolExecutor | None = None,
) -> T:
    """Run sync work on a fresh connection of either kind of engine, off the event loop.

    Args:
        engine: sync or async.
        work: is given the connection, and the AsyncConnection round it if there is one.
        threads: where sync work runs; None: asyncio's default.
    """
    if not isinstance(engine, Engine):
        async with engine.connect() as connection:
            return await connection.run_sync(lambda inner: work(inner, connection))

    def in_thread() -> T:
        with engine.connect() as connection:
            return work(connection, None)

    context = contextvars.copy_context()
    running = asyncio.get_running_loop().run_in_executor(threads, lambda: context.run(in_thread))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        # A thread can't be cancelled: its connection is back when it is done, and not before.
        await asyncio.wait([running])
        running.exception()  # nobody is left to hear of it
        raise


def author_call(function: AnyFunction | None, connection: Connection, outer: AsyncConnection | None) -> AuthorCall:
    """Return how the author's function is called inside the transaction on `connection`."""

    def call(argument: ExecuteCall | CompensateCall) -> object:
        assert function is not None, "the flow calls only what is there"
        if outer is None:
            return function(argument, connection)
        # We are in the greenlet of run_sync: this hands the coroutine to the event loop and waits for it here.
        driver = connection.connection.dbapi_connection

        def awaitable(_: object) -> Awaitable[object]:
            coroutine: Awaitable[object] = function(argument, outer)
            return coroutine

        return driver.run_async(awaitable)  # type: ignore[union-attr] # every async driver's adapter has it

    return call


def refusal_of(error: Exception, what: str) -> Refusal:
    """Return the answer for an exception, and write it to the log. The answer holds nothing of the exception's text."""
    cause = error.__cause__ if isinstance(error, AuthorError) else error
    if isinstance(cause, StatementError):
        cause.hide_parameters = True  # the log carries no payloads
    # A foreign OSError of the author's function says nothing of our database.
    ours = not isinstance(error, AuthorError)
    if cause is not None and is_transient(cause) and (ours or isinstance(cause, StatementError)):
        log.warning("%s: the database is busy or away", what, exc_info=cause)
        return database_unavailable()
    log.error("%s failed; nothing of it stands", what, exc_info=cause)
    if isinstance(cause, BadAnswerError):
        return internal_fault(f"{what} returned {cause}. Nothing of it stands.")
    if isinstance(cause, TransactionMisuseError):
        return internal_fault(f"{what} tried to end the barrier's transaction. Nothing of it stands.")
    if isinstance(cause, Rejected):
        return internal_fault(f"{what} raised Rejected; a compensation must not refuse. Nothing of it stands.")
    return internal_fault(f"{what} failed with {type(cause).__name__}; the participant's log has the trace.")
