"""Pulls one durable consumer's messages from JetStream.

One request is open at a time, for as many messages as the caller had room for. The server answers it with messages as
they come, until all are there or it expires; so a message never waits for a request, and nothing is polled. A lost
connection loses the open request: `renew` asks anew.
"""

from __future__ import annotations

import asyncio
import json
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING
from urllib.parse import unquote

from nats.aio.client import Client
from nats.aio.msg import Msg

from sagaway.bus.base import Message
from sagaway.bus.errors import BusUnavailableError
from sagaway.bus.jetstream_connection import Connection, connection_faults
from sagaway.bus.jetstream_letters import SUBJECT, headers_of

if TYPE_CHECKING:
    from sagaway.bus.jetstream import Names

_EXPIRES = 30
_LATE = 5.0
"""Seconds after its expiry at which a request that the server said nothing of is given up."""
_HEADERS_BYTES = 16 * 1024
"""Room for what is said of a dead letter; the server's limit is on body and headers together."""
_OVER = ("404", "408")
"""Status codes of a request that is over, and nothing is wrong."""


class PullFeed:
    """See `base.Feed`.

    Args:
        connection: to the server.
        durable: whose messages.
        names: of the streams.
        make: makes the consumer, if it is not there.
    """

    def __init__(self, connection: Connection, durable: str, names: Names, make: Callable[[], Awaitable[None]]) -> None:
        self._connection = connection
        self._make = make
        self._durable = durable
        self._names = names
        self._next = f"$JS.API.CONSUMER.MSG.NEXT.{names.events}.{durable.replace('.', '~')}"
        self._arrived: deque[_Message] = deque()
        self._news = asyncio.Event()
        self._request = 0  # the number of the open one
        self._owed = 0  # messages that it may still bring
        self._give_up_at = 0.0
        self._refused = ""

    async def open(self, client: Client) -> None:
        """Begin to listen.

        Raises:
            BusUnavailableError: the connection is closed.
        """
        self._client = client
        self._inbox = client.new_inbox()
        try:
            self._listening = await client.subscribe(f"{self._inbox}.*", cb=self._take)
        except connection_faults as error:
            raise BusUnavailableError(f"NATS can't be asked now ({type(error).__name__})") from error

    async def fetch(self, limit: int) -> Sequence[Message]:
        """See `base.Feed.fetch`."""
        while True:
            if self._arrived:
                return [self._arrived.popleft() for _ in range(min(limit, len(self._arrived)))]
            if self._refused:
                refused, self._refused = self._refused, ""
                await self._make()  # it is refused where there is no consumer any more
                raise BusUnavailableError(f"NATS gives nothing to {self._durable}: {refused}")
            await self._connection.up.wait()
            if self._owed <= 0:
                await self._ask(limit)
            self._news.clear()
            try:
                async with asyncio.timeout_at(self._give_up_at):
                    await self._news.wait()
            except TimeoutError:
                self._owed = 0

    async def bury(self, message: Message, reason: str) -> None:
        """See `base.Feed.bury`."""
        body, room = message.data, self._client.max_payload - _HEADERS_BYTES
        if len(body) > room:  # no event of ours is so large; kept whole it would be refused for ever
            body, reason = body[:room], f"{reason}; of its {len(body)} bytes {room} are kept"
        await self._connection.send(
            self._names.letters(self._durable), body, headers_of(self._durable, message, reason)
        )

    async def close(self) -> None:
        """See `base.Feed.close`."""
        try:
            await self._listening.unsubscribe()
            while self._arrived:
                await self._arrived.popleft().nak(0)
        except (*connection_faults, BusUnavailableError):
            pass  # they come again after the ack wait

    def renew(self) -> None:
        """Ask anew: the open request went with the connection."""
        self._owed = 0
        self._news.set()

    async def _ask(self, limit: int) -> None:
        self._request += 1
        asked = {"batch": limit, "expires": _EXPIRES * 1_000_000_000}
        await _say(self._client, self._next, json.dumps(asked).encode(), f"{self._inbox}.{self._request}")
        self._owed = limit
        self._give_up_at = asyncio.get_running_loop().time() + _EXPIRES + _LATE

    async def _take(self, message: Msg) -> None:
        if message.reply:
            self._owed -= 1
            self._arrived.append(_Message(self._client, message, self._names.prefix))
        elif message.subject.endswith(f".{self._request}"):
            # A status, and the end of the open request; of an older one it says nothing new.
            self._owed = 0
            status = (message.headers or {}).get("Status", "")
            if status not in _OVER:
                described, _, _ = (message.headers or {}).get("Description", "").partition("\n")
                self._refused = f"{status} {described}".strip()
        self._news.set()


class _Message:
    """See `base.Message`."""

    def __init__(self, client: Client, message: Msg, prefix: str) -> None:
        self._client = client
        self._reply = message.reply
        self.data = message.data
        # A replayed one came on a subject of its own.
        before = unquote((message.headers or {}).get(SUBJECT, ""))
        self.subject = before or message.subject.removeprefix(f"{prefix}.events.")
        self.sequence = message.metadata.sequence.stream
        self.deliveries = message.metadata.num_delivered or 1

    async def ack(self) -> None:
        await _say(self._client, self._reply, b"+ACK")

    async def nak(self, delay: float) -> None:
        asked = json.dumps({"delay": int(delay * 1_000_000_000)}).encode()
        await _say(self._client, self._reply, b"-NAK " + asked if delay else b"-NAK")

    async def progress(self) -> None:
        await _say(self._client, self._reply, b"+WPI")


async def _say(client: Client, subject: str, words: bytes, reply: str = "") -> None:
    try:
        await client.publish(subject, words, reply=reply)
    except connection_faults as error:
        raise BusUnavailableError(f"NATS can't be told now ({type(error).__name__})") from error
