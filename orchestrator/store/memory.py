"""The saga log in memory: the reference of the contract, and what fast tests run on.

It is written to be obviously right, not fast: plain dictionaries, no index but the alarms, which an engine looks at
all the time, and nothing awaited, so each call is atomic on its event loop. It keeps what it holds when closed; opening
it again is a restart of the process.
"""

from __future__ import annotations

import secrets
import time
import uuid
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from orchestrator.core.model import TERMINAL, Mode, SagaKey, SagaState
from orchestrator.store.base import (
    Append,
    Claimed,
    Installation,
    ListPosition,
    LogUnavailable,
    Outcome,
    RecordedEvent,
    SagaFilter,
    SagaLog,
    SagaRow,
    SequencedEvent,
)
from orchestrator.store.checks import check_batch, gives_back
from orchestrator.store.memory_register import MemoryRegister
from orchestrator.store.memory_replicas import MemoryReplica, MemoryReplicas
from orchestrator.store.memory_retention import MemoryRetention
from orchestrator.store.places import held_place, held_time, held_version
from orchestrator.store.survey import MOVING, OPEN, Survey, first


@dataclass(slots=True)
class _Saga:
    row: SagaRow
    append_id: bytes
    events: list[tuple[RecordedEvent, bytes]] = field(default_factory=list)
    parked: Mapping[str, int] = field(default_factory=dict)
    nudge_epoch: int | None = None

    def sequenced(self) -> tuple[SequencedEvent, ...]:
        return tuple(SequencedEvent(place, event) for place, (event, _) in enumerate(self.events, 1))


class MemoryLog(MemoryReplica, MemoryRegister, MemoryRetention, SagaLog):
    """A `SagaLog` that dies with the process."""

    def __init__(
        self,
        beside: MemoryLog | None = None,
        *,
        name: str = "",
        lease: int = 0,
        now: Callable[[], int] = lambda: time.monotonic_ns() // 1_000,
    ) -> None:
        """Make a log; it is usable after `open`.

        Args:
            beside: another replica's, whose sagas it shares; None: it is empty.
            name: which replica it is.
            lease: microseconds; 0: it has the log for itself.
            now: the log's clock, microseconds.
        """
        MemoryReplica.__init__(self, MemoryReplicas() if beside is None else beside._replicas, name, lease, now)
        MemoryRegister.__init__(self, beside)
        MemoryRetention.__init__(self, beside)
        key_id = secrets.token_hex(4)
        made = Installation(uuid.uuid4().hex, key_id, {key_id: secrets.token_bytes(32)})
        self._installation: Installation = made if beside is None else beside._installation
        self._sagas: dict[SagaKey, _Saga] = {} if beside is None else beside._sagas
        # See `_alarm`.
        self._alarms: dict[Mode, list[tuple[int, bytes, SagaKey]]]
        self._alarms = {mode: [] for mode in Mode} if beside is None else beside._alarms
        self._opened = False

    @property
    def installation(self) -> Installation:
        """See `SagaLog.installation`."""
        self._check_open()
        return self._installation

    async def open(self, now: int) -> None:
        """See `SagaLog.open`. Never raises."""
        self._join()
        self._opened = True

    async def close(self) -> None:
        """See `SagaLog.close`."""
        self._leave()
        self._opened = False

    async def renew(self, *, ends: bool = True) -> int:
        """See `SagaLog.renew`."""
        self._check_writable()
        self._renew()
        return self._replicas.end_silent(self._now()) if ends else 0

    async def nudged(self, limit: int) -> list[SagaKey]:
        """See `SagaLog.nudged`."""
        self._check_open()
        return [key for key, saga in self._sagas.items() if saga.nudge_epoch == self._epoch][:limit]

    def _check_open(self) -> None:
        if not self._opened:
            raise LogUnavailable("the log is not open")

    def _check_writable(self) -> None:
        self._check_open()
        self._fence()

    # Appends -------------------------------------------------------------------------------------------------------

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        """See `SagaLog.commit`."""
        self._check_writable()
        check_batch(batch)
        return [self._append(append) for append in batch]

    def _append(self, append: Append) -> Outcome:
        saga = self._sagas.get(append.key)
        if saga is not None and _committed_before(saga, append):
            return Outcome.COMMITTED
        if append.new is not None:
            if saga is not None or append.key in self._purged:
                return Outcome.CONFLICT
            saga = self._sagas[append.key] = _Saga(_new_row(append), append.append_id)
        if saga is None or saga.row.uid != append.uid or saga.row.sequence != append.expected:
            return Outcome.CONFLICT
        if saga.row.end_time is not None or (gives_back(append) and saga.row.owner_epoch != self._epoch):
            return Outcome.CONFLICT
        saga.events.extend((event, append.append_id) for event in append.events)
        saga.append_id = append.append_id
        if append.parked is not None:
            saga.parked = dict(append.parked)
        if append.for_owner:
            saga.nudge_epoch = saga.row.owner_epoch
        head, before, aside = append.head, saga.row, saga.row.quarantine_time is not None
        if append.lifts_quarantine:
            before, aside = replace(before, quarantine_reason="", quarantine_time=None), False
        row = replace(
            before,
            sequence=append.expected + len(append.events),
            state=head.state,
            cause=head.cause,
            owner_epoch=(saga.row.owner_epoch if append.for_owner else self._epoch)
            if head.owned and not aside
            else None,
            wake_time=None if aside else head.wake_time,
            end_time=head.end_time,
            completed_steps=head.completed_steps,
            compensated_steps=head.compensated_steps,
            paused=head.paused,
        )
        self._put(saga, row)
        return Outcome.COMMITTED

    def _put(self, saga: _Saga, row: SagaRow) -> None:
        before, after, alarms = _alarm(saga.row), _alarm(row), self._alarms[row.mode]
        saga.row = row
        if before != after:
            if before is not None:
                del alarms[bisect_left(alarms, before)]
            if after is not None:
                insort(alarms, after)

    # Claims --------------------------------------------------------------------------------------------------------

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_orphans`."""
        self._check_writable()
        orphans = [saga for saga in self._sagas.values() if self._orphaned(saga.row.owner_epoch)]
        orphans.sort(key=lambda saga: (saga.row.owner_epoch, saga.row.uid))
        return [self._take(saga) for saga in orphans[:limit]]

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_due`."""
        self._check_writable()
        return [self._take(saga) for saga in self._due(Mode.ORCHESTRATION, now, limit)]

    def _due(self, mode: Mode, now: int, limit: int) -> list[_Saga]:
        return [self._sagas[key] for wake, _, key in self._alarms[mode][:limit] if wake <= now]

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_parked`."""
        self._check_writable()
        queues: dict[str, list[tuple[int, bytes, _Saga]]] = {}
        for saga in self._sagas.values():
            row = saga.row
            if self._free(row) and row.key.namespace == namespace and participant in saga.parked and not row.paused:
                queues.setdefault(row.definition_name, []).append((saga.parked[participant], row.uid, saga))
        turns = [
            (place, park_time, uid, saga)
            for queue in queues.values()
            for place, (park_time, uid, saga) in enumerate(sorted(queue))  # no two have the same uid
        ]
        turns.sort()
        return [self._take(saga) for *_, saga in turns[:limit]]

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        """See `SagaLog.claim_held`."""
        self._check_writable()
        place = held_place(version)
        held = [
            (saga.parked[place], saga.row.uid, saga)
            for saga in self._sagas.values()
            if self._free(saga.row)
            and (saga.row.key.namespace, saga.row.definition_name) == (namespace, definition)
            and place in saga.parked
        ]
        return [self._take(saga) for *_, saga in sorted(held, key=lambda entry: entry[:2])[:limit]]

    async def claim(self, key: SagaKey) -> Claimed | None:
        """See `SagaLog.claim`."""
        self._check_writable()
        saga = self._sagas.get(key)
        if saga is None:
            return None
        if saga.nudge_epoch == self._epoch:
            saga.nudge_epoch = None
        foreign = self._foreign(saga.row.owner_epoch)
        if foreign or not _claimable(saga.row) or saga.row.mode is Mode.CHOREOGRAPHY:
            return Claimed(saga.row, saga.sequenced(), False, held_time(saga.parked), foreign)
        return self._take(saga)

    def _free(self, row: SagaRow) -> bool:
        return _claimable(row) and not self._foreign(row.owner_epoch)

    def _take(self, saga: _Saga) -> Claimed:
        if saga.row.owner_epoch == self._epoch:
            return Claimed(saga.row, saga.sequenced(), orphaned=False, held_time=held_time(saga.parked))
        orphaned = self._orphaned(saga.row.owner_epoch)
        self._put(saga, replace(saga.row, owner_epoch=self._epoch, claim=saga.row.claim + 1))
        return Claimed(saga.row, saga.sequenced(), orphaned, held_time(saga.parked))

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        """See `SagaLog.quarantine`."""
        self._check_writable()
        saga = self._sagas.get(key)
        if saga is not None and saga.row.quarantine_time is None:
            aside = replace(saga.row, owner_epoch=None, wake_time=None, quarantine_reason=reason, quarantine_time=now)
            self._put(saga, aside)

    # Reading sagas -------------------------------------------------------------------------------------------------

    async def read(self, key: SagaKey) -> SagaRow | None:
        """See `SagaLog.read`."""
        self._check_open()
        saga = self._sagas.get(key)
        return None if saga is None else saga.row

    async def read_sequences(self, keys: Sequence[SagaKey]) -> Mapping[SagaKey, int]:
        """See `SagaLog.read_sequences`."""
        self._check_open()
        rows = [self._sagas[key].row for key in keys if key in self._sagas]
        return {row.key: row.sequence if row.quarantine_time is None else -row.sequence for row in rows}

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        """See `SagaLog.read_events`."""
        self._check_open()
        saga = self._sagas.get(key)
        return [] if saga is None else [event for event in saga.sequenced() if event.sequence > after][:limit]

    async def count_open(self, namespace: str, definitions: Sequence[tuple[str, int]]) -> int:
        """See `SagaLog.count_open`."""
        self._check_open()
        wanted = set(definitions)
        return sum(
            row.key.namespace == namespace
            and row.state not in TERMINAL
            and (row.definition_name, row.definition_version) in wanted
            for row in self._rows()
        )

    async def count_states(self) -> Mapping[SagaState, int]:
        """See `SagaLog.count_states`."""
        self._check_open()
        return Counter(row.state for row in self._rows() if row.state not in TERMINAL)

    async def count_quarantined(self) -> int:
        """See `SagaLog.count_quarantined`."""
        self._check_open()
        return sum(row.quarantine_time is not None for row in self._rows())

    async def survey(self, namespace: str, most: int, oldest: int) -> Survey:
        """See `SagaLog.survey`."""
        self._check_open()
        here = [row for row in self._rows() if row.key.namespace == namespace]
        counts = {state: min(most, sum(row.state is state for row in here)) for state in OPEN}
        aside = sum(row.quarantine_time is not None for row in here)
        moving = (row for row in here if row.state in MOVING and row.quarantine_time is None)
        return Survey(counts, min(most, aside), first(moving, oldest))

    async def next_wake(self) -> int | None:
        """See `SagaLog.next_wake`."""
        self._check_open()
        alarms = self._alarms[Mode.ORCHESTRATION]
        return alarms[0][0] if alarms else None

    async def overdue(self, now: int, limit: int) -> list[SagaRow]:
        """See `SagaLog.overdue`."""
        self._check_open()
        return [saga.row for saga in self._due(Mode.CHOREOGRAPHY, now, limit)]

    async def parked_participants(self) -> list[tuple[str, str]]:
        """See `SagaLog.parked_participants`."""
        self._check_open()
        waits = ((saga.row.key.namespace, place) for saga in self._sagas.values() for place in saga.parked)
        return sorted({(namespace, place) for namespace, place in waits if held_version(place) is None})

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        """See `SagaLog.held_definitions`."""
        self._check_open()
        waits = ((saga.row, held_version(place)) for saga in self._sagas.values() for place in saga.parked)
        return sorted({(row.key.namespace, row.definition_name, version) for row, version in waits if version})

    async def list_sagas(self, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """See `SagaLog.list_sagas`."""
        self._check_open()
        rows = sorted(filter(_test(filter_), self._rows()), key=_position, reverse=True)
        return [row for row in rows if after is None or _position(row) < after][:limit]

    def _rows(self) -> Iterable[SagaRow]:
        return (saga.row for saga in self._sagas.values())


def _committed_before(saga: _Saga, append: Append) -> bool:
    """True if this very append stands already: its first event, or, if it has none, the head it set."""
    if append.events:
        return len(saga.events) > append.expected and saga.events[append.expected][1] == append.append_id
    return saga.append_id == append.append_id


def _alarm(row: SagaRow) -> tuple[int, bytes, SagaKey] | None:
    """Return when a saga that is nobody's is to be woken, and which it is; None if it is not."""
    if row.owner_epoch is not None or row.wake_time is None or not _claimable(row):
        return None
    return row.wake_time, row.uid, row.key


def _claimable(row: SagaRow) -> bool:
    return row.state not in TERMINAL and row.quarantine_time is None


def _new_row(append: Append) -> SagaRow:
    assert append.new is not None
    new = append.new
    return SagaRow(
        key=append.key,
        uid=append.uid,
        sequence=0,
        state=append.head.state,
        cause=None,
        definition_name=new.definition_name,
        definition_version=new.definition_version,
        definition_hash=new.definition_hash,
        fingerprint=new.fingerprint,
        labels=dict(new.labels),
        start_time=new.start_time,
        timeout_time=new.timeout_time,
        end_time=None,
        wake_time=None,
        owner_epoch=None,
        claim=int(append.head.owned),
        step_count=new.step_count,
        completed_steps=0,
        compensated_steps=0,
        mode=new.mode,
    )


def _position(row: SagaRow) -> ListPosition:
    return ListPosition(row.start_time, row.uid)


def _test(filter_: SagaFilter) -> Callable[[SagaRow], bool]:
    def holds(row: SagaRow) -> bool:
        return (
            row.key.namespace == filter_.namespace
            and (not filter_.states or row.state in filter_.states)
            and filter_.definition_name in ("", row.definition_name)
            and _has(row.labels, filter_.labels)
            and (filter_.start_from is None or row.start_time >= filter_.start_from)
            and (filter_.start_to is None or row.start_time < filter_.start_to)
            and (not filter_.dead_letters or row.state is SagaState.STUCK or row.quarantine_time is not None)
        )

    return holds


def _has(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(labels.get(name) == value for name, value in wanted.items())
