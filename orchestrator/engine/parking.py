"""Brings parked sagas back from the log when their participant can take them.

A step that would wait at its gate for long (`orchestrator.engine.gates` says when) waits in the log instead: its saga
parks it (`orchestrator.core.parking`) and leaves memory. So an outage of hours costs memory for the calls that were
under way when it began, and for one candidate.

Fetching. A gate is *hungry* when it has room for more than waits there: a candidate for the next probe while its
participant is away, and enough to keep it busy once it is back. Then so many sagas are claimed, those that have waited
longest and each definition in its turn, and their steps are unparked, which sends them to the gate. They stay in the
log's queue until that is committed, so wherever the process dies, none is lost. The gate lets leave what its limits and
its slow start allow: however many wait, a participant that comes back is not hit by all of them.

One fetch a participant is under way, and the next begins only when its sagas are at their gate, so nobody is fetched
twice and hunger is felt only after what was fetched has arrived. After a start the log is asked on whom sagas are
parked: their gates are hungry at once, and what comes of it tells whether the participant is back.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from orchestrator.caller.breaker import BreakerState
from orchestrator.core.commands import Unpark
from orchestrator.core.model import SagaKey
from orchestrator.engine.background import Background
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.gates import Name
from orchestrator.engine.outlast import OUTAGE_WAIT, outlast
from orchestrator.engine.services import Services

_ROOM_WAIT = 0.1
"""Seconds until it is looked again whether there is room in memory for a saga."""

_TROUBLE = "parked sagas can't be fetched"


class Parking:
    """Fetches parked sagas for the gates that are hungry."""

    def __init__(self, fleet: Fleet, services: Services) -> None:
        self._fleet = fleet
        self._services = services
        self._gates = services.gates
        self._fetching: set[Name] = set()
        self._background = Background()
        self._gates.on_hungry = self._hungry

    def start(self) -> None:
        """Find out on whom sagas are parked."""
        self._background.spawn(self.find_out())

    async def close(self) -> None:
        """Fetch nothing more."""
        await self._background.close()

    async def find_out(self) -> None:
        """Ask the log on whom sagas are parked, and let their gates know; however long it can't be asked."""
        while True:
            try:
                names = await self._services.log.parked_participants()
                break
            except Exception as error:
                if not await outlast(error, self._services, _TROUBLE):
                    return
        for name in names:
            if not self._gates.parked(name):
                self._gates.note_parked(name)

    def _hungry(self, name: Name) -> None:
        if name not in self._fetching:
            self._fetching.add(name)
            self._background.spawn(self._feed(name))

    async def _feed(self, name: Name) -> None:
        last: Sequence[SagaKey] = ()
        try:
            while self._gates.parked(name) and self._gates.appetite(name):
                try:
                    fetched = await self._fetch(name)
                except Exception as error:
                    if not await outlast(error, self._services, _TROUBLE):
                        return
                    continue
                if fetched is not None and fetched == last:
                    # They could not be unparked, which is not to happen; it must not become a busy loop.
                    await asyncio.sleep(OUTAGE_WAIT)
                last = fetched or ()
        finally:
            self._fetching.discard(name)

    async def _fetch(self, name: Name) -> Sequence[SagaKey] | None:
        """Bring what a gate is hungry for to it; returns which sagas; None: there was no room for any."""
        services, gates = self._services, self._gates
        room = self._fleet.room
        breaker = gates.breaker(name)
        if breaker is not None and breaker.state is not BreakerState.CLOSED:
            room = max(room, 1)  # without a probe nobody would ever learn that the participant is back
        limit = min(gates.appetite(name), services.settings.claim_page, room)
        if limit <= 0:
            await asyncio.sleep(_ROOM_WAIT)
            return None
        notes = gates.parked(name)
        page = await self._fleet.take(partial(services.log.claim_parked, *name, limit))
        if not page and gates.parked(name) == notes:
            gates.note_parked(name, False)
        keys = [runner.saga.key for runner in page if runner is not None]
        replies: list[asyncio.Future[None]] = []
        for key in keys:
            reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._fleet.deliver(key, Unpark(name[1]), reply)
            replies.append(reply)
        # They are told of the commit before their sagas go to the gate, but in the same step of the loop.
        await asyncio.gather(*replies, return_exceptions=True)
        return keys
