"""How much an engine has under way, for those who look at it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from orchestrator.engine.gates import Name


@dataclass(frozen=True, slots=True)
class Load:
    """How much is under way now.

    Attributes:
        live_sagas: sagas in memory.
        live_limit: how many fit.
        backlog: appends waiting for a transaction.
        backlog_bytes: bytes of events waiting for a transaction.
        log_writable: False while the saga log can't be written.
        waiting: attempts waiting at each participant's gate.
        running: attempts on the wire to each participant.
        away: of each participant whether its breaker is not closed.
    """

    live_sagas: int
    live_limit: int
    backlog: int
    backlog_bytes: int
    log_writable: bool
    waiting: Mapping[Name, int]
    running: Mapping[Name, int]
    away: Mapping[Name, bool]
