"""How a process that serves is set up: its garbage collector."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Coroutine
from typing import Any

_YOUNG = 10_000
"""How many new objects are left alone before the collector looks through them."""

_OLDER = 20
"""How many such looks before it looks through those that survived one."""


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run what serves, to its end.

    Hardly anything here is garbage that only the collector finds, and what was imported is there until the end. So the
    collector leaves alone what there is by now, and comes less often than it would for a program that knows less.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER)
    asyncio.run(main)
