"""Several server processes behind one address: what `sagaway serve --processes N` runs.

Theory. The parent serves nothing and never forks itself: it runs its own command again, N times, and each child finds in
its environment that it is one of them. All children listen on one port (SO_REUSEPORT), and the kernel gives each new
connection to one of them, by a hash of its addresses. Each is a replica as any other (`orchestrator.engine.leases`), with
a name that its number makes its own, so one that died and is started again takes its own place at once.

- Nobody else gets the port. Any two servers that ask for SO_REUSEPORT would share it, so the parent sees first that
  nobody listens there, and then holds it, bound without listening, as long as it lives.
- A child that ends is started again: at once, and after ever longer waits when it ends soon after its start, again and
  again. But one that refuses its first start, for a fault in the settings or because the log can't be had, ends all:
  starting it again would change nothing.
- SIGTERM or SIGINT is passed on, all drain, and the parent ends with the worst of their exit codes. A second signal ends
  it at once, and a parent that ends takes its children with it, however it ends (`sagaway.bus.bound`).
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from orchestrator.config import Settings, split_address, with_port
from orchestrator.replica import check_free
from orchestrator.signals import StopSignals
from sagaway.bus.bound import bound_to_us

_log = structlog.get_logger(__name__)

_VARIABLE = "_SAGAWAY_ONE_OF_SEVERAL"
"""What a child is told: its number, and where to listen."""

HEALTHY_SECONDS = 30.0
"""Who lived for so long did not end because of its start."""

FIRST_PAUSE = 0.5
LAST_PAUSE = 30.0
"""Seconds before a start when the one before it was in vain: doubled from the one to the other."""


@dataclass(frozen=True, slots=True)
class OneOfSeveral:
    """What a child knows of itself.

    Attributes:
        number: which it is, from 0 on.
        listen: the address that all share, with its port.
    """

    number: int
    listen: str


def one_of_several() -> OneOfSeveral | None:
    """Return which child this process is, and forget it for those that it starts; None: it is none."""
    number, _, listen = os.environ.pop(_VARIABLE, "").partition(" ")
    return OneOfSeveral(int(number), listen) if listen else None


def run(settings: Settings, refusals: frozenset[int]) -> int:
    """Keep `settings.processes` children of this command running until SIGTERM or SIGINT; returns the exit code.

    Args:
        settings: validated; logging is the caller's.
        refusals: the exit codes of a server that refuses to start.

    Raises:
        OSError: the address can't be had.
    """
    with hold(settings.listen) as held:
        listen = with_port(settings.listen, held.getsockname()[1])
        environments = [{_VARIABLE: f"{number} {listen}"} for number in range(settings.processes)]
        _log.info(f"{settings.processes} processes on {listen}", address=listen, process=os.getpid())
        # As it was started itself, the interpreter's own flags included.
        return asyncio.run(keep((sys.executable, *sys.orig_argv[1:]), environments, refusals))


def hold(address: str) -> socket.socket:
    """Return a socket that keeps an address, whose port may be 0, for this process and its children.

    Raises:
        OSError: somebody listens there, or it is no address of this machine.
    """
    host, port = split_address(address)
    if port:
        check_free(host, port)
    try:
        return _bound(host, port)
    except OSError:
        # Nobody listens, but connections of a server before us linger that did not share the port. Beside these it is
        # held only against those who would not share it either.
        return _bound(host, port, socket.SO_REUSEADDR)


def _bound(host: str, port: int, *options: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    held = socket.socket(family, kind, protocol)
    try:
        for option in (socket.SO_REUSEPORT, *options):
            held.setsockopt(socket.SOL_SOCKET, option, 1)
        held.bind(address)
    except OSError:
        held.close()
        raise
    return held


async def keep(command: Sequence[str], environments: Sequence[Mapping[str, str]], refusals: frozenset[int]) -> int:
    """Keep a child for each environment running until SIGTERM or SIGINT; returns the exit code.

    Args:
        command: what each runs.
        environments: the variables that make each what it is.
        refusals: the exit codes of one that refuses to start.
    """
    stop = asyncio.Event()
    children = [_Child(number, command, variables, stop) for number, variables in enumerate(environments)]
    with StopSignals(stop.set):
        kept = [asyncio.create_task(child.keep(refusals)) for child in children]
        stopped = asyncio.create_task(stop.wait())
        await asyncio.wait([stopped, *kept], return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        _log.info("stopping all processes")
        for child in children:
            child.terminate()
        codes = await asyncio.gather(*kept)
        await stopped
    _log.info("all processes have ended", exit_codes=codes)
    return max(codes)


def pause(in_vain: int) -> float:
    """Return how long to wait before the next start, seconds.

    Args:
        in_vain: how many starts there were, one after the other, that did not lead far.
    """
    return 0.0 if in_vain < 2 else min(FIRST_PAUSE * 2 ** (in_vain - 2), LAST_PAUSE)


class _Child:
    """One of the processes, in all its lives."""

    def __init__(self, number: int, command: Sequence[str], variables: Mapping[str, str], stop: asyncio.Event) -> None:
        self._number = number
        self._command = command
        self._environment = {**os.environ, **variables}
        self._stop = stop
        self._process: asyncio.subprocess.Process | None = None

    async def keep(self, refusals: frozenset[int]) -> int:
        """Run it until all stop, or its first start is refused; return the exit code."""
        loop, in_vain, first = asyncio.get_running_loop(), 0, True
        while True:
            begun = loop.time()
            code = await self._live()
            if self._stop.is_set() or (first and code in refusals):
                return code
            first = False
            in_vain = in_vain + 1 if loop.time() - begun < HEALTHY_SECONDS else 0
            _log.warning(
                f"process {self._number} ended; it is started again",
                number=self._number,
                exit_code=code,
                in_seconds=pause(in_vain),
            )
            with suppress(TimeoutError):
                async with asyncio.timeout(pause(in_vain)):
                    await self._stop.wait()
                return 0

    async def _live(self) -> int:
        # A session of its own: Ctrl-C is the parent's to hear, which asks it once.
        try:
            self._process = await asyncio.create_subprocess_exec(
                *bound_to_us(*self._command),
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:  # this machine has no room for it now
            _log.error("a process can't be started", number=self._number, error=str(error))
            return 1
        if self._stop.is_set():
            self.terminate()
        code = await self._process.wait()
        if code == -signal.SIGTERM:
            return 0  # it was asked to end before it could listen to that
        return code if code >= 0 else 128 - code

    def terminate(self) -> None:
        """Ask it to drain and end."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.terminate()
