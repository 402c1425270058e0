"""The saga log as one life of the orchestrator sees it: slow, now and then away, and fenced once another has ended it.

What it carries out is taken down in the ledger at that moment, whether or not the caller hears of it. A process that has
the log for itself has it in reach, and what it asks for happens within it. Replicas that share it have it at the end of
a wire (`tests.simulation.wire`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from orchestrator.core.model import SagaKey, Signature
from orchestrator.store.base import (
    Append,
    Claimed,
    Installation,
    LogDataError,
    LogFatal,
    LogUnavailable,
    Outcome,
    Pause,
    SagaRow,
    Target,
)
from orchestrator.store.memory import MemoryLog
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger
from tests.simulation.wire import Wire

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]

SECOND = 1_000_000


class Shared(NamedTuple):
    """How a replica has a log that it shares.

    Attributes:
        name: which replica it is.
        lease: microseconds.
        now: the log's clock, microseconds.
        time: the replica's own, which is never set, seconds.
        wire: what lies between.
        news: called when something was appended to another's saga, or the register has changed.
    """

    name: str
    lease: int
    now: Callable[[], int]
    time: Callable[[], float]
    wire: Wire
    news: Callable[[], None]


class Port:
    """A `SagaLog`; what the engine does not use is left out."""

    def __init__(self, log: MemoryLog, plan: Plan, ledger: Ledger, latency: float, shared: Shared | None) -> None:
        """See a log as a new process does.

        Args:
            log: the log, which this process shares with those before it.
            plan: what goes wrong.
            ledger: where what is carried out is taken down.
            latency: how long a call takes at most, seconds.
            shared: how it has it beside others; None: it has it for itself.
        """
        self._inner = MemoryLog(log)
        if shared is not None:
            self._inner = MemoryLog(log, name=shared.name, lease=shared.lease, now=shared.now)
        self._plan = plan
        self._ledger = ledger
        self._latency = latency
        self._shared = shared
        self._renewed = 0.0  # when the last renewal was sent that is known to have arrived
        self.tell: Callable[[], None] = lambda: None

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
        return 0 if self._shared is None else round((self._shared.time() - self._renewed) * SECOND)

    def on_news(self, tell: Callable[[], None]) -> None:
        self.tell = tell

    async def open(self, now: int) -> None:
        await self._inner.open(now)
        if self._shared is not None:
            self._renewed = self._shared.time()

    async def close(self) -> None:
        await self._ask(self._inner.close)

    @property
    def fenced(self) -> bool:
        """True once another has ended this one."""
        return not self._inner._replicas.stands(self._inner.epoch)

    async def renew(self, *, ends: bool = True) -> int:
        ended = await self._write(lambda: self._inner.renew(ends=ends))
        self._plan.fired[Fault.EXPIRED] += ended
        return ended

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        async def apply() -> list[Outcome]:
            if any(self._ledger.refuses(append) for append in batch):
                self._plan.fired[Fault.POISON] += 1
                raise LogDataError("a value is out of range")
            outcomes = await self._inner.commit(batch)
            for append, outcome in zip(batch, outcomes, strict=True):
                if outcome is Outcome.COMMITTED:
                    self._committed(append)
                else:
                    self._plan.fired[Fault.CONFLICT] += 1
            return outcomes

        return await self._write(apply)

    def _committed(self, append: Append) -> None:
        if not self._ledger.committed(append):
            return
        if append.for_owner:
            self._plan.fired[Fault.FOREIGN] += 1
            self._spread()
        elif not append.lifts_quarantine:
            self._ledger.owned(append, self._inner._sagas[append.key].row.claim, self.epoch)

    def _spread(self) -> None:
        if self._shared is not None:
            self._shared.news()

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        claimed = await self._claim(partial(self._inner.claim_orphans, limit))
        if self._shared is not None:
            self._plan.fired[Fault.TAKEN_OVER] += len(claimed)
        return claimed

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        return await self._claim(partial(self._inner.claim_due, now, limit))

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        return await self._claim(partial(self._inner.claim_parked, namespace, participant, limit))

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        return await self._claim(partial(self._inner.claim_held, namespace, definition, version, limit))

    async def claim(self, key: SagaKey) -> Claimed | None:
        return await self._claim(partial(self._inner.claim, key))

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        self._ledger.put_aside(key.saga_id, reason)
        await self._write(partial(self._inner.quarantine, key, reason, now))

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        changed = await self._write(partial(self._inner.pause, target, by, now))
        self._spread()
        return changed

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        changed = await self._write(partial(self._inner.resume, target, by, now))
        self._spread()
        return changed

    async def _claim(self, work: Work[T]) -> T:
        """Claim something. The answer does not get lost, in the store that is used here: the engine would not know what
        it owns. Where it can, the store tells of the claim itself (`orchestrator.store.sql_claims`).
        """
        return await self._write(work, repeatable=False)

    async def _write(self, work: Work[T], *, repeatable: bool = True) -> T:
        """Carry out a write.

        Args:
            work: does it.
            repeatable: it may be asked again after an answer that got lost.
        """
        began, renewed = 0.0 if self._shared is None else self._shared.time(), self._inner._renew_time
        result = await self._ask(partial(self._apply, work, self.fenced), repeatable=repeatable)
        if self._shared is None:
            await self._pass_time()
        elif self._inner._renew_time != renewed:
            self._renewed = max(self._renewed, began)
        if repeatable and self._plan.strikes(Fault.LOG_REPLY_LOST, 0.3):
            raise LogUnavailable("no answer")
        return result

    async def _apply(self, work: Work[T], ended_before: bool) -> T:
        """Write, at the log. It refuses what comes from a replica that was ended.

        Args:
            work: writes.
            ended_before: the replica was, when this was sent.
        """
        ended = self.fenced
        try:
            result = await work()
        except LogFatal:
            self._plan.fired[Fault.FENCED] += ended and not ended_before
            raise
        if ended:
            self._ledger.violated(f"replica {self.epoch} was ended, and the log has taken what it wrote")
        return result

    async def _ask(self, work: Work[T], *, repeatable: bool = True) -> T:
        if self._plan.strikes(Fault.LOG_OUTAGE, 0.3):
            await self._pass_time()
            raise LogUnavailable("the disk is full")
        if self._shared is not None:
            return await self._shared.wire.carry(work, repeatable=repeatable)
        await self._pass_time()
        return await work()

    async def _pass_time(self) -> None:
        await asyncio.sleep(self._plan.chance.random() * self._latency)

    # Reading -------------------------------------------------------------------------------------------------------

    async def read(self, key: SagaKey) -> SagaRow | None:
        return await self._ask(partial(self._inner.read, key))

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> Any:
        return await self._ask(partial(self._inner.read_events, key, after, limit))

    async def read_sequences(self, keys: Sequence[SagaKey]) -> Mapping[SagaKey, int]:
        return await self._ask(partial(self._inner.read_sequences, keys))

    async def nudged(self, limit: int) -> list[SagaKey]:
        return await self._ask(partial(self._inner.nudged, limit))

    async def register_revision(self) -> int:
        return await self._ask(self._inner.register_revision)

    async def count_states(self) -> Any:
        return await self._ask(self._inner.count_states)

    async def next_wake(self) -> int | None:
        return await self._ask(self._inner.next_wake)

    async def parked_participants(self) -> list[tuple[str, str]]:
        return await self._ask(self._inner.parked_participants)

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        return await self._ask(self._inner.held_definitions)

    async def list_pauses(self) -> list[Pause]:
        return await self._ask(self._inner.list_pauses)

    async def restored_time(self) -> int:
        return await self._ask(self._inner.restored_time)

    async def purged(self, key: SagaKey) -> Any:
        return await self._ask(partial(self._inner.purged, key))

    async def get_definition(self, namespace: str, name: str, version: int) -> Any:
        return await self._ask(partial(self._inner.get_definition, namespace, name, version))
