"""Inbox and outbox in SQL: every statement on the two tables, against a plain Connection."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    bindparam,
    delete,
    exists,
    insert,
    literal_column,
    select,
    update,
)

from sagaway.bus import Event, decode
from sagaway.json_text import dump_json, parse_json
from sagaway.participant.choreography.tables import inbox_table as inbox
from sagaway.participant.choreography.tables import outbox_table as outbox
from sagaway.participant.transaction import SQLITE, begin_immediate

BATCH_ROWS = 500


class Role(enum.Enum):
    """In which role an event came to a reaction."""

    HANDLE = "HANDLE"
    COMPENSATE = "COMPENSATE"


class State(enum.Enum):
    """What became of an event at a reaction."""

    HANDLED = "HANDLED"
    """The function ran, and its effect stands."""
    REJECTED = "REJECTED"
    """The function refused: no effect."""
    BLOCKED = "BLOCKED"
    """The compensation was there before: no effect."""
    COMPENSATED = "COMPENSATED"
    """Of HANDLE: the effect was undone. Of COMPENSATE: it is a tombstone."""


@dataclass(frozen=True, slots=True)
class Key:
    """A reaction of a participant."""

    participant: str
    reaction: str


@dataclass(frozen=True, slots=True)
class Handled:
    """An event that a reaction handled and that is not undone; and in which span, if it was traced."""

    event: Event
    output: Any
    traceparent: str


# Statements are made once: to make one takes longer than SQLite takes for it. Their parameters are not called as columns
# are: in an UPDATE those names are the new values.
_IS_REACTION = and_(
    inbox.c.participant == bindparam("this_participant"), inbox.c.reaction == bindparam("this_reaction")
)
_IS_SAGA = and_(inbox.c.namespace == bindparam("this_namespace"), inbox.c.saga_id == bindparam("this_saga"))
_IS_EVENT = and_(inbox.c.event_id == bindparam("this_event"), inbox.c.event_source == bindparam("this_source"))


def _in_role(role: Role) -> ColumnElement[bool]:
    return and_(_IS_REACTION, inbox.c.role == role.value)


_LOOK = select(
    exists().where(_IS_REACTION, inbox.c.role == bindparam("this_role"), _IS_EVENT),
    exists().where(_in_role(Role.COMPENSATE), _IS_SAGA),
)
_INSERT_INBOX = insert(inbox)
_KEEP = (
    update(inbox)
    .where(_in_role(Role.HANDLE), _IS_EVENT)
    .values(event=bindparam("kept"), output=bindparam("kept_output"), traceparent=bindparam("kept_traceparent"))
)
_SET_COMPENSATED = (
    update(inbox)
    .where(_in_role(Role.HANDLE), _IS_EVENT)
    .values(state=State.COMPENSATED.value, update_time=bindparam("now"))
)
_STANDING = (
    select(inbox.c.event, inbox.c.output, inbox.c.traceparent)
    .where(_in_role(Role.HANDLE), _IS_SAGA, inbox.c.state == State.HANDLED.value)
    .order_by(inbox.c.create_time.desc(), inbox.c.event_id)
)


def look(connection: Connection, key: Key, role: Role, event: Event) -> tuple[bool, bool]:
    """Say whether the event was handled by the reaction in this role, and whether the reaction was compensated in its saga."""
    found = connection.execute(_LOOK, {**_this(key, event), "this_role": role.value}).one()
    return bool(found[0]), bool(found[1])


def insert_inbox(connection: Connection, key: Key, role: Role, event: Event, state: State, now: datetime) -> None:
    """Insert the event's row, before its effect: the primary key is the guard against every other process.

    Raises:
        IntegrityError: another transaction inserted it since we looked.
    """
    values = {
        "participant": key.participant,
        "reaction": key.reaction,
        "role": role.value,
        "event_id": event.id,
        "event_source": event.source,
        "namespace": event.namespace,
        "saga_id": event.subject,
        "state": state.value,
        "create_time": now,
        "update_time": now,
    }
    connection.execute(_INSERT_INBOX, values)


def keep_for_compensation(connection: Connection, key: Key, event: Event, output: Any, traceparent: str) -> None:
    """Store with a handled event what its compensation will be given, and which span this is."""
    kept: dict[str, Any] = {"kept": event.encode(), "kept_traceparent": traceparent or None}
    kept["kept_output"] = None if output is None else dump_json(output).encode()
    connection.execute(_KEEP, {**_this(key, event), **kept})


def set_compensated(connection: Connection, key: Key, event: Event, now: datetime) -> None:
    """Say that what was done at an event was undone."""
    connection.execute(_SET_COMPENSATED, {**_this(key, event), "now": now})


def standing(connection: Connection, key: Key, event: Event) -> list[Handled]:
    """Return what the reaction handled in the event's saga and what is not undone, the last first."""
    found = connection.execute(_STANDING, _this(key, event))
    return [
        Handled(
            decode(row.event), None if row.output is None else parse_json(row.output.decode()), row.traceparent or ""
        )
        for row in found
    ]


def _waits(table: FromClause) -> ColumnElement[bool]:
    # A literal: with a parameter, no database could be sure that the partial indexes hold the rows.
    return table.c.state == literal_column("'WAITING'")


_older = outbox.alias("older")
_OLDEST = (
    select(outbox.c.id, outbox.c.namespace, outbox.c.saga_id, outbox.c.event)
    .where(
        outbox.c.participant == bindparam("participant"),
        _waits(outbox),
        ~exists().where(
            _older.c.participant == outbox.c.participant,
            _older.c.namespace == outbox.c.namespace,
            _older.c.saga_id == outbox.c.saga_id,
            _waits(_older),
            _older.c.id < outbox.c.id,
        ),
    )
    .order_by(outbox.c.create_time, outbox.c.id)
    .limit(bindparam("sagas"))
    .with_for_update(skip_locked=True, of=outbox)  # SQLite has no such locks, and SQLAlchemy leaves it out there
)

_NEXT_REACTION = (
    select(inbox.c.reaction)
    .where(inbox.c.participant == bindparam("this_participant"), inbox.c.reaction > bindparam("after"))
    .order_by(inbox.c.reaction)
    .limit(1)
)
_INSERT_OUTBOX = insert(outbox)
_MARK = (
    update(outbox).where(outbox.c.id == bindparam("row")).values(state="PUBLISHED", publish_time=bindparam("published"))
)


def reactions_of(connection: Connection, participant: str) -> Iterator[str]:
    """Yield the names of the reactions that an event came to, with one look into the key for each: rows may be many."""
    name = ""
    while found := connection.scalar(_NEXT_REACTION, {"this_participant": participant, "after": name}):
        name = found
        yield name


def outbox_values(participant: str, events: Iterable[Event], now: datetime) -> list[dict[str, Any]]:
    """Return the rows for events.

    Raises:
        EventInvalidError: one can't be encoded.
    """
    return [
        {
            "participant": participant,
            "namespace": event.namespace,
            "saga_id": event.subject,
            "event_id": event.id,
            "type": event.type,
            "event": event.encode(),
            "state": "WAITING",
            "create_time": now,
        }
        for event in events
    ]


def insert_outbox(connection: Connection, values: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, in their order."""
    for row in values:  # one by one: the ids of a bulk insert need not be in its order
        connection.execute(_INSERT_OUTBOX, row)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A row to publish."""

    id: int
    saga: tuple[str, str]
    body: bytes


def oldest_waiting(connection: Connection, participant: str, limit: int) -> list[Waiting]:
    """Return the oldest waiting row of each saga, and no other row; lock them on PostgreSQL.

    A row that another relay has locked is left to it, and so are the younger rows of its saga: for they are not the
    oldest.

    Args:
        connection: in a transaction, which holds the locks.
        participant: whose rows.
        limit: at most so many sagas.
    """
    found = connection.execute(_OLDEST, {"participant": participant, "sagas": limit})
    return [Waiting(row.id, (row.namespace, row.saga_id), row.event) for row in found]


def mark_published(connection: Connection, ids: Sequence[int], now: datetime) -> None:
    """Mark rows as published."""
    connection.execute(_MARK, [{"row": each, "published": now} for each in ids])


def purge_batch(connection: Connection, participant: str, cutoff: datetime) -> int:
    """Collect at most `BATCH_ROWS` rows of either table from before the cutoff; never one that waits.

    Returns:
        How many.
    """
    if connection.dialect.name == SQLITE:
        begin_immediate(connection)
    published = and_(outbox.c.participant == participant, outbox.c.publish_time < cutoff)
    ids = select(outbox.c.id).where(published).limit(BATCH_ROWS)
    collected = connection.execute(delete(outbox).where(outbox.c.id.in_(ids))).rowcount
    known = (inbox.c.participant, inbox.c.reaction, inbox.c.role, inbox.c.event_id, inbox.c.event_source)
    old = and_(inbox.c.participant == participant, inbox.c.update_time < cutoff)
    for row in connection.execute(select(*known).where(old).limit(BATCH_ROWS)).all():
        this = and_(*(column == value for column, value in zip(known, row, strict=True)))
        collected += connection.execute(delete(inbox).where(this, old)).rowcount
    connection.commit()
    return collected


def _this(key: Key, event: Event) -> dict[str, str]:
    """Return the parameters that say which reaction, saga and event; a statement takes those that it has."""
    return {
        "this_participant": key.participant,
        "this_reaction": key.reaction,
        "this_namespace": event.namespace,
        "this_saga": event.subject,
        "this_event": event.id,
        "this_source": event.source,
    }
