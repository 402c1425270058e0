"""What is parked on a participant, in SQL: whose turn it is, and for whom anything is parked at all.

The order of turns is in the index: by definition, then by time. Definitions are found by jumping from one to the next,
so a fetch costs a few look-ups a definition and not a walk over all that waits.
"""

from __future__ import annotations

from sqlalchemy import Connection, bindparam, false, func, select

from orchestrator.store import queries
from orchestrator.store.base import Claimed
from orchestrator.store.schema import parked, sagas

_HERE = (parked.c.namespace == bindparam("namespace"), parked.c.participant == bindparam("participant"))
_NEXT_DEFINITION = select(func.min(parked.c.definition_name)).where(
    *_HERE, parked.c.definition_name > bindparam("after")
)
_TURNS = (
    select(parked.c.park_time, parked.c.uid)
    .join_from(parked, sagas, sagas.c.uid == parked.c.uid)
    .where(*_HERE, parked.c.definition_name == bindparam("definition"))
    .where(*queries.CLAIMABLE, sagas.c.paused == false())
    .order_by(parked.c.park_time, parked.c.uid)
    .limit(bindparam("limit"))
)


def claim_parked(
    connection: Connection, epoch: int, now: int, namespace: str, participant: str, limit: int
) -> list[Claimed]:
    """Take those that have the next turns at a participant; one whose row can't be read is put aside."""
    here = {"namespace": namespace, "participant": participant}
    while True:
        turns, name = [], ""
        while (name := connection.execute(_NEXT_DEFINITION, {**here, "after": name}).scalar_one()) is not None:
            queue = connection.execute(_TURNS, {**here, "definition": name, "limit": limit}).all()
            turns += [(place, park_time, uid) for place, (park_time, uid) in enumerate(queue)]
        uids = [uid for _, _, uid in sorted(turns)[:limit]]
        taken = queries.take(connection, uids, epoch, now)
        if taken or not uids:
            return taken


def participants_with_parked(connection: Connection) -> list[tuple[str, str]]:
    """Return for which participants, by namespace and name, anything is parked."""
    query = select(parked.c.namespace, parked.c.participant).distinct()
    return sorted((namespace, participant) for namespace, participant in connection.execute(query))
