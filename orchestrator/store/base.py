"""The saga log's contract. The docstrings here are the law; `tests/store` holds every store to them.

A store keeps, per saga, a *head* (one row: where the saga stands, who owns it, when it wakes) and its *events*
(append only, dense sequences from 1). It keeps no rules: what is appended was decided by `orchestrator.core`, and the
order of writes is the engine's.

Theory. An append is a compare-and-set on the head's `sequence`: of two writers that decided on the same state, one
wins and the other learns that it lost, so every decision was made on the state it follows. Every append carries an
`append_id`, so that a writer whose COMMIT got no answer can send the very same append again: if it had been committed,
the conflict carries its own id and is success. The absence of an append proves nothing and is never used as an answer.

A process that has the log open is a *replica* (`orchestrator.store.replicas`). What is said of a process's own sagas
here is meant of those that its epoch owns.
"""

# ruff: noqa: PLC0414 - what is imported under its own name is offered here too.
from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from orchestrator.core.model import Cause, Mode, SagaKey, SagaState
from orchestrator.store.errors import CorruptLog as CorruptLog
from orchestrator.store.errors import LogDamaged as LogDamaged
from orchestrator.store.errors import LogDataError as LogDataError
from orchestrator.store.errors import LogFatal as LogFatal
from orchestrator.store.errors import LogUnavailable as LogUnavailable
from orchestrator.store.errors import LogUnusable as LogUnusable
from orchestrator.store.errors import ReplicaEnded as ReplicaEnded
from orchestrator.store.errors import StoreError as StoreError
from orchestrator.store.registered import DefinitionRow as DefinitionRow
from orchestrator.store.registered import ParticipantRow as ParticipantRow
from orchestrator.store.registered import Pause as Pause
from orchestrator.store.registered import PauseKind as PauseKind
from orchestrator.store.registered import Register
from orchestrator.store.registered import Target as Target
from orchestrator.store.replicas import Replicas
from orchestrator.store.retention import Expiry as Expiry
from orchestrator.store.retention import Purged as Purged
from orchestrator.store.retention import Retention

if TYPE_CHECKING:
    from orchestrator.store.survey import Survey


class RecordedEvent(NamedTuple):
    """An event as a row: what `orchestrator.store.codec` writes and reads.

    Attributes:
        type: the event's class name.
        version: of its format, from 1.
        time: microseconds.
        data: UTF-8 JSON of its fields.
    """

    type: str
    version: int
    time: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """What an append sets on a saga's row.

    Attributes:
        state: where the saga stands after the append.
        cause: why it is undone, if it is.
        owned: True: this process keeps it (sets `owner_epoch` to the store's epoch). False: nobody does.
        wake_time: when somebody must look at it if nobody owns it; None: nobody needs to.
        end_time: when it ended; None while it is open.
        completed_steps: steps that stand completed.
        compensated_steps: steps that were compensated.
        paused: a person paused it.
    """

    state: SagaState
    cause: Cause | None = None
    owned: bool = True
    wake_time: int | None = None
    end_time: int | None = None
    completed_steps: int = 0
    compensated_steps: int = 0
    paused: bool = False


@dataclass(frozen=True, slots=True)
class NewSaga:
    """What an append that creates a saga says beside its events.

    Attributes:
        definition_name: its definition.
        definition_version: its version.
        definition_hash: its content hash.
        fingerprint: SHA-256 of the request (32 bytes): what makes a repeated StartSaga the same.
        start_time: microseconds.
        timeout_time: microseconds.
        step_count: steps of its definition.
        labels: what it is labelled with.
        mode: who decides what comes next in it.
    """

    definition_name: str
    definition_version: int
    definition_hash: str
    fingerprint: bytes
    start_time: int
    timeout_time: int
    step_count: int
    labels: Mapping[str, str] = field(default_factory=dict)
    mode: Mode = Mode.ORCHESTRATION


@dataclass(frozen=True, slots=True)
class Append:
    """One saga's part of a batch.

    Attributes:
        key: the saga.
        uid: 16 bytes, a UUIDv7 made with the saga; the key of its rows.
        append_id: 16 random bytes, the same when the append is sent again.
        expected: the sequence it was decided on; 0 if it creates the saga.
        events: what is appended, in order, from `expected` + 1 on. Empty: only the head is set (it is put to sleep), by
            the saga's owner alone: the sequence does not grow, so it does not tell what happened in between.
        head: what the row says afterwards.
        new: set if and only if it creates the saga.
        lifts_quarantine: True if it also ends the saga's quarantine.
        for_owner: True if whoever appends does not own the saga. It stays its owner's, if `head.owned`, and is nobody's
            otherwise; its wake time is set either way. The owner is told (`nudged`).
        parked: the places at which the saga waits afterwards (`orchestrator.store.places`), and since when; None: as
            before.
    """

    key: SagaKey
    uid: bytes
    append_id: bytes
    expected: int
    events: tuple[RecordedEvent, ...]
    head: Head
    new: NewSaga | None = None
    lifts_quarantine: bool = False
    for_owner: bool = False
    parked: Mapping[str, int] | None = None


class Outcome(Enum):
    """What became of an append."""

    COMMITTED = "COMMITTED"
    """It is durable; also if an earlier call had committed it (same `append_id`)."""
    CONFLICT = "CONFLICT"
    """The saga's sequence is another, it has ended, it is another's to give back, or the new saga's key is taken (also by a
    purged one): somebody was first. Reload.
    """


@dataclass(frozen=True, slots=True)
class SagaRow:
    """A saga's row as it stands. What `NewSaga` and `Head` have too means the same here.

    Attributes:
        key: the saga.
        uid: the key of its rows.
        sequence: that of its last event.
        owner_epoch: epoch of who owns it; None if nobody does.
        claim: how many owners it has had; 1 for a saga that its maker keeps.
        quarantine_reason: why it is put aside; empty if it is not.
        quarantine_time: since when; None if it is not.
    """

    key: SagaKey
    uid: bytes
    sequence: int
    state: SagaState
    cause: Cause | None
    definition_name: str
    definition_version: int
    definition_hash: str
    fingerprint: bytes
    labels: Mapping[str, str]
    start_time: int
    timeout_time: int
    end_time: int | None
    wake_time: int | None
    owner_epoch: int | None
    claim: int
    step_count: int
    completed_steps: int
    compensated_steps: int
    mode: Mode = Mode.ORCHESTRATION
    paused: bool = False
    quarantine_reason: str = ""
    quarantine_time: int | None = None


class SequencedEvent(NamedTuple):
    """An event with its place in the saga's log."""

    sequence: int
    event: RecordedEvent


@dataclass(frozen=True, slots=True)
class Claimed:
    """A saga that this process owns now, with its whole log.

    Attributes:
        row: its row, after the claim.
        events: all its events, in order.
        orphaned: True if another owner had it and did not give it back: what was in flight is of unknown outcome.
        held_time: since when it waits for its definition, which was paused; 0: it does not, as far as the log says.
        foreign: True if it was not claimed, because another replica owns it that has not been ended. Of `claim` alone.
    """

    row: SagaRow
    events: tuple[SequencedEvent, ...]
    orphaned: bool
    held_time: int = 0
    foreign: bool = False


@dataclass(frozen=True, slots=True)
class SagaFilter:
    """Which sagas to list. All must hold.

    Attributes:
        namespace: in this namespace.
        states: in one of these; empty: any.
        definition_name: of this definition; empty: any.
        labels: with all of these.
        start_from: started at or after, microseconds; None: any.
        start_to: started before, microseconds; None: any.
        dead_letters: only those that wait for a person: STUCK, or in quarantine.
    """

    namespace: str
    states: frozenset[SagaState] = frozenset()
    definition_name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    start_from: int | None = None
    start_to: int | None = None
    dead_letters: bool = False


class ListPosition(NamedTuple):
    """Where a page of sagas ends: the last row's start time and uid (keyset paging)."""

    start_time: int
    uid: bytes


@dataclass(frozen=True, slots=True)
class Installation:
    """What is made once, at the first migration.

    Attributes:
        id: names this installation in operation keys.
        key_id: names the current token key.
        keys: token keys by id (32 bytes each); old ones still verify.
    """

    id: str
    key_id: str
    keys: Mapping[str, bytes]


class SagaLog(Register, Replicas, Retention, Protocol):
    """The saga log. One instance a process; every method may be called at once with others."""

    @property
    def installation(self) -> Installation:
        """What was made at the first migration. Only after `open`."""

    async def open(self, now: int) -> None:
        """Migrate, unless that is left to a person, and become a replica: take a new epoch and, where there are leases, the
        first one.

        It ends others: where there are no leases, all; else those that had the same name, which is a process that was
        started again. Whoever is ended writes nothing more: it gets `LogFatal`. Where the store can refuse to open beside a
        process that has the log for itself, it does.

        Raises:
            LogUnusable: of a version that this one can't serve, not a saga log, or in use by another process; the
                message names the remedy.
            LogUnavailable: it can't be used now.
        """

    async def close(self) -> None:
        """Let go of the log, and end this replica. What was committed stays. Idempotent."""

    # Writing, in the order of calls ------------------------------------------------------------------------------

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        """Write a batch in one durable transaction and tell what became of each append, in order.

        Losers of the compare-and-set write nothing and do not disturb the others. At most one append a saga, and no
        two that create the same key. Answers only once the winners are on disk. What is appended to a saga in
        quarantine stands, but leaves it unowned and asleep, unless it lifts the quarantine.

        Raises:
            LogUnavailable: unknown outcome; send the same batch again.
            LogDataError: nothing was written; also for a batch with two appends of one saga, or an impossible head.
            LogFatal: end the process.
        """

    # A claim that raised LogUnavailable may stand. What it took, `claim_orphans` and `claim_due` return first when they are
    # asked again, and any other claim as the lost one would have.

    # What another replica owns that was not ended is never claimed, and what another is claiming just now not by a page.

    async def claim_orphans(self, limit: int) -> list[Claimed]:
        """Take over up to ``limit`` open sagas of ended replicas but no quarantined one; `claim` grows. Empty: no more."""

    async def claim_due(self, now: int, limit: int) -> list[Claimed]:
        """Take up to ``limit`` sagas that nobody owns and whose wake time has come, oldest first; `claim` grows. No
        choreographed ones.
        """

    async def claim_parked(self, namespace: str, participant: str, limit: int) -> list[Claimed]:
        """Take up to ``limit`` sagas parked on a participant, except those paused or in quarantine: the definitions' oldest
        in turn, then their next. One that this process owns already is returned as it stands; all stay parked.
        """

    async def claim_held(self, namespace: str, definition: str, version: int, limit: int) -> list[Claimed]:
        """Take up to ``limit`` sagas that wait for a version of their definition, those that have waited longest first, but
        no quarantined one. One that this process owns already is returned as it stands; all go on waiting.
        """

    async def claim(self, key: SagaKey) -> Claimed | None:
        """Take one saga that nobody owns, or that an ended replica owned, for a command to it; `claim` grows.

        None if there is no such saga. A saga that this process owns already is returned as it stands, claim
        unchanged. A saga that is in quarantine, has ended, is choreographed or is another replica's is returned unclaimed.
        """

    async def quarantine(self, key: SagaKey, reason: str, now: int) -> None:
        """Put a saga aside: nobody owns it, it never wakes, reads show why. Idempotent: the first reason stays."""

    # Reading: committed state only ---------------------------------------------------------------------------------

    async def read(self, key: SagaKey) -> SagaRow | None:
        """Return a saga's row, or None."""

    async def read_sequences(self, keys: Sequence[SagaKey]) -> Mapping[SagaKey, int]:
        """Return the sequence at which each of these sagas stands, negative in quarantine; of one that is not there, nothing."""

    async def read_events(self, key: SagaKey, after: int = 0, limit: int | None = None) -> list[SequencedEvent]:
        """Return a saga's events with a sequence above ``after``, in order, at most ``limit``."""

    async def list_sagas(self, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
        """Return a page of sagas, newest first (start time, then uid, descending), strictly after ``after``; shorter only at the end."""

    async def count_open(self, namespace: str, definitions: Sequence[tuple[str, int]]) -> int:
        """Return how many open sagas (STUCK included) run on one of these definition versions."""

    async def count_states(self) -> Mapping[SagaState, int]:
        """Return how many open sagas are in each state; a state without any may be left out. Reads all open sagas."""

    async def count_quarantined(self) -> int:
        """Return how many sagas are in quarantine."""

    async def survey(self, namespace: str, most: int, oldest: int) -> Survey:
        """Look over a namespace; see `Survey` for what ``most`` and ``oldest`` bound."""

    async def next_wake(self) -> int | None:
        """Return the earliest wake time of a saga that `claim_due` would take, or None."""

    async def overdue(self, now: int, limit: int) -> list[SagaRow]:
        """Return up to ``limit`` choreographed sagas whose wake time has come, oldest first, but no quarantined one."""

    async def parked_participants(self) -> list[tuple[str, str]]:
        """Return on which participants sagas are parked, by namespace and name, in order."""

    async def held_definitions(self) -> list[tuple[str, str, int]]:
        """Return for which definitions sagas wait, by namespace, name and version, in order."""
