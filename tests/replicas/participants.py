"""What one participant has of one operation: its barrier row, and how often its effect was done and undone. Pure.

A participant on the SDK's barrier is judged by the barrier's own code (`sagaway.participant.barrier`). What the SDK then
does in SQL (`sagaway.participant.operation`) is said again here in a few lines; `test_participants.py` holds them to it.

A participant of its own hand dedupes its effect and keeps the tombstone, but does not store its refusals: one attempt may
be refused and the next be done, and it may refuse what it has done (`stable_replies` is false).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import NamedTuple

from sagaway.participant import barrier
from sagaway.participant.barrier import CompensateState, ExecuteState, Question, Replay, Row, RunNothing
from sagaway.participant.calls import ExecuteOutcome
from sagaway.participant.errors import Refusal
from tests.replicas.deciding import Answer

NOW = datetime(2030, 1, 1, tzinfo=UTC)
ACTION, HASH = "do", b"h" * 32

_REPLIES = {b"completed": Answer.COMPLETED, b"rejected": Answer.REJECTED, b"compensated": Answer.COMPENSATED}
_REASONS = {"OPERATION_COMPENSATED": Answer.BLOCKED, "BARRIER_ROW_MISSING": Answer.MISSING}
_STATES = {Answer.COMPLETED: ExecuteState.COMPLETED, Answer.REJECTED: ExecuteState.REJECTED}
_STORED = {state: state.value.lower().encode() for state in _STATES.values()}


class Desk(NamedTuple):
    """What a participant has of an operation.

    Attributes:
        row: the Execute that its row has: completed, rejected, or none.
        tombstone: its row has one.
        done: how often the effect was done.
        undone: how often it was undone.
    """

    row: int = Answer.NONE
    tombstone: bool = False
    done: int = 0
    undone: int = 0

    @property
    def stands(self) -> bool:
        """True if the effect stands now."""
        return self.done > self.undone


def execute(desk: Desk, wish: Answer, *, stable: bool) -> tuple[Desk, Answer]:
    """Return the desk after an Execute, and the answer.

    Args:
        desk: before it.
        wish: whether the author's function, if it runs, completes or rejects.
        stable: True: it is on the barrier.
    """
    if not stable:
        return _execute_by_hand(desk, wish)
    try:
        verdict = barrier.judge_execute(_row(desk), Question(ACTION, HASH, NOW), now=NOW, horizon=None)
    except Refusal as refusal:
        return desk, _REASONS[refusal.reason]
    if isinstance(verdict, Replay):
        return desk, _REPLIES[verdict.reply]
    return desk._replace(row=wish, done=desk.done + (wish is Answer.COMPLETED)), wish


def _execute_by_hand(desk: Desk, wish: Answer) -> tuple[Desk, Answer]:
    if desk.tombstone:
        return desk, Answer.BLOCKED
    if desk.row == Answer.COMPLETED or wish is Answer.REJECTED:
        return desk, wish
    return desk._replace(row=wish, done=desk.done + 1), wish


def compensate(desk: Desk, *, completed: bool, keeps_tombstones: bool = True) -> tuple[Desk, Answer]:
    """Return the desk after a Compensate, and the answer.

    Args:
        desk: before it.
        completed: what the orchestrator knows of the Execute: True: it completed; False: nothing.
        keeps_tombstones: False: one that finds no row leaves none, which is wrong.
    """
    outcome = ExecuteOutcome.COMPLETED if completed else ExecuteOutcome.UNKNOWN
    try:
        verdict = barrier.judge_compensate(_row(desk), Question(ACTION, HASH, NOW, None, outcome), horizon=None)
    except Refusal as refusal:
        return desk, _REASONS[refusal.reason]
    if isinstance(verdict, Replay):
        return desk, _REPLIES[verdict.reply]
    undone = desk.undone + (not isinstance(verdict, RunNothing))
    tombstone = keeps_tombstones or desk.row != Answer.NONE
    return desk._replace(tombstone=tombstone, undone=undone), Answer.COMPENSATED


def _row(desk: Desk) -> Row | None:
    if desk.row == Answer.NONE and not desk.tombstone:
        return None
    state = _STATES.get(Answer(desk.row))
    row = Row(ACTION, state, HASH, _STORED[state]) if state is not None else Row(ACTION)
    if not desk.tombstone:
        return row
    return replace(
        row, compensate_state=CompensateState.COMPENSATED, compensate_hash=HASH, compensate_reply=b"compensated"
    )
