"""Who acts by hand, and why, as every such request says it."""

from __future__ import annotations

from typing import Any

from orchestrator.api import principal
from orchestrator.api.validation import Check
from orchestrator.core.model import Signature

MAX_ACTOR = 255
"""The longest claimed actor, bytes."""


def read_signature(check: Check, request: Any) -> Signature:
    """Return who does what a request with `reason` and `claimed_actor` asks for: the principal of the call is added."""
    reason = check.text("reason", request.reason)
    if not reason.strip():
        check.fault("reason", "is required: say why, for those who read the log later")
    actor = check.text("claimed_actor", request.claimed_actor, MAX_ACTOR)
    return Signature(reason, actor, principal.current().name)
