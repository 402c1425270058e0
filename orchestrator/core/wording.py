"""How the core speaks to people: lengths of time, counts, lists, errors and steps in plain English."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from orchestrator.core.definition_fields import spell
from orchestrator.core.retry import SECOND, RetryPolicy

if TYPE_CHECKING:  # a command that only writes a length of time need not load the expressions
    from orchestrator.core.definition import SagaDefinition
    from orchestrator.core.model import Failure, Saga

_MINUTE, _HOUR, _DAY = 60 * SECOND, 3_600 * SECOND, 86_400 * SECOND

Clock = Callable[[int], str]
"""Writes an instant, microseconds, as people here read it: the zone is not the core's to know."""


@dataclass(frozen=True, slots=True)
class Speaker:
    """What sentences about a saga need beside it.

    Attributes:
        clock: writes instants.
        now: the moment of speaking, microseconds.
    """

    clock: Clock
    now: int

    def when(self, time: int) -> str:
        """Return an instant, and how far it is from now."""
        far = time - self.now
        if far == 0:
            return f"{self.clock(time)} (now)"
        return f"{self.clock(time)} (in {span(far)})" if far > 0 else f"{self.clock(time)} ({span(-far)} ago)"


def span(micros: int, micro: str = "µs") -> str:
    """Return a measured length of time in the unit that fits it: `740 µs`, `12.3 ms`, `4.2 s`, `2 min 5 s`, `3 d`."""
    if micros < 1_000:
        return f"{micros} {micro}"
    if micros < SECOND:
        return f"{_figures(micros / 1_000)} ms"
    if micros < _MINUTE:
        return f"{_figures(micros / SECOND)} s"
    for unit, size, inside, part in (("d", _DAY, "h", _HOUR), ("h", _HOUR, "min", _MINUTE)):
        if micros >= size:
            return _two(micros, unit, size, inside, part)
    return _two(micros, "min", _MINUTE, "s", SECOND)


def _two(micros: int, unit: str, size: int, inside: str, part: int) -> str:
    rest = micros % size // part
    return f"{micros // size} {unit} {rest} {inside}" if rest else f"{micros // size} {unit}"


def _figures(value: float) -> str:
    """Three figures and no zeros behind them; never rounded up, so that 999.9 ms stays below a second."""
    scale = 1 if value >= 100 else 10 if value >= 10 else 100
    return f"{int(value * scale + 1e-9) / scale:g}"


def amount(count: int, word: str) -> str:
    """Return a count with its word: `1 attempt`, `2 attempts`."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"


def listed(words: Iterable[str], joint: str = "and") -> str:
    """Return words as a list: `a`, `a and b`, `a, b and c`."""
    *first, last = words
    return f"{', '.join(first)} {joint} {last}" if first else last


def steps(ids: Iterable[str]) -> str:
    """Return steps by name: `step a`, `steps a and b`."""
    ids = list(ids)
    return f"step {ids[0]}" if len(ids) == 1 else f"steps {listed(ids)}"


def error(failure: Failure) -> str:
    """Return what went wrong: code, reason and message; without an end mark."""
    head = " ".join(word for word in (failure.code, failure.reason) if word)
    message = failure.message.rstrip(". \n")
    return f"{head}: {message}" if head and message else head or message or "an error without a text"


def kept_error(saga: Saga, step_id: str, failure: Failure) -> str:
    """Return the same where the log left the text out because it repeats the failure before.

    Args:
        saga: the saga after the failure.
        step_id: its step.
        failure: as logged.
    """
    last = saga.steps[step_id].last_failure
    return error(last if not failure.message and last is not None else failure)


def policy(retry: RetryPolicy) -> str:
    """Return a retry policy in words."""
    if retry.max_attempts == 1:
        return "1 attempt, never repeated"
    waits = f"waits of up to {spell(retry.initial_backoff)}"
    if retry.max_backoff > retry.initial_backoff:
        grown = "doubling" if retry.multiplier == 2 else f"growing {retry.multiplier:g}-fold each time"
        waits += f", {grown} up to {spell(retry.max_backoff)}"
    return f"at most {retry.max_attempts} attempts, {waits}"


def doer(definition: SagaDefinition, step_id: str) -> str:
    """Return who does a step, and what: `payment.charge`."""
    step = definition.by_id[step_id]
    return f"{step.participant}.{step.action}"
