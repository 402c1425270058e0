"""Where a saga log is, and so what kind of database holds it."""

from __future__ import annotations

from pathlib import Path

from orchestrator.store.base import LogUnusable
from orchestrator.store.dialect import Dialect
from orchestrator.store.replicas import LEASE
from orchestrator.store.sqlite import SqliteDialect

_POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")


def is_postgresql(location: str) -> bool:
    """Tell whether a location is a URL of PostgreSQL."""
    scheme, separator, _ = location.partition("://")
    return bool(separator) and scheme in _POSTGRESQL


def dialect_of(location: str | Path, lease: int = LEASE) -> Dialect:
    """Return the dialect that a location is for.

    Args:
        location: a file, as a path or as `sqlite:///<path>`, or `postgresql://<user>:<password>@<host>/<database>`.
        lease: of replicas, microseconds: what is stopped or out of reach is given up well within it.

    Raises:
        LogUnusable: no database of this kind can hold a saga log, or its driver is not installed. The message has no
            password in it.
    """
    text = str(location)
    scheme, separator, rest = text.partition("://")
    if is_postgresql(text):
        return _on_postgresql(rest, lease)
    if not separator:
        path = text
    elif scheme == "sqlite" and rest.startswith("/"):
        path = rest[1:]
    else:
        raise LogUnusable(f"a saga log is a file, sqlite:///<path> or postgresql://..., not a {scheme}:// location")
    if path in ("", ":memory:"):
        raise LogUnusable("the saga log must be a file; a log in memory would lose what it promised to keep")
    return SqliteDialect(Path(path))


def _on_postgresql(rest: str, lease: int) -> Dialect:
    try:
        # Not for who uses SQLite: it takes longer to load than the rest of the house.
        from orchestrator.store.postgresql import PostgresqlDialect  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if error.name != "psycopg":
            raise
        raise LogUnusable(
            "a saga log on PostgreSQL needs the driver psycopg, which is not installed; "
            "run: pip install 'sagaway[postgresql]'"
        ) from None
    return PostgresqlDialect(rest, lease)
