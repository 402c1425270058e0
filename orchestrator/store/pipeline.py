"""Statements for PostgreSQL that leave together, and are answered together.

Theory. What a transaction takes of this process is mostly the waiting for answers: for each a few system calls, and a
thread that wakes and must get the interpreter back. libpq's pipeline mode asks for many answers at once, so that a
batch takes one wait instead of one for each statement. libpq is spoken to directly, because a cursor of psycopg's waits
at each row even there. A text is prepared once a session; after that a row is no more than its parameters.

Rules.
- The server executes one statement after the other, and in READ COMMITTED each sees what was committed before it began:
  all is as if they had been sent one by one.
- They are judged in their order, and the first that is not as it should be decides. What comes after it was executed for
  nothing, or failed because of it, and is rolled back. So no COMMIT is ever among them: it is sent when all is judged.
- psycopg must prepare nothing by itself in these sessions: when it rolls back it has all prepared statements of the
  session forgotten, and these would be among them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import errors, generators
from psycopg.pq import ExecStatus
from sqlalchemy import Connection

from orchestrator.store.base import LogDataError
from orchestrator.store.dialect import Row, Statement

if TYPE_CHECKING:
    from psycopg.abc import PQGen
    from psycopg.pq.abc import PGconn, PGresult

BEGIN = Statement("BEGIN ISOLATION LEVEL READ COMMITTED", [()])
"""Begins a transaction, of which psycopg knows by itself."""

NAMES = b"saga_log_"
"""What the names of prepared statements begin with."""

_PREPARED = "prepared"  # which statements are, noted beside the session by SQLAlchemy
_numbers = count(1)


def run(connection: Connection, statements: Sequence[Statement]) -> Statement | None:
    """Execute statements, in the open transaction or one that they begin.

    Args:
        connection: of the writer.
        statements: with psycopg's placeholders.

    Returns:
        The first that touched another number of rows than it should; what came after it is not judged. None: none did.

    Raises:
        LogDataError: a parameter is nothing that the log holds.
        UnicodeError: a text can't be encoded.
        psycopg.Error: the database refuses a statement, and all before it are as they should be; or the connection was
            lost.
    """
    # Encoded first, so that nothing is sent of a batch that can't be.
    batch = [(statement, [_parameters(row) for row in statement.rows]) for statement in statements]
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    prepared: set[bytes] = connection.info.setdefault(_PREPARED, set())
    try:
        driver.pgconn.enter_pipeline_mode()
        preparing = [_send(driver.pgconn, statement, rows, prepared) for statement, rows in batch]
        driver.pgconn.pipeline_sync()
        answers = driver.wait(_answers(driver.pgconn))
        driver.pgconn.exit_pipeline_mode()
    except BaseException:
        connection.invalidate()
        raise
    return _judge(statements, preparing, answers, prepared)


def _send(
    pgconn: PGconn, statement: Statement, rows: Sequence[tuple[list[bytes | None], list[int]]], prepared: set[bytes]
) -> bytes:
    """Send a statement for each of the rows; returns its name if it had to be prepared, or nothing."""
    name, text = _named(statement.text)
    fresh = name not in prepared
    if fresh:
        pgconn.send_prepare(name, text)
    for values, formats in rows:
        pgconn.send_query_prepared(name, values, formats)
    return name if fresh else b""


def _answers(pgconn: PGconn) -> PQGen[list[PGresult]]:
    """Collect the answers to all that was sent; psycopg waits for them."""
    yield from generators.send(pgconn)
    answers: list[PGresult] = []
    while True:
        one = yield from generators.fetch_many(pgconn)
        if not one:
            raise psycopg.OperationalError("the connection was lost before all was answered")
        if one[-1].status == ExecStatus.PIPELINE_SYNC:
            return answers
        answers.append(one[-1])


def _judge(
    statements: Sequence[Statement], preparing: Sequence[bytes], answers: Sequence[PGresult], prepared: set[bytes]
) -> Statement | None:
    """Return the first that is not as it should be, and note which are prepared from now on: also those behind it."""
    first: Statement | None = None
    left = iter(answers)
    for statement, name in zip(statements, preparing, strict=True):
        own = list(islice(left, len(statement.rows) + bool(name)))
        if name and own[0].status == ExecStatus.COMMAND_OK:
            prepared.add(name)
        if first is None:
            touched = sum([_touched(answer) for answer in own])
            if statement.touches is not None and touched != statement.touches:
                first = statement
    return first


def _touched(answer: PGresult) -> int:
    if answer.status not in (ExecStatus.COMMAND_OK, ExecStatus.TUPLES_OK):
        raise errors.error_from_result(answer)
    return answer.command_tuples or 0


@lru_cache(maxsize=64)
def _named(text: str) -> tuple[bytes, bytes]:
    """Return a statement's name, the same in all sessions, and its text with the server's own placeholders."""
    first, *others = text.split("%s")
    numbered = first + "".join(f"${place}{other}" for place, other in enumerate(others, 1))
    assert "%" not in numbered, text
    return NAMES + b"%d" % next(_numbers), numbered.encode()


def _parameters(row: Row) -> tuple[list[bytes | None], list[int]]:
    """Return a row as libpq takes it: its values, and which of them are binary."""
    try:
        return [_WAYS[type(value)](value) for value in row], [type(value) is bytes for value in row]
    except KeyError as error:
        raise LogDataError(f"PostgreSQL can't hold a value: {error}") from None


# Of the server's own types as it reads them.
_WAYS: dict[type, Callable[[Any], bytes | None]] = {
    type(None): lambda value: value,
    bytes: lambda value: value,
    bool: lambda value: b"t" if value else b"f",
    int: lambda value: b"%d" % value,
    str: lambda value: without_nul(value).encode(),
}


def without_nul(text: str) -> str:
    """Return a text as PostgreSQL can hold it: all but NUL, in whose place the sign for it stands."""
    return text.replace("\0", "\N{SYMBOL FOR NULL}")
