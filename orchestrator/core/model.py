"""The state of a saga: what the fold of its log is.

A `Saga` is immutable. Only `orchestrator.core.machine.evolve` makes a new one, from the old one and an event, so the
live state and the fold of the log cannot differ. Nothing here decides anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from orchestrator.core.definition import SagaDefinition

if TYPE_CHECKING:
    from orchestrator.core.observation import Observation

_NOTHING: Mapping[str, str] = MappingProxyType({})


class SagaKey(NamedTuple):
    """What names a saga: its id in its namespace."""

    namespace: str
    saga_id: str


@dataclass(frozen=True, slots=True)
class Payload:
    """The caller's own data: JSON text, or bytes, or nothing.

    Attributes:
        json: UTF-8 JSON text, or None.
        binary: opaque bytes, or None. At most one of the two is set.
        content_type: media type; empty for the default of its kind.
        metadata: free text for the two ends.
    """

    json: str | None = None
    binary: bytes | None = None
    content_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=lambda: _NOTHING)

    def size(self) -> int:
        """How many bytes it takes."""
        value = _bytes(self.json) if self.json is not None else len(self.binary or b"")
        extra = sum(_bytes(key) + _bytes(text) for key, text in self.metadata.items()) if self.metadata else 0
        return value + len(self.content_type) + extra


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode(errors="surrogatepass"))


EMPTY = Payload()


class Phase(StrEnum):
    """One of an operation's two halves."""

    EXECUTE = "EXECUTE"
    COMPENSATE = "COMPENSATE"


class Mode(StrEnum):
    """Who decides what comes next in a saga: the orchestrator, or, each for itself, its participants."""

    ORCHESTRATION = "orchestration"
    CHOREOGRAPHY = "choreography"


class SagaState(StrEnum):
    """Where a saga stands; the names are the contract's."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPENSATING = "COMPENSATING"
    COMPLETED = "COMPLETED"
    COMPENSATED = "COMPENSATED"
    STUCK = "STUCK"
    ABANDONED = "ABANDONED"


TERMINAL = frozenset({SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.ABANDONED})
_SETTLED = TERMINAL | {SagaState.STUCK}


class StepState(StrEnum):
    """Where a step stands; the names are the contract's."""

    WAITING = "WAITING"
    EXECUTING = "EXECUTING"
    PENDING = "PENDING"
    COMPLETED = "COMPLETED"
    REJECTED = "REJECTED"
    FAILED = "FAILED"
    BLOCKED = "BLOCKED"
    STRUCK = "STRUCK"
    COMPENSATING = "COMPENSATING"
    COMPENSATION_PENDING = "COMPENSATION_PENDING"
    COMPENSATED = "COMPENSATED"
    COMPENSATION_FAILED = "COMPENSATION_FAILED"
    SKIPPED = "SKIPPED"


GONE_THROUGH = frozenset({StepState.COMPLETED, StepState.SKIPPED})
"""Of a step that those after it wait for no longer."""

WITHOUT_EFFECT = frozenset({StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK, StepState.COMPENSATED})
"""Of a step whose run has ended, and no effect of it stands."""


class Plan(StrEnum):
    """What a person wants of a step once no effect of its present run stands any more."""

    SKIP = "SKIP"
    NEW_RUN = "NEW_RUN"


class ExecuteOutcome(StrEnum):
    """What is known of a step's Execute."""

    UNKNOWN = "UNKNOWN"
    COMPLETED = "COMPLETED"
    PENDING = "PENDING"


class Cause(StrEnum):
    """Why a saga is undone."""

    REJECTED = "REJECTED"
    FAILED = "FAILED"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    TIMED_OUT = "TIMED_OUT"
    CANCELLED = "CANCELLED"


class FailureKind(StrEnum):
    """Why a step was given up, though it may have had its effect."""

    PERMANENT = "PERMANENT"
    ATTEMPTS_EXHAUSTED = "ATTEMPTS_EXHAUSTED"
    REJECTED_UNCONFIRMED = "REJECTED_UNCONFIRMED"
    PENDING_TIMED_OUT = "PENDING_TIMED_OUT"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong with an attempt, a step or a saga.

    Attributes:
        code: name of the gRPC code, empty where none was involved.
        reason: stable word for programs.
        message: sentence for people; empty in the log where it repeats the failure before.
    """

    code: str = ""
    reason: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Signature:
    """Who acted by hand, and why.

    Attributes:
        reason: why, for people; never empty.
        claimed_actor: who they say they are; a word of theirs that nobody checked.
        principal: who they are, as the server's token told; empty on a server without tokens.
    """

    reason: str
    claimed_actor: str = ""
    principal: str = ""


@dataclass(frozen=True, slots=True)
class Restart:
    """That a saga is a compensated one once more.

    Attributes:
        saga_id: the compensated saga, in the same namespace.
        by: who restarted it, and why.
    """

    saga_id: str
    by: Signature


@dataclass(frozen=True, slots=True)
class Operation:
    """What a person did to a saga last.

    Attributes:
        kind: the class of its event.
        sequence: that of its event.
        time: when, microseconds.
        by: who, and why.
        step_id: the step; empty if it was about the saga as a whole.
        output: what was asserted to be the step's output, if it was.
        input: what a new run is to be given, if one was asked for.
        run: the step's run until then, and
        intend_time: when that was intended, microseconds; 0 if it was about the saga as a whole.
    """

    kind: str
    sequence: int
    time: int
    by: Signature
    step_id: str = ""
    output: Payload | None = None
    input: Payload | None = None
    run: int = 0
    intend_time: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a saga as it stands.

    Attributes:
        state: where it stands.
        run: its run, 0 before the first intent.
        input: its resolved input, from its intent on.
        output: its output, once completed.
        outcome: what is known of its Execute.
        unknown_attempt: an attempt of this run may have had an effect although its end told nothing.
        execute_attempts: attempts of Execute whose end is logged; the next one's number is one more.
        execute_used: how many of them count against the retry policy.
        compensate_attempts: the same for Compensate.
        compensate_used: the same for Compensate.
        in_progress_since: since when each answer says IN_PROGRESS; 0 if the last did not.
        retry_time: when it is tried next; 0 if nothing waits.
        parked_time: since when it waits in the log because its participant can't take it; 0 if it does not.
        pending_since: when the current phase's first Pending answer came; 0 if none.
        intend_time: when its intent was logged.
        execute_end_time: when its Execute's outcome was logged.
        compensate_intend_time: when its compensation's intent was logged.
        compensate_end_time: when its compensation's end was logged.
        last_failure: the last thing that went wrong, kept also when it got better.
        last_failure_phase: in which phase that was.
        execute_failure: the refusal or the error that ended its Execute, if one did.
        failed_kind: why it was given up, if it was.
        plan: what is to become of it once no effect of this run stands, as a person said; None: nothing was said.
        plan_input: what its next run is given, of `Plan.NEW_RUN`.
    """

    state: StepState = StepState.WAITING
    run: int = 0
    input: Payload | None = None
    output: Payload | None = None
    outcome: ExecuteOutcome = ExecuteOutcome.UNKNOWN
    unknown_attempt: bool = False
    execute_attempts: int = 0
    execute_used: int = 0
    compensate_attempts: int = 0
    compensate_used: int = 0
    in_progress_since: int = 0
    retry_time: int = 0
    parked_time: int = 0
    pending_since: int = 0
    intend_time: int = 0
    execute_end_time: int = 0
    compensate_intend_time: int = 0
    compensate_end_time: int = 0
    last_failure: Failure | None = None
    last_failure_phase: Phase | None = None
    execute_failure: Failure | None = None
    failed_kind: FailureKind | None = None
    plan: Plan | None = None
    plan_input: Payload | None = None

    @property
    def possibly_done(self) -> bool:
        """True if its effect may stand now."""
        return self.state in _POSSIBLY_DONE


_POSSIBLY_DONE = frozenset(
    {
        StepState.EXECUTING,
        StepState.PENDING,
        StepState.COMPLETED,
        StepState.FAILED,
        StepState.COMPENSATING,
        StepState.COMPENSATION_PENDING,
        StepState.COMPENSATION_FAILED,
    }
)


@dataclass(frozen=True, slots=True)
class Saga:
    """A saga as it stands: the fold of its log.

    Attributes:
        key: its name.
        definition: the definition it stays on.
        state: where it stands.
        steps: its steps by id.
        sequence: that of the last event.
        input: what it was started with.
        labels: what it was labelled with.
        start_time: when StartSaga was decided.
        timeout_time: when it times out, unless its pivot has completed; without the time that it stood still.
        end_time: when it ended; 0 while it is open.
        traceparent: W3C trace context of its start; empty if there was none.
        trace_origin: what the span of its start is below: a span id, or `root`; empty if it has none. Only a saga with
            a span of its start is traced, and all its life.
        output: its output once COMPLETED.
        cause: why it is undone.
        failure: the error behind `cause`, or behind STUCK.
        failure_step: the step of that error; empty if it is the saga as a whole.
        failure_phase: the phase of that error.
        timed_out: its time was up before its pivot's outcome was known.
        cancel_requested: somebody asked to cancel it.
        driven_on: a person has set it going since its time was up, or since its cancel was asked for.
        still_since: since when its time stands still (`orchestrator.core.standstill`), microseconds; 0 if it does not.
        stood_still: for how long it stood still before that, microseconds.
        paused: a person paused it: nothing is sent, no timer acts.
        operation: what a person did to it last; None: nobody did anything.
        abort_failure: the error behind `cause`, also while `failure` is that of STUCK.
        abort_step: the step of that error; empty if it is the saga as a whole.
        restarted_from: the compensated saga that it was started again from; empty if it was not.
        observation: its events, of a choreographed saga.
        size: about how many bytes its log has.
    """

    key: SagaKey
    definition: SagaDefinition
    state: SagaState
    steps: Mapping[str, Step]
    sequence: int
    input: Payload
    labels: Mapping[str, str]
    start_time: int
    timeout_time: int
    end_time: int = 0
    traceparent: str = ""
    trace_origin: str = ""
    output: Payload | None = None
    cause: Cause | None = None
    failure: Failure | None = None
    failure_step: str = ""
    failure_phase: Phase | None = None
    timed_out: bool = False
    cancel_requested: bool = False
    driven_on: bool = False
    still_since: int = 0
    stood_still: int = 0
    paused: bool = False
    operation: Operation | None = None
    abort_failure: Failure | None = None
    abort_step: str = ""
    restarted_from: str = ""
    observation: Observation | None = None
    size: int = 0

    @property
    def mode(self) -> Mode:
        """Who decides what comes next in it."""
        return Mode.ORCHESTRATION if self.definition.choreography is None else Mode.CHOREOGRAPHY

    @property
    def open(self) -> bool:
        """True until it has ended; STUCK is open."""
        return self.state not in TERMINAL

    @property
    def settled(self) -> bool:
        """True if it will not move by itself: ended, or STUCK."""
        return self.state in _SETTLED

    def count(self, state: StepState) -> int:
        """How many steps are in ``state``."""
        return sum(1 for step in self.steps.values() if step.state is state)
