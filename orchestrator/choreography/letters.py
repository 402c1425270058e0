"""The bus's dead letters, told to the sagas that they hold up.

A reaction that could not handle an event after its last delivery has given it up: the bus keeps it as a dead letter of
the reaction's durable consumer, whose name, `participant.reaction`, is also the step's. The letters are read in the order
of their ids, from the first one on after each start: what is known already changes nothing. A letter is told only once
everything published before it has been observed, because what it is about may still be on its way to the log.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

import structlog

from orchestrator.choreography.facts import key_of
from orchestrator.choreography.progress import Progress
from orchestrator.choreography.sagas import NotOurs, Sagas
from orchestrator.core.model import Failure, Phase, Saga
from orchestrator.core.naming import about
from orchestrator.core.observation import EventKey, Letter, course_of
from orchestrator.core.observing import give_up
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.services import Services
from sagaway.bus import Bus, DeadLetter, Event, EventInvalidError, decode
from sagaway.bus.errors import BusUnavailableError, LetterNotFoundError

_log = structlog.get_logger(__name__)

PAGE = 100


class Letters:
    """Reads dead letters. One an observer."""

    def __init__(self, bus: Bus, sagas: Sagas, services: Services, progress: Progress) -> None:
        self._bus = bus
        self._sagas = sagas
        self._services = services
        self._progress = progress
        self._after = 0

    async def look(self) -> None:
        """Tell of the letters that have come since.

        Raises:
            BusUnavailableError: the bus can't be reached.
            LogUnavailable: the log can't be read now.
        """
        while page := await self._bus.dead_letters(after=self._after, limit=PAGE):
            for letter in page:
                if letter.time.timestamp() * 1_000_000 >= self._progress.seen_until:
                    return
                await self._tell(letter)
                self._after = letter.id

    async def redeliver(self, letters: Iterable[int]) -> None:
        """See `Observer.redeliver`."""
        for letter_id in letters:
            try:
                await self._bus.replay(letter_id)
            except LetterNotFoundError:
                continue  # replayed or discarded by another hand
            except BusUnavailableError:
                self._after = min(self._after, letter_id - 1)  # it is a dead letter still, and is told again
                raise

    async def _tell(self, letter: DeadLetter) -> None:
        try:
            event = decode(letter.data)
        except EventInvalidError:
            return  # of no saga; `sagaway choreography dead-letters` shows it
        key = key_of(event)
        async with self._sagas.turn(key):
            while True:
                try:
                    standing = await self._sagas.get(key)
                except (NotOurs, SagaQuarantined):
                    return
                if standing is None or letter.durable not in standing.saga.steps:
                    return
                saga, now = standing.saga, self._services.clock.now()
                decide = partial(give_up, saga, letter.id, _letter_of(letter, event, saga), now)
                if await self._sagas.change(key, standing, decide):
                    break
        _log.warning("an event could not be handled", **about(key), step=letter.durable, letter=letter.id)


def _letter_of(letter: DeadLetter, event: Event, saga: Saga) -> Letter:
    forward = course_of(saga).by_step[letter.durable].consumes == event.type
    phase = Phase.EXECUTE if forward else Phase.COMPENSATE
    return Letter(letter.durable, EventKey(event.source, event.id), phase, Failure("", "", letter.reason))
