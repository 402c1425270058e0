"""The fold over a saga's log.

`orchestrator.core.decide` chooses the events; `evolve` is the only way to change a saga. It keeps to the tables of
`orchestrator.core.transitions`, of choreographed sagas to those of `observed_transitions`, and to three rules that no
table can hold: a step event names a step that there is; only CompensationStarted turns a saga round; and what a person
planned for a step is what happens to it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orchestrator.core import events as e
from orchestrator.core import observation, standstill
from orchestrator.core.copying import changed
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.errors import IllegalTransition
from orchestrator.core.model import WITHOUT_EFFECT, Operation, Phase, Plan, Saga, SagaKey, SagaState, Step
from orchestrator.core.observed_transitions import OBSERVED_SAGA_TRANSITIONS, OBSERVED_STEP_TRANSITIONS
from orchestrator.core.step_changes import STEP_CHANGES
from orchestrator.core.transitions import SAGA_TRANSITIONS, STEP_TRANSITIONS

_EVENT_OVERHEAD = 160
"""About how many bytes an event takes in the log beside its payload and texts."""


_NEW_STEP = Step()


def start(key: SagaKey, definition: SagaDefinition, event: e.SagaStarted) -> Saga:
    """Return the saga that ``event`` makes.

    Raises:
        IllegalTransition: the event names another definition than the one given.
    """
    if event.definition_hash != definition.content_hash:
        raise IllegalTransition(f"the saga is on definition {event.definition_hash}, not {definition.content_hash}")
    return Saga(
        key=key,
        definition=definition,
        state=SagaState.PENDING,
        steps=dict.fromkeys((step.id for step in definition.steps), _NEW_STEP),
        sequence=1,
        input=event.input,
        labels=event.labels,
        start_time=event.time,
        timeout_time=event.timeout_time,
        traceparent=event.traceparent,
        trace_origin=event.trace_origin,
        restarted_from=event.restarted_from,
        size=_EVENT_OVERHEAD + event.input.size(),
    )


def fold(key: SagaKey, definition: SagaDefinition, log: Iterable[e.Event]) -> Saga:
    """Return the saga that a whole log, in order, makes.

    Raises:
        IllegalTransition: the log is empty, does not begin with SagaStarted, or breaks a table.
    """
    saga: Saga | None = None
    for event in log:
        if saga is not None:
            saga = evolve(saga, event)
        elif isinstance(event, e.SagaStarted):
            saga = start(key, definition, event)
        else:
            raise IllegalTransition(f"the log begins with {type(event).__name__}, not with SagaStarted")
    if saga is None:
        raise IllegalTransition("the log is empty")
    return saga


def evolve(saga: Saga, event: e.Event) -> Saga:
    """Return the saga after ``event``.

    Raises:
        IllegalTransition: the tables do not allow it.
    """
    kind = type(event)
    table = SAGA_TRANSITIONS if saga.definition.choreography is None else OBSERVED_SAGA_TRANSITIONS
    following = table[saga.state].get(kind)
    if following is None:
        raise IllegalTransition(f"{kind.__name__} at sequence {saga.sequence + 1} is not legal in {saga.state}")
    following = _direction(saga, kind, following)
    size = _SIZES.get(kind)
    changes: dict[str, Any] = {
        "state": following,
        "sequence": saga.sequence + 1,
        "size": saga.size + _EVENT_OVERHEAD + (size(event) if size is not None else 0),
    }
    if isinstance(event, e.StepEvent):
        changes["steps"] = {**saga.steps, event.step_id: _evolve_step(saga, event.step_id, event)}
    change = _SAGA_CHANGES.get(kind)
    if change is not None:
        changes.update(change(saga, event))
    if saga.definition.pause_timeout_during_outage:
        changes.update(standstill.note(saga, changes, event.time))
    return changed(saga, changes)


def _direction(saga: Saga, kind: type[e.Event], following: SagaState) -> SagaState:
    """Only CompensationStarted turns a saga round: one with a cause goes back, one without goes forward."""
    if saga.cause is not None:
        if following is SagaState.RUNNING:
            raise IllegalTransition(
                f"{kind.__name__} at sequence {saga.sequence + 1} leads forward; the saga goes back"
            )
    elif saga.state is SagaState.STUCK and following is SagaState.COMPENSATING:
        return SagaState.RUNNING
    return following


def _observed_size(event: e.EventObserved) -> int:
    texts = (event.event_id, event.source, event.event_type, event.step_id, event.cause_id, event.cause_source)
    return sum(map(len, texts)) + (event.data.size() if event.data is not None else 0)


_SIZES: Mapping[type[e.Event], Callable[[Any], int]] = {
    e.StepIntended: lambda event: event.input.size() if event.input is not None else 0,
    e.StepCompleted: lambda event: event.output.size(),
    e.StepCompletionAsserted: lambda event: event.output.size(),
    e.NewRunRequested: lambda event: event.input.size(),
    e.EventObserved: _observed_size,
    e.StepFailed: lambda event: len(event.failure.message),
    e.ExecuteAttemptFailed: lambda event: len(event.failure.message),
    e.CompensateAttemptFailed: lambda event: len(event.failure.message),
}
"""About how many bytes an event takes in the log beside `_EVENT_OVERHEAD`, where they may be many."""


# What an event changes on the saga's own fields ---------------------------------------------------------------------


def _cancel_requested(_saga: Saga, _event: e.CancelRequested) -> dict[str, Any]:
    return {"cancel_requested": True, "driven_on": False}


def _saga_timed_out(_saga: Saga, _event: e.SagaTimedOut) -> dict[str, Any]:
    return {"timed_out": True, "driven_on": False}


def _compensation_started(saga: Saga, event: e.CompensationStarted) -> dict[str, Any]:
    steps = dict(saga.steps)
    for step_id in event.struck:
        steps[step_id] = _evolve_step(saga, step_id, event)
    return {
        "steps": steps,
        "cause": event.cause,
        "failure": event.failure,
        "failure_step": event.step_id,
        "failure_phase": Phase.EXECUTE,
        "abort_failure": event.failure,
        "abort_step": event.step_id,
    }


def _saga_completed(_saga: Saga, event: e.SagaCompleted) -> dict[str, Any]:
    return {"end_time": event.time, "output": event.output, "failure": event.failure}


def _saga_compensated(_saga: Saga, event: e.SagaCompensated) -> dict[str, Any]:
    return {"end_time": event.time}


def _saga_stuck(_saga: Saga, event: e.SagaStuck) -> dict[str, Any]:
    return {"failure": event.failure, "failure_step": event.step_id, "failure_phase": event.phase}


def _operation(saga: Saga, event: Any) -> Operation:
    kind, sequence = type(event).__name__, saga.sequence + 1
    step_id: str = getattr(event, "step_id", "")
    if not step_id:
        return Operation(kind, sequence, event.time, event.by)
    output, given = getattr(event, "output", None), getattr(event, "input", None)
    step = saga.steps[step_id]
    return Operation(kind, sequence, event.time, event.by, step_id, output, given, step.run, step.intend_time)


def _paused(saga: Saga, event: e.SagaPaused) -> dict[str, Any]:
    return {"paused": True, "operation": _operation(saga, event)}


def _resumed(saga: Saga, event: e.SagaResumed) -> dict[str, Any]:
    return {"paused": False, "operation": _operation(saga, event)}


def _abandoned(saga: Saga, event: e.SagaAbandoned) -> dict[str, Any]:
    return {"end_time": event.time, "paused": False, "operation": _operation(saga, event)}


def _set_going(saga: Saga, event: e.StepEvent) -> dict[str, Any]:
    """STUCK no more: its error is again the one it is undone for, or none."""
    return {
        "driven_on": saga.driven_on or (saga.state is SagaState.STUCK and (saga.timed_out or saga.cancel_requested)),
        "failure": saga.abort_failure,
        "failure_step": saga.abort_step,
        "failure_phase": Phase.EXECUTE if saga.abort_failure is not None else None,
        "operation": _operation(saga, event),
    }


def _redelivery_requested(saga: Saga, event: e.RedeliveryRequested) -> dict[str, Any]:
    return {**observation.redelivery_requested(saga, event), "operation": _operation(saga, event)}


_SAGA_CHANGES: Mapping[type[e.Event], Callable[[Saga, Any], dict[str, Any]]] = {
    e.CancelRequested: _cancel_requested,
    e.SagaTimedOut: _saga_timed_out,
    e.CompensationStarted: _compensation_started,
    e.SagaCompleted: _saga_completed,
    e.SagaCompensated: _saga_compensated,
    e.SagaStuck: _saga_stuck,
    e.SagaPaused: _paused,
    e.SagaResumed: _resumed,
    e.SagaAbandoned: _abandoned,
    e.ExecuteRetried: _set_going,
    e.CompensateRetried: _set_going,
    e.StepCompletionAsserted: _set_going,
    e.CompensationAsserted: _set_going,
    e.StepSkipRequested: _set_going,
    e.NewRunRequested: _set_going,
    e.EventObserved: observation.event_observed,
    e.DeliveryGivenUp: observation.delivery_given_up,
    e.RedeliveryRequested: _redelivery_requested,
}


# What an event changes on a step's fields ---------------------------------------------------------------------------


_PLANS: Mapping[type[e.Event], Plan] = {
    e.StepSkipped: Plan.SKIP,
    e.StepIntended: Plan.NEW_RUN,
    e.StepBlocked: Plan.NEW_RUN,
}


def _evolve_step(saga: Saga, step_id: str, event: e.Event) -> Step:
    step = saga.steps.get(step_id)
    if step is None:
        raise IllegalTransition(f"{type(event).__name__} names step {step_id!r}, which its definition does not have")
    table = STEP_TRANSITIONS if saga.definition.choreography is None else OBSERVED_STEP_TRANSITIONS
    following = table[step.state].get(type(event))
    if following is None:
        raise IllegalTransition(
            f"{type(event).__name__} at sequence {saga.sequence + 1} is not legal for step {step_id!r} in {step.state}"
        )
    planned = saga.definition.choreography is None and step.state in WITHOUT_EFFECT
    if planned and _PLANS.get(type(event), step.plan) is not step.plan:
        raise IllegalTransition(
            f"{type(event).__name__} at sequence {saga.sequence + 1}: nobody asked for it at step {step_id!r}"
        )
    change = STEP_CHANGES.get(type(event))
    changes = change(saga, step, event) if change is not None else {}
    changes["state"] = following
    if step.parked_time and "parked_time" not in changes:
        changes["parked_time"] = 0  # whatever happens to a parked step ends its waiting in the log
    return changed(step, changes)
