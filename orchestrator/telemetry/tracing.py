"""One trace a saga: an `Instruments` that makes the spans of what the engine tells it.

Rules.
- A saga is sampled once, when it is started, and for all its life: `Saga.trace_origin` says that it is. Whatever owner
  it has, and however often it crashes, its spans are in the trace of its `Saga.traceparent`. Of a saga that is not
  sampled nothing is made or kept; its participants are told so.
- Spans follow the log. An attempt's span is made when its answer comes, and leaves with the commit that the answer led
  to, which knows the backoff. What a dead owner may not have got out, its successor exports (`tracing_recovery`).
- Nothing here waits.

What the spans are is in `saga_spans`.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from orchestrator.caller.base import Call
from orchestrator.core import events as e
from orchestrator.core.effects import Send
from orchestrator.core.model import Phase, Saga, SagaKey, StepState
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.clock import Clock
from orchestrator.engine.instruments import Instruments
from orchestrator.telemetry import spans
from orchestrator.telemetry.course import PHASES, Course
from orchestrator.telemetry.export import Sink
from orchestrator.telemetry.saga_spans import ROOT
from orchestrator.telemetry.sampling import Sampler
from orchestrator.telemetry.tracing_recovery import retell

_ASKED = (StepState.PENDING, StepState.COMPENSATION_PENDING)
_RANDOM = 0x02
"""W3C's flag of a trace id that is random: it is handed on as it came."""


class Tracing(Instruments):
    """Makes the spans of sampled sagas."""

    __slots__ = ("_clock", "_courses", "_ids", "_put", "_sampler", "_waited", "_window")

    def __init__(
        self, sink: Sink, sampler: Sampler, clock: Clock, window: int, ids: Callable[[int], bytes] | None = None
    ) -> None:
        """Make one.

        Args:
            sink: takes the spans.
            sampler: decides for each saga that is started.
            clock: the engine's.
            window: how long a span may wait before the collector has it, microseconds.
            ids: returns so many random bytes; None: chance.
        """
        self._put = sink.put
        self._sampler = sampler
        self._clock = clock
        self._window = window
        self._ids = ids or random.Random().randbytes  # seeded by the kernel once: asking it each time is dear
        self._courses: dict[SagaKey, Course] = {}
        self._waited: dict[tuple[SagaKey, str, Phase], int] = {}

    def begin_trace(self, traceparent: str) -> tuple[str, str]:
        """Decide whether a saga is sampled, and give its StartSaga a span; see `Instruments.begin_trace`."""
        above = spans.read_context(traceparent) if traceparent else None
        trace_id = self._ids(16) if above is None else above.trace_id
        sampled = self._sampler.samples(trace_id, above)
        flags = sampled | (above.flags & _RANDOM if above is not None else _RANDOM)
        own = spans.write_context(trace_id, self._ids(8), flags)
        if not sampled:
            return own, ""
        return own, above.span_id.hex() if above is not None else ROOT

    def committed(self, saga: Saga, events: Sequence[e.Event]) -> None:
        """See `Instruments.committed`."""
        if not saga.trace_origin:
            return
        course = self._courses.get(saga.key)
        if course is None:
            course = self._courses[saga.key] = Course(saga)
        for event in events:
            phase = PHASES.get(type(event))
            if phase is not None:
                self._decided(course, event, phase)
            elif isinstance(event, e.SagaStarted):
                self._put(course.spans.start(saga, self._clock.now()))
            course.follow(saga, event, self._put)

    def _decided(self, course: Course, event: e.Event, phase: Phase) -> None:
        """An answer has led to an event: its span has all it needs."""
        assert isinstance(event, e.StepEvent)
        span = course.held.pop((event.step_id, phase), None)
        if span is None:
            return
        if isinstance(event, e.ExecuteAttemptFailed | e.CompensateAttemptFailed):
            if event.retry_time:
                spans.put(span, "saga.backoff", max(event.retry_time - event.time, 0) / SECOND)
        elif isinstance(event, e.StepFailed):
            spans.put(span, "saga.gave_up", event.kind.value)
        self._put(span)

    def adopted(self, saga: Saga, *, orphaned: bool, history: Callable[[], Sequence[e.Event]]) -> None:
        """See `Instruments.adopted`."""
        if not saga.trace_origin:
            return
        log = history()
        course = self._courses[saga.key] = Course(saga)
        if not orphaned:
            for event in log:
                course.follow(saga, event, _forget)
            return
        retell(course, saga, log, self._window, self._clock.now(), self._put)

    def left(self, saga: Saga) -> None:
        """See `Instruments.left`."""
        if not saga.trace_origin:
            return
        course = self._courses.pop(saga.key, None)
        if course is not None:
            for span in course.held.values():
                self._put(span)

    def traceparent(self, saga: Saga, order: Send) -> str:
        """Return the context of the span that an attempt will have, or that a question is below."""
        course = self._courses.get(saga.key)
        if course is None:
            return saga.traceparent
        id_ = (
            course.spans.wait_id(saga, order.step_id, order.phase)
            if order.poll
            else course.spans.attempt_id(saga, order.step_id, order.phase, order.attempt)
        )
        return spans.write_context(course.spans.trace_id, id_, int(saga.traceparent[53:55], 16))

    def sent(self, saga: Saga, call: Call, phase: Phase, waited: int) -> None:
        """See `Instruments.sent`."""
        if saga.trace_origin and waited > 0:
            self._waited[saga.key, call.step_id, phase] = waited

    def answered(
        self, saga: Saga, call: Call, phase: Phase, answer: ExecuteAnswer | CompensateAnswer | None, sent_time: int
    ) -> None:
        """See `Instruments.answered`."""
        if not saga.trace_origin:
            return
        waited = self._waited.pop((saga.key, call.step_id, phase), 0)
        course = self._courses.get(saga.key)
        if course is None or saga.steps[call.step_id].state in _ASKED:
            return  # a question is below the wait; of a saga that has left, the next owner tells
        span = course.spans.attempt(saga, call.step_id, phase, call.attempt, answer, sent_time, self._clock.now())
        if waited:
            spans.put(span, "saga.queue_wait", waited / SECOND)
        before = course.held.get((call.step_id, phase))
        if before is not None:
            self._put(before)
        course.held[call.step_id, phase] = span

    def reported(self, saga: Saga, step_id: str, phase: Phase, traceparent: str, began: int) -> None:
        """See `Instruments.reported`."""
        if saga.trace_origin:
            maker = Course(saga).spans
            self._put(maker.report(saga, step_id, phase, spans.read_context(traceparent), began, self._clock.now()))


def _forget(span: object) -> None:
    """Take a span that an earlier owner has exported."""
