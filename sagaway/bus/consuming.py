"""A durable consumer at work: takes messages from a feed, runs the handler, and says how each ended.

The same for every implementation of the bus, so that they differ in how messages travel and in nothing else.

    fetch ─ decode ─┬─ handler ─┬─ returned ─────────────────────── ack
                    │           ├─ raised, deliveries left ──────── nak(backoff)
                    │           └─ raised, none left, or Poison ─┐
                    └─ no event ─────────────────────────────────┴─ bury ─ ack
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable

from sagaway.bus.base import Delivery, Feed, Handler, Message, Policy
from sagaway.bus.errors import BusError, BusUnavailableError, EventInvalidError, Poison, Redeliver
from sagaway.bus.events import decode

log = logging.getLogger("sagaway.bus")

RETRY = 0.5
"""Seconds until the bus is asked again when it can't be reached."""
LAST_WORDS = 1.0
"""Seconds that handlers get to end once they are cancelled."""
_BEATS = 3
"""How often a message's ack wait is begun anew within one ack wait."""
_MAX_REASON_CHARACTERS = 1000


class Consumer:
    """See `base.Subscription`. Make it inside the loop it works in; it works at once.

    Args:
        durable: its name.
        feed: where messages come from.
        handler: what is done with them.
        policy: how.
    """

    def __init__(self, durable: str, feed: Feed, handler: Handler, policy: Policy) -> None:
        self._durable = durable
        self._feed = feed
        self._handler = handler
        self._policy = policy
        self._running: set[asyncio.Task[None]] = set()
        self._slot_free = asyncio.Event()
        self._fetching = asyncio.create_task(self._fetch_for_ever(), name=f"sagaway-bus-{durable}")

    async def stop(self, grace: float = 10.0) -> None:
        """See `base.Subscription.stop`."""
        self._fetching.cancel()
        await asyncio.wait([self._fetching])
        await self._feed.close()
        if self._running:
            await asyncio.wait(self._running, timeout=grace)
        for task in self._running:
            task.cancel()
        if self._running:
            # A handler that waits for a thread can't be cut off: its event comes again, and its inbox will know.
            await asyncio.wait(self._running, timeout=LAST_WORDS)

    async def _fetch_for_ever(self) -> None:
        while True:
            try:
                while (free := self._policy.concurrency - len(self._running)) <= 0:
                    self._slot_free.clear()
                    await self._slot_free.wait()
                for message in await self._feed.fetch(free):
                    task = asyncio.create_task(self._deliver(message))
                    self._running.add(task)
                    task.add_done_callback(self._ended)
            except BusUnavailableError as error:
                log.warning("durable %s: %s", self._durable, error)
                await asyncio.sleep(RETRY)
            except Exception:
                log.exception("durable %s: fetching failed; it goes on", self._durable)
                await asyncio.sleep(RETRY)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._slot_free.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("durable %s: a delivery ended badly", self._durable, exc_info=error)

    async def _deliver(self, message: Message) -> None:
        beating = asyncio.create_task(self._beat(message))
        try:
            reason = await self._handle(message)
            if reason is None:
                await _quietly(message.ack())
            elif reason:
                await self._bury(message, reason)
        except asyncio.CancelledError:
            # Cut off by a stop. Whatever the handler reached before, the next delivery will find it.
            await _quietly(message.nak(0))
            raise
        finally:
            beating.cancel()

    async def _handle(self, message: Message) -> str | None:
        """Return None: handled; a reason: it is a dead letter; an empty one: it was given back."""
        if message.deliveries > self._policy.max_deliveries:
            return f"{self._policy.max_deliveries} deliveries ended without a word: the process died at each"
        try:
            event = decode(message.data)
        except EventInvalidError as error:
            return f"not an event: {error}"
        if event.type != message.subject:
            return "not an event: type: it is another than that of the subject it came on"
        try:
            await self._handler(Delivery(event, message.sequence, message.deliveries))
        except Poison as poison:
            return poison.reason or "poison"
        except Exception as error:
            reason = error.reason if isinstance(error, Redeliver) else f"the handler failed with {type(error).__name__}"
            told = None if isinstance(error, Redeliver) else error
            last = message.deliveries >= self._policy.max_deliveries
            log.warning(
                "durable %s: event %s of saga %s, delivery %d%s: %s",
                self._durable,
                event.id,
                event.subject,
                message.deliveries,
                ", the last" if last else "",
                reason,
                exc_info=told,
            )
            if last:
                return f"{reason} ({message.deliveries} deliveries)"
            await _quietly(message.nak(self._policy.backoff(message.deliveries)))
            return ""
        return None

    async def _bury(self, message: Message, reason: str) -> None:
        """Make it a dead letter, and only then acknowledge; a bus that is away is waited for."""
        # One line of text, as it travels in a header.
        told = " ".join(reason.split())[:_MAX_REASON_CHARACTERS]
        while True:
            try:
                await self._feed.bury(message, told)
                break
            except BusUnavailableError as error:
                log.warning("durable %s: a dead letter waits: %s", self._durable, error)
                await asyncio.sleep(RETRY)
        log.error("durable %s: message %d is a dead letter: %s", self._durable, message.sequence, told)
        await _quietly(message.ack())

    async def _beat(self, message: Message) -> None:
        while True:
            await asyncio.sleep(self._policy.ack_wait.total_seconds() / _BEATS)
            await _quietly(message.progress())


async def _quietly(saying: Awaitable[None]) -> None:
    """Say something to the bus that it may miss: what it does not hear comes again."""
    try:
        await saying
    except BusError as error:
        log.warning("the bus did not hear it, so an event may come again: %s", error)
