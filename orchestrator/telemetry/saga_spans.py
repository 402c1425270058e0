"""The spans of one saga: what each is called, is below of, and says.

    StartSaga                     SERVER    from its decision to its commit; the root, below the client's span if given
    ├─ Execute STEP               CLIENT    one attempt; the participant's server span is below it
    ├─ wait STEP                  INTERNAL  from a Pending answer to its outcome; questions and CompleteStep are below it
    │  └─ CompleteStep            SERVER    whoever reported it
    ├─ Compensate STEP            CLIENT    one attempt; linked to the Execute that it undoes
    └─ saga DEFINITION            INTERNAL  the whole saga, from its start to its end or STUCK: why it ended so

The root ends early and everything is directly below it, because a parent has to be exported before its children can be
read, and a saga may take a day. `saga DEFINITION` has no children, so nothing is lost with it but itself.

Payloads, labels and messages never go into a span: reasons and codes do.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Literal, NamedTuple

from opentelemetry.proto.trace.v1.trace_pb2 import Span

from orchestrator.core.model import Cause, Phase, Saga, SagaState
from orchestrator.core.outcome import (
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    Pending,
    Rejected,
)
from orchestrator.telemetry import spans
from orchestrator.telemetry.spans import Value

ROOT = "root"
"""The `Saga.trace_origin` of a saga whose StartSaga has nothing above it."""

START_SAGA = "sagaway.v1.OrchestratorService/StartSaga"
COMPLETE_STEP = "sagaway.v1.OrchestratorService/CompleteStep"

_RPCS = {
    Phase.EXECUTE: ("Execute", "sagaway.v1.ParticipantService/Execute"),
    Phase.COMPENSATE: ("Compensate", "sagaway.v1.ParticipantService/Compensate"),
}


class Lost(Enum):
    """The type of `LOST`."""

    LOST = "LOST"


LOST = Lost.LOST
"""What there is instead of an answer where the orchestrator died."""

Answer = ExecuteAnswer | CompensateAnswer | Literal[Lost.LOST] | None

_OUTCOMES: Mapping[type, str] = {
    Completed: "completed",
    Rejected: "rejected",
    Pending: "pending",
    Compensated: "compensated",
    Failed: "failed",
    Lost: "unknown",
    type(None): "cancelled",
}
_NO_ERRORS = frozenset({None, Cause.REJECTED, Cause.CANCELLED})

_MAX_TEMPLATES = 10_000
_templates: dict[tuple[str, ...], bytes] = {}


class Note(NamedTuple):
    """Something that happened to a saga as a whole, shown on its last span.

    Attributes:
        name: what.
        time: when, microseconds.
        attributes: more of it.
    """

    name: str
    time: int
    attributes: Mapping[str, Value]


class SagaSpans:
    """Makes the spans of one traced saga.

    Attributes:
        trace_id: its trace.
        root: the id of its StartSaga's span.
    """

    __slots__ = ("_head", "_ids", "_name", "root", "trace_id")

    def __init__(self, saga: Saga) -> None:
        """Make a maker.

        Args:
            saga: one with a `trace_origin`.
        """
        self.trace_id = bytes.fromhex(saga.traceparent[3:35])
        self.root = bytes.fromhex(saga.traceparent[36:52])
        self._name = f"{saga.key.namespace}/{saga.key.saga_id}/"
        self._ids: dict[tuple[str, Phase], tuple[int, int, bytes]] = {}
        head = Span(trace_id=self.trace_id, parent_span_id=self.root)
        spans.put(head, "saga.id", saga.key.saga_id)
        self._head = head.SerializeToString()

    def attempt_id(self, saga: Saga, step_id: str, phase: Phase, attempt: int, run: int = 0) -> bytes:
        """Return the id of an attempt's span; ``run`` 0: of the step's present run."""
        run = run or saga.steps[step_id].run
        last_run, last, id_ = self._ids.get((step_id, phase), (0, 0, b""))
        if (last_run, last) != (run, attempt):
            id_ = spans.span_id(self.trace_id, f"{self._name}{run}/{step_id}/{phase.value}/{attempt}")
            self._ids[step_id, phase] = run, attempt, id_
        return id_

    def wait_id(self, saga: Saga, step_id: str, phase: Phase) -> bytes:
        """Return the id of the span of a Pending step."""
        return spans.span_id(self.trace_id, f"{self._name}{saga.steps[step_id].run}/{step_id}/{phase.value}/wait")

    def start(self, saga: Saga, end: int) -> Span:
        """Return the root: StartSaga until its commit."""
        below = saga.trace_origin
        shared = _of_saga(saga, START_SAGA, spans.SERVER, spans.LOCAL_PARENT if below == ROOT else spans.REMOTE_PARENT)
        span = self._span(shared, self.root, saga.start_time, end)
        span.parent_span_id = b"" if below == ROOT else bytes.fromhex(below)
        return span

    def attempt(
        self, saga: Saga, step_id: str, phase: Phase, attempt: int, answer: Answer, start: int, end: int, run: int = 0
    ) -> Span:
        """Return an attempt's span.

        Args:
            saga: as it stands.
            step_id: the step.
            phase: the phase.
            attempt: its number.
            answer: how it ended; None: it was cancelled; LOST: its orchestrator died, and nobody knows.
            start: when it was sent, microseconds.
            end: when its answer came, microseconds.
            run: the step's run; 0: its present one.
        """
        kind = type(answer).__name__
        key = (saga.key.namespace, saga.definition.content_hash, step_id, phase.value, str(attempt), kind)
        shared = _templates.get(key) or _keep(key, _attempt_template(saga, step_id, phase, attempt, answer))
        span = self._span(shared, self.attempt_id(saga, step_id, phase, attempt, run), start, end)
        if isinstance(answer, Failed | Rejected):
            _tell_why(span, answer)
        elif answer is LOST:
            spans.note(span, "the orchestrator died; the attempt may have been on its way", end, {})
        if phase is Phase.COMPENSATE:
            # The last attempt of Execute is the one that had, or may have had, the effect.
            undone = saga.steps[step_id].execute_attempts or 1
            spans.link(span, self.trace_id, self.attempt_id(saga, step_id, Phase.EXECUTE, undone, run))
        return span

    def wait(self, saga: Saga, step_id: str, phase: Phase, since: int, end: int) -> Span:
        """Return the span of a step that was Pending."""
        key = (saga.key.namespace, saga.definition.content_hash, step_id, phase.value, "wait")
        shared = _templates.get(key) or _keep(key, _wait_template(saga, step_id, phase))
        return self._span(shared, self.wait_id(saga, step_id, phase), since, end)

    def report(
        self, saga: Saga, step_id: str, phase: Phase, teller: spans.TraceContext | None, start: int, end: int
    ) -> Span:
        """Return the span of a CompleteStep.

        It is in the saga's trace: below whoever told, if that is in it too; else below the wait, or the root, and linked
        to whoever told.
        """
        ours = teller is not None and teller.trace_id == self.trace_id
        shared = _of_saga(saga, COMPLETE_STEP, spans.SERVER, spans.REMOTE_PARENT if ours else spans.LOCAL_PARENT)
        told = teller.span_id.hex() if teller is not None else ""
        id_ = spans.span_id(self.trace_id, f"{self._name}{step_id}/{phase.value}/report/{start}/{told}")
        span = self._span(shared, id_, start, end)
        spans.put(span, "saga.step", step_id)
        spans.put(span, "saga.phase", phase.value)
        if teller is not None and ours:
            span.parent_span_id = teller.span_id
        elif saga.steps[step_id].pending_since:
            span.parent_span_id = self.wait_id(saga, step_id, phase)
        if teller is not None and not ours:
            spans.link(span, teller.trace_id, teller.span_id)
        return span

    def whole(self, saga: Saga, end: int, notes: Sequence[Note]) -> Span:
        """Return the span of the whole saga, as it ends or gets STUCK."""
        shared = _of_saga(saga, f"saga {saga.definition.name}", spans.INTERNAL, spans.LOCAL_PARENT)
        id_ = spans.span_id(self.trace_id, f"{self._name}whole/{saga.sequence}")
        span = self._span(shared, id_, saga.start_time, end)
        spans.put(span, "saga.state", saga.state.value)
        if saga.cause is not None:
            spans.put(span, "saga.cause", saga.cause.value)
        if saga.failure is not None:
            spans.put(span, "saga.reason", saga.failure.reason or saga.failure.code)
        if saga.failure_step:
            spans.put(span, "saga.failed_step", saga.failure_step)
        for each in notes:
            spans.note(span, each.name, each.time, each.attributes)
        if saga.state is SagaState.STUCK or saga.cause not in _NO_ERRORS:
            spans.fail(span, saga.state.value if saga.cause is None else f"{saga.state.value}: {saga.cause.value}")
        return span

    def _span(self, shared: bytes, id_: bytes, start: int, end: int) -> Span:
        # Encoded messages put one after the other are one message with the fields of both.
        span = Span.FromString(shared + self._head)
        span.span_id = id_
        span.start_time_unix_nano = start * 1_000
        span.end_time_unix_nano = max(start, end) * 1_000
        return span


def _tell_why(span: Span, answer: Failed | Rejected) -> None:
    """Say on an attempt's span why it did not succeed. A refusal is no error."""
    code, reason = answer.failure.code, answer.failure.reason
    if reason:
        spans.put(span, "saga.reason", reason)
    if isinstance(answer, Failed):
        if code:
            spans.put(span, "rpc.response.status_code", code)
        spans.put(span, "error.type", code or reason)
        spans.fail(span, reason or code)


def _of_saga(saga: Saga, name: str, kind: Span.SpanKind.ValueType, flags: int) -> bytes:
    """The template of a span of the saga as a whole, or of an RPC of ours that concerns it."""
    key = (saga.key.namespace, saga.definition.content_hash, name, str(flags))
    return _templates.get(key) or _keep(key, _saga_template(saga, name, kind, flags))


def _saga_template(saga: Saga, name: str, kind: Span.SpanKind.ValueType, flags: int) -> bytes:
    rpc = {"rpc.system.name": "grpc", "rpc.method": name, "rpc.response.status_code": "OK"}
    return spans.template(name, kind, flags, {**_common(saga), **(rpc if kind == spans.SERVER else {})})


def _attempt_template(saga: Saga, step_id: str, phase: Phase, attempt: int, answer: Answer) -> bytes:
    short, rpc = _RPCS[phase]
    attributes = {
        **_of_step(saga, step_id, phase),
        "saga.attempt": attempt,
        "saga.outcome": _OUTCOMES[type(answer)],
        "rpc.system.name": "grpc",
        "rpc.method": rpc,
    }
    if answer is None:
        attributes["rpc.response.status_code"] = "CANCELLED"
    elif answer is not LOST and not isinstance(answer, Failed):
        attributes["rpc.response.status_code"] = "OK"
    shared = spans.template(f"{short} {step_id}", spans.CLIENT, spans.LOCAL_PARENT, attributes)
    if answer is LOST:
        lost = Span()
        spans.fail(lost, "OWNER_LOST")
        shared += lost.SerializeToString()
    return shared


def _wait_template(saga: Saga, step_id: str, phase: Phase) -> bytes:
    return spans.template(f"wait {step_id}", spans.INTERNAL, spans.LOCAL_PARENT, _of_step(saga, step_id, phase))


def _of_step(saga: Saga, step_id: str, phase: Phase) -> dict[str, Value]:
    step = saga.definition.by_id[step_id]
    return {
        **_common(saga),
        "saga.step": step_id,
        "saga.phase": phase.value,
        "saga.participant": step.participant,
        "saga.action": step.action,
    }


def _common(saga: Saga) -> dict[str, Value]:
    return {
        "saga.namespace": saga.key.namespace,
        "saga.definition": saga.definition.name,
        "saga.definition_version": saga.definition.version,
    }


def _keep(key: tuple[str, ...], shared: bytes) -> bytes:
    """Keep a template; definitions come and go, so all are forgotten when there are too many."""
    if len(_templates) >= _MAX_TEMPLATES:
        _templates.clear()
    _templates[key] = shared
    return shared
