"""The bus in memory, for tests and simulation: one `MemoryBroker`, and a `MemoryBus` for each process that would connect.

It has no threads and no clock of its own: its time is the event loop's, so on virtual time a backoff of minutes takes
none, and a run goes the same way each time. `MemoryBroker.down` and `up` make an outage; cutting a client off without
its last words is `MemoryBus.crash`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sagaway.bus.base import (
    DEDUPE_WINDOW,
    EVERYTHING,
    Bus,
    DeadLetter,
    Handler,
    Message,
    Policy,
    Reach,
    check_subscription,
)
from sagaway.bus.consuming import Consumer
from sagaway.bus.errors import BusSetupError, BusUnavailableError, LetterNotFoundError
from sagaway.bus.events import Event

PATIENCE = 5.0
"""Seconds a request waits for the broker during an outage."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A message in the broker.

    Attributes:
        sequence: its place, from 1.
        subject: the event's type.
        data: the body.
        only_for: of a replayed dead letter, its durable.
    """

    sequence: int
    subject: str
    data: bytes
    only_for: str = ""


@dataclass(slots=True)
class _Pending:
    """A message that was delivered and not acknowledged: when it is due again."""

    stored: Stored
    due: float
    deliveries: int = 1


@dataclass(slots=True)
class _Durable:
    name: str
    types: tuple[str, ...]
    ack_wait: float
    position: int = 0  # index of the next message that was never delivered
    pending: dict[int, _Pending] = field(default_factory=dict)
    waiting: list[asyncio.Future[None]] = field(default_factory=list)

    def wants(self, stored: Stored) -> bool:
        if stored.only_for:
            return stored.only_for == self.name
        return self.types == (EVERYTHING,) or stored.subject in self.types

    def wake(self) -> None:
        for future in self.waiting:
            if not future.done():
                future.set_result(None)
        self.waiting.clear()


class MemoryBroker:
    """What a server would be.

    Args:
        dedupe_window: how long a message id is remembered.
        clock: gives the time of day, for dead letters.
    """

    def __init__(
        self, *, dedupe_window: timedelta = DEDUPE_WINDOW, clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.messages: list[Stored] = []
        """All that was published, in order. For looking at."""
        self.dead: dict[int, DeadLetter] = {}
        self.clock = clock
        self._window = dedupe_window.total_seconds()
        self._ids: dict[str, float] = {}
        self._durables: dict[str, _Durable] = {}
        self._letters = 0
        self._up = asyncio.Event()
        self._up.set()

    def down(self) -> None:
        """Begin an outage: nobody reaches the broker. What it holds it keeps."""
        self._up.clear()

    def up(self) -> None:
        """End the outage."""
        self._up.set()
        for durable in self._durables.values():
            durable.wake()

    @property
    def is_up(self) -> bool:
        """Whether it can be reached."""
        return self._up.is_set()

    async def reached(self) -> None:
        """Wait for it as long as a request would.

        Raises:
            BusUnavailableError: it was away for all that time.
        """
        try:
            async with asyncio.timeout(PATIENCE):
                await self._up.wait()
        except TimeoutError:
            raise BusUnavailableError("the broker is down") from None

    def store(self, subject: str, data: bytes, message_id: str = "", *, only_for: str = "") -> bool:
        """Store a message as it is; return whether it was new by its id."""
        now = _now()
        if message_id:
            # In the order of their ends, for all are kept equally long.
            while self._ids and next(iter(self._ids.values())) <= now:
                del self._ids[next(iter(self._ids))]
            if message_id in self._ids:
                return False
            self._ids[message_id] = now + self._window
        self.messages.append(Stored(len(self.messages) + 1, subject, data, only_for))
        for durable in self._durables.values():
            durable.wake()
        return True

    def consumer(self, name: str, types: tuple[str, ...], policy: Policy) -> _Durable:
        """Make a durable consumer, or give the one that is there these types and this policy."""
        durable = self._durables.setdefault(name, _Durable(name, types, 0))
        durable.types, durable.ack_wait = types, policy.ack_wait.total_seconds()
        durable.wake()
        return durable

    def waiting_for(self, name: str) -> int:
        """See `Bus.backlog`."""
        durable = self._durables.get(name)
        if durable is None:
            raise BusSetupError(f"there is no durable consumer {name!r}")
        return len(durable.pending) + sum(durable.wants(stored) for stored in self.messages[durable.position :])

    def reach(self, name: str) -> Reach:
        """See `Bus.reach`."""
        waits = self.waiting_for(name)
        durable = self._durables[name]
        first = min((*durable.pending, durable.position + 1)) if waits else len(self.messages) + 1
        return Reach(len(self.messages), first - 1)

    def take(self, durable: _Durable, limit: int) -> list[_Pending]:
        """Deliver what is due: first what comes again, then what is new."""
        now = _now()
        again = sorted((entry for entry in durable.pending.values() if entry.due <= now), key=_by_due)[:limit]
        for entry in again:
            entry.deliveries += 1
            entry.due = now + durable.ack_wait
        while len(again) < limit and durable.position < len(self.messages):
            stored = self.messages[durable.position]
            durable.position += 1
            if durable.wants(stored):
                entry = durable.pending[stored.sequence] = _Pending(stored, now + durable.ack_wait)
                again.append(entry)
        return again

    def bury(self, durable: _Durable, stored: Stored, deliveries: int, reason: str) -> None:
        """Keep a message as a dead letter, once."""
        if any(letter.durable == durable.name and letter.sequence == stored.sequence for letter in self.dead.values()):
            return
        self._letters += 1
        self.dead[self._letters] = DeadLetter(
            id=self._letters,
            durable=durable.name,
            subject=stored.subject,
            data=stored.data,
            reason=reason,
            deliveries=deliveries,
            sequence=stored.sequence,
            time=self.clock(),
        )


class MemoryBus(Bus):
    """See `base.Bus`. One connection to a broker."""

    def __init__(self, broker: MemoryBroker) -> None:
        self._broker = broker
        self._consumers: list[Consumer] = []
        self._crashed = False

    async def publish(self, event: Event, *, message_id: str) -> bool:
        """See `base.Bus.publish`."""
        data = event.encode()
        await self._reached()
        return self._broker.store(event.type, data, message_id)

    async def subscribe(
        self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None
    ) -> Consumer:
        """See `base.Bus.subscribe`."""
        chosen, policy = check_subscription(durable, types), policy or Policy()
        await self._reached()
        feed = _Feed(self, self._broker, self._broker.consumer(durable, chosen, policy))
        consumer = Consumer(durable, feed, handler, policy)
        self._consumers.append(consumer)
        return consumer

    async def backlog(self, durable: str) -> int:
        """See `base.Bus.backlog`."""
        await self._reached()
        return self._broker.waiting_for(durable)

    async def reach(self, durable: str) -> Reach:
        """See `base.Bus.reach`."""
        await self._reached()
        return self._broker.reach(durable)

    async def dead_letters(self, *, after: int = 0, limit: int = 100) -> Sequence[DeadLetter]:
        """See `base.Bus.dead_letters`."""
        await self._reached()
        return [letter for letter in self._broker.dead.values() if letter.id > after][:limit]

    async def replay(self, letter_id: int) -> None:
        """See `base.Bus.replay`."""
        await self._reached()
        letter = self._letter(letter_id)
        self._broker.store(letter.subject, letter.data, f"again-{letter.id}", only_for=letter.durable)
        del self._broker.dead[letter_id]

    async def discard(self, letter_id: int) -> None:
        """See `base.Bus.discard`."""
        await self._reached()
        self._letter(letter_id)
        del self._broker.dead[letter_id]

    async def close(self) -> None:
        """See `base.Bus.close`."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))

    async def crash(self) -> None:
        """End as a killed process does: nothing more is said to the broker, and what runs is cut off."""
        self._crashed = True
        await asyncio.gather(*(consumer.stop(grace=0) for consumer in self._consumers))

    async def _reached(self) -> None:
        if self._crashed:
            raise BusUnavailableError("this process is dead")
        await self._broker.reached()

    def can_speak(self) -> None:
        """Refuse if nothing that is said now would reach the broker.

        Raises:
            BusUnavailableError: an outage, or this process crashed.
        """
        if self._crashed or not self._broker.is_up:
            raise BusUnavailableError("the broker is down, or this process is dead")

    def _letter(self, letter_id: int) -> DeadLetter:
        letter = self._broker.dead.get(letter_id)
        if letter is None:
            raise LetterNotFoundError(f"there is no dead letter {letter_id}")
        return letter


class _Message:
    """One delivery. What an older delivery says of a message that was delivered again is still heard, as on NATS."""

    def __init__(self, bus: MemoryBus, durable: _Durable, pending: _Pending) -> None:
        self._bus = bus
        self._durable = durable
        self.stored = pending.stored
        self.data = pending.stored.data
        self.subject = pending.stored.subject
        self.sequence = pending.stored.sequence
        self.deliveries = pending.deliveries

    async def ack(self) -> None:
        self._bus.can_speak()
        self._durable.pending.pop(self.sequence, None)

    async def nak(self, delay: float) -> None:
        self._due(delay)
        self._durable.wake()

    async def progress(self) -> None:
        self._due(self._durable.ack_wait)

    def _due(self, delay: float) -> None:
        self._bus.can_speak()
        if (pending := self._durable.pending.get(self.sequence)) and pending.deliveries == self.deliveries:
            pending.due = _now() + delay


class _Feed:
    def __init__(self, bus: MemoryBus, broker: MemoryBroker, durable: _Durable) -> None:
        self._bus = bus
        self._broker = broker
        self._durable = durable

    async def fetch(self, limit: int) -> Sequence[Message]:
        while True:
            if self._broker.is_up and (found := self._broker.take(self._durable, limit)):
                return [_Message(self._bus, self._durable, replace(pending)) for pending in found]
            woken = asyncio.get_running_loop().create_future()
            self._durable.waiting.append(woken)
            due = min((pending.due for pending in self._durable.pending.values()), default=None)
            try:
                async with asyncio.timeout_at(due if self._broker.is_up else None):
                    await woken
            except TimeoutError:
                pass
            finally:
                if woken in self._durable.waiting:
                    self._durable.waiting.remove(woken)

    async def bury(self, message: Message, reason: str) -> None:
        assert isinstance(message, _Message)
        self._bus.can_speak()
        self._broker.bury(self._durable, message.stored, message.deliveries, reason)

    async def close(self) -> None:
        pass


def _by_due(pending: _Pending) -> tuple[float, int]:
    return pending.due, pending.stored.sequence


def _now() -> float:
    return asyncio.get_running_loop().time()
