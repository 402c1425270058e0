"""Who waits at a place (`orchestrator.store.places`), in SQL: whose turn it is, and where anybody waits at all.

The order of turns is in the index: by definition, then by time. Definitions are found by jumping from one to the next,
so a fetch costs a few look-ups a definition and not a walk over all that waits; and so are places.
"""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection, bindparam, false, func, or_, select, tuple_

from orchestrator.store import queries
from orchestrator.store.base import Claimed
from orchestrator.store.places import held_place, held_version
from orchestrator.store.schema import parked, sagas
from orchestrator.store.sql_replicas import standing

_HERE = (parked.c.namespace == bindparam("namespace"), parked.c.participant == bindparam("participant"))
# Of no other replica that was not ended, and not just being claimed or written by one.
_FREE = (
    *queries.CLAIMABLE,
    or_(sagas.c.owner_epoch.is_(None), sagas.c.owner_epoch.not_in(bindparam("others", expanding=True))),
)
_NEXT_DEFINITION = select(func.min(parked.c.definition_name)).where(
    *_HERE, parked.c.definition_name > bindparam("after")
)
_TURNS = (
    select(parked.c.park_time, parked.c.uid)
    .join_from(parked, sagas, sagas.c.uid == parked.c.uid)
    .where(*_HERE, parked.c.definition_name == bindparam("definition"))
    .where(*_FREE, sagas.c.paused == false())
    .order_by(parked.c.park_time, parked.c.uid)
    .limit(bindparam("limit"))
    .with_for_update(of=sagas, skip_locked=True)
)
_HELD = (
    select(parked.c.uid)
    .join_from(parked, sagas, sagas.c.uid == parked.c.uid)
    .where(*_HERE, parked.c.definition_name == bindparam("definition"))
    .where(*_FREE)
    .order_by(parked.c.park_time, parked.c.uid)
    .limit(bindparam("limit"))
    .with_for_update(of=sagas, skip_locked=True)
)
_PLACE = (parked.c.namespace, parked.c.participant, parked.c.definition_name)
_NEXT_PLACE = (
    select(*_PLACE)
    .where(tuple_(*_PLACE) > tuple_(bindparam("namespace"), bindparam("participant"), bindparam("definition")))
    .order_by(*_PLACE)
    .limit(1)
)


def claim_parked(
    connection: Connection, epoch: int, now: int, namespace: str, participant: str, limit: int
) -> list[Claimed]:
    """Take those that have the next turns at a participant; one whose row can't be read is put aside."""
    here = {"namespace": namespace, "participant": participant}
    others = list(standing(connection) - {epoch})
    while True:
        turns, name = [], ""
        while (name := connection.execute(_NEXT_DEFINITION, {**here, "after": name}).scalar_one()) is not None:
            queue = connection.execute(_TURNS, {**here, "definition": name, "limit": limit, "others": others}).all()
            turns += [(place, park_time, uid) for place, (park_time, uid) in enumerate(queue)]
        uids = [uid for _, _, uid in sorted(turns)[:limit]]
        if not uids:
            return []
        if taken := queries.take(connection, uids, epoch, now):
            return taken


def claim_held(
    connection: Connection, epoch: int, now: int, definition: tuple[str, str, int], limit: int
) -> list[Claimed]:
    """Take those that have waited longest for a version of their definition; one whose row can't be read is put aside."""
    namespace, name, version = definition
    others = list(standing(connection) - {epoch})
    place = {"namespace": namespace, "participant": held_place(version), "definition": name}
    here = {**place, "limit": limit, "others": others}
    while uids := connection.execute(_HELD, here).scalars().all():
        if taken := queries.take(connection, uids, epoch, now):
            return taken
    return []


def participants_with_parked(connection: Connection) -> list[tuple[str, str]]:
    """Return for which participants, by namespace and name, anything is parked."""
    parts = ((namespace, place) for namespace, place, _ in _places(connection) if held_version(place) is None)
    return sorted(set(parts))


def definitions_with_held(connection: Connection) -> list[tuple[str, str, int]]:
    """Return for which definitions, by namespace, name and version, sagas wait."""
    found = ((namespace, name, held_version(place)) for namespace, place, name in _places(connection))
    return sorted((namespace, name, version) for namespace, name, version in found if version is not None)


def _places(connection: Connection) -> Iterator[tuple[str, str, str]]:
    """Yield where anybody waits: namespace, place and definition."""
    last = ("", "", "")
    while (
        found := connection.execute(
            _NEXT_PLACE, {"namespace": last[0], "participant": last[1], "definition": last[2]}
        ).one_or_none()
    ) is not None:
        last = (found[0], found[1], found[2])
        yield last
