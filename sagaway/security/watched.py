"""Files that may change while a process runs, and what was read from them.

Certificates and tokens are rotated by whoever writes their files; nobody restarts a server for that. The theory is
small: a look compares what the files' system says of them (times, size, inode) with the last look, and only then
reads. What was read is believed if it makes sense as a whole and the files are still the same bytes afterwards, so a
file that is half written, or a certificate whose key has not been written yet, never replaces what works. A fault is
warned of once, and so is its end.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")

_SETTLED_NS = 2_000_000_000
"""A file's times are coarser than its writes: within this time after one, another may look the same."""

_MAX_BYTES = 1 << 20

_log = logging.getLogger("sagaway.security")


class FileFault(ValueError):
    """A file can't be used; the text is for people: which file, what is wrong with it, what would be right."""


class Watched(Generic[T]):
    """What a few files say, read anew when they change. May be used from any thread.

    Attributes:
        value: what they said when they last made sense.
    """

    def __init__(self, what: str, paths: Sequence[Path], read: Callable[[Sequence[bytes]], T]) -> None:
        """Read the files for the first time.

        Args:
            what: what they are, for the log, such as `the server's certificate`.
            paths: the files, all of which must be there.
            read: makes the value of the files' bytes, in the order of the paths; raises `FileFault`.

        Raises:
            FileFault: they can't be read, or make no sense.
        """
        self._what = what
        self._paths = tuple(paths)
        self._read = read
        self._lock = threading.Lock()
        self._fault = ""
        self._seen: object = self._signature()
        self._bytes = self._contents()
        self.value: T = read(self._bytes)

    def look(self) -> bool:
        """Look whether the files have changed, and take what they say now if it makes sense.

        Never raises for what is in a file: that is logged, and the value stays as it was.

        Returns:
            Whether the value is another one now.
        """
        if not self._lock.acquire(blocking=False):
            return False  # Somebody is at it.
        try:
            return self._look()
        finally:
            self._lock.release()

    def _look(self) -> bool:
        signature = self._signature()
        if signature is not None and signature == self._seen:
            return False
        try:
            contents = self._contents()
            new = contents != self._bytes
            value = self._read(contents) if new else self.value
            if new and self._contents() != contents:
                return False  # Written to while it was read: the next look sees what becomes of it.
        except FileFault as fault:
            self._seen = signature
            if str(fault) != self._fault:
                self._fault = str(fault)
                _log.warning("%s can't be renewed, what was read before stays in force: %s", self._what, fault)
            return False
        self._seen = signature
        if new:
            _log.info("%s was renewed", self._what)
        elif self._fault:
            _log.info("%s can be read again and is as it was", self._what)
        self._fault = ""
        self._bytes, self.value = contents, value
        return new

    def _contents(self) -> tuple[bytes, ...]:
        return tuple(read_file(path) for path in self._paths)

    def _signature(self) -> object:
        """Return what tells a changed file from the one before; None: nothing can be told, look into it."""
        try:
            stats = [path.stat() for path in self._paths]
        except OSError:
            return None
        if any(time.time_ns() - stat.st_mtime_ns < _SETTLED_NS for stat in stats):
            return None
        return tuple((stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino) for stat in stats)


def read_file(path: Path) -> bytes:
    """Return a small file's bytes.

    Raises:
        FileFault: it can't be read, is empty or larger than 1 MiB.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise FileFault(f"can't read {path}: {error.strerror}") from None
    if not data.strip():
        raise FileFault(f"{path} is empty")
    if len(data) > _MAX_BYTES:
        raise FileFault(f"{path} is larger than 1 MiB: that is no such file")
    return data
