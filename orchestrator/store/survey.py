"""A look over a namespace's open sagas, at a cost that does not grow with their number.

Each count is of at most so many entries of an index, and the oldest are read from its beginning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, Select, func, select, text

from orchestrator.core.model import SagaState
from orchestrator.store.base import CorruptLog, SagaRow
from orchestrator.store.heads import COLUMNS, read_head
from orchestrator.store.schema import sagas

OPEN = (SagaState.PENDING, SagaState.RUNNING, SagaState.COMPENSATING, SagaState.STUCK)
"""The states that are counted."""

MOVING = OPEN[:-1]
"""The states in which a saga goes on by itself."""


@dataclass(frozen=True, slots=True)
class Survey:
    """How a namespace's open sagas stand.

    Attributes:
        counts: how many there are in each state of `OPEN`, those in quarantine too; each is counted up to ``most``.
        quarantined: how many are in quarantine, counted up to ``most``.
        oldest: up to ``oldest`` of those that go on by themselves, in order of their start. Rows that can't be read are
            left out.
    """

    counts: Mapping[SagaState, int]
    quarantined: int
    oldest: tuple[SagaRow, ...]


def survey(connection: Connection, namespace: str, most: int, oldest: int) -> Survey:
    """See `SagaLog.survey`."""
    counts = {state: _count(connection, _in_state(namespace, state), most) for state in OPEN}
    aside = select(sagas.c.uid).where(sagas.c.namespace == namespace, sagas.c.quarantine_time.is_not(None))
    rows = [row for state in MOVING for row in _oldest(connection, namespace, state, oldest)]
    return Survey(counts, _count(connection, aside, most), first(rows, oldest))


def first(rows: Iterable[SagaRow], number: int) -> tuple[SagaRow, ...]:
    """Return so many rows, those of the sagas that were started first."""
    return tuple(sorted(rows, key=lambda row: (row.start_time, row.uid))[:number])


def _in_state(namespace: str, state: SagaState) -> Select[tuple[bytes]]:
    # The second condition lets the partial index be used; its order, that it is, and not the table from its beginning.
    here = (sagas.c.namespace == namespace, sagas.c.state == state.value, text("sagas.state <> 'COMPLETED'"))
    return select(sagas.c.uid).where(*here).order_by(sagas.c.start_time, sagas.c.uid)


def _count(connection: Connection, query: Select[tuple[bytes]], most: int) -> int:
    return connection.execute(select(func.count()).select_from(query.limit(most).subquery())).scalar_one()


def _oldest(connection: Connection, namespace: str, state: SagaState, number: int) -> Iterable[SagaRow]:
    query = _in_state(namespace, state).with_only_columns(*COLUMNS).where(sagas.c.quarantine_time.is_(None))
    for row in connection.execute(query.limit(number)).all():
        try:
            yield read_head(row)
        except CorruptLog:
            continue  # whoever claims it puts it aside, and says so
