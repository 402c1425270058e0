"""An event on the bus: CloudEvents 1.0, in the structured content mode and no other.

A message's body is the whole event as one JSON document (`application/cloudevents+json`), so that what a tool shows, a
dead letter keeps or a file holds is the event itself and not half of it. Of the specification's attributes ours are
stricter:

    id               unique for the source; what an inbox deduplicates by
    source           who says it: `/sagaway/participants/inventory`
    type             reverse-DNS, versioned, lower case: `com.example.order.created.v1`
    subject          the saga's id
    time             when it happened
    datacontenttype  `application/json` unless the data is bytes, which travel as `data_base64`

and these extensions, all text: `namespace` (of the saga; absent means `default`), `correlationid` (what it all is about
for people and other systems; the same in all events of a saga), `causationid` (the id of the event whose handling
emitted this one; absent in a saga's first), `reaction` (which reaction of the source emitted it; absent in a saga's
first), `traceparent` and `tracestate` (W3C). Other extensions are let through and not kept.
"""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sagaway.bus.errors import EventInvalidError
from sagaway.json_text import UnreadableJSONError, dump_json, parse_json

MAX_EVENT_BYTES = 1_000_000
"""The limit of an encoded event: with what is said of it, as a dead letter too, it fits into a NATS server's default
`max_payload`, 1 MiB."""
MEDIA_TYPE = "application/cloudevents+json"
DEFAULT_NAMESPACE = "default"

_JSON = "application/json"
_BYTES = "application/octet-stream"
_TYPE = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9][a-z0-9_-]*)+\.v[1-9][0-9]{0,8}")
_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_MAX_TEXT_CHARACTERS = 512
_MAX_TYPE_CHARACTERS = 200
# Our field and the attribute's name on the wire. The first four are required.
_ATTRIBUTES = {
    "id": "id",
    "source": "source",
    "type": "type",
    "subject": "subject",
    "content_type": "datacontenttype",
    "namespace": "namespace",
    "correlation_id": "correlationid",
    "causation_id": "causationid",
    "reaction": "reaction",
    "traceparent": "traceparent",
    "tracestate": "tracestate",
}
_REQUIRED = ("id", "source", "type", "subject")


@dataclass(frozen=True, slots=True)
class Event:
    """One event of one saga. Made only if it is right: bad values raise.

    Args:
        id: unique for the source; like all texts here at most 512 characters.
        source: who says it, a URI reference.
        type: what happened, reverse-DNS and versioned, at most 200 characters.
        subject: the saga's id, `[A-Za-z0-9._-]{1,64}`.
        time: when it happened, with its zone.
        data: what JSON can hold, or bytes; None for none.
        content_type: the data's media type; empty means JSON, of bytes `application/octet-stream`.
        namespace: the saga's.
        correlation_id: what it all is about; empty for nothing but the saga.
        causation_id: the id of the event that led to this one; empty in a saga's first.
        reaction: the name of the source's reaction that emitted it; empty in a saga's first.
        traceparent: W3C trace context, or empty.
        tracestate: the same.

    Raises:
        EventInvalidError: names the attribute at fault.
    """

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    data: Any = field(default=None, repr=False)
    content_type: str = ""
    namespace: str = DEFAULT_NAMESPACE
    correlation_id: str = ""
    causation_id: str = ""
    reaction: str = ""
    traceparent: str = ""
    tracestate: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        check_type(self.type)
        for name in ("subject", "namespace"):
            if not _NAME.fullmatch(getattr(self, name)):
                raise EventInvalidError(f"{name}: {getattr(self, name)[:80]!r} does not match {_NAME.pattern}")
        for name, attribute in _ATTRIBUTES.items():
            text = getattr(self, name)
            if not text and name in _REQUIRED:
                raise EventInvalidError(f"{attribute}: it is empty")
            if len(text) > _MAX_TEXT_CHARACTERS or _CONTROL.search(text):
                raise EventInvalidError(
                    f"{attribute}: it must be at most {_MAX_TEXT_CHARACTERS} characters, none of them a control character"
                )
        if self.time.tzinfo is None:
            raise EventInvalidError("time: it has no zone")

    def encode(self) -> bytes:
        """Return the message's body.

        Raises:
            EventInvalidError: the data is not JSON, or the event is larger than MAX_EVENT_BYTES.
        """
        document: dict[str, Any] = {"specversion": "1.0"}
        for name, attribute in _ATTRIBUTES.items():
            if (text := getattr(self, name)) and not (name == "namespace" and text == DEFAULT_NAMESPACE):
                document[attribute] = text
        document["time"] = self.time.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if isinstance(self.data, bytes):
            document.setdefault("datacontenttype", _BYTES)
            document["data_base64"] = base64.b64encode(self.data).decode()
        elif self.data is not None:
            document.setdefault("datacontenttype", _JSON)
            document["data"] = self.data
        try:
            body = dump_json(document).encode()
        except UnreadableJSONError as error:
            raise EventInvalidError(f"data: it is not JSON: {error}") from None
        if len(body) > MAX_EVENT_BYTES:
            raise EventInvalidError(f"data: the event has {len(body)} bytes; the limit is {MAX_EVENT_BYTES}")
        return body


def decode(body: bytes) -> Event:
    """Read a message's body.

    Raises:
        EventInvalidError: it is not an event as described above. The text never quotes the data.
    """
    if len(body) > MAX_EVENT_BYTES:
        raise EventInvalidError(f"the message has {len(body)} bytes; the limit is {MAX_EVENT_BYTES}")
    try:
        document = parse_json(body.decode())
    except UnicodeDecodeError:
        raise EventInvalidError("the message is not UTF-8") from None
    except UnreadableJSONError as error:
        raise EventInvalidError(f"the message is not JSON: {error}") from None
    except ValueError:
        raise EventInvalidError("the message is not JSON") from None
    if not isinstance(document, dict):
        raise EventInvalidError("the message is not a JSON object")
    if document.get("specversion") != "1.0":
        raise EventInvalidError("specversion: it must be '1.0'; the message is no CloudEvent in structured mode")
    given: dict[str, Any] = {}
    for name, attribute in _ATTRIBUTES.items():
        if attribute in document:
            if not isinstance(document[attribute], str):
                raise EventInvalidError(f"{attribute}: it must be text")
            given[name] = document[attribute]
    missing = [name for name in _REQUIRED if name not in given]
    if missing:
        raise EventInvalidError(f"{missing[0]}: it is missing")
    data = _data_of(document)
    if given.get("content_type") == (_BYTES if isinstance(data, bytes) else _JSON):
        del given["content_type"]  # the default, said or not
    return Event(time=_time_of(document), data=data, **given)


def check_type(event_type: str) -> None:
    """Refuse what is no event type.

    Raises:
        EventInvalidError: it is not reverse-DNS and versioned.
    """
    if len(event_type) > _MAX_TYPE_CHARACTERS or not _TYPE.fullmatch(event_type):
        raise EventInvalidError(
            f"type: {event_type[:80]!r} is not reverse-DNS with a version, in lower case and at most "
            f"{_MAX_TYPE_CHARACTERS} characters, such as com.example.order.created.v1"
        )


def _time_of(document: dict[str, Any]) -> datetime:
    text = document.get("time")
    try:
        moment = datetime.fromisoformat(text) if isinstance(text, str) else None
        if moment is not None and moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, OverflowError):  # no timestamp; or one that is in no year from 1 to 9999 in UTC
        pass
    raise EventInvalidError("time: it must be an RFC 3339 timestamp, such as 2030-01-01T00:00:00Z")


def _data_of(document: dict[str, Any]) -> Any:
    if "data_base64" not in document:
        return document.get("data")
    if "data" in document:
        raise EventInvalidError("data: there is data_base64 too; one of both")
    try:
        return base64.b64decode(document["data_base64"], validate=True)
    except (TypeError, ValueError, binascii.Error):
        raise EventInvalidError("data_base64: it is not base64") from None
