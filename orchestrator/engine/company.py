"""Whether a transaction waits for company.

Theory. A transaction takes the processor for about a millisecond whatever it holds, and so do the calls that leave
after it together (`orchestrator.caller.batches`). Under load the processor is what sagas wait for, so there fewer and
larger transactions bring all of them further. Where it is not, waiting would only make each saga last longer.

Left alone, sagas part into cohorts: one writes while another's calls are under way, and each stays as small as it is,
for nobody waits for anybody. A few cohorts are good, because log and participants work at the same time; small ones
cost a transaction each, again and again. Waiting brings them together. What it may cost is measured by what it may
spare: whoever waits for as long as a transaction takes has lost no more than by coming a moment too late for one.

Rules. Nobody waits unless one of the last two transactions was a crowd: one saga, or a few, are written at once; and
stragglers do not end it for the others. After a crowd the next one begins

- when as many wait as the last one held, and no call is under way that could bring another;
- when nobody has come for as long as the last one took;
- `PACE` after the last one ended at the latest, and if `ENOUGH` wait, `PACE` after it began: a log that is slower than
  that waits for no more than that, since its company gathers by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sized

CROWD = 4
"""How many appends in one transaction mean that there is company to wait for."""

ENOUGH = 16
"""How many appends share a transaction so well that there is little to gain by more of them."""

PACE = 0.015
"""How long at most nothing is written for the sake of company, seconds. An append waits no longer for it."""

_MOMENT = 0.002
"""How often it is looked who has come, seconds; and how long nobody must come at least before a transaction begins."""


class Company:
    """Says when the next transaction begins."""

    __slots__ = ("_before", "_began", "_came", "_ended", "_held", "_under_way", "_waiting")

    def __init__(self, under_way: Callable[[], int]) -> None:
        """Make it; needs no running event loop.

        Args:
            under_way: how many calls are under way, each of which may bring an append.
        """
        self._under_way = under_way
        self._held = self._before = 0  # the last transaction, and the one before it
        self._began = self._ended = 0.0
        self._waiting = 0
        self._came = 0.0  # when the last of those who wait was seen

    def leaves(self, size: int) -> None:
        """Take note of a transaction that begins now.

        Args:
            size: how many appends it holds.
        """
        self._before, self._held = self._held, size
        self._began = asyncio.get_running_loop().time()

    def returns(self) -> None:
        """Take note that it has ended."""
        self._ended = asyncio.get_running_loop().time()
        self._waiting = 0

    async def grows(self, waiting: Sized) -> bool:
        """Wait a moment, if it is worth it.

        Args:
            waiting: the appends of the next transaction; not empty.

        Returns:
            True if more may have come, and more may come: ask again. False: begin.
        """
        if max(self._held, self._before) < CROWD:
            return False
        now, size = asyncio.get_running_loop().time(), len(waiting)
        if size >= self._held and not self._under_way():
            return False
        if now >= (self._began if size >= ENOUGH else self._ended) + PACE:
            return False
        if size != self._waiting:
            self._waiting, self._came = size, now
        elif now - self._came >= max(self._ended - self._began, _MOMENT):
            return False
        await asyncio.sleep(_MOMENT)
        return True
