"""From Python values to the contract's messages and back."""

from __future__ import annotations

import json
import os
import time
from typing import Any
from uuid import UUID

from google.protobuf.json_format import MessageToDict
from google.protobuf.message import Message

from sagaway.client.errors import InvalidArgument, SagaNotCompleted, field_invalid
from sagaway.v1 import payload_pb2, saga_pb2

ENDED = frozenset({saga_pb2.SAGA_STATE_COMPLETED, saga_pb2.SAGA_STATE_COMPENSATED, saga_pb2.SAGA_STATE_ABANDONED})
"""The states in which nothing happens to a saga any more."""

SETTLED = ENDED | {saga_pb2.SAGA_STATE_STUCK}
"""The states in which nothing happens to a saga by itself."""


def new_saga_id() -> str:
    """Return a new UUIDv7: unique, and in the order of the clock."""
    millis = time.time_ns() // 1_000_000
    value = (millis & (1 << 48) - 1) << 80 | int.from_bytes(os.urandom(10), "big")
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    return str(UUID(int=value))


def payload_of(value: object, field: str = "input") -> payload_pb2.Payload:
    """Return the payload for a value: a `Payload` message as it is, everything else as JSON.

    Args:
        value: a `Payload`, or anything `json.dumps` can write; whole numbers stay integers.
        field: what the value is called in errors.

    Raises:
        InvalidArgument: the value is not JSON (bytes go into `Payload(binary=...)`).
    """
    if isinstance(value, payload_pb2.Payload):
        return value
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        return payload_pb2.Payload(json=text)
    except (TypeError, ValueError, RecursionError) as error:
        # The texts of these exceptions name types and rules, never the data.
        fault = f"it can't be written as JSON ({error}); give JSON values, or Payload(binary=...) for bytes"
        raise field_invalid(field, fault) from None


def value_of(payload: payload_pb2.Payload) -> Any:
    """Return what a payload holds: the parsed JSON, the bytes, or None if it is empty.

    Raises:
        InvalidArgument: its JSON text does not parse.
    """
    kind = payload.WhichOneof("value")
    if kind != "json":
        return payload.binary if kind == "binary" else None
    try:
        return json.loads(payload.json)
    except (ValueError, RecursionError):
        raise InvalidArgument("the payload's text is not JSON; read `payload.json` as it is") from None


def output_of(saga: saga_pb2.Saga) -> Any:
    """Return a COMPLETED saga's output: parsed JSON, bytes, or None if its definition names no output.

    Raises:
        SagaNotCompleted: the saga stands elsewhere; the message says where and why, `error.saga` has it all.
    """
    if saga.state == saga_pb2.SAGA_STATE_COMPLETED:
        return value_of(saga.output)
    cause = name_of(saga, "cause")
    why = f" ({cause}: {saga.error.message or saga.error.reason or saga.error.code})" if cause else ""
    raise SagaNotCompleted(f"saga {saga.saga_id} is {name_of(saga, 'state') or 'not started'}{why}", saga)


def is_settled(saga: saga_pb2.Saga) -> bool:
    """Tell whether nothing happens to a saga by itself any more: it ended, is STUCK, or is in quarantine."""
    return saga.state in SETTLED or saga.HasField("quarantine")


def name_of(message: Message, field: str) -> str:
    """Return the short name of an enum field's value: `COMPLETED` for `SAGA_STATE_COMPLETED`.

    Empty for the unspecified value; the number, in digits, for a value that this version does not know.
    """
    number = getattr(message, field)
    enum = message.DESCRIPTOR.fields_by_name[field].enum_type
    if enum is None:
        raise ValueError(f"{message.DESCRIPTOR.name}.{field} is no enum")
    known = enum.values_by_number.get(number)
    if known is None:
        return str(number)
    prefix = "".join(f"_{c}" if c.isupper() else c for c in enum.name).strip("_").upper() + "_"
    name = known.name.removeprefix(prefix)
    return "" if name == "UNSPECIFIED" else name


def as_json(message: Message) -> dict[str, Any]:
    """Return a message in the contract's JSON form, with the contract's field names (`saga_id`, not `sagaId`).

    Plain fields are always there, also at their defaults; unset messages (an `output`, an `end_time`) are left out.
    64-bit integers are strings, as proto JSON has it.
    """
    return MessageToDict(message, preserving_proto_field_name=True, always_print_fields_with_no_presence=True)
