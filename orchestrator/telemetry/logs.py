"""Structured logs.

One event a line on stderr: coloured text on a terminal, JSON elsewhere (`time`, `level`, `logger`, `event`, and the
event's own fields, such as `saga_id`). Payloads and tokens never go into a log: whoever logs leaves them out, and
`_withhold` is the net below for fields whose names say what they hold.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

LogFormat = Literal["auto", "console", "json"]

_WITHHELD = frozenset(
    {
        "authorization",
        "completion_token",
        "document",
        "input",
        "keys",
        "output",
        "password",
        "payload",
        "secret",
        "token",
    }
)
# Libraries that talk much at INFO. What they warn of is ours to see.
_QUIET = ("aiosqlite", "alembic", "asyncio", "grpc", "sqlalchemy")


def configure_logging(level: str, format_: LogFormat, number: int | None = None) -> None:
    """Send this process's logs, the standard library's too, to stderr. Call it once, first.

    Args:
        level: DEBUG, INFO, WARNING or ERROR.
        format_: `console` or `json`; `auto`: `console` if stderr is a terminal.
        number: which of the processes this is that were started together; every line says it. None: there is one.
    """
    console = format_ == "console" or (format_ == "auto" and sys.stderr.isatty())
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _withhold,
    ]
    if number is not None:
        shared.append(_numbered(number))
    last: list[structlog.types.Processor]
    if console:
        # Plain tracebacks: pretty ones show local variables, and those hold payloads.
        plain = structlog.dev.plain_traceback
        last = [structlog.dev.ConsoleRenderer(exception_formatter=plain, timestamp_key="time")]
    else:
        last = [structlog.processors.format_exc_info, _in_order, structlog.processors.JSONRenderer(ensure_ascii=False)]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(logging.WARNING, root.level))


def _numbered(number: int) -> structlog.types.Processor:
    def add(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        event["number"] = number
        return event

    return add


def _withhold(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for name in _WITHHELD & event.keys():
        event[name] = "[withheld]"
    return event


def _in_order(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Put first what every line has: people read JSON too."""
    return {name: event.pop(name) for name in ("time", "level", "event", "logger") if name in event} | dict(event)
