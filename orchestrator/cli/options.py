"""What commands have in common: where the orchestrator is, and how values are written on a command line."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from orchestrator.cli.exits import Exit, report
from orchestrator.cli.identity import identity
from sagaway.client import DEFAULT_ADDRESS, DEFAULT_NAMESPACE, Client, Payload, Retries, SagawayError

FOLLOW_PATIENCE = timedelta(minutes=5)
"""How long a wait or watch that has begun goes on trying: it must outlive a restart of the orchestrator."""

Address = Annotated[
    str, typer.Option("--address", envvar="SAGAWAY_ADDRESS", help="The orchestrator's host:port.", metavar="HOST:PORT")
]
Namespace = Annotated[str, typer.Option("--namespace", envvar="SAGAWAY_NAMESPACE", help="Whose sagas.")]
Patience = Annotated[
    float,
    typer.Option(
        "--patience",
        envvar="SAGAWAY_PATIENCE",
        min=0,
        help="Seconds to go on trying while the orchestrator can't be reached.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, a document or a line an item, and nothing else.")]

ADDRESS = DEFAULT_ADDRESS
NAMESPACE = DEFAULT_NAMESPACE
PATIENCE = 1.0


@dataclass(frozen=True, slots=True)
class Connection:
    """Where a command goes.

    Attributes:
        address: the orchestrator's gRPC target.
        namespace: whose sagas.
        patience: seconds to go on trying.
        as_json: whether output and errors are JSON.
    """

    address: str
    namespace: str
    patience: float
    as_json: bool

    def client(self, patience: timedelta | None = None) -> Client:
        """Return a client; ``patience`` in place of the command line's."""
        chosen = timedelta(seconds=self.patience) if patience is None else patience
        who = identity.get()
        return Client(
            self.address,
            namespace=self.namespace,
            retries=Retries(patience=chosen),
            tls=who.tls(),
            token=who.token,
            token_file=who.token_file,
        )


def run(connection: Connection, command: Callable[[Client], Awaitable[Exit]]) -> NoReturn:
    """Run a command with a client, and end the process with its exit code.

    Raises:
        typer.Exit: always.
    """

    async def main() -> Exit:
        async with connection.client() as client:
            return await command(client)

    try:
        code = asyncio.run(main())
    except SagawayError as error:
        code = report(error, as_json=connection.as_json)
    except BrokenPipeError:
        # Whoever read our output has enough (`sagaway list | head`): that is no error. Python's last flush is spared.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.OK
    raise typer.Exit(code)


def input_of(text: str | None) -> Payload | None:
    """Return the payload that `--input` names: JSON itself, `@FILE` or `-` for stdin. None: none was given.

    Raises:
        typer.BadParameter: the file can't be read, or it is not JSON.
    """
    if text is None:
        return None
    hint = "--input"
    source = "it"
    if text == "-":
        source, text = "what stdin gave", _decoded(sys.stdin.buffer.read(), "stdin", hint)
    elif text.startswith("@"):
        source = text[1:]
        text = _decoded(read_file(Path(source), hint), source, hint)
    try:
        json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise typer.BadParameter(f"{source} is nested too deeply", param_hint=hint) from None
    except ValueError as error:
        remedy = """write JSON such as '{"customer": "c-1"}', @FILE, or - for stdin"""
        raise typer.BadParameter(f"{source} is not JSON ({error}); {remedy}", param_hint=hint) from None
    return Payload(json=text)  # as it was written: no number is rounded on the way


def read_file(path: Path, hint: str) -> bytes:
    """Return a file's bytes.

    Raises:
        typer.BadParameter: it can't be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise typer.BadParameter(f"can't read {path}: {error.strerror}", param_hint=hint) from None


def pairs_of(values: Sequence[str] | None, hint: str) -> dict[str, str]:
    """Return `k=v` values as a mapping.

    Raises:
        typer.BadParameter: one has no `=` or no key, or a key comes twice.
    """
    pairs: dict[str, str] = {}
    for value in values or ():
        key, separator, rest = value.partition("=")
        if not separator or not key:
            raise typer.BadParameter(f"{value!r} is not KEY=VALUE", param_hint=hint)
        if key in pairs:
            raise typer.BadParameter(f"{key!r} is given twice", param_hint=hint)
        pairs[key] = rest
    return pairs


_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}


def span_of(text: str | None, hint: str) -> timedelta | None:
    """Return a length of time: `500ms`, `30s`, `5m`, `2h`, `1d`, or seconds as a plain number. None: none was given.

    Raises:
        typer.BadParameter: it is something else.
    """
    if text is None:
        return None
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d)?", text.strip())
    if found is None:
        raise typer.BadParameter(f"{text!r} is no length of time; write 30s, 5m, 2h or 1d", param_hint=hint)
    try:
        return timedelta(seconds=float(found[1]) * _UNITS[found[2] or "s"])
    except OverflowError:
        raise typer.BadParameter(f"{text!r} is too long", param_hint=hint) from None


def instant_of(text: str | None, hint: str) -> datetime | None:
    """Return an instant: ISO 8601 (local time unless it says otherwise), or how long ago, such as `2h`.

    Raises:
        typer.BadParameter: it is neither.
    """
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError):
        pass  # then it is how long ago
    try:
        ago = span_of(text, hint)
        return datetime.now(UTC) - ago if ago is not None else None
    except (typer.BadParameter, OverflowError):
        fault = f"{text!r} is no instant; write 2026-05-01, 2026-05-01T14:30 or how long ago: 10m, 2h, 1d"
        raise typer.BadParameter(fault, param_hint=hint) from None


def _decoded(data: bytes, source: str, hint: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise typer.BadParameter(f"{source} is not UTF-8 text", param_hint=hint) from None


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not JSON")
