"""The only wiring: opens the saga log, puts caller, engine and API together, and runs them until told to stop.

The way up: log (migrated and locked) → participants from the log → engine → port bound → recovery begins → API serves
→ "ready". The way down, at SIGTERM or SIGINT: the engine drains (new work is refused with DRAINING, health says
NOT_SERVING, waits and watches end, calls on the wire get their grace), then the API stops, then channels and log close.
Nothing on the way down is needed for correctness: `kill -9` loses nothing either. So a second signal ends the process
at once, and a log whose disk failed at a commit is not drained but left, to be read anew by the next process.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import structlog

from orchestrator import config, telemetry
from orchestrator.api.backend import ApiSettings, Backend
from orchestrator.api.participant_registry_service import load_participants
from orchestrator.api.server import ApiServer
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import SystemClock
from orchestrator.engine.engine import Engine
from orchestrator.store.base import LogFatal, LogUnavailable, LogUnusable, SagaLog
from orchestrator.store.sql import SqlLog

_log = structlog.get_logger(__name__)

_API_GRACE = 1.0
"""Seconds that RPCs get to send their last word once the engine has drained."""

LOG_LOST_EXIT = 8
"""The exit code of a process whose log's disk failed at a commit: only a new one, which reads it, can tell what is
there. Start it again."""


class StartRefused(Exception):
    """The server can't start as things stand; the text says why and what to do."""


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that serves.

    Attributes:
        address: where, with the port that was bound.
        log_lost: set to the reason when the process must end because its log is lost to it.
        engine: what drives its sagas.
    """

    address: str
    log_lost: asyncio.Future[LogFatal]
    engine: Engine


def run(settings: config.Settings) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    If the disk fails at a commit, this ends the process with `LOG_LOST_EXIT`: nothing here may be waited for.

    Raises:
        StartRefused: the log is in use, not a saga log or of a newer version, or the port is taken.
    """
    telemetry.configure_logging(settings.log_level, settings.log_format)
    for name, near in config.unknown_variables().items():
        _log.warning("this variable means nothing here", variable=name, did_you_mean=near)
    asyncio.run(_run(settings))


async def _run(settings: config.Settings) -> None:
    stop = asyncio.Event()
    with _StopSignals(stop.set):
        async with serving(settings) as server:
            address = server.address
            _log.info(f"ready on {address}", address=address, database=str(settings.database), process=os.getpid())
            stopped = asyncio.create_task(stop.wait())
            waited: list[asyncio.Future[Any]] = [stopped, server.log_lost]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if server.log_lost.done():
                _log.critical("the saga log is lost to this process", error=str(server.log_lost.result()))
                os._exit(LOG_LOST_EXIT)
            _log.info("draining", grace_seconds=settings.drain_seconds)
        _log.info("stopped")


@asynccontextmanager
async def serving(settings: config.Settings, log: SagaLog | None = None) -> AsyncGenerator[Serving, None]:
    """Serve inside the block, and drain at its end.

    Args:
        settings: validated; logging is the caller's.
        log: the saga log, not open yet; None: the one that the settings name.

    Raises:
        StartRefused: the log or the address can't be had.
    """
    log_lost: asyncio.Future[LogFatal] = asyncio.get_running_loop().create_future()
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        log = await _open(log or SqlLog(settings.database), clock.now())
        stack.push_async_callback(log.close)
        registry = ParticipantRegistry()
        stack.push_async_callback(registry.close)
        await load_participants(log, registry)
        catalog = DefinitionCatalog(log)
        engine = Engine(log, GrpcCaller(registry), catalog, clock, random.Random(), settings.engine, _once(log_lost))
        api = _bind(Backend(engine, log, catalog, registry, clock, _api_settings(settings)), settings.listen)
        stack.push_async_callback(api.stop, _API_GRACE)

        async def drain() -> None:
            await engine.drain(0 if log_lost.done() else settings.drain_seconds)

        await engine.start()
        stack.push_async_callback(drain)
        await api.start()
        host, _ = config.split_address(settings.listen)
        yield Serving(f"[{host}]:{api.port}" if ":" in host else f"{host}:{api.port}", log_lost, engine)


async def _open(log: SagaLog, now: int) -> SagaLog:
    try:
        await log.open(now)
    except (LogUnusable, LogUnavailable) as error:
        raise StartRefused(str(error)) from None
    return log


def _bind(backend: Backend, address: str) -> ApiServer:
    try:
        return ApiServer(backend, address)
    except OSError as error:
        raise StartRefused(f"{error}; stop whoever listens there, or choose another --listen") from None


def _api_settings(settings: config.Settings) -> ApiSettings:
    return ApiSettings(max_concurrent_rpcs=settings.max_concurrent_rpcs, max_message_bytes=settings.max_message_bytes)


def _once(log_lost: asyncio.Future[LogFatal]) -> Callable[[LogFatal], None]:
    def lost(error: LogFatal) -> None:
        if not log_lost.done():
            log_lost.set_result(error)

    return lost


class _StopSignals:
    """While entered, the first SIGTERM or SIGINT calls ``stop``, and a second ends the process."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._loop = asyncio.get_running_loop()
        self._seen = False

    def __enter__(self) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.add_signal_handler(number, self._take, number)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._loop.remove_signal_handler(number)

    def _take(self, number: int) -> None:
        if self._seen:
            _log.warning("a second signal: ended at once; open sagas go on at the next start")
            os._exit(128 + number)
        self._seen = True
        self._stop()
