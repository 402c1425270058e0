"""How background work goes on after an error of the log."""

from __future__ import annotations

import asyncio

import structlog

from orchestrator.engine.errors import unless_outage
from orchestrator.engine.services import Services
from orchestrator.store.base import LogFatal

OUTAGE_WAIT = 0.5
"""Seconds until the log is asked again after a failure."""

_log = structlog.get_logger(__name__)


async def outlast(error: Exception, services: Services, what: str) -> bool:
    """Wait a while after a failure; False if there is no use in going on.

    Args:
        error: the failure.
        services: what all share.
        what: what can't be done, for the log.
    """
    if isinstance(error, LogFatal):
        services.committer.fail(error)
        return False
    _log.error(f"{what}; trying again", exc_info=unless_outage(error), error=str(error))
    await asyncio.sleep(OUTAGE_WAIT)
    return True
