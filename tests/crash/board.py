"""What a run's processes share, and what outlives the death of each: a page of memory, mapped before the first fork.

On it stand the number of the last *point* that was reached and the number at which to die. A point is a place at which
a process can die and the world can see a difference: before a statement, before and after a commit or rollback, before
a send, when an answer has come. The process that is to die sends itself SIGKILL there: no handler runs, no buffer is
flushed, SQLite finds what it left.
"""

from __future__ import annotations

import mmap
import os
import signal
import struct
import threading
from pathlib import Path

from tests.engine.virtual import EPOCH

_COUNT, _KILL_AT, _TIME, _ORDER, _LABEL = 0, 8, 16, 24, 32
_LABEL_SIZE = 200


class Board:
    """The shared page. Each field has one process that writes it at a time."""

    def __init__(self) -> None:
        self._page = mmap.mmap(-1, mmap.PAGESIZE)
        self._lock = threading.Lock()
        self.time = EPOCH

    def _get(self, place: int) -> int:
        number: int = struct.unpack_from("q", self._page, place)[0]
        return number

    def _set(self, place: int, number: int) -> None:
        struct.pack_into("q", self._page, place, number)

    @property
    def time(self) -> int:
        """The instant at which the orchestrator last looked at its clock, microseconds."""
        return self._get(_TIME)

    @time.setter
    def time(self, now: int) -> None:
        self._set(_TIME, now)

    def next_order(self) -> int:
        """Return a number that is higher than all before: the order in which effects came about."""
        with self._lock:
            self._set(_ORDER, self._get(_ORDER) + 1)
            return self._get(_ORDER)

    def arm(self, kill_at: int) -> None:
        """Begin to count points anew; die at this one (0: never)."""
        self._set(_COUNT, 0)
        self._set(_KILL_AT, kill_at)

    @property
    def count(self) -> int:
        """How many points were reached since `arm`."""
        return self._get(_COUNT)

    @property
    def label(self) -> str:
        """What the last point was."""
        return self._page[_LABEL : _LABEL + _LABEL_SIZE].rstrip(b"\0").decode(errors="replace")

    def reach(self, label: str) -> None:
        """Be at a point, and die if it is the one."""
        with self._lock:
            number = self._get(_COUNT) + 1
            self._set(_COUNT, number)
            text = label.encode()[:_LABEL_SIZE]
            self._page[_LABEL : _LABEL + _LABEL_SIZE] = text.ljust(_LABEL_SIZE, b"\0")
            if number == self._get(_KILL_AT):
                os.kill(os.getpid(), signal.SIGKILL)


class Points:
    """The points of one process. A process that is not to die has `Points(None)`, which costs and counts nothing."""

    def __init__(self, board: Board | None) -> None:
        self._board = board

    def reach(self, label: str) -> None:
        """Be at a point."""
        if self._board is not None:
            self._board.reach(label)

    def stop(self) -> None:
        """Count no further point."""
        self._board = None


class Notes:
    """Lines that processes leave behind: each is one write, so a death loses none that was noted."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def add(self, line: str) -> None:
        """Note a line."""
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.write(descriptor, line.encode() + b"\n")
        finally:
            os.close(descriptor)

    def lines(self) -> list[str]:
        """Return every line."""
        return self._path.read_text().splitlines() if self._path.exists() else []
