"""What can go wrong, each with its status code and reason in one place.

A `Refusal` is an answer on the wire: a `google.rpc.Status` with an ErrorInfo of domain `sagaway`. Its texts hold no
payloads, no tokens and no text of foreign exceptions: those go to the participant's own log.
"""

from collections.abc import Mapping
from datetime import timedelta

import grpc
from google.protobuf import any_pb2, duration_pb2
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

DOMAIN = "sagaway"
STATUS_DETAILS = "grpc-status-details-bin"
IN_PROGRESS_RETRY = timedelta(milliseconds=200)
DATABASE_RETRY = timedelta(seconds=1)


class ParticipantError(Exception):
    """The root of what this package raises at authors."""


class SetupError(ParticipantError):
    """The participant can't be served as it is set up; the text says what to change."""


class TransactionMisuseError(ParticipantError):
    """An author's function tried to end the transaction that it was lent."""


class OperationUnknownError(ParticipantError):
    """No such operation is known to the barrier."""


class OperationCompensatedError(ParticipantError):
    """The operation was compensated: its outcome can't be reported any more, and your effect must not stand."""


class OperationNotPendingError(ParticipantError):
    """The operation waits for no outcome: it has one already, or was never Pending."""


class Refusal(ParticipantError):
    """An answer with an error status.

    Args:
        code: the gRPC status code.
        reason: a value of the contract's ErrorReason, without its prefix.
        message: a sentence for people.
        metadata: for ErrorInfo.
        retry_after: sent as RetryInfo.
        field: for INVALID_ARGUMENT, the field at fault, sent as BadRequest.
    """

    def __init__(
        self,
        code: grpc.StatusCode,
        reason: str,
        message: str,
        *,
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
        field: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.reason = reason
        self.message = message
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after
        self.field = field

    def status(self) -> status_pb2.Status:
        """Return the rich status, as it goes into the trailing metadata."""
        details: list[Message] = [
            error_details_pb2.ErrorInfo(reason=self.reason, domain=DOMAIN, metadata=self.metadata)
        ]
        if self.retry_after is not None:
            delay = duration_pb2.Duration()
            delay.FromTimedelta(self.retry_after)
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        if self.field is not None:
            violation = error_details_pb2.BadRequest.FieldViolation(field=self.field, description=self.message)
            details.append(error_details_pb2.BadRequest(field_violations=[violation]))
        packed = []
        for detail in details:
            packed.append(any_pb2.Any())
            packed[-1].Pack(detail)
        return status_pb2.Status(code=self.code.value[0], message=self.message, details=packed)


def field_invalid(field: str, fault: str) -> Refusal:
    """INVALID_ARGUMENT: `field` is missing, malformed or too large; `fault` says how, and what is right."""
    return Refusal(
        grpc.StatusCode.INVALID_ARGUMENT,
        "FIELD_INVALID",
        f"{field}: {fault}",
        metadata={"field": field},
        field=field,
    )


def action_unknown(action: str, what: str = "offers no action") -> Refusal:
    """UNIMPLEMENTED: the deployment is wrong, not the saga."""
    return Refusal(
        grpc.StatusCode.UNIMPLEMENTED,
        "ACTION_UNKNOWN",
        f"This participant {what} {action!r}; DescribeActions lists what it has.",
        metadata={"action": action},
    )


def request_mismatch(what: str) -> Refusal:
    """INVALID_ARGUMENT: the operation came before with another request."""
    return Refusal(
        grpc.StatusCode.INVALID_ARGUMENT, "REQUEST_MISMATCH", f"The operation arrived before with another {what}."
    )


def operation_compensated() -> Refusal:
    """FAILED_PRECONDITION: the tombstone stands."""
    return Refusal(
        grpc.StatusCode.FAILED_PRECONDITION,
        "OPERATION_COMPENSATED",
        "The operation was compensated: it has and will have no effect.",
    )


def delivered_too_late() -> Refusal:
    """FAILED_PRECONDITION: an Execute after its not_after_time."""
    return Refusal(
        grpc.StatusCode.FAILED_PRECONDITION,
        "DELIVERED_TOO_LATE",
        "The Execute arrived after its not_after_time; it had no effect.",
    )


def barrier_row_missing() -> Refusal:
    """FAILED_PRECONDITION: success is not pretended."""
    return Refusal(
        grpc.StatusCode.FAILED_PRECONDITION,
        "BARRIER_ROW_MISSING",
        "The operation's barrier row should be there and is not: it was purged or lost. "
        "What became of the operation must be found out by a person.",
    )


def in_progress() -> Refusal:
    """ABORTED: another delivery of the operation holds its lock now."""
    return Refusal(
        grpc.StatusCode.ABORTED,
        "IN_PROGRESS",
        "Another delivery of this operation runs now. Ask again with the same key.",
        retry_after=IN_PROGRESS_RETRY,
    )


def database_unavailable(what: str = "The participant's database is busy or away") -> Refusal:
    """UNAVAILABLE: nothing is known of the outcome."""
    return Refusal(
        grpc.StatusCode.UNAVAILABLE,
        "DATABASE_UNAVAILABLE",
        f"{what}. Ask again with the same key.",
        retry_after=DATABASE_RETRY,
    )


def draining() -> Refusal:
    """UNAVAILABLE: the server is shutting down."""
    return Refusal(
        grpc.StatusCode.UNAVAILABLE, "DRAINING", "The participant is shutting down.", retry_after=DATABASE_RETRY
    )


def internal_fault(message: str) -> Refusal:
    """INTERNAL: a fault here; the participant's log has the trace."""
    return Refusal(grpc.StatusCode.INTERNAL, "INTERNAL_FAULT", message)
