"""The connection to NATS: of one client, and of another one where that has closed itself.

nats-py rides out a server that is away. But what a server calls an error before it hangs up is the end to it: credentials
that have expired, or that were changed on the server, close the client for good. Whoever is refused now may be let in a
moment later, and nobody would start this process again: so another client takes its place.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from contextlib import suppress
from functools import partial
from typing import Protocol

import nats.errors
from nats.aio.client import Client
from nats.errors import AuthorizationError
from nats.js import JetStreamContext
from nats.js.errors import APIError

from sagaway.bus.errors import BusError, BusSetupError, BusUnavailableError, EventInvalidError
from sagaway.bus.settings import NatsSettings

log = logging.getLogger("sagaway.bus")

PATIENCE = 5.0
"""Seconds a request may take, waiting for a server that is away included."""
connection_faults = (nats.errors.Error, OSError, TimeoutError)
"""What nats-py raises when there is no answer, and when the answer is no."""

_RECONNECT_SECONDS = 0.25
_LONGEST_RETRY = 5.0
_LOOK_SECONDS = 0.5
"""How often it is looked whether the client has closed itself. It does not always say so."""


class Listener(Protocol):
    """What listens on a connection."""

    async def open(self, client: Client) -> None:
        """Begin to listen, with a client that was not there before.

        Raises:
            BusUnavailableError: the connection is closed.
        """

    def renew(self) -> None:
        """Take it that what was asked for before is lost: the connection is another one."""


class Connection:
    """A connection that lasts until `close`.

    Args:
        settings: where, and how one is let in.

    Attributes:
        client: the client now; another one may take its place.
        stream: JetStream on that client.
        up: set while there is a connection.
        listeners: told of each client and connection that is new.
    """

    def __init__(self, settings: NatsSettings) -> None:
        self._settings = settings
        self._name = ""
        self._fault: Exception | None = None
        self._keeping: asyncio.Task[None] | None = None
        self.up = asyncio.Event()
        self.listeners: list[Listener] = []
        self._use(Client())

    async def open(self, name: str, patience: float) -> None:
        """Connect. Later outages are ridden out.

        Args:
            name: shown in the server's monitoring.
            patience: seconds to wait for the server.

        Raises:
            BusSetupError: the server lets us not in.
            BusUnavailableError: it can't be reached.
        """
        self._name = name
        await self._connect(patience)
        self._keeping = asyncio.create_task(self._keep(), name="sagaway-bus-connection")
        self.up.set()

    async def close(self) -> None:
        """Leave."""
        while self._keeping is not None and not self._keeping.done():
            self._keeping.cancel()  # again and again: nats-py may swallow one
            await asyncio.wait([self._keeping], timeout=_RECONNECT_SECONDS)
        with suppress(*connection_faults):
            if self.client.is_connected:
                await self.client.flush(timeout=2)
        self.up.clear()  # we go: nothing is lost that a log should tell of
        await _end(self.client)

    async def send(self, subject: str, body: bytes, headers: dict[str, str]) -> bool:
        """Store a message; return whether it is new by its id.

        Raises:
            BusUnavailableError: as of `base.Bus.publish`.
            EventInvalidError: it is larger than the server takes, which would hang up on us for it.
        """
        async with self.reaching():
            size = len(body) + sum(len(name) + len(value) + 4 for name, value in headers.items()) + 12
            if size > self.client.max_payload:
                raise EventInvalidError(
                    f"data: the event has {size} bytes with its headers, and the NATS server takes "
                    f"{self.client.max_payload}: raise its max_payload"
                )
            acknowledged = await self.stream.publish(subject, body, timeout=PATIENCE, headers=headers)
            return not acknowledged.duplicate

    def reaching(self) -> _Reaching:
        """Inside the block requests are made, with one patience for all of them and one error if they get no answer."""
        return _Reaching(self.up)

    def _use(self, client: Client) -> None:
        self.client = client
        self.stream: JetStreamContext = client.jetstream(timeout=PATIENCE)

    async def _connect(self, patience: float) -> None:
        where = ", ".join(self._settings.urls)
        client, self._fault = Client(), None
        self._use(client)
        try:
            async with asyncio.timeout(patience):
                await client.connect(
                    name=self._name,
                    error_cb=self._note,
                    disconnected_cb=partial(self._went, client),
                    reconnected_cb=partial(self._came, client),
                    closed_cb=partial(self._went, client),
                    max_reconnect_attempts=-1,
                    reconnect_time_wait=_RECONNECT_SECONDS,  # type: ignore[arg-type] # it is slept
                    connect_timeout=2,
                    ping_interval=10,
                    **self._settings.connection_options(),
                )
        except connection_faults as error:
            await _end(client)
            if _refuses_us(self._fault):
                raise BusSetupError(f"the NATS server at {where} refuses these credentials") from None
            if isinstance(self._fault, ssl.SSLError):
                raise BusSetupError(
                    f"there is no TLS with the NATS server at {where} ({self._fault.reason}): see SAGAWAY_NATS_CA, and "
                    "SAGAWAY_NATS_CERT and SAGAWAY_NATS_KEY if it wants to see a certificate"
                ) from None
            said = self._fault or error
            raise BusUnavailableError(
                f"no NATS server answers at {where} ({type(said).__name__}); `sagaway bus` runs one"
            ) from None

    async def _keep(self) -> None:
        """Put another client in the place of one that has closed itself."""
        wait, told = _RECONNECT_SECONDS, ""
        while True:
            if not self.client.is_closed:
                wait, told = _RECONNECT_SECONDS, ""
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            await self._went(self.client)
            try:
                await _end(self.client)
                await self._connect(PATIENCE)
                for listener in self.listeners:
                    await listener.open(self.client)
            except Exception as error:
                said = str(error) if isinstance(error, BusError) else type(error).__name__
                if said != told:
                    log.error("the NATS server has ended the connection, and gives no other one: %s", said)
                told = said
                await asyncio.sleep(wait)
                wait = min(wait * 2, _LONGEST_RETRY)
            else:
                await self._came(self.client)

    async def _note(self, error: Exception) -> None:
        # The client tries again at once, and what it then meets says less.
        if not (_refuses_us(self._fault) or isinstance(self._fault, ssl.SSLError)):
            self._fault = error
        if self.up.is_set():
            log.warning("the connection to NATS has trouble: %s", type(error).__name__)

    async def _went(self, client: Client) -> None:
        if self.up.is_set() and client is self.client:
            self.up.clear()
            log.warning("the connection to NATS is lost")

    async def _came(self, client: Client) -> None:
        if client is self.client and not client.is_closed:
            self.up.set()
            log.info("the connection to NATS is back")
            for listener in self.listeners:
                listener.renew()


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


async def _end(client: Client) -> None:
    """Close a client, and end what a closed one has left running: its reconnecting swallows a cancel that comes while it
    connects, and then goes on for ever, so that neither would the program end.
    """
    with suppress(*connection_faults):
        await client.close()
    while left := [task for task in asyncio.all_tasks() if _is_of(task, client)]:
        for task in left:
            task.cancel()
        await asyncio.wait(left, timeout=_RECONNECT_SECONDS)


def _is_of(task: asyncio.Task[object], client: Client) -> bool:
    frame = getattr(task.get_coro(), "cr_frame", None)
    return task is not asyncio.current_task() and frame is not None and frame.f_locals.get("self") is client
