"""Builds the failing disk (`faults.c`) and says what it does. It must be loaded when a process starts (`environment`)."""

from __future__ import annotations

import errno
import mmap
import os
import shutil
import struct
import subprocess
from enum import IntEnum, IntFlag
from pathlib import Path

SOURCE = Path(__file__).with_name("faults.c")
VARIABLE = "FAULTY_DISK"

_FIELDS = struct.Struct("6q976s")
_FOR_EVER = 1 << 62


class Kind(IntFlag):
    """Kinds of operations."""

    WRITE = 1
    SYNC = 2
    READ = 4
    TRUNCATE = 8
    CHANGE = 11


class Action(IntEnum):
    """What becomes of an operation."""

    IO_ERROR = errno.EIO
    FULL = errno.ENOSPC
    KILL = -1
    TEAR = -2


def compiler() -> str | None:
    """Return a C compiler, or None if this machine has none."""
    return shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")


def build(folder: Path) -> Path:
    """Build the library."""
    library, command = folder / "faults.so", compiler()
    assert command is not None, "ask compiler() first"
    subprocess.run(
        [command, "-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", str(library), str(SOURCE), "-ldl"], check=True
    )
    return library


class Faults:
    """The disk's control: what it does from now on, in every process that has it loaded."""

    def __init__(self, file: Path) -> None:
        """Open the control; makes its file if there is none."""
        if not file.exists():
            file.write_bytes(bytes(_FIELDS.size))
        with file.open("r+b") as opened:
            self._page = mmap.mmap(opened.fileno(), _FIELDS.size)
        self.file = file

    def arm(self, database: Path, kinds: Kind, action: Action, at: int, many: int | None = 1) -> None:
        """Let operations on a database's files fail from now on.

        Args:
            database: the file.
            kinds: what is counted.
            action: how they fail.
            at: the number of the first that fails; 0: none, only count.
            many: how many fail; None: all from then on.
        """
        until = _FOR_EVER if many is None else at + many - 1
        path = os.fsencode(database.resolve())
        _FIELDS.pack_into(self._page, 0, 0, at, until, int(kinds), int(action), 0, path)

    def mend(self) -> None:
        """Let everything succeed and count nothing; what was counted stays."""
        struct.pack_into("q", self._page, 8, 0)
        struct.pack_into("q", self._page, 24, 0)

    @property
    def count(self) -> int:
        """How many operations were counted since `arm`."""
        number: int = _FIELDS.unpack_from(self._page)[0]
        return number

    @property
    def fired(self) -> int:
        """How many failed."""
        number: int = _FIELDS.unpack_from(self._page)[5]
        return number


def environment(library: Path, control: Path) -> dict[str, str]:
    """Return what a process's environment must have for its disk to fail."""
    return {"LD_PRELOAD": str(library), VARIABLE: str(control)}
