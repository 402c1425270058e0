"""Being in progress is a lock that is held now, never a mark in the database: a crash leaves nothing behind.

Within a process the operation's key is in a `KeyLocks`. Between processes PostgreSQL has an advisory lock, taken in the
operation's transaction and freed by the server with it, also when the client dies in its COMMIT. SQLite needs none
between processes: BEGIN IMMEDIATE admits one writer, the next one reads what the last one committed.
"""

import hashlib
import threading

from sqlalchemy import BigInteger, Connection, bindparam, func, select

from sagaway.participant.errors import in_progress


class KeyLocks:
    """The operations under way in this process. Safe to use from several threads and event loops."""

    def __init__(self) -> None:
        self._held: set[str] = set()
        self._guard = threading.Lock()

    def __len__(self) -> int:
        """How many operations are under way, those that queue included."""
        return len(self._held)

    def acquire(self, key: str) -> None:
        """Take the key.

        Raises:
            Refusal: IN_PROGRESS: it is taken.
        """
        with self._guard:
            if key in self._held:
                raise in_progress()
            self._held.add(key)

    def release(self, key: str) -> None:
        """Give the key back; it must be held."""
        with self._guard:
            self._held.remove(key)


def advisory_key(operation_key: str) -> int:
    """Return the operation's number among PostgreSQL's advisory locks (64 bits, signed).

    Two operations with the same number would at worst wait for each other.
    """
    digest = hashlib.sha256(b"sagaway.barrier\0" + operation_key.encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def take_advisory_lock(connection: Connection, operation_key: str) -> None:
    """Take the operation's advisory lock until the transaction ends. PostgreSQL only.

    Raises:
        Refusal: IN_PROGRESS: another transaction holds it.
    """
    key = bindparam("key", advisory_key(operation_key), BigInteger)
    if not connection.execute(select(func.pg_try_advisory_xact_lock(key))).scalar_one():
        raise in_progress()
