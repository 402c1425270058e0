"""The core's sagas and events in the contract's words.

Everything here is a pure function of what the log has and, for the execution time of an open saga, the time of day.
Instants of 0 mean "not yet" in the core and are unset in the contract.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.caller.payloads import write_payload
from orchestrator.core import events as e
from orchestrator.core import operations, standstill
from orchestrator.core.decide import GIVEN_UP_CAUSES
from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.model import (
    Cause,
    ExecuteOutcome,
    Failure,
    Payload,
    Phase,
    Saga,
    SagaState,
    Signature,
    Step,
    StepState,
)
from orchestrator.core.transitions import SAGA_TRANSITIONS
from orchestrator.engine.view import SagaView
from orchestrator.store.base import SagaRow
from sagaway.v1 import definition_pb2, participant_service_pb2, saga_pb2

_E = TypeVar("_E", bound=StrEnum)


def named(ours: type[_E], theirs: Any, prefix: str) -> dict[_E, Any]:
    """Return the contract's values by ours; the names are the same. (The stubs take a value for a plain integer.)"""
    return {value: theirs.Value(f"{prefix}_{value}") for value in ours}


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
    message = saga_pb2.Saga(
        namespace=saga.key.namespace,
        saga_id=saga.key.saga_id,
        definition_name=saga.definition.name,
        definition_version=saga.definition.version,
        definition_hash=saga.definition.content_hash,
        state=_SAGA_STATES[saga.state],
        paused=saga.paused,
        input=write_payload(saga.input),
        labels=saga.labels,
        start_time=timestamp(saga.start_time),
        end_time=timestamp(saga.end_time),
        timeout_time=timestamp(standstill.timeout_time(saga, now)),
        execution_time=duration(max(0, (saga.end_time or now) - saga.start_time)),
        completed_step_count=saga.count(StepState.COMPLETED),
        compensated_step_count=saga.count(StepState.COMPENSATED),
        step_count=len(saga.steps),
        steps=[_step_message(step, saga.steps[step.id], saga.input) for step in saga.definition.steps],
        last_sequence=saga.sequence,
        cancel_requested=saga.cancel_requested,
        trace_id=_trace_id(saga.traceparent),
        legal_actions=[_legal(legal) for legal in operations.legal_actions(saga)],
        restarted_from=saga.restarted_from,
    )
    if saga.output is not None:
        message.output.CopyFrom(write_payload(saga.output))
    if saga.cause is not None:
        message.cause = _CAUSES[saga.cause]
    if saga.failure is not None:
        message.error.CopyFrom(error_message(saga.failure, saga.failure_step, saga.failure_phase))
    return message


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
    )
    if row.cause is not None:
        message.cause = _CAUSES[row.cause]
    _add_quarantine(message, row)
    return message


def state_after(state: SagaState, event: e.Event, aborted: bool) -> SagaState:
    """Return a saga's state after an event, by the transition table; that before the first event is of no account.

    Args:
        state: the state before it.
        event: the event.
        aborted: True if the saga was aborted by then; what was STUCK goes on in its direction.
    """
    if isinstance(event, e.SagaStarted):
        return SagaState.PENDING
    after = SAGA_TRANSITIONS[state].get(type(event), state)
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
            message.payload.CopyFrom(write_payload(event.input))
        case e.StepStruck():
            message.reason = "SEALED" if event.sealed else "EFFECT_FREE"
        case e.SagaStarted():
            message.payload.CopyFrom(write_payload(event.input))
            message.next_time.CopyFrom(_instant(event.timeout_time))
            message.restarted_from = event.restarted_from
        case e.StepIntended():
            message.run = event.run
            if event.input is not None:
                message.payload.CopyFrom(write_payload(event.input))
        case e.StepCompleted() | e.SagaCompleted() | e.StepCompletionAsserted():
            if event.output is not None:
                message.payload.CopyFrom(write_payload(event.output))
        case e.CancelRequested():
            message.message = event.reason
        case e.SagaAbandoned():
            message.standing_step_ids.extend(event.standing)
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


def _trace_id(traceparent: str) -> str:
    """The second field of `version-trace_id-parent_id-flags`."""
    return traceparent.split("-")[1] if traceparent.count("-") >= 3 else ""


def _phase_of(event: e.Event) -> Phase | None:
    if isinstance(event, e.SagaStuck | e.StepParked | e.StepUnparked):
        return event.phase
    if not isinstance(event, e.StepEvent):
        return None
    return Phase.COMPENSATE if isinstance(event, _COMPENSATES) else Phase.EXECUTE


def _step_message(definition: StepDefinition, step: Step, saga_input: Payload) -> saga_pb2.SagaStep:
    message = saga_pb2.SagaStep(
        step_id=definition.id,
        participant=definition.participant,
        action=definition.action,
        kind=_KINDS[definition.kind],
        state=_STEP_STATES[step.state],
        run=step.run,
        execute_attempts=step.execute_attempts,
        compensate_attempts=step.compensate_attempts,
        intend_time=timestamp(step.intend_time),
        execute_end_time=timestamp(step.execute_end_time),
        compensate_intend_time=timestamp(step.compensate_intend_time),
        compensate_end_time=timestamp(step.compensate_end_time),
        retry_time=timestamp(step.retry_time),
        park_time=timestamp(step.parked_time),
        possibly_done=step.possibly_done,
        effect_free=definition.facts.effect_free,
    )
    if step.input is not None and step.input is not saga_input:
        message.input.CopyFrom(write_payload(step.input))
    if step.output is not None:
        message.output.CopyFrom(write_payload(step.output))
    if step.run:
        message.execute_outcome = _OUTCOMES[step.outcome]
    if step.last_failure is not None:
        message.last_error.CopyFrom(error_message(step.last_failure, definition.id, step.last_failure_phase))
    return message


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
