"""How long sagas stand still when their owner is gone: from that moment to the next call of each by another owner."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from tests.replicas_lab.service import Call


@dataclass(frozen=True, slots=True)
class Absence:
    """A replica that others had to stand in for.

    Attributes:
        kind: what befell it.
        replica: whom.
        moment: when, by `time.monotonic`.
        sagas: the open ones that it owned then, each with its claim.
    """

    kind: str
    replica: str
    moment: float
    sagas: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Recovery:
    """How it went on after an absence.

    Attributes:
        absence: which.
        seconds: from its moment to the next attempt of a saga, for each that had one.
        slowest: the saga that waited longest.
        silent: the sagas that had none: what their owner had sent to the log last ended them.
    """

    absence: Absence
    seconds: Sequence[float]
    slowest: str
    silent: Sequence[str]

    @property
    def longest(self) -> float:
        """Seconds until the last of them went on; 0 if it owned none."""
        return max(self.seconds, default=0.0)


def recoveries(absences: Iterable[Absence], calls: Iterable[Call]) -> list[Recovery]:
    """Look the absences up in the journals of the participants.

    Args:
        absences: which.
        calls: all that came to participants.
    """
    by_saga: dict[str, list[Call]] = {}
    for call in calls:
        by_saga.setdefault(call.saga_id, []).append(call)
    return [_look_up(absence, by_saga) for absence in absences]


def _look_up(absence: Absence, by_saga: Mapping[str, Sequence[Call]]) -> Recovery:
    seconds, silent = {}, []
    for saga_id, claim in absence.sagas.items():
        calls = by_saga.get(saga_id, ())
        later = [call.moment for call in calls if call.claim > claim and call.moment > absence.moment]
        if later:
            seconds[saga_id] = min(later) - absence.moment
        else:
            silent.append(saga_id)
    return Recovery(absence, list(seconds.values()), max(seconds, key=seconds.__getitem__, default=""), silent)


def distribution(found: Iterable[Recovery]) -> dict[str, float]:
    """Return the least, the quartiles and the most of the sagas' seconds, and the sagas; empty if there are none."""
    all_of_them = sorted(seconds for each in found for seconds in each.seconds)
    if len(all_of_them) < 2:
        return {}
    first, median, third = quantiles(all_of_them, n=4)
    shown = {
        "min": all_of_them[0],
        "p25": first,
        "p50": median,
        "p75": third,
        "p99": all_of_them[int(len(all_of_them) * 0.99)],
        "max": all_of_them[-1],
    }
    return {name: round(value, 2) for name, value in shown.items()} | {"sagas": len(all_of_them)}
