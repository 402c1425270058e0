"""Reads the contract's requests, and refuses broken ones, naming the field, the fault and what is right."""

from dataclasses import dataclass
from datetime import UTC, datetime

from google.protobuf.timestamp_pb2 import Timestamp

from sagaway.json_text import UnreadableJSONError
from sagaway.participant.actions import NAME
from sagaway.participant.barrier import Phase, Question, hash_request
from sagaway.participant.calls import ExecuteOutcome, StepContext
from sagaway.participant.errors import field_invalid
from sagaway.participant.payload import MAX_VALUE_BYTES, Payload, fault_of, from_proto
from sagaway.participant.tables import MAX_NAME_CHARACTERS, MAX_OPERATION_KEY_BYTES
from sagaway.v1 import participant_service_pb2 as contract
from sagaway.v1 import payload_pb2

_OUTCOMES = {
    contract.EXECUTE_OUTCOME_UNSPECIFIED: ExecuteOutcome.UNKNOWN,
    contract.EXECUTE_OUTCOME_UNKNOWN: ExecuteOutcome.UNKNOWN,
    contract.EXECUTE_OUTCOME_COMPLETED: ExecuteOutcome.COMPLETED,
    contract.EXECUTE_OUTCOME_PENDING: ExecuteOutcome.PENDING,
}


@dataclass(frozen=True, slots=True)
class Request:
    """A request of either phase, read and checked.

    Attributes:
        context: which operation.
        payload: the input.
        input: the input's value, parsed.
        question: the same as the barrier sees it.
        output: of a Compensate, the Execute's output as the orchestrator knows it.
    """

    context: StepContext
    payload: Payload
    input: object
    question: Question
    output: Payload | None = None


def read_execute(message: contract.ExecuteRequest | contract.ProbeRequest) -> Request:
    """Read an Execute, or a Probe, which asks about one.

    Raises:
        Refusal: FIELD_INVALID.
    """
    context = _context(message.HasField("context"), message.context)
    payload, value = _payload(message.input, "input")
    question = Question(
        action=context.action,
        request_hash=hash_request(context.action, Phase.EXECUTE, payload),
        first_sent_time=context.first_sent_time,
        not_after_time=context.not_after_time,
    )
    return Request(context, payload, value, question)


def read_compensate(message: contract.CompensateRequest) -> Request:
    """Read a Compensate.

    Raises:
        Refusal: FIELD_INVALID.
    """
    context = _context(message.HasField("context"), message.context)
    payload, value = _payload(message.input, "input")
    output = _payload(message.output, "output")[0] if message.HasField("output") else None
    question = Question(
        action=context.action,
        request_hash=hash_request(context.action, Phase.COMPENSATE, payload),
        first_sent_time=context.first_sent_time,
        # A word of a later contract says more than we understand: treat it as not said.
        execute_outcome=_OUTCOMES.get(message.execute_outcome, ExecuteOutcome.UNKNOWN),
    )
    return Request(context, payload, value, question, output)


def read_seal(message: contract.SealRequest) -> StepContext:
    """Read a Seal.

    Raises:
        Refusal: FIELD_INVALID.
    """
    return _context(message.HasField("context"), message.context)


def _context(is_set: bool, message: contract.StepContext) -> StepContext:
    if not is_set:
        raise field_invalid("context", "it is required")
    if not message.operation_key:
        raise field_invalid("context.operation_key", "it is required")
    if len(message.operation_key.encode()) > MAX_OPERATION_KEY_BYTES:
        raise field_invalid("context.operation_key", f"it is longer than {MAX_OPERATION_KEY_BYTES} bytes")
    if "\0" in message.operation_key:
        raise field_invalid("context.operation_key", "it holds a NUL character; send text without")
    if not NAME.fullmatch(message.action):
        raise field_invalid("context.action", f"it must match {NAME.pattern}")
    for name in ("namespace", "saga_id", "step_id"):
        text = getattr(message, name)
        if len(text) > MAX_NAME_CHARACTERS or "\0" in text:
            raise field_invalid(f"context.{name}", f"it must match {NAME.pattern}")
    return StepContext(
        namespace=message.namespace,
        saga_id=message.saga_id,
        definition_name=message.definition_name,
        definition_version=message.definition_version,
        step_id=message.step_id,
        action=message.action,
        run=message.run,
        operation_key=message.operation_key,
        idempotency_key=message.idempotency_key,
        attempt=message.attempt,
        claim=message.claim,
        first_sent_time=_time(message, "first_sent_time"),
        not_after_time=_time(message, "not_after_time"),
        completion_token=message.completion_token,
        labels=dict(message.labels),
    )


def _time(message: contract.StepContext, name: str) -> datetime | None:
    if not message.HasField(name):
        return None
    timestamp: Timestamp = getattr(message, name)
    try:
        return timestamp.ToDatetime(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise field_invalid(f"context.{name}", "it is no instant between the years 1 and 9999") from None


def _payload(message: payload_pb2.Payload, field: str) -> tuple[Payload, object]:
    payload = from_proto(message)
    fault = fault_of(payload)
    if fault is not None:
        too_large = len(payload.raw) > MAX_VALUE_BYTES
        raise field_invalid(f"{field}.{payload.kind}" if too_large else field, fault)
    try:
        return payload, payload.value()
    except UnreadableJSONError as error:
        raise field_invalid(f"{field}.json", str(error)) from None
    except ValueError:
        # The parser's own text quotes the data.
        raise field_invalid(f"{field}.json", "it does not parse as JSON; send RFC 8259 text, or use `binary`") from None
