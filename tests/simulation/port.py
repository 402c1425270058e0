"""The saga log as one life of the orchestrator sees it: slow, now and then away, and fenced once another has opened.

What it carries out is taken down in the ledger at that moment, whether or not the caller hears of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from orchestrator.core.model import SagaKey, Signature
from orchestrator.store.base import (
    Append,
    Claimed,
    Installation,
    LogDataError,
    LogUnavailable,
    Outcome,
    Pause,
    SagaRow,
    Target,
)
from orchestrator.store.memory import MemoryLog
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger

T = TypeVar("T")


class Port:
    """A `SagaLog`; what the engine does not use is left out."""

    def __init__(self, log: MemoryLog, plan: Plan, ledger: Ledger, latency: float) -> None:
        """See a log as a new process does.

        Args:
            log: the log, which this process shares with those before it.
            plan: what goes wrong.
            ledger: where what is carried out is taken down.
            latency: how long a call takes at most, seconds.
        """
        self._inner = MemoryLog(log)
        self._plan = plan
        self._ledger = ledger
        self._latency = latency

    @property
    def installation(self) -> Installation:
        return self._inner.installation

    @property
    def epoch(self) -> int:
        return self._inner.epoch

    @property
    def lease(self) -> int:
        return self._inner.lease

    def silence(self) -> int:
        return self._inner.silence()

    def on_news(self, tell: Callable[[], None]) -> None:
        self._inner.on_news(tell)

    async def open(self, now: int) -> None:
        await self._inner.open(now)

    @property
    def fenced(self) -> bool:
        """True once another life has ended this one."""
        return not self._inner._replicas.stands(self._inner.epoch)

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        async def apply() -> list[Outcome]:
            if any(self._ledger.refuses(append) for append in batch):
                self._plan.fired[Fault.POISON] += 1
                raise LogDataError("a value is out of range")
            outcomes = await self._inner.commit(batch)
            for append, outcome in zip(batch, outcomes, strict=True):
                if outcome is Outcome.COMMITTED:
                    self._ledger.committed(append)
                else:
                    self._plan.fired[Fault.CONFLICT] += 1
            return outcomes

        return await self._write(apply)

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        return await self._write(lambda: self._inner.claim_orphans(limit), repeatable=False)

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        return await self._write(lambda: self._inner.claim_due(now, limit), repeatable=False)

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        return await self._write(lambda: self._inner.claim_parked(namespace, participant, limit), repeatable=False)

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        place = (namespace, definition, version)
        return await self._write(lambda: self._inner.claim_held(*place, limit), repeatable=False)

    async def claim(self, key: SagaKey) -> Claimed | None:
        return await self._write(lambda: self._inner.claim(key), repeatable=False)

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        self._ledger.put_aside(key.saga_id, reason)
        await self._write(lambda: self._inner.quarantine(key, reason, now))

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        return await self._write(lambda: self._inner.pause(target, by, now))

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        return await self._write(lambda: self._inner.resume(target, by, now))

    async def _write(self, work: Callable[[], Awaitable[T]], *, repeatable: bool = True) -> T:
        """Carry out a write.

        Args:
            work: does it.
            repeatable: it may be asked again after an answer that got lost. A claim may not, in the store that is used
                here: the engine would not know what it owns. Where such an answer can get lost, the store tells of the
                claim itself (`orchestrator.store.sql_claims`).
        """
        await self._before()
        result = await work()
        await self._pass_time()
        if repeatable and self._plan.strikes(Fault.LOG_REPLY_LOST, 0.3):
            raise LogUnavailable("no answer")
        return result

    async def read(self, key: SagaKey) -> SagaRow | None:
        await self._before()
        return await self._inner.read(key)

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> Any:
        await self._before()
        return await self._inner.read_events(key, after, limit)

    async def count_states(self) -> Any:
        await self._before()
        return await self._inner.count_states()

    async def next_wake(self) -> int | None:
        await self._before()
        return await self._inner.next_wake()

    async def parked_participants(self) -> list[tuple[str, str]]:
        await self._before()
        return await self._inner.parked_participants()

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        await self._before()
        return await self._inner.held_definitions()

    async def list_pauses(self) -> list[Pause]:
        await self._before()
        return await self._inner.list_pauses()

    async def get_definition(self, namespace: str, name: str, version: int) -> Any:
        await self._before()
        return await self._inner.get_definition(namespace, name, version)

    async def _before(self) -> None:
        await self._pass_time()
        if self._plan.strikes(Fault.LOG_OUTAGE, 0.3):
            raise LogUnavailable("the disk is full")

    async def _pass_time(self) -> None:
        await asyncio.sleep(self._plan.chance.random() * self._latency)
