"""One orchestrator after another on the same log: the production engine, committer and caller, and how it dies."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar, cast

from orchestrator.caller.base import Limits
from orchestrator.caller.client import GrpcCaller
from orchestrator.caller.encryption import Encryption
from orchestrator.caller.registry import ParticipantRegistry
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.engine import Engine
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogFatal, SagaLog
from orchestrator.store.memory import MemoryLog
from tests.simulation.definitions import NAMESPACE, SDK, STABLE
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger
from tests.simulation.loop import Process, SimulatedLoop
from tests.simulation.port import Port

T = TypeVar("T")

SECOND = 1_000_000


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
        engine: set once it serves.
    """

    def __init__(self, process: Process, port: Port) -> None:
        self.process = process
        self.port = port
        self.catalog = DefinitionCatalog(cast(SagaLog, port))
        self.engine: Engine | None = None


class Orchestrators:
    """The orchestrator's processes.

    Attributes:
        current: the one that clients reach; None while there is none.
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
        self.clock = SimulatedClock(loop)
        self.lives = 0
        self.current: Life | None = None
        self.over = False
        self._old: list[Life] = []
        self._latency = self._chance.choice((0.0, 0.001, 0.01, 0.1))
        self._limit = self._chance.choice((1, 2)) if Fault.NARROW in plan.on else 64
        self._batch_limit = self._chance.choice((0, 2, 100))
        self._probed = frozenset({"act", "look"} if Fault.PROBE in plan.on else ())
        self._settings = _settings(self._chance, narrow=Fault.NARROW in plan.on)
        self._patience = self._chance.choice((30, 150, 600))
        loop.on_death = self._died

    # Lives ---------------------------------------------------------------------------------------------------------

    def boot(self) -> None:
        """Start the next process, unless one is there."""
        if self.current is not None or self.over:
            return
        self.lives += 1
        process = Process(f"orchestrator-{self.lives}")
        plan = self._plan
        if not plan.calm and Fault.CRASH in plan.on and self._chance.random() < 0.7:
            process.die_at = 1 + int(self._chance.expovariate(1 / self._patience))
        if Fault.NARROW in plan.on:
            plan.fired[Fault.NARROW] += 1
        life = self.current = Life(process, Port(self._log, plan, self._ledger, self._latency))
        self._note(f"{process.name} starts")
        self._loop.spawn(process, self._serve(life))

    async def _serve(self, life: Life) -> None:
        await life.port.open(self.clock.now())
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
            self.clock,
            random.Random(self._chance.getrandbits(64)),
            self._settings,
            partial(self._fatal, life),
        )
        await engine.start()
        life.engine = engine

    def _fatal(self, life: Life, error: LogFatal) -> None:
        if not life.port.fenced:
            self._ledger.violated(f"{life.process.name}: the log is fatal: {error}")
        self._later(self._chance.uniform(0, 2), partial(self._end, life))

    def kill(self) -> None:
        """Kill the current process, if there is one."""
        if self.current is not None:
            self._note(f"{self.current.process.name} is killed")
            self._end(self.current)

    def end_all(self) -> None:
        """Kill the current process and every zombie."""
        self.kill()
        for life in self._old:
            self._end(life)

    def _end(self, life: Life) -> None:
        if life.process.alive:
            self._loop.kill(life.process)
        if self.current is life:
            self.current = None

    def _died(self, process: Process) -> None:
        life = self.current
        if life is not None and life.process is process:
            self._plan.fired[Fault.CRASH] += 1
            self._note(f"{process.name} dies before its callback {process.steps}")
            self.current = None
            self._restart_later()

    def _restart_later(self) -> None:
        down = self._chance.choice((0.0, 0.1, 1.0, 20.0)) * self._chance.random()
        self._later(down, self.boot)

    # What may happen to one ----------------------------------------------------------------------------------------

    def crash(self) -> None:
        if self.current is not None:
            self._plan.fired[Fault.CRASH] += 1
            self.kill()
            self._restart_later()

    def take_over(self) -> None:
        """Start the next process while the old one goes on for a while."""
        old = self.current
        if old is None or old.engine is None:
            return
        self._plan.fired[Fault.ZOMBIE] += 1
        self._note(f"{old.process.name} is taken over")
        self.current = None
        self._old.append(old)
        self.boot()
        self._later(self._chance.uniform(0, 30), partial(self._end, old))

    def drain(self) -> None:
        """Stop the process with care, then start the next."""
        life = self.current
        if life is None or life.engine is None:
            return
        self._plan.fired[Fault.DRAIN] += 1
        self._note(f"{life.process.name} drains")
        task = self._loop.spawn(life.process, life.engine.drain(self._chance.choice((0.0, 0.5, 5.0))))
        task.add_done_callback(partial(self._drained, life), context=self._loop.world.context.copy())

    def _drained(self, life: Life, task: asyncio.Task[None]) -> None:
        task.result()
        self._note(f"{life.process.name} has drained")
        if life.engine is not None and life.process.alive and not life.port.fenced:
            left = len(life.engine._fleet)
            if left:
                self._ledger.violated(f"{life.process.name} has drained with {left} sagas in memory")
        was_current = self.current is life
        self._end(life)
        if was_current:
            self._restart_later()

    # Requests ------------------------------------------------------------------------------------------------------

    async def ask(self, what: Callable[[Life, Engine], Coroutine[Any, Any, T]]) -> T:
        """Have the current process do something for a client.

        Raises:
            Unreachable: no answer.
            Exception: what the engine answered with.
        """
        await asyncio.sleep(self._chance.random() * 0.02)
        life = self.current
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
        """Check that what the current engine has in memory is the fold of the log."""
        life = self.current
        if life is None or life.engine is None or life.port.fenced:
            return
        for runner in life.engine._fleet:
            truth = self._ledger.record(runner.saga.key.saga_id).saga
            # While it writes it is ahead of the log; if another replica was faster it is behind, until it writes.
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
        sweep_interval=chance.choice((1, 5)) * SECOND,
        commit_patience=chance.choice((1, 10)) * SECOND,
    )
