"""Pauses and resumes definitions and participants, and wakes the sagas that waited for it (`orchestrator.engine.pauses`).

A pause is durable before it acts and before its answer, and acts at once, whole: from then on nothing leaves that it
stops. What is in memory then is told one by one; what sleeps learns of it when it wakes.

A participant that is resumed is as after an outage: those that are parked on it are fetched (`orchestrator.engine.parking`).

A definition that is resumed. Its sagas in memory are told; then those that wait for it in the log are claimed page by
page, those that have waited longest first, and work on. They wait there until that is committed, so wherever the process
dies, none is lost: after a start the log is asked for whom sagas wait that need not wait any more. Only so many are
brought into memory at once as keep the participants busy, so the sagas of other definitions find room and their turns.

Whether the log was changed may be unknown, as with every write. So what it says is read anew after each change, and
asking again always leads to the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import structlog

from orchestrator.core.commands import Tick
from orchestrator.core.model import SagaKey, Signature
from orchestrator.engine.background import Background
from orchestrator.engine.errors import DefinitionPaused, Draining
from orchestrator.engine.fleet import Fleet
from orchestrator.engine.outlast import OUTAGE_WAIT, outlast
from orchestrator.engine.pauses import Pauses
from orchestrator.engine.services import Services
from orchestrator.store.base import Pause, PauseKind, StoreError, Target

_SLICE = 100
"""So many sagas in memory are told before others have their turn in the event loop."""

_ROOM_WAIT = 0.1
"""Seconds until it is looked again whether there is room in memory for more."""

_TROUBLE = "resumed sagas can't be woken"

_log = structlog.get_logger(__name__)


class Pausing:
    """Pauses and resumes definitions and participants."""

    def __init__(self, fleet: Fleet, services: Services) -> None:
        self._fleet = fleet
        self._services = services
        self._changing = asyncio.Lock()
        self._feeding: dict[tuple[str, str, int], bool] = {}  # versions whose sagas are woken; True: look once more
        self._background = Background()

    @property
    def standing(self) -> Pauses:
        """What is paused now."""
        return self._services.pauses

    async def load(self) -> None:
        """Learn what is paused, before anything else begins: however long the log can't be read."""
        while True:
            try:
                await self._look()
                return
            except StoreError as error:
                if not await outlast(error, self._services, "what is paused can't be read"):
                    return

    def start(self) -> None:
        """Wake those who wait for a definition that was resumed before the last process ended."""
        self._background.spawn(self._wake(()))

    async def close(self) -> None:
        """Wake nobody more."""
        await self._background.close()

    async def pause(self, target: Target, by: Signature) -> tuple[Pause, bool]:
        """Pause something; returns once that is durable and nothing is sent any more.

        Args:
            target: what; it is registered, as the caller knows.
            by: who, and why.

        Returns:
            The pause as it stands, or as it was made if another replica has resumed it since; and False if it stood
            already.

        Raises:
            Draining: the server shuts down.
            LogUnavailable: unknown outcome; ask again.
        """
        async with self._changing:
            now = self._begin()
            while True:
                changed = await self._services.log.pause(target, by, now)
                standing = {pause.target: pause for pause in await self._look()}
                if changed or target in standing:
                    break  # else another replica has resumed it in between, and it is to be paused
        if changed:
            _log.warning("a person has paused something", **_about(target), **_who(by))
        return standing.get(target, Pause(target, now, by)), changed

    async def resume(self, target: Target, by: Signature) -> bool:
        """Resume something; returns once that is durable.

        Args:
            target: what.
            by: who, and why.

        Returns:
            False if it was not paused.

        Raises:
            DefinitionPaused: all versions of the definition are paused together, and one is to be resumed.
            Draining: the server shuts down.
            LogUnavailable: unknown outcome; ask again.
        """
        async with self._changing:
            now = self._begin()
            of_all = self._services.pauses.definition(target.namespace, target.name, 0)
            if target.version and of_all is not None:
                raise DefinitionPaused(target.namespace, target.name, target.version)
            changed = await self._services.log.resume(target, by, now)
            await self._look()
        if changed:
            _log.info("a person has resumed something", **_about(target), **_who(by))
        return changed

    async def refresh(self) -> None:
        """Let hold what another replica has paused or resumed.

        Raises:
            StoreError: it can't be read now.
        """
        async with self._changing:
            await self._look()

    async def look_for_held(self) -> None:
        """Wake those who wait for a definition that is not paused any more, whoever was about to."""
        await self._wake(())

    def _begin(self) -> int:
        if self._services.draining:
            raise Draining
        return self._services.clock.now()

    async def _look(self) -> Sequence[Pause]:
        """Let what the log says hold from now on."""
        standing = await self._services.log.list_pauses()
        began, ended = self._services.pauses.replace(standing)
        for targets, act in ((began, self._services.gates.pause), (ended, self._services.gates.resume)):
            for target in targets:
                if target.kind is PauseKind.PARTICIPANT:
                    act((target.namespace, target.name))
        definitions = {target[1:3] for target in (*began, *ended) if target.kind is PauseKind.DEFINITION}
        if definitions:
            for runner in self._fleet:
                runner.withdraw()
            self._background.spawn(self._wake(definitions))
        return standing

    # Telling sagas, and waking them --------------------------------------------------------------------------------

    async def _wake(self, definitions: Iterable[tuple[str, str]]) -> None:
        """Tell sagas in memory that the pause of their definition began or ended, then wake those that need not wait.

        In this order: one that gives itself back while others are told is in the log by the time that is asked.
        """
        affected = set(definitions)
        for place, runner in enumerate(self._fleet, start=1):
            if (runner.saga.key.namespace, runner.saga.definition.name) in affected and not runner.over:
                runner.post(Tick())
            if place % _SLICE == 0:
                await asyncio.sleep(0)
        while True:
            try:
                held = await self._services.log.held_definitions()
                break
            except Exception as error:
                if not await outlast(error, self._services, _TROUBLE):
                    return
        for version in held:
            if self._services.pauses.definition(*version) is None:
                began = version in self._feeding
                self._feeding[version] = began
                if not began:
                    self._background.spawn(self._feed(version))

    async def _feed(self, version: tuple[str, str, int]) -> None:
        """Wake those who wait for a version of a definition, as long as it is not paused."""
        woken: set[SagaKey] = set()
        last: Sequence[SagaKey] = ()
        try:
            while self._services.pauses.definition(*version) is None:
                woken = {key for key in woken if self._fleet.get(key) is not None}
                room = self._room(len(woken))
                if room <= 0:
                    await asyncio.sleep(_ROOM_WAIT)
                    continue
                self._feeding[version] = False
                try:
                    page = await self._fleet.take(partial(self._services.log.claim_held, *version, room))
                except Exception as error:
                    if not await outlast(error, self._services, _TROUBLE):
                        return
                    continue
                if not page and not self._feeding[version]:
                    return
                keys = [runner.saga.key for runner in page if runner is not None]
                if keys and keys == last:
                    await asyncio.sleep(OUTAGE_WAIT)  # they could not go on; it must not become a busy loop
                last = keys
                woken.update(keys)
                await self._tell(keys)
        finally:
            del self._feeding[version]

    def _room(self, woken: int) -> int:
        """How many more may be brought into memory, beside so many that were and have not left it."""
        settings = self._services.settings
        enough = min(2 * settings.max_concurrent_calls, settings.max_live_sagas // 2)
        return min(settings.claim_page, max(enough, 1) - woken, self._fleet.room)

    async def _tell(self, keys: Sequence[SagaKey]) -> None:
        """Let sagas work, and return once the log says that they wait no more."""
        replies: list[asyncio.Future[None]] = []
        for key in keys:
            reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._fleet.deliver(key, Tick(), reply)
            replies.append(reply)
        await asyncio.gather(*replies, return_exceptions=True)


def _about(target: Target) -> dict[str, Any]:
    named = {"namespace": target.namespace, target.kind.value.lower(): target.name}
    return {**named, "version": target.version or "all"} if target.kind is PauseKind.DEFINITION else named


def _who(by: Signature) -> dict[str, str]:
    return {"reason": by.reason, "claimed_actor": by.claimed_actor, "principal": by.principal}
