"""People who act on sagas by hand, at random: what is legal where the saga stands, and sometimes what is not.

They look before they assert: that a step has happened, or was undone, is said only where that is the truth. So every
law holds whatever they do; what they give up, by name, is held to what they were told.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Payload, Saga, SagaKey, SagaState, Signature, StepState
from orchestrator.core.operations import STEP_ACTIONS, Action, Legal, Operate, legal_actions
from orchestrator.engine.errors import SagaNotFound, SagaQuarantined
from orchestrator.store.base import LogDataError
from tests.simulation.clients import AWAY, Promise
from tests.simulation.definitions import NAMESPACE
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger, Record
from tests.simulation.loop import SimulatedLoop
from tests.simulation.orchestrators import Orchestrators

_RARELY = frozenset({Action.ABANDON_SAGA})
"""What would leave the others little to do."""


class Operators:
    """Everybody with a hand on sagas."""

    def __init__(
        self,
        loop: SimulatedLoop,
        plan: Plan,
        ledger: Ledger,
        orchestrators: Orchestrators,
        note: Callable[[str], None],
        promises: list[Promise],
    ) -> None:
        self._loop = loop
        self._plan = plan
        self._chance = plan.chance
        self._ledger = ledger
        self._orchestrators = orchestrators
        self._note = note
        self._promises = promises

    @property
    def wanted(self) -> bool:
        """True while a saga waits for a person, and there are some."""
        return Fault.OPERATOR in self._plan.on and any(
            record.saga is not None and (record.saga.state is SagaState.STUCK or record.saga.paused)
            for record in self._ledger.all().values()
        )

    def act(self) -> None:
        """Somebody acts on a saga; or two do at once, on what both see."""
        seen = [
            (key, one, one.saga)
            for key, one in sorted(self._ledger.all().items())
            if one.saga is not None and one.saga.open
        ]
        if not seen:
            return
        saga_id, record, saga = self._chance.choice(seen)
        for _ in range(self._chance.choice((1, 1, 1, 2))):
            command = self._command(saga, record)
            if command is not None:
                self._loop.spawn(self._loop.world, self._carry(saga_id, command, saga.sequence))

    async def resume_all(self) -> None:
        """Once nothing goes wrong any more: what is paused is resumed."""
        while not self._orchestrators.over:
            for saga_id, record in sorted(self._ledger.all().items()):
                if record.saga is not None and record.saga.paused:
                    resume = Operate(Action.RESUME_SAGA, _by("the audit is over"))
                    await self._carry(saga_id, resume, record.saga.sequence)
            await asyncio.sleep(60)  # a pause may still have been on its way

    def _command(self, saga: Saga, record: Record) -> Operate | None:
        chance = self._chance
        legal = [one for one in legal_actions(saga) if _truthful(record, saga, one)]
        if chance.random() < 0.1:
            legal = [Legal(chance.choice((Action.PAUSE_SAGA, Action.ABANDON_SAGA, Action.RESUME_SAGA)))]
        if not legal or (chance.random() < 0.8 and {one.action for one in legal} <= _RARELY):
            return None
        action, step_id = chance.choice([one for one in legal if one.action not in _RARELY] or legal)
        payload = None
        if action is Action.RETRY_STEP_WITH_INPUT:
            payload = Payload(json=f'{{"text":"other input {saga.sequence}"}}')
        elif action is Action.RESOLVE_STEP_COMPLETED:
            payload = Payload(json='{"text":"seen by a person"}')
        always = action in STEP_ACTIONS and action is not Action.RETRY_STEP
        etag = saga.sequence if always or chance.random() < 0.5 else 0
        return Operate(action, _by(f"at {saga.sequence}"), etag, step_id, payload)

    async def _carry(self, saga_id: str, command: Operate, seen: int) -> None:
        """Carry out a command, which somebody gave who saw that sequence; ask again until somebody answers."""
        key = SagaKey(NAMESPACE, saga_id)
        while True:
            try:
                await self._orchestrators.ask(lambda _, engine: engine.operate(key, command))
            except AWAY:
                if self._orchestrators.over:
                    return
                await asyncio.sleep(self._chance.random())
            except CommandRefused as error:
                self._note(f"{saga_id}: {command.action} is refused: {error.reason}")
                return
            except (SagaQuarantined, LogDataError):
                if saga_id not in self._ledger.poisoned:
                    self._ledger.violated(f"{saga_id}: the log refuses what a person does")
                return
            except SagaNotFound:
                self._ledger.violated(f"{saga_id} was acknowledged, and is not there")
                return
            else:
                break
        self._note(f"{saga_id}: {command.action} {command.step_id} is acknowledged")
        self._plan.fired[Fault.OPERATOR] += 1
        kept = partial(_operated_since, seen)
        self._promises.append((saga_id, f"{command.action} was acknowledged at {seen}", kept))


def _operated_since(sequence: int, saga: Saga) -> bool:
    return saga.operation is not None and saga.operation.sequence > sequence


def _truthful(record: Record, saga: Saga, legal: Legal) -> bool:
    """False where a person would assert what is not so."""
    match legal.action:
        case Action.RESOLVE_STEP_COMPLETED:
            state = saga.steps[legal.step_id].state
            return state is StepState.FAILED and record.stands(legal.step_id) == 1
        case Action.RESOLVE_STEP_COMPENSATED:
            return record.undone[legal.step_id, saga.steps[legal.step_id].run] == 1
        case Action.RESTART_SAGA:
            return False
        case _:
            return True


def _by(why: str) -> Signature:
    return Signature(why, "ann")
