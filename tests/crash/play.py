"""Plays a scenario in forked processes that die where they are told to, until one lives to the end.

Who dies is the *cast*:

- `together`: orchestrator and participants are one process;
- `orchestrator`: participants are a process of their own, which lives on and finishes what it was asked for;
- `participants`: the same, but they die and are started again while the orchestrator lives on.
"""

from __future__ import annotations

import asyncio
import gc
import os
import select
import shutil
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from orchestrator.app import LOG_LOST_EXIT
from orchestrator.store.sql import SqlLog
from tests.crash.board import Board, Points
from tests.crash.books import audit
from tests.crash.life import GAVE_UP, START_REFUSED, Stage, live, register, rehearse
from tests.crash.participants import Host, make_tables, serve
from tests.crash.scenarios import SCENARIOS, Scenario

CASTS = ("together", "orchestrator", "participants")

_LONGEST_LIFE = 60.0
_RESERVE = 3
"""Lives beyond those that were told to die: a process may end itself because its log is lost."""


@dataclass
class Played:
    """What a run showed.

    Attributes:
        points: how many points each life of who was to die reached.
        labels: the point at which each died.
        exits: how each life of the orchestrator ended: an exit code, or a signal as a negative number.
        violations: what must never happen and did.
        outages: how often a client was told that the log is unavailable.
    """

    points: list[int] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    exits: list[int] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    outages: int = 0


class Theatre:
    """Where runs take place: a folder with a template for each scenario. One run at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._templates: dict[str, Path] = {}
        self._runs = 0
        warm = folder / "rehearsal"
        shutil.copytree(self._template("success"), warm)
        rehearse(Stage(warm, SCENARIOS["success"], Board(), Points(None), Points(None)))
        shutil.rmtree(warm)
        gc.freeze()  # so that the collector of a forked life does not copy what it inherits

    def _template(self, name: str) -> Path:
        found = self._templates.get(name)
        if found is None:
            found = self._templates[name] = self._folder / f"template-{len(self._templates)}"
            found.mkdir()
            _in_child(lambda: make_template(found, SCENARIOS[name]))
        return found

    def play(
        self,
        name: str,
        cast: str,
        kills: tuple[int, ...] = (),
        trouble: Callable[[Stage, int], Stage] | None = None,
        mend: Callable[[], None] = lambda: None,
    ) -> Played:
        """Play a scenario.

        Args:
            name: of the scenario.
            cast: who dies.
            kills: at which point each life dies; a life after these, or one that ends before its point, is the last.
            trouble: is given each life's stage and number and returns what it is to be: how a test breaks something.
            mend: undoes that, before the books are read.
        """
        self._runs += 1
        folder = self._folder / f"run-{self._runs}"
        shutil.copytree(self._template(name), folder)
        run = _Run(folder, SCENARIOS[name], cast, list(kills), trouble)
        try:
            played = run.play()
            mend()
            played.violations += audit(folder, SCENARIOS[name])
            played.outages = len(run.stage().outages.lines())
        finally:
            shutil.rmtree(folder)
        return played


class _Run:
    def __init__(
        self,
        folder: Path,
        scenario: Scenario,
        cast: str,
        kills: list[int],
        trouble: Callable[[Stage, int], Stage] | None,
    ) -> None:
        self._folder, self._scenario, self._cast, self._kills, self._trouble = folder, scenario, cast, kills, trouble
        self._board = Board()
        self._played = Played()
        self._listener: socket.socket | None = None
        self._children: dict[int, str] = {}
        self._lives = 0

    def stage(self) -> Stage:
        """Return what the next life of the orchestrator is lived on."""
        mine = Points(self._board if self._cast != "participants" else None)
        theirs = Points(self._board if self._cast == "together" else None)
        line = "" if self._cast == "together" else str(self._folder / "line")
        return Stage(self._folder, self._scenario, self._board, mine, theirs, line)

    def play(self) -> Played:
        try:
            self._arm()
            if self._cast != "together":
                self._listener = socket.socket(socket.AF_UNIX)
                self._listener.bind(str(self._folder / "line"))
                self._listener.listen(100)
                self._host()
            self._orchestrate()
            self._until_the_end()
        finally:
            for process in self._children:
                os.kill(process, signal.SIGKILL)
                os.waitpid(process, 0)
            if self._listener is not None:
                self._listener.close()
        return self._played

    def _until_the_end(self) -> None:
        while True:
            process, status = _wait(set(self._children))
            who, code = self._children.pop(process), os.waitstatus_to_exitcode(status)
            if who == "orchestrator":
                self._played.exits.append(code)
                if code == 0:
                    self._note()
                    return
            killed = code == -signal.SIGKILL
            if killed and self._board.count == self._kill_at != 0:
                self._note()
                self._arm()
            elif killed and self._trouble is not None:
                pass  # by the trouble
            elif who == "host" or code not in (LOG_LOST_EXIT, START_REFUSED, GAVE_UP) or self._trouble is None:
                self._played.violations.append(f"{who} ended with {code} at point {self._board.count}")
                return
            if who == "host":
                self._host()
            elif self._lives > len(self._played.points) + _RESERVE:
                self._played.violations.append(f"no life comes to an end; they ended with {self._played.exits}")
                return
            else:
                self._orchestrate()

    def _arm(self) -> None:
        self._kill_at = self._kills.pop(0) if self._kills else 0
        self._board.arm(self._kill_at)

    def _note(self) -> None:
        self._played.points.append(self._board.count)
        self._played.labels.append(self._board.label)

    def _orchestrate(self) -> None:
        self._lives += 1
        stage = self.stage()
        if self._trouble is not None:
            stage = self._trouble(stage, self._lives)
        self._fork("orchestrator", lambda: live(stage))

    def _host(self) -> None:
        assert self._listener is not None
        listener, board = self._listener, self._board
        points = Points(board if self._cast == "participants" else None)
        self._fork("host", lambda: asyncio.run(serve(listener, lambda: Host(self._folder, board, points))))

    def _fork(self, who: str, work: Callable[[], object]) -> None:
        self._children[_fork(work)] = who


def _fork(work: Callable[[], object]) -> int:
    process = os.fork()
    if process == 0:
        try:
            work()
        finally:
            os._exit(1)
    return process


def _wait(processes: set[int]) -> tuple[int, int]:
    """Return the first of these to end, and how; one that does not end is killed, which shows in how it ended."""
    poll = select.poll()
    descriptors = {os.pidfd_open(process): process for process in processes}
    try:
        for descriptor in descriptors:
            poll.register(descriptor, select.POLLIN)
        ended = poll.poll(_LONGEST_LIFE * 1000)
        if not ended:
            os.kill(min(processes), signal.SIGABRT)
            ended = poll.poll()
        return os.waitpid(descriptors[ended[0][0]], 0)
    finally:
        for descriptor in descriptors:
            os.close(descriptor)


def _in_child(work: Callable[[], object]) -> None:
    """Do something in a child, so that this process stays without threads: only such a one may fork."""

    def done() -> None:
        work()
        os._exit(0)

    _, status = os.waitpid(_fork(done), 0)
    assert status == 0, "a template can't be made"


def make_template(folder: Path, scenario: Scenario) -> None:
    """Make what a run finds: the participants' tables, and a log with everything registered unless it is to be fresh."""
    make_tables(folder)
    if scenario.fresh:
        return

    async def make() -> None:
        log = SqlLog(folder / "log.db")
        await log.open(1)
        await register(log, scenario.document, 1)
        await log.close()

    asyncio.run(make())
    with suppress(FileNotFoundError):
        (folder / "log.db.lock").unlink()
