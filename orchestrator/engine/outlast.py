"""How background work goes on after an error of the log: it says so, waits a while and tries again."""

from __future__ import annotations

import asyncio

import structlog

from orchestrator.engine.errors import unless_outage
from orchestrator.engine.services import Services
from orchestrator.store.base import LogFatal

OUTAGE_WAIT = 0.5
"""Seconds until the log is asked again after a failure."""

_log = structlog.get_logger(__name__)


async def outlast(
    error: Exception, services: Services, trouble: str, wait: float = OUTAGE_WAIT, /, **about: object
) -> bool:
    """Wait a while after a failure; False if there is no use in going on, for the log is lost to this process.

    Args:
        error: what happened.
        services: whose committer is told if the log is lost.
        trouble: what can't be done now, for the log of this process.
        wait: for how long, seconds.
        about: with what.
    """
    if isinstance(error, LogFatal):
        services.committer.fail(error)
        return False
    _log.error(f"{trouble}; trying again", exc_info=unless_outage(error), error=str(error), **about)
    await asyncio.sleep(wait)
    return True
