"""A participant's limits as they are registered: how far they go, the JSON that is stored, and in words.

    {"rate": 50.0, "actions": {"charge": {"calls": 5, "rate": 0.5}}}

Beside that text the row has the limit on calls at once, as a column of its own. What is not limited is not in the text.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from orchestrator.caller.base import DEFAULT_LIMIT, ActionLimits, Limits

__all__ = ["DEFAULT_LIMIT", "MAX_LIMIT", "MAX_LIMITED_ACTIONS", "MAX_RATE", "MIN_RATE"]

MAX_LIMIT = 10_000
"""The most calls at once that may be asked for."""

MAX_RATE = 100_000
"""The most calls a second that may be asked for; who takes more needs no rate."""

MIN_RATE = 0.001
"""The fewest calls a second: one in about a quarter of an hour."""

MAX_LIMITED_ACTIONS = 100
"""The most actions of a participant with limits of their own."""


class _Action(msgspec.Struct, omit_defaults=True):
    calls: int = 0
    rate: float = 0


class _Limits(msgspec.Struct, omit_defaults=True):
    rate: float = 0
    actions: dict[str, _Action] = {}


def limits_json(limits: Limits) -> str:
    """Return what is stored of a participant's limits beside its limit on calls at once."""
    actions = {name: _Action(one.calls, one.rate) for name, one in sorted(limits.actions.items())}
    return msgspec.json.encode(_Limits(limits.rate, actions)).decode()


def parse_limits(calls: int, text: str) -> Limits:
    """Return a participant's limits.

    Args:
        calls: at most this many calls at once.
        text: what `limits_json` made.
    """
    stored = msgspec.json.decode(text, type=_Limits)
    actions = {name: ActionLimits(one.calls, one.rate) for name, one in stored.actions.items()}
    return Limits(calls, stored.rate, actions)


def limits_text(limits: Limits) -> str:
    """Return limits in words, such as `at most 64 calls at once, 50 a second; of charge 5 at once`."""
    parts = [f"at most {', '.join(_counts(limits, 'calls '))}"]
    parts += [f"of {name} {', '.join(_counts(one))}" for name, one in sorted(limits.actions.items())]
    return "; ".join(parts)


def _counts(limits: Limits | ActionLimits, noun: str = "") -> Iterator[str]:
    if limits.calls:
        yield f"{limits.calls:,} {noun}at once"
    if limits.rate:
        yield f"{limits.rate:,g} a second"
