"""The core's sagas and events in the contract's words.

Everything here is a pure function of what the log has and, for the execution time of an open saga, the time of day.
Instants of 0 mean "not yet" in the core and are unset in the contract.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.caller.payloads import fill_payload
from orchestrator.core import events as e
from orchestrator.core import operations, standstill
from orchestrator.core.decide import GIVEN_UP_CAUSES
from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.model import (
    Cause,
    ExecuteOutcome,
    Failure,
    Mode,
    Payload,
    Phase,
    Saga,
    SagaState,
    Signature,
    Step,
    StepState,
)
from orchestrator.core.observed_transitions import OBSERVED_SAGA_TRANSITIONS
from orchestrator.core.transitions import SAGA_TRANSITIONS
from orchestrator.engine.view import SagaView
from orchestrator.store.base import Purged, SagaRow
from sagaway.v1 import definition_pb2, participant_service_pb2, saga_pb2

_E = TypeVar("_E", bound=StrEnum)


def named(ours: type[_E], theirs: Any, prefix: str) -> dict[_E, Any]:
    """Return the contract's values by ours; the names are the same. (The stubs take a value for a plain integer.)"""
    return {value: theirs.Value(f"{prefix}_{value}") for value in ours}


_MODES = {
    Mode.ORCHESTRATION: saga_pb2.SAGA_MODE_ORCHESTRATION,
    Mode.CHOREOGRAPHY: saga_pb2.SAGA_MODE_CHOREOGRAPHY,
}
_SAGA_STATES = named(SagaState, saga_pb2.SagaState, "SAGA_STATE")
_STEP_STATES = named(StepState, saga_pb2.StepState, "STEP_STATE")
_CAUSES = named(Cause, saga_pb2.SagaCause, "SAGA_CAUSE")
_PHASES = named(Phase, saga_pb2.Phase, "PHASE")
_KINDS = named(StepKind, definition_pb2.StepKind, "STEP_KIND")
_ACTIONS = named(operations.Action, saga_pb2.OperatorAction, "OPERATOR_ACTION")
_OUTCOMES = named(ExecuteOutcome, participant_service_pb2.ExecuteOutcome, "EXECUTE_OUTCOME")

_COMPENSATES = (
    e.CompensationIntended,
    e.CompensateAttemptFailed,
    e.CompensationPending,
    e.StepCompensated,
    e.CompensationFailed,
    e.CompensateRetried,
    e.CompensationAsserted,
)


def _fill(field: Timestamp | Duration, microseconds: int) -> None:
    field.seconds, rest = divmod(microseconds, 1_000_000)
    field.nanos = rest * 1_000


def _fill_instant(message: saga_pb2.Saga | saga_pb2.SagaStep, field: str, microseconds: int) -> None:
    """Set an instant in its place, if it has come."""
    if microseconds:
        _fill(getattr(message, field), microseconds)


def timestamp(microseconds: int | None) -> Timestamp | None:
    """Return an instant; None for one that has not come."""
    return _instant(microseconds) if microseconds else None


def _instant(microseconds: int) -> Timestamp:
    seconds, rest = divmod(microseconds, 1_000_000)
    return Timestamp(seconds=seconds, nanos=rest * 1_000)


def duration(microseconds: int) -> Duration:
    """Return a duration that is not negative."""
    seconds, rest = divmod(microseconds, 1_000_000)
    return Duration(seconds=seconds, nanos=rest * 1_000)


def view_message(view: SagaView, now: int) -> saga_pb2.Saga:
    """Return a saga in full; only what its row says, if its log can't be folded.

    Args:
        view: the saga as the log has it.
        now: microseconds; the execution time of an open saga runs to here.
    """
    saga, row = view
    if saga is None:
        return row_message(row, now)
    message = saga_message(saga, now)
    if row.wake_time is not None:
        message.wake_time.CopyFrom(_instant(row.wake_time))
    _add_quarantine(message, row)
    return message


def saga_message(saga: Saga, now: int) -> saga_pb2.Saga:
    """Return a saga in full, as far as its own state tells: without its wake time.

    Args:
        saga: the committed state.
        now: microseconds; as in `view_message`.
    """
    message = saga_pb2.Saga()
    fill_saga(message, saga, now)
    return message


def fill_saga(message: saga_pb2.Saga, saga: Saga, now: int) -> None:
    """Make an empty message say what `saga_message` does; in place, because a message that is put into another is copied."""
    message.namespace = saga.key.namespace
    message.saga_id = saga.key.saga_id
    message.definition_name = saga.definition.name
    message.definition_version = saga.definition.version
    message.definition_hash = saga.definition.content_hash
    message.state = _SAGA_STATES[saga.state]
    message.paused = saga.paused
    fill_payload(message.input, saga.input)
    if saga.labels:
        message.labels.update(saga.labels)
    _fill_instant(message, "start_time", saga.start_time)
    _fill_instant(message, "end_time", saga.end_time)
    _fill_instant(message, "timeout_time", standstill.timeout_time(saga, now))
    _fill(message.execution_time, max(0, (saga.end_time or now) - saga.start_time))
    message.completed_step_count = saga.count(StepState.COMPLETED)
    message.compensated_step_count = saga.count(StepState.COMPENSATED)
    message.step_count = len(saga.steps)
    for step in saga.definition.steps:
        _fill_step(message.steps.add(), step, saga.steps[step.id], saga.input)
    message.last_sequence = saga.sequence
    message.cancel_requested = saga.cancel_requested
    message.trace_id = _trace_id(saga.traceparent)
    for legal in operations.legal_actions(saga):
        message.legal_actions.add(action=_ACTIONS[legal.action], step_id=legal.step_id)
    message.restarted_from = saga.restarted_from
    message.mode = _MODES[saga.mode]
    if saga.output is not None:
        fill_payload(message.output, saga.output)
    if saga.cause is not None:
        message.cause = _CAUSES[saga.cause]
    if saga.failure is not None:
        message.error.CopyFrom(error_message(saga.failure, saga.failure_step, saga.failure_phase))


def row_message(row: SagaRow, now: int) -> saga_pb2.Saga:
    """Return a saga as lists show it: without steps and payloads.

    Args:
        row: the saga's row.
        now: microseconds; as in `view_message`.
    """
    message = saga_pb2.Saga(
        namespace=row.key.namespace,
        saga_id=row.key.saga_id,
        definition_name=row.definition_name,
        definition_version=row.definition_version,
        definition_hash=row.definition_hash,
        state=_SAGA_STATES[row.state],
        paused=row.paused,
        labels=row.labels,
        start_time=timestamp(row.start_time),
        end_time=timestamp(row.end_time),
        timeout_time=timestamp(row.timeout_time),
        execution_time=duration(max(0, (row.end_time or now) - row.start_time)),
        completed_step_count=row.completed_steps,
        compensated_step_count=row.compensated_steps,
        step_count=row.step_count,
        last_sequence=row.sequence,
        wake_time=timestamp(row.wake_time),
        mode=_MODES[row.mode],
    )
    if row.cause is not None:
        message.cause = _CAUSES[row.cause]
    _add_quarantine(message, row)
    return message


def purged_message(purged: Purged) -> saga_pb2.Saga:
    """Return what stays of a purged saga."""
    return saga_pb2.Saga(
        namespace=purged.key.namespace,
        saga_id=purged.key.saga_id,
        state=_SAGA_STATES[purged.state],
        end_time=timestamp(purged.end_time),
        purge_time=timestamp(purged.purge_time),
    )


def state_after(state: SagaState, event: e.Event, aborted: bool) -> SagaState:
    """Return a saga's state after an event, by the transition tables; that before the first event is of no account.

    Args:
        state: the state before it.
        event: the event.
        aborted: True if the saga was aborted by then; what was STUCK goes on in its direction.
    """
    if isinstance(event, e.SagaStarted):
        return SagaState.PENDING
    kind = type(event)
    after = SAGA_TRANSITIONS[state].get(kind) or OBSERVED_SAGA_TRANSITIONS[state].get(kind, state)
    return SagaState.RUNNING if after is SagaState.COMPENSATING and not aborted else after


def event_message(sequence: int, event: e.Event, state: SagaState) -> saga_pb2.SagaEvent:
    """Return an event, flattened: what its type does not have is unset.

    Args:
        sequence: its place in the log.
        event: the event.
        state: the saga's state after it.
    """
    message = saga_pb2.SagaEvent(
        sequence=sequence,
        time=timestamp(event.time),
        type=type(event).__name__,
        step_id=getattr(event, "step_id", ""),
        phase=_phase(_phase_of(event)),
        attempt=getattr(event, "attempt", 0),
        next_time=timestamp(getattr(event, "retry_time", 0)),
        saga_state=_SAGA_STATES[state],
    )
    failure: Failure | None = getattr(event, "failure", None)
    if failure is not None:
        message.code, message.reason, message.message = failure.code, failure.reason, failure.message
    by: Signature | None = getattr(event, "by", None)
    if by is not None:
        message.message, message.claimed_actor, message.principal = by.reason, by.claimed_actor, by.principal
    match event:
        case e.NewRunRequested():
            fill_payload(message.payload, event.input)
        case e.StepStruck():
            message.reason = "SEALED" if event.sealed else "EFFECT_FREE"
        case e.SagaStarted():
            fill_payload(message.payload, event.input)
            if event.timeout_time:
                message.next_time.CopyFrom(_instant(event.timeout_time))
            message.restarted_from = event.restarted_from
        case e.StepIntended():
            message.run = event.run
            if event.input is not None:
                fill_payload(message.payload, event.input)
        case e.StepCompleted() | e.SagaCompleted() | e.StepCompletionAsserted():
            if event.output is not None:
                fill_payload(message.payload, event.output)
        case e.CancelRequested():
            message.message = event.reason
        case e.SagaAbandoned():
            message.standing_step_ids.extend(event.standing)
        case e.EventObserved():
            message.observed.CopyFrom(_observed(event))
            if event.data is not None:
                fill_payload(message.payload, event.data)
        case e.DeliveryGivenUp():
            message.letter_id = event.letter_id
            message.observed.event_id, message.observed.source = event.event_id, event.source
        case e.ExecuteAttemptFailed() | e.CompensateAttemptFailed():
            message.uncounted = not event.used
        case e.StepFailed():
            message.reason = message.reason or event.kind.value
            message.cause = _CAUSES[GIVEN_UP_CAUSES[event.kind]]
        case e.CompensationStarted():
            message.cause = _CAUSES[event.cause]
            message.struck_step_ids.extend(event.struck)
        case _:
            pass
    return message


def _observed(event: e.EventObserved) -> saga_pb2.ObservedEvent:
    message = saga_pb2.ObservedEvent(
        event_id=event.event_id,
        source=event.source,
        event_type=event.event_type,
        publish_time=timestamp(event.published_time),
        place=event.place,
        cause_id=event.cause_id,
        cause_source=event.cause_source,
        answers=event.answers,
        outcome=event.outcome,
        undeclared=event.undeclared,
        early=event.early,
        reaction=event.reaction,
    )
    if event.refusal is not None:
        message.refusal.CopyFrom(error_message(event.refusal, "", None))
    if event.fault is not None:
        message.fault.CopyFrom(error_message(event.fault, "", None))
    return message


def _trace_id(traceparent: str) -> str:
    """The second field of `version-trace_id-parent_id-flags`."""
    return traceparent.split("-")[1] if traceparent.count("-") >= 3 else ""


def _phase_of(event: e.Event) -> Phase | None:
    if isinstance(event, e.SagaStuck | e.StepParked | e.StepUnparked | e.DeliveryGivenUp):
        return event.phase
    if not isinstance(event, e.StepEvent):
        return None
    return Phase.COMPENSATE if isinstance(event, _COMPENSATES) else Phase.EXECUTE


def _fill_step(message: saga_pb2.SagaStep, definition: StepDefinition, step: Step, saga_input: Payload) -> None:
    message.step_id = definition.id
    message.participant = definition.participant
    message.action = definition.action
    message.kind = _KINDS[definition.kind]
    message.state = _STEP_STATES[step.state]
    message.run = step.run
    message.execute_attempts = step.execute_attempts
    message.compensate_attempts = step.compensate_attempts
    _fill_instant(message, "intend_time", step.intend_time)
    _fill_instant(message, "execute_end_time", step.execute_end_time)
    _fill_instant(message, "compensate_intend_time", step.compensate_intend_time)
    _fill_instant(message, "compensate_end_time", step.compensate_end_time)
    _fill_instant(message, "retry_time", step.retry_time)
    _fill_instant(message, "park_time", step.parked_time)
    message.possibly_done = step.possibly_done
    message.effect_free = definition.facts.effect_free
    if step.input is not None and step.input is not saga_input:
        fill_payload(message.input, step.input)
    if step.output is not None:
        fill_payload(message.output, step.output)
    if step.run:
        message.execute_outcome = _OUTCOMES[step.outcome]
    if step.last_failure is not None:
        message.last_error.CopyFrom(error_message(step.last_failure, definition.id, step.last_failure_phase))


def error_message(failure: Failure, step_id: str, phase: Phase | None) -> saga_pb2.SagaError:
    """Return what went wrong with a step, or with the saga as a whole."""
    return saga_pb2.SagaError(
        step_id=step_id,
        phase=_phase(phase),
        code=failure.code,
        reason=failure.reason,
        message=failure.message,
    )


def _phase(phase: Phase | None) -> Any:
    return saga_pb2.PHASE_UNSPECIFIED if phase is None else _PHASES[phase]


def _legal(legal: operations.Legal) -> saga_pb2.LegalAction:
    return saga_pb2.LegalAction(action=_ACTIONS[legal.action], step_id=legal.step_id)


def _add_quarantine(message: saga_pb2.Saga, row: SagaRow) -> None:
    if row.quarantine_time is not None:
        del message.legal_actions[:]
        if row.end_time is None:
            message.legal_actions.extend(_legal(operations.Legal(action)) for action in operations.QUARANTINED_ACTIONS)
        message.quarantine.reason = row.quarantine_reason
        message.quarantine.time.CopyFrom(_instant(row.quarantine_time))
