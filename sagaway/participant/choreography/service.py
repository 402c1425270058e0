"""A choreographed participant at work: takes events from the bus, handles each once, publishes what it emits.

    bus ─ delivery ─ one at a time of a saga ─ handling, with others in a transaction (sharing) ─ COMMIT ─ ack
                                                  └ outbox ─ relay ─ bus

The acknowledgement comes after the commit. A database that is busy or away costs no delivery: the event is held and
tried again in place. What the author's code fails at is redelivered with a backoff, and becomes a dead letter in the end.
"""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from types import TracebackType

from sqlalchemy.exc import StatementError

from sagaway.bus import Bus, Delivery, Policy, Redeliver, Subscription
from sagaway.bus.base import RETENTION
from sagaway.bus.turns import OneAtATime
from sagaway.participant import spans
from sagaway.participant.calls import Rejected
from sagaway.participant.choreography import rows, tracing
from sagaway.participant.choreography.declarations import Choreography, Reaction
from sagaway.participant.choreography.emitting import AnswerError, UndeclaredEventError
from sagaway.participant.choreography.handling import Done, Setting, compensate, handle, saga_key
from sagaway.participant.choreography.news import News
from sagaway.participant.choreography.relay import POLL, Relay
from sagaway.participant.choreography.sharing import MEMBERS, Part, SharedTransactions, is_passing
from sagaway.participant.errors import SetupError, TransactionMisuseError
from sagaway.participant.operation import AuthorError
from sagaway.participant.runner import author_call, with_connection
from sagaway.participant.transaction import SQLITE

log = logging.getLogger("sagaway.participant")

PURGE_INTERVAL = timedelta(hours=1)
GRACE = timedelta(seconds=10)
_AT_ONE_WRITER = 32
"""Events under way where they share transactions: some wait while others are acknowledged."""
_FIRST_RETRY, _LONGEST_RETRY = 0.02, 5.0


class ChoreographyService:
    """Runs a choreography on a bus; an async context manager. `serve_choreography` runs one until a signal.

    Args:
        choreography: what to run.
        bus: yours; it is not closed.
        policy: how events are delivered; by default as many at once as the participant has workers, and on SQLite as
            many as make a transaction that pays.
        poll: how often the outbox is looked at for what your own code emitted in other processes.
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
        one_writer = participant.engine.dialect.name == SQLITE
        self._policy = policy or Policy(concurrency=_AT_ONE_WRITER if one_writer else participant.workers)
        self._purge_interval = purge_interval.total_seconds()
        self._grace = grace.total_seconds()
        self._sagas = OneAtATime()
        self._subscriptions: list[Subscription] = []
        # Where many may write at once, they need not share: and locks that authors take would be held for each other.
        sharing = (1, MEMBERS) if one_writer else (participant.workers, 1)
        self._transactions = SharedTransactions(participant.engine, *sharing)
        self._relay = Relay(participant, bus, poll=poll, transactions=self._transactions)
        self._news = News(participant.engine, participant.name, self._relay.nudge)

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
        self._news.listen()
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
        self._news.end()
        self._relay.stop()
        await asyncio.wait([self._relaying], timeout=self._grace)
        self._relaying.cancel()
        with suppress(asyncio.CancelledError):
            await self._relaying
        self._transactions.close()

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
                done = await self._handle_patiently(reaction, delivery)
                done.show()
        if done.emitted:
            self._relay.nudge()

    async def _handle_patiently(self, reaction: Reaction, delivery: Delivery) -> Done:
        retry = _FIRST_RETRY
        while True:
            try:
                return await self._handle(reaction, delivery)
            except Exception as error:
                if not _may_try_again(error):
                    raise _redeliver(error, reaction) from error
                log.warning("reaction %s: the database is busy or away: %s", reaction.name, type(error).__name__)
                spans.happened("database busy or away")
            await asyncio.sleep(retry)
            retry = min(retry * 2, _LONGEST_RETRY)

    async def _handle(self, reaction: Reaction, delivery: Delivery) -> Done:
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

        def work(part: Part) -> Done:
            return flow(part, event, setting, author_call(function, part.connection, part.outer))

        return await self._transactions.do(work, key=saga_key(self._participant.name, event))

    async def _purge_for_ever(self) -> None:
        while True:
            try:
                if collected := await self.purge():
                    log.info("purged %d rows of inbox and outbox", collected)
            except Exception:
                # Rows that stay longer do no harm; the next round tries again.
                log.exception("the purge of inbox and outbox failed")
            await asyncio.sleep(self._purge_interval)


def _may_try_again(error: Exception) -> bool:
    """Say whether it is about the database's state now, so that the same delivery may be tried again."""
    if isinstance(error, AuthorError):
        # A foreign OSError of the author's function says nothing of our database.
        return isinstance(error.__cause__, StatementError) and is_passing(error.__cause__)
    return is_passing(error)


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
