"""The course of one traced saga while a process has it in memory: what its next spans need from what was before.

It follows the saga's events, as they are committed or, after a takeover, as the log has them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from orchestrator.core import events as e
from orchestrator.core.model import Phase, Saga
from orchestrator.telemetry import spans
from orchestrator.telemetry.saga_spans import Note, SagaSpans

Emit = Callable[[Span], None]
"""Takes a span that is finished."""
StepPhase = tuple[str, Phase]
"""A step and one of its phases."""

PHASES: Mapping[type[e.Event], Phase] = {
    e.ExecuteAttemptFailed: Phase.EXECUTE,
    e.StepPending: Phase.EXECUTE,
    e.StepCompleted: Phase.EXECUTE,
    e.StepRejected: Phase.EXECUTE,
    e.StepFailed: Phase.EXECUTE,
    e.CompensateAttemptFailed: Phase.COMPENSATE,
    e.CompensationPending: Phase.COMPENSATE,
    e.StepCompensated: Phase.COMPENSATE,
    e.CompensationFailed: Phase.COMPENSATE,
}
"""The events that an answer or a report leads to, each with its phase."""

_OUTCOMES: Mapping[type[e.Event], str] = {
    e.StepCompleted: "completed",
    e.StepRejected: "rejected",
    e.StepFailed: "failed",
    e.StepCompensated: "compensated",
    e.CompensationFailed: "failed",
}
"""The events that end a wait; after any other it is given up, and the outcome unknown."""

_ENDS = (e.SagaCompleted, e.SagaCompensated, e.SagaStuck, e.SagaAbandoned)
_MAX_NOTES = 32


class Course:
    """What is known of a traced saga.

    Attributes:
        spans: makes its spans.
        held: spans of attempts whose answers are not committed yet.
        pending: the steps that are Pending, since when.
        notes: what the last span will show.
    """

    __slots__ = ("held", "notes", "pending", "spans")

    def __init__(self, saga: Saga) -> None:
        self.spans = SagaSpans(saga)
        self.held: dict[StepPhase, Span] = {}
        self.pending: dict[StepPhase, int] = {}
        self.notes: list[Note] = []

    def follow(self, saga: Saga, event: e.Event, emit: Emit) -> None:
        """Go on by an event.

        Args:
            saga: as it stands, after this event or a later one.
            event: the next.
            emit: takes the spans that it finishes.
        """
        if isinstance(event, e.StepPending | e.CompensationPending):
            self.pending[event.step_id, PHASES[type(event)]] = event.time
        elif isinstance(event, e.StepEvent):
            if self.pending:
                self._end_wait(saga, event, emit)
        elif not isinstance(event, e.SagaStarted):
            self._note(event)
            if isinstance(event, _ENDS):
                for step_id, phase in list(self.pending):
                    self._waited(saga, step_id, phase, event, emit)
                emit(self.spans.whole(saga, event.time, self.notes))

    def _end_wait(self, saga: Saga, event: e.StepEvent, emit: Emit) -> None:
        if type(event) in _OUTCOMES:
            self._waited(saga, event.step_id, PHASES[type(event)], event, emit)
        elif isinstance(event, e.CompensationIntended | e.StepSkipRequested | e.NewRunRequested):
            self._waited(saga, event.step_id, Phase.EXECUTE, event, emit)

    def _waited(self, saga: Saga, step_id: str, phase: Phase, event: e.Event, emit: Emit) -> None:
        since = self.pending.pop((step_id, phase), None)
        if since is None:
            return
        span = self.spans.wait(saga, step_id, phase, since, event.time)
        spans.put(span, "saga.outcome", _OUTCOMES.get(type(event), "unknown"))
        if isinstance(event, e.StepRejected | e.StepFailed | e.CompensationFailed):
            spans.put(span, "saga.reason", event.failure.reason or event.failure.code)
        if isinstance(event, e.StepFailed | e.CompensationFailed):
            spans.fail(span, event.failure.reason or event.failure.code)
        emit(span)

    def _note(self, event: e.Event) -> None:
        if len(self.notes) >= _MAX_NOTES:
            return
        match event:
            case e.CancelRequested():
                self.notes.append(Note("cancel requested", event.time, {}))
            case e.SagaTimedOut():
                self.notes.append(Note("timed out", event.time, {}))
            case e.CompensationStarted():
                about: dict[str, spans.Value] = {"saga.cause": event.cause.value}
                if event.step_id:
                    about["saga.failed_step"] = event.step_id
                self.notes.append(Note("compensation started", event.time, about))
