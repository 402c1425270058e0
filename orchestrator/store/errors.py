"""What a store raises, by name; `orchestrator.store.base` says when."""

from __future__ import annotations


class StoreError(Exception):
    """The root of a store's errors."""


class LogUnavailable(StoreError):
    """The log can't be written or read now (disk full, lock, lost connection). The outcome is unknown; ask again."""


class LogDamaged(LogUnavailable):
    """A read met a damaged page, or a disk that failed to read one: SQLite does not tell these two apart."""


class LogDataError(StoreError):
    """The database refuses some data of a batch. Nothing of it was written; smaller batches tell which append it is."""


class LogFatal(StoreError):
    """What is on disk is no longer known (an I/O error at a commit), or damaged at a write. End the process and recover."""


class ReplicaEnded(LogFatal):
    """Another replica has ended this one (`orchestrator.engine.leases`). The log is whole; end the process and begin anew."""


class LogUnusable(StoreError):
    """The log can't be opened: it is another program's, of a newer version, or in use. The message says what to do."""


class CorruptLog(StoreError):
    """A row that this program can't read; the message names place and fault, never what it holds. If it is a saga's,
    `read` and `claim` raise this, lists leave it out, and a claim quarantines it (since `open`, if given no time)."""
