"""The bus on NATS JetStream. Streams and consumers are made here, as code, and making them again changes nothing.

    stream <prefix>-events   <prefix>.events.<type>    all events, kept for the retention
                             <prefix>.again.<durable>  replayed dead letters, each for one durable consumer
    stream <prefix>-dead     <prefix>.dead.<durable>   dead letters: the body as it came, the reason in the headers

A stream that is there is left as it is (its limits are yours to change); only subjects of ours that it lacks are added.
A durable consumer is a pull consumer with explicit acknowledgement and no limit of deliveries: the limit is kept here
(`consuming`), because a server that gives up says so once, to whoever listens, and forgets the message. In the names of
consumers and the last tokens of subjects a `.` of a durable name is a `~`.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from nats.aio.client import Client
from nats.errors import AuthorizationError
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
from nats.js.errors import APIError, NotFoundError

from sagaway.bus.base import EVERYTHING, Bus, DeadLetter, Handler, Policy, Reach, check_subscription
from sagaway.bus.consuming import Consumer
from sagaway.bus.errors import BusSetupError, BusUnavailableError, LetterNotFoundError
from sagaway.bus.events import MEDIA_TYPE, Event
from sagaway.bus.jetstream_feed import PullFeed, connection_faults
from sagaway.bus.jetstream_letters import MESSAGE_ID, SUBJECT, in_header, letter_of
from sagaway.bus.settings import NatsSettings

log = logging.getLogger("sagaway.bus")

PATIENCE = 5.0
"""Seconds a request may take, waiting for a server that is away included."""
_MAX_UNACKNOWLEDGED = 20_000
"""Of one durable consumer, those in backoff included; beyond it the server delivers nothing new."""
_RECONNECT_SECONDS = 0.25


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
        self._client = Client()
        self._stream: JetStreamContext = self._client.jetstream(timeout=PATIENCE)
        self._up = asyncio.Event()
        self._fault: Exception | None = None
        self._feeds: list[PullFeed] = []
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
        where = ", ".join(settings.urls)
        try:
            async with asyncio.timeout(patience):
                await bus._client.connect(
                    name=name,
                    error_cb=bus._note,
                    disconnected_cb=bus._went,
                    reconnected_cb=bus._came,
                    closed_cb=bus._went,
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_SECONDS,  # type: ignore[arg-type] # it is slept
                    connect_timeout=2,
                    ping_interval=10,
                    **settings.connection_options(),
                )
        except (TimeoutError, OSError) as error:
            with suppress(*connection_faults):
                await bus._client.close()
            if _refuses_us(bus._fault):
                raise BusSetupError(f"the NATS server at {where} refuses these credentials") from None
            if isinstance(bus._fault, ssl.SSLError):
                raise BusSetupError(
                    f"there is no TLS with the NATS server at {where} ({bus._fault.reason}): see SAGAWAY_NATS_CA, and "
                    "SAGAWAY_NATS_CERT and SAGAWAY_NATS_KEY if it wants to see a certificate"
                ) from None
            said = bus._fault or error
            raise BusUnavailableError(
                f"no NATS server answers at {where} ({type(said).__name__}); `sagaway bus` runs one"
            ) from None
        bus._up.set()
        try:
            await bus._make_streams()
        except BaseException:
            await bus._client.close()
            raise
        return bus

    async def publish(self, event: Event, *, message_id: str) -> bool:
        """See `base.Bus.publish`."""
        headers = {MESSAGE_ID: message_id, "Content-Type": MEDIA_TYPE}
        return await self.send(self._names.event(event.type), event.encode(), headers)

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
        try:
            async with self.reaching():
                await self._stream.add_consumer(self._names.events, config)
        except APIError as error:
            raise BusSetupError(f"NATS refuses the durable consumer {durable!r}: {error.description}") from None
        feed = PullFeed(self, durable, self._names)
        await feed.open(self._client)
        self._feeds.append(feed)
        consumer = Consumer(durable, feed, handler, policy)
        self._consumers.append(consumer)
        return consumer

    async def backlog(self, durable: str) -> int:
        """See `base.Bus.backlog`."""
        return _waiting(await self._info(durable))

    async def reach(self, durable: str) -> Reach:
        """See `base.Bus.reach`."""
        async with self.reaching():
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
                async with self.reaching():
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
        await self.send(self._names.again(letter.durable), letter.data, headers)
        await self.discard(letter_id)

    async def discard(self, letter_id: int) -> None:
        """See `base.Bus.discard`."""
        await self._letter(letter_id)
        async with self.reaching():
            await self._stream.delete_msg(self._names.dead, letter_id)

    async def close(self) -> None:
        """See `base.Bus.close`."""
        await asyncio.gather(*(consumer.stop() for consumer in self._consumers))
        with suppress(*connection_faults):
            if self._client.is_connected:
                await self._client.flush(timeout=2)
        self._up.clear()  # we go: nothing is lost that a log should tell of
        with suppress(*connection_faults):
            await self._client.close()
        await _end_tasks(self._client)

    async def send(self, subject: str, body: bytes, headers: dict[str, str]) -> bool:
        """Store a message; return whether it is new by its id. For `feed` too.

        Raises:
            BusUnavailableError: as of `publish`.
        """
        async with self.reaching():
            acknowledged = await self._stream.publish(subject, body, timeout=PATIENCE, headers=headers)
            return not acknowledged.duplicate

    @property
    def up(self) -> asyncio.Event:
        """Set while there is a connection."""
        return self._up

    def reaching(self) -> _Reaching:
        """Inside the block requests are made, with one patience for all of them and one error if they get no answer."""
        return _Reaching(self._up)

    async def _info(self, durable: str) -> ConsumerInfo:
        try:
            async with self.reaching():
                info: ConsumerInfo = await self._stream.consumer_info(self._names.events, token(durable))
        except NotFoundError:
            raise BusSetupError(f"there is no durable consumer {durable!r}") from None
        return info

    async def _letter(self, letter_id: int) -> DeadLetter:
        try:
            async with self.reaching():
                raw = await self._stream.get_msg(self._names.dead, letter_id)
        except NotFoundError:
            raise LetterNotFoundError(f"there is no dead letter {letter_id}") from None
        return letter_of(raw, self._names.prefix)

    async def _make_streams(self) -> None:
        prefix = self._names.prefix
        await self._make_stream(self._names.events, [f"{prefix}.events.>", f"{prefix}.again.*"])
        await self._make_stream(self._names.dead, [f"{prefix}.dead.*"])

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
            async with self.reaching():
                try:
                    there = (await self._stream.stream_info(name)).config
                except NotFoundError:
                    await self._stream.add_stream(config)
                    return
                if missing := [subject for subject in subjects if subject not in (there.subjects or [])]:
                    await self._stream.update_stream(there, subjects=[*(there.subjects or []), *missing])
        except APIError as error:
            raise BusSetupError(f"NATS refuses the stream {name!r}: {error.description}") from None

    async def _note(self, error: Exception) -> None:
        # The client tries again at once, and what it then meets says less.
        if not (_refuses_us(self._fault) or isinstance(self._fault, ssl.SSLError)):
            self._fault = error
        if self._up.is_set():
            log.warning("the connection to NATS has trouble: %s", type(error).__name__)

    async def _went(self) -> None:
        if self._up.is_set():
            self._up.clear()
            log.warning("the connection to NATS is lost")

    async def _came(self) -> None:
        self._up.set()
        log.info("the connection to NATS is back")
        for feed in self._feeds:
            feed.renew()


def _waiting(info: ConsumerInfo) -> int:
    return (info.num_pending or 0) + (info.num_ack_pending or 0)


def _refuses_us(error: Exception | None) -> bool:
    # While connecting, the client has no class for it.
    return isinstance(error, AuthorizationError) or "authorization violation" in str(error).lower()


class _Reaching:
    """Waits for the connection, bounds the time, and turns what says "no answer" into BusUnavailableError.

    A cancel that gets lost inside is raised at the end: nats-py swallows one while it flushes, and Python 3.11's wait_for
    one that comes with the answer. Whoever cancelled would wait for ever for a task that goes on.
    """

    def __init__(self, up: asyncio.Event) -> None:
        self._up = up
        self._time = asyncio.timeout(PATIENCE)
        self._cancels = 0

    async def __aenter__(self) -> None:
        self._cancels = _cancels()
        await self._time.__aenter__()
        try:
            await self._up.wait()
        except BaseException as error:
            await self.__aexit__(type(error), error, None)
            raise

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            await self._time.__aexit__(kind, error, None)
        except TimeoutError:
            if _cancels() > self._cancels:
                raise asyncio.CancelledError from None
            raise BusUnavailableError(f"NATS did not answer within {PATIENCE:.0f} s") from None
        if _cancels() > self._cancels and not isinstance(error, asyncio.CancelledError):
            raise asyncio.CancelledError from error
        if isinstance(error, APIError) and error.code != 503:
            return  # an answer, and no
        if isinstance(error, connection_faults):
            raise BusUnavailableError(f"NATS can't be asked now ({type(error).__name__})") from error


def _cancels() -> int:
    """How often somebody asked for the end of the task that runs."""
    task = asyncio.current_task()
    return task.cancelling() if task is not None else 0


async def _end_tasks(client: Client) -> None:
    """End what a closed client has left running: its reconnecting swallows a cancel that comes while it connects, and then
    goes on for ever, so that neither would the program end.
    """
    while left := [task for task in asyncio.all_tasks() if _is_of(task, client)]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=_RECONNECT_SECONDS)


def _is_of(task: asyncio.Task[object], client: Client) -> bool:
    frame = getattr(task.get_coro(), "cr_frame", None)
    return task is not asyncio.current_task() and frame is not None and frame.f_locals.get("self") is client
