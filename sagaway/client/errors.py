"""What a call can raise: one root, one class a gRPC code, and everything the server said about it.

The server answers every error with a `google.rpc.Status`: a code, a sentence, an ErrorInfo with a stable `reason`, and
where they fit BadRequest (each field at fault), PreconditionFailure and RetryInfo. Programs branch on the class and on
`reason`; people read `str(error)`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple, cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from sagaway.v1 import saga_pb2

STATUS_DETAILS = "grpc-status-details-bin"


class Violation(NamedTuple):
    """One fault of a request.

    Attributes:
        field: the path of the field at fault, such as `definition.steps[2].input.amount`.
        description: what is wrong with it, and what is right.
    """

    field: str
    description: str


class SagawayError(Exception):
    """The root of everything this package raises.

    Attributes:
        message: a sentence for people.
        code: the gRPC status code.
        reason: a stable word for programs: a value of `ErrorReason` without its prefix; empty if the server gave none
            (it could not be reached, or something between here and there answered).
        violations: every field at fault, for INVALID_ARGUMENT; every unmet condition, for FAILED_PRECONDITION.
        metadata: what the reason is about, such as `{"saga_id": "o-1"}`.
        retry_after: when the server wants to be asked again; None if it did not say.
        attempts: how often the call was sent before this was raised; 0 if it was never sent.
    """

    default_code = grpc.StatusCode.UNKNOWN

    def __init__(
        self,
        message: str,
        *,
        code: grpc.StatusCode | None = None,
        reason: str = "",
        violations: Sequence[Violation] = (),
        metadata: Mapping[str, str] | None = None,
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.default_code
        self.reason = reason
        self.violations = tuple(violations)
        self.metadata = dict(metadata or {})
        self.retry_after = retry_after
        self.attempts = 0


class InvalidArgument(SagawayError):
    """The request is wrong, and stays wrong when repeated. `violations` names each field."""

    default_code = grpc.StatusCode.INVALID_ARGUMENT


class NotFound(SagawayError):
    """There is no such saga, definition or participant; `reason` says which."""

    default_code = grpc.StatusCode.NOT_FOUND


class AlreadyExists(SagawayError):
    """The id or name is taken by something else; `reason` says what."""

    default_code = grpc.StatusCode.ALREADY_EXISTS


class FailedPrecondition(SagawayError):
    """The state of the saga, step, definition or participant does not allow it."""

    default_code = grpc.StatusCode.FAILED_PRECONDITION


class Aborted(SagawayError):
    """The saga has changed since it was looked at, and nothing was done: look again, then decide."""

    default_code = grpc.StatusCode.ABORTED


class PermissionDenied(SagawayError):
    """A completion token does not fit, or the caller may not do this."""

    default_code = grpc.StatusCode.PERMISSION_DENIED


class Unauthenticated(SagawayError):
    """The server wants to know who is calling."""

    default_code = grpc.StatusCode.UNAUTHENTICATED


class ResourceExhausted(SagawayError):
    """Too much is under way (`retry_after` says when to ask again), or a message is too large."""

    default_code = grpc.StatusCode.RESOURCE_EXHAUSTED


class Unavailable(SagawayError):
    """The server can't be reached or can't answer now, also after every retry. The outcome of the call is unknown;
    every call of this package may be repeated with the same arguments."""

    default_code = grpc.StatusCode.UNAVAILABLE


class DeadlineExceeded(SagawayError):
    """The server did not answer in time, also after every retry. The outcome is unknown, as for `Unavailable`."""

    default_code = grpc.StatusCode.DEADLINE_EXCEEDED


class Unimplemented(SagawayError):
    """What answers at that address does not offer this call: it is no orchestrator, or an older one."""

    default_code = grpc.StatusCode.UNIMPLEMENTED


class Internal(SagawayError):
    """A fault of the server's own; its log has the trace."""

    default_code = grpc.StatusCode.INTERNAL


class SagaNotCompleted(SagawayError):
    """A saga's output was asked for, and the saga is not COMPLETED.

    Attributes:
        saga: the saga as it stood.
    """

    default_code = grpc.StatusCode.FAILED_PRECONDITION

    def __init__(self, message: str, saga: saga_pb2.Saga) -> None:
        super().__init__(message, reason="SAGA_NOT_COMPLETED", metadata={"saga_id": saga.saga_id})
        self.saga = saga


_CLASSES: dict[grpc.StatusCode, type[SagawayError]] = {
    cls.default_code: cls
    for cls in (
        InvalidArgument,
        NotFound,
        AlreadyExists,
        FailedPrecondition,
        PermissionDenied,
        Unauthenticated,
        ResourceExhausted,
        Unavailable,
        DeadlineExceeded,
        Unimplemented,
        Aborted,
        Internal,
    )
}


def field_invalid(field: str, fault: str) -> InvalidArgument:
    """Return the error for a field that is wrong before anything was sent."""
    return InvalidArgument(
        f"{field}: {fault}",
        reason="FIELD_INVALID",
        violations=(Violation(field, fault),),
        metadata={"field": field},
    )


def from_rpc(error: grpc.aio.AioRpcError) -> SagawayError:
    """Return the typed error for what a call answered. Details that don't parse are left out, never raised."""
    code = error.code()
    cls = _CLASSES.get(code, SagawayError)
    typed = cls(error.details() or code.name, code=code)
    for detail in _details(error):
        _take(typed, detail)
    return typed


def _details(error: grpc.aio.AioRpcError) -> list[object]:
    # The stubs don't know that the metadata of a call is a sequence of pairs.
    trailers = cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata() or ())
    for key, value in trailers:
        if key != STATUS_DETAILS or not isinstance(value, bytes):
            continue
        known = (
            error_details_pb2.ErrorInfo,
            error_details_pb2.BadRequest,
            error_details_pb2.PreconditionFailure,
            error_details_pb2.RetryInfo,
        )
        found: list[object] = []
        try:
            for packed in status_pb2.Status.FromString(value).details:
                for kind in known:
                    message = kind()
                    if packed.Unpack(message):
                        found.append(message)
        except DecodeError:  # something between here and there is not ours; code and message stand
            pass
        return found
    return []


def _take(error: SagawayError, detail: object) -> None:
    match detail:
        case error_details_pb2.ErrorInfo():
            error.reason, error.metadata = detail.reason, dict(detail.metadata)
        case error_details_pb2.BadRequest():
            error.violations += tuple(Violation(v.field, v.description) for v in detail.field_violations)
        case error_details_pb2.PreconditionFailure():
            error.violations += tuple(Violation(v.subject, v.description) for v in detail.violations)
        case error_details_pb2.RetryInfo():
            error.retry_after = detail.retry_delay.ToTimedelta()
