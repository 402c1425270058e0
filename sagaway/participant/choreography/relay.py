"""Brings events from the outbox to the bus, each saga's in their order.

    lock the oldest waiting row of each saga ─ publish them, at once ─ mark those that the bus has ─ COMMIT ─ again

A row is marked only after the bus has acknowledged it. If the relay dies between, the row is published again with the
same message id, and the bus stores it once; if that was too long ago, the inboxes know it. Of a saga only the oldest row
is ever published, so no event overtakes another one: neither one that failed nor one that another relay has under way.
On SQLite there are no such locks: two relays publish the same row, in the same order, and the bus stores it once. There
the marks share a transaction with what is handled meanwhile.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import Connection

from sagaway.bus import Bus, BusUnavailableError, decode
from sagaway.participant.choreography import rows, tracing
from sagaway.participant.choreography.session import session
from sagaway.participant.choreography.sharing import SharedTransactions, is_passing
from sagaway.participant.participant import Participant
from sagaway.participant.runner import with_connection
from sagaway.participant.transaction import SQLITE

log = logging.getLogger("sagaway.participant")

BATCH = 100
POLL = timedelta(milliseconds=200)
"""How often the outbox is looked at for what other code committed."""
_FIRST_RETRY, _LONGEST_RETRY = 0.2, 5.0


class Relay:
    """One participant's relay. Any number of them may run, in any number of processes.

    Args:
        participant: whose outbox.
        bus: where to.
        poll: how often to look when nothing was said.
        transactions: in which rows are marked on SQLite, together with what else waits for its one writer; by default
            its own.
    """

    def __init__(
        self,
        participant: Participant,
        bus: Bus,
        *,
        poll: timedelta = POLL,
        transactions: SharedTransactions | None = None,
    ) -> None:
        self._participant = participant
        self._bus = bus
        self._poll = poll.total_seconds()
        self._engine = participant.engine
        self._transactions = transactions or SharedTransactions(participant.engine, 1, 1)
        self._news = asyncio.Event()
        self._stopping = False

    def nudge(self) -> None:
        """Say that a row was committed."""
        self._news.set()

    def stop(self) -> None:
        """Let `run` end once it finds nothing that it can publish."""
        self._stopping = True
        self._news.set()

    async def run(self) -> None:
        """Publish until `stop`. Nothing ends it but that: what fails is tried again."""
        retry = _FIRST_RETRY
        while True:
            self._news.clear()
            done, waits = 0, False
            try:
                done, waits = await self.round()
            except Exception as error:
                waits = True
                if is_passing(error):
                    log.warning("participant %s: the outbox can't be read or marked now", self._participant.name)
                else:
                    log.exception("participant %s: the relay failed; it goes on", self._participant.name)
            if done:
                retry = _FIRST_RETRY
            elif self._stopping:
                return
            elif waits:
                await self._pause(retry)
                retry = min(retry * 2, _LONGEST_RETRY)
            else:
                await self._pause(self._poll)

    async def round(self) -> tuple[int, bool]:
        """Publish the oldest row of each saga.

        Returns:
            How many were published and marked, and whether there was anything to publish.
        """
        if self._engine.dialect.name == SQLITE:
            # Nothing is locked, and a transaction would only keep the log from being checkpointed.
            waiting = await with_connection(self._engine, lambda connection, _: self._read(connection))
            published = await self._publish(waiting)
            if published:
                await self._transactions.do(lambda part: self._mark(part.connection, published), first=True)
            return len(published), bool(waiting)
        async with session(self._engine) as connection:
            waiting = await connection.run(self._read)
            published = await self._publish(waiting)
            if published:
                await connection.run(lambda inner: self._mark_and_commit(inner, published))
            return len(published), bool(waiting)

    def _read(self, connection: Connection) -> list[rows.Waiting]:
        return rows.oldest_waiting(connection, self._participant.name, BATCH)

    def _mark(self, connection: Connection, published: Sequence[int]) -> None:
        rows.mark_published(connection, published, self._participant.clock())

    def _mark_and_commit(self, connection: Connection, published: Sequence[int]) -> None:
        self._mark(connection, published)
        connection.commit()

    async def _publish(self, waiting: Sequence[rows.Waiting]) -> list[int]:
        outcomes = await asyncio.gather(*(self._publish_one(row) for row in waiting), return_exceptions=True)
        published: list[int] = []
        away: BusUnavailableError | None = None
        for row, outcome in zip(waiting, outcomes, strict=True):
            if isinstance(outcome, BusUnavailableError):
                away = outcome
            elif isinstance(outcome, Exception):
                log.error(
                    "participant %s: outbox row %d can't be published", self._participant.name, row.id, exc_info=outcome
                )
            elif isinstance(outcome, BaseException):
                raise outcome
            else:
                published.append(row.id)
        if away is not None:
            waits = len(waiting) - len(published)
            log.warning("participant %s: events of %d sagas wait: %s", self._participant.name, waits, away)
        return published

    async def _publish_one(self, row: rows.Waiting) -> None:
        event = decode(row.body)
        with tracing.sending(event, self._participant.name):
            await self._bus.publish(event, message_id=event.id)

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._news.wait()
        except TimeoutError:
            pass
