"""That the log was restored from a backup, in SQL. Each function works in an open transaction that notes a change, and such
transactions exclude each other; so nobody comes in between.
"""

from __future__ import annotations

from sqlalchemy import Connection, insert, select, update

from orchestrator.core.model import Signature
from orchestrator.store.schema import restores

_STANDS = restores.c.end_time.is_(None)


def declare(connection: Connection, now: int) -> bool:
    """Note a declaration, unless one stands."""
    if standing(connection):
        return False
    connection.execute(insert(restores).values(declare_time=now))
    return True


def end(connection: Connection, by: Signature, now: int) -> bool:
    """Note that a person has ended it."""
    ending = {"end_reason": by.reason, "end_actor": by.claimed_actor, "end_principal": by.principal}
    return connection.execute(update(restores).where(_STANDS).values(end_time=now, **ending)).rowcount > 0


def standing(connection: Connection) -> int:
    """Return when it was declared, microseconds; 0: it was not, or was ended."""
    return connection.execute(select(restores.c.declare_time).where(_STANDS)).scalar() or 0
