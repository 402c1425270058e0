"""Choreographed sagas as they stand, from memory or from the log, and their appends.

One at a time has a saga's turn, in the order of asking, so that its events are taken in the order they came. The
compare-and-set stands behind that: who else appends to it (a person who gives it up) wins or loses like anybody, and
the loser reads it anew. A saga that can't be folded or written is put aside in quarantine, and the others go on.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog

from orchestrator.core.errors import CoreError
from orchestrator.core.model import Mode, Saga, SagaKey
from orchestrator.core.naming import about
from orchestrator.core.observing import Observing
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.heads import observed_head
from orchestrator.engine.ids import new_uid
from orchestrator.engine.services import Services
from orchestrator.engine.view import read_view
from orchestrator.store import codec
from orchestrator.store.base import Append, CorruptLog, LogDataError, NewSaga, Outcome
from sagaway.bus.turns import OneAtATime

_log = structlog.get_logger(__name__)

MOST_IN_MEMORY = 10_000
"""Sagas that are kept in memory; those that have rested longest are read from the log again when they are needed."""
MOST_BYTES = 64 << 20
"""The most bytes that their logs may have."""


class NotOurs(Exception):
    """The saga is an orchestrated one."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A saga as the log has it.

    Attributes:
        saga: the saga.
        uid: the key of its rows.
        wake_time: when it is overdue, microseconds; None: never.
    """

    saga: Saga
    uid: bytes
    wake_time: int | None


class Sagas:
    """The choreographed sagas of a log."""

    def __init__(self, services: Services, catalog: DefinitionCatalog) -> None:
        self._services = services
        self._catalog = catalog
        self._turns = OneAtATime()
        self._kept: OrderedDict[SagaKey, Standing] = OrderedDict()
        self._bytes = 0

    @asynccontextmanager
    async def turn(self, key: SagaKey) -> AsyncIterator[None]:
        """Have a saga's turn inside the block."""
        async with self._turns.turn(key):
            yield

    async def get(self, key: SagaKey, sequence: int = 0) -> Standing | None:
        """Return a saga as it stands; None: there is none of this name.

        Args:
            key: the saga; its turn is had.
            sequence: one that its log is known to have. What is in memory may be older: a person changes sagas too.

        Raises:
            NotOurs: it is orchestrated.
            SagaQuarantined: it is put aside, or its log can't be read.
            LogUnavailable: the log can't be read now.
        """
        kept = self._kept.get(key)
        if kept is not None and kept.saga.sequence >= sequence:
            self._kept.move_to_end(key)
            return kept
        self._drop(key)
        try:
            row = await self._services.log.read(key)
            if row is None:
                return None
            if row.mode is not Mode.CHOREOGRAPHY:
                raise NotOurs
            if row.quarantine_time is not None:
                raise SagaQuarantined(key, row.quarantine_reason)
            view = await read_view(self._services.log, self._catalog, row)
        except CorruptLog as error:
            raise await self._put_aside(key, str(error)) from error
        if view is None:
            return None
        assert view.saga is not None, "it is not in quarantine"
        standing = Standing(view.saga, row.uid, row.wake_time)
        self._keep(key, standing)
        return standing

    async def change(self, key: SagaKey, standing: Standing | None, decide: Callable[[], Observing]) -> bool:
        """Append what follows from something, and tell who listens.

        Args:
            key: the saga; its turn is had.
            standing: as `get` returned it; None makes the saga.
            decide: asks the core.

        Returns:
            False if somebody else changed the saga meanwhile: get it anew.

        Raises:
            SagaQuarantined: it can't be decided or written, and was put aside.
        """
        services = self._services
        try:
            after, events = decide()
        except CoreError as error:
            raise await self._put_aside(key, f"internal fault: {type(error).__name__}: {error}") from error
        if not events:
            return standing is None or await self._is_current(key, standing)
        now = services.clock.now()
        head = observed_head(after, now)
        uid = standing.uid if standing is not None else new_uid(now, services.chance)
        try:
            append = Append(
                key=key,
                uid=uid,
                append_id=services.chance.randbytes(16),
                expected=standing.saga.sequence if standing is not None else 0,
                events=tuple(codec.encode(event) for event in events),
                head=head,
                new=None if standing is not None else _new(after),
            )
            outcome = await services.committer.submit(append)
        except (ValueError, LogDataError) as error:
            raise await self._put_aside(key, f"its events can't be written: {error}") from error
        self._drop(key)
        if outcome is not Outcome.COMMITTED:
            return False
        self._keep(key, Standing(after, uid, head.wake_time))
        services.instruments.committed(after, events)
        services.hub.changed(key, after)
        return True

    async def _is_current(self, key: SagaKey, standing: Standing) -> bool:
        """Tell whether nobody else has changed a saga; else it is read anew. (An append would have found out.)"""
        row = await self._services.log.read(key)
        if row is not None and row.sequence == standing.saga.sequence:
            return True
        self._drop(key)
        return False

    async def _put_aside(self, key: SagaKey, reason: str) -> SagaQuarantined:
        _log.error("the saga is put aside", **about(key), reason=reason)
        self._drop(key)
        await self._services.log.quarantine(key, reason, self._services.clock.now())
        self._services.hub.changed(key, None)
        return SagaQuarantined(key, reason)

    def _keep(self, key: SagaKey, standing: Standing) -> None:
        self._kept[key] = standing
        self._bytes += standing.saga.size
        while len(self._kept) > MOST_IN_MEMORY or self._bytes > MOST_BYTES:
            _, rested = self._kept.popitem(last=False)
            self._bytes -= rested.saga.size

    def _drop(self, key: SagaKey) -> None:
        kept = self._kept.pop(key, None)
        if kept is not None:
            self._bytes -= kept.saga.size


def _new(saga: Saga) -> NewSaga:
    definition = saga.definition
    return NewSaga(
        definition_name=definition.name,
        definition_version=definition.version,
        definition_hash=definition.content_hash,
        # Of no request: StartSaga with this id finds it taken.
        fingerprint=hashlib.sha256(b"observed").digest(),
        start_time=saga.start_time,
        timeout_time=saga.timeout_time,
        step_count=len(saga.steps),
        mode=Mode.CHOREOGRAPHY,
    )
