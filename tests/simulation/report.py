"""What became of a simulated world."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from tests.simulation.faults import Fault


@dataclass(frozen=True)
class Report:
    """What became of a world.

    Attributes:
        seed: replays it exactly.
        violations: what must never happen, and did.
        states: how many sagas ended how.
        fired: how often each fault took place.
        on: the faults that were on.
        lives: processes of the orchestrator.
        callbacks: how many callbacks ran.
        requests: how many requests left.
        moments: virtual seconds.
        digest: hash of the trace.
        trace: what happened, in order.
    """

    seed: int
    violations: tuple[str, ...]
    states: Counter[str]
    fired: Counter[Fault]
    on: tuple[str, ...]
    lives: int
    callbacks: int
    requests: int
    moments: float
    digest: str
    trace: tuple[str, ...]

    @property
    def sagas(self) -> int:
        return sum(self.states.values())

    def __str__(self) -> str:
        last = "\n".join(f"  {line}" for line in self.trace[-60:])
        said = "\n".join(f"  {line}" for line in self.violations)
        return (
            f"seed {self.seed} breaks:\n{said}\nfaults on: {', '.join(self.on)}\n"
            f"replay it: python -m tests.simulation.replay {self.seed}\nthe end of its trace:\n{last}"
        )
