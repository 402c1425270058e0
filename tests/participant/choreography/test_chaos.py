"""The chain of three services in a hostile world, on virtual time and from a seed: no effect twice, none lost, none stuck.

Events are doubled, delayed and reordered; acknowledgements, marks and the outcomes of commits get lost; services die
between any two awaits and come again on their database; the bus goes away; orders are cancelled at any time. In the end
each book must show what the orders say, to the row. Work on the databases is done in the loop's own thread, so that a seed
is a run; what is done is known only some time later, so that kills come between, and events meet in a transaction.
"""

from __future__ import annotations

import asyncio
import os
import random
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from sagaway.bus import (
    BusUnavailableError,
    Delivery,
    Event,
    Handler,
    MemoryBroker,
    MemoryBus,
    Policy,
    Redeliver,
    decode,
)
from sagaway.participant import transaction as transactions
from sagaway.participant.choreography import ChoreographyService, Emit, sharing
from sagaway.participant.errors import database_unavailable
from tests.engine.virtual import VirtualLoop, seconds
from tests.participant.choreography import audit
from tests.participant.choreography.chain import CANCELLED, ORDER, choreography, open_books

SAGAS = 25
SEEDS = range(int(os.environ.get("SEED", "1")), int(os.environ.get("SEED", "1")) + int(os.environ.get("SEEDS", "3")))
POLICY = Policy(concurrency=4, ack_wait=timedelta(seconds=3), max_deliveries=1000, max_backoff=timedelta(seconds=2))
CHAOS_SECONDS = 60.0
REST_SECONDS = 3600.0
"""How long it may take from then on until nothing is left to do."""
WORK_SECONDS = 0.5
"""After which one knows that work on a database is done."""


Tasks = list[asyncio.Task[Any]]
PROCESS: ContextVar[Tasks] = ContextVar("process")
"""The tasks of the process that runs: a kill ends them all."""


class InlineLoop(VirtualLoop):
    """Does the work of threads at once and tells of it later, and knows whose task is whose."""

    def create_task(self, coroutine: Any, **options: Any) -> asyncio.Task[Any]:  # type: ignore[override]
        task: asyncio.Task[Any] = super().create_task(coroutine, **options)
        if (tasks := PROCESS.get(None)) is not None:
            tasks.append(task)
        return task

    def run_in_executor(  # type: ignore[override]
        self, executor: Executor | None, func: Callable[..., Any], *args: Any
    ) -> asyncio.Future[Any]:
        future = self.create_future()
        try:
            self.call_later(WORK_SECONDS, future.set_result, func(*args))
        except Exception as error:
            self.call_later(WORK_SECONDS, future.set_exception, error)
        return future


class HostileBus(MemoryBus):
    """A process's connection, on which everything takes time and anything may get lost, until `chaos` ends."""

    def __init__(self, broker: MemoryBroker, dice: random.Random) -> None:
        super().__init__(broker)
        self._dice = dice

    async def publish(self, event: Event, *, message_id: str) -> bool:
        await self._delay()
        stored = await super().publish(event, message_id=message_id)
        # A kill here is one between publish and mark.
        await self._delay()
        return stored

    async def subscribe(self, durable: str, types: Iterable[str], handler: Handler, policy: Policy | None = None):  # type: ignore[no-untyped-def]
        async def handle(delivery: Delivery) -> None:
            await self._delay()
            if self._unlucky(0.15):
                raise Redeliver("delayed, so that later ones overtake it")
            await handler(delivery)
            # A kill here is one between commit and acknowledgement.
            await self._delay()
            if self._unlucky(0.1):
                raise Redeliver("the acknowledgement got lost")

        return await super().subscribe(durable, types, handle, policy)

    async def _delay(self) -> None:
        if seconds() < CHAOS_SECONDS:
            await asyncio.sleep(self._dice.expovariate(20))

    def _unlucky(self, chance: float) -> bool:
        return seconds() < CHAOS_SECONDS and self._dice.random() < chance


class World:
    def __init__(self, folder: Path, seed: int) -> None:
        self.dice = random.Random(seed)
        self.broker = MemoryBroker(dedupe_window=timedelta(seconds=5), clock=self.now)
        self.books: dict[str, Engine] = {}
        for role in audit.ROLES:
            self.books[role] = open_books(f"sqlite:///{folder}/{role}.db")
        self.running: dict[str, tuple[ChoreographyService, HostileBus, Tasks]] = {}
        self.cancelled: set[str] = set()
        self.kills = 0

    def now(self) -> datetime:
        return datetime(2030, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds())

    def commit(self, connection: Connection) -> None:
        """Commit, or not; sometimes nobody knows which."""
        is_lost = seconds() < CHAOS_SECONDS and self.dice.random() < 0.1
        if is_lost and self.dice.random() < 0.5:
            connection.rollback()
        else:
            connection.commit()
        if is_lost:
            raise database_unavailable("The outcome of the commit is unknown")

    async def start(self, role: str) -> None:
        tasks: Tasks = []
        process = PROCESS.set(tasks)
        while True:
            bus = HostileBus(self.broker, self.dice)
            service = ChoreographyService(choreography(role, self.books[role], self.now), bus, policy=POLICY)
            try:
                await service.start()
                break
            except BusUnavailableError:  # whoever runs services starts them again
                await asyncio.sleep(1)
        PROCESS.reset(process)
        self.running[role] = service, bus, tasks

    async def kill(self, role: str) -> None:
        """End a service with nothing more said: its tasks are cut off wherever they are."""
        _, bus, tasks = self.running.pop(role)
        self.kills += 1
        await bus.crash()
        ended = [task for task in tasks if not task.done()]
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)

    def emit(self, event_type: str, saga: str, data: object) -> None:
        made = choreography("order", self.books["order"], self.now)
        with self.books["order"].begin() as tx:
            made.emit(tx, saga, Emit(event_type, data), event_id=f"{saga}-{event_type}")

    async def orders(self) -> None:
        for number in range(SAGAS):
            await asyncio.sleep(self.dice.expovariate(1))
            self.emit(ORDER, f"o-{number}", {"short": audit.is_short(number), "poor": audit.is_poor(number)})
            if number % 3 == 0:
                # Sometimes it overtakes the order itself, for the relay keeps its order but the bus does not.
                await asyncio.sleep(self.dice.choice((0, 0, 0.2, 2)))
                self.emit(CANCELLED, f"o-{number}", None)
                self.cancelled.add(f"o-{number}")

    async def nature(self) -> None:
        while seconds() < CHAOS_SECONDS:
            await asyncio.sleep(self.dice.expovariate(1))
            match self.dice.randrange(6):
                case 0 | 1:
                    role = self.dice.choice(audit.ROLES)
                    if role in self.running:
                        await self.kill(role)
                        await asyncio.sleep(self.dice.expovariate(2))
                        await self.start(role)
                case 2:
                    self.broker.down()
                    await asyncio.sleep(self.dice.expovariate(1))
                    self.broker.up()
                case _ if self.broker.messages:
                    # Again, long after the bus has forgotten its id.
                    message = self.dice.choice(self.broker.messages)
                    self.broker.store(message.subject, message.data)

    async def play(self) -> None:
        for role in audit.ROLES:
            await self.start(role)
        await asyncio.gather(self.orders(), self.nature())
        async with asyncio.timeout(REST_SECONDS):
            quiet = 0
            while quiet < 3:
                await asyncio.sleep(5)
                busy = [self.broker.waiting_for(name) for name in self.durables()]
                quiet = 0 if any(busy) else quiet + 1
        for service, bus, _ in self.running.values():
            await service.stop()
            await bus.close()

    def durables(self) -> list[str]:
        return [
            f"{role}.{name}"
            for role in audit.ROLES
            for name in choreography(role, self.books[role], self.now).reactions
        ]


def check(world: World, folder: Path) -> None:
    """Hold every book to what the orders say, and what the bus has to the order of each service's outbox."""
    assert not audit.faults(folder, SAGAS, world.cancelled)
    assert not world.broker.dead
    check_answers(world)
    first: dict[str, int] = {}
    for message in world.broker.messages:
        first.setdefault(decode(message.data).id, message.sequence)
    assert not audit.overtaken(folder, first)


def check_answers(world: World) -> None:
    """Hold each reaction to an answer to each event that it consumes: by what it emits, or by a receipt, not by both."""
    events = {event.id: event for event in (decode(message.data) for message in world.broker.messages)}.values()
    answers: dict[tuple[str, str, str], list[str]] = {}
    for event in events:
        answers.setdefault((event.source, event.reaction, event.causation_id), []).append(event.type)
    for role in audit.ROLES:
        made = choreography(role, world.books[role])
        for reaction in made.reactions.values():
            for event in events:
                if event.type in reaction.types:
                    answer = answers.pop((made.source, reaction.name, event.id), [])
                    assert len(answer) == 1, f"{role}.{reaction.name} answers {event.id} with {answer}"
    assert set(answers) == {("/sagaway/participants/order", "", "")}, "something was answered that nobody asked"


def run(folder: Path, seed: int) -> World:
    with asyncio.Runner(loop_factory=InlineLoop) as runner, pytest.MonkeyPatch.context() as patch:
        world = World(folder, seed)
        patch.setattr(transactions, "_commit", world.commit)
        patch.setattr(sharing, "LONGEST", 3600.0)  # of a clock that is not the world's
        try:
            runner.run(world.play())
        except BaseException:
            for engine in world.books.values():
                engine.dispose()
            raise
    return world


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: what a disk does is not asked here, and its syncs take most of the time."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(prefix="sagaway-chaos-", dir=memory) as made:
        yield Path(made)


@pytest.mark.parametrize("seed", SEEDS)
def test_books_balance_after_chaos(folder: Path, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    transact, members = sharing._transact, Counter[int]()

    def counting(pieces: Sequence[Any], *given: Any) -> Any:
        members[len(pieces)] += 1
        return transact(pieces, *given)

    monkeypatch.setattr(sharing, "_transact", counting)
    world = run(folder, seed)
    check(world, folder)
    assert world.kills > 3
    assert sum(number for size, number in members.items() if size > 1) > 5, members
    for engine in world.books.values():
        engine.dispose()


def test_a_seed_is_a_run(folder: Path) -> None:
    def told(name: str) -> list[tuple[str, str]]:
        (folder / name).mkdir()
        world = run(folder / name, 7)
        for engine in world.books.values():
            engine.dispose()
        return [(message.subject, decode(message.data).id) for message in world.broker.messages]

    assert told("first") == told("second")
