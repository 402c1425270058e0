"""A participant's limits, from a request and into an answer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from orchestrator.api.errors import RequestInvalid, Violation
from orchestrator.api.validation import Check
from orchestrator.caller.base import ActionLimits, Limits
from orchestrator.caller.limits import (
    DEFAULT_LIMIT,
    MAX_LIMIT,
    MAX_LIMITED_ACTIONS,
    MAX_RATE,
    MIN_RATE,
    parse_limits,
)
from orchestrator.store.base import ParticipantRow
from sagaway.v1 import participant_registry_service_pb2 as v1

_ACTIONS = "participant.action_limits"
_SHOWN = 20
"""Actions that an error names at most."""


def read_limits(check: Check, participant: v1.Participant) -> Limits:
    """Return the limits that a request asks for; faults are noted in the check."""
    calls = check.number("participant.max_concurrent_calls", participant.max_concurrent_calls, DEFAULT_LIMIT, MAX_LIMIT)
    rate = _rate(check, "participant.max_calls_per_second", participant.max_calls_per_second)
    return Limits(calls, rate, _read_actions(check, participant.action_limits))


def _read_actions(check: Check, asked: Mapping[str, v1.ActionLimits]) -> Mapping[str, ActionLimits]:
    if len(asked) > MAX_LIMITED_ACTIONS:
        check.fault(_ACTIONS, f"has {len(asked):,} entries, the limit is {MAX_LIMITED_ACTIONS}")
        return {}
    found = {}
    for name, limits in sorted(asked.items()):  # A map on the wire has no order; an error should have one.
        field = _field(name)
        check.identifier(field, name)
        calls = limits.max_concurrent_calls
        if not 0 <= calls <= MAX_LIMIT:
            fault = f"is {calls}; it goes from 1 to {MAX_LIMIT:,}, 0 means no such limit"
            check.fault(f"{field}.max_concurrent_calls", fault)
        rate = _rate(check, f"{field}.max_calls_per_second", limits.max_calls_per_second)
        if not calls and not limits.max_calls_per_second:
            check.fault(
                field, "limits nothing: set max_concurrent_calls, max_calls_per_second or both, or leave it out"
            )
        found[name] = ActionLimits(calls, rate)
    return found


def _rate(check: Check, field: str, value: float) -> float:
    if value == 0:
        return 0
    if not math.isfinite(value) or not MIN_RATE <= value <= MAX_RATE:
        check.fault(field, f"is {value:g}; it goes from {MIN_RATE:g} to {MAX_RATE:,} a second, 0 means no such limit")
        return 0
    return value


def check_actions(limits: Limits, offered: Sequence[str]) -> None:
    """See that a participant offers every action that is to be limited.

    Raises:
        RequestInvalid: it does not.
    """
    listed = ", ".join(repr(name) for name in offered[:_SHOWN]) + (", …" if len(offered) > _SHOWN else "")
    faults = [
        Violation(_field(name), f"the participant offers no such action; it offers {listed or 'none'}")
        for name in limits.actions
        if name not in offered
    ]
    if faults:
        raise RequestInvalid(faults)


def limits_of(row: ParticipantRow) -> Limits:
    """Return the limits of a registered participant."""
    return parse_limits(row.max_concurrent_calls, row.limits)


def action_messages(limits: Limits) -> Mapping[str, v1.ActionLimits]:
    """Return the limits of single actions in the contract's words."""
    return {
        name: v1.ActionLimits(max_concurrent_calls=one.calls, max_calls_per_second=one.rate)
        for name, one in limits.actions.items()
    }


def _field(name: str) -> str:
    return f'{_ACTIONS}["{name[:64]}"]'
