"""The bus's dead letters, told to the sagas that they hold up.

A reaction that could not handle an event after its last delivery has given it up: the bus keeps it as a dead letter of
the reaction's durable consumer, whose name, `participant.reaction`, is also the step's. The letters are read in the order
of their ids, from the first one on after each start: what is known already changes nothing. A letter is told only once
everything published before it was read has been observed, because what it is about may still be on its way to the log.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from functools import partial
from typing import NamedTuple

import structlog

from orchestrator.choreography.facts import key_of
from orchestrator.choreography.progress import Progress
from orchestrator.choreography.sagas import NotOurs, Sagas
from orchestrator.core.model import Failure, Phase, Saga, SagaKey
from orchestrator.core.naming import about
from orchestrator.core.observation import EventKey, Letter, course_of
from orchestrator.core.observing import give_up
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.services import Services
from sagaway.bus import Bus, DeadLetter, EventInvalidError, decode
from sagaway.bus.errors import BusUnavailableError, LetterNotFoundError

_log = structlog.get_logger(__name__)

PAGE = 100
MOST_UNTOLD = 1_000
"""Letters that are read and not told yet; the others wait on the bus."""
AGAIN = 60 * SECOND
"""The least time between two readings of all letters, microseconds."""


class _Untold(NamedTuple):
    """A letter that was read.

    Attributes:
        id: its id on the bus.
        read_time: when it was read, microseconds.
        step_id: whose reaction gave it up, if it is one's.
        reason: why.
        key: the saga.
        event: the event.
        event_type: its type.
    """

    id: int
    read_time: int
    step_id: str
    reason: str
    key: SagaKey
    event: EventKey
    event_type: str


class Letters:
    """Reads dead letters. One an observer."""

    def __init__(self, bus: Bus, sagas: Sagas, services: Services, progress: Progress) -> None:
        self._bus = bus
        self._sagas = sagas
        self._services = services
        self._progress = progress
        self._after = 0
        self._untold: deque[_Untold] = deque()
        self._again_time = 0

    async def look(self) -> None:
        """Read the letters that have come since, and tell those that can be told.

        Raises:
            BusUnavailableError: the bus can't be reached.
            LogUnavailable: the log can't be read now.
        """
        while self._untold and self._untold[0].read_time < self._progress.seen_until:
            await self._tell(self._untold[0])
            self._untold.popleft()
        while len(self._untold) < MOST_UNTOLD and (page := await self._bus.dead_letters(after=self._after, limit=PAGE)):
            now = self._services.clock.now()
            self._untold += (one for letter in page if (one := _read(letter, now)) is not None)
            self._after = page[-1].id

    def look_again(self) -> None:
        """Read all letters once more, if that was not done in the last minute: who asked for one to be delivered again
        may have been killed, or may have hung up, before the bus was told, and its saga waits."""
        now = self._services.clock.now()
        if now - self._again_time >= AGAIN:
            self._after, self._again_time = 0, now

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

    async def _tell(self, letter: _Untold) -> None:
        async with self._sagas.turn(letter.key):
            try:
                told = await self._give_up(letter)
            except (NotOurs, SagaQuarantined):
                return
        if told:
            _log.warning("an event could not be handled", **about(letter.key), step=letter.step_id, letter=letter.id)

    async def _give_up(self, letter: _Untold) -> bool:
        while True:
            standing = await self._sagas.get(letter.key)
            if standing is None or letter.step_id not in standing.saga.steps:
                return False
            saga, now = standing.saga, self._services.clock.now()
            decide = partial(give_up, saga, letter.id, _letter_of(letter, saga), now)
            if await self._sagas.change(letter.key, standing, decide):
                return True


def _read(letter: DeadLetter, now: int) -> _Untold | None:
    """Return what is told of a letter; None if it is of no saga: `sagaway choreography dead-letters` shows it."""
    try:
        event = decode(letter.data)
    except EventInvalidError:
        return None
    name = EventKey(event.source, event.id)
    return _Untold(letter.id, now, letter.durable, letter.reason, key_of(event), name, event.type)


def _letter_of(letter: _Untold, saga: Saga) -> Letter:
    forward = course_of(saga).by_step[letter.step_id].consumes == letter.event_type
    phase = Phase.EXECUTE if forward else Phase.COMPENSATE
    return Letter(letter.step_id, letter.event, phase, Failure("", "", letter.reason))
