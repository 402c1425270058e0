"""Those who ask something of the orchestrator: clients who start and cancel, participants who report."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from orchestrator.caller.answers import read_compensate, read_execute
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Failure, Payload, Phase, Saga, SagaKey
from orchestrator.core.outcome import CompensateAnswer, Completed, ExecuteAnswer, Failed
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.engine import Engine
from orchestrator.engine.errors import (
    CompletionTokenInvalid,
    Draining,
    Overloaded,
    SagaExists,
    SagaNotFound,
    SagaQuarantined,
)
from orchestrator.store.base import LogDataError, LogFatal, LogUnavailable
from orchestrator.store.memory import MemoryLog
from sagaway.v1 import participant_service_pb2 as contract
from tests.simulation.definitions import NAMESPACE, Prepared
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger
from tests.simulation.loop import SimulatedLoop
from tests.simulation.orchestrators import Life, Orchestrators, Unreachable
from tests.simulation.port import SECOND

AWAY = (Unreachable, LogUnavailable, LogFatal, Draining, Overloaded)
"""What asking again may help against."""

Promise = tuple[str, str, Callable[[Saga], bool]]
"""What was acknowledged: of which saga, in words, and whether its log says so."""


class Clients:
    """Everybody outside.

    Attributes:
        busy: clients that have not got what they want.
        promises: what was acknowledged.
    """

    def __init__(
        self,
        loop: SimulatedLoop,
        plan: Plan,
        log: MemoryLog,
        ledger: Ledger,
        orchestrators: Orchestrators,
        note: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._plan = plan
        self._chance = plan.chance
        self._log = log
        self._ledger = ledger
        self._orchestrators = orchestrators
        self._note = note
        self.promises: list[Promise] = []
        self.busy = 0

    # A saga's client -----------------------------------------------------------------------------------------------

    def launch(self, saga_id: str, prepared: Prepared) -> None:
        """Begin a client who wants a saga."""
        self._ledger.expect(saga_id, prepared.compiled)
        self.busy += 1
        self._loop.spawn(self._loop.world, self._live(saga_id, prepared))

    async def _live(self, saga_id: str, prepared: Prepared) -> None:
        chance = self._chance
        await asyncio.sleep(chance.random() * chance.choice((0.01, 10.0)))
        created = [self._start(saga_id, prepared)]
        if self._plan.strikes(Fault.DOUBLE_START, 3):
            created.append(self._start(saga_id, prepared))
        answers = list(await asyncio.gather(*created))
        if self._plan.strikes(Fault.DOUBLE_START, 3):
            answers.append(await self._start(saga_id, prepared))
        if sum(answers) > 1:
            self._ledger.violated(f"{saga_id} was created {sum(answers)} times")
        self.promises.append((saga_id, "its start was acknowledged", lambda saga: True))
        if self._plan.strikes(Fault.CANCEL, 3):
            await asyncio.sleep(chance.expovariate(0.5))
            await self._cancel(saga_id)
        if chance.random() < 0.2:
            await self._wait(saga_id)
        self.busy -= 1

    async def _start(self, saga_id: str, prepared: Prepared) -> bool:
        async def start(life: Life, engine: Engine) -> bool:
            row = prepared.row
            definition = await life.catalog.compiled(NAMESPACE, row.name, row.version)
            assert definition is not None
            saga_input = Payload(json=f'{{"text":"{saga_id}"}}')
            return await engine.start_saga(StartSaga(_key(saga_id), definition, 0, saga_input, {"of": "simulation"}))

        while True:
            try:
                created = await self._orchestrators.ask(start)
            except AWAY:
                await asyncio.sleep(self._chance.random())
            except LogDataError:
                self._refused(saga_id)
                return False
            except SagaExists as error:
                self._ledger.violated(f"{saga_id}: the same StartSaga is refused: {error}")
                return False
            else:
                self._note(f"{saga_id} is acknowledged, created: {created}")
                return created

    async def _cancel(self, saga_id: str) -> None:
        for _ in range(self._chance.choice((1, 3))):
            try:
                await self._orchestrators.ask(lambda _, engine: engine.cancel(_key(saga_id), "a client asked"))
            except AWAY:
                await asyncio.sleep(self._chance.random())
            except (CommandRefused, SagaQuarantined):
                return
            except LogDataError:
                self._refused(saga_id)
                return
            except SagaNotFound:
                self._ledger.violated(f"{saga_id} was acknowledged, and is not there")
                return
            else:
                self._note(f"{saga_id}: cancel is acknowledged")
                self.promises.append((saga_id, "its cancel was acknowledged", lambda saga: saga.cancel_requested))
                return

    def _refused(self, saga_id: str) -> None:
        """What was asked was refused as bad data."""
        if saga_id not in self._ledger.poisoned:
            self._ledger.violated(f"{saga_id}: what is asked is refused as bad data")

    async def _wait(self, saga_id: str) -> None:
        try:
            await self._orchestrators.ask(lambda _, engine: engine.wait(_key(saga_id), 5 * SECOND))
        except AWAY:
            return

    # Reports of what was Pending -----------------------------------------------------------------------------------

    def report(
        self, context: contract.StepContext, answer: contract.ExecuteResponse | contract.CompensateResponse | None
    ) -> None:
        """See `tests.simulation.participants.Report`. It goes on in the process that runs now."""
        self._loop.create_task(self._report(context, answer))

    async def _report(
        self, context: contract.StepContext, answer: contract.ExecuteResponse | contract.CompensateResponse | None
    ) -> None:
        phase = Phase.COMPENSATE if isinstance(answer, contract.CompensateResponse) else Phase.EXECUTE
        told: ExecuteAnswer | CompensateAnswer
        if answer is None:
            told = Failed(Failure("", "BROKEN", "it broke half way"))
        elif isinstance(answer, contract.ExecuteResponse):
            told = read_execute(answer.SerializeToString())
        else:
            told = read_compensate(answer.SerializeToString())
        key, step_id, token = _key(context.saga_id), context.step_id, context.completion_token
        for _ in range(self._chance.choice((1, 2, 5))):
            try:
                await self._orchestrators.ask(lambda _, engine: engine.complete_step(key, step_id, phase, token, told))
            except AWAY:
                await asyncio.sleep(self._chance.random())
            except (CommandRefused, SagaQuarantined):
                return
            except LogDataError:
                self._refused(context.saga_id)
                return
            except (CompletionTokenInvalid, SagaNotFound) as error:
                self._ledger.violated(f"{context.saga_id}:{step_id}: a report is refused: {error}")
                return
            else:
                self._note(f"{context.saga_id}:{step_id}: the report of {phase} is acknowledged")
                if isinstance(told, Completed):
                    kept = partial(_completed_once, step_id)
                    self.promises.append((context.saga_id, f"the report of {step_id} was acknowledged", kept))
                if self._chance.random() < 0.7:
                    return  # else once more: the same report twice is fine

    # What was promised ---------------------------------------------------------------------------------------------

    def check_promises(self) -> None:
        """Check that what was acknowledged is in the log."""
        for saga_id, what, kept in self.promises:
            saga = self._ledger.record(saga_id).saga
            if saga is None or not kept(saga):
                self._ledger.violated(f"{saga_id}: {what}, and the log does not have it")


def _key(saga_id: str) -> SagaKey:
    return SagaKey(NAMESPACE, saga_id)


def _completed_once(step_id: str, saga: Saga) -> bool:
    return saga.steps[step_id].output is not None
