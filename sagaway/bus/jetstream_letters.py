"""How a dead letter is stored in NATS: the body as it came; what is said about it in headers of ASCII."""

from __future__ import annotations

import string
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from nats.js.api import RawStreamMsg

from sagaway.bus.base import DeadLetter, Message

MESSAGE_ID = "Nats-Msg-Id"
SUBJECT = "Sagaway-Subject"
"""The subject that a message had before it was a dead letter; on a replayed one too."""
_REASON = "Sagaway-Reason"
_DURABLE = "Sagaway-Durable"
_DELIVERIES = "Sagaway-Deliveries"
_SEQUENCE = "Sagaway-Sequence"
_TIME = "Sagaway-Time"
_PLAIN = (string.punctuation + " ").replace("%", "")


def in_header(text: str) -> str:
    """Return text as a header may hold it; `unquote` reads it."""
    return quote(text, _PLAIN)


def headers_of(durable: str, message: Message, reason: str) -> dict[str, str]:
    """Return the headers of a message that becomes a dead letter."""
    return {
        MESSAGE_ID: f"{durable}:{message.sequence}",
        SUBJECT: in_header(message.subject),
        _REASON: in_header(reason),
        _DURABLE: durable,
        _DELIVERIES: str(message.deliveries),
        _SEQUENCE: str(message.sequence),
        _TIME: datetime.now(UTC).isoformat(),
    }


def letter_of(raw: RawStreamMsg, prefix: str) -> DeadLetter:
    """Read a dead letter as it is stored; one that somebody else put there is shown as far as it goes."""
    headers = raw.headers or {}
    return DeadLetter(
        id=raw.seq or 0,
        durable=headers.get(_DURABLE) or (raw.subject or "").removeprefix(f"{prefix}.dead.").replace("~", "."),
        subject=unquote(headers.get(SUBJECT, "")),
        data=raw.data or b"",
        reason=unquote(headers.get(_REASON, "")),
        deliveries=int(headers.get(_DELIVERIES, "0")),
        sequence=int(headers.get(_SEQUENCE, "0")),
        time=datetime.fromisoformat(headers[_TIME]) if _TIME in headers else datetime.fromtimestamp(0, UTC),
    )
