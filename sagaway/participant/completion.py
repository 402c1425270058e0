"""Reporting what became of a Pending operation, inside the author's own transaction.

Each is one conditional UPDATE: of two at once, or of one against a Compensate, the database lets one win. The loser is
told by an exception, so that its transaction, with its effect, is rolled back.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from sagaway.participant.barrier import CompensateState, ExecuteState
from sagaway.participant.calls import Rejected
from sagaway.participant.errors import (
    OperationCompensatedError,
    OperationNotPendingError,
    OperationUnknownError,
)
from sagaway.participant.operation import BadAnswerError, compensate_response, completed_response, rejected_response
from sagaway.participant.rows import read_row, replace_pending
from sagaway.participant.tables import barrier_table as barrier

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    AnyConnection = Connection | AsyncConnection


def complete(connection: AnyConnection, key: str, output: object, now: datetime) -> Awaitable[None] | None:
    """See `Participant.complete`."""
    try:
        reply = completed_response(output).SerializeToString(deterministic=True)
    except BadAnswerError as error:
        raise ValueError(f"complete was given {error}") from error
    return _on(connection, lambda inner: _replace_execute(inner, key, now, ExecuteState.COMPLETED, reply))


def reject(connection: AnyConnection, key: str, reason: str, message: str, now: datetime) -> Awaitable[None] | None:
    """See `Participant.reject`."""
    reply = rejected_response(Rejected(reason, message)).SerializeToString(deterministic=True)
    return _on(connection, lambda inner: _replace_execute(inner, key, now, ExecuteState.REJECTED, reply))


def complete_compensation(connection: AnyConnection, key: str, now: datetime) -> Awaitable[None] | None:
    """See `Participant.complete_compensation`."""
    reply = compensate_response(pending=False).SerializeToString(deterministic=True)

    def replace(inner: Connection) -> None:
        values = {"compensate_state": CompensateState.COMPENSATED.value, "compensate_reply": reply}
        pending = barrier.c.compensate_state == CompensateState.PENDING.value
        if not replace_pending(inner, key, now, values, [pending]):
            raise _why(inner, key, "no compensation of it is Pending")

    return _on(connection, replace)


def _replace_execute(connection: Connection, key: str, now: datetime, state: ExecuteState, reply: bytes) -> None:
    values: dict[str, Any] = {"execute_state": state.value, "execute_reply": reply}
    conditions = [barrier.c.execute_state == ExecuteState.PENDING.value, barrier.c.compensate_state.is_(None)]
    if replace_pending(connection, key, now, values, conditions):
        return
    row = read_row(connection, key, lock=False)
    if row is not None and row.compensate_state is not None:
        raise OperationCompensatedError(
            f"operation {key!r} was compensated: its outcome can't be reported any more; roll back"
        )
    raise _why(connection, key, "its Execute is not Pending")


def _why(connection: Connection, key: str, fault: str) -> OperationUnknownError | OperationNotPendingError:
    if read_row(connection, key, lock=False) is None:
        return OperationUnknownError(f"operation {key!r} has no barrier row in this database")
    return OperationNotPendingError(f"operation {key!r} waits for no outcome: {fault}; roll back")


def _on(connection: AnyConnection, work: Callable[[Connection], None]) -> Awaitable[None] | None:
    if not isinstance(connection, Connection):
        return connection.run_sync(work)
    work(connection)
    return None
