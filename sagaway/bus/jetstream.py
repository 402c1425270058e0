"""The bus on NATS JetStream. Streams and consumers are made here, as code, and making them again changes nothing.

    stream <prefix>-events   <prefix>.events.<type>    all events, kept for the retention
                             <prefix>.again.<durable>  replayed dead letters, each for one durable consumer
    stream <prefix>-dead     <prefix>.dead.<durable>   dead letters: the body as it came, the reason in the headers

A stream that is there is left as it is (its limits are yours to change); only subjects of ours that it lacks are added.
Where the server says that there is none any more, or no consumer, as one that has lost its store does, they are made anew.
A durable consumer is a pull consumer with explicit acknowledgement and no limit of deliveries: the limit is kept here
(`consuming`), because a server that gives up says so once, to whoever listens, and forgets the message. In the names of
consumers and the last tokens of subjects a `.` of a durable name is a `~`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    ConsumerInfo,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import APIError, NoStreamResponseError, NotFoundError

from sagaway.bus.base import EVERYTHING, Bus, DeadLetter, Handler, Policy, Reach, check_subscription
from sagaway.bus.consuming import Consumer
from sagaway.bus.errors import BusSetupError, BusUnavailableError, LetterNotFoundError
from sagaway.bus.events import MEDIA_TYPE, Event
from sagaway.bus.jetstream_connection import PATIENCE, Connection
from sagaway.bus.jetstream_feed import PullFeed
from sagaway.bus.jetstream_letters import MESSAGE_ID, SUBJECT, in_header, letter_of
from sagaway.bus.settings import NatsSettings

_MAX_UNACKNOWLEDGED = 20_000
"""Of one durable consumer, those in backoff included; beyond it the server delivers nothing new."""


@dataclass(frozen=True, slots=True)
class Names:
    """The names of streams and subjects under one prefix."""

    prefix: str

    @property
    def events(self) -> str:
        """The stream of events."""
        return f"{self.prefix}-events"

    @property
    def dead(self) -> str:
        """The stream of dead letters."""
        return f"{self.prefix}-dead"

    def event(self, event_type: str) -> str:
        """The subject of events of a type."""
        return f"{self.prefix}.events.{'>' if event_type == EVERYTHING else event_type}"

    def again(self, durable: str) -> str:
        """The subject of dead letters replayed for a durable."""
        return f"{self.prefix}.again.{token(durable)}"

    def letters(self, durable: str) -> str:
        """The subject of a durable's dead letters."""
        return f"{self.prefix}.dead.{token(durable)}"


def token(durable: str) -> str:
    """Return a durable's name as NATS allows it; no two become the same, for no name of ours has a `~`."""
    return durable.replace(".", "~")


class JetStreamBus(Bus):
    """See `base.Bus`. Made by `connect`."""

    def __init__(self, settings: NatsSettings) -> None:
        self._settings = settings
        self._names = Names(settings.prefix)
        self._connection = Connection(settings)
        self._consumers: list[Consumer] = []

    @classmethod
    async def connect(
        cls, settings: NatsSettings, *, name: str = "sagaway", patience: float = PATIENCE
    ) -> JetStreamBus:
        """Connect, and make the streams where they are missing. Later outages are ridden out by reconnecting.

        Args:
            settings: where, and how one is let in.
            name: shown in the server's monitoring.
            patience: seconds to wait for the server.

        Raises:
            BusSetupError: the server lets us not in, has no JetStream, or refuses the streams.
            BusUnavailableError: it can't be reached.
        """
        bus = cls(settings)
        await bus._connection.open(name, patience)
        try:
            await bus._make_streams()
        except BaseException:
            await bus._connection.close()
            raise
        return bus

    async def publish(self, event: Event, *, message_id: str) -> bool:
        """See `base.Bus.publish`."""
        headers = {MESSAGE_ID: message_id, "Content-Type": MEDIA_TYPE}
        try:
            return await self._connection.send(self._names.event(event.type), event.encode(), headers)
        except BusUnavailableError as error:
            if isinstance(error.__cause__, NoStreamResponseError):  # the server has lost what it had
                await self._make_streams()
            raise

    async def subscribe(
        self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None
    ) -> Consumer:
        """See `base.Bus.subscribe`."""
        chosen, policy = check_subscription(durable, types), policy or Policy()
        config = ConsumerConfig(
            name=token(durable),
            durable_name=token(durable),
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=policy.ack_wait.total_seconds(),
            max_deliver=-1,
            max_ack_pending=_MAX_UNACKNOWLEDGED,
            filter_subjects=[*(self._names.event(event_type) for event_type in chosen), self._names.again(durable)],
        )

        async def make() -> None:
            await self._make_streams()
            await self._make_consumer(durable, config)

        await self._make_consumer(durable, config)
        feed = PullFeed(self._connection, durable, self._names, make)
        await feed.open(self._connection.client)
        self._connection.listeners.append(feed)
        consumer = Consumer(durable, feed, handler, policy)
        self._consumers.append(consumer)
        return consumer

    async def backlog(self, durable: str) -> int:
        """See `base.Bus.backlog`."""
        return _waiting(await self._info(durable))

    async def reach(self, durable: str) -> Reach:
        """See `base.Bus.reach`."""
        async with self._connection.reaching():
            last = (await self._stream.stream_info(self._names.events)).state.last_seq
        info = await self._info(durable)  # asked last: what it has handled by then was there before
        if not _waiting(info):
            return Reach(last, last)
        return Reach(last, info.ack_floor.stream_seq if info.ack_floor is not None else 0)

    async def dead_letters(self, *, after: int = 0, limit: int = 100) -> Sequence[DeadLetter]:
        """See `base.Bus.dead_letters`."""
        letters: list[DeadLetter] = []
        while len(letters) < limit:
            sequence = letters[-1].id if letters else after
            try:
                async with self._connection.reaching():
                    raw = await self._stream.get_msg(
                        self._names.dead, sequence + 1, subject=f"{self._names.prefix}.dead.>", next=True
                    )
            except NotFoundError:
                break
            letters.append(letter_of(raw, self._names.prefix))
        return letters

    async def replay(self, letter_id: int) -> None:
        """See `base.Bus.replay`."""
        letter = await self._letter(letter_id)
        headers = {MESSAGE_ID: f"again-{letter_id}", SUBJECT: in_header(letter.subject), "Content-Type": MEDIA_TYPE}
        await self._connection.send(self._names.again(letter.durable), letter.data, headers)
        await self.discard(letter_id)

    async def discard(self, letter_id: int) -> None:
        """See `base.Bus.discard`."""
        await self._letter(letter_id)
        async with self._connection.reaching():
            await self._stream.delete_msg(self._names.dead, letter_id)

    async def close(self) -> None:
        """See `base.Bus.close`."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        await self._connection.close()

    @property
    def _stream(self) -> JetStreamContext:
        return self._connection.stream

    async def _info(self, durable: str) -> ConsumerInfo:
        try:
            async with self._connection.reaching():
                info: ConsumerInfo = await self._stream.consumer_info(self._names.events, token(durable))
        except NotFoundError:
            raise BusSetupError(f"there is no durable consumer {durable!r}") from None
        return info

    async def _letter(self, letter_id: int) -> DeadLetter:
        try:
            async with self._connection.reaching():
                raw = await self._stream.get_msg(self._names.dead, letter_id)
        except NotFoundError:
            raise LetterNotFoundError(f"there is no dead letter {letter_id}") from None
        return letter_of(raw, self._names.prefix)

    async def _make_streams(self) -> None:
        prefix = self._names.prefix
        await self._make_stream(self._names.events, [f"{prefix}.events.>", f"{prefix}.again.*"])
        await self._make_stream(self._names.dead, [f"{prefix}.dead.*"])

    async def _make_consumer(self, durable: str, config: ConsumerConfig) -> None:
        try:
            async with self._connection.reaching():
                await self._stream.add_consumer(self._names.events, config)
        except APIError as error:
            raise BusSetupError(f"NATS refuses the durable consumer {durable!r}: {error.description}") from None

    async def _make_stream(self, name: str, subjects: list[str]) -> None:
        config = StreamConfig(
            name=name,
            subjects=subjects,
            storage=StorageType.FILE,
            retention=RetentionPolicy.LIMITS,
            discard=DiscardPolicy.OLD,
            max_age=self._settings.retention.total_seconds(),
            duplicate_window=self._settings.dedupe_window.total_seconds(),
            num_replicas=self._settings.replicas,
        )
        try:
            async with self._connection.reaching():
                try:
                    there = (await self._stream.stream_info(name)).config
                except NotFoundError:
                    await self._stream.add_stream(config)
                    return
                if missing := [subject for subject in subjects if subject not in (there.subjects or [])]:
                    await self._stream.update_stream(there, subjects=[*(there.subjects or []), *missing])
        except APIError as error:
            raise BusSetupError(f"NATS refuses the stream {name!r}: {error.description}") from None


def _waiting(info: ConsumerInfo) -> int:
    return (info.num_pending or 0) + (info.num_ack_pending or 0)
