"""A participant's limits: on the command line, and in words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated

import typer

from orchestrator.cli.options import pairs_of
from sagaway.client import ActionLimits, Participant

MaxCalls = Annotated[
    int, typer.Option("--max-concurrent-calls", min=0, max=10_000, help="Calls to it at once. Default (0): 64.")
]
Rate = Annotated[
    str | None,
    typer.Option("--rate", help="Calls to it a second, minute or hour: 50/s, 100/m, 1000/h.", metavar="RATE"),
]
ActionLimit = Annotated[
    list[str] | None,
    typer.Option(
        "--action-limit", help="Calls of one action at once, as NAME=CALLS. Repeatable.", metavar="NAME=CALLS"
    ),
]
ActionRate = Annotated[
    list[str] | None,
    typer.Option("--action-rate", help="As --rate, of one action: NAME=50/s. Repeatable.", metavar="NAME=RATE"),
]

_SECONDS = {"s": 1, "m": 60, "h": 3_600}


def rate_of(text: str | None, hint: str) -> float:
    """Return calls a second: `50/s`, `100/m`, `1000/h`, or a plain number. 0: none was given.

    Raises:
        typer.BadParameter: it is something else.
    """
    if text is None:
        return 0
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)(?:/(s|m|h))?", text.strip())
    if found is None or not float(found[1]):
        raise typer.BadParameter(f"{text!r} is no rate; write 50/s, 100/m or 1000/h", param_hint=hint)
    return float(found[1]) / _SECONDS[found[2] or "s"]


def action_limits_of(limits: Sequence[str] | None, rates: Sequence[str] | None) -> Mapping[str, ActionLimits]:
    """Return what `--action-limit` and `--action-rate` say, by action.

    Raises:
        typer.BadParameter: one is malformed, or an action comes twice in one of them.
    """
    found: dict[str, ActionLimits] = {}
    for name, calls in pairs_of(limits, "--action-limit").items():
        if not re.fullmatch(r"[1-9]\d{0,4}", calls):
            fault = f"{name}={calls!r}: a number of calls from 1 to 10,000 is needed"
            raise typer.BadParameter(fault, param_hint="--action-limit")
        found.setdefault(name, ActionLimits()).max_concurrent_calls = int(calls)
    for name, rate in pairs_of(rates, "--action-rate").items():
        found.setdefault(name, ActionLimits()).max_calls_per_second = rate_of(rate, "--action-rate")
    return found


def rate_text(rate: float) -> str:
    """Return calls a second as `--rate` takes them, in the unit that makes a plain number of them."""
    for unit, seconds in _SECONDS.items():
        if abs(rate * seconds - round(rate * seconds)) < 1e-6:
            return f"{round(rate * seconds):,}/{unit}"
    return f"{rate:,.6g}/s"


def limits_text(participant: Participant) -> str:
    """Return a participant's limits in short, such as `64, 50/s; charge 5, 10/m`."""
    parts = [", ".join(_counts(participant))]
    parts += [f"{name} {', '.join(_counts(one))}" for name, one in sorted(participant.action_limits.items())]
    return "; ".join(parts)


def _counts(limits: Participant | ActionLimits) -> Iterator[str]:
    if limits.max_concurrent_calls:
        yield f"{limits.max_concurrent_calls:,}"
    if limits.max_calls_per_second:
        yield rate_text(limits.max_calls_per_second)
