"""Every error's answer: the one table from exceptions to a google.rpc.Status.

A status has a code, a sentence, an ErrorInfo (domain `sagaway`, a reason from the contract's ErrorReason, metadata),
and where they fit BadRequest, PreconditionFailure, ResourceInfo or RetryInfo. What is not in the table is a fault of
ours: INTERNAL, with a trace in our log and nothing of it in the answer.

A status travels in HTTP/2 trailers, of which clients take 8 KiB: longer sentences are cut, and of many violations
those are listed that fit, with the number of the others in the last.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import grpc
from google.protobuf.message import Message
from google.rpc import error_details_pb2, status_pb2

from orchestrator.api import errors as api
from orchestrator.caller import errors as caller
from orchestrator.core import errors as core
from orchestrator.core.retry import SECOND
from orchestrator.engine import errors as engine
from orchestrator.store import base as store
from sagaway.v1.error_reason_pb2 import ErrorReason

DOMAIN = "sagaway"
DETAILS = "grpc-status-details-bin"
"""The trailing metadata that holds the google.rpc.Status."""

MAX_MESSAGE = 1 << 10
"""The longest sentence, bytes as HTTP/2 carries them."""

MAX_VIOLATIONS = 4 << 10
"""The longest list of violations, bytes."""

_PREFIX = "ERROR_REASON_"
_MAX_METADATA_VALUE = 256
_MAX_VIOLATION = 512
_LOG_RETRY = SECOND

Code = grpc.StatusCode


@dataclass(frozen=True, slots=True)
class Rule:
    """How an error is answered.

    Attributes:
        code: the gRPC code.
        reason: a value of ErrorReason.
        metadata: the ErrorInfo's metadata, from the error.
        details: what else belongs to the status, from the error.
        message: the sentence, from the error; `str` where nothing of it is secret.
    """

    code: Code
    reason: ErrorReason
    metadata: Callable[[Any], Mapping[str, str]] = lambda _: {}
    details: Callable[[Any], Sequence[Message]] = lambda _: ()
    message: Callable[[Any], str] = str


def _saga(error: Any) -> Mapping[str, str]:
    return {"namespace": error.key.namespace, "saga_id": error.key.saga_id}


def _definition(error: Any) -> Mapping[str, str]:
    return {"name": error.name, "version": str(error.version)}


def _participant(error: Any) -> Mapping[str, str]:
    return {"name": error.name}


def _resource(kind: str, name: str) -> Sequence[Message]:
    return [error_details_pb2.ResourceInfo(resource_type=f"sagaway.v1.{kind}", resource_name=name)]


def _saga_resource(error: Any) -> Sequence[Message]:
    return _resource("Saga", f"{error.key.namespace}/{error.key.saga_id}")


def _definition_resource(error: Any) -> Sequence[Message]:
    return _resource("SagaDefinition", f"{error.name}/{error.version}" if error.version else error.name)


def _participant_resource(error: Any) -> Sequence[Message]:
    return _resource("Participant", error.name)


def _bad_request(violations: Sequence[tuple[str, str]]) -> Sequence[Message]:
    kind = error_details_pb2.BadRequest.FieldViolation
    return [
        error_details_pb2.BadRequest(
            field_violations=[kind(field=field, description=text) for field, text in _fitting(violations)]
        )
    ]


def _precondition(kind: str, violations: Sequence[tuple[str, str]]) -> Sequence[Message]:
    violation = error_details_pb2.PreconditionFailure.Violation
    return [
        error_details_pb2.PreconditionFailure(
            violations=[
                violation(type=kind, subject=subject, description=text) for subject, text in _fitting(violations)
            ]
        )
    ]


def _retry_info(microseconds: int) -> Sequence[Message]:
    info = error_details_pb2.RetryInfo()
    info.retry_delay.FromMicroseconds(microseconds)
    return [info]


def _state(error: Any) -> Mapping[str, str]:
    return {**_saga(error), "state": error.state}


def _log_unavailable(error: store.StoreError) -> str:
    return "the saga log can't be written or read now; ask again, with the same saga_id where one is given"


_UNAVAILABLE = Rule(
    Code.UNAVAILABLE,
    ErrorReason.ERROR_REASON_LOG_UNAVAILABLE,
    details=lambda _: _retry_info(_LOG_RETRY),
    message=_log_unavailable,
)

RULES: Mapping[type[Exception], Rule] = {
    # Requests ---------------------------------------------------------------------------------------------------
    api.RequestInvalid: Rule(
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_FIELD_INVALID,
        lambda error: {"field": error.violations[0].field},
        lambda error: _bad_request(error.violations),
    ),
    api.PageTokenInvalid: Rule(
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_PAGE_TOKEN_INVALID,
        lambda error: {"field": "page_token"},
        lambda error: _bad_request([("page_token", str(error))]),
    ),
    # Sagas --------------------------------------------------------------------------------------------------------
    engine.SagaNotFound: Rule(
        Code.NOT_FOUND, ErrorReason.ERROR_REASON_SAGA_NOT_FOUND, metadata=_saga, details=_saga_resource
    ),
    engine.SagaExists: Rule(
        Code.ALREADY_EXISTS, ErrorReason.ERROR_REASON_SAGA_EXISTS, metadata=_saga, details=_saga_resource
    ),
    engine.SagaQuarantined: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_SAGA_QUARANTINED,
        _saga,
        lambda error: _precondition("SAGA_QUARANTINED", [(f"{error.key.namespace}/{error.key.saga_id}", error.reason)]),
    ),
    engine.SagaChoreographed: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_CHOREOGRAPHED,
        _saga,
        lambda error: _precondition("CHOREOGRAPHED", [(f"{error.key.namespace}/{error.key.saga_id}", str(error))]),
    ),
    api.NotObserving: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_NOT_OBSERVING,
        _saga,
        lambda error: _precondition("NOT_OBSERVING", [(f"{error.key.namespace}/{error.key.saga_id}", str(error))]),
    ),
    engine.CompletionTokenInvalid: Rule(
        Code.PERMISSION_DENIED, ErrorReason.ERROR_REASON_COMPLETION_TOKEN_INVALID, metadata=_saga
    ),
    api.SagaNotCancellable: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_SAGA_NOT_CANCELLABLE,
        _state,
        lambda error: _precondition(
            "SAGA_NOT_CANCELLABLE", [(f"{error.key.namespace}/{error.key.saga_id}", str(error))]
        ),
    ),
    core.OperationNotLegal: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_OPERATION_NOT_LEGAL,
        lambda error: {**_state(error), "legal_actions": ", ".join(error.legal)},
        lambda error: _precondition("OPERATION_NOT_LEGAL", [(error.action, str(error))]),
    ),
    core.SagaChanged: Rule(
        Code.ABORTED,
        ErrorReason.ERROR_REASON_SAGA_CHANGED,
        lambda error: {**_state(error), "last_sequence": str(error.sequence)},
    ),
    core.StepNotSealed: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_STEP_NOT_SEALED,
        lambda error: {**_state(error), "step_id": error.step_id},
        lambda error: _precondition("STEP_NOT_SEALED", [(error.step_id, str(error))]),
    ),
    api.StepNotPending: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_STEP_NOT_PENDING,
        lambda error: {**_state(error), "step_id": error.step_id},
        lambda error: _precondition("STEP_NOT_PENDING", [(error.step_id, str(error))]),
    ),
    api.WatcherTooSlow: Rule(
        Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_WATCHER_TOO_SLOW,
        lambda error: {"after_sequence": str(error.after_sequence)},
    ),
    engine.TooManyWatchers: Rule(
        Code.RESOURCE_EXHAUSTED, ErrorReason.ERROR_REASON_TOO_MANY_WATCHERS, details=lambda _: _retry_info(_LOG_RETRY)
    ),
    # Definitions ----------------------------------------------------------------------------------------------------
    api.DefinitionNotFound: Rule(
        Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_DEFINITION_NOT_FOUND,
        metadata=_definition,
        details=_definition_resource,
    ),
    api.DefinitionDeprecated: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_DEFINITION_DEPRECATED,
        _definition,
        lambda error: _precondition("DEFINITION_DEPRECATED", [(f"{error.name}/{error.version}", str(error))]),
    ),
    api.DefinitionFaulty: Rule(
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_DEFINITION_INVALID,
        lambda error: {"name": error.name, "faults": str(len(error.violations))},
        lambda error: _bad_request(error.violations),
    ),
    engine.DefinitionExists: Rule(
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_DEFINITION_EXISTS,
        metadata=_definition,
        details=_definition_resource,
    ),
    engine.DefinitionChoreographed: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_CHOREOGRAPHED,
        _definition,
        lambda error: _precondition("CHOREOGRAPHED", [(error.name, str(error))]),
    ),
    engine.DefinitionPaused: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_DEFINITION_PAUSED,
        _definition,
        lambda error: _precondition("DEFINITION_PAUSED", [(error.name, str(error))]),
    ),
    # Participants ---------------------------------------------------------------------------------------------------
    api.ParticipantNotFound: Rule(
        Code.NOT_FOUND,
        ErrorReason.ERROR_REASON_PARTICIPANT_NOT_FOUND,
        metadata=_participant,
        details=_participant_resource,
    ),
    api.ParticipantExists: Rule(
        Code.ALREADY_EXISTS,
        ErrorReason.ERROR_REASON_PARTICIPANT_EXISTS,
        metadata=_participant,
        details=_participant_resource,
    ),
    api.ParticipantInUse: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_PARTICIPANT_IN_USE,
        _participant,
        lambda error: _precondition("PARTICIPANT_IN_USE", error.users),
    ),
    caller.ParticipantUnreachable: Rule(
        Code.UNAVAILABLE, ErrorReason.ERROR_REASON_PARTICIPANT_UNREACHABLE, lambda error: {"address": error.address}
    ),
    caller.DescriptionInvalid: Rule(
        Code.FAILED_PRECONDITION,
        ErrorReason.ERROR_REASON_PARTICIPANT_DESCRIPTION_INVALID,
        lambda error: {"address": error.address},
        lambda error: _precondition("PARTICIPANT_DESCRIPTION_INVALID", error.faults),
    ),
    caller.PlaintextRefused: Rule(
        Code.INVALID_ARGUMENT,
        ErrorReason.ERROR_REASON_FIELD_INVALID,
        lambda _: {"field": "participant.address"},
        lambda error: _bad_request([("participant.address", str(error))]),
    ),
    # Who calls -------------------------------------------------------------------------------------------------------
    api.TokenRequired: Rule(Code.UNAUTHENTICATED, ErrorReason.ERROR_REASON_TOKEN_REQUIRED),
    api.TokenInvalid: Rule(Code.UNAUTHENTICATED, ErrorReason.ERROR_REASON_TOKEN_INVALID),
    api.RoleMissing: Rule(
        Code.PERMISSION_DENIED,
        ErrorReason.ERROR_REASON_ROLE_MISSING,
        lambda error: {"role": error.role, "namespace": error.namespace},
    ),
    # The server -----------------------------------------------------------------------------------------------------
    engine.Overloaded: Rule(
        Code.RESOURCE_EXHAUSTED,
        ErrorReason.ERROR_REASON_OVERLOADED,
        details=lambda error: _retry_info(error.retry_after),
    ),
    engine.Draining: Rule(Code.UNAVAILABLE, ErrorReason.ERROR_REASON_DRAINING),
    store.LogUnavailable: _UNAVAILABLE,
    store.LogDamaged: _UNAVAILABLE,
    store.LogFatal: _UNAVAILABLE,
    store.ReplicaEnded: _UNAVAILABLE,
}
"""By class; the nearest base counts. `INTERNAL` answers everything else."""

INTERNAL = Rule(
    Code.INTERNAL,
    ErrorReason.ERROR_REASON_INTERNAL_FAULT,
    message=lambda _: "a fault of the server's own; its log has the trace",
)


def rule_of(error: Exception) -> Rule:
    """Return how an error is answered; `INTERNAL` if it is not in the table."""
    return next((RULES[kind] for kind in type(error).__mro__ if kind in RULES), INTERNAL)


def status_of(error: Exception) -> tuple[grpc.StatusCode, str, tuple[tuple[str, bytes]]]:
    """Return what ends the RPC: the code, the sentence, and the trailing metadata with the google.rpc.Status."""
    rule = rule_of(error)
    message = _cut(rule.message(error), MAX_MESSAGE)
    metadata = {key: value[:_MAX_METADATA_VALUE] for key, value in rule.metadata(error).items()}
    reason = ErrorReason.Name(rule.reason).removeprefix(_PREFIX)
    info = error_details_pb2.ErrorInfo(reason=reason, domain=DOMAIN, metadata=metadata)
    status = status_pb2.Status(code=rule.code.value[0], message=message)
    for detail in (info, *rule.details(error)):
        status.details.add().Pack(detail)
    return rule.code, message, ((DETAILS, status.SerializeToString()),)


def _cut(text: str, limit: int) -> str:
    """Cut a text to so many bytes as a header: HTTP/2 carries what is not printable ASCII in three bytes a byte."""
    size = 0
    for index, letter in enumerate(text):
        size += 1 if " " <= letter <= "~" and letter != "%" else 3 * len(letter.encode())
        if size > limit - 3:
            return text[:index] + "..."
    return text


def _fitting(violations: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return as many violations as fit, and if some do not, one more that counts them."""
    fitting: list[tuple[str, str]] = []
    size = 0
    for field, description in violations:
        cut = (_shorten(field), _shorten(description))
        size += len(cut[0].encode()) + len(cut[1].encode()) + 8
        if size > MAX_VIOLATIONS and fitting:
            fitting.append(("", f"and {len(violations) - len(fitting)} more"))
            break
        fitting.append(cut)
    return fitting


def _shorten(text: str) -> str:
    encoded = text.encode()
    return text if len(encoded) <= _MAX_VIOLATION else encoded[: _MAX_VIOLATION - 3].decode(errors="ignore") + "..."
