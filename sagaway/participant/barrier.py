"""The barrier's rules: what the row says and what was asked, to what happens now.

The theory: an orchestrator can't know whether a message it sent had its effect, so it sends again, and when it gives
up it sends Compensate, which may overtake the Execute it undoes. A participant makes that safe with ONE ROW per
operation, written in the transaction of the effect. Row and effect are then both there or both not, and the row alone
decides what a further message may do.

Pure: no SQL, no clock, no protobuf. `Row` is what the database holds now, read under the operation's lock; the three
`judge_*` functions are the whole table. Their order is the contract's order; don't reorder.

    Execute                                                Compensate
    1 tombstone             → OPERATION_COMPENSATED        1 own stored reply → hash, then the stored reply
    2 stored reply          → hash, then the stored reply  2 row COMPLETED or PENDING → run the author's function
    3 past not_after_time   → DELIVERED_TOO_LATE           3 row REJECTED → null compensation
    4 no row, before horizon→ BARRIER_ROW_MISSING          4 no row, though one must have been → BARRIER_ROW_MISSING
    5 run the author's function                            5 no row → null compensation, with the tombstone

A Seal writes the tombstone whatever the row says, and tells what it said. A tombstone with no Compensate's hash is its
mark: a person has settled the operation, so a Compensate undoes nothing there either, and answers Compensated.
"""

import enum
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sagaway.participant.calls import ExecuteOutcome
from sagaway.participant.errors import (
    Refusal,
    barrier_row_missing,
    delivered_too_late,
    internal_fault,
    operation_compensated,
    request_mismatch,
)
from sagaway.participant.payload import Payload

CLOCK_SKEW = timedelta(minutes=10)
"""How far the orchestrator's clock and ours may be apart."""


class Phase(enum.Enum):
    """Which of its two RPCs an operation is in."""

    EXECUTE = "EXECUTE"
    COMPENSATE = "COMPENSATE"


class ExecuteState(enum.Enum):
    """What became of the Execute."""

    RUNNING = "RUNNING"
    """The key is held before the effect. Never committed, unless a function ended the transaction by raw SQL."""
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    PENDING = "PENDING"


class CompensateState(enum.Enum):
    """What became of the Compensate. Either value is a tombstone."""

    COMPENSATED = "COMPENSATED"
    PENDING = "PENDING"


class Found(enum.Enum):
    """What the row of an operation says that is sealed; the names are the contract's."""

    NOTHING = "NOTHING"
    COMPLETED = "COMPLETED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Row:
    """One operation's barrier row. The hash and the reply of a phase are set if its state is.

    Of a sealed operation `compensate_hash` is None, and `compensate_reply` is the Seal's.
    """

    action: str
    execute_state: ExecuteState | None = None
    execute_hash: bytes | None = None
    execute_reply: bytes | None = None
    compensate_state: CompensateState | None = None
    compensate_hash: bytes | None = None
    compensate_reply: bytes | None = None

    @property
    def sealed(self) -> bool:
        """True if a Seal wrote the tombstone."""
        return self.compensate_state is not None and self.compensate_hash is None


@dataclass(frozen=True, slots=True)
class Question:
    """What the barrier is asked.

    Attributes:
        request_hash: from `hash_request`.
        first_sent_time: when the Execute's intent was made durable; None counts as before every horizon.
        not_after_time: of an Execute; None means no limit.
        execute_outcome: of a Compensate: what the orchestrator knows of the Execute.
    """

    action: str
    request_hash: bytes
    first_sent_time: datetime | None
    not_after_time: datetime | None = None
    execute_outcome: ExecuteOutcome = ExecuteOutcome.UNKNOWN


@dataclass(frozen=True, slots=True)
class Replay:
    """Answer these stored bytes; nothing changes."""

    reply: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """Call the author's function.

    Attributes:
        row: of a Compensate, the row with the Execute to undo.
    """

    row: Row | None = None


@dataclass(frozen=True, slots=True)
class RunNothing:
    """A null compensation: there is nothing to undo; write the tombstone and answer Compensated."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Answer Compensated; the operation is sealed, and nothing changes."""


@dataclass(frozen=True, slots=True)
class WriteSeal:
    """Write the tombstone, if none stands yet, and answer what was found."""

    found: Found
    stands: bool = False


def hash_request(action: str, phase: Phase, payload: Payload) -> bytes:
    """Return SHA-256 over action, phase, and the payload's kind, content type and bytes.

    Each part is preceded by its length, so that no two requests read the same. The content type is taken with its
    default, which means the same. Metadata is not covered: it is not what is asked.
    """
    digest = hashlib.sha256()
    for part in (
        action.encode(),
        phase.value.encode(),
        payload.kind.encode(),
        payload.media_type.encode(),
        payload.raw,
    ):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


def horizon_of(purge_cutoff: datetime | None) -> datetime | None:
    """Return the instant before which a missing row proves nothing, or None if nothing was ever purged."""
    return None if purge_cutoff is None else purge_cutoff + CLOCK_SKEW


def judge_execute(row: Row | None, question: Question, *, now: datetime, horizon: datetime | None) -> Replay | Run:
    """Say what an Execute does.

    Args:
        row: the operation's row, or None.
        question: what is asked.
        now: the participant's clock.
        horizon: from `horizon_of`; read after the row.

    Raises:
        Refusal: OPERATION_COMPENSATED, REQUEST_MISMATCH, DELIVERED_TOO_LATE, BARRIER_ROW_MISSING, INTERNAL_FAULT.
    """
    if row is not None:
        if row.compensate_state is not None:
            raise operation_compensated()
        return Replay(_stored(row.execute_reply, row.execute_hash, question))
    if question.not_after_time is not None and now > question.not_after_time:
        raise delivered_too_late()
    if _before(question.first_sent_time, horizon):
        raise barrier_row_missing()
    return Run()


def judge_compensate(
    row: Row | None, question: Question, *, horizon: datetime | None
) -> Replay | Run | RunNothing | Leave:
    """Say what a Compensate does. `not_after_time` never refuses it.

    Args:
        row: the operation's row, or None; locked against a completion.
        question: what is asked.
        horizon: from `horizon_of`; read after the row.

    Raises:
        Refusal: REQUEST_MISMATCH, BARRIER_ROW_MISSING, INTERNAL_FAULT.
    """
    if row is None:
        if question.execute_outcome is not ExecuteOutcome.UNKNOWN or _before(question.first_sent_time, horizon):
            raise barrier_row_missing()
        return RunNothing()
    if row.sealed:
        return Leave()
    if row.compensate_state is not None:
        return Replay(_stored(row.compensate_reply, row.compensate_hash, question))
    if row.action != question.action:
        # Another action's compensation would undo something else.
        raise request_mismatch("action")
    if row.execute_state is ExecuteState.REJECTED:
        return RunNothing()
    if row.execute_state is ExecuteState.RUNNING or row.execute_state is None:
        raise _unfinished()
    return Run(row)


def judge_seal(
    row: Row | None, action: str, first_sent_time: datetime | None, *, horizon: datetime | None
) -> Replay | WriteSeal:
    """Say what a Seal does. It is never refused for what the row says: a person has settled the operation.

    Args:
        row: the operation's row, or None; locked against a completion.
        action: which.
        first_sent_time: when the Execute's intent was made durable.
        horizon: from `horizon_of`; read after the row.

    Raises:
        Refusal: REQUEST_MISMATCH: the operation is another action's.
    """
    if row is None:
        return WriteSeal(Found.UNKNOWN if _before(first_sent_time, horizon) else Found.NOTHING)
    if row.action != action:
        raise request_mismatch("action")
    if row.sealed and row.compensate_reply is not None:
        return Replay(row.compensate_reply)
    if row.compensate_state is CompensateState.COMPENSATED:
        return WriteSeal(Found.NOTHING, stands=True)
    # Also if its compensation is Pending: that report is refused from now on.
    return WriteSeal(_FOUND.get(row.execute_state, Found.UNKNOWN))


_FOUND: dict[ExecuteState | None, Found] = {
    ExecuteState.COMPLETED: Found.COMPLETED,
    ExecuteState.REJECTED: Found.NOTHING,
    ExecuteState.PENDING: Found.PENDING,
}


def _stored(reply: bytes | None, request_hash: bytes | None, question: Question) -> bytes:
    if reply is None or request_hash is None:
        raise _unfinished()
    if request_hash != question.request_hash:
        raise request_mismatch("request (action, or input's kind, content type or bytes)")
    return reply


def _before(first_sent_time: datetime | None, horizon: datetime | None) -> bool:
    return horizon is not None and (first_sent_time is None or first_sent_time < horizon)


def _unfinished() -> Refusal:
    return internal_fault(
        "The operation's barrier row has no reply: the action's function ended the barrier's transaction by itself. "
        "A person must find out what it did."
    )
