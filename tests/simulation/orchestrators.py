"""The orchestrator's processes on one log: the production engine, committer and caller, and how they die.

Where there are no replicas one follows another, and has the log for itself. Replicas share it, each with a lease: there
are two or three *seats*, in each of which one process follows another, and clients ask any of them.
"""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from typing import Any, TypeVar, cast

from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.engine import Engine
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogFatal, LogUnavailable, SagaLog
from orchestrator.store.memory import MemoryLog
from tests.simulation.definitions import NAMESPACE, SDK, STABLE
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.port import SECOND, Port, Shared
from tests.simulation.wire import Cut, Wire

T = TypeVar("T")


class Unreachable(Exception):
    """The orchestrator gave no answer; nothing is known of the outcome."""


class SimulatedClock:
    """A clock that runs on the loop's time, and now and then is set.

    Attributes:
        offset: how far it is off, microseconds.
    """

    def __init__(self, loop: SimulatedLoop) -> None:
        self._loop = loop
        self.offset = 0

    def now(self) -> int:
        return 1_800_000_000 * SECOND + round(self._loop.time() * SECOND) + self.offset


class Life:
    """One process of the orchestrator.

    Attributes:
        seat: in which it sits, or sat.
        wire: its connection to a log that it shares; None: it has the log for itself.
        engine: set once it serves.
    """

    def __init__(self, process: Process, seat: int, port: Port, wire: Wire | None) -> None:
        self.process = process
        self.seat = seat
        self.port = port
        self.wire = wire
        self.catalog = DefinitionCatalog(cast(SagaLog, port))
        self.engine: Engine | None = None


class Orchestrators:
    """The orchestrator's processes.

    Attributes:
        clocks: the clock of each seat.
        log_clock: the log's own, by which leases run out.
        lives: how many there were.
        over: True once there will be no more.
    """

    def __init__(
        self, loop: SimulatedLoop, plan: Plan, log: MemoryLog, ledger: Ledger, note: Callable[[str], None]
    ) -> None:
        self._loop = loop
        self._plan = plan
        self._chance = plan.chance
        self._log = log
        self._ledger = ledger
        self._note = note
        self._shares = Fault.REPLICAS in plan.on
        seats = self._chance.choice((2, 2, 2, 3)) if self._shares else 1
        self._lease = self._chance.choice((3, 15, 15, 15)) * SECOND if self._shares else 0
        self._hints = self._chance.random() < 0.5
        self.clocks = [SimulatedClock(loop) for _ in range(seats)]
        self.log_clock = SimulatedClock(loop)
        self.lives = 0
        self.over = False
        self._seats: list[Life | None] = [None] * seats
        self._every: list[Life] = []  # also those that were replaced, and the dead
        self._latency = self._chance.choice((0.0, 0.001, 0.01, 0.1))
        self._limit = self._chance.choice((1, 2)) if Fault.NARROW in plan.on else 64
        self._batch_limit = self._chance.choice((0, 2, 100))
        self._probed = frozenset({"act", "look"} if Fault.PROBE in plan.on else ())
        self._settings = _settings(self._chance, narrow=Fault.NARROW in plan.on)
        self._patience = self._chance.choice((30, 150, 600))
        self._calm_time = math.inf  # when the faults stopped
        loop.on_death = self._died

    @property
    def serving(self) -> list[Life]:
        """Those that clients reach, whatever state they are in."""
        return [life for life in self._seats if life is not None]

    # Lives ---------------------------------------------------------------------------------------------------------

    def boot_all(self) -> None:
        """Start a process in every seat that is empty."""
        for seat in range(len(self._seats)):
            self.boot(seat)

    def boot(self, seat: int) -> None:
        """Start the next process in a seat, unless one is there."""
        if self._seats[seat] is not None or self.over:
            return
        self.lives += 1
        process = Process(f"orchestrator-{self.lives}")
        plan = self._plan
        if not plan.calm and Fault.CRASH in plan.on and self._chance.random() < 0.7:
            process.die_at = 1 + int(self._chance.expovariate(1 / self._patience))
        if Fault.NARROW in plan.on:
            plan.fired[Fault.NARROW] += 1
        plan.fired[Fault.REPLICAS] += bool(self.serving)
        wire, shared = None, None
        if self._shares:
            patience = self._lease / SECOND * self._chance.choice((0.3, 1.5))
            wire = Wire(self._loop, plan, self._latency, patience)
            # A process that is started again, or one more.
            name = f"seat-{seat}" if self._chance.random() < 0.6 else process.name
            shared = Shared(name, self._lease, self.log_clock.now, self._loop.time, wire, self._tell)
        life = Life(process, seat, Port(self._log, plan, self._ledger, self._latency, shared), wire)
        self._seats[seat] = life
        self._every.append(life)
        self._note(f"{process.name} starts{f' in seat {seat} as {shared.name}' if shared is not None else ''}")
        self._loop.spawn(process, self._serve(life))

    async def _serve(self, life: Life) -> None:
        clock = self.clocks[life.seat]
        await life.port.open(clock.now())
        registry = ParticipantRegistry(Encryption(plaintext=["*"]))
        for name in STABLE:
            registry.put(
                NAMESPACE,
                name,
                f"{name}:1",
                Limits(self._limit),
                self._batch_limit,
                probed=frozenset() if name == SDK else self._probed,
            )
        engine = Engine(
            cast(SagaLog, life.port),
            GrpcCaller(registry),
            life.catalog,
            clock,
            random.Random(self._chance.getrandbits(64)),
            self._settings,
            partial(self._fatal, life),
        )
        await engine.start()
        life.engine = engine

    def _fatal(self, life: Life, error: LogFatal) -> None:
        if not life.port.fenced:
            self._ledger.violated(f"{life.process.name}: the log is fatal: {error}")
        elif life in self.serving and self._loop.time() > self._calm_time + 3 * self._lease / SECOND:
            self._ledger.violated(f"{life.process.name} was ended although nothing kept it from renewing its lease")
        self._later(self._chance.uniform(0, 2), partial(self._give_up, life))

    def _give_up(self, life: Life) -> None:
        """A process ends because it was ended."""
        if life.process.alive:
            self._note(f"{life.process.name} gives up")
            if self._end(life):
                self._restart_later(life.seat)

    def end_all(self) -> None:
        """Kill every process."""
        for life in self._every:
            self._end(life)

    def _end(self, life: Life) -> bool:
        """Kill a process, if it lives; True if it left its seat."""
        if life.process.alive:
            self._loop.kill(life.process)
        sat = self._seats[life.seat] is life
        if sat:
            self._seats[life.seat] = None
        return sat

    def _died(self, process: Process) -> None:
        for life in self.serving:
            if life.process is process:
                self._plan.fired[Fault.CRASH] += 1
                self._note(f"{process.name} dies before its callback {process.steps}")
                self._end(life)
                self._restart_perhaps(life.seat)

    def _restart_perhaps(self, seat: int) -> None:
        """What has died comes back, but where others are there it may not."""
        if not self.serving or self._chance.random() < 0.8:
            self._restart_later(seat)

    def _restart_later(self, seat: int) -> None:
        down = self._chance.choice((0.0, 0.1, 1.0, 20.0)) * self._chance.random()
        self._later(down, partial(self.boot, seat))

    # What may happen to one ----------------------------------------------------------------------------------------

    def crash(self) -> None:
        """Kill one."""
        if self.serving:
            life = self._chance.choice(self.serving)
            self._plan.fired[Fault.CRASH] += 1
            self._note(f"{life.process.name} is killed")
            self._end(life)
            self._restart_perhaps(life.seat)

    def take_over(self) -> None:
        """Start the next process while the old one goes on for a while."""
        old = self._one()
        if old is None:
            return
        self._plan.fired[Fault.ZOMBIE] += 1
        self._note(f"{old.process.name} is replaced")
        self._seats[old.seat] = None
        self.boot(old.seat)
        self._later(self._chance.uniform(0, 30), partial(self._retire, old))

    def _retire(self, life: Life) -> None:
        self._end(life)

    def drain(self) -> None:
        """Stop a process with care, then start the next."""
        life = self._one()
        if life is None or life.engine is None:
            return
        self._plan.fired[Fault.DRAIN] += 1
        self._note(f"{life.process.name} drains")
        task = self._loop.spawn(life.process, self._leave(life, life.engine))
        task.add_done_callback(partial(self._left, life), context=self._loop.world.context.copy())

    async def _leave(self, life: Life, engine: Engine) -> None:
        await engine.drain(self._chance.choice((0.0, 0.5, 5.0)))
        self._note(f"{life.process.name} has drained")
        if not life.port.fenced and len(engine._fleet):
            self._ledger.violated(f"{life.process.name} has drained with {len(engine._fleet)} sagas in memory")
        if self._shares:
            with suppress(LogUnavailable):
                await life.port.close()

    def _left(self, life: Life, task: asyncio.Task[None]) -> None:
        task.result()
        if self._end(life):
            self._restart_later(life.seat)

    def cut_off(self) -> None:
        """Let a replica not reach the log for less or more than its lease."""
        life = self._one()
        if life is None or life.wire is None or life.wire.cut is not None:
            return
        self._plan.fired[Fault.CUT_OFF] += 1
        life.wire.cut = self._chance.choice((Cut.REFUSED, Cut.HELD, Cut.HELD))
        self._note(f"{life.process.name} {life.wire.cut.value}")
        self._later(self._a_while(), partial(self._mend, life))

    def _mend(self, life: Life) -> None:
        if life.wire is not None and life.wire.cut is not None:
            self._note(f"{life.process.name} reaches the log again")
            life.wire.mend()

    def stop(self) -> None:
        """Let a replica stand still for less or more than its lease."""
        life = self._one()
        if life is None or life.process.stopped:
            return
        self._plan.fired[Fault.STOPPED] += 1
        self._note(f"{life.process.name} stands still")
        self._loop.hold(life.process)
        self._later(self._a_while(), partial(self._go_on, life))

    def _go_on(self, life: Life) -> None:
        if life.process.alive and life.process.stopped:
            self._note(f"{life.process.name} goes on")
            self._loop.go_on(life.process)

    def _a_while(self) -> float:
        return self._lease / SECOND * self._chance.choice((0.2, 1.0, 1.5, 3.0)) * self._chance.random()

    def _one(self) -> Life | None:
        """Choose one that serves, if there is one."""
        serving = [life for life in self.serving if life.engine is not None]
        return self._chance.choice(serving) if serving else None

    def calm(self) -> None:
        """The faults have stopped: whoever stands still goes on, and somebody serves. Not everybody need come back."""
        self._calm_time = self._loop.time()
        for life in self._every:
            self._go_on(life)
            self._mend(life)
        if not self.serving or self._chance.random() < 0.5:
            self.boot_all()

    def _tell(self) -> None:
        """Somebody has news for others, who hear of it soon, later or never."""
        for life in self.serving if self._hints else ():
            self._later(self._chance.random() * 0.1, life.port.tell)

    # Requests ------------------------------------------------------------------------------------------------------

    async def ask(self, what: Callable[[Life, Engine], Coroutine[Any, Any, T]]) -> T:
        """Have one of those that serve do something for a client.

        Raises:
            Unreachable: no answer.
            Exception: what the engine answered with.
        """
        await asyncio.sleep(self._chance.random() * 0.02)
        life = self._one()
        if life is None or life.engine is None or self._plan.strikes(Fault.DROP, 0.5):
            raise Unreachable
        answer: asyncio.Future[T] = self._loop.create_future()
        task = self._loop.spawn(life.process, what(life, life.engine))
        task.add_done_callback(partial(_hand_over, answer), context=self._loop.world.context.copy())
        try:
            async with asyncio.timeout(15):
                result = await answer
        except TimeoutError:
            raise Unreachable from None
        if self._plan.strikes(Fault.REPLY_LOST, 0.5):
            raise Unreachable
        return result

    # The engine's own view -----------------------------------------------------------------------------------------

    def check_live(self) -> None:
        """Check that what every engine has in memory is the fold of the log."""
        for life in self.serving:
            if life.engine is not None and not life.port.fenced:
                self._check(life.engine)

    def _check(self, engine: Engine) -> None:
        for runner in engine._fleet:
            truth = self._ledger.record(runner.saga.key.saga_id).saga
            # While it writes it is ahead of the log; if another replica was faster it is behind, until it hears of it.
            if truth is None or runner._writing or runner.over or runner.saga.sequence != truth.sequence:
                continue
            if runner.saga != truth:
                self._ledger.violated(f"{runner.saga.key.saga_id}: the state in memory is not the fold of the log")

    def _later(self, delay: float, callback: Callable[[], None]) -> None:
        self._loop.call_later(delay, callback, context=self._loop.world.context.copy())


def _hand_over(answer: asyncio.Future[T], task: asyncio.Task[T]) -> None:
    error = None if task.cancelled() else task.exception()
    if answer.done():
        return
    if task.cancelled():
        answer.set_exception(Unreachable())
    elif error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(task.result())


def _settings(chance: random.Random, *, narrow: bool) -> EngineSettings:
    return EngineSettings(
        max_live_sagas=chance.choice((1, 2)) if narrow else 1_000,
        max_concurrent_calls=chance.choice((1, 2, 1_000)) if narrow else 1_000,
        crowd=chance.choice((1, 2, 2_500)) if narrow else 2_500,
        max_batch=chance.choice((1, 2, 512)),
        claim_page=chance.choice((1, 200)),
        doze_after=chance.choice((SECOND // 10, SECOND, 5 * SECOND)),
        sweep_interval=chance.choice((1, 5, 5)) * SECOND,
        commit_patience=chance.choice((1, 10)) * SECOND,
    )
