"""When a saga's time stands still: while a step of it is parked, if its definition says `pause_timeout_during_outage`.

Its deadline then moves by as long as it stood still. That is derived from the log alone, from the times of the events
that park its steps and of those that end that; several steps that are parked at once count once. So recovery, wake
times, the deadlines of attempts and what people are told agree, whoever has owned the saga meanwhile.

A participant that stays away must not keep a saga open for ever, nor for longer than its barrier remembers: in all of
a saga's life its time stands still for `LONGEST` at most, which registration adds to the saga's time. It matters only
while the timeout does: once the saga goes back, nothing stands still any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from orchestrator.core.model import Saga, SagaState, Step
from orchestrator.core.retry import SECOND

LONGEST = 7 * 86_400 * SECOND
"""The longest that a saga's time stands still in all, microseconds."""

_FORWARD = frozenset({SagaState.PENDING, SagaState.RUNNING})


def note(saga: Saga, changes: Mapping[str, Any], time: int) -> dict[str, Any]:
    """Return what an event changes on the saga's own fields, of a saga whose definition pauses its timeout.

    Args:
        saga: before the event.
        changes: what else it changes.
        time: when it was, microseconds.
    """
    steps: Mapping[str, Step] = changes.get("steps", saga.steps)
    still = changes["state"] in _FORWARD and any(step.parked_time for step in steps.values())
    if still == bool(saga.still_since):
        return {}
    return {"still_since": time} if still else {"still_since": 0, "stood_still": _stood(saga, time)}


def timeout_time(saga: Saga, now: int) -> int:
    """Return when the saga's time is up, as it looks now, microseconds; that moves on while it stands still."""
    return saga.timeout_time + _stood(saga, now)


def latest_timeout_time(saga: Saga) -> int:
    """Return when the saga's time is up at the latest, if nothing happens until then, microseconds."""
    return saga.timeout_time + (LONGEST if saga.still_since else saga.stood_still)


def counts_on_time(saga: Saga) -> int:
    """Return when its time counts on at the latest, microseconds; 0 if it does not stand still."""
    return saga.still_since + LONGEST - saga.stood_still if saga.still_since else 0


def _stood(saga: Saga, now: int) -> int:
    """How long it has stood still until then."""
    if not saga.still_since:
        return saga.stood_still
    return min(LONGEST, saga.stood_still + max(0, now - saga.still_since))
