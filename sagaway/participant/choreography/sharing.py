"""Does pieces of work in transactions: who is next where only so many may be open at once, and what shares one.

    pieces wait ─ a transaction is free ─ BEGIN ─ savepoint( piece ) ─ savepoint( piece ) ─ … ─ COMMIT ─ each is told

A SQLite file has one writer, and each of its commits waits for the disk. Its lock is polled for, too: a writer that comes
back at once keeps another one out for as long as there is work. So those of one process wait for each other here, in
order, and all that wait when the writer is free are done in one transaction.

- Nobody waits for company: a transaction takes what is there. It takes nothing more once it has lasted for `LONGEST`.
- A piece that fails is taken back, alone, and told its fault. The others commit.
- Each is told after the commit. A transaction that was not committed says nothing of anyone in it: if the database is
  busy or away, or the commit's outcome is unknown, all are told that, also those that had failed by themselves.
- What else spoils a transaction is somebody's fault: a function that ended it, a constraint that is checked at the
  commit, a trigger that rolls back. Whoever is known to have done it is told so; the others are done again, each in a
  transaction of its own, where it is clear whose fault it is.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy import Connection, Engine

from sagaway.participant import spans
from sagaway.participant.errors import Refusal
from sagaway.participant.runner import with_connection
from sagaway.participant.transaction import Lent, is_transient, lock, open_transaction

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

log = logging.getLogger("sagaway.participant")

MEMBERS = 64
"""The most pieces of one transaction."""
LONGEST = 0.05
"""Seconds after which a transaction takes no further piece: it keeps other writers out, and its first piece waiting."""

T = TypeVar("T")


class Part:
    """A piece's part of a transaction: it can be taken back, and nothing else with it.

    Args:
        connection: in the transaction.
        outer: the AsyncConnection round it, if there is one.
        lent: keeps the transaction from being ended.
    """

    def __init__(self, connection: Connection, outer: AsyncConnection | None, lent: Lent) -> None:
        self.connection = connection
        self.outer = outer
        self._lent = lent
        self._savepoint = connection.begin_nested()
        self._is_sound = True

    def lent(self) -> AbstractContextManager[None]:
        """Return what an author's function is called in; see `Lent.out`."""
        return self._lent.out()

    def undo(self) -> None:
        """Take back what the piece did so far, and go on with it."""
        self._is_sound = False
        self._savepoint.rollback()
        self._savepoint = self.connection.begin_nested()
        self._is_sound = True

    def keep(self) -> None:
        """End it: what was done stands if the transaction is committed."""
        self._savepoint.commit()

    def take_back(self) -> bool:
        """End it: nothing that was done stands. False: that can't be said of this alone, for the transaction is spoilt."""
        try:
            if self._is_sound and not self._lent.misused:
                self._savepoint.rollback()
                return not self.connection.invalidated
        except Exception:
            log.debug("the savepoint is gone", exc_info=True)
        return False


class SharedTransactions:
    """Does pieces of work on one database, for one event loop. Make it inside the loop.

    Args:
        engine: sync or async.
        at_once: how many transactions are open at once.
        members: the most pieces of one transaction.
    """

    def __init__(self, engine: Engine | AsyncEngine, at_once: int, members: int) -> None:
        self._engine = engine
        self._free = at_once
        self._members = members
        self._first: deque[_Piece] = deque()
        self._waiting: deque[_Piece] = deque()
        self._running: dict[asyncio.Task[None], Sequence[_Piece]] = {}
        self._threads = (
            ThreadPoolExecutor(at_once, thread_name_prefix="sagaway-choreography")
            if isinstance(engine, Engine)
            else None
        )

    async def do(self, work: Callable[[Part], T], *, key: str = "", first: bool = False) -> T:
        """Do a piece of work, and return what it returned once that is committed.

        Args:
            work: it may run more than once; what did not return here had no effect.
            key: of the lock that it needs while the transaction lasts; on SQLite the writer's is enough.
            first: goes before all that wait.

        Raises:
            Refusal: IN_PROGRESS: another process holds the lock. DATABASE_UNAVAILABLE: the commit's outcome is unknown.
            Exception: what the work raised, or what the transaction failed with; nothing of the work stands.
        """
        piece = _Piece(work, key)
        (self._first if first else self._waiting).append(piece)
        self._begin()
        try:
            return await piece.told  # type: ignore[no-any-return] # what the work returns
        except asyncio.CancelledError:
            await self._leave(piece)
            raise

    def close(self) -> None:
        """Let no more be done."""
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    def _begin(self) -> None:
        if self._free and (self._first or self._waiting):
            self._free -= 1
            task = asyncio.create_task(self._transaction(), name="sagaway-transaction")
            self._running[task] = ()
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        del self._running[task]
        self._free += 1
        self._begin()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("a transaction ended badly", exc_info=error)

    async def _leave(self, piece: _Piece) -> None:
        """Wait for the piece's transaction, if it has begun; one that nobody waits for any more is cut off."""
        for task, pieces in self._running.items():
            if piece in pieces:
                if all(each.told.done() for each in pieces):
                    task.cancel()
                await asyncio.wait([task])
                return

    def _take(self) -> list[_Piece]:
        taken: list[_Piece] = []
        while (queue := self._first or self._waiting) and len(taken) < self._members:
            if queue[0].told.done():  # nobody waits for it any more
                queue.popleft()
            elif not queue[0].alone:
                taken.append(queue.popleft())
            else:
                return taken or [queue.popleft()]
        return taken

    async def _transaction(self) -> None:
        pieces = self._take()
        task = asyncio.current_task()
        assert task is not None
        self._running[task] = pieces
        if not pieces:
            return
        try:
            told = await with_connection(self._engine, lambda *given: _transact(pieces, *given), self._threads)
        except _SpoiltError as spoilt:
            spoilt.piece.tell(error=spoilt.cause)
            self._again(pieces, alone=True)
        except Exception as error:
            if len(pieces) > 1 and not is_passing(error):
                self._again(pieces, alone=True)
                return
            for piece in pieces:
                piece.tell(error=error)
        except BaseException:  # it was cut off, or the function ended the thread
            for piece in pieces:
                piece.told.cancel()
            raise
        else:
            for piece, (result, fault) in zip(pieces, told, strict=False):
                piece.tell(result, fault)
            self._again(pieces, alone=False)

    def _again(self, pieces: Sequence[_Piece], *, alone: bool) -> None:
        """Put those that were not told back to where they stood."""
        rest = [piece for piece in pieces if not piece.told.done()]
        for piece in rest:
            piece.alone = piece.alone or alone
        self._waiting.extendleft(reversed(rest))


def is_passing(error: BaseException) -> bool:
    """Say whether what a transaction failed with is about the database's state now: then it may be tried again."""
    # A Refusal: another process has its turn, or the outcome of a commit is unknown.
    return isinstance(error, Refusal) or is_transient(error)


class _Piece:
    """A piece of work: whose call it belongs to, whether it needs a transaction of its own, and what came of it."""

    def __init__(self, work: Callable[[Part], Any], key: str) -> None:
        self.work = work
        self.key = key
        self.served = spans.served_here()
        self.alone = False
        self.told: asyncio.Future[Any] = asyncio.get_running_loop().create_future()

    def tell(self, result: Any = None, error: Exception | None = None) -> None:
        if self.told.done():
            return  # cancelled
        if error is None:
            self.told.set_result(result)
        else:
            self.told.set_exception(error)


class _SpoiltError(Exception):
    """A piece spoilt the transaction that it was in."""

    def __init__(self, piece: _Piece, cause: Exception) -> None:
        super().__init__()
        self.piece = piece
        self.cause = cause


_Outcome = tuple[Any, Exception | None]


def _transact(pieces: Sequence[_Piece], connection: Connection, outer: AsyncConnection | None) -> list[_Outcome]:
    """Do pieces in one transaction and commit; return what came of each, but of those for which there was no time."""
    outcomes: list[_Outcome] = []
    with open_transaction(connection) as lent:
        end = time.monotonic() + LONGEST
        for piece in pieces:
            if outcomes and time.monotonic() > end:
                break
            with spans.served_again(piece.served):
                outcomes.append(_attempt(piece, connection, outer, lent))
    return outcomes


def _attempt(piece: _Piece, connection: Connection, outer: AsyncConnection | None, lent: Lent) -> _Outcome:
    try:
        if piece.key:
            # Before the savepoint: a lock that is taken inside of it is gone when it is rolled back.
            lock(connection, piece.key)
    except Refusal as refusal:
        return None, refusal
    part = Part(connection, outer, lent)
    try:
        result = piece.work(part)
    except Exception as error:
        if part.take_back():
            return None, error
        raise _SpoiltError(piece, error) from error
    try:
        # Fails if the function swallowed a database error: PostgreSQL takes nothing more in such a transaction.
        part.keep()
    except Exception as error:
        raise _SpoiltError(piece, error) from error
    return result, None
