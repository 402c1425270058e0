"""What the commands that tell a whole saga share: reading it, and printing lines that fit."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable

from google.protobuf.timestamp_pb2 import Timestamp
from rich.text import Text

from orchestrator.cli import output
from orchestrator.cli.chart import NARROWEST
from sagaway.client import Client, Saga, SagaEvent

WIDTH = 100
"""Columns where stdout is no terminal and COLUMNS is not set."""

_PAGE = 1_000


async def events_of(client: Client, saga: Saga) -> list[SagaEvent]:
    """Return the events that made ``saga`` what it was when it was read; what came after them is left out."""
    events = client.events(saga.saga_id, page_size=_PAGE)
    return [event async for event in events if event.sequence <= saga.last_sequence]


def terminal_columns() -> int:
    """Return how wide a line may be."""
    if sys.stdout.isatty():
        return output.out().width
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isascii() and columns.isdigit() and int(columns) >= NARROWEST else WIDTH


def print_lines(lines: Iterable[Text]) -> None:
    """Print lines as they are: none is folded."""
    for line in lines:
        line.rstrip()
        output.out().print(line, soft_wrap=True)


def instant(micros: int, *, millis: bool = False) -> str:
    """Return an instant in local time."""
    return output.instant(_stamp(micros), millis=millis)


def rfc(micros: int) -> str:
    """Return an instant as proto JSON has it."""
    return _stamp(micros).ToJsonString()


def _stamp(micros: int) -> Timestamp:
    stamp = Timestamp()
    stamp.FromMicroseconds(micros)
    return stamp
