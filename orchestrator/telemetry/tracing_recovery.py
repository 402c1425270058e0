"""What a saga's next owner exports in place of one that died.

A process that is killed takes with it the spans that waited in its exporter, and those of attempts on their way. Their
participants' spans are out, below spans that nobody has: orphans. But ids are derived from the log, so the next owner
makes the missing ones from it: each attempt that was on its way, with the event that its orchestrator died, and each
span that had ended so lately before the saga's last event that it may not have got out. Times are the log's, so a span
made here may begin a little earlier than what was measured; `saga.recovered` marks it. If the first one did get out,
the trace has the same span twice.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from orchestrator.core import events as e
from orchestrator.core.model import Failure, Phase, Saga, StepState
from orchestrator.core.outcome import (
    Compensated,
    Completed,
    Failed,
    Pending,
    Rejected,
)
from orchestrator.telemetry import spans
from orchestrator.telemetry.course import PHASES, Course, Emit, StepPhase
from orchestrator.telemetry.saga_spans import LOST, Answer

_OWNER_LOST = "OWNER_LOST"
_ON_ITS_WAY = {StepState.EXECUTING: Phase.EXECUTE, StepState.COMPENSATING: Phase.COMPENSATE}


def retell(course: Course, saga: Saga, history: Sequence[e.Event], window: int, now: int, emit: Emit) -> None:
    """Follow a saga's whole log, and export what a dead owner may not have got out or did not live to make.

    Args:
        course: fresh; it is as far as the log afterwards.
        saga: as it stands in the log.
        history: its log.
        window: how long a span may wait before it is out, microseconds.
        now: when the saga was taken over.
        emit: takes the spans.
    """
    since = history[-1].time - window
    if saga.start_time >= since:
        _emit(course.spans.start(saga, saga.start_time), emit)
    attempts = _Attempts(course, saga)
    for event in history:
        recent = event.time >= since
        if recent:
            span = attempts.told(event)
            if span is not None:
                _emit(span, emit)
        attempts.follow(event)
        course.follow(saga, event, (lambda span: _emit(span, emit)) if recent else _nowhere)
    for step_id, step in saga.steps.items():
        phase = _ON_ITS_WAY.get(step.state)
        if phase is None or step.retry_time > now or step.parked_time:
            continue  # it was not sent again yet, for sure
        attempt = 1 + (step.execute_attempts if phase is Phase.EXECUTE else step.compensate_attempts)
        since_sent = attempts.sent(step_id, phase)
        _emit(course.spans.attempt(saga, step_id, phase, attempt, LOST, since_sent, now), emit)


class _Attempts:
    """Since when the next attempt of each phase of each step may have been on its way."""

    def __init__(self, course: Course, saga: Saga) -> None:
        self._course = course
        self._saga = saga
        self._since: dict[StepPhase, int] = {}
        self._pending: set[StepPhase] = set()
        self._runs: dict[str, int] = {}

    def sent(self, step_id: str, phase: Phase) -> int:
        """Return since when an attempt that no event tells of was on its way."""
        return self._since[step_id, phase]

    def follow(self, event: e.Event) -> None:
        """Go on by an event."""
        match event:
            case e.StepIntended():
                self._runs[event.step_id] = event.run
                self._pending.discard((event.step_id, Phase.EXECUTE))
                self._pending.discard((event.step_id, Phase.COMPENSATE))
                self._since[event.step_id, Phase.EXECUTE] = event.time
            case e.ExecuteRetried():
                self._since[event.step_id, Phase.EXECUTE] = event.time
            case e.CompensationIntended() | e.CompensateRetried() | e.StepSkipRequested() | e.NewRunRequested():
                self._since[event.step_id, Phase.COMPENSATE] = event.time
            case e.ExecuteAttemptFailed() | e.CompensateAttemptFailed():
                self._since[event.step_id, PHASES[type(event)]] = max(event.retry_time, event.time)
            case e.StepUnparked():
                self._since[event.step_id, event.phase] = event.time
            case e.StepPending() | e.CompensationPending():
                self._pending.add((event.step_id, PHASES[type(event)]))

    def told(self, event: e.Event) -> Span | None:
        """Return the span of the attempt that led to an event, before the event is followed; None if none did."""
        phase = PHASES.get(type(event))
        if phase is None:
            return None
        assert isinstance(event, e.StepEvent)
        attempt: int = getattr(event, "attempt", 0)
        key = (event.step_id, phase)
        if not attempt or key in self._pending:
            return None  # CompleteStep told, or a question: that is below the wait
        sent = self._since[key]
        run = self._runs.get(event.step_id, 0)
        return self._course.spans.attempt(self._saga, *key, attempt, _answer(event), sent, event.time, run)


def _answer(event: e.StepEvent) -> Answer:
    """What an attempt's answer was, as far as a span tells."""
    match event:
        case e.StepCompleted():
            return Completed(event.output)
        case e.StepRejected():
            return Rejected(event.failure)
        case e.StepCompensated():
            return Compensated()
        case e.StepPending() | e.CompensationPending():
            return Pending()
        case e.ExecuteAttemptFailed() | e.CompensateAttemptFailed() if event.failure.reason == _OWNER_LOST:
            return LOST
    failure: Failure = getattr(event, "failure", Failure())
    return Failed(failure)


def _emit(span: Span, emit: Emit) -> None:
    spans.put(span, "saga.recovered", True)
    emit(span)


def _nowhere(span: Span) -> None:
    """Take a span that is out already."""
