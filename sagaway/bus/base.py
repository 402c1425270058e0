"""The bus: what brings events from those who publish them to those who handle them. These docstrings are the law.

Two implementations keep it, NATS JetStream (`jetstream`) and a twin in memory (`memory`) for tests and simulation, and
`tests/bus` asks both the same questions. Kafka or RabbitMQ could follow: what an implementation must bring is a `Feed`
(below) for each durable consumer, a publish that deduplicates by a message id, and a place for dead letters.

What holds:

- **Publish.** Once it returns, the event is stored and survives a kill of the bus. The same message id again within the
  dedupe window is stored once. When it raises, nothing is known.
- **Delivery** is at least once, to every durable consumer by itself. Who shares a durable name shares the work.
- **Order.** First deliveries to a durable come in the order of publishing, of each type and of all its types. A
  delivery that was not acknowledged comes again later, and others are not held up by it.
- **Acknowledgement.** A handler that returns acknowledges; do it after your commit. One that raises, is cancelled, or
  dies with its process does not. While a handler runs its event is kept from others, however long it takes.
- **Bounded.** After `Policy.max_deliveries` the event becomes a dead letter, with the reason, and stays one until a
  person replays or discards it. So does at once what is no event, and what a handler calls `Poison`.
- **A durable consumer is remembered**: what is published while nobody holds its name waits for it, within the bus's
  retention.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sagaway.bus.errors import BusSetupError
from sagaway.bus.events import Event, check_type

EVERYTHING = "*"
"""In place of a type: the events of all types, as an observer wants them."""
DEDUPE_WINDOW = timedelta(minutes=2)
RETENTION = timedelta(days=14)

_DURABLE = re.compile(r"[A-Za-z0-9._-]{1,160}")


@dataclass(frozen=True, slots=True)
class Policy:
    """How a durable consumer delivers.

    Args:
        concurrency: how many handlers of this subscription run at once. With 1 an event is handled only after the one
            before it was.
        max_deliveries: how often an event is delivered before it is a dead letter. A delivery that ended with the
            process counts too.
        first_backoff: how long after the first failed delivery the second one comes; it doubles each time.
        max_backoff: the longest it gets.
        ack_wait: how long after a process's death its events go to another one.

    Raises:
        BusSetupError: a value makes no sense.
    """

    concurrency: int = 16
    max_deliveries: int = 10
    first_backoff: timedelta = timedelta(milliseconds=200)
    max_backoff: timedelta = timedelta(seconds=60)
    ack_wait: timedelta = timedelta(seconds=10)

    def __post_init__(self) -> None:
        for name in ("concurrency", "max_deliveries"):
            if getattr(self, name) < 1:
                raise BusSetupError(f"{name} is {getattr(self, name)}; it must be at least 1")
        for name in ("first_backoff", "max_backoff", "ack_wait"):
            if getattr(self, name) <= timedelta(0):
                raise BusSetupError(f"{name} is {getattr(self, name)}; it must be longer than nothing")

    def backoff(self, deliveries: int) -> float:
        """Return the seconds between the delivery of this number, from 1, and the next one."""
        doublings = min(deliveries - 1, 40)
        return min(self.first_backoff.total_seconds() * 2.0**doublings, self.max_backoff.total_seconds())


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a handler is given.

    Attributes:
        event: the event.
        sequence: its place among all events of the bus, from 1; a replayed one has another.
        deliveries: which delivery this is, from 1.
    """

    event: Event
    sequence: int
    deliveries: int


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a durable consumer has come.

    Attributes:
        last: the place of what was published last; 0: nothing was.
        handled: up to this place, everything that is for this consumer was handled for good or is a dead letter.
    """

    last: int
    handled: int


Handler = Callable[[Delivery], Awaitable[None]]
"""Returns once the event is handled for good. Raises `Redeliver`, `Poison`, or anything else, which is a Redeliver."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A message that a durable consumer gave up.

    Attributes:
        id: names it among the dead letters; they are in the order of their ids.
        durable: which consumer gave it up; to the others it is nothing.
        subject: the bus's subject it came on.
        data: the message's body, byte for byte (one that is far larger than an event may be is cut short);
            `sagaway.bus.decode` reads it if it is an event.
        reason: why, in a sentence.
        deliveries: how often it was delivered.
        sequence: its place among the events.
        time: when it was given up.
    """

    id: int
    durable: str
    subject: str
    data: bytes = field(repr=False)
    reason: str
    deliveries: int
    sequence: int
    time: datetime


class Subscription(Protocol):
    """A durable consumer at work in this process."""

    async def stop(self, grace: float = 10.0) -> None:
        """Take no more events, let the handlers that run end and acknowledge, and give back what waits.

        Args:
            grace: seconds for the handlers; those that take longer are cancelled, and their events come again.
        """


class Bus(ABC):
    """A connection to the bus. Make one a process; it may be used by all its tasks of one event loop."""

    @abstractmethod
    async def publish(self, event: Event, *, message_id: str) -> bool:
        """Store the event for all whom it concerns.

        Args:
            event: what to publish.
            message_id: names this publish: the same id within the dedupe window is stored once.

        Returns:
            Whether it was stored now; False: it was before, by the same message id.

        Raises:
            EventInvalidError: it is too large, or its data is not JSON; nothing was published.
            BusUnavailableError: not stored in time, a few seconds; nothing is known of it. Publish again with the
                same id.
        """

    @abstractmethod
    async def subscribe(
        self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None
    ) -> Subscription:
        """Hand the events of these types to the handler, from where the durable consumer stands.

        A new durable begins with the oldest event that is kept. One that was there takes the new types and policy.

        Args:
            durable: its name, `[A-Za-z0-9._-]{1,160}`.
            types: the event types, or `EVERYTHING`.
            handler: called in tasks of the running event loop.
            policy: default: `Policy()`.

        Raises:
            BusSetupError: a name or type is not right, or the bus refuses the consumer.
            BusUnavailableError: the bus can't be reached.
        """

    @abstractmethod
    async def backlog(self, durable: str) -> int:
        """Return how many events wait for this durable consumer, those under way and in backoff included.

        Raises:
            BusSetupError: there is no such durable consumer.
            BusUnavailableError: the bus can't be reached.
        """

    @abstractmethod
    async def reach(self, durable: str) -> Reach:
        """Return how far this durable consumer has come, whoever holds its name.

        What was published in the moment before may be missing from `last`, or count as handled. Ask again a moment later:
        once `handled` is at the `last` of before, all that had been published by then is handled.

        Raises:
            BusSetupError: there is no such durable consumer.
            BusUnavailableError: the bus can't be reached.
        """

    @abstractmethod
    async def dead_letters(self, *, after: int = 0, limit: int = 100) -> Sequence[DeadLetter]:
        """Return dead letters in the order of their ids.

        Args:
            after: only those with a larger id.
            limit: at most so many.

        Raises:
            BusUnavailableError: the bus can't be reached.
        """

    @abstractmethod
    async def replay(self, letter_id: int) -> None:
        """Deliver a dead letter once more, with new deliveries, to the durable consumer that gave it up.

        No other consumer sees it again. It is no dead letter any more, unless it becomes one again.

        Raises:
            LetterNotFoundError: there is none of this id.
            BusUnavailableError: the bus can't be reached; replay again.
        """

    @abstractmethod
    async def discard(self, letter_id: int) -> None:
        """Forget a dead letter.

        Raises:
            LetterNotFoundError: there is none of this id.
            BusUnavailableError: the bus can't be reached.
        """

    @abstractmethod
    async def close(self) -> None:
        """Stop all subscriptions, as `Subscription.stop` does, and leave."""


class Message(Protocol):
    """One delivery of one message, as a feed brings it."""

    data: bytes
    subject: str
    sequence: int
    deliveries: int

    async def ack(self) -> None:
        """Say that it is handled. Best effort: what gets lost comes again."""

    async def nak(self, delay: float) -> None:
        """Give it back: deliver it again after `delay` seconds. Best effort: else it comes after the ack wait."""

    async def progress(self) -> None:
        """Begin the ack wait anew. Best effort."""


class Feed(Protocol):
    """What an implementation brings for one durable consumer; `consuming` does the rest for all of them."""

    async def fetch(self, limit: int) -> Sequence[Message]:
        """Wait for messages; return at least one and at most `limit`, in order.

        Raises:
            BusUnavailableError: the bus can't be reached; the caller waits and asks again.
        """

    async def bury(self, message: Message, reason: str) -> None:
        """Store the message as a dead letter. Twice within the dedupe window is once.

        Raises:
            BusUnavailableError: nothing is known; bury it again.
        """

    async def close(self) -> None:
        """Give back what was sent here and not fetched. Best effort."""


def check_subscription(durable: str, types: Iterable[str]) -> tuple[str, ...]:
    """Return the types, sorted.

    Raises:
        BusSetupError: a name is not right, or there is no type.
    """
    if not _DURABLE.fullmatch(durable):
        raise BusSetupError(f"the durable name {durable!r} must match {_DURABLE.pattern}")
    chosen = tuple(sorted(set(types)))
    if not chosen:
        raise BusSetupError(f"durable {durable!r} consumes no type; name at least one")
    if EVERYTHING in chosen:
        return (EVERYTHING,)
    for event_type in chosen:
        try:
            check_type(event_type)
        except ValueError as error:
            raise BusSetupError(f"durable {durable!r}: {error}") from None
    return chosen
