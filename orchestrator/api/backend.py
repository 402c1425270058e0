"""What the services work on, and what they share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, TypeVar

import structlog

from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.choreography.observer import Observer
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import Clock
from orchestrator.engine.engine import Engine
from orchestrator.engine.tally import Tally
from orchestrator.store.base import SagaLog

T = TypeVar("T")

Ended = Callable[[str, str, float], None]
"""Told how an RPC ended: its full name, the name of its status code, and how long it took, seconds."""

_logger = structlog.get_logger(__name__)


def _unmeasured(method: str, code: str, seconds: float) -> None:
    """Nobody measures RPCs."""


@dataclass(frozen=True, slots=True)
class ApiSettings:
    """The API's limits and patience.

    Attributes:
        max_concurrent_rpcs: RPCs served at once, over all connections; more are refused.
        max_concurrent_streams: RPCs at once on one connection; more wait at the client.
        max_connections: connections at once; more are closed at once.
        handshake_timeout: how long whoever connects may take to speak TLS and HTTP/2, microseconds.
        max_message_bytes: the largest request.
        watcher_patience: how long a watcher may leave an event untaken, microseconds.
        describe_timeout: how long a participant may take to describe itself, microseconds.
        health_interval: how often health is looked at for those who watch it, microseconds.
    """

    max_concurrent_rpcs: int = 2_000
    max_concurrent_streams: int = 1_000
    max_connections: int = 5_000
    handshake_timeout: int = 10 * SECOND
    max_message_bytes: int = 4 << 20
    watcher_patience: int = 30 * SECOND
    describe_timeout: int = 10 * SECOND
    health_interval: int = SECOND


@dataclass(frozen=True, slots=True)
class Backend:
    """What the services work on.

    Attributes:
        engine: drives sagas.
        log: the saga log, for reading.
        catalog: the registered definitions.
        registry: where participants are.
        clock: the time.
        settings: limits.
        ended: told how each RPC ended; returns at once and does not raise.
        tally: counts what the engine tells it; by default it is told nothing.
        observer: observes choreographed sagas; None: this server does not.
    """

    engine: Engine
    log: SagaLog
    catalog: DefinitionCatalog
    registry: ParticipantRegistry
    clock: Clock
    settings: ApiSettings = ApiSettings()
    ended: Ended = _unmeasured
    tally: Tally = field(default_factory=lambda: Tally(0))
    observer: Observer | None = None
    _under_way: set[asyncio.Task[Any]] = field(default_factory=set)

    async def finish(self, work: Coroutine[Any, Any, T]) -> T:
        """Do something to its end, also if the client leaves meanwhile: what it began is never left half done."""
        task = asyncio.ensure_future(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            task.add_done_callback(_unheard)
            raise


def _unheard(task: asyncio.Task[Any]) -> None:
    """Log how it went wrong: the client has left, and nobody else hears of it."""
    error = None if task.cancelled() else task.exception()
    if error is not None:
        _logger.info("a request went wrong after its client had left", error=f"{type(error).__name__}: {error}")
