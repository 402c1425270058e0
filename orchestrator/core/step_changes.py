"""What an event changes on a step's fields; in which state it leaves the step is `orchestrator.core.machine`'s table."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from orchestrator.core import events as e
from orchestrator.core.model import ExecuteOutcome, Failure, Phase, Plan, Saga, Step


def _kept(step: Step, failure: Failure, phase: Phase) -> dict[str, Any]:
    """A failure without a message that repeats the one before it by code and reason keeps that one's text."""
    last = step.last_failure
    if (
        last is not None
        and not failure.message
        and (last.code, last.reason, step.last_failure_phase) == (failure.code, failure.reason, phase)
    ):
        return {}
    return {"last_failure": failure, "last_failure_phase": phase}


_AFRESH: Mapping[str, Any] = {field.name: field.default for field in dataclasses.fields(Step)}
"""What a new run knows of the one before: nothing."""


def _intended(saga: Saga, step: Step, event: e.StepIntended) -> dict[str, Any]:
    resolved = event.input if event.input is not None else saga.input
    begun = {"run": event.run, "input": resolved, "intend_time": event.time}
    return {**_AFRESH, **begun} if step.plan is not None else begun


def _blocked(_saga: Saga, step: Step, event: e.StepBlocked) -> dict[str, Any]:
    ended = {"execute_end_time": event.time, **_kept(step, event.failure, Phase.EXECUTE)}
    return {**ended, "plan": None, "plan_input": None} if step.plan is not None else ended


def _execute_attempt_failed(_saga: Saga, step: Step, event: e.ExecuteAttemptFailed) -> dict[str, Any]:
    return {
        "execute_attempts": event.attempt,
        "execute_used": step.execute_used + event.used,
        "unknown_attempt": True,
        "in_progress_since": (step.in_progress_since or event.time) if event.in_progress else 0,
        "retry_time": event.retry_time,
        **_kept(step, event.failure, Phase.EXECUTE),
    }


def _attempts(step: Step, attempt: int) -> int:
    """The attempts that are logged once ``attempt`` is; 0 stands for none."""
    return max(step.execute_attempts, attempt)


def _pending(_saga: Saga, step: Step, event: e.StepPending) -> dict[str, Any]:
    return {
        "outcome": ExecuteOutcome.PENDING,
        "execute_attempts": _attempts(step, event.attempt),
        "pending_since": event.time,
        "retry_time": 0,
    }


def _completed(_saga: Saga, step: Step, event: e.StepCompleted) -> dict[str, Any]:
    return {
        "outcome": ExecuteOutcome.COMPLETED,
        "output": event.output,
        "execute_attempts": _attempts(step, event.attempt),
        "execute_end_time": event.time,
        "retry_time": 0,
    }


def _gave_up(_saga: Saga, step: Step, event: e.StepRejected | e.StepFailed) -> dict[str, Any]:
    return {
        "execute_attempts": _attempts(step, event.attempt),
        "execute_end_time": event.time,
        "retry_time": 0,
        "execute_failure": event.failure,
        "failed_kind": event.kind if isinstance(event, e.StepFailed) else None,
        **_kept(step, event.failure, Phase.EXECUTE),
    }


def _compensation_intended(_saga: Saga, _step: Step, event: e.CompensationIntended) -> dict[str, Any]:
    return {
        "outcome": event.outcome,
        "compensate_intend_time": event.time,
        "retry_time": 0,
        "pending_since": 0,
        "in_progress_since": 0,
    }


def _compensate_attempt_failed(_saga: Saga, step: Step, event: e.CompensateAttemptFailed) -> dict[str, Any]:
    return {
        "compensate_attempts": event.attempt,
        "compensate_used": step.compensate_used + event.used,
        "in_progress_since": (step.in_progress_since or event.time) if event.in_progress else 0,
        "retry_time": event.retry_time,
        **_kept(step, event.failure, Phase.COMPENSATE),
    }


def _compensation_pending(_saga: Saga, step: Step, event: e.CompensationPending) -> dict[str, Any]:
    return {
        "compensate_attempts": max(step.compensate_attempts, event.attempt),
        "pending_since": event.time,
        "retry_time": 0,
    }


def _compensated(_saga: Saga, step: Step, event: e.StepCompensated) -> dict[str, Any]:
    return {
        "compensate_attempts": max(step.compensate_attempts, event.attempt),
        "compensate_end_time": event.time,
        "retry_time": 0,
    }


def _execute_retried(_saga: Saga, _step: Step, _event: e.ExecuteRetried) -> dict[str, Any]:
    # What was given up may have had its effect, so a refusal of a later attempt proves nothing. What is known of its
    # outcome stays: a step that had completed is still to be compensated as one.
    return {
        "execute_used": 0,
        "unknown_attempt": True,
        "in_progress_since": 0,
        "pending_since": 0,
        "execute_end_time": 0,
        "execute_failure": None,
        "failed_kind": None,
    }


def _compensate_retried(_saga: Saga, _step: Step, _event: e.CompensateRetried) -> dict[str, Any]:
    return {"compensate_used": 0, "in_progress_since": 0, "pending_since": 0, "compensate_end_time": 0}


def _undone_first(step: Step, event: e.StepSkipRequested | e.NewRunRequested) -> dict[str, Any]:
    """What the intent to compensate changes, where there may be something to compensate."""
    if not step.possibly_done:
        return {}
    return {"compensate_intend_time": event.time, "retry_time": 0, "pending_since": 0, "in_progress_since": 0}


def _skip_requested(_saga: Saga, step: Step, event: e.StepSkipRequested) -> dict[str, Any]:
    return {"plan": Plan.SKIP, **_undone_first(step, event)}


def _new_run_requested(_saga: Saga, step: Step, event: e.NewRunRequested) -> dict[str, Any]:
    return {"plan": Plan.NEW_RUN, "plan_input": event.input, **_undone_first(step, event)}


def _struck(_saga: Saga, step: Step, event: e.StepStruck) -> dict[str, Any]:
    return {"execute_end_time": step.execute_end_time or event.time, "compensate_intend_time": 0}


def _skipped(_saga: Saga, step: Step, event: e.StepSkipped) -> dict[str, Any]:
    return {"plan": None, "execute_end_time": step.execute_end_time or event.time}


def _completion_asserted(_saga: Saga, _step: Step, event: e.StepCompletionAsserted) -> dict[str, Any]:
    return {
        "outcome": ExecuteOutcome.COMPLETED,
        "output": event.output,
        "execute_end_time": event.time,
    }


def _compensation_asserted(_saga: Saga, _step: Step, event: e.CompensationAsserted) -> dict[str, Any]:
    return {"compensate_end_time": event.time}


def _parked(_saga: Saga, _step: Step, event: e.StepParked) -> dict[str, Any]:
    return {"parked_time": event.time}


def _compensation_failed(_saga: Saga, step: Step, event: e.CompensationFailed) -> dict[str, Any]:
    return {
        "compensate_attempts": max(step.compensate_attempts, event.attempt),
        "compensate_end_time": event.time,
        "retry_time": 0,
        **_kept(step, event.failure, Phase.COMPENSATE),
    }


STEP_CHANGES: Mapping[type[e.Event], Callable[[Saga, Step, Any], dict[str, Any]]] = {
    e.StepIntended: _intended,
    e.StepBlocked: _blocked,
    e.ExecuteAttemptFailed: _execute_attempt_failed,
    e.StepPending: _pending,
    e.StepCompleted: _completed,
    e.StepRejected: _gave_up,
    e.StepFailed: _gave_up,
    e.CompensationIntended: _compensation_intended,
    e.CompensateAttemptFailed: _compensate_attempt_failed,
    e.CompensationPending: _compensation_pending,
    e.StepCompensated: _compensated,
    e.CompensationFailed: _compensation_failed,
    e.StepParked: _parked,
    e.ExecuteRetried: _execute_retried,
    e.CompensateRetried: _compensate_retried,
    e.StepCompletionAsserted: _completion_asserted,
    e.CompensationAsserted: _compensation_asserted,
    e.StepSkipRequested: _skip_requested,
    e.NewRunRequested: _new_run_requested,
    e.StepStruck: _struck,
    e.StepSkipped: _skipped,
}
"""What an event changes on its step beside the state; by class."""
