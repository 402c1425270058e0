"""What an attempt's answer means: the one table from gRPC codes to what happens next.

An answer is one of five: `Completed`, `Rejected`, `Pending`, `Compensated`, or `Failed` with a code. Only a body that
says Rejected is a refusal; a code never is, because a code can come from a proxy, a lost connection or a bug, and so
leaves the effect possible. The classes of a failed Execute (in Compensate every failure is retried patiently):

- `UNKNOWN`: nobody can say what happened. Ask again with the same key.
- `PERMANENT`: asking again can't help; the effect is possible all the same. Stop, and compensate.
- `DEPLOYMENT`: the deployment is wrong, not the saga. Wait like `UNKNOWN`, and report the participant.
- `IN_PROGRESS`: an earlier delivery still runs there. Ask again; for ten minutes it costs no attempt.

The retry rules follow gRPC's own descriptions of the codes (https://grpc.io/docs/guides/status-codes/).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, StrEnum
from types import MappingProxyType

from orchestrator.core.definition import StepDefinition
from orchestrator.core.model import Failure, Payload
from orchestrator.core.retry import SECOND

IN_PROGRESS = "IN_PROGRESS"
"""The reason of a participant that runs an earlier delivery of the operation."""

BARRIER_ROW_MISSING = "BARRIER_ROW_MISSING"
"""The reason of a participant that no longer knows an operation it must have known."""

OPERATION_COMPENSATED = "OPERATION_COMPENSATED"
"""The reason of a participant that has a tombstone of the operation."""

NOT_WANTED = "NOT_WANTED"
"""Our own word for an attempt that was not sent after all, because something was paused, or its saga went back."""

INVALID_ANSWER = "INVALID_ANSWER"
"""The reason given to a body without an outcome, or with a broken payload."""

IN_PROGRESS_GRACE = 600 * SECOND
"""How long IN_PROGRESS costs no attempt, microseconds."""


class FailureClass(Enum):
    """What a failed Execute calls for."""

    UNKNOWN = "UNKNOWN"
    PERMANENT = "PERMANENT"
    DEPLOYMENT = "DEPLOYMENT"
    IN_PROGRESS = "IN_PROGRESS"


CLASSES: Mapping[str, FailureClass] = MappingProxyType(
    {
        "CANCELLED": FailureClass.UNKNOWN,
        "UNKNOWN": FailureClass.UNKNOWN,
        "DEADLINE_EXCEEDED": FailureClass.UNKNOWN,
        "RESOURCE_EXHAUSTED": FailureClass.UNKNOWN,
        "ABORTED": FailureClass.UNKNOWN,
        "INTERNAL": FailureClass.UNKNOWN,
        "UNAVAILABLE": FailureClass.UNKNOWN,
        "DATA_LOSS": FailureClass.UNKNOWN,
        "INVALID_ARGUMENT": FailureClass.PERMANENT,
        "NOT_FOUND": FailureClass.PERMANENT,
        "ALREADY_EXISTS": FailureClass.PERMANENT,
        "FAILED_PRECONDITION": FailureClass.PERMANENT,
        "OUT_OF_RANGE": FailureClass.PERMANENT,
        "UNAUTHENTICATED": FailureClass.DEPLOYMENT,
        "PERMISSION_DENIED": FailureClass.DEPLOYMENT,
        "UNIMPLEMENTED": FailureClass.DEPLOYMENT,
    }
)
"""Every gRPC code but OK."""


@dataclass(frozen=True, slots=True)
class Completed:
    """The effect has happened.

    Attributes:
        output: what later steps may use.
    """

    output: Payload


@dataclass(frozen=True, slots=True)
class Rejected:
    """A business refusal.

    Attributes:
        failure: the participant's reason and message; no code.
    """

    failure: Failure


@dataclass(frozen=True, slots=True)
class Pending:
    """Accepted; the outcome comes later."""


@dataclass(frozen=True, slots=True)
class Compensated:
    """No effect stands, and none will."""


@dataclass(frozen=True, slots=True)
class Failed:
    """The attempt ended without an outcome.

    Attributes:
        failure: code, reason and message.
        retry_after: the participant asked to be left alone for so long, microseconds; 0: it did not.
        no_retry: the participant asked not to be asked again (a negative `grpc-retry-pushback-ms`).
    """

    failure: Failure
    retry_after: int = 0
    no_retry: bool = False


class Found(StrEnum):
    """What a participant's own record said of an operation that it sealed; the names are the contract's."""

    UNSPECIFIED = "UNSPECIFIED"
    NOTHING = "NOTHING"
    COMPLETED = "COMPLETED"
    PENDING = "PENDING"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Sealed:
    """No message of the operation that is still under way will have an effect.

    Attributes:
        found: what the participant's record said.
    """

    found: Found


SealAnswer = Sealed | Failed
ExecuteAnswer = Completed | Rejected | Pending | Failed
CompensateAnswer = Compensated | Pending | Failed


UNWANTED = Failed(
    Failure("CANCELLED", NOT_WANTED, "it was not sent: by now something was paused, or the saga goes back")
)
"""What an attempt ends with that was not to be sent any more when it was about to leave."""


def invalid_answer(message: str) -> Failed:
    """Return the failure that an answer without an outcome, or with a broken payload, counts as.

    It is permanent and possibly done: whoever answers nonsense may have done the effect.
    """
    return Failed(Failure("FAILED_PRECONDITION", INVALID_ANSWER, message))


def classify(step: StepDefinition, answer: Failed) -> FailureClass:
    """Return what a failed Execute of ``step`` calls for: the definition's word on its code, else the table's."""
    code = answer.failure.code
    if answer.failure.reason == IN_PROGRESS and code == "ABORTED":
        return FailureClass.IN_PROGRESS
    if answer.failure.reason == INVALID_ANSWER:
        return FailureClass.PERMANENT
    if code in step.stop_codes:
        return FailureClass.PERMANENT
    if code in step.retry_codes:
        return FailureClass.UNKNOWN
    if answer.no_retry:
        return FailureClass.PERMANENT
    return CLASSES.get(code, FailureClass.UNKNOWN)
