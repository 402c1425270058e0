"""The observer in a hostile world: what it says of each saga is what the services' books say.

The world is that of `tests/participant/choreography/test_chaos.py`: three services that die, a bus that doubles, delays
and reorders, orders that are cancelled at any time; on virtual time, from a seed. Beside them an observer is killed
again and again, on a log that stays.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from orchestrator.core.model import Saga, SagaState
from sagaway.bus import decode
from sagaway.choreography.facts import to_document
from tests.choreography.watched import Watched
from tests.engine.virtual import seconds
from tests.participant.choreography import audit
from tests.participant.choreography.chain import CANCELLED, choreography
from tests.participant.choreography.test_chaos import (
    CHAOS_SECONDS,
    PROCESS,
    SAGAS,
    SEEDS,
    HostileBus,
    InlineLoop,
    Tasks,
    World,
    check,
    folder,
)

__all__ = ["folder"]


class ObservedWorld(World):
    """The same, with an observer."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        services = [to_document(choreography(role, self.books[role]).facts) for role in audit.ROLES]
        self.document = {"name": "chain", "version": 1, "choreography": {"services": services}}
        self.watched = Watched(self.broker)
        self.lives = 0
        self.sagas: dict[str, Saga] = {}

    async def observe(self) -> None:
        """Observe, and die, for as long as there is chaos; then live."""
        while True:
            tasks: Tasks = []
            process = PROCESS.set(tasks)
            await self.watched.up(self.document, self.connect)
            PROCESS.reset(process)
            self.lives += 1
            if seconds() > CHAOS_SECONDS:
                return
            await asyncio.sleep(self.dice.expovariate(0.2))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.watched.bus.crash()
            await self.watched.log.close()

    async def connect(self) -> HostileBus:
        """Return a connection of the observer's."""
        self.watched.bus = HostileBus(self.broker, self.dice)
        return self.watched.bus

    async def play(self) -> None:
        """Play to the end, and until all has been observed."""
        observing = asyncio.create_task(self.observe())
        await super().play()
        await observing
        await self.watched.caught_up()
        for number in range(SAGAS):
            self.sagas[f"o-{number}"] = await self.watched.saga(f"o-{number}")
        await self.watched.down()


def check_observed(world: ObservedWorld, folder: Path) -> None:
    """Hold the log to the books."""
    inventory, payment = (audit.book(folder, role) for role in ("inventory", "payment"))
    late = [decode(letter.data) for letter in world.broker.dead.values()]
    cancelled_late = {event.subject for event in late if event.type == CANCELLED}
    world.broker.dead.clear()  # the services' own are checked below: there must be none
    for saga_id, saga in world.sagas.items():
        assert saga.state in (SagaState.COMPLETED, SagaState.COMPENSATED), (saga_id, saga.state, saga.failure)
        stands = inventory[saga_id, "reserve"] > inventory[saga_id, "release"]
        assert stands == (payment[saga_id, "charge"] > payment[saga_id, "refund"])
        if saga_id in cancelled_late:  # it had ended by then: that is told as a dead letter, and taken back nowhere
            assert not stands
        else:
            assert stands == (saga.state is SagaState.COMPLETED), saga_id
    strangers = {event.subject for event in late} - world.cancelled
    assert not strangers, f"events after the end of sagas that nobody cancelled: {strangers}"


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_observed_is_what_the_books_say(folder: Path, seed: int) -> None:
    with asyncio.Runner(loop_factory=InlineLoop) as runner:
        world = ObservedWorld(folder, seed)
        runner.run(world.play())
    assert world.lives > 3
    check_observed(world, folder)
    check(world, folder)
    for engine in world.books.values():
        engine.dispose()
