"""What must never happen (DESIGN section 10), asked of every state and of every append.

Of appends the laws of the random worlds are asked too (`tests/core/world_laws.py`): reverse order of intents, no abort
while the pivot may stand, nothing after the end.
"""

from __future__ import annotations

from orchestrator.core import machine
from orchestrator.core.definition import StepKind
from orchestrator.core.model import SagaState
from tests.core import world_laws
from tests.core.world_models import Operation
from tests.replicas.deciding import Core
from tests.replicas.participants import Desk

Desks = tuple[Desk, ...]


class Laws:
    """The laws, for one definition."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._steps = core.definition.steps
        self._ids = [step.id for step in self._steps]
        self._all = frozenset(self._ids)
        self._later = [
            frozenset(self._ids.index(each) for each in world_laws.descendants(core.definition, step_id))
            for step_id in self._ids
        ]

    def state(self, log: int, desks: Desks) -> tuple[str, ...]:
        """Return what is wrong in a state, in words."""
        saga, found = self._core.sagas[log], list[str]()
        for step, desk in zip(self._steps, desks, strict=True):
            if desk.done > 1:
                found.append(f"{step.id} was done {desk.done} times")
            if desk.undone > 1:
                found.append(f"{step.id} was undone {desk.undone} times")
            if saga.state is SagaState.COMPLETED and not desk.stands:
                found.append(f"the saga is COMPLETED, and the effect of {step.id} does not stand")
            if saga.state is SagaState.COMPENSATED and desk.stands:
                found.append(f"the saga is COMPENSATED, and the effect of {step.id} stands")
            if saga.cause is not None and step.kind is StepKind.PIVOT and desk.stands:
                found.append(f"the saga goes back, and the effect of its pivot {step.id} stands")
        return tuple(found)

    def appended(self, log: int, after: int, events: int, desks: Desks) -> str:
        """Return what is wrong with an append, in words; empty: nothing."""
        saga, given = self._core.sagas[log], self._core.lists[events]
        operations = {
            step_id: Operation(True, effect=desk.stands) for step_id, desk in zip(self._ids, desks, strict=True)
        }
        try:
            for event in given:
                # Which steps were struck is asked of what comes of it, not here.
                world_laws.check_event(saga, event, operations, unsent=self._all, on_wire=frozenset())
                saga = machine.evolve(saga, event)
        except AssertionError as error:
            return str(error)
        if self._core.sagas[after].sequence != self._core.sagas[log].sequence + len(given):
            return "the log's sequences have a gap"
        return ""

    def undone(self, step: int, desks: Desks) -> str:
        """Return what is wrong with undoing a step while the others stand so, in words; empty: nothing."""
        for later in sorted(self._later[step]):
            if desks[later].stands:
                return f"{self._ids[step]} was undone while the effect of {self._ids[later]} stood"
        return ""
