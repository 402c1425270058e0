"""The only wiring: opens the saga log, puts caller, engine and API together, and runs them until told to stop.

The way up: log (migrated and locked) → participants from the log → engine → port bound → recovery begins → API serves
→ "ready". The way down, at SIGTERM or SIGINT: the engine drains (new work is refused with DRAINING, health says
NOT_SERVING, waits and watches end, calls on the wire get their grace), then the API stops, then channels and log close.
The port of metrics and health is open before all that and closed after it. Nothing on the way down is needed for
correctness: `kill -9` loses nothing either. So a second signal ends the process at once (`signals`), and a log whose
disk failed at a commit is not drained but left, to be read anew by the next process.
"""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import structlog

from orchestrator import config, credentials, process, telemetry
from orchestrator.api.access import Access
from orchestrator.api.backend import ApiSettings, Backend
from orchestrator.api.participant_registry_service import load_participants
from orchestrator.api.server import ApiServer
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.choreography.observer import Observer
from orchestrator.config_security import OFF
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import SystemClock
from orchestrator.engine.engine import Engine
from orchestrator.engine.instruments import Instruments, Several
from orchestrator.engine.retention import Retention
from orchestrator.engine.tally import Tally
from orchestrator.notify.webhook import Webhook
from orchestrator.replica import name_of
from orchestrator.signals import StopSignals
from orchestrator.store.base import LogFatal, LogUnavailable, LogUnusable, SagaLog
from orchestrator.store.location import dialect_of
from orchestrator.store.sql import SqlLog
from orchestrator.telemetry.journal import Journal
from orchestrator.telemetry.monitor import Monitor
from orchestrator.telemetry.tracing_settings import TracingInvalid, TracingSettings, read_tracing
from sagaway.bus import Bus, BusSetupError
from sagaway.bus.settings import NatsSettings
from sagaway.security import ServerTls

_log = structlog.get_logger(__name__)

_API_GRACE = 1.0
"""Seconds that RPCs get to send their last word once the engine has drained."""

LOOK_SECONDS = 1.0
"""How often files that may be renewed are looked at."""

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
        metrics: where metrics and health are told over HTTP; empty if nowhere.
    """

    address: str
    log_lost: asyncio.Future[LogFatal]
    engine: Engine
    metrics: str


def run(settings: config.Settings, number: int | None = None) -> None:
    """Serve until SIGTERM or SIGINT, then drain.

    If the disk fails at a commit, or another process takes the log over, this ends the process with `LOG_LOST_EXIT`: nothing here may be waited for.

    Args:
        settings: validated.
        number: which of the processes of `orchestrator.processes` this is; None: it is the only one.

    Raises:
        StartRefused: the log is in use, not a saga log or of a newer version, or the port is taken.
        SettingsError: a file that the settings name can't be used.
    """
    telemetry.configure_logging(settings.log_level, settings.log_format, number)
    for name, near in config.unknown_variables().items():
        _log.warning("this variable means nothing here", variable=name, did_you_mean=near)
    process.run(_run(settings, number))


async def _run(settings: config.Settings, number: int | None) -> None:
    stop = asyncio.Event()
    with StopSignals(stop.set):
        async with serving(settings, number=number) as server:
            address = server.address
            _log.info(
                f"ready on {address}",
                address=address,
                database=str(dialect_of(settings.log)),
                metrics=server.metrics,
                process=os.getpid(),
            )
            stopped = asyncio.create_task(stop.wait())
            waited: list[asyncio.Future[Any]] = [stopped, server.log_lost]
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if server.log_lost.done():
                _log.critical("the saga log is lost to this process", error=str(server.log_lost.result()))
                os._exit(LOG_LOST_EXIT)
            _log.info("draining", grace_seconds=settings.drain_seconds)
        _log.info("stopped")


@asynccontextmanager
async def serving(
    settings: config.Settings, log: SagaLog | None = None, number: int | None = None
) -> AsyncGenerator[Serving, None]:
    """Serve inside the block, and drain at its end.

    Args:
        settings: validated; logging is the caller's.
        log: the saga log, not open yet; None: the one that the settings name.
        number: see `run`.

    Raises:
        StartRefused: the log or the address can't be had.
        SettingsError: a file that the settings name can't be used, or a variable of OpenTelemetry's is wrong.
    """
    keys = credentials.load(settings)
    traces = _traces()
    log_lost: asyncio.Future[LogFatal] = asyncio.get_running_loop().create_future()
    clock = SystemClock()
    async with AsyncExitStack() as stack:
        instruments: list[Instruments] = []
        dropped = await _trace(stack, traces, clock, instruments) if traces is not None else None
        monitor = Monitor(clock.now, dropped)
        stack.push_async_callback(monitor.close)
        metrics = await _show(monitor, settings, number or 0)
        if metrics:
            instruments.append(monitor.metrics)
        tally = Tally(clock.now())
        instruments += (Journal(clock.now, debug=settings.log_level == "DEBUG"), tally)
        webhook = Webhook(keys.webhook) if keys.webhook is not None else None
        if webhook is not None:
            instruments.append(webhook)
            monitor.show_webhook(webhook.counts)
        log = await _open(log or _log_of(settings, number), clock.now(), restored=settings.restored)
        stack.push_async_callback(log.close)
        registry = ParticipantRegistry(Encryption(keys.participant_tls, keys.plaintext_participants))
        stack.push_async_callback(registry.close)
        await load_participants(log, registry)
        catalog = DefinitionCatalog(log)
        told, lost = Several(*instruments), _once(log_lost)
        engine = Engine(log, GrpcCaller(registry), catalog, clock, random.Random(), settings.engine, lost, told)
        engine.news.on_change(partial(load_participants, log, registry, engine.limits_changed))
        access = Access(keys.tokens, clock) if keys.tokens is not None else None
        observer = Observer(_bus(), engine.services, catalog) if settings.observe else None
        backend = Backend(
            engine, log, catalog, registry, clock, _api_settings(settings), monitor.metrics.rpc_ended, tally, observer
        )
        api = _bind(backend, settings.listen, keys.tls, access, shares_port=number is not None)
        stack.push_async_callback(api.stop, _API_GRACE)

        if metrics:
            await monitor.count(log)
        await engine.start()
        stack.push_async_callback(_drain, engine, log_lost, settings)
        if observer is not None:
            observer.start()
            stack.push_async_callback(observer.close)
            monitor.show_observer(observer.sight)
        await api.start()
        monitor.watch(engine)
        stack.push_async_callback(_purge_by_itself(engine, settings))
        if webhook is not None:
            webhook.start(log, catalog)
            stack.push_async_callback(webhook.close)
        stack.push_async_callback(_ended, asyncio.create_task(_look_for_ever(registry, access)))
        yield Serving(config.with_port(settings.listen, api.port), log_lost, engine, metrics)


async def _drain(engine: Engine, log_lost: asyncio.Future[LogFatal], settings: config.Settings) -> None:
    await engine.drain(0 if log_lost.done() else settings.drain_seconds)


def _purge_by_itself(engine: Engine, settings: config.Settings) -> Callable[[], Awaitable[None]]:
    """Begin to remove ended sagas, if that is set; returns what ends it."""
    retention = Retention(engine.services, settings.retention)
    retention.start()
    return retention.close


def _bus() -> Callable[[], Awaitable[Bus]]:
    """Return what connects to the bus that choreographed sagas are on."""
    try:
        from sagaway.bus.jetstream import JetStreamBus  # noqa: PLC0415 - who does not observe does not need it
    except ImportError:
        raise StartRefused("to observe, NATS's client is needed: pip install 'sagaway[choreography]'") from None
    try:
        settings = NatsSettings.from_environment()
    except BusSetupError as error:
        raise config.SettingsError(str(error)) from None
    return lambda: JetStreamBus.connect(settings, name="sagaway-observer")


def _traces() -> TracingSettings | None:
    try:
        return read_tracing(os.environ)
    except TracingInvalid as error:
        raise config.SettingsError(str(error)) from None


async def _trace(
    stack: AsyncExitStack, traces: TracingSettings, clock: SystemClock, instruments: list[Instruments]
) -> Callable[[], int]:
    """Begin to trace, until the stack unwinds; returns how many spans were dropped."""
    from orchestrator.telemetry.tracing_setup import traced  # noqa: PLC0415 - takes a while, and many do not trace

    pipeline = await stack.enter_async_context(traced(traces, clock))
    instruments.append(pipeline.tracing)
    _log.info("tracing", collector=traces.collector.target, sampler=traces.sampler)
    return lambda: pipeline.exporter.dropped


def _log_of(settings: config.Settings, number: int | None) -> SqlLog:
    try:
        name = name_of(settings, number) if settings.is_shared else ""
    except OSError as error:
        taken = f"can't listen on {settings.listen}: {error.strerror}"
        raise StartRefused(f"{taken}; stop whoever listens there, or choose another --listen") from None
    return SqlLog(settings.log, name=name, lease=int(settings.lease_seconds * SECOND), migrates=not settings.is_shared)


async def _open(log: SagaLog, now: int, *, restored: bool) -> SagaLog:
    try:
        await log.open(now)
        if restored and not await log.declare_restored(now):
            _log.info("that the log was restored is declared already")
    except (LogUnusable, LogUnavailable) as error:
        raise StartRefused(str(error)) from None
    return log


async def _show(monitor: Monitor, settings: config.Settings, number: int) -> str:
    """Open the port of metrics and health; returns its address, or an empty string if there is none."""
    if settings.metrics_listen == OFF:
        return ""
    host, _ = config.split_address(settings.metrics_listen)
    port = config.port_of(settings.metrics_listen, number)
    wanted = config.with_port(settings.metrics_listen, port)
    try:
        return config.with_port(wanted, await monitor.start(host, port))
    except OSError as error:
        fault = f"can't listen on {wanted} for metrics and health: {error.strerror}"
        if "metrics_listen" in settings.model_fields_set:
            raise StartRefused(f"{fault}; choose another --metrics-listen, or `off`") from None
        # Nobody asked for it: a second server on a developer's machine must not fail over it.
        _log.warning("metrics are not served", error=f"{fault}; choose another --metrics-listen")
        return ""


def _bind(
    backend: Backend, address: str, tls: ServerTls | None, access: Access | None, *, shares_port: bool
) -> ApiServer:
    try:
        return ApiServer(backend, address, tls, access, shares_port=shares_port)
    except OSError as error:
        raise StartRefused(f"{error}; stop whoever listens there, or choose another --listen") from None


async def _look_for_ever(registry: ParticipantRegistry, access: Access | None) -> None:
    """Take up renewed tokens and certificates; those of the API's own TLS are looked at when somebody connects."""
    while True:
        await asyncio.sleep(LOOK_SECONDS)
        await registry.look()
        if access is not None:
            await access.look()


async def _ended(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


def _api_settings(settings: config.Settings) -> ApiSettings:
    return ApiSettings(max_concurrent_rpcs=settings.max_concurrent_rpcs, max_message_bytes=settings.max_message_bytes)


def _once(log_lost: asyncio.Future[LogFatal]) -> Callable[[LogFatal], None]:
    def lost(error: LogFatal) -> None:
        if not log_lost.done():
            log_lost.set_result(error)

    return lost
