"""How ended sagas are found, removed and remembered. Each function works in an open transaction."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from sqlalchemy import Connection, bindparam, delete, insert, select, tuple_

from orchestrator.core.model import SagaKey, SagaState
from orchestrator.store.base import CorruptLog, ListPosition, SagaRow
from orchestrator.store.heads import COLUMNS, position_of, read_head
from orchestrator.store.retention import Expiry, Purged
from orchestrator.store.schema import events, parked, purged, saga_labels, sagas

_logger = logging.getLogger(__name__)

_FREE = (sagas.c.end_time.is_not(None), sagas.c.quarantine_time.is_(None))
_OLDEST = (sagas.c.start_time, sagas.c.uid)
_FORGET = delete(purged).where(
    purged.c.namespace == bindparam("b_namespace"), purged.c.saga_id == bindparam("b_saga_id")
)


def expired(connection: Connection, expiry: Expiry, after: ListPosition | None, limit: int) -> list[SagaRow]:
    """Return a page of sagas that may leave.

    They are looked for in the order of their start, in the index that lists have: what ended before has started before.
    An index of ends would make every saga's last append dearer.
    """
    query = select(*COLUMNS).where(sagas.c.namespace == expiry.namespace, sagas.c.start_time < expiry.end_before)
    query = query.where(*_FREE, sagas.c.end_time < expiry.end_before)
    if expiry.states:
        query = query.where(sagas.c.state.in_([state.value for state in expiry.states]))
    found: list[SagaRow] = []
    while len(found) < limit:
        page = query if after is None else query.where(tuple_(*_OLDEST) > tuple_(*after))
        rows = connection.execute(page.order_by(*_OLDEST).limit(limit - len(found))).all()
        for row in rows:
            try:
                found.append(read_head(row))
            except CorruptLog as error:
                _logger.warning("a purge leaves out what it can't read: %s", error)
        places = [place for place in map(position_of, rows) if place is not None]
        if not places:
            break
        after = ListPosition(*places[-1])
    return found


def purge(connection: Connection, rows: Sequence[SagaRow], now: int) -> int:
    """Remove ended sagas. Their heads are locked first; who else purges goes past what is locked."""
    by_uid = {row.uid: row for row in rows}
    free = select(sagas.c.uid).where(sagas.c.uid.in_(by_uid), *_FREE).with_for_update(skip_locked=True)
    leaving = connection.execute(free).scalars().all()
    if leaving:
        connection.execute(insert(purged), [_what_stays(by_uid[uid], now) for uid in leaving])
        for table in (events, saga_labels, parked, sagas):
            connection.execute(delete(table).where(table.c.uid.in_(leaving)))
    return len(leaving)


def _what_stays(row: SagaRow, now: int) -> dict[str, object]:
    return {
        "namespace": row.key.namespace,
        "saga_id": row.key.saga_id,
        "fingerprint": row.fingerprint,
        "state": row.state.value,
        "end_time": row.end_time,
        "purge_time": now,
    }


def find(connection: Connection, key: SagaKey) -> Purged | None:
    """Return what stays of a purged saga."""
    here = (purged.c.namespace == key.namespace, purged.c.saga_id == key.saga_id)
    row = connection.execute(select(purged).where(*here)).one_or_none()
    return None if row is None else Purged(key, row.fingerprint, SagaState(row.state), row.end_time, row.purge_time)


def forget(connection: Connection, purged_before: int, limit: int) -> int:
    """Give names free again."""
    oldest = select(purged.c.namespace, purged.c.saga_id).where(purged.c.purge_time < purged_before)
    oldest = oldest.order_by(purged.c.purge_time).limit(limit).with_for_update(skip_locked=True)
    names = [{"b_namespace": namespace, "b_saga_id": saga_id} for namespace, saga_id in connection.execute(oldest)]
    if names:
        connection.execute(_FORGET, names)
    return len(names)
