"""Events to rows and back.

Rules.
- A row's `data` is a JSON object of the event's fields besides `time`, which is a column. Fields that have their
  default are left out, so most rows are short.
- What was written once is never rewritten. When a class's fields change, in whatever way, its version grows by one in
  `VERSIONS` and an upcaster in `UPCASTERS` turns the old fields into the new ones. Upcasters are chained, one
  version at a time, and see the decoded JSON object: bytes are base64 text there.
- Reading is strict. An unknown type, a newer version, broken JSON, a missing or unknown field or a wrong type is
  `CorruptLog`: a saga folded from a guess would be worse than one put aside. Its text names the event and the
  field, never a value.

Theory. msgspec can encode the core's classes as they are, but it can't leave out their defaults or a field, and it
can't refuse unknown fields of a dataclass. So every class has a *wire* twin, a msgspec Struct made here from the class
itself at import, and an event is carried from one to the other field by field.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Mapping, Sequence
from operator import attrgetter
from typing import Any, get_type_hints

import msgspec

from orchestrator.core.events import EVENT_TYPES, Event, SagaStarted
from orchestrator.core.model import Failure, Payload, Signature
from orchestrator.store.base import CorruptLog, RecordedEvent

Fields = dict[str, Any]
Upcaster = Callable[[Fields], Fields]
"""Takes the fields of one version, as decoded JSON, and returns those of the next."""

VERSIONS: Mapping[type[Event], int] = {SagaStarted: 3}
"""The format version that a class is written in, where it is not 1."""

UPCASTERS: Mapping[tuple[str, int], Upcaster] = {
    ("SagaStarted", 1): lambda fields: fields,  # 2 added trace_origin: no saga of 1 was traced
    ("SagaStarted", 2): lambda fields: fields,  # 3 added restarted_from and by: no saga of 2 was a restart
}
"""By class name and version: what turns that version into the next."""


class _Payload(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    json: str | None = None
    binary: bytes | None = None
    content_type: str = ""
    metadata: dict[str, str] = {}


class _Failure(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    code: str = ""
    reason: str = ""
    message: str = ""


class _Signature(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    reason: str
    claimed_actor: str = ""
    principal: str = ""


def _payload_out(value: Payload | None) -> _Payload | None:
    if value is None:
        return None
    return _Payload(value.json, value.binary, value.content_type, dict(value.metadata) if value.metadata else {})


def _payload_in(wire: _Payload | None) -> Payload | None:
    return None if wire is None else Payload(wire.json, wire.binary, wire.content_type, wire.metadata)


def _failure_out(value: Failure | None) -> _Failure | None:
    return None if value is None else _Failure(value.code, value.reason, value.message)


def _failure_in(wire: _Failure | None) -> Failure | None:
    return None if wire is None else Failure(wire.code, wire.reason, wire.message)


def _signature_out(value: Signature | None) -> _Signature | None:
    return None if value is None else _Signature(value.reason, value.claimed_actor, value.principal)


def _signature_in(wire: _Signature | None) -> Signature | None:
    return None if wire is None else Signature(wire.reason, wire.claimed_actor, wire.principal)


def _mapping_in(wire: dict[str, str]) -> dict[str, str]:
    return wire


Convert = Callable[[Any], Any]

# What msgspec would write differently than we want: its wire type, the way out and the way in.
_CONVERTED: Mapping[object, tuple[Any, Convert, Convert]] = {
    Payload: (_Payload, _payload_out, _payload_in),
    Payload | None: (_Payload | None, _payload_out, _payload_in),
    Failure: (_Failure, _failure_out, _failure_in),
    Failure | None: (_Failure | None, _failure_out, _failure_in),
    Signature: (_Signature, _signature_out, _signature_in),
    Signature | None: (_Signature | None, _signature_out, _signature_in),
    Mapping[str, str]: (dict[str, str], dict, _mapping_in),
}


@dataclasses.dataclass(frozen=True, slots=True)
class _Wire:
    """One event class and its twin.

    Attributes:
        event: the class.
        version: the version it is written in.
        struct: its twin.
        values: takes the twin's values from an event.
        nested: which of them are converted, and how: place, out, in.
        decode: JSON bytes to the twin.
    """

    event: type[Event]
    version: int
    struct: type[msgspec.Struct]
    values: Callable[[Any], list[Any]]
    nested: tuple[tuple[int, Convert, Convert], ...]
    decode: Callable[[bytes], msgspec.Struct]


def _values_of(names: Sequence[str]) -> Callable[[Any], list[Any]]:
    if len(names) > 1:
        get = attrgetter(*names)
        return lambda event: list(get(event))
    return lambda event: [getattr(event, name) for name in names]


def _wire(event: type[Event], version: int) -> _Wire:
    hints = get_type_hints(event)
    fields: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    nested: list[tuple[int, Convert, Convert]] = []
    names = [field for field in dataclasses.fields(event) if field.name != "time"]
    for place, field in enumerate(names):
        kind = hints[field.name]
        if kind in _CONVERTED:
            kind, out, in_ = _CONVERTED[kind]
            nested.append((place, out, in_))
        if field.default_factory is not dataclasses.MISSING:
            fields.append((field.name, kind, msgspec.field(default_factory=dict)))
        elif field.default is not dataclasses.MISSING:
            fields.append((field.name, kind, field.default))
        else:
            fields.append((field.name, kind))
    struct = msgspec.defstruct(event.__name__, fields, omit_defaults=True, forbid_unknown_fields=True)
    values = _values_of([field.name for field in names])
    return _Wire(event, version, struct, values, tuple(nested), msgspec.json.Decoder(struct).decode)


class EventCodec:
    """Turns events into rows and rows into events. Immutable; safe in any thread."""

    def __init__(
        self,
        types: Sequence[type[Event]],
        versions: Mapping[type[Event], int],
        upcasters: Mapping[tuple[str, int], Upcaster],
    ) -> None:
        """Make a codec.

        Args:
            types: every class of event.
            versions: the version that a class is written in, where it is not 1.
            upcasters: by class name and version, what turns that version into the next.

        Raises:
            ValueError: an older version of a class has no upcaster.
        """
        self._by_type = {event: _wire(event, versions.get(event, 1)) for event in types}
        self._by_name = {event.__name__: wire for event, wire in self._by_type.items()}
        self._upcasters = dict(upcasters)
        self._encode = msgspec.json.Encoder().encode
        for wire in self._by_type.values():
            for version in range(1, wire.version):
                if (wire.event.__name__, version) not in self._upcasters:
                    raise ValueError(f"version {version} of {wire.event.__name__} has no upcaster")

    def encode(self, event: Event) -> RecordedEvent:
        """Return the row of ``event``.

        Raises:
            KeyError: its class is not an event of this codec.
            ValueError: a text in it is not Unicode (a lone surrogate).
        """
        wire = self._by_type[type(event)]
        values = wire.values(event)
        for place, out, _ in wire.nested:
            values[place] = out(values[place])
        data = self._encode(wire.struct(*values))
        return RecordedEvent(wire.event.__name__, wire.version, event.time, data)

    def decode(self, sequence: int, recorded: RecordedEvent) -> Event:
        """Return the event of a row.

        Args:
            sequence: its place in its saga's log, for the error's text.
            recorded: the row.

        Raises:
            CorruptLog: no version of this program wrote it so, or a newer one did.
        """
        wire = self._by_name.get(recorded.type)
        if wire is None:
            raise _corrupt(
                sequence, recorded, "no such type is known; a newer version of the program may have written it"
            )
        if (type(recorded.version), type(recorded.time), type(recorded.data)) != (int, int, bytes):
            raise _corrupt(sequence, recorded, "its version, its time or its data is of another type")
        if recorded.version > wire.version:
            fault = f"this program reads up to version {wire.version}; run the newer version that wrote it"
            raise _corrupt(sequence, recorded, fault)
        if recorded.version < 1:
            raise _corrupt(sequence, recorded, "versions start at 1")
        try:
            struct = wire.decode(recorded.data) if recorded.version == wire.version else self._upcast(wire, recorded)
        except msgspec.ValidationError as error:
            raise _corrupt(sequence, recorded, _safe(error)) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise _corrupt(sequence, recorded, "its data is not JSON") from None
        except (KeyError, TypeError, ValueError, AttributeError, IndexError) as error:
            raise _corrupt(sequence, recorded, f"its upcaster failed with {type(error).__name__}") from None
        values = list(msgspec.structs.astuple(struct))
        for place, _, in_ in wire.nested:
            values[place] = in_(values[place])
        return wire.event(recorded.time, *values)

    def _upcast(self, wire: _Wire, recorded: RecordedEvent) -> msgspec.Struct:
        fields = msgspec.json.decode(recorded.data, type=dict[str, Any])
        for version in range(recorded.version, wire.version):
            fields = self._upcasters[recorded.type, version](fields)
        return msgspec.convert(fields, wire.struct)


_PLACE = re.compile(r" - at `(\$[^`]*)`$")
_EXPECTED = re.compile(r"^Expected `[^`]*`(, got `[a-z]+`)?")


def _safe(error: msgspec.ValidationError) -> str:
    """Say what is wrong without the value that msgspec quotes (as it does a bad word or an unknown field)."""
    text = str(error)
    place = _PLACE.search(text)
    expected = _EXPECTED.match(text)
    where = f"the field {place.group(1)}" if place else "a field of it"
    if expected:
        return f"{where} has the wrong type: {expected.group(0)}"
    if text.startswith("Object missing required field"):
        return f"{where} is incomplete: {text.partition(' - at ')[0]}"
    return f"{where} is not one that this program knows"


def _corrupt(sequence: int, recorded: RecordedEvent, fault: str) -> CorruptLog:
    return CorruptLog(f"event {sequence} (type {recorded.type!r}, version {recorded.version}) can't be read: {fault}")


_CODEC = EventCodec(EVENT_TYPES, VERSIONS, UPCASTERS)

encode = _CODEC.encode
"""`EventCodec.encode` for the events of this version: `encode(event) -> RecordedEvent`."""

decode = _CODEC.decode
"""`EventCodec.decode` for the events of this version: `decode(sequence, recorded) -> Event`."""
