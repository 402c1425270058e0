"""The barrier's rows in SQL: every statement on its two tables but the purge's, against a plain Connection."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError

from sagaway.participant.barrier import CompensateState, ExecuteState, Row
from sagaway.participant.calls import StepContext
from sagaway.participant.errors import database_unavailable
from sagaway.participant.tables import barrier_table as barrier
from sagaway.participant.tables import horizon_table, utc

# Made once: building a statement takes SQLAlchemy longer than carrying it out.
_READ = select(barrier).where(barrier.c.operation_key == bindparam("key"))
_READ_AND_LOCK = _READ.with_for_update(nowait=True)
_READ_CUTOFF = select(horizon_table.c.purge_cutoff).where(horizon_table.c.participant == bindparam("name"))
_INSERT = insert(barrier)
_UPDATE = update(barrier).where(barrier.c.operation_key == bindparam("key"))


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose rows these are, and what time it is.

    Attributes:
        participant: the participant's name, for purges.
        now: the participant's clock, UTC.
    """

    participant: str
    now: datetime


def read_row(connection: Connection, operation_key: str, *, lock: bool) -> Row | None:
    """Return the operation's row, or None.

    Args:
        connection: in a transaction that holds the operation's lock.
        operation_key: which operation.
        lock: also lock the row itself, against a completion (not on SQLite, where the transaction is the only
            writer). A lock that another holds fails at once.
    """
    statement = _READ_AND_LOCK if lock else _READ
    found = connection.execute(statement, {"key": operation_key}).mappings().one_or_none()
    if found is None:
        return None
    execute_state, compensate_state = found["execute_state"], found["compensate_state"]
    return Row(
        action=found["action"],
        execute_state=None if execute_state is None else ExecuteState(execute_state),
        execute_hash=found["execute_hash"],
        execute_reply=found["execute_reply"],
        compensate_state=None if compensate_state is None else CompensateState(compensate_state),
        compensate_hash=found["compensate_hash"],
        compensate_reply=found["compensate_reply"],
    )


def read_purge_cutoff(connection: Connection, participant: str) -> datetime | None:
    """Return up to when this participant's rows were purged, or None. Read it after the row, never before."""
    cutoff = connection.execute(_READ_CUTOFF, {"name": participant}).scalar_one_or_none()
    return None if cutoff is None else utc(cutoff)


def hold_key(connection: Connection, context: StepContext, owner: Owner, request_hash: bytes) -> None:
    """Insert the operation's row before its effect: the primary key is the guard against every other process.

    Raises:
        Refusal: DATABASE_UNAVAILABLE: another transaction inserted it since we looked.
    """
    _insert(connection, context, owner, {"execute_state": ExecuteState.RUNNING.value, "execute_hash": request_hash})


def store_execute(connection: Connection, operation_key: str, owner: Owner, state: ExecuteState, reply: bytes) -> None:
    """Store an Execute's outcome in the row that `hold_key` inserted."""
    _update(connection, operation_key, owner, {"execute_state": state.value, "execute_reply": reply})


def store_compensate(
    connection: Connection,
    context: StepContext,
    owner: Owner,
    state: CompensateState,
    reply: tuple[bytes, bytes],
    *,
    new: bool,
) -> None:
    """Write the tombstone with a Compensate's outcome.

    Args:
        connection: in a transaction that holds the operation's lock.
        context: which operation.
        owner: whose row.
        state: what became of the Compensate.
        reply: the request's hash and the serialized reply.
        new: there is no row yet.

    Raises:
        Refusal: DATABASE_UNAVAILABLE: another transaction inserted the row since we looked.
    """
    values = {"compensate_state": state.value, "compensate_hash": reply[0], "compensate_reply": reply[1]}
    if new:
        _insert(connection, context, owner, values)
    else:
        _update(connection, context.operation_key, owner, values)


def store_seal(connection: Connection, context: StepContext, owner: Owner, reply: bytes, *, new: bool) -> None:
    """Write the tombstone of a Seal with its reply, and without the hash that a Compensate's has.

    Raises:
        Refusal: DATABASE_UNAVAILABLE: another transaction inserted the row since we looked.
    """
    state = CompensateState.COMPENSATED.value
    values = {"compensate_state": state, "compensate_hash": None, "compensate_reply": reply}
    if new:
        _insert(connection, context, owner, values)
    else:
        _update(connection, context.operation_key, owner, values)


def replace_pending(
    connection: Connection, operation_key: str, now: datetime, values: dict[str, Any], conditions: Sequence[Any]
) -> bool:
    """Replace a Pending outcome; one statement, so that two at once can't both do it.

    Returns:
        False if the row is not there, or not as `conditions` say.
    """
    statement = update(barrier).where(barrier.c.operation_key == operation_key, *conditions)
    return connection.execute(statement.values(update_time=now, **values)).rowcount == 1


def _insert(connection: Connection, context: StepContext, owner: Owner, values: dict[str, Any]) -> None:
    row = {
        "operation_key": context.operation_key,
        "participant": owner.participant,
        "action": context.action,
        "namespace": context.namespace,
        "saga_id": context.saga_id,
        "step_id": context.step_id,
        "create_time": owner.now,
        "update_time": owner.now,
    }
    try:
        connection.execute(_INSERT, {**row, **values})
    except IntegrityError as error:
        raise database_unavailable("Another transaction of this operation was faster") from error


def _update(connection: Connection, operation_key: str, owner: Owner, values: dict[str, Any]) -> None:
    given = {"key": operation_key, "update_time": owner.now, **values}
    changed = connection.execute(_UPDATE, given).rowcount
    assert changed == 1, "the row is held by this transaction"
