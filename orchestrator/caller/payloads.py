"""Payloads on the wire and in the core, and what makes one broken. The API and the caller both hold this line.

A broken payload never gets into the saga log, so nothing behind this module has to doubt one. Broken is:

- a value above 1 MiB;
- `json` that is not JSON (RFC 8259), or that Python's and CEL's readers could not hold: a lone surrogate, a number
  out of range, more than 100 levels;
- a `content_type` that is no media type of at most 255 characters;
- `metadata` of more than 32 entries, or above 1 KiB in one or 8 KiB in all.
"""

from __future__ import annotations

import re

import msgspec

from orchestrator.core.model import EMPTY, Payload
from sagaway.v1 import payload_pb2

MAX_VALUE = 1 << 20
"""The largest value, bytes."""

MAX_CONTENT_TYPE = 255
"""The longest content type, characters."""

MAX_METADATA_ENTRIES = 32
MAX_METADATA_ENTRY = 1 << 10
"""The largest entry, key and value, bytes."""

MAX_METADATA = 8 << 10
"""All entries together, bytes."""

MAX_JSON_DEPTH = 100
"""Levels of nested arrays and objects; protobuf's own limit for nested messages."""

_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}[ \t]*(;[ -~]*)?")

_decode = msgspec.json.Decoder().decode


class PayloadInvalid(ValueError):
    """A payload that breaks its rules.

    Attributes:
        field: the field inside the payload, such as `json` or `metadata["a"]`.
        fault: what is wrong with it and how to put it right.
    """

    def __init__(self, field: str, fault: str) -> None:
        super().__init__(f"{field}: {fault}")
        self.field = field
        self.fault = fault


def json_fault(text: str) -> str:
    """Return what keeps a text from being JSON that everybody can read; empty if nothing does."""
    try:
        value = _decode(text)
    except RecursionError:
        return _TOO_DEEP
    except msgspec.MsgspecError as error:
        return f"is not JSON: {_reason(error)}"
    # Counting brackets is cheap and settles nearly every payload; only one with many is walked.
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH and _too_deep(value):
        return _TOO_DEEP
    return ""


def read_payload(message: payload_pb2.Payload) -> Payload:
    """Return a payload from the wire, checked.

    Raises:
        PayloadInvalid: with the first fault.
    """
    kind = message.WhichOneof("value")
    json = binary = None
    if kind == "json":
        json = message.json
        _check_size("json", len(json) if json.isascii() else len(json.encode()))
        if fault := json_fault(json):
            raise PayloadInvalid("json", fault)
    elif kind == "binary":
        binary = message.binary
        _check_size("binary", len(binary))
    content_type = message.content_type
    if content_type:
        _check_content_type(content_type)
    if message.metadata:
        metadata = dict(message.metadata)
        _check_metadata(metadata)
        return Payload(json, binary, content_type, metadata)
    if kind is None and not content_type:
        return EMPTY
    return Payload(json, binary, content_type)


def fill_payload(message: payload_pb2.Payload, payload: Payload) -> None:
    """Make an empty message say what a payload does; in place, because a message that is put into another is copied."""
    message.content_type = payload.content_type  # set even if it is empty: that makes the message be there
    if payload.json is not None:
        message.json = payload.json
    elif payload.binary is not None:
        message.binary = payload.binary
    if payload.metadata:
        message.metadata.update(payload.metadata)


_TOO_DEEP = f"nests arrays and objects deeper than {MAX_JSON_DEPTH} levels; flatten it, or send it as `binary`"


def _reason(error: msgspec.MsgspecError) -> str:
    # A lone surrogate makes msgspec look for its other half: its words for that would mislead.
    reason = str(error).removeprefix("JSON is malformed: ")
    return "it ends too early, or has half a surrogate pair" if reason == "Input data was truncated" else reason


def _too_deep(value: object) -> bool:
    level: list[object] = [value]
    for _ in range(MAX_JSON_DEPTH):
        below: list[object] = []
        for item in level:
            if isinstance(item, dict):
                below.extend(item.values())
            elif isinstance(item, list):
                below.extend(item)
        level = below
    return any(isinstance(item, dict | list) for item in level)


def _check_size(field: str, size: int) -> None:
    if size > MAX_VALUE:
        raise PayloadInvalid(
            field, f"has {size:,} bytes, the limit is {MAX_VALUE:,}; keep the data elsewhere and send a reference"
        )


def _check_content_type(content_type: str) -> None:
    if len(content_type) > MAX_CONTENT_TYPE:
        raise PayloadInvalid("content_type", f"is longer than {MAX_CONTENT_TYPE} characters")
    if not _MEDIA_TYPE.fullmatch(content_type):
        raise PayloadInvalid("content_type", "is not a media type such as `application/json`")


def _check_metadata(metadata: dict[str, str]) -> None:
    if len(metadata) > MAX_METADATA_ENTRIES:
        raise PayloadInvalid("metadata", f"has {len(metadata)} entries, the limit is {MAX_METADATA_ENTRIES}")
    total = 0
    for key, value in metadata.items():
        size = len(key.encode()) + len(value.encode())
        if size > MAX_METADATA_ENTRY:
            shown = key[:64]
            raise PayloadInvalid(f'metadata["{shown}"]', f"has {size:,} bytes, the limit is {MAX_METADATA_ENTRY:,}")
        total += size
    if total > MAX_METADATA:
        raise PayloadInvalid("metadata", f"has {total:,} bytes together, the limit is {MAX_METADATA:,}")
