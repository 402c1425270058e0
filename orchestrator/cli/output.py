"""How things look on a terminal, and as JSON.

Text that came from elsewhere (ids, labels, messages of participants) goes through `clean`, so that it can neither
steer the terminal nor be read as markup.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from sagaway.client import Payload, as_json

WIDE = 200
"""Columns where stdout is no terminal: tables for files and pipes are not folded at 80."""

SHORT = 2_000
"""Characters of a payload that `get` shows; --json shows all."""

COLOURS = {
    "PENDING": "cyan",
    "RUNNING": "blue",
    "EXECUTING": "blue",
    "COMPENSATING": "yellow",
    "COMPENSATION_PENDING": "yellow",
    "COMPLETED": "green",
    "COMPENSATED": "yellow",
    "REJECTED": "red",
    "FAILED": "red",
    "STUCK": "bold red",
    "COMPENSATION_FAILED": "bold red",
    "ABANDONED": "magenta",
    "WAITING": "dim",
    "STRUCK": "dim",
    "BLOCKED": "red",
}

# Everything that steers a terminal: C0 and C1 controls, and the marks that turn the direction of writing.
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")


class _Console(Console):
    """Leaves it to `options.run` what becomes of a command whose reader has enough."""

    def on_broken_pipe(self) -> None:
        """Raise what was caught; rich itself would end the process, with exit code 1."""
        raise BrokenPipeError


@cache
def out() -> Console:
    """Return the console of stdout."""
    return _Console(width=None if sys.stdout.isatty() else WIDE, highlight=False, emoji=False)


@cache
def errors() -> Console:
    """Return the console of stderr."""
    return Console(stderr=True, width=None if sys.stderr.isatty() else WIDE, highlight=False, emoji=False)


def clean(text: str, *, markup: bool = False) -> str:
    """Return text with control characters made visible; with ``markup`` also safe to stand in rich markup."""
    visible = _CONTROLS.sub(lambda found: _escaped(ord(found.group())), text)
    return escape(visible) if markup else visible


def _escaped(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def cell(text: str, style: str = "") -> Text:
    """Return text for a table's cell."""
    return Text(clean(text), style=style)


def state_cell(name: str) -> Text:
    """Return a state's name in its colour."""
    return cell(name, COLOURS.get(name, ""))


def print_json(message: Message) -> None:
    """Print a message as one JSON document on one line."""
    print_document(as_json(message))


def print_document(document: Any) -> None:
    """Print a JSON document on one line."""
    sys.stdout.write(json.dumps(document, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def line(text: str) -> None:
    """Print a line of plain text at once (a reader may be waiting in a pipe)."""
    out().print(Text(clean(text)), soft_wrap=True)
    sys.stdout.flush()


def grid(*columns: str) -> Table:
    """Return an empty table with a header, in the style of all tables here; only its last column is folded."""
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column != columns[-1])
    return table


def instant(value: Timestamp, *, millis: bool = False) -> str:
    """Return an instant in local time; empty if it is unset."""
    if not value.ByteSize():
        return ""
    local = value.ToDatetime(tzinfo=UTC).astimezone()
    text = local.strftime("%Y-%m-%d %H:%M:%S")
    return f"{text}.{local.microsecond // 1000:03d}" if millis else text


def span(value: Duration | timedelta) -> str:
    """Return a length of time, short: `0.012 s`, `3.4 s`, `2 min 05 s`, `1 h 02 min`."""
    seconds = max(0.0, (value if isinstance(value, timedelta) else value.ToTimedelta()).total_seconds())
    if seconds < 60:
        return f"{seconds:.3f} s" if seconds < 1 else f"{seconds:.1f} s"
    if seconds < 3600:
        return f"{int(seconds // 60)} min {int(seconds % 60):02d} s"
    return f"{int(seconds // 3600)} h {int(seconds % 3600 // 60):02d} min"


def between(start: Timestamp, end: Timestamp) -> timedelta | None:
    """Return the time from one instant to another, or to now if the other is unset; None if the first is unset."""
    if not start.ByteSize():
        return None
    until = end.ToDatetime(tzinfo=UTC) if end.ByteSize() else datetime.now(UTC)
    return until - start.ToDatetime(tzinfo=UTC)


def payload_text(payload: Payload) -> str:
    """Return what a payload holds, for people; long ones are cut."""
    kind = payload.WhichOneof("value")
    if kind is None:
        return ""
    if kind == "binary":
        return f"<{len(payload.binary)} bytes, {payload.content_type or 'application/octet-stream'}>"
    text = payload.json
    return text if len(text) <= SHORT else f"{text[:SHORT]}... ({len(text)} characters; --json shows all)"
