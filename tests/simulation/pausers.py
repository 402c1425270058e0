"""People who pause definitions and participants, and resume them after a while.

From the moment at which a pause is acknowledged until somebody asks to resume, nothing may be sent that it stops.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from orchestrator.core.model import Signature
from orchestrator.engine.engine import Engine
from orchestrator.engine.errors import DefinitionPaused
from orchestrator.store.base import PauseKind, Target
from tests.simulation.clients import AWAY
from tests.simulation.definitions import NAMESPACE
from tests.simulation.faults import Fault, Plan
from tests.simulation.laws import Ledger
from tests.simulation.loop import SimulatedLoop
from tests.simulation.orchestrators import Life, Orchestrators

_BY = Signature("an audit", "ann")


class Pausers:
    """Everybody who pauses things."""

    def __init__(
        self,
        loop: SimulatedLoop,
        plan: Plan,
        ledger: Ledger,
        orchestrators: Orchestrators,
        note: Callable[[str], None],
    ) -> None:
        self._loop = loop
        self._plan = plan
        self._chance = plan.chance
        self._ledger = ledger
        self._orchestrators = orchestrators
        self._note = note
        self._paused: dict[Target, bool] = {}  # False: not any more
        self._resumes: Counter[Target] = Counter()  # how often it was asked to resume it

    def act(self, participants: Sequence[str], definitions: Sequence[str]) -> None:
        """Somebody pauses something, and comes back later."""
        kind, names = self._chance.choice(((PauseKind.PARTICIPANT, participants), (PauseKind.DEFINITION, definitions)))
        version = self._chance.choice((0, 1)) if kind is PauseKind.DEFINITION else 0
        target = Target(kind, NAMESPACE, self._chance.choice(names), version)
        if target in self._paused:
            return  # a request to resume it may be on its way, and would be taken for another's
        self._paused[target] = True
        self._loop.spawn(self._loop.world, self._pause_for_a_while(target))

    async def resume_all(self) -> None:
        """Once nothing goes wrong any more: what is paused is resumed.

        Also what was resumed before: a pause that was asked for twice may still be on its way to the log.
        """
        while not self._orchestrators.over:
            for target in sorted(self._paused):
                await self._resume(target)
            await asyncio.sleep(60)

    async def _pause_for_a_while(self, target: Target) -> None:
        resumes = self._resumes[target]
        if not await self._ask(lambda engine: engine.pausing.pause(target, _BY)):
            return
        self._note(f"{target.kind} {target.name} {target.version} is paused")
        self._plan.fired[Fault.PAUSE] += 1
        if self._resumes[target] == resumes:  # else it may have been resumed before the answer came
            self._ledger.paused.add(target)
        self._paused[target] = True
        await asyncio.sleep(self._chance.choice((0.1, 2.0, 30.0)) * self._chance.random())
        await self._resume(target)

    async def _resume(self, target: Target) -> None:
        self._resumes[target] += 1
        self._ledger.paused.discard(target)
        try:
            if await self._ask(lambda engine: engine.pausing.resume(target, _BY)):
                self._note(f"{target.kind} {target.name} {target.version} is resumed")
                self._paused[target] = False
        except DefinitionPaused:
            self._note(f"{target.name} {target.version} can't be resumed alone")
            self._paused[target] = True

    async def _ask(self, what: Callable[[Engine], Coroutine[Any, Any, object]]) -> bool:
        """Ask until somebody answers; False if there is nobody any more."""

        async def ask(_: Life, engine: Engine) -> object:
            return await what(engine)

        while not self._orchestrators.over:
            try:
                await self._orchestrators.ask(ask)
            except AWAY:
                await asyncio.sleep(self._chance.random())
            else:
                return True
        return False
