"""The connection between one replica and the log that it shares with others.

What is sent travels outside the process that sent it, and so does the answer: it arrives although the process stands
still, or is gone. While the replica is *cut off*, it is told so at once, or what is on its way waits for the end of the
cut and arrives then: a batch may come to the log after its sender was ended, and its answer after another has written.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from orchestrator.store.base import LogUnavailable
from tests.simulation.faults import Plan
from tests.simulation.loop import SimulatedLoop

T = TypeVar("T")
Work = Callable[[], Coroutine[Any, Any, T]]

_SLOW_ANSWERS = 0.3
"""The share of answers that take time on their way; each that does costs a callback."""


class Cut(Enum):
    """How a replica is cut off."""

    REFUSED = "is refused"
    HELD = "has what it sends held"


class Wire:
    """See the module.

    Attributes:
        cut: how the replica is cut off; None: it is not.
    """

    def __init__(self, loop: SimulatedLoop, plan: Plan, latency: float, patience: float) -> None:
        """Connect a replica.

        Args:
            loop: on whose time things travel.
            plan: what goes wrong.
            latency: how long one way takes at most, seconds.
            patience: how long the replica waits for an answer, seconds.
        """
        self._loop = loop
        self._chance = plan.chance
        self._latency = latency
        self._patience = patience
        self._held: list[Callable[[], None]] = []
        self.cut: Cut | None = None

    async def carry(self, work: Work[T], *, repeatable: bool = True) -> T:
        """Have something done at the log.

        Args:
            work: does it; waits for nothing.
            repeatable: it may still be done after its sender has given it up. Otherwise it is not; and once it is done,
                the sender waits for the answer, however long that takes.

        Raises:
            LogUnavailable: the replica is cut off, or there was no answer in time: it may be done, or may still be.
        """
        if self.cut is Cut.REFUSED:
            await asyncio.sleep(self._chance.random() * self._latency)
            raise LogUnavailable("connection refused")
        answer: asyncio.Future[T] = self._loop.create_future()
        deadline = self._later(self._patience, partial(_refuse, answer, LogUnavailable("no answer in time")))
        self._travel(partial(self._arrive, work, answer, None if repeatable else deadline))
        try:
            return await answer
        finally:
            deadline.cancel()

    def mend(self) -> None:
        """End the cut: what was held goes on."""
        self.cut = None
        held, self._held = self._held, []
        for step in held:
            self._later(self._chance.random() * self._latency, step)

    def _travel(self, step: Callable[[], None], share: float = 1.0) -> None:
        """Go one way, which takes time in a share of the cases."""
        if self._latency and self._chance.random() < share:
            self._later(self._chance.random() * self._latency, partial(self._pass, step))
        else:
            self._pass(step)

    def _pass(self, step: Callable[[], None]) -> None:
        """Come to the other end, unless there is a cut in between."""
        if self.cut is None:
            step()
        else:
            self._held.append(step)

    def _arrive(self, work: Work[T], answer: asyncio.Future[T], deadline: Any) -> None:
        """Do the work; with a deadline, only before that, and then it holds no more."""
        if deadline is not None:
            if answer.done():
                return
            deadline.cancel()
        doing = work()
        try:
            doing.send(None)
        except StopIteration as end:
            self._travel(partial(_resolve, answer, end.value), _SLOW_ANSWERS)
        except Exception as error:
            self._travel(partial(_refuse, answer, error), _SLOW_ANSWERS)
        else:
            raise AssertionError("what is done at the log waits for nothing")

    def _later(self, delay: float, callback: Callable[[], None]) -> Any:
        return self._loop.call_later(delay, callback, context=self._loop.world.context.copy())


def _resolve(answer: asyncio.Future[T], result: T) -> None:
    if not answer.done():
        answer.set_result(result)


def _refuse(answer: asyncio.Future[T], error: Exception) -> None:
    if not answer.done():
        answer.set_exception(error)
