"""One channel to each address, shared by all calls to it.

A channel that is no longer wanted (its participant moved, or was registered anew) is retired: no new call takes it,
and it is closed when the last call on it has ended, so that no call in flight is lost. That is the whole theory.

gRPC's own retries are off, because attempts are persisted and counted by the engine. Reconnecting is quick, because
the engine has its own backoff: gRPC's default of up to two minutes would fail attempts long after a participant is
back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any

import grpc

from orchestrator.caller.batches import Batches

MAX_ANSWER = 8 << 20
"""The largest message taken from a participant, bytes. Payloads above 1 MiB are refused by name; this stands behind."""

_OPTIONS: tuple[tuple[str, int | str], ...] = (
    ("grpc.enable_retries", 0),
    ("grpc.service_config_disable_resolution", 1),
    ("grpc.max_receive_message_length", MAX_ANSWER),
    # A participant's lengthy error details must not turn its code into RESOURCE_EXHAUSTED.
    ("grpc.max_metadata_size", 64 << 10),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
    ("grpc.min_reconnect_backoff_ms", 5_000),  # Despite its name: how long one try to connect may take.
    # A renewed channel connects anew, and does not inherit another one's backoff.
    ("grpc.use_local_subchannel_pool", 1),
    # Participants are reached directly; a proxy of the environment is meant for the outer world.
    ("grpc.enable_http_proxy", 0),
)

_SERVICE = "/sagaway.v1.ParticipantService/"

Rpc = Callable[..., Awaitable[bytes]]
"""Called with the request's bytes and gRPC's keyword arguments; gives the answer's bytes."""


class Line:
    """A channel to one address. ``with line:`` round a call keeps it open until the call has ended.

    Bodies go in and out as bytes: gRPC would turn an answer that can't be parsed into an error that names no cause.
    """

    __slots__ = (
        "_calls",
        "_channel",
        "_closing",
        "_retired",
        "batches",
        "compensate",
        "describe",
        "execute",
        "execute_batch",
        "probe",
        "seal",
    )

    def __init__(self, address: str, credentials: grpc.ChannelCredentials | None = None) -> None:
        """Open a channel; it connects at its first call. Needs a running event loop.

        Args:
            address: a gRPC target.
            credentials: of TLS; None: plain text.
        """
        if credentials is None:
            self._channel = grpc.aio.insecure_channel(address, options=_OPTIONS)
        else:
            self._channel = grpc.aio.secure_channel(address, credentials, options=_OPTIONS)
        self.execute: Rpc = self._channel.unary_unary(f"{_SERVICE}Execute", _as_it_is, _as_it_is)
        self.execute_batch: Callable[..., Any] = self._channel.unary_stream(
            f"{_SERVICE}ExecuteBatch", _as_it_is, _as_it_is
        )
        self.batches = Batches(self)
        self.compensate: Rpc = self._channel.unary_unary(f"{_SERVICE}Compensate", _as_it_is, _as_it_is)
        self.probe: Rpc = self._channel.unary_unary(f"{_SERVICE}Probe", _as_it_is, _as_it_is)
        self.seal: Rpc = self._channel.unary_unary(f"{_SERVICE}Seal", _as_it_is, _as_it_is)
        self.describe: Rpc = self._channel.unary_unary(f"{_SERVICE}DescribeActions", _as_it_is, _as_it_is)
        self._calls = 0
        self._retired = False
        self._closing: asyncio.Task[None] | None = None

    def __enter__(self) -> Line:
        self._calls += 1
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._calls -= 1
        if self._retired and self._calls == 0:
            self._close_soon()

    @property
    def closed(self) -> asyncio.Task[None] | None:
        """The task that closes the channel, once it has begun."""
        return self._closing

    def retire(self) -> None:
        """Close the channel once no call is on it. The owner gives it to no new call from now on."""
        self._retired = True
        if self._calls == 0:
            self._close_soon()

    async def close(self) -> None:
        """Close the channel now; calls in flight end with CANCELLED."""
        self._retired = True
        self._close_soon()
        assert self._closing is not None
        await self._closing

    def _close_soon(self) -> None:
        if self._closing is None:
            self._closing = asyncio.get_running_loop().create_task(self._channel.close(None))


def _as_it_is(body: bytes) -> bytes:
    return body
