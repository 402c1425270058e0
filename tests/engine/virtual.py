"""An event loop whose time jumps: what would take a day takes a millisecond, and always goes the same way.

When nothing is ready to run, a real loop sleeps until the next timer. `VirtualLoop` sets its clock to that instant
instead. So back-offs, timeouts and sleeping sagas run at once, and a run depends on nothing but the code and its seeds.

Two faults that real time would hide end a test here: a *stall* (nothing is ready, nothing is timed: nothing can ever
happen again) and a *busy loop* (time never goes on). Work in threads, such as a real database, is waited for in real
time while the virtual clock stands still.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, ParamSpec, TypeVar, TypeVarTuple, Unpack, cast

P = ParamSpec("P")
T = TypeVar("T")
Ts = TypeVarTuple("Ts")

EPOCH = 1_800_000_000_000_000
"""The instant at which virtual time begins, microseconds since 1970."""

_BUSY = 200_000
"""Rounds of the loop without a step of the clock that count as a busy loop."""

_THREAD_PATIENCE = 60.0


class Stalled(Exception):
    """Nothing can ever happen again, or nothing but the same for ever."""


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.threads = 0
        self._rounds = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; if nothing is, jump to the next timer."""
        self._rounds += 1
        if self._rounds > _BUSY:
            raise Stalled(f"a busy loop: {_BUSY} rounds at {self.now:.6f} s")
        ready = super().select(0) if self.threads else []  # without threads, nobody is there to wake it
        if ready or timeout == 0:
            return ready
        if self.threads:
            return super().select(_THREAD_PATIENCE)
        if timeout is None:
            raise Stalled(f"nothing is ready and nothing is timed at {self.now:.6f} s")
        self.now += timeout
        self._rounds = 0
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """An event loop on virtual time, from 0.0 s.

    Attributes:
        faults: what callbacks and tasks raised and nobody caught.
        kept: what must not be collected while the loop runs: tasks that nobody will ever wake.
    """

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)
        self.faults: list[str] = []
        self.kept: list[object] = []
        self.set_exception_handler(self._note)

    def time(self) -> float:
        """Return the virtual time, seconds."""
        return self._jumping.now

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """See `asyncio.loop.run_in_executor`; time stands still until it has ended."""
        future = super().run_in_executor(executor, func, *args)
        self._jumping.threads += 1
        future.add_done_callback(self._thread_ended)
        return future

    async def shutdown_default_executor(self) -> None:
        """See `asyncio.loop.shutdown_default_executor`."""
        self._jumping.threads += 1
        try:
            await super().shutdown_default_executor()
        finally:
            self._jumping.threads -= 1

    def _thread_ended(self, _future: object) -> None:
        self._jumping.threads -= 1

    def _note(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self.faults.append(f"{context.get('message')}: {context.get('exception')!r}")


class VirtualClock:
    """The time of day of the loop that runs now."""

    def now(self) -> int:
        """Return the instant, microseconds since 1970."""
        return EPOCH + round(asyncio.get_running_loop().time() * 1_000_000)


def seconds() -> float:
    """Return the virtual time since the beginning, seconds."""
    return asyncio.get_running_loop().time()


async def never() -> None:
    """Wait for ever."""
    loop = cast(VirtualLoop, asyncio.get_running_loop())
    future = loop.create_future()
    loop.kept.append(future)
    await future


async def settle() -> None:
    """Let everything run that can run without time going on: the clock moves only once nothing else is ready."""
    await asyncio.sleep(0.000_001)


def virtual(test: Callable[P, Coroutine[Any, Any, None]]) -> Callable[P, None]:
    """Run a test on virtual time, and fail it for every exception that got lost in a callback or a task.

    The collector rests meanwhile: it would look through a log in memory again and again. So all that it may free is
    young at the end.
    """

    @functools.wraps(test)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        gc.disable()
        try:
            with asyncio.Runner(loop_factory=VirtualLoop) as runner:
                runner.run(test(*args, **kwargs))
                faults = cast(VirtualLoop, runner.get_loop()).faults
            gc.collect(0)
        finally:
            gc.enable()
        assert not faults, faults

    return run
