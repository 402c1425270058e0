"""A world for an engine: a log, participants, and one process after another, on virtual time.

    @virtual
    async def test_something() -> None:
        async with world(abc()) as w:
            w.participants.next("b", HELD)
            assert await w.start("s")
            call = await w.participants.arrival("b")
            call.ends(REFUSED)
            assert (await w.ended("s")).state is SagaState.COMPENSATED

`w.kill()` is a `kill -9`: not a line of the old process has any effect afterwards. `w.up()` is the next process, on
the same log with a new epoch.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from orchestrator.core import events as e
from orchestrator.core.model import Payload, Phase, Saga, SagaKey, SagaState
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.engine import Engine
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.view import read_saga
from orchestrator.store.base import LogFatal, ParticipantRow, SagaLog, SagaRow
from orchestrator.store.memory import MemoryLog
from tests.engine.participants import Line, Participants, payload
from tests.engine.ports import Crashes, Durable, LogPort
from tests.engine.virtual import VirtualClock, settle

NAMESPACE = "default"
Document = dict[str, Any]
SETTINGS = EngineSettings()

_END = (e.SagaCompleted, e.SagaCompensated)


def key_of(saga_id: str) -> SagaKey:
    return SagaKey(NAMESPACE, saga_id)


# Definitions --------------------------------------------------------------------------------------------------------


def step(id_: str, **fields: Any) -> Document:
    """A step, by default of participant `p`, whose replies are stable."""
    return {"id": id_, "participant": "p", "action": "act", **fields}


def definition(name_: str, /, *steps: Document, **fields: Any) -> Document:
    """A definition that retries after exactly known waits of at most one second."""
    retry = {"max_attempts": 3, "initial_backoff": "1s", "max_backoff": "1s"}
    return {
        "name": name_,
        "version": 1,
        "retry": retry,
        "compensation_retry": retry,
        "steps": list(steps),
    } | fields


def abc(**fields: Any) -> Document:
    """Three steps, one after the other."""
    return definition("abc", step("a"), step("b"), step("c"), **fields)


def diamond(**fields: Any) -> Document:
    """a, then b and c side by side, then d."""
    return definition("diamond", step("a"), step("b"), step("c", after=["a"]), step("d", after=["b", "c"]), **fields)


def pivoted(**fields: Any) -> Document:
    """a, then b, the pivot, then c, which must succeed."""
    return definition(
        "pivoted", step("a"), step("b", kind="STEP_KIND_PIVOT"), step("c", kind="STEP_KIND_RETRYABLE"), **fields
    )


_PARTICIPANTS = {"p": True, "q": True, "forgetful": False}
"""Participants, and whether their replies are stable."""


def _participant(name: str, stable: bool) -> ParticipantRow:
    actions = [
        {"name": "act", "compensatable": True, "effect_free": False},
        {"name": "look", "compensatable": False, "effect_free": True},
        {"name": "mail", "compensatable": False, "effect_free": False},
    ]
    said = {"actions": actions, "deduplication_retention": 400 * 86_400 * SECOND, "stable_replies": stable}
    return ParticipantRow(NAMESPACE, name, "127.0.0.1:1", 1_000, json.dumps(said), 1, 1)


# The world ----------------------------------------------------------------------------------------------------------


def _nobody(_: World) -> None:
    return None


class World:
    """A log, participants, and the process that runs now.

    Attributes:
        log: what survives a crash.
        durable: every committed event.
        participants: they survive, too.
        port: the running process's view of the log.
        crashes: where the running process may die.
        engine: the running process.
        catalog: its definitions.
        fatal: what its engine called fatal.
        definition_name: the definition that `start` uses where none is named.
        listen: makes whom each process tells what happens.
    """

    log: SagaLog
    port: LogPort
    crashes: Crashes
    engine: Engine
    catalog: DefinitionCatalog

    def __init__(
        self, log: SagaLog, settings: EngineSettings, seed: int, listen: Callable[[World], Instruments | None] = _nobody
    ) -> None:
        self.log = log
        self.settings = settings
        self.clock = VirtualClock()
        self.durable: Durable = {}
        self.participants = Participants(self.durable)
        self.participants.forgetful = {name for name, stable in _PARTICIPANTS.items() if not stable}
        self.fatal: list[LogFatal] = []
        self.definition_name = "abc"
        self.listen = listen
        self._seed = seed
        self._dead: list[Engine] = []  # kept, or their waiting tasks would be collected, and be reported as faults

    # Processes -----------------------------------------------------------------------------------------------------

    async def register(self, documents: Sequence[Document]) -> None:
        """Register participants and definitions, once."""
        await self.log.open(self.clock.now())
        for name, stable in _PARTICIPANTS.items():
            await self.log.put_participant(_participant(name, stable))
        catalog = DefinitionCatalog(self.log)
        for document in documents:
            await catalog.register(NAMESPACE, document, self.clock.now())
        await self.log.close()

    async def up(self, crash_at: int | str = 0, settings: EngineSettings | None = None) -> None:
        """Start a process; it dies by itself at the place ``crash_at`` (see `Crashes`)."""
        await self.log.open(self.clock.now())
        self._seed += 1
        self.crashes = Crashes(crash_at)
        self.port = LogPort(self.log, self.durable, self.crashes)
        self.catalog = DefinitionCatalog(self.port)
        self.engine = Engine(
            self.port,
            Line(self.participants, self.crashes),
            self.catalog,
            self.clock,
            random.Random(self._seed),
            settings or self.settings,
            self.fatal.append,
            self.listen(self),
        )
        await self.engine.start()

    async def kill(self) -> None:
        """End the process as `kill -9` does. The log stays, and so does what is on its way to participants."""
        self.crashes.crashed.set()
        self.participants.on_wire.clear()
        self._dead.append(self.engine)
        self.engine._services.gates.close()  # when the test's loop ends its tasks, that must begin no new ones
        if not (isinstance(self.log, MemoryLog) and self.log.lease):  # with its last breath it would end its lease
            await self.log.close()

    async def again(self, settings: EngineSettings | None = None) -> None:
        """Kill the process and start the next."""
        await self.kill()
        await self.up(settings=settings)

    # Clients -------------------------------------------------------------------------------------------------------

    async def command(
        self,
        saga_id: str,
        name: str = "abc",
        value: object = None,
        labels: Mapping[str, str] | None = None,
        requested_version: int = 0,
    ) -> StartSaga:
        """Return a StartSaga of a registered definition."""
        compiled = await self.catalog.compiled(NAMESPACE, name, 0)
        assert compiled is not None
        trace = self.engine.begin_trace("")
        return StartSaga(key_of(saga_id), compiled, requested_version, payload(value or {}), labels or {}, *trace)

    async def start(self, saga_id: str, name: str = "abc", value: object = None) -> bool:
        return await self.engine.start_saga(await self.command(saga_id, name, value))

    async def cancel(self, saga_id: str, reason: str = "") -> None:
        await self.engine.cancel(key_of(saga_id), reason)

    async def complete(
        self, saga_id: str, step_id: str, token: str, report: ExecuteAnswer | CompensateAnswer, phase: Phase
    ) -> None:
        await self.engine.complete_step(key_of(saga_id), step_id, phase, token, report)

    async def ended(self, saga_id: str, patience: float = 3_600) -> Saga:
        """Return a saga once it is settled."""
        await self.engine.wait(key_of(saga_id), int(patience * SECOND))
        await settle()
        saga = await self.saga(saga_id)
        assert saga.settled, f"{saga_id} is {saga.state} after {patience} s"
        return saga

    async def saga(self, saga_id: str) -> Saga:
        view = await read_saga(self.log, self.catalog, key_of(saga_id))
        assert view is not None
        assert view.saga is not None, view.row.quarantine_reason
        return view.saga

    async def row(self, saga_id: str) -> SagaRow:
        row = await self.log.read(key_of(saga_id))
        assert row is not None
        return row

    def events(self, saga_id: str) -> list[str]:
        """The committed events, by class name, with their step."""
        log = self.durable.get(key_of(saga_id), [])
        return [type(event).__name__ + (f" {event.step_id}" if isinstance(event, e.StepEvent) else "") for event in log]

    def commits(self, saga_id: str) -> list[int]:
        """How many events each of the saga's commits of this process had."""
        key = key_of(saga_id)
        return [len(append.events) for batch in self.port.batches for append in batch if append.key == key]

    # What must hold ------------------------------------------------------------------------------------------------

    @property
    def live(self) -> int:
        """How many sagas are in memory."""
        return len(self.engine._fleet)

    def check_atomic(self, saga_id: str, state: SagaState, steps: int) -> None:
        """At the end, and after every message has arrived, all effects stand or none, and the log is in order."""
        self.participants.deliver_late()
        standing = self.participants.standing(key_of(saga_id))
        log = self.durable[key_of(saga_id)]
        assert sum(isinstance(event, _END) for event in log) == (state in (SagaState.COMPLETED, SagaState.COMPENSATED))
        if state is SagaState.COMPLETED:
            assert len(standing) == steps, f"COMPLETED with {standing}"
        elif state is SagaState.COMPENSATED:
            assert not standing, f"COMPENSATED with {standing}"

    def check_nothing_left(self) -> None:
        """Nothing of ended sagas is left in memory."""
        services = self.engine._services
        assert self.live == 0
        assert self.engine._fleet._size == 0
        assert services.gates.running == 0
        assert services.gates.idle
        assert not services.hub._watches
        assert services.committer.backlog == 0
        assert not self.engine._fleet._background._tasks
        assert not self.engine._fleet._deliveries


@asynccontextmanager
async def world(
    *documents: Document,
    log: SagaLog | None = None,
    settings: EngineSettings = SETTINGS,
    seed: int = 0,
    crash_at: int | str = 0,
    listen: Callable[[World], Instruments | None] = _nobody,
) -> AsyncIterator[World]:
    """Make a world with a running process."""
    made = World(log if log is not None else MemoryLog(), settings, seed, listen)
    await made.register(documents)
    await made.up(crash_at)
    try:
        yield made
        assert not made.participants.faults, made.participants.faults
    finally:
        await made.kill()


LEASE = 15 * SECOND


@asynccontextmanager
async def replicas(
    *documents: Document, settings: EngineSettings = SETTINGS, count: int = 2
) -> AsyncIterator[list[World]]:
    """Make a world for each replica of one log; they have their participants in common."""
    clock = VirtualClock()
    first = MemoryLog(lease=LEASE, now=clock.now)
    made = [World(first, settings, 0)]
    await made[0].register(documents)
    for place in range(1, count):
        beside = World(MemoryLog(first, lease=LEASE, now=clock.now), settings, place * 100)
        beside.durable, beside.participants = made[0].durable, made[0].participants
        made.append(beside)
    for each in made:
        await each.up()
    try:
        yield made
        assert not made[0].participants.faults, made[0].participants.faults
    finally:
        for each in made:
            await each.kill()


def spawn(work: Any) -> asyncio.Task[Any]:
    """Start a client's call beside the test."""
    return asyncio.get_running_loop().create_task(work)


def nothing() -> Payload:
    return payload({})
