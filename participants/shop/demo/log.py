"""Reads the saga log's file as any tool would: the standard library's sqlite3, read-only, no orchestrator needed.

It shows how far the orders are without a question to the orchestrator, and right after the kill, when there is none,
this is what the log says.
"""

import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

ENDED = frozenset({"COMPLETED", "COMPENSATED", "ABANDONED"})


@dataclass(frozen=True, slots=True)
class Snapshot:
    """How many sagas stand where."""

    states: Counter[str]
    """Sagas by the name of their state."""

    @property
    def started(self) -> int:
        """Sagas in all."""
        return self.states.total()

    @property
    def ended(self) -> int:
        """Sagas that have ended."""
        return sum(count for state, count in self.states.items() if state in ENDED)

    @property
    def open(self) -> Counter[str]:
        """The sagas that have not ended, by state."""
        return Counter({state: count for state, count in self.states.items() if state not in ENDED})

    def is_in_the_middle(self, orders: int) -> bool:
        """Says whether this is the moment to kill: sagas both going forward and being undone, 30 % to 70 % ended.

        The share is held against all orders and against the sagas started so far.
        """
        shares = (self.ended / orders, self.ended / max(1, self.started))
        both = self.states["RUNNING"] > 0 and self.states["COMPENSATING"] > 0
        return both and all(0.3 <= share <= 0.7 for share in shares)

    def __str__(self) -> str:
        names = ("PENDING", "RUNNING", "COMPENSATING", "STUCK", "COMPLETED", "COMPENSATED", "ABANDONED")
        return ", ".join(f"{self.states[name]:,} {name}" for name in names if self.states[name]) or "no sagas"


def read_log(database: Path) -> Snapshot:
    """Returns how many sagas of the log's file stand where.

    Raises:
        sqlite3.Error: the file is no saga log or can't be read.
    """
    with closing(sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return Snapshot(
            Counter(dict(connection.execute("SELECT state, COUNT(*) FROM sagas GROUP BY state").fetchall()))
        )
