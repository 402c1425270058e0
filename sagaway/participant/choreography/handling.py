"""Handles one event in one transaction: effect, inbox row and outbox rows together, or nothing.

    transaction(lock of the saga) ─ known? ─ yes ──────────────────────────────────────────────── nothing
                                     └─ no ─ inbox row ─ tombstone? ─ yes ─ BLOCKED ───── outbox ─ COMMIT
                                                            └─ no ─ savepoint( function ) ─ outbox ─ COMMIT

The events of one saga are handled one after the other, also by several processes, so that a compensation either finds
what it must undo, or its tombstone is found. The lock also makes the ids of the outbox ascend in the order of commits.

A Rejected rolls back to the savepoint: the effect is gone; inbox row and the event of the refusal are committed. Any
other exception rolls back everything, as if the event had never come.

Whatever was handled is told: by what it emits, or else by a receipt, for those who look from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from sagaway.bus import Event, EventInvalidError
from sagaway.choreography.receipts import Outcome
from sagaway.participant import spans
from sagaway.participant.calls import Rejected
from sagaway.participant.choreography import rows, tracing
from sagaway.participant.choreography.calls import Emit, compensate_call, event_call
from sagaway.participant.choreography.declarations import Reaction
from sagaway.participant.choreography.emitting import (
    AnswerError,
    check_declared,
    emits_of,
    next_events,
    receipt,
    refusal,
)
from sagaway.participant.choreography.rows import Key, Role, State
from sagaway.participant.operation import AuthorCall, AuthorError
from sagaway.participant.transaction import Lent, transaction


@dataclass(frozen=True, slots=True)
class Setting:
    """What handling needs besides the event.

    Attributes:
        participant: its name.
        source: the `source` of what it emits.
        reaction: which one.
        clock: gives the time, UTC.
        deliveries: which delivery this is; information for the author.
        receipts: whether what emits nothing emits a receipt.
    """

    participant: str
    source: str
    reaction: Reaction
    clock: Callable[[], datetime]
    deliveries: int
    receipts: bool

    @property
    def key(self) -> Key:
        """The reaction, as the inbox knows it."""
        return Key(self.participant, self.reaction.name)


def saga_key(participant: str, event: Event) -> str:
    """Return what the lock of a participant's part of a saga is named by."""
    return f"choreography/{event.namespace}/{event.subject}/{participant}"


def handle(connection: Connection, event: Event, setting: Setting, author: AuthorCall) -> int:
    """Handle an event that the reaction reacts to, once.

    Args:
        connection: fresh from the engine.
        event: what came.
        setting: to whom.
        author: calls the reaction's function.

    Returns:
        How many events wait in the outbox because of it; 0 also if it had been handled before.

    Raises:
        Refusal: IN_PROGRESS: another process handles an event of this saga. DATABASE_UNAVAILABLE: COMMIT's outcome is
            unknown.
        AuthorError: the function raised or answered badly; nothing stands.
    """
    key, now = setting.key, setting.clock()
    with transaction(connection, saga_key(setting.participant, event)) as lent:
        spans.happened("transaction began")
        if rows.is_known(connection, key, Role.HANDLE, event):
            spans.note("saga.replayed", True)
            return 0
        if rows.has_tombstone(connection, key, event):
            rows.insert_inbox(connection, key, Role.HANDLE, event, State.BLOCKED, now)
            result = _Result([], Outcome.BLOCKED)
        else:
            rows.insert_inbox(connection, key, Role.HANDLE, event, State.HANDLED, now)
            result = _run(connection, event, setting, author, lent)
        emitted = _to_outbox(connection, result, event, setting, now)
    result.show()
    return emitted


def compensate(connection: Connection, event: Event, setting: Setting, author: AuthorCall) -> int:
    """Undo at `event` what the reaction handled in this saga, once; leaves the tombstone.

    Args, Returns, Raises: as of `handle`; the author's function is the compensation.
    """
    key, now = setting.key, setting.clock()
    with transaction(connection, saga_key(setting.participant, event)) as lent:
        spans.happened("transaction began")
        if rows.is_known(connection, key, Role.COMPENSATE, event):
            spans.note("saga.replayed", True)
            return 0
        is_first = not rows.has_tombstone(connection, key, event)
        rows.insert_inbox(connection, key, Role.COMPENSATE, event, State.COMPENSATED, now)
        emits: list[Emit] = []
        standing = rows.standing(connection, key, event)
        for handled in standing:
            emits += _undo(event, handled, setting, author, lent)
            rows.set_state(connection, key, handled.event, State.COMPENSATED, now)
        if is_first and setting.reaction.announces:
            emits.append(Emit(setting.reaction.announces, event.data, event.content_type))
        result = _Result(emits, Outcome.COMPENSATED, undone=[handled.traceparent for handled in standing])
        emitted = _to_outbox(connection, result, event, setting, now)
    result.show()
    return emitted


@dataclass(frozen=True, slots=True)
class _Result:
    """What handling an event came to: what it emits, and the outcome for a receipt if that is nothing.

    For the trace: why it was refused, if it was, and in which spans was done what it undid.
    """

    emits: list[Emit]
    outcome: Outcome
    refusal_reason: str = ""
    undone: Sequence[str] = ()

    def show(self) -> None:
        """Show in the trace what was done, once it is committed."""
        spans.happened("transaction committed")
        done = {Outcome.DONE: "completed", Outcome.BLOCKED: "blocked", Outcome.COMPENSATED: "compensated"}
        spans.note("saga.outcome", "rejected" if self.refusal_reason else done[self.outcome])
        if self.refusal_reason:
            spans.note("saga.reason", self.refusal_reason)
        for traceparent in self.undone:
            spans.link(traceparent)


def _run(connection: Connection, event: Event, setting: Setting, author: AuthorCall, lent: Lent) -> _Result:
    reaction = setting.reaction
    call = event_call(event, setting.participant, reaction.name, setting.deliveries)
    savepoint = connection.begin_nested()
    try:
        with lent.out():
            answer = author(call)
        emits, output = emits_of(answer, reaction.completes, event)
        declared = (*reaction.emits, *([reaction.completes] if reaction.completes else []))
        check_declared(emits, declared, f"reaction {reaction.name!r}")
    except Rejected as refused:
        savepoint.rollback()
        rows.set_state(connection, setting.key, event, State.REJECTED, setting.clock())
        try:
            return _Result([refusal(reaction.rejects, refused, event)], Outcome.DONE, refused.reason)
        except AnswerError as error:
            raise AuthorError from error
    except Exception as error:
        raise AuthorError from error
    # Fails if the function swallowed a database error: PostgreSQL takes nothing more in such a transaction.
    savepoint.commit()
    if reaction.undo_function is not None:
        try:
            rows.keep_for_compensation(connection, setting.key, event, output, spans.here())
        except ValueError as error:
            raise AuthorError from AnswerError(f"its output can't be kept: {error}")
    return _Result(emits, Outcome.DONE)


def _undo(event: Event, handled: rows.Handled, setting: Setting, author: AuthorCall, lent: Lent) -> list[Emit]:
    reaction = setting.reaction
    call = compensate_call(event, handled.event, handled.output, setting.participant, reaction.name, setting.deliveries)
    try:
        with lent.out():
            answer = author(call)
        emits, _ = emits_of(answer, "", event)
        check_declared(emits, reaction.compensation_emits, f"the compensation of reaction {reaction.name!r}")
    except Exception as error:
        raise AuthorError from error
    return emits


def _to_outbox(connection: Connection, result: _Result, event: Event, setting: Setting, now: datetime) -> int:
    emits = result.emits or ([receipt(result.outcome)] if setting.receipts else [])
    try:
        events = next_events(emits, event, setting.source, setting.reaction.name, now)
        events = [tracing.created(each, setting.participant) for each in events]
        values = rows.outbox_values(setting.participant, events, now)
    except EventInvalidError as error:
        raise AuthorError from AnswerError(f"an event that it emits is not right: {error}")
    rows.insert_outbox(connection, values)
    return len(values)
