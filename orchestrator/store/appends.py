"""A batch of appends, as few statements as it takes.

Theory. Nearly always every append wins. So the whole batch is sent at once (`statements`), and it is compared how many
rows were touched with how many there should be. Only if they differ does the caller roll back and ask `judge`, in a new
transaction, which appends win; what it says holds until that transaction ends, because it locks the heads that it
looks at. Only a saga that another replica is just making can still come in between.

This is the hot path. The statements are SQLAlchemy's, compiled once a dialect to text and executed with tuples: its
own way of binding named parameters would cost more than the database does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import msgspec
from sqlalchemy import (
    BigInteger,
    Connection,
    Text,
    bindparam,
    case,
    delete,
    insert,
    literal_column,
    null,
    select,
    tuple_,
    update,
)
from sqlalchemy import Dialect as SqlDialect
from sqlalchemy.sql import ClauseElement

from orchestrator.core.model import SagaKey
from orchestrator.store.base import Append, Outcome
from orchestrator.store.checks import gives_back
from orchestrator.store.dialect import Row, Statement, insert_into
from orchestrator.store.schema import events, parked, purged, saga_labels, sagas
from orchestrator.store.sql_replicas import notifying

# SQLite takes at most 32,766 parameters a statement.
_CHUNK = 1_000

_to_json = msgspec.json.Encoder().encode

T = TypeVar("T")

_SET = (
    *("sequence", "append_id", "state", "cause", "owner_epoch", "wake_time"),
    *("completed_steps", "compensated_steps", "paused"),
)
_WHERE = ("b_uid", "b_expected", "b_same")
_TELL = tuple(name for name in _SET if name != "owner_epoch")


def _set_head(
    *, ends: bool = False, lifts: bool = False, keeps: bool = False, tells: bool = False, owns: bool = False
) -> ClauseElement:
    """Compare and set. Nothing matches if the append stands already: it would be the head of its own success.

    An append that does not end its saga leaves `end_time` alone, and so the indexes of open sagas.

    Args:
        ends: it may end its saga.
        lifts: it lifts the quarantine.
        keeps: whoever owns the saga keeps it.
        tells: whoever owns the saga is told.
        owns: only the saga's owner may.
    """
    columns = sagas.c
    asleep = columns.quarantine_time.is_(None)
    names = _TELL if keeps else _SET
    values: dict[str, Any] = {name: bindparam(f"b_{name}", type_=columns[name].type) for name in names}
    if tells:
        values["nudge_epoch"] = columns.owner_epoch  # as it is before
    if lifts:
        values |= {"quarantine_reason": literal_column("''"), "quarantine_time": null()}
    else:
        for name in ("wake_time",) if keeps else ("owner_epoch", "wake_time"):
            values[name] = case((asleep, values[name]), else_=null())
    if ends:
        values["end_time"] = bindparam("b_end_time", type_=columns.end_time.type)
    statement = (
        update(sagas)
        .where(columns.uid == bindparam("b_uid"))
        .where(columns.sequence == bindparam("b_expected"))
        .where(columns.append_id != bindparam("b_same"))
        .where(columns.end_time.is_(None))
        .ordered_values(*((columns[name], value) for name, value in values.items()))
    )
    return statement.where(columns.owner_epoch == bindparam("b_owner")) if owns else statement


# What else a row has, its saga's row says: appends to a saga that stands do not carry it.
_PARK = insert(parked).from_select(
    ["participant", "park_time", "uid", "namespace", "definition_name"],
    select(
        bindparam("participant", type_=Text),
        bindparam("b_park_time", type_=BigInteger),
        sagas.c.uid,
        sagas.c.namespace,
        sagas.c.definition_name,
    ).where(sagas.c.uid == bindparam("b_uid")),
)


# Touches a saga that was just made with the name of a purged one, and changes nothing in it. It is asked after they were
# made, by a statement of its own: a purge that the making had to wait for, because it was removing the saga of that name,
# is committed by now, and this statement sees it.
_PURGED = (
    update(sagas)
    .where(sagas.c.uid == bindparam("b_uid"))
    .where(select(1).where(purged.c.namespace == sagas.c.namespace, purged.c.saga_id == sagas.c.saga_id).exists())
    .values(claim=sagas.c.claim)
)


@dataclass(frozen=True, slots=True)
class _Texts:
    go_on: str
    give_back: str
    end: str
    lift: str
    tell: str
    end_theirs: str
    create: str
    purged: str
    event: str
    label: str
    unpark: str
    park: str
    notify: str


def _compile(statement: ClauseElement, dialect: SqlDialect, *order: str) -> str:
    compiled = statement.compile(dialect=dialect)
    actual = tuple(getattr(compiled, "positiontup", None) or ())
    assert actual == order, f"{actual} is not the order that rows are made in: {order}"
    return str(compiled)


@cache
def _texts(dialect: SqlDialect) -> _Texts:
    going_on = tuple(f"b_{name}" for name in _SET)
    return _Texts(
        go_on=_compile(_set_head(), dialect, *going_on, *_WHERE),
        give_back=_compile(_set_head(owns=True), dialect, *going_on, *_WHERE, "b_owner"),
        end=_compile(_set_head(ends=True), dialect, *going_on, "b_end_time", *_WHERE),
        lift=_compile(_set_head(ends=True, lifts=True), dialect, *going_on, "b_end_time", *_WHERE),
        tell=_compile(
            _set_head(keeps=True, tells=True), dialect, *(name for name in going_on if name != "b_owner_epoch"), *_WHERE
        ),
        end_theirs=_compile(_set_head(ends=True, tells=True), dialect, *going_on, "b_end_time", *_WHERE),
        create=_compile(insert_into(dialect.name, sagas).on_conflict_do_nothing(), dialect, *sagas.c.keys()),
        purged=_compile(_PURGED, dialect, "b_uid"),
        event=_compile(insert(events), dialect, *events.c.keys()),
        label=_compile(insert(saga_labels), dialect, *saga_labels.c.keys()),
        unpark=_compile(delete(parked).where(parked.c.uid == bindparam("b_uid")), dialect, "b_uid"),
        park=_compile(_PARK, dialect, "participant", "b_park_time", "b_uid"),
        notify=notifying(dialect),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """A batch as parameters of the statements.

    Attributes:
        go_on: of heads that stay open.
        give_back: of heads that stay open, with no events: the owner's alone.
        end: of heads that end.
        lift: of heads that leave their quarantine.
        tell: of heads whose owner goes on with them.
        end_theirs: of heads whose owner need not go on.
        create: of new heads.
        events: of events.
        labels: of labels of new sagas.
        unpark: of sagas whose parked steps are others than before.
        park: of what they are parked on now.
    """

    go_on: list[Row] = field(default_factory=list)
    give_back: list[Row] = field(default_factory=list)
    end: list[Row] = field(default_factory=list)
    lift: list[Row] = field(default_factory=list)
    tell: list[Row] = field(default_factory=list)
    end_theirs: list[Row] = field(default_factory=list)
    create: list[Row] = field(default_factory=list)
    events: list[Row] = field(default_factory=list)
    labels: list[Row] = field(default_factory=list)
    unpark: list[Row] = field(default_factory=list)
    park: list[Row] = field(default_factory=list)


def rows_of(batch: Iterable[Append], epoch: int) -> Rows:
    """Return the rows of a batch.

    Args:
        batch: the appends.
        epoch: of this process.
    """
    rows = Rows()
    for append in batch:
        if append.new is None:
            _head_rows(rows, append, epoch)
        else:
            _new_rows(rows, append, epoch)
        uid, sequence, append_id = append.uid, append.expected, append.append_id
        mark: bytes | None = append_id
        for event in append.events:
            sequence += 1
            rows.events.append((uid, sequence, mark, event.type, event.version, event.time, event.data.decode()))
            mark = None
        if append.parked is not None:
            rows.unpark.append((uid,))
            rows.park.extend((participant, time, uid) for participant, time in append.parked.items())
    return rows


def _head_rows(rows: Rows, append: Append, epoch: int) -> None:
    head, append_id = append.head, append.append_id
    values = (
        append.expected + len(append.events),
        append_id,
        head.state.value,
        None if head.cause is None else head.cause.value,
        epoch if head.owned else None,
        head.wake_time,
        head.completed_steps,
        head.compensated_steps,
        head.paused,
    )
    if append.for_owner and head.owned:
        rows.tell.append((*values[:4], *values[5:], append.uid, append.expected, append_id))
    elif append.for_owner:
        rows.end_theirs.append((*values, head.end_time, append.uid, append.expected, append_id))
    elif append.lifts_quarantine:
        rows.lift.append((*values, head.end_time, append.uid, append.expected, append_id))
    elif gives_back(append):
        rows.give_back.append((*values, append.uid, append.expected, append_id, epoch))
    elif head.end_time is None:
        rows.go_on.append((*values, append.uid, append.expected, append_id))
    else:
        rows.end.append((*values, head.end_time, append.uid, append.expected, append_id))


def _new_rows(rows: Rows, append: Append, epoch: int) -> None:
    new, head = append.new, append.head
    assert new is not None
    rows.create.append(
        (
            append.uid,
            append.key.namespace,
            append.key.saga_id,
            len(append.events),
            append.append_id,
            head.state.value,
            None if head.cause is None else head.cause.value,
            new.mode.value,
            new.definition_name,
            new.definition_version,
            new.definition_hash,
            new.fingerprint,
            _to_json(dict(new.labels)).decode() if new.labels else "{}",
            new.start_time,
            new.timeout_time,
            head.end_time,
            head.wake_time,
            epoch if head.owned else None,
            int(head.owned),
            new.step_count,
            head.completed_steps,
            head.compensated_steps,
            head.paused,
            "",
            None,
            None,
        )
    )
    for name, value in new.labels.items():
        rows.labels.append((append.key.namespace, name, value, new.start_time, append.uid))


def statements(rows: Rows, dialect: SqlDialect) -> list[Statement]:
    """Return what writes a batch; if all of it touches what it should, every append won.

    Args:
        rows: the batch.
        dialect: SQLAlchemy's, of the database.
    """
    texts = _texts(dialect)
    all_of_them = (
        # New sagas first: their events and labels refer to them.
        Statement(texts.create, rows.create, len(rows.create)),
        Statement(texts.go_on, rows.go_on, len(rows.go_on)),
        Statement(texts.give_back, rows.give_back, len(rows.give_back)),
        Statement(texts.end, rows.end, len(rows.end)),
        Statement(texts.lift, rows.lift, len(rows.lift)),
        Statement(texts.tell, rows.tell, len(rows.tell)),
        Statement(texts.end_theirs, rows.end_theirs, len(rows.end_theirs)),
        Statement(texts.purged, [row[:1] for row in rows.create], 0),
        Statement(texts.event, rows.events),
        Statement(texts.label, rows.labels),
        Statement(texts.unpark, rows.unpark),
        Statement(texts.park, rows.park),
        Statement(texts.notify, [()] if texts.notify and (rows.tell or rows.end_theirs) else []),
    )
    return [statement for statement in all_of_them if statement.rows]


def judge(connection: Connection, batch: Sequence[Append], epoch: int) -> list[Outcome | None]:
    """Say of each append what became of it before this transaction; None: nothing, and it wins.

    An append stands already if the event at its place carries its id, whatever came after; one without events, if the
    head does.

    Args:
        connection: in the transaction that writes the winners.
        batch: the appends.
        epoch: of this process.
    """
    heads: dict[bytes, tuple[int, bytes, int | None, int | None]] = {}
    for uids in _chunks(append.uid for append in batch):
        head = select(sagas.c.uid, sagas.c.sequence, sagas.c.append_id, sagas.c.end_time, sagas.c.owner_epoch)
        for uid, sequence, append_id, end_time, owner in connection.execute(
            head.where(sagas.c.uid.in_(uids)).with_for_update()
        ):
            heads[uid] = (sequence, append_id, end_time, owner)
    taken: set[tuple[str, str]] = set()
    for keys in _chunks(append.key for append in batch if append.new is not None):
        for table in (sagas, purged):
            key = select(table.c.namespace, table.c.saga_id)
            found = connection.execute(key.where(tuple_(table.c.namespace, table.c.saga_id).in_(keys)))
            taken.update(SagaKey(*row) for row in found)
    firsts: dict[tuple[bytes, int], bytes | None] = {}
    for places in _chunks((append.uid, append.expected + 1) for append in batch if append.events):
        first = select(events.c.uid, events.c.sequence, events.c.append_id)
        for uid, sequence, mark in connection.execute(first.where(tuple_(events.c.uid, events.c.sequence).in_(places))):
            firsts[uid, sequence] = mark

    def verdict(append: Append) -> Outcome | None:
        sequence, append_id, end_time, owner = heads.get(append.uid, (0, b"", None, None))
        if append.events:
            append_id = firsts.get((append.uid, append.expected + 1)) or b""
        if append_id == append.append_id:
            return Outcome.COMMITTED
        if sequence != append.expected or end_time is not None or append.key in taken:
            return Outcome.CONFLICT
        return Outcome.CONFLICT if gives_back(append) and owner != epoch else None

    return [verdict(append) for append in batch]


def _chunks(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, _CHUNK)):
        yield chunk
