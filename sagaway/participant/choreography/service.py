"""A choreographed participant at work: takes events from the bus, handles each once, publishes what it emits.

    bus ─ delivery ─ one at a time of a saga ─ handling (the one transaction) ─ COMMIT ─ ack
                                                        └ outbox ─ relay ─ bus

The acknowledgement comes after the commit. A database that is busy or away costs no delivery: the event is held and
tried again in place. What the author's code fails at is redelivered with a backoff, and becomes a dead letter in the end.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections import Counter
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, nullcontext, suppress
from datetime import timedelta
from functools import partial
from types import TracebackType

from sqlalchemy.exc import StatementError
from sqlalchemy.ext.asyncio import AsyncEngine

from sagaway.bus import Bus, Delivery, Policy, Redeliver, Subscription
from sagaway.bus.base import RETENTION
from sagaway.participant import spans
from sagaway.participant.calls import Rejected
from sagaway.participant.choreography import rows, tracing
from sagaway.participant.choreography.declarations import Choreography, Reaction
from sagaway.participant.choreography.emitting import AnswerError, UndeclaredEventError
from sagaway.participant.choreography.handling import Setting, compensate, handle, saga_key
from sagaway.participant.choreography.relay import POLL, Relay
from sagaway.participant.choreography.turns import Turns
from sagaway.participant.errors import Refusal, SetupError, TransactionMisuseError
from sagaway.participant.operation import AuthorError
from sagaway.participant.runner import author_call, with_connection
from sagaway.participant.transaction import SQLITE, is_transient

log = logging.getLogger("sagaway.participant")

PURGE_INTERVAL = timedelta(hours=1)
GRACE = timedelta(seconds=10)
_FIRST_RETRY, _LONGEST_RETRY = 0.02, 5.0


class ChoreographyService:
    """Runs a choreography on a bus; an async context manager. `serve_choreography` runs one until a signal.

    Args:
        choreography: what to run.
        bus: yours; it is not closed.
        policy: how events are delivered; by default as many at once as the participant has workers.
        poll: how often the outbox is looked at for what your own code emitted.
        purge_interval: how often old rows are collected.
        grace: how long a stop waits for what runs.
    """

    def __init__(
        self,
        choreography: Choreography,
        bus: Bus,
        *,
        policy: Policy | None = None,
        poll: timedelta = POLL,
        purge_interval: timedelta = PURGE_INTERVAL,
        grace: timedelta = GRACE,
    ) -> None:
        participant = choreography.participant
        self._choreography = choreography
        self._participant = participant
        self._bus = bus
        self._policy = policy or Policy(concurrency=participant.workers)
        self._purge_interval = purge_interval.total_seconds()
        self._grace = grace.total_seconds()
        self._sagas = _OneAtATime()
        self._subscriptions: list[Subscription] = []
        one_writer = participant.engine.dialect.name == SQLITE
        at_once = 1 if one_writer else participant.workers
        self._turns = Turns(at_once)
        # The relay marks many rows at once, and what it does not mark holds up their sagas.
        first = partial(self._turns.turn, first=True)
        self._relay = Relay(participant, bus, poll=poll, turn=first if one_writer else nullcontext)
        self._threads = (
            None
            if isinstance(participant.engine, AsyncEngine)
            else ThreadPoolExecutor(at_once, thread_name_prefix="sagaway-choreography")
        )

    async def start(self) -> None:
        """Check the setup, and begin.

        Raises:
            SetupError: see `Choreography.check`; or rows would be forgotten before the bus forgets events.
            BusSetupError, BusUnavailableError: see `Bus.subscribe`.
        """
        if self._participant.retention < RETENTION:
            raise SetupError(
                f"participant {self._participant.name!r} keeps its rows for {self._participant.retention}; the bus keeps "
                f"events for {RETENTION}, and one that comes after its row is gone would have its effect again. "
                "Give Participant(..., retention=) at least that."
            )
        await self._choreography.check()
        self._relaying = asyncio.create_task(self._relay.run(), name="sagaway-relay")
        self._purging = asyncio.create_task(self._purge_for_ever(), name="sagaway-choreography-purges")
        try:
            for reaction in self._choreography.reactions.values():
                await self._subscribe(reaction)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Take no more events, let what runs end and acknowledge, and publish what is in the outbox."""
        self._purging.cancel()
        with suppress(asyncio.CancelledError):
            await self._purging
        await asyncio.gather(*(subscription.stop(self._grace) for subscription in self._subscriptions))
        self._relay.stop()
        await asyncio.wait([self._relaying], timeout=self._grace)
        self._relaying.cancel()
        with suppress(asyncio.CancelledError):
            await self._relaying
        if self._threads is not None:
            self._threads.shutdown(wait=False, cancel_futures=True)

    async def purge(self) -> int:
        """Collect rows from before the participant's retention; return how many."""
        cutoff, name, collected = self._participant.clock() - self._participant.retention, self._participant.name, 0
        while batch := await with_connection(
            self._participant.engine, lambda connection, _: rows.purge_batch(connection, name, cutoff)
        ):
            collected += batch
        return collected

    async def __aenter__(self) -> ChoreographyService:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _subscribe(self, reaction: Reaction) -> None:
        async def deliver(delivery: Delivery) -> None:
            await self._deliver(reaction, delivery)

        # One durable for all its types, so that a compensation comes after what it undoes unless that one failed.
        durable = f"{self._participant.name}.{reaction.name}"
        self._subscriptions.append(await self._bus.subscribe(durable, reaction.types, deliver, self._policy))

    async def _deliver(self, reaction: Reaction, delivery: Delivery) -> None:
        name, event = self._participant.name, delivery.event
        phase = "EXECUTE" if event.type == reaction.consumes else "COMPENSATE"
        async with self._sagas.turn(saga_key(name, event)):
            with tracing.processing(event, name, reaction.name, phase, delivery.deliveries):
                emitted = await self._handle_patiently(reaction, delivery)
        if emitted:
            self._relay.nudge()

    async def _handle_patiently(self, reaction: Reaction, delivery: Delivery) -> int:
        retry = _FIRST_RETRY
        while True:
            try:
                return await self._handle(reaction, delivery)
            except Exception as error:
                if not _is_passing(error):
                    raise _redeliver(error, reaction) from error
                log.warning("reaction %s: the database is busy or away: %s", reaction.name, type(error).__name__)
                spans.happened("database busy or away")
            await asyncio.sleep(retry)
            retry = min(retry * 2, _LONGEST_RETRY)

    async def _handle(self, reaction: Reaction, delivery: Delivery) -> int:
        choreography, event = self._choreography, delivery.event
        is_forward = event.type == reaction.consumes
        flow, function = (handle, reaction.function) if is_forward else (compensate, reaction.undo_function)
        setting = Setting(
            self._participant.name,
            choreography.source,
            reaction,
            self._participant.clock,
            delivery.deliveries,
            choreography.receipts,
        )
        async with self._turns.turn():
            return await with_connection(
                self._participant.engine,
                lambda *args: flow(args[0], event, setting, author_call(function, *args)),
                self._threads,
            )

    async def _purge_for_ever(self) -> None:
        while True:
            try:
                if collected := await self.purge():
                    log.info("purged %d rows of inbox and outbox", collected)
            except Exception:
                # Rows that stay longer do no harm; the next round tries again.
                log.exception("the purge of inbox and outbox failed")
            await asyncio.sleep(self._purge_interval)


class _OneAtATime:
    """Turns, in the order of asking, for whoever asks by the same key."""

    def __init__(self) -> None:
        self._locks: dict[str, asyncio.Lock] = {}
        self._asked: Counter[str] = Counter()

    @asynccontextmanager
    async def turn(self, key: str) -> AsyncIterator[None]:
        self._asked[key] += 1
        lock = self._locks.setdefault(key, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            self._asked[key] -= 1
            if not self._asked[key]:
                del self._asked[key], self._locks[key]


def _is_passing(error: Exception) -> bool:
    """Say whether it is about the database's state now, so that the same delivery may be tried again."""
    if isinstance(error, Refusal):
        return True  # another process has its turn, or the outcome of a commit is unknown
    if isinstance(error, AuthorError):
        # A foreign OSError of the author's function says nothing of our database.
        return isinstance(error.__cause__, StatementError) and is_transient(error.__cause__)
    return is_transient(error)


def _redeliver(error: Exception, reaction: Reaction) -> Redeliver:
    """Write the fault to the log, and return what is said of it to others, which holds no data."""
    cause = error.__cause__ or error
    if isinstance(cause, StatementError):
        cause.hide_parameters = True  # the log carries no payloads
    log.error("reaction %s failed; nothing of it stands", reaction.name, exc_info=cause)
    spans.note("saga.outcome", "failed")
    spans.fail(type(cause).__name__)
    if isinstance(cause, UndeclaredEventError | AnswerError | TransactionMisuseError):
        return Redeliver(str(cause))
    if isinstance(cause, Rejected):
        return Redeliver(f"the compensation of reaction {reaction.name!r} raised Rejected; it must not refuse")
    return Redeliver(
        f"reaction {reaction.name!r} failed with {type(cause).__name__}; the participant's log has the trace"
    )


async def serve_choreography(
    choreography: Choreography,
    bus: Bus,
    *,
    ready: Callable[[], None] | None = None,
    stop: asyncio.Event | None = None,
    policy: Policy | None = None,
) -> None:
    """Run a choreography until SIGTERM or SIGINT, then stop gracefully and close the bus.

    Args:
        choreography: what to run.
        bus: it is closed at the end.
        ready: called once it takes events.
        stop: set it to stop; then no signal handlers are installed.
        policy: as of `ChoreographyService`.

    Raises:
        SetupError, BusError: as of `ChoreographyService.start`.
    """
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = () if stop else (signal.SIGTERM, signal.SIGINT)
    try:
        async with ChoreographyService(choreography, bus, policy=policy):
            for number in signals:
                loop.add_signal_handler(number, stopping.set)
            if ready is not None:
                ready()
            try:
                await stopping.wait()
            finally:
                for number in signals:
                    loop.remove_signal_handler(number)
    finally:
        await bus.close()
