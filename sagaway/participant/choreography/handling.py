"""Handles one event in one part of a transaction: effect, inbox row and outbox rows together, or nothing.

    lock of the saga ─ savepoint ─ known? ─ yes ──────────────────────────────────────── nothing
                                     └─ no ─ tombstone? ─ yes ─ inbox row: BLOCKED ─────────────┐
                                                └─ no ─ inbox row ─ function ─────────── outbox ─ … COMMIT

The events of one saga are handled one after the other, also by several processes, so that a compensation either finds
what it must undo, or its tombstone is found. The lock also makes the ids of the outbox ascend in the order of commits.

A Rejected rolls back to the savepoint: the effect is gone; the inbox row is written anew, and committed with the event of
the refusal. Any other exception takes back all of it, as if the event had never come.

Whatever was handled is told: by what it emits, or else by a receipt, for those who look from outside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

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
from sagaway.participant.choreography.sharing import Part
from sagaway.participant.operation import AuthorCall, AuthorError


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


def handle(part: Part, event: Event, setting: Setting, author: AuthorCall) -> Done:
    """Handle an event that the reaction reacts to, once.

    Args:
        part: of a transaction that holds the lock of `saga_key`.
        event: what came.
        setting: to whom.
        author: calls the reaction's function.

    Raises:
        AuthorError: the function raised or answered badly; the part must not be kept.
    """
    key, now, connection = setting.key, setting.clock(), part.connection
    spans.happened("transaction began")
    is_known, has_tombstone = rows.look(connection, key, Role.HANDLE, event)
    if is_known:
        return Done()
    state = State.BLOCKED if has_tombstone else State.HANDLED
    rows.insert_inbox(connection, key, Role.HANDLE, event, state, now)
    if has_tombstone:
        return _told(part, _Result([], Outcome.BLOCKED), event, setting, now)
    return _told(part, _run(part, event, setting, author), event, setting, now)


def compensate(part: Part, event: Event, setting: Setting, author: AuthorCall) -> Done:
    """Undo at `event` what the reaction handled in this saga, once; leaves the tombstone.

    Args, Returns, Raises: as of `handle`; the author's function is the compensation.
    """
    key, now, connection = setting.key, setting.clock(), part.connection
    spans.happened("transaction began")
    is_known, has_tombstone = rows.look(connection, key, Role.COMPENSATE, event)
    if is_known:
        return Done()
    rows.insert_inbox(connection, key, Role.COMPENSATE, event, State.COMPENSATED, now)
    emits: list[Emit] = []
    standing = rows.standing(connection, key, event)
    for handled in standing:
        emits += _undo(part, event, handled, setting, author)
        rows.set_compensated(connection, key, handled.event, now)
    if setting.reaction.announces and not has_tombstone:
        emits.append(Emit(setting.reaction.announces, event.data, event.content_type))
    result = _Result(emits, Outcome.COMPENSATED, undone=[handled.traceparent for handled in standing])
    return _told(part, result, event, setting, now)


@dataclass(frozen=True, slots=True)
class _Result:
    """What handling an event came to: what it emits, and the outcome for a receipt if that is nothing.

    For the trace: why it was refused, if it was, and in which spans was done what it undid.
    """

    emits: list[Emit]
    outcome: Outcome
    refusal_reason: str = ""
    undone: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Done:
    """What was done.

    Attributes:
        emitted: how many events wait in the outbox because of it.
        result: None: the event had been handled before.
    """

    emitted: int = 0
    result: _Result | None = None

    def show(self) -> None:
        """Show in the trace what was done, once it is committed."""
        result = self.result
        if result is None:
            spans.note("saga.replayed", True)
            return
        spans.happened("transaction committed")
        done = {Outcome.DONE: "completed", Outcome.BLOCKED: "blocked", Outcome.COMPENSATED: "compensated"}
        spans.note("saga.outcome", "rejected" if result.refusal_reason else done[result.outcome])
        if result.refusal_reason:
            spans.note("saga.reason", result.refusal_reason)
        for traceparent in result.undone:
            spans.link(traceparent)


def _run(part: Part, event: Event, setting: Setting, author: AuthorCall) -> _Result:
    reaction, connection = setting.reaction, part.connection
    call = event_call(event, setting.participant, reaction.name, setting.deliveries)
    try:
        with part.lent():
            answer = author(call)
        emits, output = emits_of(answer, reaction.completes, event)
        declared = (*reaction.emits, *([reaction.completes] if reaction.completes else []))
        check_declared(emits, declared, f"reaction {reaction.name!r}")
    except Rejected as refused:
        part.undo()
        rows.insert_inbox(connection, setting.key, Role.HANDLE, event, State.REJECTED, setting.clock())
        try:
            return _Result([refusal(reaction.rejects, refused, event)], Outcome.DONE, refused.reason)
        except AnswerError as error:
            raise AuthorError from error
    except Exception as error:
        raise AuthorError from error
    if reaction.undo_function is not None:
        try:
            rows.keep_for_compensation(connection, setting.key, event, output, spans.here())
        except ValueError as error:
            raise AuthorError from AnswerError(f"its output can't be kept: {error}")
    return _Result(emits, Outcome.DONE)


def _undo(part: Part, event: Event, handled: rows.Handled, setting: Setting, author: AuthorCall) -> list[Emit]:
    reaction = setting.reaction
    call = compensate_call(event, handled.event, handled.output, setting.participant, reaction.name, setting.deliveries)
    try:
        with part.lent():
            answer = author(call)
        emits, _ = emits_of(answer, "", event)
        check_declared(emits, reaction.compensation_emits, f"the compensation of reaction {reaction.name!r}")
    except Exception as error:
        raise AuthorError from error
    return emits


def _told(part: Part, result: _Result, event: Event, setting: Setting, now: datetime) -> Done:
    emits = result.emits or ([receipt(result.outcome)] if setting.receipts else [])
    try:
        events = next_events(emits, event, setting.source, setting.reaction.name, now)
        events = [tracing.created(each, setting.participant) for each in events]
        values = rows.outbox_values(setting.participant, events, now)
    except EventInvalidError as error:
        raise AuthorError from AnswerError(f"an event that it emits is not right: {error}")
    rows.insert_outbox(part.connection, values)
    return Done(len(values), result)
