"""Every saga that this process drives now."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Sequence
from functools import partial

import structlog

from orchestrator.core.commands import Command
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.model import Mode, SagaKey
from orchestrator.core.naming import about
from orchestrator.engine.background import Background
from orchestrator.engine.catalog import DefinitionCatalog
from orchestrator.engine.errors import Draining, EngineError, SagaChoreographed, SagaQuarantined
from orchestrator.engine.outlast import outlast
from orchestrator.engine.runner import Runner
from orchestrator.engine.services import Services
from orchestrator.engine.view import decode_events, definition_of, fold_claimed, not_found
from orchestrator.engine.writing import write_for_owner
from orchestrator.store.base import (
    Claimed,
    CorruptLog,
    LogDamaged,
    LogFatal,
    LogUnavailable,
    SagaLog,
    SagaRow,
    StoreError,
)

_log = structlog.get_logger(__name__)


class Fleet:
    """The runners in memory: takes sagas in, delivers commands to them, puts bad ones aside."""

    def __init__(self, services: Services, catalog: DefinitionCatalog) -> None:
        self._services = services
        self._log: SagaLog = services.log
        self._catalog = catalog
        self._runners: dict[SagaKey, Runner] = {}
        self._size = 0
        self._aside: dict[SagaKey, str] = {}
        self._deliveries: dict[SagaKey, list[tuple[Command, asyncio.Future[None] | None]]] = {}
        self._claiming = asyncio.Lock()
        self._emptied = asyncio.Event()
        self._emptied.set()
        self._background = Background()
        self.on_gone: Callable[[int | None], None] = lambda wake_time: None
        """Called when a saga has left memory, with the time it wakes, if it does."""

    def __len__(self) -> int:
        return len(self._runners)

    def __iter__(self) -> Iterator[Runner]:
        return iter(list(self._runners.values()))

    @property
    def room(self) -> int:
        """How many more sagas fit into memory."""
        settings = self._services.settings
        return settings.max_live_sagas - len(self._runners) if self._size < settings.max_live_bytes else 0

    def get(self, key: SagaKey) -> Runner | None:
        """Return the runner of a saga in memory, or None."""
        return self._runners.get(key)

    def add(self, runner: Runner) -> None:
        """Take in a runner of a saga that nobody drives yet."""
        assert runner.saga.key not in self._runners, "a saga has one runner"
        self._runners[runner.saga.key] = runner
        self._size += runner.size
        self._emptied.clear()

    async def emptied(self) -> None:
        """Return once no saga is in memory."""
        await self._emptied.wait()

    async def take(self, claim: Callable[[], Awaitable[Sequence[Claimed]]]) -> list[Runner | None]:
        """Claim sagas and take them in.

        One claim at a time is under way, from the log's answer until its last saga has a runner. Otherwise the answer
        to one claim could be out of date when its turn comes, because another one's runner was faster.

        Returns:
            Their runners, which do nothing until something is posted to them; None for a saga whose log can't be
            folded: it was put aside.

        Raises:
            StoreError: what the claim raised. Once it is answered, all of its sagas are taken in.
        """
        async with self._claiming:
            return [await self._adopt(claimed) for claimed in await claim()]

    async def _adopt(self, claimed: Claimed) -> Runner | None:
        row = claimed.row
        standing = self._runners.get(row.key)
        if standing is not None and standing.uid == row.uid:
            return standing
        try:
            saga = fold_claimed(claimed, await self._definition(row))
        except LogFatal:
            raise
        except Exception as error:
            corrupt = isinstance(error, CorruptLog)
            self._put_aside(row.key, str(error) if corrupt else f"internal fault: {type(error).__name__}: {error}")
            return None
        await self._wait_for_place(row.key)
        owned = row.owner_epoch is not None
        orphaned = owned and claimed.orphaned
        held = claimed.held_time
        runner = Runner(self, self._services, saga, row.uid, row.claim, owned=owned, orphaned=orphaned, held_time=held)
        self.add(runner)
        self._services.instruments.adopted(saga, orphaned=orphaned, history=partial(decode_events, claimed.events))
        return runner

    async def _definition(self, row: SagaRow) -> SagaDefinition:
        """The definition of a claimed saga. It is ours now, so there is no giving up while the log can't be read."""
        while True:
            try:
                return await definition_of(self._catalog, row)
            except LogDamaged as error:
                raise LogFatal(str(error)) from error  # waiting mends no disk, and it is no fault of this saga's
            except LogUnavailable as error:
                await outlast(error, self._services, "a claimed saga's definition can't be read", **about(row.key))

    async def _wait_for_place(self, key: SagaKey) -> None:
        """Wait while a repeated StartSaga has the saga's place: the log refuses to make it again, and it leaves."""
        while (standing := self._runners.get(key)) is not None:
            assert standing.begun is not None, "a saga has one runner"
            await asyncio.wait([standing.begun])
            await asyncio.sleep(0)  # it leaves in a callback of its own

    async def command(self, key: SagaKey, command: Command) -> None:
        """Deliver a command and return once its events are committed.

        Raises:
            CommandRefused: the saga's state does not allow it.
            SagaNotFound: there is no such saga.
            SagaQuarantined: it is put aside.
            SagaChoreographed: nobody drives it.
            Draining: the server shuts down.
            LogUnavailable: the log did not take it in time; it may still take it.
        """
        if self._services.draining:
            raise Draining
        if self._services.committer.unavailable:
            raise LogUnavailable(self._services.committer.unavailable)
        reply: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.deliver(key, command, reply)
        patience = self._services.settings.commit_patience / 1_000_000
        try:
            done, _ = await asyncio.wait([reply], timeout=patience)
        finally:
            reply.cancel()
        if not done:
            raise LogUnavailable(f"the saga log did not answer within {patience:g} s")
        reply.result()

    def deliver(self, key: SagaKey, command: Command, reply: asyncio.Future[None] | None) -> None:
        """See `Home.deliver`. A saga that is not in memory is claimed once for all who ask meanwhile."""
        runner = self._runners.get(key)
        if runner is not None:
            runner.post(command, reply)
        elif key in self._aside:
            _fail(reply, SagaQuarantined(key, self._aside[key]))
        elif self._services.draining:
            _fail(reply, Draining())
        elif key in self._deliveries:
            self._deliveries[key].append((command, reply))
        else:
            self._deliveries[key] = [(command, reply)]
            self._background.spawn(self._load(key))

    def grown(self, runner: Runner) -> None:
        """See `Home.grown`."""
        self._size += runner.saga.size - runner.size
        runner.size = runner.saga.size

    def gone(self, runner: Runner, wake_time: int | None) -> None:
        """See `Home.gone`."""
        if self._runners.get(runner.saga.key) is runner:
            del self._runners[runner.saga.key]
            self._size -= runner.size
            self._services.instruments.left(runner.saga)
            if not self._runners:
                self._emptied.set()
            self.on_gone(wake_time)

    def quarantine(self, runner: Runner, reason: str) -> None:
        """See `Home.quarantine`."""
        key = runner.saga.key
        self._put_aside(key, reason)
        runner.stop()
        runner.fail_requests(SagaQuarantined(key, reason))
        self.gone(runner, None)

    async def close(self) -> None:
        """Let every runner go, whatever it does; what was on the wire is an orphan's to the next owner."""
        for runner in self:
            runner.stop()
            runner.fail_requests(Draining())
        self._runners.clear()
        self._size = 0
        await self._background.close()
        for key in list(self._deliveries):
            self._fail_deliveries(key, Draining())

    def _put_aside(self, key: SagaKey, reason: str) -> None:
        """Nobody drives it from now on; that becomes durable as soon as it can, and keeps nobody waiting."""
        _log.error("the saga is put aside", **about(key), reason=reason)
        self._aside[key] = reason
        self._background.spawn(self._quarantine(key, reason))

    async def _quarantine(self, key: SagaKey, reason: str) -> None:
        while True:
            try:
                await self._log.quarantine(key, reason, self._services.clock.now())
                break
            except Exception as error:
                if not await outlast(error, self._services, "a saga can't be put aside", **about(key)):
                    return
        self._aside.pop(key, None)  # it may have been claimed and put aside again before this was durable
        self._services.hub.changed(key, None)

    async def _load(self, key: SagaKey) -> None:
        try:
            runner = await self._claim(key)
        except _Foreign as foreign:
            await self._tell_owner(foreign.claimed)
            return
        except Exception as error:
            if not isinstance(error, EngineError | StoreError):
                _log.exception("a saga can't be loaded", **about(key))
            self._fail_deliveries(key, error)
            if isinstance(error, LogFatal):
                self._services.committer.fail(error)
            return
        for command, reply in self._deliveries.pop(key):
            if runner.over:
                self.deliver(key, command, reply)
            else:
                runner.post(command, reply)

    async def _claim(self, key: SagaKey) -> Runner:
        (runner,) = await self.take(partial(self._claim_one, key))
        if runner is None:
            raise SagaQuarantined(key, self._aside.get(key, "its log can't be read"))
        return runner

    async def _claim_one(self, key: SagaKey) -> list[Claimed]:
        try:
            claimed = await self._log.claim(key)
        except CorruptLog as error:
            raise SagaQuarantined(key, str(error)) from error
        if claimed is None:
            raise await not_found(self._log, key)
        if claimed.row.mode is Mode.CHOREOGRAPHY:
            raise SagaChoreographed(key)
        if claimed.row.quarantine_time is not None:
            raise SagaQuarantined(key, claimed.row.quarantine_reason)
        if claimed.foreign:
            raise _Foreign(claimed)
        return [claimed]

    async def _tell_owner(self, claimed: Claimed) -> None:
        """Carry out commands to a saga for its owner, another replica; each on what the one before has left."""
        key = claimed.row.key
        # What nobody waits for came of driving the saga, and the owner comes upon it by itself.
        commands = [(command, reply) for command, reply in self._deliveries.pop(key) if reply is not None]
        for command, reply in commands[:1]:
            try:
                saga = fold_claimed(claimed, await self._definition(claimed.row))
                if not await write_for_owner(self._services, claimed, saga, command):
                    self.deliver(key, command, reply)
                elif not reply.done():
                    reply.set_result(None)
            except CorruptLog as error:
                _fail(reply, SagaQuarantined(key, str(error)))
            except Exception as error:
                _fail(reply, error)
        for command, reply in commands[1:]:
            self.deliver(key, command, reply)

    def _fail_deliveries(self, key: SagaKey, error: Exception) -> None:
        for _, reply in self._deliveries.pop(key):
            _fail(reply, error)


class _Foreign(Exception):
    """A saga is another replica's."""

    def __init__(self, claimed: Claimed) -> None:
        super().__init__()
        self.claimed = claimed


def _fail(reply: asyncio.Future[None] | None, error: Exception) -> None:
    if reply is not None and not reply.done():
        reply.set_exception(error)
