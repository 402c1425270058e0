"""What a saga's state calls for now: which calls to send, and when to look again.

Everything here is derived from the state and the owner's circumstances, never remembered, so that a saga taken over
after a crash is driven by the same code as one that was never interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator

from orchestrator.core import restored, standstill
from orchestrator.core.context import Context
from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.effects import Send
from orchestrator.core.model import Phase, Saga, SagaState, Step, StepState

_SKEW_ALLOWANCE = 600_000_000
"""How far a participant's clock may be off, microseconds: ten minutes."""

_MIN_ATTEMPT = 1_000
"""The shortest attempt, microseconds, where the saga's time is all but up."""

_FORWARD = frozenset({SagaState.RUNNING})
_EITHER_WAY = frozenset({SagaState.RUNNING, SagaState.COMPENSATING})

_SENT_IN: dict[StepState, tuple[frozenset[SagaState], Phase, bool]] = {
    StepState.EXECUTING: (_FORWARD, Phase.EXECUTE, False),
    StepState.PENDING: (_FORWARD, Phase.EXECUTE, True),
    StepState.COMPENSATING: (_EITHER_WAY, Phase.COMPENSATE, False),
    StepState.COMPENSATION_PENDING: (_EITHER_WAY, Phase.COMPENSATE, True),
}
"""For the states of a step in which it is sent: the saga's states in which it is, the phase, and whether it is asked
how it stands rather than tried."""


def sends(saga: Saga, context: Context) -> list[Send]:
    """Return the attempts that are due, in the definition's order, whether or not they are already on their way."""
    if saga.paused or context.definition_paused:
        return []
    found = []
    for step, state, phase, poll in movable(saga):
        if not state.parked_time and _due_time(step, state, poll, context) <= context.now:
            found.append(Send(phase, step.id, _attempt(step.id, state, phase, context), poll))
    return found


def next_time(saga: Saga, context: Context) -> int | None:
    """Return when something is due next, microseconds, as far as time alone brings it about; None: never.

    A time that has come already is returned as it is; what is on the wire is due when it ends, not before.
    """
    if saga.paused or saga.settled or context.definition_paused:
        return None
    times = []
    pivot = saga.definition.pivot
    forward = saga.state is not SagaState.COMPENSATING
    if forward and not saga.timed_out and (pivot is None or saga.steps[pivot.id].state is not StepState.COMPLETED):
        times.append(standstill.latest_timeout_time(saga) + restored.grace(saga, context.restored_time))
    for step, state, _phase, poll in movable(saga):
        if poll:
            times.append(max(state.pending_since, context.restored_time) + step.pending_timeout)
        if step.id not in context.on_wire and not state.parked_time:
            times.append(_due_time(step, state, poll, context))
    return min(times, default=None)


def attempt_timeout(saga: Saga, step: StepDefinition, phase: Phase, now: int, restored_time: int = 0) -> int:
    """Return how long an attempt sent at ``now`` may take, microseconds.

    Before the pivot an Execute gets no more than what is left of the saga's time; the pivot, what follows it, every
    Compensate, and what a person drives on past the saga's time get the step's own time.
    """
    if phase is Phase.COMPENSATE:
        return step.compensation_attempt_timeout
    if step.kind is StepKind.COMPENSATABLE and not saga.driven_on:
        end = standstill.timeout_time(saga, now) + restored.grace(saga, restored_time)
        return max(_MIN_ATTEMPT, min(step.attempt_timeout, end - now))
    return step.attempt_timeout


def not_after_time(now: int, timeout: int) -> int:
    """Return the instant after which an Execute sent at ``now`` with ``timeout`` must have no effect."""
    return now + timeout + _SKEW_ALLOWANCE


def operation_key(installation: str, saga: Saga, step_id: str, run: int = 0) -> str:
    """Return what the barrier makes happen once: one step of one saga in one run (0: its present one), opaque to
    participants.
    """
    run = run or saga.steps[step_id].run
    return f"{installation}/{saga.key.namespace}/{saga.key.saga_id}/{run}/{step_id}"


def idempotency_key(operation: str, phase: Phase) -> str:
    """Return the key of one phase of an operation, the same for all attempts."""
    return f"{operation}/{phase.lower()}"


def movable(saga: Saga) -> Iterator[tuple[StepDefinition, Step, Phase, bool]]:
    """Yield the steps that are sent or asked in the saga's present state: each with its state, phase and whether it is asked."""
    for step in saga.definition.steps:
        state = saga.steps[step.id]
        how = _SENT_IN.get(state.state)
        if how is not None and saga.state in how[0]:
            yield step, state, how[1], how[2]


def _due_time(step: StepDefinition, state: Step, poll: bool, context: Context) -> int:
    if poll:
        return max(state.pending_since, context.polled.get(step.id, 0)) + step.pending_poll_interval
    return state.retry_time


def _attempt(step_id: str, state: Step, phase: Phase, context: Context) -> int:
    """The number of the next attempt: one above those logged, two where an owner died with one on its way."""
    logged = state.execute_attempts if phase is Phase.EXECUTE else state.compensate_attempts
    return logged + 1 + (context.inherited.get((step_id, phase)) == logged)
