"""Which events a command leads to.

`begin` and `decide` are the only entrances. A decision has two parts: what the command itself says (an answer, a
cancel, a report), and then, again and again until nothing more follows, what the saga's new state calls for
(`_forward` while it goes forward, `_back` once it is aborted). All the events of a decision are appended together, so
a result and the intents of what comes next share one commit.

The rules of going forward:

1. A saga whose steps have all completed is COMPLETED, whatever else is due.
2. A step is intended once all its predecessors have completed.
3. The saga is aborted by a step that was refused, failed or can't be sent, by its time-out, or by a cancel; but never
   while its pivot's outcome is open (the wish is recorded and waits), and never once its pivot has completed.
4. A saga that may neither abort nor move is STUCK. After a restore from a backup it is aborted by less, and by nothing
   while it moves: `orchestrator.core.restored`.
5. A step that a person wants left out, or run anew with other input, is so once no effect of its present run stands;
   until then it is compensated while the saga goes forward. A skipped step counts as completed, without output.

The rules of going back:

6. Everything possibly done is compensated, in reverse topological order: a step only after everything that came after
   it is settled. A call still on the wire is awaited; a Pending step is not.
7. A failed compensation holds back its ancestors only. When nothing else moves, the saga is STUCK.

Last of all, what is now due but whose participant can't take it is parked: it waits in the log. A parked step is to
everything above what a step between two attempts is: possibly done, and acted on by timers and people as ever.

What an answer means is `orchestrator.core.outcome`'s table; what is legal is `orchestrator.core.machine`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from orchestrator.core import answers, intents, machine, operations, parking, restored, standstill
from orchestrator.core import events as e
from orchestrator.core.commands import (
    Cancel,
    Command,
    CompensateAnswered,
    ExecuteAnswered,
    Report,
    Tick,
    Unpark,
)
from orchestrator.core.context import Context
from orchestrator.core.definition import SagaDefinition, StepDefinition
from orchestrator.core.draft import Draft
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import (
    GONE_THROUGH,
    WITHOUT_EFFECT,
    Cause,
    Failure,
    FailureKind,
    Payload,
    Phase,
    Plan,
    Restart,
    Saga,
    SagaKey,
    SagaState,
    Step,
    StepState,
)
from orchestrator.core.operations import Operate

# By names of their own: Python 3.11 takes as long to find a member in its class as for a small function.
_WAITING, _EXECUTING, _PENDING = StepState.WAITING, StepState.EXECUTING, StepState.PENDING
_COMPLETED, _COMPENSATION_PENDING = StepState.COMPLETED, StepState.COMPENSATION_PENDING
_SKIP, _NEW_RUN = Plan.SKIP, Plan.NEW_RUN


class Decision(NamedTuple):
    """What was decided.

    Attributes:
        saga: the saga after the events.
        events: what is to be appended, in order; empty if nothing follows.
    """

    saga: Saga
    events: tuple[e.Event, ...]


def begin(
    key: SagaKey,
    definition: SagaDefinition,
    saga_input: Payload,
    labels: Mapping[str, str],
    traceparent: str,
    context: Context,
    *,
    at_once: bool,
    trace_origin: str = "",
    restart: Restart | None = None,
) -> Decision:
    """Decide the start of a saga.

    Args:
        key: its name.
        definition: the definition it stays on.
        saga_input: what it is started with.
        labels: what it is labelled with.
        traceparent: W3C trace context, or empty.
        context: the circumstances.
        at_once: False: leave it PENDING, there is no room for it now.
        trace_origin: what the span of that context is below; empty if it is not the saga's own.
        restart: which compensated saga it is once more; None: none.
    """
    started = e.SagaStarted(
        time=context.now,
        definition_name=definition.name,
        definition_version=definition.version,
        definition_hash=definition.content_hash,
        input=saga_input,
        timeout_time=context.now + definition.timeout,
        labels=labels,
        traceparent=traceparent,
        trace_origin=trace_origin,
        restarted_from=restart.saga_id if restart is not None else "",
        by=restart.by if restart is not None else None,
    )
    draft = Draft(machine.start(key, definition, started), context, [started])
    if at_once:
        _advance(draft)
        parking.park(draft)
    return Decision(draft.saga, tuple(draft.events))


def decide(saga: Saga, command: Command, context: Context) -> Decision:
    """Decide what ``command`` leads to.

    Raises:
        CommandRefused: the saga's state does not allow it. Answers and ticks are never refused: what comes too late
            leads to nothing.
    """
    draft = Draft(saga, context, [])
    answers.note_lost_attempts(draft)
    match command:
        case Tick():
            pass
        case Unpark():
            parking.unpark(draft, command.participant)
        case Cancel():
            _cancel(draft, command)
        case Operate():
            operations.operate(draft, command, saga.sequence)
        case Report():
            answers.on_report(draft, command.step_id, command.phase, command.answer, command.run)
        case ExecuteAnswered() if _current(draft.saga, command):
            answers.on_execute(draft, command.step_id, command.attempt, command.answer, probe=command.probe)
        case CompensateAnswered() if _current(draft.saga, command):
            answers.on_compensate(draft, command.step_id, command.attempt, command.answer, probe=command.probe)
    _advance(draft)
    parking.park(draft)
    return Decision(draft.saga, tuple(draft.events))


def _current(saga: Saga, command: ExecuteAnswered | CompensateAnswered) -> bool:
    return not saga.settled and saga.steps[command.step_id].run == command.run


def _cancel(draft: Draft, command: Cancel) -> None:
    saga = draft.saga
    if saga.state is SagaState.COMPENSATING and saga.cause is Cause.CANCELLED:
        return
    why = why_not_cancellable(saga)
    if why:
        raise CommandRefused("SAGA_NOT_CANCELLABLE", saga.state, f"saga {saga.key.saga_id!r} can't be cancelled: {why}")
    if not saga.cancel_requested:
        draft.add(e.CancelRequested(draft.now, command.reason))


def why_not_cancellable(saga: Saga) -> str:
    """Return what stands against cancelling a saga, as the end of a sentence; empty if nothing does."""
    pivot = saga.definition.pivot
    if saga.state not in (SagaState.PENDING, SagaState.RUNNING):
        return f"it is {saga.state}"
    if pivot is not None and saga.steps[pivot.id].state is StepState.COMPLETED:
        return "its pivot has completed, it can only go forward"
    if pivot is not None and saga.steps[pivot.id].state is StepState.FAILED:
        return "its pivot was given up and may have had its effect"
    return ""


def _advance(draft: Draft) -> None:
    """Add what the state calls for, until nothing more follows; from an intent nothing does before its answer."""
    while draft.goes_on:
        seen = len(draft.events)
        if draft.saga.state is SagaState.COMPENSATING:
            _back(draft)
        else:
            _forward(draft)
        if all(isinstance(event, e.StepIntended) for event in draft.events[seen:]):
            return


# Forward ------------------------------------------------------------------------------------------------------------


def _forward(draft: Draft) -> None:
    _skip(draft)
    if draft.context.restored_time:
        restored.ask_again(draft)
    saga = draft.saga
    if all(step.state in GONE_THROUGH for step in saga.steps.values()):
        draft.add(intents.completed(saga, draft.now))
        return
    _time_out(draft)
    saga = draft.saga
    pivot = saga.definition.pivot
    pivot_state = saga.steps[pivot.id].state if pivot is not None else _WAITING
    if pivot_state in (_EXECUTING, _PENDING):
        return
    revocable = pivot_state not in (_COMPLETED, StepState.FAILED)
    in_doubt = revocable and draft.context.restored_time != 0
    if revocable and not in_doubt and (reason := _abort_reason(saga)) is not None:
        cause, failure, step_id = reason
        draft.add(e.CompensationStarted(draft.now, cause, failure, step_id, _struck(draft)))
        return
    if not in_doubt or restored.confirmed(saga):
        _intend(draft)
    if in_doubt:
        restored.give_up(draft)
    if any(step.state in _MOVING for step in draft.saga.steps.values()):
        return
    if in_doubt and _stopped(draft.saga):
        _stop_in_doubt(draft)
    elif not revocable and (stopped := _first_stopped(draft.saga)) is not None:
        step_id, step = stopped
        draft.add(e.SagaStuck(draft.now, step.last_failure or Failure(), step_id, Phase.EXECUTE))
    elif (failed := _first_in(draft.saga, StepState.COMPENSATION_FAILED)) is not None:
        step_id, step = failed
        draft.add(e.SagaStuck(draft.now, step.last_failure or Failure(), step_id, Phase.COMPENSATE))


def _stop_in_doubt(draft: Draft) -> None:
    """Abort a saga of a restored log whose steps have stopped, if all of them prove that it was; else it is STUCK."""
    doubt = restored.first_doubt(_stopped(draft.saga))
    reason = _abort_reason(draft.saga)
    if doubt is not None:
        step_id, step = doubt
        draft.add(e.SagaStuck(draft.now, restored.doubt(step), step_id, Phase.EXECUTE))
    elif (failed := _first_in(draft.saga, StepState.COMPENSATION_FAILED)) is not None:
        step_id, step = failed
        draft.add(e.SagaStuck(draft.now, step.last_failure or Failure(), step_id, Phase.COMPENSATE))
    elif reason is not None:
        cause, failure, step_id = reason
        draft.add(e.CompensationStarted(draft.now, cause, failure, step_id))


_GOING_BACK = frozenset({StepState.COMPENSATING, _COMPENSATION_PENDING})
_MOVING = _GOING_BACK | {_EXECUTING, _PENDING}


def _skip(draft: Draft) -> None:
    """Leave out the steps that a person wants left out and of which no effect stands."""
    for step_id, step in draft.saga.steps.items():
        if step.plan is _SKIP and step.state in WITHOUT_EFFECT:
            draft.add(e.StepSkipped(draft.now, step_id))


def _first_in(saga: Saga, state: StepState) -> tuple[str, Step] | None:
    return next(((id_, step) for id_, step in saga.steps.items() if step.state is state), None)


def _struck(draft: Draft) -> tuple[str, ...]:
    """The steps that were intended and, as their owner knows, never sent; this decision's own were surely not."""
    own = {event.step_id for event in draft.events if isinstance(event, e.StepIntended)}
    steps = draft.saga.steps
    return tuple(sorted(id_ for id_ in draft.context.unsent | own if steps[id_].state is _EXECUTING))


def _time_out(draft: Draft) -> None:
    """Add the time-outs that are due, of the saga and of Pending steps."""
    saga, now = draft.saga, draft.now
    pivot = saga.definition.pivot
    before_pivot = pivot is None or saga.steps[pivot.id].state is not _COMPLETED
    end = standstill.timeout_time(saga, now) + restored.grace(saga, draft.context.restored_time)
    if before_pivot and not saga.timed_out and now >= end:
        draft.add(e.SagaTimedOut(now))
    for step in saga.definition.steps:
        state = saga.steps[step.id]
        if state.state is _PENDING and _reported_too_late(draft, step):
            failure = Failure("", "PENDING_TIMED_OUT", "no outcome was reported within the step's pending_timeout")
            draft.add(e.StepFailed(now, step.id, FailureKind.PENDING_TIMED_OUT, failure))
        elif state.state is _COMPENSATION_PENDING:
            _time_out_compensation(draft, step)


def _time_out_compensation(draft: Draft, step: StepDefinition) -> None:
    """Give up a compensation whose end was to be reported, and was not in time."""
    if _reported_too_late(draft, step):
        message = "no end of the compensation was reported within the step's pending_timeout"
        draft.add(e.CompensationFailed(draft.now, step.id, Failure("", "PENDING_TIMED_OUT", message)))


def _reported_too_late(draft: Draft, step: StepDefinition) -> bool:
    since = max(draft.saga.steps[step.id].pending_since, draft.context.restored_time)
    return draft.now >= since + step.pending_timeout


GIVEN_UP_CAUSES: Mapping[FailureKind, Cause] = {
    FailureKind.PERMANENT: Cause.FAILED,
    FailureKind.ATTEMPTS_EXHAUSTED: Cause.ATTEMPTS_EXHAUSTED,
    FailureKind.REJECTED_UNCONFIRMED: Cause.REJECTED,
    FailureKind.PENDING_TIMED_OUT: Cause.TIMED_OUT,
}
"""Why a saga is undone for a step that was given up; one to one."""

_STOPPED = frozenset({StepState.REJECTED, StepState.FAILED, StepState.BLOCKED})


def _first_stopped(saga: Saga) -> tuple[str, Step] | None:
    """The first step, in the definition's order, that was refused, failed, or can't be sent."""
    return next(iter(_stopped(saga)), None)


def _stopped(saga: Saga) -> list[tuple[str, Step]]:
    return [(id_, step) for id_, step in saga.steps.items() if step.state in _STOPPED and step.plan is None]


def _abort_reason(saga: Saga) -> tuple[Cause, Failure, str] | None:
    stopped = _first_stopped(saga)
    if stopped is not None:
        step_id, step = stopped
        cause = GIVEN_UP_CAUSES[step.failed_kind] if step.failed_kind is not None else Cause.FAILED
        if step.state is StepState.REJECTED:
            cause = Cause.REJECTED
        return cause, step.last_failure or Failure(), step_id
    if saga.cancel_requested:
        return Cause.CANCELLED, Failure("", "CANCELLED", "the saga was cancelled"), ""
    if saga.timed_out:
        return Cause.TIMED_OUT, Failure("", "TIMED_OUT", "the saga's time was up"), ""
    return None


def _intend(draft: Draft) -> None:
    """Intend every step whose predecessors have all been gone through, and the new runs that nothing stands against."""
    saga = draft.saga
    for step in saga.definition.order:
        state = saga.steps[step.id]
        anew = state.plan is _NEW_RUN and state.state in WITHOUT_EFFECT
        if anew or (state.state is _WAITING and all(saga.steps[before].state in GONE_THROUGH for before in step.after)):
            draft.add(intents.intent(draft.saga, step, draft.now))


# Back ---------------------------------------------------------------------------------------------------------------

_NO_EFFECT = WITHOUT_EFFECT | {StepState.WAITING, StepState.SKIPPED}
_POSSIBLY_DONE = frozenset({StepState.EXECUTING, StepState.PENDING, StepState.COMPLETED, StepState.FAILED})


def _back(draft: Draft) -> None:
    settled: dict[str, bool] = {}
    moving = False
    definition = draft.saga.definition
    for step in reversed(definition.order):
        state = draft.saga.steps[step.id]
        if state.state is StepState.COMPENSATION_PENDING:
            _time_out_compensation(draft, step)
            state = draft.saga.steps[step.id]
        successors_settled = all(settled[successor] for successor in definition.successors[step.id])
        nothing_to_undo = state.state in _NO_EFFECT or not step.compensated_on_abort
        on_wire = step.id in draft.context.on_wire
        if not on_wire and successors_settled and not nothing_to_undo and state.state in _POSSIBLY_DONE:
            draft.add(e.CompensationIntended(draft.now, step.id, state.outcome))
            state = draft.saga.steps[step.id]
        moving = moving or on_wire or state.state in _GOING_BACK
        settled[step.id] = successors_settled and nothing_to_undo and not on_wire
    if all(settled.values()):
        draft.add(e.SagaCompensated(draft.now))
    elif not moving:
        stuck = _first_in(draft.saga, StepState.COMPENSATION_FAILED)
        assert stuck is not None, "nothing else holds a saga up on its way back"
        step_id, failed = stuck
        draft.add(e.SagaStuck(draft.now, failed.last_failure or Failure(), step_id, Phase.COMPENSATE))
