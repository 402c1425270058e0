"""The benchmark's processes: started on ports that are free, measured, and ended whatever happens."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

_TICK = os.sysconf("SC_CLK_TCK")
_PATIENCE = 20.0


class BusyPort(Exception):
    """Somebody listens there already; the figures would be of something else."""


class Processes:
    """What was started; leaving the block ends it."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._started: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self._started.values():
            process.terminate()
        for process in self._started.values():
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()

    def start(
        self, name: str, address: str, arguments: Sequence[str], variables: Mapping[str, str] | None = None
    ) -> None:
        """Start `python -m ARGUMENTS`, with more variables, and return once it listens at ``address``.

        Raises:
            BusyPort: somebody listens there already.
            RuntimeError: it ended, or does not listen in time; its log has why.
        """
        if _listens(address):
            raise BusyPort(f"{address} is taken; choose another --port")
        log = self._logs / f"{name}.log"
        with log.open("wb") as output:
            process = subprocess.Popen(  # noqa: S603 - our own modules
                [sys.executable, "-m", *arguments],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, **(variables or {})},
            )
        self._started[name] = process
        deadline = time.monotonic() + _PATIENCE
        while not _listens(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{name} does not listen at {address}:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)

    def kill(self, name: str) -> None:
        """End a process with SIGKILL, and forget it."""
        process = self._started.pop(name)
        process.kill()
        process.wait()

    def commits(self, name: str, answer: Path) -> int:
        """Ask an orchestrator how many commits it has made; it answers in a file, which is taken away."""
        self._started[name].send_signal(signal.SIGUSR1)
        while not answer.exists():
            time.sleep(0.001)
        count = int(answer.read_text())
        answer.unlink()
        return count

    def processor_seconds(self) -> dict[str, float]:
        """Return the processor time each process has used with its children, user and system."""
        return {name: processor_seconds(process.pid) for name, process in self._started.items()}


def _listens(address: str) -> bool:
    host, _, port = address.rpartition(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0


def processor_seconds(pid: int) -> float:
    """Return the processor time a process has used with its children, user and system."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return (int(fields[11]) + int(fields[12])) / _TICK + sum(processor_seconds(int(child)) for child in children)
