"""What is asked of the registered definitions and participants, and written. Each function works in an open transaction."""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, select, tuple_, update

from orchestrator.store.base import DefinitionRow, ParticipantRow
from orchestrator.store.dialect import insert_into
from orchestrator.store.schema import definitions, participants


def put_definition(connection: Connection, row: DefinitionRow) -> bool:
    """Register a definition, unless it stands."""
    values = {column.name: getattr(row, column.name) for column in definitions.c}
    return (
        connection.execute(
            insert_into(connection.dialect.name, definitions).values(values).on_conflict_do_nothing(),
            execution_options={"preserve_rowcount": True},
        ).rowcount
        == 1
    )


def deprecate_definition(connection: Connection, namespace: str, name: str, version: int, now: int) -> bool:
    """Deprecate a definition; the first time stays."""
    here = (definitions.c.namespace == namespace, definitions.c.name == name, definitions.c.version == version)
    first = func.coalesce(definitions.c.deprecate_time, now)
    return connection.execute(update(definitions).where(*here).values(deprecate_time=first)).rowcount == 1


def get_definition(connection: Connection, namespace: str, name: str, version: int) -> DefinitionRow | None:
    """Return a definition, or the newest one."""
    query = select(definitions).where(definitions.c.namespace == namespace, definitions.c.name == name)
    if version:
        query = query.where(definitions.c.version == version)
    else:
        query = query.where(definitions.c.deprecate_time.is_(None)).order_by(definitions.c.version.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return None if row is None else DefinitionRow(*row)


def list_definitions(
    connection: Connection, namespace: str, name: str, after: tuple[str, int] | None, limit: int
) -> list[DefinitionRow]:
    """Return a page of definitions."""
    query = select(definitions).where(definitions.c.namespace == namespace)
    if name:
        query = query.where(definitions.c.name == name)
    if after is not None:
        query = query.where(tuple_(definitions.c.name, definitions.c.version) > tuple_(*after))
    query = query.order_by(definitions.c.name, definitions.c.version).limit(limit)
    return [DefinitionRow(*row) for row in connection.execute(query)]


def definition_namespaces(connection: Connection) -> list[str]:
    """Return the namespaces that have definitions: one look into the index for each."""
    found: list[str] = []
    first = select(func.min(definitions.c.namespace))
    while (
        after := connection.scalar(first.where(definitions.c.namespace > found[-1]) if found else first)
    ) is not None:
        found.append(after)
    return found


def put_participant(connection: Connection, row: ParticipantRow) -> None:
    """Register or replace a participant."""
    values = {column.name: getattr(row, column.name) for column in participants.c}
    statement = insert_into(connection.dialect.name, participants).values(values)
    replaced = {name: statement.excluded[name] for name in values if name not in ("namespace", "name", "create_time")}
    connection.execute(statement.on_conflict_do_update(index_elements=["namespace", "name"], set_=replaced))


def delete_participant(connection: Connection, namespace: str, name: str) -> bool:
    """Remove a participant."""
    here = (participants.c.namespace == namespace, participants.c.name == name)
    return connection.execute(delete(participants).where(*here)).rowcount == 1


def get_participant(connection: Connection, namespace: str, name: str) -> ParticipantRow | None:
    """Return a participant."""
    query = select(participants).where(participants.c.namespace == namespace, participants.c.name == name)
    row = connection.execute(query).one_or_none()
    return None if row is None else ParticipantRow(*row)


def list_participants(
    connection: Connection, namespace: str, after: tuple[str, str] | None, limit: int
) -> list[ParticipantRow]:
    """Return a page of participants."""
    query = select(participants)
    if namespace:
        query = query.where(participants.c.namespace == namespace)
    if after is not None:
        query = query.where(tuple_(participants.c.namespace, participants.c.name) > tuple_(*after))
    query = query.order_by(participants.c.namespace, participants.c.name).limit(limit)
    return [ParticipantRow(*row) for row in connection.execute(query)]
