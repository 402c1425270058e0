"""Who calls: the principal of the RPC that is under way, and what it may do.

`current()` tells it anywhere below an RPC's handler: each RPC runs in a context of its own, which tasks that it
starts inherit.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from enum import IntEnum

EVERY_NAMESPACE = "*"
"""In place of a namespace's name: all of them, also those that nobody has used yet."""


class Role(IntEnum):
    """What a principal may do in a namespace; each may do what those before it may. `policy` says what that is."""

    VIEWER = 1
    STARTER = 2
    OPERATOR = 3
    ADMIN = 4


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody whom the server knows.

    Attributes:
        name: what the tokens file calls it; empty for nobody in particular.
        token_id: which of its tokens it showed.
        roles: its role in each namespace, `*` for every one.
        expire_time: when that token stops to be one, microseconds since 1970; None: never.
    """

    name: str
    token_id: str
    roles: Mapping[str, Role]
    expire_time: int | None = None

    def may(self, role: Role, namespace: str) -> bool:
        """Tell whether it has a role, or one above it, in a namespace."""
        roles = self.roles
        return roles.get(namespace, 0) >= role or roles.get(EVERY_NAMESPACE, 0) >= role


NOBODY = Principal("", "", {})
"""A caller who showed no token, of an RPC that asks for none."""

TRUSTED = Principal("", "", {EVERY_NAMESPACE: Role.ADMIN})
"""Every caller of a server without tokens: whoever reaches it may do everything."""

_current: ContextVar[Principal] = ContextVar("principal", default=TRUSTED)


def current() -> Principal:
    """Return who makes the RPC that is under way."""
    return _current.get()


def take(principal: Principal) -> None:
    """Say who makes the RPC that is under way; once, before its handler runs."""
    _current.set(principal)
