"""A ready server for one participant: ParticipantService, health, reflection, limits, a graceful stop, purges."""

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import timedelta
from types import TracebackType
from typing import Any

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from sagaway.participant.errors import SetupError
from sagaway.participant.participant import Participant
from sagaway.participant.servicer import SERVICE, ParticipantServicer
from sagaway.security import ServerTls, stays_here

log = logging.getLogger("sagaway.participant")

MAX_MESSAGE_BYTES = 4 * 1024 * 1024
"""Room for an input and an output of 1 MiB each with a context."""
MAX_CONCURRENT_RPCS = 1000
PURGE_INTERVAL = timedelta(hours=1)
GRACE = timedelta(seconds=10)
LAST_WORDS = 0.5
"""Seconds for answers to leave after the last operation."""


class ParticipantServer:
    """A participant's gRPC server, as an async context manager; `serve` runs one until a signal.

    Args:
        participant: what to serve.
        address: `host:port` (port 0: any free one) or `unix:path`.
        tls: the server's certificate, renewed when its files change, and whom it lets in (mTLS: give a client CA, and
            only the orchestrator may call); None: plain text, on a loopback address or socket only.
        credentials: in place of ``tls``, credentials of gRPC's own.
        allow_insecure: plain text also on other addresses, for networks that are protected by other means.
        interceptors: of grpc.aio, for tracing, authentication and the like.
        max_concurrent_rpcs: more at once are answered RESOURCE_EXHAUSTED.
        purge_interval: how often old rows are collected.
        grace: how long a stop waits for operations that run.

    Raises:
        SetupError: plain text on a public address.
    """

    def __init__(
        self,
        participant: Participant,
        address: str,
        *,
        tls: ServerTls | None = None,
        credentials: grpc.ServerCredentials | None = None,
        allow_insecure: bool = False,
        interceptors: "Sequence[grpc.aio.ServerInterceptor[Any, Any]]" = (),
        max_concurrent_rpcs: int = MAX_CONCURRENT_RPCS,
        purge_interval: timedelta = PURGE_INTERVAL,
        grace: timedelta = GRACE,
    ) -> None:
        if tls is not None and credentials is not None:
            raise SetupError("tls and credentials are given; give one of them")
        if tls is not None:
            credentials = tls.credentials()
        if credentials is None and not allow_insecure and not stays_here(address):
            raise SetupError(
                f"{address!r} is not a loopback address and there is no TLS: anyone could give orders. "
                "Give tls=ServerTls(cert, key, client_ca), or say allow_insecure=True."
            )
        self.address = address
        """Where it serves; after `start` with the bound port."""
        self._participant = participant
        self._credentials = credentials
        self._interceptors = interceptors
        self._max_concurrent_rpcs = max_concurrent_rpcs
        self._purge_interval = purge_interval
        self._grace = grace
        self._health = health.aio.HealthServicer()  # type: ignore[attr-defined] # the stubs are older

    async def start(self) -> None:
        """Check the setup and serve.

        Raises:
            SetupError: see `Participant.check`; or the address can't be bound.
        """
        await self._participant.check()
        self._servicer = ParticipantServicer(self._participant)
        self._server = grpc.aio.server(
            interceptors=self._interceptors,
            maximum_concurrent_rpcs=self._max_concurrent_rpcs,
            options=[
                ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
                ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
                ("grpc.max_concurrent_streams", self._max_concurrent_rpcs),
                ("grpc.server_handshake_timeout_ms", 10_000),
                ("grpc.keepalive_time_ms", 60_000),
                ("grpc.keepalive_timeout_ms", 20_000),
                # Two servers on one port would share its calls by chance.
                ("grpc.so_reuseport", 0),
            ],
        )
        self._servicer.add_to_server(self._server)
        health_pb2_grpc.add_HealthServicer_to_server(self._health, self._server)
        reflection.enable_server_reflection([SERVICE, health.SERVICE_NAME, reflection.SERVICE_NAME], self._server)
        self._bind()
        await self._server.start()
        for service in ("", SERVICE):
            await self._health.set(service, health_pb2.HealthCheckResponse.SERVING)
        self._purges = asyncio.create_task(self._purge_for_ever(), name="sagaway-participant-purges")

    async def stop(self) -> None:
        """Stop: health says NOT_SERVING, no new calls, those that run get the grace to finish."""
        self._purges.cancel()
        with suppress(asyncio.CancelledError):
            await self._purges
        await self._health.enter_graceful_shutdown()
        deadline = time.monotonic() + self._grace.total_seconds()

        def left() -> float:
            return max(0.0, deadline - time.monotonic())

        stopping = asyncio.create_task(self._server.stop(left()))
        await self._servicer.answered(left())
        # Streams that never end (who watches the health) must not take the whole grace.
        await self._server.stop(min(LAST_WORDS, left()))
        await stopping
        # What goes on without its caller has what is left.
        await self._servicer.close(left())

    async def __aenter__(self) -> "ParticipantServer":
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    def _bind(self) -> None:
        try:
            if self._credentials is None:
                port = self._server.add_insecure_port(self.address)
            else:
                port = self._server.add_secure_port(self.address, self._credentials)
        except RuntimeError as error:
            raise SetupError(f"the address {self.address!r} can't be bound: is its port taken?") from error
        if not self.address.startswith("unix:"):
            self.address = f"{self.address.rpartition(':')[0]}:{port}"

    async def _purge_for_ever(self) -> None:
        while True:
            try:
                collected = await self._participant.purge()
                if collected:
                    log.info("purged %d barrier rows", collected)
            except Exception:
                # Rows that stay longer do no harm; the next round tries again.
                log.exception("the purge of barrier rows failed")
            await asyncio.sleep(self._purge_interval.total_seconds())


async def serve(
    participant: Participant,
    address: str,
    *,
    ready: Callable[[str], None] | None = None,
    stop: asyncio.Event | None = None,
    **options: Any,
) -> None:
    """Serve until SIGTERM or SIGINT, then stop gracefully.

    Args:
        participant: what to serve.
        address: `host:port` (port 0: any free one) or `unix:path`.
        ready: called once it serves, with the address that was bound.
        stop: set it to stop; then no signal handlers are installed.
        options: those of `ParticipantServer`.

    Raises:
        SetupError: the participant can't be served as it is set up.
    """
    stopping = stop or asyncio.Event()
    loop = asyncio.get_running_loop()
    signals = () if stop else (signal.SIGTERM, signal.SIGINT)
    async with ParticipantServer(participant, address, **options) as server:
        for number in signals:
            loop.add_signal_handler(number, stopping.set)
        log.info("participant %s serves on %s", participant.name, server.address)
        if ready is not None:
            ready(server.address)
        try:
            await stopping.wait()
        finally:
            for number in signals:
                loop.remove_signal_handler(number)
