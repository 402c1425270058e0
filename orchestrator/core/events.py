"""What the saga log is made of: facts, in the past tense.

An event is decided by `orchestrator.core.decide`, appended, committed, and only then acted upon. What happened once is
never changed: a new version of a class keeps reading the old one's rows through an upcaster
(`orchestrator.store.codec`). Each class says what it means; its fields besides `time` (when it was decided,
microseconds) are what the fold needs.

Each failed attempt is an event of its own, because the retry budget must survive a crash; the text of a failure is
stored only when it differs from the one before, so that a long outage costs a few dozen bytes an attempt.

What a person did stands in `orchestrator.core.operator_events`, what only choreographed sagas have in
`orchestrator.core.observed_events`; here they are one family.
"""

# ruff: noqa: PLC0414 - what is imported under its own name is offered here too.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from orchestrator.core.event import Event as Event
from orchestrator.core.event import StepEvent as StepEvent
from orchestrator.core.model import Cause, ExecuteOutcome, Failure, FailureKind, Payload, Phase, Signature
from orchestrator.core.observed_events import DeliveryGivenUp as DeliveryGivenUp
from orchestrator.core.observed_events import EventObserved as EventObserved
from orchestrator.core.observed_events import RedeliveryRequested as RedeliveryRequested
from orchestrator.core.operator_events import CompensateRetried as CompensateRetried
from orchestrator.core.operator_events import CompensationAsserted as CompensationAsserted
from orchestrator.core.operator_events import ExecuteRetried as ExecuteRetried
from orchestrator.core.operator_events import NewRunRequested as NewRunRequested
from orchestrator.core.operator_events import SagaAbandoned as SagaAbandoned
from orchestrator.core.operator_events import SagaPaused as SagaPaused
from orchestrator.core.operator_events import SagaResumed as SagaResumed
from orchestrator.core.operator_events import StepCompletionAsserted as StepCompletionAsserted
from orchestrator.core.operator_events import StepSkipRequested as StepSkipRequested

_NOTHING: Mapping[str, str] = MappingProxyType({})


# The saga as a whole ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SagaStarted(Event):
    """StartSaga was accepted.

    Attributes:
        definition_name: the definition it stays on.
        definition_version: its version.
        definition_hash: its content hash.
        input: what it was started with.
        timeout_time: when it times out.
        labels: what it was labelled with.
        traceparent: W3C trace context of its StartSaga's span, or of whoever called where that has none, or empty.
        trace_origin: what that span is below: a span id of the caller's, or `root`; empty if it has no span.
        restarted_from: the compensated saga that it was started again from; empty if it was not.
        by: who did that, and why; None if it was not.
    """

    definition_name: str
    definition_version: int
    definition_hash: str
    input: Payload
    timeout_time: int
    labels: Mapping[str, str] = field(default_factory=lambda: _NOTHING)
    traceparent: str = ""
    trace_origin: str = ""
    restarted_from: str = ""
    by: Signature | None = None


@dataclass(frozen=True, slots=True)
class CancelRequested(Event):
    """Somebody asked to cancel the saga.

    Attributes:
        reason: why, for people.
    """

    reason: str = ""


@dataclass(frozen=True, slots=True)
class SagaTimedOut(Event):
    """The saga's time was up before its pivot had completed."""


@dataclass(frozen=True, slots=True)
class CompensationStarted(Event):
    """The saga is aborted: from now on it only goes back. Never taken back.

    Attributes:
        cause: why.
        failure: the error behind it.
        step_id: the step of that error; empty if it is the saga as a whole.
        struck: steps whose intent the owner knows it never sent; they count as not intended.
    """

    cause: Cause
    failure: Failure
    step_id: str = ""
    struck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SagaCompleted(Event):
    """Every step has completed.

    Attributes:
        output: the saga's output, None if its definition has none.
        failure: why the output could not be resolved, although every effect stands.
    """

    output: Payload | None = None
    failure: Failure | None = None


@dataclass(frozen=True, slots=True)
class SagaCompensated(Event):
    """No effect stands."""


@dataclass(frozen=True, slots=True)
class SagaStuck(Event):
    """The saga can go neither forward nor back; it waits for a person.

    Attributes:
        failure: why.
        step_id: the step of that error.
        phase: the phase of that error.
    """

    failure: Failure
    step_id: str
    phase: Phase


# A step, forward ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepIntended(StepEvent):
    """From now on the step may be sent: it is possibly done.

    Attributes:
        run: its run, from 1.
        input: its resolved input, never computed again; None: the saga's input as it is.
    """

    run: int
    input: Payload | None


@dataclass(frozen=True, slots=True)
class StepBlocked(StepEvent):
    """The step can't be sent: its input does not resolve, or the saga has grown too large. It had no effect.

    Attributes:
        failure: why.
    """

    failure: Failure


@dataclass(frozen=True, slots=True)
class ExecuteAttemptFailed(StepEvent):
    """An attempt of Execute ended without an outcome; it may have had its effect.

    Attributes:
        attempt: its number, from 1.
        failure: how it ended; its message is empty if the failure before was the same.
        retry_time: when it is tried next; 0: not at all.
        used: True if it counts against the retry policy.
        in_progress: True if an earlier delivery was still running there.
    """

    attempt: int
    failure: Failure
    retry_time: int
    used: bool = True
    in_progress: bool = False


@dataclass(frozen=True, slots=True)
class StepPending(StepEvent):
    """The participant accepted the step and will report its outcome later.

    Attributes:
        attempt: number of the attempt it answered so.
    """

    attempt: int


@dataclass(frozen=True, slots=True)
class StepCompleted(StepEvent):
    """The step's effect has happened.

    Attributes:
        output: what later steps may use.
        attempt: number of the attempt that told; 0: CompleteStep told.
    """

    output: Payload
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class StepRejected(StepEvent):
    """The step was refused and, for sure, has no effect and will have none.

    Attributes:
        failure: the participant's reason and message.
        attempt: number of the attempt that told; 0: CompleteStep told.
    """

    failure: Failure
    attempt: int = 0


@dataclass(frozen=True, slots=True)
class StepFailed(StepEvent):
    """The step was given up; it may have had its effect.

    Attributes:
        kind: why.
        failure: the last error.
        attempt: number of the last attempt; 0: none was involved.
    """

    kind: FailureKind
    failure: Failure
    attempt: int = 0


# A step, either way -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StepParked(StepEvent):
    """The step is due, but its participant can't take it: it waits here in the log, and costs neither attempts nor time
    between them. It is not on its way, though what was sent before may still be.

    Attributes:
        phase: which of its calls is due.
    """

    phase: Phase


@dataclass(frozen=True, slots=True)
class StepUnparked(StepEvent):
    """The step has the next turn at its participant, and is sent as soon as there is room.

    Attributes:
        phase: which of its calls is due.
    """

    phase: Phase


@dataclass(frozen=True, slots=True)
class StepStruck(StepEvent):
    """No effect of the step's run stands, and none ever will, though it may have been sent.

    Attributes:
        sealed: True if its participant sealed the operation and had no record of it; False if it is effect-free.
    """

    sealed: bool


@dataclass(frozen=True, slots=True)
class StepSkipped(StepEvent):
    """The step is left out, as a person asked for: no effect of it stands, and what comes after it goes on without."""


# A step, back -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CompensationIntended(StepEvent):
    """From now on the step's Compensate may be sent.

    Attributes:
        outcome: what is known of its Execute; told to the participant at every attempt.
    """

    outcome: ExecuteOutcome


@dataclass(frozen=True, slots=True)
class CompensateAttemptFailed(StepEvent):
    """An attempt of Compensate ended without success.

    Attributes:
        attempt: its number, from 1.
        failure: how it ended; its message is empty if the failure before was the same.
        retry_time: when it is tried next.
        used: True if it counts against the retry policy.
        in_progress: True if an earlier delivery was still running there.
    """

    attempt: int
    failure: Failure
    retry_time: int
    used: bool = True
    in_progress: bool = False


@dataclass(frozen=True, slots=True)
class CompensationPending(StepEvent):
    """The participant accepted the Compensate and will report its end later.

    Attributes:
        attempt: number of the attempt it answered so.
    """

    attempt: int


@dataclass(frozen=True, slots=True)
class StepCompensated(StepEvent):
    """No effect of the step stands, and none will.

    Attributes:
        attempt: number of the attempt that told; 0: CompleteStep told.
    """

    attempt: int = 0


@dataclass(frozen=True, slots=True)
class CompensationFailed(StepEvent):
    """The step's compensation was given up; a person must look.

    Attributes:
        failure: the last error.
        attempt: number of the last attempt; 0: none was involved.
    """

    failure: Failure
    attempt: int = 0


EVENT_TYPES: tuple[type[Event], ...] = (
    SagaStarted,
    CancelRequested,
    SagaTimedOut,
    CompensationStarted,
    SagaCompleted,
    SagaCompensated,
    SagaStuck,
    StepIntended,
    StepBlocked,
    ExecuteAttemptFailed,
    StepPending,
    StepCompleted,
    StepRejected,
    StepFailed,
    CompensationIntended,
    CompensateAttemptFailed,
    CompensationPending,
    StepCompensated,
    CompensationFailed,
    StepParked,
    StepUnparked,
    SagaPaused,
    SagaResumed,
    SagaAbandoned,
    ExecuteRetried,
    CompensateRetried,
    StepCompletionAsserted,
    CompensationAsserted,
    StepSkipRequested,
    NewRunRequested,
    StepStruck,
    StepSkipped,
    EventObserved,
    DeliveryGivenUp,
    RedeliveryRequested,
)
"""Every type of event there is."""
