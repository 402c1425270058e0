"""How background work goes on after an error of the log."""

from __future__ import annotations

import asyncio

from orchestrator.engine.services import Services
from orchestrator.store.base import LogFatal

OUTAGE_WAIT = 0.5
"""Seconds until the log is asked again after a failure."""


async def outlast(error: Exception, services: Services) -> bool:
    """Wait a while after a failure; False if there is no use in going on."""
    if isinstance(error, LogFatal):
        services.committer.fail(error)
        return False
    await asyncio.sleep(OUTAGE_WAIT)
    return True
