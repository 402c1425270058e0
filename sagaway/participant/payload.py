"""What an operation is given and gives back, as a plain value.

A `Payload` is JSON text, opaque bytes, or nothing. It keeps the exact text or bytes it came with, because the
barrier's request hash and its stored replies are about bytes, not about meaning.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sagaway.json_text import dump_json, parse_json
from sagaway.v1 import payload_pb2

MAX_VALUE_BYTES = 1024 * 1024
MAX_CONTENT_TYPE_CHARACTERS = 255
MAX_METADATA_ENTRIES = 32
MAX_METADATA_ENTRY_BYTES = 1024
MAX_METADATA_BYTES = 8 * 1024

_WORD = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_MEDIA_TYPE = re.compile(rf"{_WORD}/{_WORD}[ \t]*(;[ -~]*)?")
_JSON = "application/json"
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Payload:
    """Data with its media type: at most one of `json` and `binary` is set; neither is an empty payload.

    Args:
        json: JSON text, as it is sent. `Payload.of(value)` writes it for you.
        binary: opaque bytes, handed on as they are.
        content_type: media type; empty means `application/json` or `application/octet-stream`.
        metadata: free text for the two ends; at most 32 entries of 1 KiB, together 8 KiB.
    """

    json: str | None = field(default=None, repr=False)
    binary: bytes | None = field(default=None, repr=False)
    content_type: str = ""
    metadata: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.json is not None and self.binary is not None:
            raise ValueError("a payload holds `json` or `binary`, not both")

    @classmethod
    def of(cls, value: object) -> "Payload":
        """Write `value` as JSON. `None` becomes JSON's `null`; an empty payload is `Payload()`.

        Raises:
            ValueError: `value` is not JSON (with the type at fault, never with the data).
        """
        return cls(json=dump_json(value))

    @property
    def kind(self) -> str:
        """`json`, `binary` or `empty`."""
        if self.json is not None:
            return "json"
        return "empty" if self.binary is None else "binary"

    @property
    def media_type(self) -> str:
        """`content_type`, or the default of the kind; empty for an empty payload without one."""
        defaults = {"json": _JSON, "binary": _BYTES, "empty": ""}
        return self.content_type or defaults[self.kind]

    @property
    def raw(self) -> bytes:
        """The value's bytes: the JSON text in UTF-8, or the binary value; empty for an empty payload."""
        return self.json.encode() if self.json is not None else self.binary or b""

    def value(self) -> Any:
        """Return the parsed JSON, the bytes of a binary payload, or None for an empty one.

        Raises:
            ValueError: the JSON text does not parse.
        """
        return self.binary if self.json is None else parse_json(self.json)


def fault_of(payload: Payload) -> str | None:
    """Return what breaks a limit of the contract, or None. The text says the limit, never the data."""
    if len(payload.raw) > MAX_VALUE_BYTES:
        return f"it has {len(payload.raw)} bytes; the limit is {MAX_VALUE_BYTES} (1 MiB)"
    if len(payload.content_type) > MAX_CONTENT_TYPE_CHARACTERS:
        return f"its content_type is longer than {MAX_CONTENT_TYPE_CHARACTERS} characters"
    if payload.content_type and not _MEDIA_TYPE.fullmatch(payload.content_type):
        return "its content_type is not a media type such as `application/json`"
    sizes = [len(key.encode()) + len(text.encode()) for key, text in payload.metadata.items()]
    if len(sizes) > MAX_METADATA_ENTRIES or sum(sizes) > MAX_METADATA_BYTES:
        return f"its metadata is larger than {MAX_METADATA_ENTRIES} entries of together 8 KiB"
    if max(sizes, default=0) > MAX_METADATA_ENTRY_BYTES:
        return f"an entry of its metadata is larger than {MAX_METADATA_ENTRY_BYTES} bytes"
    return None


def from_proto(message: payload_pb2.Payload) -> Payload:
    """Read the contract's message; no limit is checked."""
    which = message.WhichOneof("value")
    return Payload(
        json=message.json if which == "json" else None,
        binary=message.binary if which == "binary" else None,
        content_type=message.content_type,
        metadata=dict(message.metadata),
    )


def to_proto(payload: Payload) -> payload_pb2.Payload:
    """Write the contract's message."""
    message = payload_pb2.Payload(content_type=payload.content_type, metadata=payload.metadata)
    if payload.json is not None:
        message.json = payload.json
    elif payload.binary is not None:
        message.binary = payload.binary
    return message
