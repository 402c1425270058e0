"""The saga log as any tool would read it, with nothing of the product's: who owns what, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

_ENDS = ("SagaCompleted", "SagaCompensated")


class Log:
    """Reads a saga log in PostgreSQL.

    Args:
        location: its URL.
    """

    def __init__(self, location: str) -> None:
        self._location = location
        self._connection: psycopg.Connection[Any] | None = None

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return what a query finds.

        Raises:
            psycopg.OperationalError: the database is away.
        """
        if self._connection is None:
            self._connection = psycopg.connect(self._location, autocommit=True, connect_timeout=2)
        try:
            return self._connection.execute(query.encode(), values).fetchall()
        except psycopg.OperationalError:
            self.close()
            raise

    def epoch(self, replica: str) -> int:
        """Return the number of a replica's life that stands, 0 if none does."""
        query = "SELECT coalesce(max(epoch), 0) FROM replicas WHERE name = %s AND end_time IS NULL"
        return int(self.rows(query, replica)[0][0])

    def ended(self, epoch: int) -> bool:
        """Tell whether a replica was ended."""
        return not self.rows("SELECT 1 FROM replicas WHERE epoch = %s AND end_time IS NULL", epoch)

    def owned(self, epoch: int) -> dict[str, int]:
        """Return the open sagas that a replica owns, each with its claim."""
        query = "SELECT saga_id, claim FROM sagas WHERE owner_epoch = %s AND end_time IS NULL"
        return dict(self.rows(query, epoch))

    def open_sagas(self) -> dict[str, int]:
        """Return the sagas that have not ended, each with its claim."""
        return dict(self.rows("SELECT saga_id, claim FROM sagas WHERE end_time IS NULL"))

    def left(self, sagas: dict[str, int]) -> int:
        """Count those of these sagas that are open and whose claim is what it was."""
        query = "SELECT saga_id, claim FROM sagas WHERE end_time IS NULL AND saga_id = ANY(%s)"
        return sum(sagas[saga_id] == claim for saga_id, claim in self.rows(query, list(sagas)))

    def states(self) -> dict[str, str]:
        """Return each saga's state."""
        return dict(self.rows("SELECT saga_id, state FROM sagas"))

    def history(self, saga_id: str, since: float) -> str:
        """Return a saga's events in words, each with the seconds from a moment.

        Args:
            saga_id: whose.
            since: the moment, by `time.time`.
        """
        query = "SELECT e.type, e.time FROM events e JOIN sagas USING (uid) WHERE saga_id = %s ORDER BY e.sequence"
        return ", ".join(f"{type_} {time / 1e6 - since:+.2f}" for type_, time in self.rows(query, saga_id))

    def faults(self) -> Iterator[str]:
        """Yield, in words, what is wrong with the log once every saga has ended."""
        told = {
            "is open": "SELECT saga_id FROM sagas WHERE end_time IS NULL",
            "has an owner although it has ended": "SELECT saga_id FROM sagas WHERE owner_epoch IS NOT NULL",
            "is in quarantine": "SELECT saga_id FROM sagas WHERE quarantine_time IS NOT NULL",
            "has gaps in its log, or not all that its head says": (
                "SELECT saga_id FROM sagas s JOIN events e USING (uid) GROUP BY s.uid, s.saga_id, s.sequence"
                " HAVING count(*) <> s.sequence OR min(e.sequence) <> 1 OR max(e.sequence) <> s.sequence"
            ),
            "did not start once, at its beginning": (
                "SELECT saga_id FROM sagas JOIN events e USING (uid) GROUP BY uid, saga_id"
                " HAVING array_agg(e.sequence) FILTER (WHERE e.type = 'SagaStarted') IS DISTINCT FROM ARRAY[1::bigint]"
            ),
            "did not end once, at the end of its log": (
                "SELECT saga_id FROM sagas s JOIN events e USING (uid) GROUP BY s.uid, s.saga_id, s.sequence"
                f" HAVING array_agg(e.sequence) FILTER (WHERE e.type IN {_ENDS}) IS DISTINCT FROM ARRAY[s.sequence]"
            ),
        }
        for words, query in told.items():
            for (saga_id,) in self.rows(query):
                yield f"{saga_id}: {words}"
