"""What can be wrong in the core, by name."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orchestrator.core.model import Saga


class CoreError(Exception):
    """The root of the core's errors."""


class IllegalTransition(CoreError):
    """An event that the saga's state does not allow: the log is not one this version wrote."""


class CommandRefused(CoreError):
    """A command that the saga's state does not allow.

    Attributes:
        reason: the contract's ErrorReason, without its prefix.
        state: the state that does not allow it, in the contract's word.
    """

    def __init__(self, reason: str, state: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason
        self.state = state


class OperationNotLegal(CommandRefused):
    """An operator's action that is not legal where the saga stands.

    Attributes:
        key: the saga.
        action: what was asked for.
        legal: what is legal there.
    """

    def __init__(self, saga: Saga, action: str, legal: Iterable[str]) -> None:
        self.key = saga.key
        self.action = action
        self.legal = tuple(legal)
        stands = f"{saga.state}, paused" if saga.paused else str(saga.state)
        may = "legal now: " + ", ".join(self.legal) if self.legal else "no operator's action is legal now"
        super().__init__(
            "OPERATION_NOT_LEGAL", saga.state, f"{action} is not legal: saga {saga.key.saga_id!r} is {stands}; {may}"
        )


class StepNotSealed(CommandRefused):
    """A step's run can't be left behind: it may have had an effect, and nothing takes that back or rules it out.

    Attributes:
        key: the saga.
        step_id: the step.
    """

    def __init__(self, saga: Saga, step_id: str, why: str) -> None:
        self.key = saga.key
        self.step_id = step_id
        super().__init__(
            "STEP_NOT_SEALED",
            saga.state,
            f"step {step_id!r} may have had its effect, its action can't be compensated, and {why}",
        )


class SagaChanged(CommandRefused):
    """The saga has moved on since whoever commands looked at it; nothing was done.

    Attributes:
        key: the saga.
        sequence: that of its last event now.
    """

    def __init__(self, saga: Saga, etag: int, sequence: int) -> None:
        self.key = saga.key
        self.sequence = sequence
        last = saga.operation
        done = ""
        if last is not None and last.sequence > etag:
            who = last.by.claimed_actor or last.by.principal or "somebody"
            where = f" of {last.step_id!r}" if last.step_id else ""
            done = f"; {who} did {last.kind}{where} at sequence {last.sequence}: {last.by.reason}"
        super().__init__(
            "SAGA_CHANGED",
            saga.state,
            f"saga {saga.key.saga_id!r} has changed since sequence {etag}: it is {saga.state} at sequence "
            f"{sequence}{done}; look at it again before you decide",
        )


class UnresolvedExpression(CoreError):
    """An expression that has no value for this saga, such as a key that an output lacks."""
