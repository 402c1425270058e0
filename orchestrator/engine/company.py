"""Whether a transaction waits for company.

Theory. A transaction takes the processor for about a millisecond whatever it holds, and so do the calls that leave
after it together (`orchestrator.caller.batches`). Under load the processor is what sagas wait for, so there fewer and
larger transactions bring all of them further. Where it is not, waiting would only make each saga last longer.

Rules. Nobody waits unless the last transaction was a crowd: one saga, or a few, are written at once. After a crowd the
next one waits as long as others keep coming, and begins `PACE` after the last one began at the latest. A log that is
slower than that waits for nobody: its company gathers by itself.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sized

CROWD = 8
"""How many appends in one transaction mean that there is company to wait for."""

PACE = 0.015
"""How long after the last transaction began the next one does at the latest, seconds. An append waits no longer for company."""

_MOMENT = 0.002
"""How long nobody may come before a transaction begins, seconds."""


class Company:
    """Says when the next transaction begins."""

    __slots__ = ("_until",)

    def __init__(self) -> None:
        self._until = 0.0

    def leaves(self, size: int) -> None:
        """Take note of a transaction that begins now.

        Args:
            size: how many appends it holds.
        """
        self._until = asyncio.get_running_loop().time() + PACE if size >= CROWD else 0.0

    async def grows(self, waiting: Sized) -> bool:
        """Wait a moment, if it is worth it.

        Args:
            waiting: the appends of the next transaction; not empty.

        Returns:
            True if more came, so that more may: ask again. False: begin.
        """
        if asyncio.get_running_loop().time() >= self._until:
            return False
        before = len(waiting)
        await asyncio.sleep(_MOMENT)
        return len(waiting) > before
