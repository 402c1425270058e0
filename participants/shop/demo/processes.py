"""The demo's child processes: started, watched, killed, and ended whatever happens.

Rules: each child is in a session of its own, so that Ctrl-C reaches the demo alone and the demo ends its children in
order. Output goes to a log file a child; a child that dies unasked is reported with its last lines. Only processes
started here, and what they started themselves, are ever signalled.
"""

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Self

from participants.shop.demo.errors import DemoError

LAST_LINES = 20
PATIENCE_SECONDS = 10.0
START_PATIENCE_SECONDS = 30.0
LOOK_SECONDS = 0.02
SIGNAL_LOOK_SECONDS = 0.001
# Below the range from which systems take the ports of outgoing connections, so that none of them can take a port
# while its server is away.
PORTS = range(20_000, 30_000)


@dataclass(slots=True)
class Child:
    """A process of the demo's."""

    name: str
    address: str
    """Where it listens, as `127.0.0.1:20123`; empty if it does not."""
    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes]
    begin: int = 0
    """Where in the log its own output begins, in bytes."""
    may_end: bool = False
    """Whether it ends by itself when it is done, with exit code 0."""

    def last_lines(self) -> str:
        """The end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-LAST_LINES:]
        return "\n".join(f"  {line}" for line in lines) or "  (it wrote nothing)"

    def check(self) -> None:
        """Raises DemoError, with its last log lines, if it is not running, or has not ended as it may."""
        status = self.process.poll()
        if status is not None and not (self.may_end and status == 0):
            how = f"was ended by signal {-status}" if status < 0 else f"ended with exit code {status}"
            raise DemoError(f"{self.name} {how}. The end of {self.log}:\n{self.last_lines()}")

    async def tell(self, lines: Sequence[str], *, last: bool = False) -> None:
        """Writes lines to its standard input, which it was to read, and closes that after the last ones.

        Raises:
            DemoError: it reads no more; the text has its last log lines.
        """
        assert self.process.stdin is not None
        try:
            # In a thread, since it waits while the pipe is full.
            await asyncio.to_thread(self.process.stdin.write, "".join(f"{line}\n" for line in lines).encode())
            await asyncio.to_thread(self.process.stdin.close if last else self.process.stdin.flush)
        except OSError as error:
            raise DemoError(f"{self.name} reads no more. The end of {self.log}:\n{self.last_lines()}") from error

    async def until_it_ends(self) -> None:
        """Waits till it has ended by itself, as it may.

        Raises:
            DemoError: it fails; the text has its last log lines.
        """
        await asyncio.to_thread(self.process.wait)
        self.check()

    async def until_it_says(self, words: str) -> None:
        """Waits till these words are in its output.

        Raises:
            DemoError: it ended, or does not say so in time; the text has its last log lines.
        """
        deadline = time.monotonic() + START_PATIENCE_SECONDS
        while words.encode() not in self.log.read_bytes()[self.begin :]:
            self.check()
            if time.monotonic() > deadline:
                raise DemoError(
                    f"{self.name} does not say {words!r} after {START_PATIENCE_SECONDS:.0f} s. "
                    f"The end of {self.log}:\n{self.last_lines()}"
                )
            await asyncio.sleep(LOOK_SECONDS)


class Processes:
    """All children. Leaving the `with` block ends them."""

    def __init__(self, logs: Path) -> None:
        self._logs = logs
        self._children: dict[str, Child] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end_all()

    def start(
        self,
        name: str,
        address: str,
        arguments: Sequence[str],
        variables: Mapping[str, str] | None = None,
        *,
        may_end: bool = False,
        reads: bool = False,
    ) -> Child:
        """Starts `python -m ARGUMENTS...` as a child; a name started again appends to its log.

        It inherits the environment but for `SAGAWAY_*`; `variables` come on top. One that `may_end` is not missed
        once it has, with exit code 0. One that `reads` is told things by `Child.tell`.
        """
        inherited = {key: value for key, value in os.environ.items() if not key.startswith("SAGAWAY_")}
        log = self._logs / f"{name}.log"
        command = [sys.executable, "-m", *arguments]
        with log.open("ab") as output:
            begin = output.tell()
            process = subprocess.Popen(  # noqa: S603 - our own modules
                command,
                stdin=subprocess.PIPE if reads else subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**inherited, "PYTHONUNBUFFERED": "1", **(variables or {})},
                start_new_session=True,
            )
        child = Child(name, address, command, log, process, begin, may_end)
        self._children[name] = child
        return child

    def check(self) -> None:
        """Raises DemoError if a child has died unasked."""
        for child in self._children.values():
            child.check()

    def stop(self, child: Child) -> None:
        """Freezes a child (SIGSTOP): it does nothing more until `resume` or `kill`. Answers once it stands still.

        Raises:
            DemoError: it does not.
        """
        stop_all([child.process.pid], child.name)

    def resume(self, child: Child) -> None:
        """Lets a frozen child go on."""
        os.kill(child.process.pid, signal.SIGCONT)

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """Inside the block every child, and what children started, stands still; those not killed then go on.

        One that was frozen before stays so.

        Raises:
            DemoError: what a child started does not stand still.
        """
        going = [child for child in self._running() if not stands_still(child.process.pid)]
        try:
            for child in going:
                self.stop(child)
                stop_all(descendants(child.process.pid), f"what {child.name} had started")
            yield
        finally:
            for child in going:
                if child.process.poll() is None:
                    signal_all(descendants(child.process.pid), signal.SIGCONT)
                    self.resume(child)

    def kill(self, child: Child) -> None:
        """Kills a child, and what it started, with SIGKILL, frozen or not, and forgets it.

        Raises:
            DemoError: it has ended already, or what it started does not end.
        """
        if child.process.poll() is not None:
            raise DemoError(f"{child.name} has ended already: there is nothing to kill")
        theirs = descendants(child.process.pid)
        child.process.kill()
        signal_all(theirs, signal.SIGKILL)
        child.process.communicate()  # waits, and closes the pipe to it if there is one
        # They keep ports and files until they are gone.
        until(lambda: not any(pid in parents() for pid in theirs), f"what {child.name} had started does not end")
        del self._children[child.name]

    def _running(self) -> list[Child]:
        return [child for child in self._children.values() if child.process.poll() is None]

    def end_all(self) -> None:
        """Ends every child: SIGTERM to all, a while to finish, SIGKILL to who is left."""
        children = self._running()
        for child in children:
            child.process.terminate()
            child.process.send_signal(signal.SIGCONT)
        deadline = time.monotonic() + PATIENCE_SECONDS
        for child in children:
            try:
                child.process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()
        self._children.clear()


def free_addresses(count: int, random: Random) -> list[str]:
    """Returns addresses on 127.0.0.1 that nobody listens at now, all different."""
    found: list[int] = []
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
        if len(found) == count:
            return [f"127.0.0.1:{port}" for port in found]
    raise DemoError(f"there are no {count} free ports from {PORTS.start} to {PORTS.stop - 1} on 127.0.0.1")


def until(it_is_so: Callable[[], bool], otherwise: str) -> None:
    """Looks until it is so; raises DemoError with these words, and for how long it was not, if that takes too long."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not it_is_so():
        if time.monotonic() > deadline:
            raise DemoError(f"{otherwise} within {PATIENCE_SECONDS:.0f} s")
        time.sleep(SIGNAL_LOOK_SECONDS)


def signal_all(pids: Iterable[int], number: signal.Signals) -> None:
    """Signals processes; one that has ended meanwhile is passed over."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def stop_all(pids: Sequence[int], whose: str) -> None:
    """Freezes processes (SIGSTOP). Answers once they stand still, which is some time after they got the signal.

    Raises:
        DemoError: one does not; the text begins with `whose`.
    """
    signal_all(pids, signal.SIGSTOP)
    until(lambda: all(map(stands_still, pids)), f"{whose} does not stand still")


def stands_still(pid: int) -> bool:
    """Says whether a process does nothing: each of its threads is stopped, or has ended."""
    if not Path("/proc/self/stat").exists():
        row = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)  # noqa: S603, S607
        return row.stdout[:1] in "TZ"
    states = set()
    for each in Path(f"/proc/{pid}/task").glob("*/stat"):
        with suppress(OSError):  # it has just ended
            states.add(state_and_parent(each)[0])
    return states <= {"T", "t", "Z", "X"}


def descendants(pid: int) -> list[int]:
    """The processes that a process started, and those that they did."""
    all_of_them, found = parents(), [pid]
    for each in found:
        found += [child for child, parent in all_of_them.items() if parent == each]
    return found[1:]


def parents() -> dict[int, int]:
    """Each process's parent. From /proc, or from `ps` where there is none; zombies are left out."""
    if not Path("/proc/self/stat").exists():
        rows = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)  # noqa: S607
        found = [line.split() for line in rows.stdout.splitlines()]
        return {int(pid): int(parent) for pid, parent, state in found if not state.startswith("Z")}
    of = {}
    for each in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):  # it has just ended
            state, parent = state_and_parent(each)
            if state != "Z":
                of[int(each.parent.name)] = int(parent)
    return of


def state_and_parent(stat: Path) -> tuple[str, str]:
    """From /proc, of a process or a thread: R, S, D, T (stopped) and so on; and the parent's id."""
    # pid (name) state ppid ...; a name may hold anything.
    state, parent = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:2]
    return state, parent
