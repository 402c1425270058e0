"""What is read from the saga log, and what is written besides appends. Each function works in an open transaction."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select, text, tuple_, update
from sqlalchemy.exc import IntegrityError

from orchestrator.core.model import Mode, SagaKey, SagaState
from orchestrator.store.base import (
    Claimed,
    CorruptLog,
    ListPosition,
    RecordedEvent,
    SagaFilter,
    SagaRow,
    SequencedEvent,
)
from orchestrator.store.dialect import Utf8
from orchestrator.store.heads import COLUMNS, emptied, position_of, read_head, uid_of
from orchestrator.store.places import HELD_PLACES
from orchestrator.store.schema import events, parked, saga_labels, sagas
from orchestrator.store.sql_replicas import ended, standing

_EVENT = (events.c.sequence, Utf8(events.c.type), events.c.version, events.c.time, Utf8(events.c.data))

_logger = logging.getLogger(__name__)

# Built once: they are read all the time.
_NAMED = (sagas.c.namespace == bindparam("namespace"), sagas.c.saga_id == bindparam("saga_id"))
_READ_SAGA = select(*COLUMNS).where(*_NAMED)
_LOCK_SAGA = select(sagas.c.uid).where(*_NAMED).with_for_update()
_READ_EVENTS = (
    select(*_EVENT)
    .where(events.c.uid == select(sagas.c.uid).where(*_NAMED).scalar_subquery(), events.c.sequence > bindparam("after"))
    .order_by(events.c.sequence)
)
_COUNT_OPEN = select(func.count()).where(
    sagas.c.namespace == bindparam("namespace"),
    sagas.c.definition_name == bindparam("name"),
    sagas.c.definition_version == bindparam("version"),
    sagas.c.end_time.is_(None),
)

CLAIMABLE = (sagas.c.end_time.is_(None), sagas.c.quarantine_time.is_(None))
# What has ended or is in quarantine is nobody's and does not wake, so it need not be excluded; and must not be, lest
# PostgreSQL takes an index that knows of the exclusion for the better one.
_SLEEPING = (
    sagas.c.owner_epoch.is_(None),
    sagas.c.wake_time.is_not(None),
    sagas.c.mode == Mode.ORCHESTRATION.value,
)
_WATCHED = (*_SLEEPING[:-1], sagas.c.mode == Mode.CHOREOGRAPHY.value)


def _sequenced(row: Sequence[Any]) -> SequencedEvent:
    sequence, type_, version, time, data = row
    return SequencedEvent(sequence, RecordedEvent(type_.decode(errors="replace"), version, time, data))


# Sagas --------------------------------------------------------------------------------------------------------------


def read_saga(connection: Connection, key: SagaKey) -> SagaRow | None:
    """Return a saga's row."""
    row = connection.execute(_READ_SAGA, key._asdict()).one_or_none()
    return None if row is None else read_head(row)


def read_events(connection: Connection, key: SagaKey, after: int, limit: int | None) -> list[SequencedEvent]:
    """Return a page of a saga's events."""
    query = _READ_EVENTS if limit is None else _READ_EVENTS.limit(limit)
    return [_sequenced(row) for row in connection.execute(query, {**key._asdict(), "after": after})]


def read_sequences(connection: Connection, keys: Sequence[SagaKey]) -> dict[SagaKey, int]:
    """Return the sequence of each of these sagas that there is, negative in quarantine."""
    query = select(sagas.c.namespace, sagas.c.saga_id, sagas.c.sequence, sagas.c.quarantine_time)
    found = connection.execute(query.where(tuple_(sagas.c.namespace, sagas.c.saga_id).in_(list(keys))))
    return {SagaKey(row[0], row[1]): row[2] if row[3] is None else -row[2] for row in found}


def list_sagas(connection: Connection, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
    """Return a page of sagas, newest first.

    Several states are as many queries, each of which stops at ``limit`` in its index, and a merge: one query for all
    of them would have to sort every saga there is.
    """
    states = sorted(filter_.states)
    if filter_.dead_letters:
        return _dead_letters(connection, filter_, after, limit)
    queries = [states] if filter_.labels or not states else [[state] for state in states]
    rows = [row for each in queries for row in _readable(connection, filter_, each, after, limit)]
    return _newest(rows, limit)


def _dead_letters(connection: Connection, filter_: SagaFilter, after: ListPosition | None, limit: int) -> list[SagaRow]:
    """Return a page of sagas that wait for a person: two queries with an index each, and a merge."""
    rows = _readable(connection, filter_, sorted(filter_.states), after, limit, sagas.c.quarantine_time.is_not(None))
    if not filter_.states or SagaState.STUCK in filter_.states:
        rows += _readable(connection, filter_, [SagaState.STUCK], after, limit)
    return _newest({row.uid: row for row in rows}.values(), limit)


def _newest(rows: Iterable[SagaRow], limit: int) -> list[SagaRow]:
    return sorted(rows, key=lambda row: (row.start_time, row.uid), reverse=True)[:limit]


def _readable(
    connection: Connection,
    filter_: SagaFilter,
    states: Sequence[SagaState],
    after: ListPosition | None,
    limit: int,
    *conditions: ColumnElement[bool],
) -> list[SagaRow]:
    """Return a page without the rows that can't be read, filled up from behind them: a short page is the last one."""
    found: list[SagaRow] = []
    while len(found) < limit:
        page = connection.execute(_page(filter_, states, after, limit - len(found)).where(*conditions)).all()
        for row in page:
            try:
                found.append(read_head(row))
            except CorruptLog as error:
                _logger.warning("a list leaves out what it can't show: %s", error)
        places = [place for place in map(position_of, page) if place is not None]
        if len(found) == limit or not places:
            break
        after = ListPosition(*places[-1])
    return found


def _page(
    filter_: SagaFilter, states: Sequence[SagaState], after: ListPosition | None, limit: int
) -> Select[*tuple[Any, ...]]:
    labels = sorted(filter_.labels.items())
    query = select(*COLUMNS)
    if labels:  # the labels' table has the same order, so that a rare label makes a fast page
        first = saga_labels.alias()
        query = query.join_from(first, sagas, first.c.uid == sagas.c.uid)
        query = query.where(first.c.namespace == filter_.namespace, first.c.name == labels[0][0])
        query = query.where(first.c.value == labels[0][1])
        start_time, uid = first.c.start_time, first.c.uid
    else:
        query = query.where(sagas.c.namespace == filter_.namespace)
        start_time, uid = sagas.c.start_time, sagas.c.uid
    for name, value in labels[1:]:
        other = saga_labels.alias()
        here = (other.c.namespace == filter_.namespace, other.c.name == name, other.c.value == value)
        # Not EXISTS, which PostgreSQL would make a join of all that have these labels, and then sort them.
        place = (other.c.start_time == start_time, other.c.uid == uid)
        query = query.where(select(other.c.uid).where(*here, *place).scalar_subquery().is_not(None))
    if states:
        query = query.where(sagas.c.state.in_([state.value for state in states]))
        if SagaState.COMPLETED not in states and not labels:
            query = query.where(text("sagas.state <> 'COMPLETED'"))  # lets the partial index be used
    if filter_.definition_name:
        query = query.where(sagas.c.definition_name == filter_.definition_name)
    if filter_.start_from is not None:
        query = query.where(start_time >= filter_.start_from)
    if filter_.start_to is not None:
        query = query.where(start_time < filter_.start_to)
    if after is not None:
        query = query.where(tuple_(start_time, uid) < tuple_(after.start_time, after.uid))
    return query.order_by(start_time.desc(), uid.desc()).limit(limit)


def count_open(connection: Connection, namespace: str, versions: Sequence[tuple[str, int]]) -> int:
    """Return how many open sagas run on these definition versions.

    A query each, because SQLite does not look up a list of pairs in an index.
    """
    found = (
        connection.execute(_COUNT_OPEN, {"namespace": namespace, "name": name, "version": version}).scalar_one()
        for name, version in set(versions)
    )
    return sum(found)


def count_states(connection: Connection) -> Mapping[SagaState, int]:
    """Return how many open sagas are in each state; a row whose state can't be read is in none."""
    query = select(Utf8(sagas.c.state), func.count()).where(sagas.c.end_time.is_(None)).group_by(sagas.c.state)
    known = {state.value.encode(): state for state in SagaState}
    return {known[state]: count for state, count in connection.execute(query) if state in known}


def count_quarantined(connection: Connection) -> int:
    """Return how many sagas are in quarantine."""
    return connection.execute(select(func.count()).where(sagas.c.quarantine_time.is_not(None))).scalar_one()


def next_wake(connection: Connection) -> int | None:
    """Return the earliest wake time of a saga that nobody owns."""
    query = select(sagas.c.wake_time).where(*_SLEEPING).order_by(sagas.c.wake_time).limit(1)
    return connection.execute(query).scalar_one_or_none()


def overdue(connection: Connection, now: int, limit: int) -> list[SagaRow]:
    """Return choreographed sagas whose wake time has come; one whose row can't be read is left out."""
    query = select(*COLUMNS).where(*_WATCHED, sagas.c.wake_time <= now)
    found = []
    for row in connection.execute(query.order_by(sagas.c.wake_time, sagas.c.uid).limit(limit)):
        try:
            found.append(read_head(row))
        except CorruptLog as error:
            _logger.warning("a choreographed saga is not looked after: %s", error)
    return found


# Claims -------------------------------------------------------------------------------------------------------------


def claim_orphans(connection: Connection, epoch: int, now: int, limit: int) -> list[Claimed]:
    """Take a page of sagas that ended replicas owned."""
    page: list[Claimed] = []
    for owner in ended(connection):
        if len(page) < limit:
            # Not "=", with which the order of the primary key would do, too: PostgreSQL would walk in it past all that ended.
            theirs = sagas.c.owner_epoch.between(owner, owner)
            query = select(sagas.c.uid).where(theirs).order_by(sagas.c.owner_epoch, sagas.c.uid)
            page += _take_page(connection, query.limit(limit - len(page)), epoch, now)
    return page


def claim_due(connection: Connection, epoch: int, now: int, limit: int) -> list[Claimed]:
    """Take a page of sagas whose wake time has come."""
    query = select(sagas.c.uid).where(*_SLEEPING, sagas.c.wake_time <= now)
    query = query.order_by(sagas.c.wake_time, sagas.c.uid).limit(limit)
    return _take_page(connection, query, epoch, now)


def claim(connection: Connection, epoch: int, now: int, key: SagaKey) -> Claimed | CorruptLog | None:
    """Take one saga, unless it is ours, aside, ended, choreographed or another replica's; one whose row can't be read is
    put aside, and that told.
    """
    try:
        # Locked, so that the row and the events that are read one after the other are of one moment.
        connection.execute(_LOCK_SAGA, key._asdict())
        row = read_saga(connection, key)
        if row is None:
            return None
        stays = row.end_time is not None or row.quarantine_time is not None or row.mode is Mode.CHOREOGRAPHY
        if not stays and row.owner_epoch != epoch and (taken := take(connection, [row.uid], epoch, now)):
            return taken[0]
        told = update(sagas).where(sagas.c.uid == row.uid, sagas.c.nudge_epoch == epoch)
        connection.execute(told.values(nudge_epoch=None))
    except CorruptLog as error:
        quarantine(connection, key, str(error), now)
        return error
    held = _held_times(connection, [row.uid]).get(row.uid, 0)
    foreign = row.owner_epoch not in (None, epoch)
    log = tuple(read_events(connection, key, 0, None))
    return Claimed(row, log, orphaned=False, held_time=held, foreign=foreign)


def _take_page(connection: Connection, query: Select[tuple[bytes]], epoch: int, now: int) -> list[Claimed]:
    """Take the next page that has at least one saga in it; an empty one says that there are no more.

    What another replica is writing or claiming just now is passed over.
    """
    query = query.with_for_update(skip_locked=True)
    while uids := connection.execute(query).scalars().all():
        if taken := take(connection, uids, epoch, now):
            return taken
    return []


def take(connection: Connection, uids: Sequence[Any], epoch: int, now: int) -> list[Claimed]:
    """Take these sagas, except those that are ours already, but put aside those whose row can't be read.

    Their rows are locked first, and left alone if they are another replica's then.
    """
    rows: dict[bytes, SagaRow] = {}
    orphaned: set[bytes] = set()
    others = standing(connection) - {epoch}
    for row in connection.execute(select(*COLUMNS).where(sagas.c.uid.in_(uids)).with_for_update()).all():
        try:
            head = read_head(row)
        except CorruptLog as error:
            _logger.error("a saga is put aside: %s", error)
            _put_aside(connection, sagas.c.uid == uid_of(row), reason=str(error), now=now)
            continue
        if head.owner_epoch in others or head.end_time is not None or head.quarantine_time is not None:
            continue
        ours = head.owner_epoch == epoch
        rows[head.uid] = head if ours else replace(head, owner_epoch=epoch, claim=head.claim + 1)
        if head.owner_epoch is not None and not ours:
            orphaned.add(head.uid)
    not_ours = sagas.c.owner_epoch.is_distinct_from(epoch)
    taking = update(sagas).where(sagas.c.uid.in_(rows), not_ours)
    connection.execute(taking.values(owner_epoch=epoch, claim=sagas.c.claim + 1, nudge_epoch=None))
    logs: Mapping[bytes, list[SequencedEvent]] = {uid: [] for uid in rows}
    query = select(events.c.uid, *_EVENT).where(events.c.uid.in_(rows)).order_by(events.c.uid, events.c.sequence)
    for uid, *event in connection.execute(query):
        logs[uid].append(_sequenced(event))
    held = _held_times(connection, rows)
    return [Claimed(rows[uid], tuple(logs[uid]), uid in orphaned, held.get(uid, 0)) for uid in uids if uid in rows]


def claims_of(connection: Connection, epoch: int, uids: Iterable[bytes]) -> dict[bytes, int]:
    """Return at which claim those of these sagas stand that an epoch owns.

    Their rows are locked, so that a transaction whose outcome nobody was told is waited for if it still goes on.
    """
    query = select(sagas.c.uid, sagas.c.claim, sagas.c.owner_epoch)
    found = connection.execute(query.where(sagas.c.uid.in_(tuple(uids))).with_for_update())
    return {uid: claim for uid, claim, owner in found if owner == epoch}


def _held_times(connection: Connection, uids: Iterable[bytes]) -> Mapping[bytes, int]:
    """Return since when sagas wait for their definitions, those that do."""
    here = (
        parked.c.uid.in_(tuple(uids)),
        parked.c.participant >= HELD_PLACES[0],
        parked.c.participant < HELD_PLACES[1],
    )
    found = connection.execute(select(parked.c.uid, parked.c.park_time).where(*here))
    return {row[0]: row[1] for row in found}


def quarantine(connection: Connection, key: SagaKey, reason: str, now: int) -> None:
    """Put a saga aside, unless it is."""
    here = (sagas.c.namespace == key.namespace, sagas.c.saga_id == key.saga_id)
    _put_aside(connection, *here, reason=reason, now=now)


def _put_aside(connection: Connection, *here: ColumnElement[bool], reason: str, now: int) -> None:
    aside = update(sagas).where(*here, sagas.c.quarantine_time.is_(None))
    aside = aside.values(owner_epoch=None, wake_time=None, quarantine_reason=reason, quarantine_time=now)
    try:
        with connection.begin_nested():
            connection.execute(aside)
    except IntegrityError:
        # A strict table takes no change of a row in which a value has another type than its column: they go.
        connection.execute(aside.values(emptied()))
