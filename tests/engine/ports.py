"""What one life of the engine sees of the world outside, and how a test takes it away.

`LogPort` is a saga log that another one stands behind. It can be held, fail before or after it has committed, and die
with its process: then no call to it ever returns, and nothing more gets through.
"""

from __future__ import annotations

import asyncio
import copy
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from orchestrator.core.events import Event
from orchestrator.core.model import SagaKey, SagaState, Signature
from orchestrator.store import codec
from orchestrator.store.base import (
    Append,
    Claimed,
    DefinitionRow,
    Expiry,
    Installation,
    ListPosition,
    LogUnavailable,
    Outcome,
    ParticipantRow,
    Pause,
    Purged,
    SagaFilter,
    SagaLog,
    SagaRow,
    SequencedEvent,
    Target,
)
from orchestrator.store.survey import Survey
from tests.engine.virtual import never

T = TypeVar("T")


class Fault(NamedTuple):
    """What goes wrong with a call to the log.

    Attributes:
        error: what it raises.
        done: True if it is carried out all the same, and only the answer is lost.
    """

    error: Exception
    done: bool = False

    def anew(self) -> Exception:
        """Return what to raise: a new one each time, as a raised one keeps alive the whole world that it came through."""
        return copy.copy(self.error)


OUTAGE = Fault(LogUnavailable("the disk is full"))
LOST_ANSWER = Fault(LogUnavailable("no answer"), done=True)


class Crashes:
    """Counts the places at which a process may die, and stops it for good at one of them.

    Attributes:
        at: the place to die at: its number, from 1, or its name, the first time it is passed from now on; 0: nowhere.
        places: the places passed so far, by name.
        crashed: set once it died.
    """

    def __init__(self, at: int | str = 0) -> None:
        self.at = at
        self.places: list[str] = []
        self.crashed = asyncio.Event()

    async def pass_(self, place: str) -> None:
        """Go by a place; never returns if the process died here or before."""
        if not self.crashed.is_set():
            self.places.append(place)
            if self.at in (len(self.places), place):
                self.crashed.set()
        if self.crashed.is_set():
            await never()


Durable = dict[SagaKey, list[Event]]
"""Every saga's committed events, as the world knows them."""


class LogPort(SagaLog):
    """A saga log as one life of the engine sees it.

    Attributes:
        batches: what was committed, a list of appends a transaction.
        calls: how often each method was called.
        latency: how long a transaction takes, seconds.
        waiting: how many commits are held.
    """

    def __init__(self, log: SagaLog, durable: Durable, crashes: Crashes) -> None:
        self._inner = log
        self._durable = durable
        self._crashes = crashes
        self._held = False
        self._passes = 0
        self._moved = asyncio.Event()
        self.batches: list[list[Append]] = []
        self.calls: Counter[str] = Counter()
        self._faults: defaultdict[str, deque[Fault | None]] = defaultdict(deque)
        self.latency = 0.0
        self.waiting = 0

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

    async def renew(self, *, ends: bool = True) -> int:
        return await self._claiming("renew", lambda: self._inner.renew(ends=ends), "a renewal")

    async def nudged(self, limit: int) -> list[SagaKey]:
        return await self._reading("nudged", lambda: self._inner.nudged(limit))

    async def register_revision(self) -> int:
        return await self._reading("register_revision", self._inner.register_revision)

    async def read_sequences(self, keys: Sequence[SagaKey]) -> Mapping[SagaKey, int]:
        return await self._reading("read_sequences", lambda: self._inner.read_sequences(keys))

    def fail(self, method: str, *faults: Fault | None) -> None:
        """Say what goes wrong with the next calls of a method; None: nothing."""
        self._faults[method].extend(faults)

    def _fault(self, method: str) -> Fault | None:
        self.calls[method] += 1
        faults = self._faults[method]
        return faults.popleft() if faults else None

    def hold(self) -> None:
        """Let no commit begin until `let_go` or `let_one_go`."""
        self._held = True

    def let_go(self) -> None:
        self._held = False
        self._moved.set()

    def let_one_go(self) -> None:
        """Let one commit begin; the next ones are held."""
        self._passes += 1
        self._moved.set()

    async def _turn(self) -> None:
        while self._held and not self._passes:
            self._moved.clear()
            await self._moved.wait()
        self._passes = max(self._passes - 1, 0)

    async def open(self, now: int) -> None:
        await self._inner.open(now)

    async def close(self) -> None:
        await self._inner.close()

    # Writing -------------------------------------------------------------------------------------------------------

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        await self._crashes.pass_("before a commit")
        self.waiting += 1
        await self._turn()
        self.waiting -= 1
        await asyncio.sleep(self.latency)
        fault = self._fault("commit")
        if fault is not None and not fault.done:
            raise fault.anew()
        outcomes = await self._inner.commit(batch)
        self.batches.append(list(batch))
        for append, outcome in zip(batch, outcomes, strict=True):
            if outcome is Outcome.COMMITTED:
                self._remember(append)
        await self._crashes.pass_("after a commit")
        if fault is not None:
            raise fault.anew()
        return outcomes

    def _remember(self, append: Append) -> None:
        known = self._durable.setdefault(append.key, [])
        if len(known) == append.expected:
            known += [codec.decode(append.expected + n, event) for n, event in enumerate(append.events, start=1)]

    # Claiming ------------------------------------------------------------------------------------------------------

    async def _claiming(self, method: str, claim: Callable[[], Coroutine[Any, Any, T]], place: str = "a claim") -> T:
        await self._crashes.pass_(f"before {place}")
        await asyncio.sleep(self.latency)
        fault = self._fault(method)
        if fault is not None and not fault.done:
            raise fault.anew()
        claimed = await claim()
        await self._crashes.pass_(f"after {place}")
        if fault is not None:
            raise fault.anew()
        return claimed

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        return await self._claiming("claim_orphans", lambda: self._inner.claim_orphans(limit))

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        return await self._claiming("claim_due", lambda: self._inner.claim_due(now, limit))

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        return await self._claiming("claim_parked", lambda: self._inner.claim_parked(namespace, participant, limit))

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        return await self._claiming("claim_held", lambda: self._inner.claim_held(namespace, definition, version, limit))

    async def claim(self, key: SagaKey) -> Claimed | None:
        return await self._claiming("claim", lambda: self._inner.claim(key))

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        await self._claiming("quarantine", lambda: self._inner.quarantine(key, reason, now))

    async def purge(self, rows: Sequence[SagaRow], now: int) -> int:
        return await self._claiming("purge", lambda: self._inner.purge(rows, now))

    async def forget(self, purged_before: int, limit: int) -> int:
        return await self._claiming("forget", lambda: self._inner.forget(purged_before, limit))

    # Definitions and participants ----------------------------------------------------------------------------------

    async def put_definition(self, row: DefinitionRow) -> bool:
        return await self._inner.put_definition(row)

    async def deprecate_definition(self, namespace: str, name: str, version: int, now: int) -> bool:
        return await self._inner.deprecate_definition(namespace, name, version, now)

    async def put_participant(self, row: ParticipantRow) -> None:
        await self._inner.put_participant(row)

    async def delete_participant(self, namespace: str, name: str) -> bool:
        return await self._inner.delete_participant(namespace, name)

    async def pause(self, target: Target, by: Signature, now: int) -> bool:
        return await self._claiming("pause", lambda: self._inner.pause(target, by, now), "a pause")

    async def resume(self, target: Target, by: Signature, now: int) -> bool:
        return await self._claiming("resume", lambda: self._inner.resume(target, by, now), "a resume")

    async def declare_restored(self, now: int) -> bool:
        return await self._claiming("declare_restored", lambda: self._inner.declare_restored(now), "a declaration")

    async def end_restore(self, by: Signature, now: int) -> bool:
        return await self._claiming("end_restore", lambda: self._inner.end_restore(by, now), "a restore's end")

    # Reading -------------------------------------------------------------------------------------------------------

    async def _reading(self, method: str, read: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if self._crashes.crashed.is_set():
            await never()
        await asyncio.sleep(self.latency)
        fault = self._fault(method)
        if fault is not None:
            raise fault.anew()
        return await read()

    async def read(self, key: SagaKey) -> SagaRow | None:
        return await self._reading("read", lambda: self._inner.read(key))

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        return await self._reading("read_events", lambda: self._inner.read_events(key, after, limit))

    async def list_sagas(self, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
        return await self._reading("list_sagas", lambda: self._inner.list_sagas(filter_, after, limit))

    async def expired(self, expiry: Expiry, after: ListPosition | None, limit: int) -> list[SagaRow]:
        return await self._reading("expired", lambda: self._inner.expired(expiry, after, limit))

    async def purged(self, key: SagaKey) -> Purged | None:
        return await self._reading("purged", lambda: self._inner.purged(key))

    async def count_open(self, namespace: str, definitions: Sequence[tuple[str, int]]) -> int:
        return await self._reading("count_open", lambda: self._inner.count_open(namespace, definitions))

    async def count_states(self) -> Mapping[SagaState, int]:
        return await self._reading("count_states", self._inner.count_states)

    async def count_quarantined(self) -> int:
        return await self._reading("count_quarantined", self._inner.count_quarantined)

    async def survey(self, namespace: str, most: int, oldest: int) -> Survey:
        return await self._reading("survey", lambda: self._inner.survey(namespace, most, oldest))

    async def next_wake(self) -> int | None:
        return await self._reading("next_wake", self._inner.next_wake)

    async def overdue(self, now: int, limit: int) -> list[SagaRow]:
        return await self._reading("overdue", lambda: self._inner.overdue(now, limit))

    async def parked_participants(self) -> list[tuple[str, str]]:
        return await self._reading("parked_participants", self._inner.parked_participants)

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        return await self._reading("held_definitions", self._inner.held_definitions)

    async def restored_time(self) -> int:
        return await self._reading("restored_time", self._inner.restored_time)

    async def list_pauses(self) -> list[Pause]:
        return await self._reading("list_pauses", self._inner.list_pauses)

    async def get_definition(self, namespace: str, name: str, version: int) -> DefinitionRow | None:
        return await self._reading("get_definition", lambda: self._inner.get_definition(namespace, name, version))

    async def list_definitions(
        self, namespace: str, name: str, after: tuple[str, int] | None, limit: int
    ) -> list[DefinitionRow]:
        return await self._reading(
            "list_definitions", lambda: self._inner.list_definitions(namespace, name, after, limit)
        )

    async def definition_namespaces(self) -> list[str]:
        return await self._reading("definition_namespaces", self._inner.definition_namespaces)

    async def get_participant(self, namespace: str, name: str) -> ParticipantRow | None:
        return await self._reading("get_participant", lambda: self._inner.get_participant(namespace, name))

    async def list_participants(
        self, namespace: str, after: tuple[str, str] | None, limit: int
    ) -> list[ParticipantRow]:
        return await self._reading("list_participants", lambda: self._inner.list_participants(namespace, after, limit))
