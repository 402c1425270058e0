"""One process a log file: a lock that the kernel lets go of, however its holder dies.

The lock is an `flock` on a file of its own, `<log>.lock`, because SQLite's locks on the log's file itself are lost
when any other descriptor of it is closed. The process id written in it is for people only; the `flock` is the truth,
so the file may stay behind and must not be deleted while a process runs.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from orchestrator.store.base import LogUnusable


class LockFile:
    """An exclusive lock between processes, held from `acquire` to `release` or the process's end."""

    def __init__(self, path: Path) -> None:
        """Say which file; nothing is done yet."""
        self._path = path
        self._descriptor: int | None = None

    def acquire(self) -> None:
        """Take the lock, at once.

        Raises:
            LogUnusable: another process holds it (the message names it), or the file can't be written.
        """
        try:
            descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            fault = f"the lock file {self._path} can't be opened for writing: {error.strerror}"
            raise LogUnusable(f"{fault}; give this user the right to write in {self._path.parent}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            os.close(descriptor)
            who = f"process {holder}" if holder else "another process"
            raise LogUnusable(
                f"the saga log is in use by {who}, which holds {self._path}; "
                "stop that process, or give this one another log"
            ) from None
        except OSError as error:
            os.close(descriptor)
            raise LogUnusable(
                f"the file system of {self._path} can't lock files: {error.strerror}; keep the log on a local disk"
            ) from None
        self._descriptor = descriptor
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode("ascii"), 0)

    def release(self) -> None:
        """Let go of the lock. Idempotent."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.close(self._descriptor)
            self._descriptor = None
