"""One simulated world: everything that happens in it follows from its seed.

    report = simulate(4711)
    assert not report.violations, report

A world has a few sagas on random definitions, participants of every sort, one orchestrator after another or several
replicas at once, and a plan of faults. In *liveness* mode the faults stop after a while: then every saga must settle within the time that its
definition allows. In *safety* mode they do not. Either way, everything that is still on its way is delivered after the
end, and nothing may change that must not.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import SimpleNamespace
from typing import Any
from unittest import mock

import structlog

from orchestrator.caller import breaker, channels
from orchestrator.core.model import SagaKey
from orchestrator.engine import catalog
from orchestrator.engine.view import read_saga
from orchestrator.store.base import Installation
from orchestrator.store.memory import MemoryLog
from tests.simulation.channels import connect
from tests.simulation.clients import Clients
from tests.simulation.definitions import (
    HAND,
    NAMESPACE,
    POOL,
    RETENTION,
    SDK,
    SLOW,
    STABLE,
    VAGUE,
    compiled_before,
    participant_rows,
    prepared,
)
from tests.simulation.faults import Fault, random_plan
from tests.simulation.laws import Ledger
from tests.simulation.loop import Process, SimulatedLoop, Stalled
from tests.simulation.network import Network, Sent
from tests.simulation.operators import Operators
from tests.simulation.orchestrators import Orchestrators, SimulatedClock
from tests.simulation.participants import HandWritten, Surroundings
from tests.simulation.pausers import Pausers
from tests.simulation.port import SECOND
from tests.simulation.report import Report
from tests.simulation.sdk import SdkParticipant

_HORIZON = 100_000.0
"""No world lives longer, virtual seconds."""


def simulate(seed: int) -> Report:
    """Live through the world of a seed."""
    with _quiet():
        return World(seed).live()


class World:
    """See the module."""

    def __init__(self, seed: int) -> None:
        self.seed = seed
        self._begun = False
        self.trace: list[str] = []
        chance = self.chance = random.Random(f"world {seed}")
        self.plan = random_plan(chance)
        in_order = chance.random() < 0.2
        self.loop = SimulatedLoop(random.Random(f"order {seed}"), in_order=in_order)
        self.ledger = Ledger(self.note, alone=in_order and not self.plan.on & {Fault.REPLICAS, Fault.ZOMBIE})
        self.log = MemoryLog()
        self.log._installation = Installation("simulation", "k", {"k": bytes(32)})
        self.network = Network(self.loop, self.plan, self)
        self.orchestrators = Orchestrators(self.loop, self.plan, self.log, self.ledger, self.note)
        self.clients = Clients(self.loop, self.plan, self.log, self.ledger, self.orchestrators, self.note)
        self.operators = Operators(
            self.loop, self.plan, self.ledger, self.orchestrators, self.note, self.clients.promises
        )
        self.pausers = Pausers(self.loop, self.plan, self.ledger, self.orchestrators, self.note)
        around = Surroundings(self.loop, self.plan, self.ledger.effect, self.clients.report)
        self.clock = SimulatedClock(self.loop)  # the participants'
        numbers = [chance.randrange(POOL) for _ in range(chance.choice((1, 1, 1, 2, 2, 4)))]
        self.definitions = [prepared(number) for number in numbers]
        self.hosts: list[HandWritten | SdkParticipant] = [HandWritten(name, around) for name in (HAND, SLOW, VAGUE)]
        if any(step.participant == SDK for one in self.definitions for step in one.compiled.steps):
            self.hosts.append(SdkParticipant(around, self.clock.now))
        for host in self.hosts:
            self.network.add(host)

    def note(self, what: str) -> None:
        self.trace.append(f"{self.loop.time():.6f} {what}")

    def sending(self, sent: Sent) -> None:
        self.ledger.sending(sent)

    # Its course ----------------------------------------------------------------------------------------------------

    def live(self) -> Report:
        """Live through it."""
        shim = SimpleNamespace(aio=SimpleNamespace(insecure_channel=partial(connect, self.network)))
        read_once = mock.patch.object(catalog, "read_definition", compiled_before)
        # Worlds are short and have few sagas: where there are outages, the orchestrator takes less to believe in one.
        streak, streak_time = (
            (2, SECOND // 10) if Fault.OUTAGE in self.plan.on else (breaker.STREAK, breaker.STREAK_TIME)
        )
        sees = mock.patch.multiple(breaker, STREAK=streak, STREAK_TIME=streak_time)
        with mock.patch.object(channels, "grpc", shim), read_once, sees:
            try:
                self._live()
            except Stalled as error:
                self.ledger.violated(str(error))
            self.loop.finish()
        self.plan.fired[Fault.PARKED] += self.ledger.parked
        for fault in self.loop.faults:
            self.ledger.violated(f"an exception got lost: {fault}")
        digest = hashlib.blake2b("\n".join(self.trace).encode(), digest_size=16)
        digest.update(f"{self.loop.ran}".encode())
        return Report(
            seed=self.seed,
            violations=tuple(self.ledger.violations),
            states=Counter(
                str(record.saga.state) if record.saga is not None else "NOT STARTED"
                for record in self.ledger.all().values()
            ),
            fired=self.plan.fired,
            on=tuple(sorted(self.plan.on)),
            lives=self.orchestrators.lives,
            callbacks=self.loop.ran,
            requests=self.network.sent,
            moments=self.loop.time(),
            digest=digest.hexdigest(),
            trace=tuple(self.trace),
        )

    def _live(self) -> None:
        loop, chance = self.loop, self.chance
        loop.spawn(loop.world, self._begin())
        turmoil = chance.choice((5.0, 20.0, 60.0))
        self._run(lambda: self.settled, turmoil)
        if self.ledger.violations:
            return
        lives_on = chance.random() < 0.7
        self.note("the faults stop" if lives_on else "everything stops")
        self.plan.calm = True
        for host in self.hosts:
            self._boot(host)
        if lives_on:
            self._calm()
        else:
            self.orchestrators.over = True
            self.orchestrators.end_all()
            self.clients.busy = 0
        if not self.ledger.violations:
            self._deliver_everything()
        self._finally()

    async def _begin(self) -> None:
        """Set the scene: the log's contents, everybody's processes, and what will befall them."""
        await self.log.open(1)
        for row in participant_rows():
            await self.log.put_participant(row)
        for one in self.definitions:
            await self.log.put_definition(one.row)
        for host in self.hosts:
            self._boot(host)
        self.log._replicas.end(self.log.epoch)  # from here on it only looks on
        self.orchestrators.boot_all()
        company = self.chance.choice((0, 3)) if Fault.OUTAGE in self.plan.on else 0  # the second that waits is parked
        for number in range(self.chance.choice((1, 1, 2, 3, 5)) + company):
            self.clients.launch(f"saga-{number}", self.chance.choice(self.definitions))
        fates: dict[Fault, Callable[[], None]] = {
            Fault.CRASH: self.orchestrators.crash,
            Fault.ZOMBIE: self.orchestrators.take_over,
            Fault.DRAIN: self.orchestrators.drain,
            Fault.PARTICIPANT_CRASH: self._crash_participant,
            Fault.OUTAGE: self._outage,
            Fault.CLOCK_JUMP: self._jump_clock,
            Fault.CUT_OFF: self.orchestrators.cut_off,
            Fault.STOPPED: self.orchestrators.stop,
            Fault.POISON: self._poison,
            Fault.OPERATOR: self.operators.act,
            Fault.PAUSE: self._pause,
        }
        for fault, strike in fates.items():
            if fault in self.plan.on:
                self.loop.spawn(self.loop.world, self._fate(strike))
        self.loop.spawn(self.loop.world, self._probe())
        self._begun = True

    @property
    def settled(self) -> bool:
        busy = self.clients.busy or self.ledger.open or (self.operators.wanted and not self.plan.calm)
        return bool(self.ledger.violations) or (self._begun and not busy)

    def _run(self, until: Callable[[], bool], patience: float) -> bool:
        return self.loop.run(until, min(self.loop.time() + patience, _HORIZON))

    def _calm(self) -> None:
        """The faults have stopped: every saga must settle in the time that its definition allows."""
        self._in_world(self.orchestrators.calm)
        self.loop.spawn(self.loop.world, self.operators.resume_all())
        self.loop.spawn(self.loop.world, self.pausers.resume_all())
        patience = max(_longest(one.compiled) for one in self.definitions) + 2_000
        if not self._run(lambda: self.settled, patience):
            left = {saga_id: self.ledger.record(saga_id).saga for saga_id in sorted(self.ledger.open)}
            said = {saga_id: str(saga.state) if saga else "not started" for saga_id, saga in left.items()}
            self.ledger.violated(f"{patience:.0f} s after the faults stopped not all is settled: {said}")

    def _deliver_everything(self) -> None:
        """What is on its way arrives, what was held back too, and what is Pending comes to its end."""
        self.note("everything is delivered")
        held, self.network.held = self.network.held, []
        self.chance.shuffle(held)
        for sent in held:
            self._in_world(partial(self.network.deliver, sent, counts=False))
        self._until_quiet()
        for saga_id in self.ledger.all():
            self.ledger.check_end(saga_id)
        if Fault.OLD_MESSAGES in self.plan.on and not self.ledger.violations:
            self._repeat()
            self.note("the participants purge")
            self.clock.offset += (RETENTION + 3_600) * SECOND
            for host in self.hosts:
                assert host.process is not None
                purging = self.loop.spawn(host.process, host.purge())
                self._run(purging.done, 100)
            self._repeat()

    def _until_quiet(self) -> None:
        """Let everything arrive, and everything that is Pending come to its end."""
        for _ in range(100):
            self._run(lambda: bool(self.ledger.violations) or not self.network.travelling, 300)
            self._run(lambda: bool(self.ledger.violations), 3)  # the last answers, and reports
            if not self.network.travelling and all(host.idle for host in self.hosts):
                return
        self.ledger.violated("the participants do not come to an end")

    def _repeat(self) -> None:
        """Old messages arrive again; a refusal can only be repeated where it is stored."""
        old = [sent for sent in self.network.old if STABLE[sent.host.name] or not sent.is_execute]
        if old:
            self.plan.fired[Fault.OLD_MESSAGES] += 1
        for sent in self.chance.sample(old, len(old)):
            self._in_world(partial(self.network.deliver, sent, counts=False))
        self._until_quiet()
        for saga_id in self.ledger.all():
            self.ledger.check_end(saga_id)

    def _finally(self) -> None:
        self.clients.check_promises()
        self.orchestrators.end_all()
        reading = self.loop.spawn(self.loop.world, self._read_back())
        self._run(reading.done, 1)

    async def _read_back(self) -> None:
        """What the API shows, and what the log's rows say, must be the fold of what was committed."""
        definitions = catalog.DefinitionCatalog(self.log)
        for saga_id, record in self.ledger.all().items():
            view = await read_saga(self.log, definitions, SagaKey(NAMESPACE, saga_id))
            if (view.saga if view is not None else None) != record.saga:
                self.ledger.violated(f"{saga_id}: what the log shows is not what was committed")
            if view is not None and record.saga is not None and view.row.sequence != record.saga.sequence:
                self.ledger.violated(f"{saga_id}: its row says {view.row.sequence}, its log {record.saga.sequence}")

    # Its fates -----------------------------------------------------------------------------------------------------

    async def _fate(self, strike: Callable[[], None]) -> None:
        pace = self.chance.choice((1.0, 5.0, 20.0))
        while True:
            await asyncio.sleep(self.chance.expovariate(1 / pace))
            if self.plan.calm:
                return
            strike()

    def _crash_participant(self) -> None:
        self._take_down(Fault.PARTICIPANT_CRASH, self.chance.random() * self.chance.choice((0.1, 10.0)))

    def _outage(self) -> None:
        self._take_down(Fault.OUTAGE, self.chance.uniform(5.0, 120.0))

    def _take_down(self, fault: Fault, down: float) -> None:
        host = self.chance.choice(self.hosts)
        if host.process is not None:
            self.plan.fired[fault] += 1
            self.note(f"{host.name} is killed")
            self.loop.kill(host.process)
            self.network.lost_in(host.process)
            host.process = None
            self.loop.call_later(down, partial(self._boot, host), context=self.loop.world.context.copy())

    def _boot(self, host: HandWritten | SdkParticipant) -> None:
        if host.process is None:
            self._in_world(partial(host.boot, Process(host.name)))

    def _jump_clock(self) -> None:
        clock = self.chance.choice((*self.orchestrators.clocks, self.orchestrators.log_clock, self.clock))
        jump = self.chance.choice((-30, -1, 1, 30, 100, 700)) * SECOND
        if -600 * SECOND < clock.offset + jump < 2_000 * SECOND:
            self.plan.fired[Fault.CLOCK_JUMP] += 1
            self.note(f"a clock jumps by {jump // SECOND} s")
            clock.offset += jump

    def _pause(self) -> None:
        self.pausers.act([host.name for host in self.hosts], [one.row.name for one in self.definitions])

    def _poison(self) -> None:
        open_ = sorted(saga_id for saga_id in self.ledger.open if self.ledger.record(saga_id).saga is not None)
        if open_ and not self.ledger.poisoned:
            self.ledger.poisoned.add(self.chance.choice(open_))
            self.note(f"{min(self.ledger.poisoned)} is poisoned")

    async def _probe(self) -> None:
        while True:
            await asyncio.sleep(self.chance.expovariate(0.5))
            self.orchestrators.check_live()

    def _in_world(self, work: Callable[[], None]) -> None:
        """Do something as the world, also between two runs of the loop."""
        before = asyncio._get_running_loop()
        asyncio._set_running_loop(self.loop)
        try:
            self.loop.world.context.copy().run(work)
        finally:
            asyncio._set_running_loop(before)


def _longest(definition: Any) -> float:
    """How long a saga may take from now on, seconds, if nothing goes wrong any more."""
    total = definition.timeout
    if definition.pause_timeout_during_outage:
        # What is parked has its turn soon after the faults have stopped; once more for each step that follows.
        total += 2 * breaker.LAST_WAIT * len(definition.steps)
    for step in definition.steps:
        total += step.retry.budget(step.attempt_timeout) + step.pending_timeout
        total += step.compensation_retry.budget(step.compensation_attempt_timeout) + step.pending_timeout
    return float(total / SECOND)


def _drop(_logger: object, _method: str, _event: object) -> Any:
    raise structlog.DropEvent


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep the product's logs from drowning the trace."""
    before = structlog.get_config()
    silent = structlog.make_filtering_bound_logger(logging.CRITICAL)
    structlog.configure(processors=[_drop], wrapper_class=silent, cache_logger_on_first_use=False)
    participants = logging.getLogger("sagaway.participant")
    level, participants.level = participants.level, 100
    try:
        yield
    finally:
        participants.setLevel(level)
        structlog.configure(**before)
