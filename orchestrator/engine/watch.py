"""Who waits for which saga to change.

A watch carries no events: it says "something was committed", and the watcher reads the log from where it stands. So
a slow watcher costs no memory, loses nothing, and sees committed events only.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from types import TracebackType

from orchestrator.core.model import Saga, SagaKey
from orchestrator.engine.errors import Draining, TooManyWatchers


class Watch:
    """One watcher's place at one saga. Use as a context manager.

    Attributes:
        settled: True once a commit left the saga ended, STUCK or in quarantine; it may move on from STUCK later.
    """

    def __init__(self, hub: WatchHub, key: SagaKey) -> None:
        self._hub = hub
        self._key = key
        self._changed = asyncio.Event()
        self.settled = False

    def __enter__(self) -> Watch:
        self._hub._join(self._key, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub._leave(self._key, self)

    async def changed(self) -> None:
        """Return after the next commit to the saga since the last call, or since the watch began.

        Raises:
            Draining: the server shuts down.
        """
        if self._hub.closed:
            raise Draining
        await self._changed.wait()
        self._changed.clear()
        if self._hub.closed:
            raise Draining

    def wake(self, saga: Saga | None) -> None:
        """Say that something was committed; see `WatchHub.changed`."""
        self.settled = saga is None or saga.settled
        self._changed.set()

    def close(self) -> None:
        """Send the watcher away."""
        self._changed.set()


class Follower:
    """Follows one saga until it settles, without being woken on the way. Use as a context manager.

    It is for the one who starts a saga and waits: what it knows at the end is the committed state itself, so that
    nothing has to be read back from the log.

    Attributes:
        saga: the saga as of its last commit since the follower began; None if there was none, or if the saga was put
            in quarantine: then only the log can tell.
    """

    def __init__(self, hub: WatchHub, key: SagaKey) -> None:
        self._hub = hub
        self._key = key
        self._settled: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self.saga: Saga | None = None

    def __enter__(self) -> Follower:
        self._hub._follow(self._key, self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hub._forget(self._key, self)

    async def settled(self, patience: float) -> bool:
        """Return once the saga is settled, the server shuts down, or ``patience`` seconds have passed.

        Returns:
            True if the saga was settled.
        """
        timer = asyncio.get_running_loop().call_later(patience, self.close)
        try:
            return await self._settled
        finally:
            timer.cancel()

    def wake(self, saga: Saga | None) -> None:
        """Say that something was committed; see `WatchHub.changed`."""
        self.saga = saga
        if (saga is None or saga.settled) and not self._settled.done():
            self._settled.set_result(True)

    def close(self) -> None:
        """Send the follower away."""
        if not self._settled.done():
            self._settled.set_result(False)


class WatchHub:
    """All watches of a process.

    Attributes:
        closed: True once the server shuts down.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._watches: defaultdict[SagaKey, set[Watch | Follower]] = defaultdict(set)
        self._count = 0
        self.closed = False

    def watch(self, key: SagaKey) -> Watch:
        """Return a watch of one saga; it begins when it is entered.

        Raises:
            TooManyWatchers: on entering, if there are too many.
        """
        return Watch(self, key)

    def follow(self, key: SagaKey) -> Follower:
        """Return a follower of one saga; it begins when it is entered. Bounded by whoever bounds starts."""
        return Follower(self, key)

    def watched(self) -> list[SagaKey]:
        """Return the sagas that somebody watches."""
        return list(self._watches)

    def changed(self, key: SagaKey, saga: Saga | None) -> None:
        """Tell everybody who watches ``key`` of a commit.

        Args:
            key: the saga.
            saga: the saga as committed; None if it was put in quarantine.
        """
        for watch in self._watches.get(key, ()):
            watch.wake(saga)

    def close(self) -> None:
        """Send every watcher away."""
        self.closed = True
        for watches in self._watches.values():
            for watch in watches:
                watch.close()

    def _join(self, key: SagaKey, watch: Watch) -> None:
        if self._count >= self._limit:
            raise TooManyWatchers(f"there are {self._count} watchers already, the limit; ask again later")
        self._count += 1
        self._follow(key, watch)

    def _leave(self, key: SagaKey, watch: Watch) -> None:
        self._count -= 1
        self._forget(key, watch)

    def _follow(self, key: SagaKey, watch: Watch | Follower) -> None:
        self._watches[key].add(watch)

    def _forget(self, key: SagaKey, watch: Watch | Follower) -> None:
        self._watches[key].discard(watch)
        if not self._watches[key]:
            del self._watches[key]
