"""How the lab waits: it looks, and gives up after a time that nothing takes, however busy the machine is."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import psycopg

LOOK = 0.05
"""Seconds between two looks."""
PATIENCE = 120.0
"""Seconds."""


async def until(what: str, look: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Look until it is so. A look that the database does not answer is none.

    Raises:
        TimeoutError: it was not in time; says what.
    """
    try:
        async with asyncio.timeout(seconds):
            while not _so(look):
                await asyncio.sleep(LOOK)
    except TimeoutError:
        raise TimeoutError(f"{what}: not within {seconds:.0f} s") from None


def _so(look: Callable[[], object]) -> bool:
    try:
        return bool(look())
    except psycopg.OperationalError:
        return False
