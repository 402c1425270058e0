"""Group commit: one transaction for everything that arrived while the last one was being written, or soon after.

Rules. An append's events are encoded before it is queued. A batch holds at most one append a saga and is sorted by
saga, so that two replicas cannot deadlock. Nobody is told anything before the commit: a result is published, a reply
given and a call sent only from the future that `submit` returns.

When the log can't be written, the whole batch is kept and sent again, byte for byte, with a growing wait; the store
recognises by the append ids what an earlier try had committed. An error that is tied to the data bisects the batch
until the one append that causes it is alone. Any other error means that what the log holds is not known: it is fatal.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from time import perf_counter

import structlog

from orchestrator.core.model import SagaKey
from orchestrator.engine.company import Company
from orchestrator.engine.instruments import Instruments
from orchestrator.store.base import Append, LogDataError, LogFatal, LogUnavailable, Outcome, ReplicaEnded, SagaLog

_FIRST_WAIT = 0.05
_LONGEST_WAIT = 2.0

_log = structlog.get_logger(__name__)

_Entry = tuple[Append, "asyncio.Future[Outcome]"]


class Committer:
    """Writes appends in batches. One a process."""

    def __init__(
        self,
        log: SagaLog,
        max_batch: int,
        max_batch_bytes: int,
        on_fatal: Callable[[LogFatal], None],
        instruments: Instruments,
        under_way: Callable[[], int],
    ) -> None:
        """Make a committer; `start` runs it.

        Args:
            log: where to write.
            max_batch: appends in one transaction.
            max_batch_bytes: bytes of events in one transaction, beyond which it takes no further append.
            on_fatal: called once if the log says that what is on disk is no longer known.
            instruments: told of each transaction.
            under_way: how many calls are under way, each of which may bring an append.
        """
        self._saga_log = log
        self._max_batch = max_batch
        self._max_batch_bytes = max_batch_bytes
        self._on_fatal = on_fatal
        self._instruments = instruments
        self._queue: deque[_Entry] = deque()
        self._queued_bytes = 0
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._company = Company(under_way)
        self._task: asyncio.Task[None] | None = None
        self._failed = False
        self.unavailable = ""
        """Why the log can't be written now; empty while it can."""
        self.commits = 0
        """How many transactions were committed."""

    @property
    def backlog(self) -> int:
        """How many appends wait for a transaction."""
        return len(self._queue)

    @property
    def backlog_bytes(self) -> int:
        """How many bytes of events wait for a transaction."""
        return self._queued_bytes

    def start(self) -> None:
        """Begin to write."""
        self._task = asyncio.create_task(self._run(), name="committer")

    async def close(self) -> None:
        """Stop. What is still queued is not written; callers must have waited for their futures, or `idle`."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def idle(self) -> None:
        """Return once nothing is queued or being written."""
        await self._idle.wait()

    def fail(self, error: Exception) -> None:
        """Say, once, that the log is no longer known to be whole, or another's: nothing is written any more."""
        if not self._failed:
            self._failed = True
            fatal = error if isinstance(error, LogFatal) else LogFatal(f"{type(error).__name__}: {error}")
            if isinstance(fatal, ReplicaEnded):
                _log.error("this replica was ended", error=str(fatal))
            else:
                _log.critical("the saga log is no longer known to be whole", error=str(fatal), exc_info=error)
            self.unavailable = str(fatal)
            self._on_fatal(fatal)

    def submit(self, append: Append) -> asyncio.Future[Outcome]:
        """Queue an append.

        Returns:
            A future of its outcome. It fails with `LogDataError` if the database refuses its data.
        """
        future: asyncio.Future[Outcome] = asyncio.get_running_loop().create_future()
        self._queue.append((append, future))
        self._queued_bytes += _size(append)
        self._idle.clear()
        self._wake.set()
        return future

    async def _run(self) -> None:
        while not self._failed:
            if not self._queue:
                self._idle.set()
                self._wake.clear()
                await self._wake.wait()
                continue
            if await self._company.grows(self._queue):
                continue
            try:
                batch = self._take()
                self._company.leaves(len(batch))
                await self._write(batch)
                self._company.returns()
            except Exception as error:
                # A task that dies unheard would leave everybody waiting for ever.
                self.fail(error)
                return

    def _take(self) -> list[_Entry]:
        """The next batch: at most one append a saga; a second one of the same saga keeps its place for later."""
        batch: dict[SagaKey, _Entry] = {}
        later: list[_Entry] = []
        size = 0
        while self._queue and len(batch) < self._max_batch and size < self._max_batch_bytes:
            entry = self._queue.popleft()
            if entry[0].key in batch:
                later.append(entry)
            else:
                batch[entry[0].key] = entry
                size += _size(entry[0])
        self._queue.extendleft(reversed(later))
        self._queued_bytes -= size
        return [batch[key] for key in sorted(batch)]

    async def _write(self, batch: Sequence[_Entry]) -> None:
        wait = _FIRST_WAIT
        while True:
            start = perf_counter()
            try:
                outcomes = await self._saga_log.commit([append for append, _ in batch])
            except LogUnavailable as error:
                if not self.unavailable:
                    _log.error("the saga log can't be written; trying again", error=str(error))
                if not self._failed:
                    self.unavailable = str(error)
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_WAIT)
                continue
            except LogDataError as error:
                self._available()
                await self._bisect(batch, error)
                return
            self._available()
            self.commits += 1
            self._instruments.batch_committed(len(batch), perf_counter() - start)
            for (_, future), outcome in zip(batch, outcomes, strict=True):
                if not future.done():
                    future.set_result(outcome)
            return

    def _available(self) -> None:
        if self.unavailable and not self._failed:
            _log.info("the saga log can be written again")
            self.unavailable = ""

    async def _bisect(self, batch: Sequence[_Entry], error: LogDataError) -> None:
        if len(batch) == 1:
            _, future = batch[0]
            if not future.done():
                future.set_exception(error)
            return
        middle = len(batch) // 2
        await self._write(batch[:middle])
        await self._write(batch[middle:])


def _size(append: Append) -> int:
    return sum([len(event.data) for event in append.events])
