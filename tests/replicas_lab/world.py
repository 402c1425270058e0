"""The processes of the lab: a PostgreSQL, three replicas, the shop's services; who has ended is started again, as an operator's tools do.

A replica may end in two ways: it was killed, or it says that another one has ended it (exit code 8). All else is a fault.
"""

from __future__ import annotations

import asyncio
import signal
import socket
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from types import TracebackType
from typing import Self

from orchestrator.cli.exits import Exit
from orchestrator.store.migrating import migrate
from participants.shop.demo.play import SERVICES
from participants.shop.demo.processes import Child, Processes
from tests.replicas_lab.log import Log
from tests.replicas_lab.places import REPLICAS, Places
from tests.replicas_lab.postgres import DATABASE, PORT, Postgresql
from tests.replicas_lab.recovery import Absence
from tests.replicas_lab.service import Journals
from tests.replicas_lab.waiting import LOOK, until
from tests.store.proxies import Proxy

_WRITES = b"UPDATE replicas SET lease_expire_time"
"""What a connection says that writes; the proxies lose nothing of others."""


_ENDED = "another replica on"
"""Said by a replica that another one has ended, with where it found out."""
_SHOWN = 60
"""Lines of a traceback."""


class World:
    """The processes, while the block lasts.

    Attributes:
        addresses: of the replicas, in their order.
        places: where everybody is.
        postgresql: the server.
        log: the saga log, by the server's socket.
        journals: what came to the services.
        proxies: what stands between each replica and the server; none in networks of their own.
        absences: of replicas for whom others stood in.
        ends: how processes of replicas ended, by exit code.
        faults: what should not have happened to a process, in words.
        away: who is not started again for now.

    Args:
        folder: databases, journals and logs go there.
        places: where everybody is.
        lease: of the replicas, seconds.
        seed: what is in the shop before the first order.
    """

    def __init__(self, folder: Path, places: Places, lease: float, seed: Path) -> None:
        self.folder = folder
        self.lease = lease
        self.addresses = [places.addresses[name] for name in REPLICAS]
        self.proxies: dict[str, Proxy] = {}
        self.absences: list[Absence] = []
        self.ends: Counter[int] = Counter()
        self.faults: list[str] = []
        self.journals = Journals(folder, SERVICES)
        self.away: set[str] = set()
        self.places = places
        self._seed = seed
        self._slots: dict[str, Child] = {}
        self._lives: Counter[str] = Counter()
        self._open = ExitStack()
        (folder / "logs").mkdir()

    async def __aenter__(self) -> Self:
        with ExitStack() as stack:
            host = self.places.database_host
            self.postgresql = stack.enter_context(Postgresql(host, self.places.inside("database")))
            migrate(self.postgresql.location(), time.time_ns() // 1_000)
            self.log = Log(self.postgresql.location())
            stack.callback(self.log.close)
            if not host:
                for name in REPLICAS:
                    self.proxies[name] = stack.enter_context(Proxy(str(self.postgresql.folder), of=_WRITES))
            self._processes = stack.enter_context(Processes(self.folder / "logs"))
            for name in (*SERVICES, *REPLICAS):
                self._slots[name] = self._start(name)
            for name in SERVICES:
                await until(f"{name} listens", lambda name=name: self._listens(name))  # type: ignore[misc]
            for name in REPLICAS:
                await self._until_first_up(name)
            self._tending = asyncio.create_task(self._tend())
            self._open = stack.pop_all()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._tending.cancel()
        with suppress(asyncio.CancelledError):
            await self._tending
        self._open.close()
        self.faults += [f"{file.name}: {words}" for file in self._logs() for words in _exceptions(file)]

    @property
    def services(self) -> dict[str, str]:
        """The addresses of the participants, by name."""
        return {name: self.places.addresses[name] for name in SERVICES}

    async def until_up(self, name: str) -> None:
        """Wait until a replica takes orders."""
        await until(f"{name} is up", lambda: self._is_up(name))

    async def _until_first_up(self, name: str) -> None:
        child = self._slots[name]

        def up() -> bool:
            child.check()
            return self._is_up(name)

        await until(f"{name} is up", up)

    def kill(self, name: str) -> None:
        """End a replica with SIGKILL."""
        process = self._slots[name].process
        process.kill()
        process.wait()

    def stop(self, name: str) -> None:
        """Let a replica stand still."""
        self._processes.stop(self._slots[name])

    async def resume(self, name: str) -> None:
        """Let a replica that was ended meanwhile go on, and see it end itself."""
        process, ends = self._slots[name].process, self.ends[Exit.LOG_LOST]
        self._slots[name].process.send_signal(signal.SIGCONT)
        await until(f"{name}, which was ended, ends itself", lambda: process.poll() is not None)
        await until(f"{name} is started again", lambda: self._slots[name].process is not process)
        if self.ends[Exit.LOG_LOST] == ends:
            self.faults.append(f"{name} was ended, and did not say so when it ended itself")

    async def _tend(self) -> None:
        """Start again whoever has ended, for ever."""
        while True:
            for name, child in list(self._slots.items()):
                if name not in self.away and child.process.poll() is not None:
                    self._note_end(child)
                    self._slots[name] = self._start(name)
            await asyncio.sleep(LOOK)

    def _note_end(self, child: Child) -> None:
        code = child.process.returncode
        self.ends[code] += 1
        if code not in (-signal.SIGKILL, Exit.LOG_LOST):
            self.faults.append(f"{child.name} ended with exit code {code}: {child.last_lines()}")

    def _is_up(self, name: str) -> bool:
        return self._slots[name].process.poll() is None and self._listens(name) and self.log.epoch(name) > 0

    def _listens(self, name: str) -> bool:
        host, _, port = self.places.addresses[name].rpartition(":")
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex((host, int(port))) == 0

    def _logs(self) -> list[Path]:
        return sorted((self.folder / "logs").iterdir())

    def _start(self, name: str) -> Child:
        self._lives[name] += 1
        address, variables = self.places.addresses[name], {}
        if name in REPLICAS:
            flags = ["--listen", address, "--metrics-listen", "off", "--drain-seconds", "0.2"]
            arguments = ["orchestrator.cli.main", "serve", *flags]
            variables = {
                "SAGAWAY_DATABASE_URL": self._location(name),
                "SAGAWAY_REPLICA_NAME": name,
                "SAGAWAY_LEASE_SECONDS": str(self.lease),
                "SAGAWAY_ALLOW_INSECURE_BIND": str(not address.startswith("127.")).lower(),
                "SAGAWAY_PLAINTEXT_PARTICIPANTS": "*",
            }
        else:
            arguments = ["tests.replicas_lab.service", name, str(self.folder), str(self._seed), address]
        inside = self.places.inside(name)
        if inside:
            arguments = ["tests.replicas_lab.inside", *inside, "--", *arguments]
        return self._processes.start(f"{name}-{self._lives[name]}", address, arguments, variables)

    def _location(self, name: str) -> str:
        if name in self.proxies:
            return f"postgresql://postgres@127.0.0.1:{self.proxies[name].port}/{DATABASE}"
        return f"postgresql://postgres@{self.places.database_host}:{PORT}/{DATABASE}"


def _exceptions(log: Path) -> Iterator[str]:
    """Yield the exceptions that a process tells of in its log, but for the one that it was ended."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
    for place, line in enumerate(lines):
        if line.startswith("Traceback"):
            yield "\n".join(lines[place : place + _SHOWN])
        elif line.startswith("{") and '"exception"' in line and _ENDED not in line:
            yield line
