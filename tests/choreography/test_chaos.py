"""The observer in a hostile world: what it says of each saga is what the services' books say.

The world is that of `tests/participant/choreography/test_chaos.py`: three services that die, a bus that doubles, delays
and reorders, orders that are cancelled at any time; on virtual time, from a seed. Beside them an observer is killed
again and again, on a log that stays, and that is away now and then, before it commits or after. Some of its lives have
another observer beside them, as one that was frozen wakes up beside its successor: what each knows of a saga is old
whenever the other one wrote. And people give up sagas that are called STUCK, while events of theirs come.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.choreography.observer import Observer
from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Saga, SagaKey, SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.engine.errors import SagaNotFound
from orchestrator.store.base import LogUnavailable
from sagaway.bus import decode
from sagaway.choreography.facts import to_document
from tests.choreography.watched import Watched
from tests.engine.ports import LOST_ANSWER, OUTAGE
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

BY = Signature("it takes too long", "ann")


class ObservedWorld(World):
    """The same, with an observer."""

    def __init__(self, folder: Path, seed: int) -> None:
        super().__init__(folder, seed)
        services = [to_document(choreography(role, self.books[role]).facts) for role in audit.ROLES]
        choreography_ = {"services": services, "progress_timeout": "0.1s"}
        self.document = {"name": "chain", "version": 1, "choreography": choreography_}
        self.watched = Watched(self.broker)
        self.lives = 0
        self.connections: list[HostileBus] = []
        self.given_up: set[str] = set()
        """Sagas that a person may have given up: who was killed meanwhile did not say."""
        self.sagas: dict[str, Saga] = {}

    async def observe(self) -> None:
        """Observe, and die, for as long as there is chaos; then live."""
        while True:
            tasks: Tasks = []
            process = PROCESS.set(tasks)
            await self.watched.up(self.document, self.connect)
            if seconds() < CHAOS_SECONDS and self.dice.random() < 0.5:
                Observer(self.connect, self.watched.engine.services, self.watched.catalog).start()
            PROCESS.reset(process)
            self.lives += 1
            if seconds() > CHAOS_SECONDS:
                return
            await asyncio.sleep(self.dice.expovariate(0.2))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for bus in self.connections:
                await bus.crash()
            self.connections.clear()
            await self.watched.log.close()

    async def connect(self) -> HostileBus:
        """Return a connection of an observer's."""
        self.connections.append(HostileBus(self.broker, self.dice))
        return self.connections[-1]

    async def troubles_of_the_log(self) -> None:
        """Let the log be away, before it does what it was asked for, or after."""
        while seconds() < CHAOS_SECONDS:
            await asyncio.sleep(self.dice.expovariate(1))
            method = self.dice.choice(("commit", "commit", "read", "read_events", "overdue", "quarantine"))
            faults = (OUTAGE, LOST_ANSWER) if method == "commit" else (OUTAGE,)
            self.watched.port.fail(method, *self.dice.choices((*faults, None), k=self.dice.randint(1, 4)))

    async def people(self) -> None:
        """Give up sagas that are STUCK."""
        while seconds() < CHAOS_SECONDS:
            await asyncio.sleep(self.dice.expovariate(10))
            key = SagaKey("default", f"o-{self.dice.randrange(SAGAS)}")
            with suppress(SagaNotFound, CommandRefused, LogUnavailable, TimeoutError):
                async with asyncio.timeout(5):
                    row = await self.watched.log.read(key)
                    if row is not None and row.state is SagaState.STUCK and self.dice.random() < 0.5:
                        self.given_up.add(key.saga_id)
                        await self.watched.engine.operate(key, Operate(Action.ABANDON_SAGA, BY))

    async def play(self) -> None:
        """Play to the end, and until all has been observed."""
        beside = [asyncio.create_task(one()) for one in (self.observe, self.troubles_of_the_log, self.people)]
        await super().play()
        await asyncio.gather(*beside)
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
        if saga.state is SagaState.ABANDONED:
            assert saga_id in world.given_up
            continue
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
