"""What can be wrong in the core, by name."""

from __future__ import annotations


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


class UnresolvedExpression(CoreError):
    """An expression that has no value for this saga, such as a key that an output lacks."""
