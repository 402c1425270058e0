"""How a process that serves is set up: its event loop and its garbage collector."""

from __future__ import annotations

import asyncio
import gc
import sys
from collections.abc import Callable, Coroutine
from typing import Any

_YOUNG = 10_000
"""How many new objects are left alone before the collector looks through them."""

_OLDER = 20
"""How many such looks before it looks through those that survived one."""


def run(main: Coroutine[Any, Any, None]) -> None:
    """Run what serves, to its end.

    The event loop is uvloop's where there is one: gRPC wakes it some six times a saga, and asyncio's own is written in
    Python. Hardly anything here is garbage that only the collector finds, and what was imported is there until the end. So the
    collector leaves alone what there is by now, and comes less often than it would for a program that knows less.
    """
    gc.freeze()
    gc.set_threshold(_YOUNG, _OLDER)
    with asyncio.Runner(loop_factory=_new_loop()) as runner:
        runner.run(main)


def _new_loop() -> Callable[[], asyncio.AbstractEventLoop]:
    if sys.platform == "win32":
        return asyncio.new_event_loop
    import uvloop  # noqa: PLC0415 - it does not exist everywhere

    return uvloop.new_event_loop
