"""What a request must be before anybody acts on it: every bad field is named at once, and nothing was written.

A `Check` reads the fields of one request one by one, gives back values that are sound (or harmless stand-ins), notes
every fault, and `done` raises them together. So a service reads its request in one go, and acts after `done`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp

from orchestrator.api.errors import RequestInvalid, Violation
from orchestrator.caller.payloads import PayloadInvalid, read_payload
from orchestrator.core.model import EMPTY, Payload, SagaState
from orchestrator.core.retry import SECOND
from sagaway.v1 import payload_pb2

DEFAULT_NAMESPACE = "default"
MAX_LABELS = 32
MAX_LABEL_VALUE = 255
"""Characters in a label's value."""

MAX_FILTER_LABELS = 8
MAX_TEXT = 2 << 10
"""Bytes in a sentence for people."""

MAX_REASON = 63
MAX_ADDRESS = 255
MAX_TOKEN = 1 << 10
"""Bytes in a page token or a completion token."""

DEFAULT_PAGE_SIZE = 100
MAX_PAGE_SIZE = 1_000
NULL = Payload(json="null")
"""What a saga is started with if nothing was given."""

_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_ADDRESS = re.compile(r"[!-~]+")
_REASON = re.compile(r"[A-Z][A-Z0-9_]*")
_TRACEPARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}")
_MAX_NANOS = 999_999_999
_MIN_SECONDS, _MAX_SECONDS = -62_135_596_800, 253_402_300_799  # 0001-01-01 to 9999-12-31, as Timestamp defines.
_STATES = dict(enumerate((None, *SagaState)))
_SHOWN = 80


class Check:
    """The faults of one request, collected."""

    __slots__ = ("_violations",)

    def __init__(self) -> None:
        self._violations: list[Violation] = []

    def fault(self, field: str, description: str) -> None:
        """Note a fault of a field."""
        self._violations.append(Violation(field, description))

    def done(self) -> None:
        """Let the request pass if it has no fault.

        Raises:
            RequestInvalid: with every fault noted.
        """
        if self._violations:
            raise RequestInvalid(self._violations)

    def namespace(self, value: str, field: str = "namespace") -> str:
        """Return a namespace; empty means `default`."""
        return self.identifier(field, value or DEFAULT_NAMESPACE)

    def identifier(self, field: str, value: str) -> str:
        """Return an id or a name: `[A-Za-z0-9._-]{1,64}`."""
        if not value:
            self.fault(field, "is required")
        elif not _ID.fullmatch(value):
            self.fault(field, f"{_shown(value)} does not match [A-Za-z0-9._-]{{1,64}}")
        return value

    def version(self, field: str, value: int, *, required: bool = False) -> int:
        """Return a definition's version, from 1; 0 where none is required."""
        if value < 0:
            self.fault(field, f"is {value}; versions count from 1")
        elif required and not value:
            self.fault(field, "is required; versions count from 1")
        return value

    def sequence(self, field: str, value: int) -> int:
        """Return a sequence to go on after, from 0."""
        if value < 0:
            self.fault(field, f"is {value}; sequences count from 1, 0 means from the first")
        return value

    def payload(self, field: str, message: payload_pb2.Payload) -> Payload:
        """Return a payload."""
        try:
            return read_payload(message)
        except PayloadInvalid as error:
            self.fault(f"{field}.{error.field}", error.fault)
            return EMPTY

    def labels(self, field: str, labels: Mapping[str, str], limit: int = MAX_LABELS) -> dict[str, str]:
        """Return labels: keys as ids, values up to 255 characters."""
        if len(labels) > limit:
            self.fault(field, f"has {len(labels)} entries, the limit is {limit}")
            return {}
        for key, value in sorted(labels.items()):  # A map on the wire has no order; an error should have one.
            if not _ID.fullmatch(key):
                self.fault(field, f"key {_shown(key)} does not match [A-Za-z0-9._-]{{1,64}}")
            if len(value) > MAX_LABEL_VALUE:
                self.fault(f'{field}["{key[:64]}"]', f"is longer than {MAX_LABEL_VALUE} characters")
        return dict(labels)

    def text(self, field: str, value: str, limit: int = MAX_TEXT) -> str:
        """Return a sentence for people, or a token."""
        if len(value.encode()) > limit:
            self.fault(field, f"is longer than {limit:,} bytes")
        return value

    def reason(self, field: str, value: str) -> str:
        """Return a word for programs: UPPER_SNAKE_CASE, or nothing."""
        if value and (len(value) > MAX_REASON or not _REASON.fullmatch(value)):
            self.fault(field, f"{_shown(value)} is not UPPER_SNAKE_CASE of at most {MAX_REASON} characters")
        return value

    def address(self, field: str, value: str) -> str:
        """Return a gRPC target."""
        if not value:
            self.fault(field, "is required, such as `127.0.0.1:50061` or `dns:///orders:50061`")
        elif len(value) > MAX_ADDRESS or not _ADDRESS.fullmatch(value):
            self.fault(field, f"is no gRPC target: up to {MAX_ADDRESS} printable ASCII characters without blanks")
        return value

    def number(self, field: str, value: int, default: int, limit: int) -> int:
        """Return a number from 1 to a limit; 0 means the default."""
        if not 0 <= value <= limit:
            self.fault(field, f"is {value}; it goes from 1 to {limit:,}, 0 means {default}")
        return value or default

    def page_size(self, value: int) -> int:
        """Return a page's size."""
        return self.number("page_size", value, DEFAULT_PAGE_SIZE, MAX_PAGE_SIZE)

    def duration(self, field: str, value: Duration, limit: int) -> int:
        """Return a duration in microseconds, from 0 to a limit."""
        sound = value.seconds >= 0 and 0 <= value.nanos <= _MAX_NANOS
        microseconds = value.seconds * SECOND + value.nanos // 1_000
        if not sound:
            self.fault(field, "is negative, or its nanos are out of range")
        elif microseconds > limit:
            self.fault(field, f"is longer than {limit // SECOND:,} s")
        else:
            return microseconds
        return 0

    def instant(self, field: str, value: Timestamp) -> int:
        """Return an instant in microseconds, rounded up, so that "from" and "before" keep what they say."""
        if not (_MIN_SECONDS <= value.seconds <= _MAX_SECONDS and 0 <= value.nanos <= _MAX_NANOS):
            self.fault(field, "is out of range; instants lie between the years 1 and 9999")
            return 0
        return value.seconds * SECOND + -(-value.nanos // 1_000)

    def states(self, field: str, values: Iterable[int]) -> frozenset[SagaState]:
        """Return saga states to filter by."""
        found = set()
        for index, value in enumerate(values):
            state = _STATES.get(value)
            if state is None:
                self.fault(f"{field}[{index}]", f"{value} is no saga state")
            else:
                found.add(state)
        return frozenset(found)


def read_traceparent(metadata: Iterable[tuple[str, str | bytes]]) -> str:
    """Return the W3C trace context of a call's metadata; empty if it has none or, as W3C asks for, a broken one."""
    for key, value in metadata:
        if key == "traceparent" and isinstance(value, str):
            return value if _TRACEPARENT.fullmatch(value) else ""
    return ""


def _shown(value: str) -> str:
    return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
