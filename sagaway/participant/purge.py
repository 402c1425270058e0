"""Collecting old rows, without forgetting that they were.

The cutoff is committed before the first row is deleted: from then on an operation from before the horizon (cutoff plus
the clocks' skew) that has no row is BARRIER_ROW_MISSING, never a new one. Rows go in small transactions, so that
operations are not held up. A Pending row is never collected: it is still awaited.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, func, not_, or_, select

from sagaway.participant.barrier import CompensateState, ExecuteState
from sagaway.participant.tables import barrier_table as barrier
from sagaway.participant.tables import horizon_table as horizon
from sagaway.participant.transaction import SQLITE, begin_immediate

BATCH_ROWS = 500


def raise_cutoff(connection: Connection, participant: str, cutoff: datetime) -> bool:
    """Persist the cutoff, if there is anything to collect.

    Args:
        connection: fresh from the engine.
        participant: whose rows.
        cutoff: UTC; the persisted one never goes back.

    Returns:
        False if there is nothing to collect; then the cutoff stays as it is.
    """
    oldest = select(barrier.c.operation_key).where(_old(participant, cutoff)).limit(1)
    nothing = connection.execute(oldest).first() is None
    connection.rollback()
    if nothing:
        return False
    _begin(connection)
    statement = _insert(connection, horizon).values(participant=participant, purge_cutoff=cutoff)
    connection.execute(
        statement.on_conflict_do_update(
            index_elements=[horizon.c.participant],
            set_={"purge_cutoff": statement.excluded.purge_cutoff},
            where=horizon.c.purge_cutoff < statement.excluded.purge_cutoff,
        )
    )
    connection.commit()
    return True


def collect_batch(connection: Connection, participant: str, cutoff: datetime) -> int:
    """Collect at most `BATCH_ROWS` of the participant's rows that were last changed before the persisted cutoff.

    Args:
        connection: fresh from the engine.
        participant: whose rows.
        cutoff: UTC; `raise_cutoff` has persisted it.

    Returns:
        How many; fewer than `BATCH_ROWS`: there are no more.
    """
    old = _old(participant, cutoff)
    batch = select(barrier.c.operation_key).where(old).order_by(barrier.c.update_time).limit(BATCH_ROWS)
    _begin(connection)
    # The condition stands twice: a row that changes between the choice and the deletion stays.
    collected = connection.execute(delete(barrier).where(barrier.c.operation_key.in_(batch), old)).rowcount
    connection.commit()
    return collected


def _begin(connection: Connection) -> None:
    connection.begin()
    if connection.dialect.name == SQLITE:
        begin_immediate(connection)


def _old(participant: str, cutoff: datetime) -> ColumnElement[bool]:
    # Without coalesce a NULL state would make the whole condition NULL. One of a row's two states is always set.
    compensate = func.coalesce(barrier.c.compensate_state, "")
    execute_pending = and_(compensate == "", barrier.c.execute_state == ExecuteState.PENDING.value)
    return and_(
        barrier.c.participant == participant,
        barrier.c.update_time < cutoff,
        not_(or_(execute_pending, compensate == CompensateState.PENDING.value)),
    )


def _insert(connection: Connection, table: Table) -> Any:
    """Return the database's own INSERT, which may update; only its dialect is loaded."""
    if connection.dialect.name == SQLITE:
        from sqlalchemy.dialects.sqlite import insert as insert_in_sqlite  # noqa: PLC0415

        return insert_in_sqlite(table)
    from sqlalchemy.dialects.postgresql import insert as insert_in_postgresql  # noqa: PLC0415

    return insert_in_postgresql(table)
