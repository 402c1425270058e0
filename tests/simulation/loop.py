"""An event loop whose time is virtual, whose order is drawn from a seed, and whose processes can die or stand still.

Rules. Among the callbacks that are ready, chance chooses which runs next, so that a schedule no real machine would
show twice is found by its seed. When nothing is ready, the clock jumps to the next timer. Work for threads runs
inline, at a moment of its own.

A *process* is whatever was begun in its context: tasks, timers and callbacks inherit it. Killing one is `kill -9`:
not a line of it runs afterwards, no `finally`, no `except`. It may die before any callback of its own, that is, before
or after every await.
"""

from __future__ import annotations

import asyncio
import contextvars
import heapq
import itertools
import random
import weakref
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from contextlib import suppress
from typing import Any, TypeVar, TypeVarTuple, Unpack

from orchestrator.core.errors import CoreError
from orchestrator.engine.errors import EngineError
from orchestrator.store.base import StoreError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

_BUSY = 50_000
"""Callbacks without a step of the clock that count as a busy loop."""

_EXPECTED = (CoreError, EngineError, StoreError)
"""What a reply may fail with although whoever waited for it is gone."""


class Stalled(Exception):
    """Nothing can ever happen again, or nothing but the same for ever."""


class Process:
    """Something that can die.

    Attributes:
        name: for traces.
        alive: False once it was killed.
        stopped: True while it stands still.
        missed: what would have run meanwhile.
        steps: callbacks that ran in it.
        die_at: it dies before this many-th callback; 0: it does not.
        context: what is begun in it belongs to it.
        disk: draws how long work in a thread takes, seconds.
        worked: called after each piece of it.
    """

    def __init__(self, name: str, disk: Callable[[], float] = lambda: 0.0) -> None:
        self.name = name
        self.alive = True
        self.stopped = False
        self.missed: list[_Handle] = []
        self.steps = 0
        self.die_at = 0
        self.disk = disk
        self.worked: Callable[[], None] = lambda: None
        self.tasks: weakref.WeakSet[asyncio.Task[Any]] = weakref.WeakSet()
        self.context = contextvars.copy_context()
        self.context.run(_PROCESS.set, self)


def current_process() -> Process:
    """The process that runs now."""
    return _PROCESS.get()


_PROCESS: contextvars.ContextVar[Process] = contextvars.ContextVar("process")


class _Handle:
    __slots__ = ("args", "callback", "context", "gone", "moment", "process")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: contextvars.Context | None, moment: float
    ) -> None:
        self.callback = callback
        self.args = args
        self.context = contextvars.copy_context() if context is None else context
        self.process = self.context[_PROCESS]
        self.moment = moment
        self.gone = False

    def cancel(self) -> None:
        self.gone = True

    def cancelled(self) -> bool:
        return self.gone

    def when(self) -> float:
        return self.moment


class SimulatedLoop(asyncio.BaseEventLoop):
    """The loop; as much of the interface as asyncio's own tasks, locks and timeouts need.

    Attributes:
        world: the process of everything that can't die.
        faults: what callbacks and tasks raised and nobody caught.
        on_death: told of each process that died at its `die_at`.
    """

    def __init__(self, chance: random.Random, *, in_order: bool = False) -> None:
        """Make a loop.

        Args:
            chance: chooses who is next.
            in_order: callbacks run in the order they became ready, as on a real loop.
        """
        self._chance = chance
        self._in_order = in_order
        self._now = 0.0
        self._ready: list[_Handle] = []
        self._timers: list[tuple[float, int, _Handle]] = []
        self._count = itertools.count()
        self._stopped: list[Process] = []
        self._graveyard: list[asyncio.Task[Any]] = []
        self._over = False
        self.ran = 0
        self.world = Process("world")
        self.faults: list[str] = []
        self.on_death: Callable[[Process], None] = lambda process: None

    # Running -------------------------------------------------------------------------------------------------------

    def run(self, until: Callable[[], bool], limit: float) -> bool:
        """Run until a condition holds; False if it does not by the instant ``limit``, virtual seconds.

        Raises:
            Stalled: nothing is left to happen, or a busy loop.
        """
        asyncio._set_running_loop(self)
        busy = 0
        try:
            while not until():
                if not self._ready:
                    if not self._jump(limit):
                        return False
                    busy = 0
                busy += 1
                if busy > _BUSY:
                    raise Stalled(f"a busy loop at {self._now:.6f} s, in {self._ready[:3]}")
                self._run_one()
            return True
        finally:
            asyncio._set_running_loop(None)

    def _jump(self, limit: float) -> bool:
        timers = self._timers
        while timers and (timers[0][2].gone or not timers[0][2].process.alive):
            heapq.heappop(timers)
        if not timers:
            raise Stalled(f"nothing is ready and nothing is timed at {self._now:.6f} s")
        if timers[0][0] > limit:
            self._now = limit
            return False
        self._now = max(self._now, timers[0][0])
        while timers and timers[0][0] <= self._now:
            self._ready.append(heapq.heappop(timers)[2])
        return True

    def _run_one(self) -> None:
        ready = self._ready
        if self._in_order or len(ready) == 1:
            handle = ready.pop(0)
        else:
            place = int(self._chance.random() * len(ready))
            handle, ready[place] = ready[place], ready[-1]
            ready.pop()
        process = handle.process
        if handle.gone or not process.alive:
            return
        if process.stopped:
            process.missed.append(handle)
            return
        process.steps += 1
        if process.steps == process.die_at:
            self.kill(process)
            self.on_death(process)
            return
        self.ran += 1
        try:
            handle.context.run(handle.callback, *handle.args)
        except Exception as error:
            self.faults.append(f"{process.name}: a callback raised {error!r}")

    def kill(self, process: Process) -> None:
        """End a process now."""
        process.alive = False
        for task in process.tasks:
            # Its tasks are kept until the end, so that none of its clean-up code runs at a moment of the collector's.
            task._log_destroy_pending = False  # type: ignore[attr-defined]
            task._log_traceback = False
            self._graveyard.append(task)

    def hold(self, process: Process) -> None:
        """Let a process stand still from now on."""
        process.stopped = True
        self._stopped.append(process)

    def go_on(self, process: Process) -> None:
        """Let a process that stood still go on."""
        process.stopped = False
        self._stopped.remove(process)
        self._ready += process.missed
        process.missed.clear()

    def finish(self) -> None:
        """End everything; nothing that runs from now on can schedule anything."""
        self._over = True
        self.kill(self.world)
        for process in [
            *self._stopped,
            *(handle.process for handle in self._ready),
            *(timer[2].process for timer in self._timers),
        ]:
            if process.alive:
                self.kill(process)
        self._ready.clear()
        self._timers.clear()
        for task in self._graveyard:
            if not task.done():
                with suppress(RuntimeError):
                    task.get_coro().close()
        self._graveyard.clear()

    def spawn(self, process: Process, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begin a task in a process."""
        return self.create_task(work, context=process.context.copy())

    # asyncio's interface -------------------------------------------------------------------------------------------

    def time(self) -> float:
        return self._now

    def call_soon(  # type: ignore[override]
        self, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> _Handle:
        handle = _Handle(callback, args, context, self._now)
        if not self._over:
            self._ready.append(handle)
        return handle

    call_soon_threadsafe = call_soon  # type: ignore[assignment]

    def call_later(  # type: ignore[override]
        self, delay: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> _Handle:
        return self.call_at(self._now + delay, callback, *args, context=context)

    def call_at(  # type: ignore[override]
        self, when: float, callback: Callable[..., object], *args: Any, context: contextvars.Context | None = None
    ) -> _Handle:
        handle = _Handle(callback, args, context, when)
        if not self._over:
            heapq.heappush(self._timers, (when, next(self._count), handle))
        return handle

    def create_future(self) -> asyncio.Future[Any]:
        return asyncio.Future(loop=self)

    def create_task(  # type: ignore[override]
        self,
        coro: Coroutine[Any, Any, T],
        *,
        name: str | None = None,
        context: contextvars.Context | None = None,
    ) -> asyncio.Task[T]:
        task = asyncio.Task(coro, loop=self, name=name or "task", context=context)
        process = _PROCESS.get(self.world) if context is None else context[_PROCESS]
        process.tasks.add(task)
        return task

    def run_in_executor(
        self, executor: Executor | None, func: Callable[[Unpack[Ts]], T], *args: *Ts
    ) -> asyncio.Future[T]:
        """Run work for a thread inline, once the process's disk has had its time."""
        future: asyncio.Future[T] = self.create_future()

        def run() -> None:
            if future.cancelled():
                return
            try:
                future.set_result(func(*args))
            except Exception as error:
                future.set_exception(error)
            process.worked()

        process = _PROCESS.get()
        self.call_later(process.disk(), run)
        return future

    def get_debug(self) -> bool:
        return False

    def is_running(self) -> bool:
        return True

    def is_closed(self) -> bool:
        return self._over

    def _timer_handle_cancelled(self, handle: object) -> None:
        """Cancelled timers are left out when their time comes."""

    def call_exception_handler(self, context: dict[str, Any]) -> None:
        error = context.get("exception")
        message = str(context.get("message"))
        unheard = message.startswith("Future") and isinstance(error, _EXPECTED)
        if not self._over and not unheard:
            self.faults.append(f"{message}: {error!r}")

    def default_exception_handler(self, context: dict[str, Any]) -> None:
        self.call_exception_handler(context)
