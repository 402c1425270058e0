"""One connection to the orchestrator, and the rule by which calls are repeated.

Every call of the contract may be repeated with the same arguments, so this is the one place where they are: on
UNAVAILABLE, DEADLINE_EXCEEDED and a server's CANCELLED, and on RESOURCE_EXHAUSTED if the server says when to come
back. The wait doubles up to a ceiling with full jitter (uniform from zero: a thousand clients that lost one server do
not return as one), and is never shorter than the server's RetryInfo. What bounds it is time: `Retries.patience`.
gRPC's own retries are off, so that a call is sent as often as is counted here and no more.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from datetime import timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

import grpc
import grpc.aio

from sagaway.client.errors import SagawayError, field_invalid, from_rpc
from sagaway.client.tracing import trace_metadata
from sagaway.security import ClientTls, TokenSource, stays_here

Req = TypeVar("Req")
Res = TypeVar("Res")

MAX_MESSAGE_BYTES = 64 * 1024 * 1024
"""What one answer may have: a saga of 8 MiB with all its steps, or a page of definitions."""

_CHANNEL_OPTIONS = (
    ("grpc.enable_retries", 0),
    # gRPC's own ceiling is two minutes: a restarted orchestrator would not be noticed for as long.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 500),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    # A definition with many faults comes with long details; gRPC's own limit of 8 KiB would hide them all.
    ("grpc.max_metadata_size", 64 * 1024),
    ("grpc.absolute_max_metadata_size", 128 * 1024),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
)
_LOOK_SECONDS = 1.0
"""How often files with certificates are looked at, at most."""

_RETIRED_SECONDS = 3_600.0
"""How long calls on a channel with an old certificate may go on."""

_LOCAL = ("127.", "localhost:", "[::1]:")
_REPEATED = frozenset(
    {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED, grpc.StatusCode.CANCELLED},
)
# A participant that does not answer the orchestrator: the caller's setup is wrong, repeating hides it.
_NOT_REPEATED_REASONS = frozenset({"PARTICIPANT_UNREACHABLE"})


@dataclass(frozen=True, slots=True)
class Retries:
    """How calls are repeated while the orchestrator can't be reached or is busy.

    Attributes:
        patience: how long a call goes on being repeated, from its first attempt; for a watch, from its last sign of
            life. Zero: never repeated.
        attempt_timeout: how long one attempt may take; a wait's own time comes on top.
        initial_backoff: the ceiling of the first pause between attempts.
        max_backoff: the ceiling of every pause.
    """

    patience: timedelta = timedelta(seconds=30)
    attempt_timeout: timedelta = timedelta(seconds=10)
    initial_backoff: timedelta = timedelta(milliseconds=100)
    max_backoff: timedelta = timedelta(seconds=3)

    def __post_init__(self) -> None:
        if self.patience < timedelta(0):
            raise ValueError("patience: must not be negative; zero turns repeating off")
        for name in ("attempt_timeout", "initial_backoff", "max_backoff"):
            if getattr(self, name) <= timedelta(0):
                raise ValueError(f"{name}: must be above zero")


class Repetition:
    """Decides, failure by failure, whether to go on and after which pause. One a call; `reset` it at progress."""

    def __init__(self, retries: Retries) -> None:
        self._retries = retries
        self._attempts = 0
        self._since = time.monotonic()

    def reset(self) -> None:
        """Forget earlier failures: there was a sign of life."""
        self._attempts = 0
        self._since = time.monotonic()

    async def pause(self, failure: SagawayError, *, also: frozenset[str] = frozenset()) -> None:
        """Wait until the next attempt.

        Args:
            failure: how the last attempt ended.
            also: reasons that are repeated here beyond the common rule.

        Raises:
            SagawayError: ``failure``, if it is not one to repeat or the patience would be over before the next attempt.
        """
        self._attempts += 1
        failure.attempts = self._attempts
        if not (is_transient(failure) or failure.reason in also):
            raise failure
        wait = self._backoff()
        if failure.retry_after is not None:
            wait += failure.retry_after.total_seconds()
        if time.monotonic() + wait - self._since >= self._retries.patience.total_seconds():
            raise failure
        await asyncio.sleep(wait)

    async def breathe(self, limit: timedelta) -> None:
        """Wait as before another attempt, at most ``limit``, with no regard to the patience."""
        self._attempts += 1
        await asyncio.sleep(min(self._backoff(), limit.total_seconds()))

    def _backoff(self) -> float:
        # The exponent is capped so that the power stays a small float; the ceiling has been reached long before.
        ceiling = self._retries.initial_backoff.total_seconds() * 2.0 ** min(self._attempts - 1, 30)
        return random.uniform(0, min(ceiling, self._retries.max_backoff.total_seconds()))


def is_transient(failure: SagawayError) -> bool:
    """Tell whether the same call may do better a moment later."""
    if failure.code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return failure.retry_after is not None
    return failure.code in _REPEATED and failure.reason not in _NOT_REPEATED_REASONS


class Transport:
    """A channel to one orchestrator, opened by the first call, in the event loop of that call.

    Args:
        address: a gRPC target such as `127.0.0.1:7070`.
        retries: how calls are repeated.
        tls: whom to believe, and what to show; None: plain text.
        token: says who calls.

    Raises:
        InvalidArgument: a token would leave this machine in plain text.
    """

    def __init__(
        self, address: str, retries: Retries, tls: ClientTls | None = None, token: TokenSource | None = None
    ) -> None:
        if token and tls is None and not stays_here(address):
            raise field_invalid("tls", f"is needed: the token would travel to {address} in plain text")
        self.address = address
        self.retries = retries
        self._tls = tls
        self._token = token or TokenSource()
        self._looked = time.monotonic()
        self._retired: dict[grpc.aio.Channel, asyncio.Task[None]] = {}
        self._channel: grpc.aio.Channel | None = None
        self._stubs: dict[type, Any] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def stub(self, kind: type) -> Any:
        """Return the stub of a service, made once, and anew when the certificate or the CA is another."""
        if self._tls is not None:
            self._look(self._tls)
        if self._channel is None:
            self._channel = self._open()
        if kind not in self._stubs:
            self._stubs[kind] = kind(self._channel)
        return self._stubs[kind]

    def _open(self) -> grpc.aio.Channel:
        # A proxy of the environment can't reach this machine's own loopback.
        direct = (("grpc.enable_http_proxy", 0),) if self.address.startswith(_LOCAL) else ()
        if self._tls is None:
            return grpc.aio.insecure_channel(self.address, options=_CHANNEL_OPTIONS + direct)
        # Without a pool of its own a renewed channel would go on with the connection of the old one.
        own = (("grpc.use_local_subchannel_pool", 1),)
        return grpc.aio.secure_channel(self.address, self._tls.credentials(), options=_CHANNEL_OPTIONS + direct + own)

    def _look(self, tls: ClientTls) -> None:
        """Take up renewed files, now and then; calls under way end on the channel that they began on."""
        now = time.monotonic()
        if now - self._looked < _LOOK_SECONDS:
            return
        self._looked = now
        old = self._channel
        if tls.look() and old is not None:
            self._retired[old] = closing = asyncio.get_running_loop().create_task(old.close(_RETIRED_SECONDS))
            closing.add_done_callback(lambda _: self._retired.pop(old))
            self._channel = None
            self._stubs.clear()

    async def close(self) -> None:
        """Close every channel; calls under way end with an error. Idempotent."""
        channel, self._channel = self._channel, None
        self._stubs.clear()
        for old, closing in list(self._retired.items()):
            closing.cancel()
            await old.close(None)
        if channel is not None:
            await channel.close(None)

    async def call(
        self, method: grpc.aio.UnaryUnaryMultiCallable[Req, Res], request: Req, *, extra: timedelta = timedelta(0)
    ) -> Res:
        """Call a unary method, repeated by the module's rule.

        Args:
            method: of a stub of this transport.
            request: sent as it is, at every attempt.
            extra: what the server may take by agreement beyond `Retries.attempt_timeout` (a wait).

        Raises:
            SagawayError: the answer, or how the last attempt failed.
        """
        repetition = Repetition(self.retries)
        timeout = (self.retries.attempt_timeout + extra).total_seconds()
        trace = trace_metadata()

        def metadata() -> Any:
            return (*self._token.metadata(), *trace) or None

        while True:
            try:
                return await method(request, timeout=timeout, metadata=metadata())
            except grpc.aio.AioRpcError as error:
                failure = self.failure(error)
            except asyncio.CancelledError:
                raise _closed_or_cancelled() from None
            await repetition.pause(failure)

    async def stream(
        self, method: grpc.aio.UnaryStreamMultiCallable[Req, Res], request: Req, limit: timedelta
    ) -> AsyncGenerator[Res, None]:
        """Call a server-streaming method once, not repeated; whoever stops iterating cancels the call.

        Raises:
            SagawayError: how the stream failed; DEADLINE_EXCEEDED after ``limit``.
        """
        call = method(request, timeout=limit.total_seconds(), metadata=self._token.metadata() or None)
        try:
            async for response in call:
                yield response
        except grpc.aio.AioRpcError as error:
            raise self.failure(error) from None
        except asyncio.CancelledError:
            raise _closed_or_cancelled() from None
        finally:
            call.cancel()

    def failure(self, error: grpc.aio.AioRpcError) -> SagawayError:
        """Return the typed error; one that no server sent says whom it could not reach."""
        failure = from_rpc(error)
        if failure.code is grpc.StatusCode.UNAVAILABLE and not failure.reason:
            failure.message = f"no orchestrator answers at {self.address} ({failure.message})"
            failure.args = (failure.message,)
        return failure


def _closed_or_cancelled() -> BaseException:
    """Tell apart who cancelled: gRPC raises the same when its channel is closed under a call."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        return asyncio.CancelledError()
    return SagawayError("the client was closed while the call was under way", code=grpc.StatusCode.CANCELLED)
