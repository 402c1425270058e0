"""What a participant's answer says, made safe: every answer becomes one of the core's five, and none raises.

Rules. Only a body that says so is Rejected; a refusal stays a refusal however clumsily it is worded, so its reason and
message are cleaned, never doubted. A body without an outcome or with a broken payload is an invalid answer: permanent,
possibly done. An error becomes `Failed` with its code's name, and with what its google.rpc.Status adds, where that can
be read: details are hints, and broken hints are ignored.

Words that mean something to the engine (`IN_PROGRESS`, `BARRIER_ROW_MISSING`) are believed from domain `sagaway` only:
another domain's word may be spelled the same and mean something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import cast

import grpc
from google.protobuf.message import DecodeError
from google.rpc import error_details_pb2, status_pb2

from orchestrator.caller.payloads import PayloadInvalid, read_payload
from orchestrator.core.model import Failure
from orchestrator.core.outcome import (
    BARRIER_ROW_MISSING,
    IN_PROGRESS,
    INVALID_ANSWER,
    NOT_WANTED,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    Found,
    Pending,
    Rejected,
    SealAnswer,
    Sealed,
    invalid_answer,
)
from orchestrator.core.retry import MAX_BACKOFF
from sagaway.v1 import participant_service_pb2

DOMAIN = "sagaway"
"""The ErrorInfo domain of our own words."""

MAX_REASON = 63
"""The longest reason, characters."""

MAX_MESSAGE = 2 << 10
"""The longest message, bytes; longer ones are cut."""

_CODES = {code.value[0]: code for code in grpc.StatusCode if code is not grpc.StatusCode.OK}
_DETAILS = "grpc-status-details-bin"
_PUSHBACK = "grpc-retry-pushback-ms"
_REASON = re.compile(r"[A-Z][A-Z0-9_]*")
_NO_WORD = re.compile(r"[^A-Za-z0-9]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_PENDING = Pending()
_COMPENSATED = Compensated()
_FOUND = {int(participant_service_pb2.FoundOutcome.Value(f"FOUND_OUTCOME_{found}")): found for found in Found}


def read_execute(body: bytes) -> ExecuteAnswer:
    """Return what the body of an ExecuteResponse says."""
    try:
        response = participant_service_pb2.ExecuteResponse.FromString(body)
    except DecodeError:
        return invalid_answer("the participant's answer is not an ExecuteResponse")
    return execute_answer(response)


def execute_answer(response: participant_service_pb2.ExecuteResponse) -> ExecuteAnswer:
    """Return what an ExecuteResponse says."""
    outcome = response.WhichOneof("outcome")
    if outcome == "completed":
        try:
            return Completed(read_payload(response.completed.output))
        except PayloadInvalid as error:
            return invalid_answer(f"the participant's answer has a broken payload: completed.output.{error}")
    if outcome == "rejected":
        rejected = response.rejected
        return Rejected(Failure("", clean_reason(rejected.reason) or "REJECTED", clean_message(rejected.message)))
    if outcome == "pending":
        return _PENDING
    return invalid_answer("the participant's ExecuteResponse has no outcome")


def read_probe(body: bytes) -> ExecuteAnswer | None:
    """Return what the body of a ProbeResponse says of the Execute; None: nothing that one could go by."""
    try:
        response = participant_service_pb2.ProbeResponse.FromString(body)
    except DecodeError:
        return None
    if response.WhichOneof("outcome") in (None, "not_found"):
        return None
    # The outcomes have the numbers of an ExecuteResponse's.
    answer = read_execute(body)
    return None if isinstance(answer, Failed) else answer


def read_compensate(body: bytes) -> CompensateAnswer:
    """Return what the body of a CompensateResponse says."""
    try:
        response = participant_service_pb2.CompensateResponse.FromString(body)
    except DecodeError:
        return invalid_answer("the participant's answer is not a CompensateResponse")
    outcome = response.WhichOneof("outcome")
    if outcome == "compensated":
        return _COMPENSATED
    if outcome == "pending":
        return _PENDING
    return invalid_answer("the participant's CompensateResponse has no outcome")


def read_seal(body: bytes) -> SealAnswer:
    """Return what the body of a SealResponse says; what it found may be a word of a later contract."""
    try:
        response = participant_service_pb2.SealResponse.FromString(body)
    except DecodeError:
        return invalid_answer("the participant's answer is not a SealResponse")
    if response.WhichOneof("outcome") != "sealed":
        return invalid_answer("the participant's SealResponse has no outcome")
    return Sealed(_FOUND.get(response.sealed.found, Found.UNSPECIFIED))


def read_error(error: grpc.aio.AioRpcError) -> Failed:
    """Return what an RPC that ended with a code says."""
    code = error.code()
    reason, retry_after, no_retry = "", 0, False
    # The stubs call this one datum; it is an iterable of pairs.
    for key, value in cast("Iterable[tuple[str, str | bytes]]", error.trailing_metadata() or ()):
        if key == _DETAILS and isinstance(value, bytes):
            reason, delay = _read_details(value, code)
            retry_after = max(retry_after, delay)
        elif key == _PUSHBACK:
            # gRFC A6: what is no number, or negative, means: do not ask again.
            delay = _read_pushback(value)
            no_retry = delay < 0
            retry_after = max(retry_after, delay)
    retry_after = 0 if no_retry else min(retry_after, MAX_BACKOFF)
    return Failed(Failure(code.name, reason, clean_message(error.details() or "")), retry_after, no_retry)


def read_call_error(error: participant_service_pb2.CallError) -> Failed:
    """Return what a member of an ExecuteBatch that ended with a code says. A code that is none counts as UNKNOWN."""
    code = _CODES.get(error.code, grpc.StatusCode.UNKNOWN)
    reason, retry_after = _read_details(error.SerializeToString(), code)
    return Failed(Failure(code.name, reason, clean_message(error.message)), min(retry_after, MAX_BACKOFF))


def clean_reason(reason: str) -> str:
    """Return a reason as the contract spells one: UPPER_SNAKE_CASE of at most 63 characters; empty if nothing is left.

    `insufficient funds` becomes `INSUFFICIENT_FUNDS`.
    """
    if len(reason) <= MAX_REASON and _REASON.fullmatch(reason):
        return reason
    # Cut first, so that megabytes of nonsense cost nothing.
    return _NO_WORD.sub("_", reason[: 4 * MAX_REASON]).strip("_").upper()[:MAX_REASON].rstrip("_")


def clean_message(message: str) -> str:
    """Return a message without control characters, cut to 2 KiB."""
    message = message[: MAX_MESSAGE + 1]
    if not message.isprintable():
        message = _CONTROL.sub(" ", message)
    if message.isascii():
        return message if len(message) <= MAX_MESSAGE else message[: MAX_MESSAGE - 3] + "..."
    encoded = message.encode()
    if len(encoded) <= MAX_MESSAGE:
        return message
    return encoded[: MAX_MESSAGE - 3].decode(errors="ignore") + "..."


def _read_details(value: bytes, code: grpc.StatusCode) -> tuple[str, int]:
    """Return (reason, retry delay in microseconds) of a google.rpc.Status; empty and 0 where it says nothing."""
    reason, retry_after = "", 0
    try:
        status = status_pb2.Status.FromString(value)
        if status.code != code.value[0]:
            return "", 0  # Somebody between changed the code: the details are about another error.
        for detail in status.details:
            if detail.Is(error_details_pb2.ErrorInfo.DESCRIPTOR):
                info = error_details_pb2.ErrorInfo.FromString(detail.value)
                reason = _own_reason(clean_reason(info.reason), info.domain)
            elif detail.Is(error_details_pb2.RetryInfo.DESCRIPTOR):
                delay = error_details_pb2.RetryInfo.FromString(detail.value).retry_delay
                retry_after = max(0, delay.seconds * 1_000_000 + delay.nanos // 1_000)
    except DecodeError:
        pass  # Hints only: the code says enough.
    return reason, retry_after


def _own_reason(reason: str, domain: str) -> str:
    ours = _RESERVED if domain == DOMAIN else _RESERVED | _BELIEVED
    return f"PARTICIPANT_{reason}" if reason in ours else reason


_BELIEVED = frozenset({IN_PROGRESS, BARRIER_ROW_MISSING})
_RESERVED = frozenset({INVALID_ANSWER, NOT_WANTED})


def _read_pushback(value: str | bytes) -> int:
    """Return microseconds, or -1 for "do not ask again"."""
    try:
        milliseconds = int(value)
    except ValueError:
        return -1
    return milliseconds * 1_000 if milliseconds >= 0 else -1
