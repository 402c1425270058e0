"""What a person has paused, in SQL. Each function works in an open transaction."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, insert, select, update

from orchestrator.core.model import Signature
from orchestrator.store.base import Pause, PauseKind, Target
from orchestrator.store.schema import pauses

_STANDS = pauses.c.resume_time.is_(None)


def pause(connection: Connection, target: Target, by: Signature, now: int) -> bool:
    """Note a pause, unless it stands. The writer's transactions exclude each other, so nobody comes in between."""
    if connection.execute(select(pauses.c.id).where(*_here(target))).first() is not None:
        return False
    values = {
        "kind": target.kind.value,
        "namespace": target.namespace,
        "name": target.name,
        "version": target.version,
        "pause_time": now,
        "pause_reason": by.reason,
        "pause_actor": by.claimed_actor,
        "pause_principal": by.principal,
    }
    connection.execute(insert(pauses).values(values))
    return True


def resume(connection: Connection, target: Target, by: Signature, now: int) -> bool:
    """End a pause."""
    ending = (
        update(pauses)
        .where(*_here(target))
        .values(resume_time=now, resume_reason=by.reason, resume_actor=by.claimed_actor, resume_principal=by.principal)
    )
    return connection.execute(ending).rowcount > 0


def list_pauses(connection: Connection) -> list[Pause]:
    """Return every pause that stands."""
    query = select(pauses).where(_STANDS).order_by(pauses.c.id)
    return [
        Pause(
            Target(PauseKind(row.kind), row.namespace, row.name, row.version),
            row.pause_time,
            Signature(row.pause_reason, row.pause_actor, row.pause_principal),
        )
        for row in connection.execute(query)
    ]


def _here(target: Target) -> tuple[ColumnElement[bool], ...]:
    named = (pauses.c.kind == target.kind.value, pauses.c.namespace == target.namespace, pauses.c.name == target.name)
    return (_STANDS, *named, pauses.c.version == target.version)
