"""The observer: takes every event from the bus and folds it into the saga log.

It has a durable consumer of its own, so it may be away for as long as the bus keeps events and catch up. An event is
acknowledged after the commit of what follows from it; one that comes again is known by its id. The observer decides
nothing and publishes nothing: if it is killed, no saga goes another way.

Whose saga an event is: that of its `namespace` and `subject`. A new one is on the choreography whose services start sagas
with the event's type, in its newest version that is not deprecated, and stays on it. An event that is there before that
one makes the saga too, if one choreography only can have it; else it comes again a while later. An event of a saga that
is not known and of a type that no registered choreography has is none of its business; it is counted, and let go.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import NamedTuple

import structlog

from orchestrator.choreography.facts import fact_of, key_of
from orchestrator.choreography.letters import Letters
from orchestrator.choreography.lookout import Lookout
from orchestrator.choreography.progress import Progress
from orchestrator.choreography.sagas import NotOurs, Sagas
from orchestrator.core.choreography import RECEIPT, Choreography, participant_of
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import Saga, SagaKey, SagaState
from orchestrator.core.naming import about
from orchestrator.core.observation import Fact, course_of, seen_of
from orchestrator.core.observing import begin, no_room, observe, refuse
from orchestrator.core.retry import SECOND
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.services import Services
from orchestrator.store.base import LogUnavailable
from sagaway.bus import (
    EVERYTHING,
    Bus,
    BusError,
    BusUnavailableError,
    Delivery,
    Poison,
    Policy,
    Redeliver,
    Subscription,
)

_log = structlog.get_logger(__name__)

LOOK_SECONDS = 1.0
"""How often the bus is asked for dead letters and for what waits."""
_LOG_WAIT = 0.5
_MOST_STRANGERS = 1_000
"""Types without a choreography that are remembered, so that each is told of once."""
POLICY = Policy(concurrency=64)

Connect = Callable[[], Awaitable[Bus]]


class Sight(NamedTuple):
    """What the observer sees, for metrics.

    Attributes:
        connected: the bus can be reached.
        age_seconds: how long ago everything that was published had been observed; None: not since the start.
        counts: how many events were observed, unknown (of no choreography, or not of that of their saga, which had
            ended), late (of an abandoned or a purged saga), refused (a dead letter now, for their saga can't be observed)
            or failed.
    """

    connected: bool
    age_seconds: float | None
    counts: Mapping[str, int]


class Observer:
    """Folds events into the log. One a process.

    Attributes:
        progress: up to when everything published has been observed.
    """

    def __init__(self, connect: Connect, services: Services, catalog: DefinitionCatalog) -> None:
        """Make an observer; `start` sets it going.

        Args:
            connect: connects to the bus; the observer closes it.
            services: the engine's: log, committer, clock, and who is told of commits.
            catalog: the registered definitions.
        """
        self._connect = connect
        self._services = services
        self._catalog = catalog
        self._sagas = Sagas(services, catalog)
        self._strangers: set[str] = set()
        self._bus: Bus | None = None
        self._subscription: Subscription | None = None
        self._letters: Letters | None = None
        self._task: asyncio.Task[None] | None = None
        self._counts: Counter[str] = Counter()
        self.progress = Progress()
        self._lookout = Lookout(self._sagas, services, self.progress)
        self._fault = "not connected yet"

    def start(self) -> None:
        """Begin, as soon as the bus is there and a choreography is registered."""
        self._task = asyncio.create_task(self._run(), name="observer")

    async def close(self) -> None:
        """Stop: let what is being written end, and leave the bus."""
        while self._task is not None and not self._task.done():
            self._task.cancel()  # again and again: what it waits for may swallow one
            await asyncio.wait([self._task], timeout=1.0)
        if self._subscription is not None:
            await self._subscription.stop()
        if self._bus is not None:
            with suppress(BusError):
                await self._bus.close()

    def sight(self) -> Sight:
        """Return what it sees now."""
        until = self.progress.seen_until
        age = (self._services.clock.now() - until) / SECOND if until else None
        return Sight(not self._fault, age, dict(self._counts))

    async def redeliver(self, letters: Iterable[int]) -> None:
        """Have dead letters delivered once more; those that are none any more are left alone.

        Raises:
            BusUnavailableError: the bus can't be reached; those that are left hold their saga up again.
        """
        if self._letters is None:
            raise BusUnavailableError(self._fault)
        await self._letters.redeliver(letters)

    async def _run(self) -> None:
        while True:
            try:
                await self._round()
                self._note("")
            except (BusError, LogUnavailable) as error:
                self._note(str(error))
            except Exception as error:
                _log.exception("the observer failed; it goes on")
                self._note(f"internal fault: {type(error).__name__}")
            await asyncio.sleep(LOOK_SECONDS)

    async def _round(self) -> None:
        """See to it that events come, and look for what brings none."""
        if self._bus is None:
            self._bus = await self._connect()
        if self._letters is None:
            self._letters = Letters(self._bus, self._sagas, self._services, self.progress)
        durable = f"observer-{self._services.installation}"
        if self._subscription is None:
            if not await self._catalog.has_choreographies():
                return
            self._subscription = await self._bus.subscribe(durable, [EVERYTHING], self._handle, POLICY)
            _log.info("observing choreographed sagas", durable=durable)
        asked = self._services.clock.now()
        self.progress.note(await self._bus.reach(durable), asked)
        await self._letters.look()
        if await self._lookout.look():
            self._letters.look_again()

    def _note(self, fault: str) -> None:
        if fault and fault != self._fault:
            _log.error("choreographed sagas can't be observed now; trying again", error=fault)
        elif self._fault and not fault:
            _log.info("the bus can be observed")
        self._fault = fault

    async def _handle(self, delivery: Delivery) -> None:
        """Take one event; returns once what follows from it is committed."""
        key, outcome = key_of(delivery.event), "failed"
        try:
            async with self._sagas.turn(key):
                outcome = await self._take_patiently(key, delivery)
        except NotOurs:
            outcome = "refused"
            raise Poison(f"saga {key.saga_id} is an orchestrated one: its id is taken") from None
        except (SagaQuarantined, Poison) as error:
            outcome = "refused"
            raise Poison(str(error)) from None
        finally:
            self._counts[outcome] += 1

    async def _take_patiently(self, key: SagaKey, delivery: Delivery) -> str:
        """The log may be away; that is not the event's fault, and costs it no delivery."""
        while True:
            try:
                return await self._take(key, delivery)
            except LogUnavailable:
                await asyncio.sleep(_LOG_WAIT)

    async def _take(self, key: SagaKey, delivery: Delivery) -> str:
        event = delivery.event
        fact = fact_of(event, delivery.sequence)
        taken = False
        while True:
            now, standing = self._services.clock.now(), await self._sagas.get(key)
            if standing is None:
                if taken and await self._services.log.purged(key) is not None:
                    return "late"
                definition = await self._choreography_of(key, fact)
                if definition is None:
                    return "unknown"
                decide = partial(begin, key, definition, fact, event.traceparent, now)
            elif not standing.saga.open:
                return _after_the_end(standing.saga, fact)
            elif (full := no_room(standing.saga, fact)) is not None:
                if await self._sagas.change(key, standing, partial(refuse, standing.saga, full, now)):
                    raise Poison(f"saga {key.saga_id}: {full.message}")
                continue
            else:
                decide = partial(observe, standing.saga, fact, now)
            if await self._sagas.change(key, standing, decide):
                return "observed"
            taken = standing is None

    async def _choreography_of(self, key: SagaKey, fact: Fact) -> SagaDefinition | None:
        """The choreography that a new saga is on: one that starts sagas so; else one that knows the event at all."""
        known = await self._catalog.choreographies(key.namespace)
        courses = [(one, one.choreography) for one in known if one.choreography is not None]
        for definition, course in courses:
            if fact.event_type in course.starts:
                return definition
        for definition, course in courses:
            if fact.event_type in course.outside:
                return definition
        knowing = [definition for definition, course in courses if _knows(course, fact)]
        if len(knowing) > 1:
            raise Redeliver("its saga is not known yet, and more than one choreography has it")
        if knowing:
            return knowing[0]
        if fact.event_type not in self._strangers and len(self._strangers) < _MOST_STRANGERS:
            self._strangers.add(fact.event_type)
            _log.warning("no registered choreography has this event", type=fact.event_type, **about(key))
        return None


def _knows(course: Choreography, fact: Fact) -> bool:
    """Tell whether an event that starts no saga can be one of this choreography's."""
    participant = participant_of(fact.key.source)
    if not participant:
        return fact.event_type in course.types  # by a service that names itself otherwise
    if fact.event_type != RECEIPT and fact.event_type not in course.types:
        return False
    return any(one.participant == participant and fact.reaction in ("", one.name) for one in course.reactions)


def _after_the_end(saga: Saga, fact: Fact) -> str:
    """An end is never taken back. What comes after it is a dead letter, so that a person sees it. None is what had been
    seen, what comes after a person gave the saga up, and what its choreography does not declare: that decides nothing
    before the end either.

    Raises:
        Poison: it should not have come.
    """
    if fact.key in seen_of(saga).events:
        return "observed"
    if saga.state is SagaState.ABANDONED:
        return "late"
    course = course_of(saga)
    if fact.event_type not in course.starts | course.outside and not _knows(course, fact):
        return "unknown"
    raise Poison(f"saga {saga.key.saga_id} had ended as {saga.state} before {fact.event_type} was published")
