"""The engine's face: what the API asks of it.

`start_saga` and the commands return once what they led to is committed. Reads go to the log (`engine.view`), which
shows committed events only.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from contextlib import suppress

import structlog

from orchestrator.caller.base import Caller
from orchestrator.core import due
from orchestrator.core.commands import Cancel, Report, Tick
from orchestrator.core.model import TERMINAL, Mode, Phase, Saga, SagaKey, SagaState
from orchestrator.core.operations import Operate
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer, SealAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.admission import Admission
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.clock import Clock
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.committer import Committer
from orchestrator.engine.dispatcher import Dispatcher
from orchestrator.engine.errors import (
    CompletionTokenInvalid,
    Draining,
    SagaChoreographed,
    SagaQuarantined,
)
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.gates import make_gates
from orchestrator.engine.hands import Hands
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.leases import Leases
from orchestrator.engine.load import Load, Traffic, traffic
from orchestrator.engine.news import News
from orchestrator.engine.parking import Parking
from orchestrator.engine.pauses import Pauses
from orchestrator.engine.pausing import Pausing
from orchestrator.engine.restoring import Restoring
from orchestrator.engine.services import Services
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.starting import Starts
from orchestrator.engine.tokens import Tokens
from orchestrator.engine.view import not_found, read_saga
from orchestrator.engine.watch import Follower, Watch, WatchHub
from orchestrator.store.base import CorruptLog, LogFatal, SagaLog

_log = structlog.get_logger(__name__)

_LAST_WRITES = 1.0


class Engine:
    """Drives every saga of one process.

    Attributes:
        pausing: pauses and resumes definitions and participants.
        restoring: knows whether the log was restored from a backup.
        news: looks what other replicas do.
    """

    def __init__(
        self,
        log: SagaLog,
        caller: Caller,
        catalog: DefinitionCatalog,
        clock: Clock,
        chance: random.Random,
        settings: EngineSettings,
        on_fatal: Callable[[LogFatal], None],
        instruments: Instruments | None = None,
    ) -> None:
        """Make an engine; `start` sets it going.

        Args:
            log: the saga log, open.
            caller: who calls participants.
            catalog: the registered definitions.
            clock: the time; must run on the event loop's time.
            chance: the only randomness.
            settings: limits.
            on_fatal: called once if the log is no longer known to be whole; the process must end.
            instruments: who is told what happens; None: nobody.
        """
        instruments = instruments or Instruments()
        self._saga_log = log
        self._catalog = catalog
        self._settings = settings
        gates = make_gates(settings, caller.limits, clock.now, chance.random)
        batch = (settings.max_batch, settings.max_batch_bytes)
        self._services = Services(
            log=log,
            committer=Committer(log, *batch, on_fatal, instruments, under_way=lambda: gates.running),
            caller=caller,
            gates=gates,
            pauses=Pauses(),
            hub=WatchHub(settings.max_watchers),
            tokens=Tokens(log.installation),
            clock=clock,
            chance=chance,
            settings=settings,
            instruments=instruments,
            installation=log.installation.id,
        )
        self._fleet = Fleet(self._services, catalog)
        self._dispatcher = Dispatcher(self._fleet, self._services)
        self._leases = Leases(self._services, self._dispatcher.recover)
        self._admission = Admission(self._services)
        self._starts = Starts(self._fleet, self._services, self._dispatcher, self._admission)
        self._parking = Parking(self._fleet, self._services)
        self.pausing = Pausing(self._fleet, self._services)
        self.restoring = Restoring(self._fleet, self._services)
        self._hands = Hands(self._fleet, self._services, catalog)
        left = (self._dispatcher.look_for_orphans, self._parking.find_out, self.pausing.look_for_held)
        self.news = News(self._fleet, self._services, catalog, (self.pausing.refresh, self.restoring.refresh), left)

    async def start(self) -> None:
        """Begin to write, to recover open sagas, and to take new ones."""
        self._leases.start()
        await self.pausing.load()
        await self.restoring.load()
        self._services.committer.start()
        self._dispatcher.start()
        self._parking.start()
        self.pausing.start()
        self.news.start()
        self._admission.start()

    async def drain(self, grace: float) -> None:
        """Stop: send nothing more, let calls on the wire end, give sagas back, and let go.

        Args:
            grace: seconds to wait for calls on the wire. What has not ended by then is left to recovery, which
                treats it as of unknown outcome.
        """
        services = self._services
        services.draining = True
        services.gates.close()
        services.hub.close()
        await self._admission.close()
        await self.news.close()
        await self._dispatcher.close()
        await self._parking.close()
        await self.pausing.close()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + grace
        for runner in self._fleet:
            runner.post(Tick())
        try:
            async with asyncio.timeout_at(deadline):
                await self._fleet.emptied()
        except TimeoutError:
            _log.warning("sagas are left to recovery", sagas=len(self._fleet), running=services.gates.running)
        await self._fleet.close()
        with suppress(TimeoutError):
            async with asyncio.timeout_at(max(deadline, loop.time() + _LAST_WRITES)):
                await services.committer.idle()
        await services.committer.close()
        await self._leases.close()

    @property
    def services(self) -> Services:
        """What its parts share, for who writes to the log beside it: the observer of choreographed sagas."""
        return self._services

    @property
    def commits(self) -> int:
        """How many transactions its appends took since it was made."""
        return self._services.committer.commits

    def load(self) -> Load:
        """Return how much is under way now."""
        committer = self._services.committer
        waiting, running = self._services.gates.counts()
        return Load(
            live_sagas=len(self._fleet),
            live_limit=self._settings.max_live_sagas,
            backlog=committer.backlog,
            backlog_bytes=committer.backlog_bytes,
            log_writable=not committer.unavailable,
            lease_age=self._saga_log.silence() / SECOND,
            waiting=waiting,
            running=running,
            away=self._services.gates.outages(),
            restored=bool(self._services.restored_time),
            paused=self._services.pauses.counts(),
        )

    def traffic(self, namespace: str) -> dict[str, Traffic]:
        """Return how calls stand to each participant of a namespace that was called since the process began, or is
        paused.
        """
        return traffic(self._services.gates, self._services.pauses, namespace)

    def limits_changed(self, namespace: str, participant: str) -> None:
        """Say that a participant takes more or fewer calls than before; what waits for it is measured by that at once."""
        self._services.gates.change((namespace, participant))

    def readiness(self) -> str:
        """Return why this engine should get no traffic now; empty if it should."""
        if self._services.draining:
            return "draining"
        if self._services.committer.unavailable:
            return f"the saga log can't be written: {self._services.committer.unavailable}"
        return "its lease could not be renewed" if self._leases.lapsed else ""

    async def start_saga(self, command: StartSaga) -> bool:
        """Start a saga; see `Starts.start`."""
        return await self._starts.start(command)

    async def cancel(self, key: SagaKey, reason: str) -> None:
        """Ask a saga to undo itself; returns once that is committed.

        Raises:
            CommandRefused: its state does not allow it; also as `Fleet.command`.
        """
        await self._fleet.command(key, Cancel(reason))

    def begin_trace(self, traceparent: str) -> tuple[str, str]:
        """Return what a saga about to be started keeps of its trace; see `Instruments.begin_trace`."""
        return self._services.instruments.begin_trace(traceparent)

    async def operate(self, key: SagaKey, command: Operate, patience: int = 10 * SECOND) -> None:
        """Do what an operator asks for; returns once it is committed.

        Args:
            key: the saga.
            command: what.
            patience: how long its participant may take to seal a run that must be sealed first, microseconds.

        Raises:
            CommandRefused: the saga's state does not allow it, or it has moved on; also as `Fleet.command`.
        """
        await self._hands.operate(key, command, patience)

    async def seal(self, key: SagaKey, step_id: str, timeout: int) -> SealAnswer:  # noqa: ASYNC109 - gRPC keeps it
        """Ask a step's participant to seal its operation, once, past its gate: a person waits for the answer.

        Args:
            key: the saga; the log must say by now that a person has settled the step.
            step_id: the step.
            timeout: how long it may take, microseconds.

        Raises:
            SagaNotFound: there is no such saga.
            SagaQuarantined: its log can't be read.
            LogUnavailable: the log can't be read now.
        """
        return await self._hands.seal(key, step_id, timeout)

    async def complete_step(
        self,
        key: SagaKey,
        step_id: str,
        phase: Phase,
        token: str,
        report: ExecuteAnswer | CompensateAnswer,
        traceparent: str = "",
    ) -> None:
        """Take the outcome of a step that may be Pending; returns once it is committed.

        Args:
            key: the saga.
            step_id: the step.
            phase: what it is the outcome of.
            token: the operation's completion token.
            report: the outcome.
            traceparent: W3C trace context of whoever tells, or empty.

        Raises:
            CompletionTokenInvalid: the token is not that of the operation's phase.
            SagaQuarantined: it is put aside, or its log can't be read.
            CommandRefused: the step has another outcome or waits for none; also as `Fleet.command`.
        """
        began = self._services.clock.now()
        view = await read_saga(self._saga_log, self._catalog, key)
        if view is None:
            raise await not_found(self._saga_log, key)
        if view.saga is None:
            raise SagaQuarantined(key, view.row.quarantine_reason)
        if view.saga.mode is Mode.CHOREOGRAPHY:
            raise SagaChoreographed(key)
        if step_id not in view.saga.steps:
            raise CompletionTokenInvalid(key)
        run = self._run_of(token, view.saga, step_id, phase)
        if run == 0:
            raise CompletionTokenInvalid(key)
        await self._fleet.command(key, Report(step_id, phase, report, run))
        self._services.instruments.reported(view.saga, step_id, phase, traceparent, began)

    async def wait(self, key: SagaKey, patience: int) -> None:
        """Return once a saga is settled (ended, STUCK or in quarantine), or the time is up, or the server drains.

        Args:
            key: the saga.
            patience: how long to wait, microseconds.

        Raises:
            TooManyWatchers: more wait and watch than the limit allows.
            LogUnavailable: the log can't be read now.
        """
        try:
            async with asyncio.timeout(patience / SECOND):
                with self.watch(key) as watch:
                    row = await self._saga_log.read(key)
                    settled = row is None or row.state in TERMINAL or row.state is SagaState.STUCK
                    if settled or (row is not None and row.quarantine_time is not None):
                        return
                    while not watch.settled:
                        await watch.changed()
        except (TimeoutError, Draining, CorruptLog):
            return  # what is damaged moves no more

    def watch(self, key: SagaKey) -> Watch:
        """Return a watch of a saga: ``with engine.watch(key) as watch: await watch.changed()``."""
        return self._services.hub.watch(key)

    def follow(self, key: SagaKey) -> Follower:
        """Return a follower of a saga that is about to be started here."""
        return self._services.hub.follow(key)

    def _run_of(self, token: str, saga: Saga, step_id: str, phase: Phase) -> int:
        """Return the run of a step that a completion token belongs to; 0: to none."""
        for run in range(saga.steps[step_id].run, 0, -1):
            operation = due.operation_key(self._services.installation, saga, step_id, run)
            if self._services.tokens.verify(token, due.idempotency_key(operation, phase)):
                return run
        return 0
