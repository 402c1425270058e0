"""How much an engine has under way, for those who look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from orchestrator.caller.breaker import BreakerState
from orchestrator.core.model import Failure
from orchestrator.engine.gates import Gates, Name
from orchestrator.engine.pauses import Pauses
from orchestrator.store.base import Pause

_NO_FAILURE = Failure()


@dataclass(frozen=True, slots=True)
class Load:
    """How much is under way now.

    Attributes:
        live_sagas: sagas in memory.
        live_limit: how many fit.
        backlog: appends waiting for a transaction.
        backlog_bytes: bytes of events waiting for a transaction.
        log_writable: False while the saga log can't be written.
        lease_age: how long ago this replica's lease was renewed, seconds; 0: it has none.
        waiting: attempts waiting at each participant's gate.
        running: attempts on the wire to each participant.
        away: of each participant whether its breaker is not closed.
        restored: True from a declared restore of the log until its end.
        paused: how much a person has paused, by kind: `definition` and `participant`.
    """

    live_sagas: int
    live_limit: int
    backlog: int
    backlog_bytes: int
    log_writable: bool
    lease_age: float
    waiting: Mapping[Name, int]
    running: Mapping[Name, int]
    away: Mapping[Name, bool]
    restored: bool = False
    paused: Mapping[str, int] = field(default_factory=lambda: {"definition": 0, "participant": 0})


@dataclass(frozen=True, slots=True)
class Traffic:
    """How calls to a participant stand now.

    Attributes:
        state: its breaker's.
        outage_time: since when it is away or coming back, microseconds; 0: it is neither.
        failure: the last call's that failed, during an outage.
        running: calls on the wire.
        waiting: calls that wait.
        pause: a person's, if it is paused.
    """

    state: BreakerState = BreakerState.CLOSED
    outage_time: int = 0
    failure: Failure = _NO_FAILURE
    running: int = 0
    waiting: int = 0
    pause: Pause | None = None


def traffic(gates: Gates, pauses: Pauses, namespace: str) -> dict[str, Traffic]:
    """Return how calls stand to each participant of a namespace that was called since the process began, or is paused."""
    waiting, running = gates.counts()
    found: dict[str, Traffic] = {}
    for name in gates.outages():
        breaker = gates.breaker(name) if name[0] == namespace else None
        if breaker is not None:
            out = breaker.state is not BreakerState.CLOSED
            found[name[1]] = Traffic(
                breaker.state,
                breaker.outage_time if out else 0,
                breaker.failure if out else _NO_FAILURE,
                running.get(name, 0),
                waiting.get(name, 0),
                pauses.participant(*name),
            )
    return found
