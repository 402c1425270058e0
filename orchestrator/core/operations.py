"""A person's hands: what an operator may do to a saga, in which states, and the events it leads to.

What is legal stands in two tables, `SAGA_ACTIONS` and `STEP_ACTIONS`, and nowhere else: `operate` refuses by them,
`legal_actions` shows them, and the tests are made from them. The rules behind their rows:

1. Nothing here takes the decision to go back back. A saga that is STUCK on its way back can only go on back.
2. A step is tried again in the same run, with the same keys, so the participant's barrier still makes it happen once.
   What was given up stays possibly done: a later refusal proves nothing.
3. What a person asserts is believed. That a step completed can be asserted only where the saga can't go back any more:
   a participant that knows nothing of an effect could not undo it.
4. To abandon a saga is to leave its effects as they are, so it must stand still first: STUCK, or paused.
5. A step is left out, or run anew with other input, only once no effect of its present run stands and none will. A run
   that is possibly done is compensated first, on the saga's way forward; one whose action can't be compensated must
   have been sealed by its participant, which knew nothing of it. The pivot is neither left out nor run anew: it decides.
6. Nobody decides what happens in a choreographed saga, so little can be asked of it: while it is STUCK it may be given up,
   and the dead letters that hold it up may be delivered once more, which is what to try a step again means there.

Each command may carry an etag, the sequence its sender saw. If the saga has moved on since, nothing is done and the
sender sees what changed; a repeated command is recognised as the last operation and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from orchestrator.core import events as e
from orchestrator.core.definition import StepKind
from orchestrator.core.draft import Draft
from orchestrator.core.errors import CommandRefused, OperationNotLegal, SagaChanged, StepNotSealed
from orchestrator.core.model import EMPTY, Mode, Payload, Saga, SagaState, Signature, StepState
from orchestrator.core.observation import seen_of
from orchestrator.core.outcome import Failed, Found, SealAnswer, Sealed


class Action(StrEnum):
    """What an operator may do; the names are the contract's."""

    PAUSE_SAGA = "PAUSE_SAGA"
    RESUME_SAGA = "RESUME_SAGA"
    ABANDON_SAGA = "ABANDON_SAGA"
    RETRY_STEP = "RETRY_STEP"
    RESOLVE_STEP_COMPLETED = "RESOLVE_STEP_COMPLETED"
    RESOLVE_STEP_COMPENSATED = "RESOLVE_STEP_COMPENSATED"
    SKIP_STEP = "SKIP_STEP"
    RETRY_STEP_WITH_INPUT = "RETRY_STEP_WITH_INPUT"
    RESTART_SAGA = "RESTART_SAGA"


class Standing(StrEnum):
    """Where a saga stands, as far as a person's hands go: its state, with the way of a saga that is STUCK."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPENSATING = "COMPENSATING"
    STUCK_FORWARD = "STUCK_FORWARD"
    STUCK_BACK = "STUCK_BACK"
    COMPLETED = "COMPLETED"
    COMPENSATED = "COMPENSATED"
    ABANDONED = "ABANDONED"


_G, _T = Standing, StepState

SAGA_ACTIONS: Mapping[Action, frozenset[tuple[Standing, bool]]] = MappingProxyType(
    {
        Action.PAUSE_SAGA: frozenset({(_G.PENDING, False), (_G.RUNNING, False), (_G.COMPENSATING, False)}),
        Action.RESUME_SAGA: frozenset({(_G.PENDING, True), (_G.RUNNING, True), (_G.COMPENSATING, True)}),
        Action.ABANDON_SAGA: frozenset(
            {(_G.STUCK_FORWARD, False), (_G.STUCK_BACK, False), (_G.RUNNING, True), (_G.COMPENSATING, True)}
        ),
    }
)
"""For each action on a saga: where it must stand, and whether it must be paused."""

RESTARTABLE = frozenset({Standing.COMPENSATED})
"""Where a saga must stand so that it may be started again, as a new one: RESTART_SAGA, which leaves it as it is."""

_LEAVABLE = frozenset(
    {
        (_G.RUNNING, _T.EXECUTING),
        (_G.RUNNING, _T.PENDING),
        (_G.STUCK_FORWARD, _T.FAILED),
        (_G.STUCK_FORWARD, _T.REJECTED),
        (_G.STUCK_FORWARD, _T.BLOCKED),
    }
)

STEP_ACTIONS: Mapping[Action, frozenset[tuple[Standing, StepState]]] = MappingProxyType(
    {
        Action.RETRY_STEP: frozenset(
            {
                (_G.STUCK_FORWARD, _T.FAILED),
                (_G.STUCK_BACK, _T.COMPENSATION_FAILED),
                (_G.COMPENSATING, _T.COMPENSATION_FAILED),
                (_G.STUCK_FORWARD, _T.COMPENSATION_FAILED),
                (_G.RUNNING, _T.COMPENSATION_FAILED),
            }
        ),
        Action.RESOLVE_STEP_COMPLETED: frozenset(
            {(_G.STUCK_FORWARD, _T.FAILED), (_G.STUCK_FORWARD, _T.REJECTED), (_G.STUCK_FORWARD, _T.BLOCKED)}
        ),
        Action.RESOLVE_STEP_COMPENSATED: frozenset(
            {
                (_G.STUCK_BACK, _T.COMPENSATION_FAILED),
                (_G.COMPENSATING, _T.COMPENSATION_FAILED),
                (_G.STUCK_FORWARD, _T.COMPENSATION_FAILED),
                (_G.RUNNING, _T.COMPENSATION_FAILED),
            }
        ),
        Action.SKIP_STEP: _LEAVABLE,
        Action.RETRY_STEP_WITH_INPUT: _LEAVABLE,
    }
)
"""For each action on a step: where its saga must stand, paused or not, and in which state the step must be."""

LEAVING = frozenset({Action.SKIP_STEP, Action.RETRY_STEP_WITH_INPUT})
"""Actions that leave a step's present run behind: not legal for a pivot, nor, while it is under way, for a step whose
effect nothing takes back."""

QUARANTINED_ACTIONS = (Action.RESUME_SAGA,)
"""What is legal for an open saga in quarantine, wherever it stands."""

_KINDS: Mapping[Action, frozenset[type[e.Event]]] = MappingProxyType(
    {
        Action.PAUSE_SAGA: frozenset({e.SagaPaused}),
        Action.RESUME_SAGA: frozenset({e.SagaResumed}),
        Action.ABANDON_SAGA: frozenset({e.SagaAbandoned}),
        Action.RETRY_STEP: frozenset({e.ExecuteRetried, e.CompensateRetried, e.RedeliveryRequested}),
        Action.SKIP_STEP: frozenset({e.StepSkipRequested}),
        Action.RETRY_STEP_WITH_INPUT: frozenset({e.NewRunRequested}),
        Action.RESOLVE_STEP_COMPLETED: frozenset({e.StepCompletionAsserted}),
        Action.RESOLVE_STEP_COMPENSATED: frozenset({e.CompensationAsserted}),
    }
)
"""The events that an action leads to."""


@dataclass(frozen=True, slots=True)
class Operate:
    """An operator does something to a saga.

    Attributes:
        action: what.
        by: who, and why.
        etag: the saga's sequence as the operator saw it; 0: whatever it is.
        step_id: the step, of an action on a step.
        payload: what is asserted to be its output, of RESOLVE_STEP_COMPLETED; what its new run is given, of
            RETRY_STEP_WITH_INPUT.
        sealed_run: the run of the step that its participant has sealed, and knew nothing of; 0: none.
        quarantined: True if the saga is in quarantine, which this ends: of RESUME_SAGA.
    """

    action: Action
    by: Signature
    etag: int = 0
    step_id: str = ""
    payload: Payload | None = None
    sealed_run: int = 0
    quarantined: bool = False


class Legal(NamedTuple):
    """An action that is legal now.

    Attributes:
        action: what.
        step_id: on which step; empty: on the saga.
    """

    action: Action
    step_id: str = ""

    def __str__(self) -> str:
        return f"{self.action} of {self.step_id!r}" if self.step_id else str(self.action)


# The tables the other way round: every answer shows what is legal, so looking it up must cost next to nothing.
_ON_SAGA = {
    (here, paused): tuple(Legal(action) for action, rows in SAGA_ACTIONS.items() if (here, paused) in rows)
    for here in Standing
    for paused in (False, True)
} | {(here, False): (Legal(Action.RESTART_SAGA),) for here in RESTARTABLE}
_ON_STEP = {
    place: tuple(action for action, rows in STEP_ACTIONS.items() if place in rows)
    for place in sorted(frozenset().union(*STEP_ACTIONS.values()))
}


def standing(saga: Saga) -> Standing:
    """Return where a saga stands."""
    if saga.state is SagaState.STUCK:
        return Standing.STUCK_FORWARD if saga.cause is None else Standing.STUCK_BACK
    return Standing(saga.state.value)


def legal_actions(saga: Saga) -> tuple[Legal, ...]:
    """Return what an operator may do to a saga now: on the saga, then on its steps in the definition's order."""
    if saga.mode is Mode.CHOREOGRAPHY:
        return _legal_of_observed(saga)
    here = standing(saga)
    found = list(_ON_SAGA[here, saga.paused])
    for step_id, step in saga.steps.items():
        actions = _ON_STEP.get((here, step.state))
        if actions is not None:
            found += [Legal(action, step_id) for action in actions if _can_leave(saga, action, step_id)]
    return tuple(found)


def _legal_of_observed(saga: Saga) -> tuple[Legal, ...]:
    """Of a choreographed saga: rule 6."""
    if saga.state is not SagaState.STUCK:
        return ()
    held = {letter.step_id for letter in seen_of(saga).letters.values()}
    return (Legal(Action.ABANDON_SAGA), *(Legal(Action.RETRY_STEP, id_) for id_ in saga.steps if id_ in held))


def must_be_sealed(saga: Saga, step_id: str) -> bool:
    """True if a step's present run may have had an effect, and nothing takes that back."""
    return step_id in saga.steps and saga.steps[step_id].possibly_done and not _can_be_undone(saga, step_id)


def not_sealed(saga: Saga, step_id: str, answer: SealAnswer | None) -> StepNotSealed:
    """Return the refusal to leave behind a run that may have had an effect, that can't be compensated and is not sealed.

    Args:
        saga: the saga.
        step_id: the step.
        answer: what its participant said when it was asked to seal the run; None: it was not asked.
    """
    step = saga.definition.by_id[step_id]
    match answer:
        case Sealed(Found.COMPLETED):
            why = f"{step.participant} has a record that it completed; tell the saga so (ResolveStep with `completed`)"
        case Sealed(found):
            why = f"{step.participant} has sealed the operation, and what it did of it before is {found}"
        case Failed(failure):
            why = f"{step.participant} did not seal the operation ({failure.code} {failure.reason}: {failure.message})"
        case None:
            why = f"{step.participant} has not sealed the operation"
    return StepNotSealed(saga, step_id, why)


def _can_be_undone(saga: Saga, step_id: str) -> bool:
    facts = saga.definition.by_id[step_id].facts
    return facts.compensatable or facts.effect_free


def _can_leave(saga: Saga, action: Action, step_id: str) -> bool:
    """True unless a step's present run can't be left behind, as the action would."""
    if action not in LEAVING:
        return True
    if saga.definition.by_id[step_id].kind is StepKind.PIVOT:
        return False
    return saga.state is SagaState.STUCK or _can_be_undone(saga, step_id)


def check_restart(saga: Saga) -> None:
    """Check that a saga may be started again as a new one.

    Raises:
        OperationNotLegal: it does not stand where it may.
    """
    if standing(saga) not in RESTARTABLE:
        raise OperationNotLegal(saga, Action.RESTART_SAGA.value, map(str, legal_actions(saga)))


def may_stand(saga: Saga) -> tuple[str, ...]:
    """Return the steps whose effects may stand, in the definition's order; those without effects are left out."""
    by_id = saga.definition.by_id
    return tuple(id_ for id_, step in saga.steps.items() if step.possibly_done and not by_id[id_].facts.effect_free)


def operate(draft: Draft, command: Operate, seen: int) -> None:
    """Add what an operator's command says.

    Args:
        draft: the decision.
        command: what is to be done.
        seen: the saga's sequence before this decision.

    Raises:
        SagaChanged: the saga has moved on since the command's etag.
        OperationNotLegal: its state does not allow it.
        CommandRefused: it has no such step.
    """
    saga = draft.saga
    if command.action in STEP_ACTIONS and command.step_id not in saga.steps:
        raise CommandRefused("STEP_NOT_FOUND", saga.state, f"the saga has no step {command.step_id!r}")
    if command.etag not in (0, seen):
        if _repeats(saga, command):
            return
        raise SagaChanged(saga, command.etag, seen)
    if _legal(saga, command):
        draft.add(_event(saga, command, draft.now))
        if command.action in LEAVING and saga.steps[command.step_id].possibly_done:
            _strike(draft, command)
    elif not _repeats(saga, command):
        raise OperationNotLegal(saga, str(Legal(command.action, command.step_id)), map(str, legal_actions(saga)))


def _legal(saga: Saga, command: Operate) -> bool:
    if command.quarantined:
        return saga.open and command.action in QUARANTINED_ACTIONS
    if saga.mode is Mode.CHOREOGRAPHY:
        return Legal(command.action, command.step_id) in _legal_of_observed(saga)
    here = standing(saga)
    if command.action is Action.RESTART_SAGA:
        return False  # `check_restart` is asked instead: it makes another saga
    if command.action in SAGA_ACTIONS:
        return (here, saga.paused) in SAGA_ACTIONS[command.action]
    place = (here, saga.steps[command.step_id].state)
    return place in STEP_ACTIONS[command.action] and _can_leave(saga, command.action, command.step_id)


def _strike(draft: Draft, command: Operate) -> None:
    """Say so if no effect of the run that is left can stand; else it is to be compensated."""
    facts = draft.saga.definition.by_id[command.step_id].facts
    sealed = 0 != command.sealed_run == draft.saga.steps[command.step_id].run
    if sealed or facts.effect_free:
        draft.add(e.StepStruck(draft.now, command.step_id, sealed))
    elif not facts.compensatable:
        raise not_sealed(draft.saga, command.step_id, None)


def _event(saga: Saga, command: Operate, now: int) -> e.Event:
    by, step_id = command.by, command.step_id
    if saga.mode is Mode.CHOREOGRAPHY and command.action is Action.RETRY_STEP:
        return e.RedeliveryRequested(now, step_id, by)
    match command.action:
        case Action.PAUSE_SAGA:
            return e.SagaPaused(now, by)
        case Action.RESUME_SAGA:
            return e.SagaResumed(now, by)
        case Action.ABANDON_SAGA:
            return e.SagaAbandoned(now, by, may_stand(saga))
        case Action.RETRY_STEP if saga.steps[step_id].state is StepState.COMPENSATION_FAILED:
            return e.CompensateRetried(now, step_id, by)
        case Action.RETRY_STEP:
            return e.ExecuteRetried(now, step_id, by)
        case Action.RESOLVE_STEP_COMPLETED:
            return e.StepCompletionAsserted(now, step_id, by, command.payload or EMPTY)
        case Action.RESOLVE_STEP_COMPENSATED:
            return e.CompensationAsserted(now, step_id, by)
        case Action.SKIP_STEP:
            return e.StepSkipRequested(now, step_id, by)
        case Action.RETRY_STEP_WITH_INPUT:
            return e.NewRunRequested(now, step_id, by, command.payload or EMPTY)
        case Action.RESTART_SAGA:
            raise AssertionError("it is no event of the old saga's")


def _repeats(saga: Saga, command: Operate) -> bool:
    """True if the command is the last operation once more: its answer was lost."""
    last = saga.operation
    return (
        last is not None
        and last.kind in {kind.__name__ for kind in _KINDS[command.action]}
        and (last.step_id, last.by, last.input or last.output) == (command.step_id, command.by, command.payload)
        and (command.etag == 0 or last.sequence > command.etag)
    )
