"""Who may call what: a bearer token in the metadata says who, `policy` says what.

A `Gate` is made once for each RPC, when the server is put together; at a call it costs a hash and two lookups. It is
passed twice: `enter` before anything of the request is read, and `permit` once it is known which namespace the request
is about. What a refusal says depends on what the caller sent, and never on what there is: not whether a token was once
one, not whether a saga or a namespace exists.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from operator import attrgetter
from typing import Any

from orchestrator.api.errors import RoleMissing, TokenInvalid, TokenRequired
from orchestrator.api.policy import OPEN, POLICY, Rule
from orchestrator.api.principal import EVERY_NAMESPACE, NOBODY, Principal, take
from orchestrator.api.tokens import Grants, digest_of
from orchestrator.api.validation import DEFAULT_NAMESPACE
from orchestrator.core.retry import SECOND
from orchestrator.engine.clock import Clock
from sagaway.security import Watched

_HEADER = "authorization"
_SCHEME = "bearer "
_MAX_HEADER = 1 << 10


class PolicyMissing(LookupError):
    """An RPC would be served to which nobody said who may call it: a fault of ours."""


class Access:
    """The tokens, and the streams that hang on them. Belongs to one event loop."""

    def __init__(self, tokens: Watched[Grants], clock: Clock) -> None:
        """Make it.

        Args:
            tokens: what the tokens file says.
            clock: the time, for tokens that expire.
        """
        self._tokens = tokens
        self._clock = clock
        self._streams: dict[asyncio.Timeout, tuple[bytes, Principal]] = {}

    def gate(self, method: str) -> Gate | None:
        """Return the gate of an RPC; None if it is open to all and nothing of its caller matters.

        Args:
            method: its full name.

        Raises:
            PolicyMissing: the policy does not know it.
        """
        rule = POLICY.get(method)
        if rule is None:
            raise PolicyMissing(f"{method} has no row in orchestrator.api.policy: say there who may call it")
        return None if rule == Rule(OPEN, "") else Gate(self, rule)

    def identify(self, metadata: Iterable[tuple[str, str | bytes]] | None) -> Principal | None:
        """Return who calls; None if no token is shown.

        Raises:
            TokenInvalid: what is shown is no token, or not (any more) one of ours.
        """
        digest = _shown(metadata)
        return None if digest is None else self._known(digest)

    @asynccontextmanager
    async def while_known(self, metadata: Iterable[tuple[str, str | bytes]] | None) -> AsyncGenerator[None, None]:
        """Run a stream as long as the token with which it was opened is one.

        Raises:
            TokenInvalid: it has expired or was revoked meanwhile.
        """
        digest = _shown(metadata)
        if digest is None:
            yield
            return
        principal = self._known(digest)
        expire_time = principal.expire_time
        timeout = asyncio.timeout(None if expire_time is None else (expire_time - self._clock.now()) / SECOND)
        self._streams[timeout] = digest, principal
        try:
            async with timeout:
                yield
        except TimeoutError:
            if timeout.expired():
                raise TokenInvalid from None
            raise
        finally:
            del self._streams[timeout]

    async def look(self) -> None:
        """Look whether the tokens file has changed; streams whose token is another matter now are ended.

        A client that may still watch resumes, as it does after any interruption.
        """
        if not await asyncio.to_thread(self._tokens.look):
            return
        grants = self._tokens.value
        for timeout, (digest, principal) in self._streams.items():
            if grants.get(digest) != principal:
                timeout.reschedule(asyncio.get_running_loop().time())

    def _known(self, digest: bytes) -> Principal:
        principal = self._tokens.value.get(digest)
        if principal is None or (principal.expire_time is not None and self._clock.now() >= principal.expire_time):
            raise TokenInvalid
        return principal


class Gate:
    """What stands before one RPC."""

    __slots__ = ("_access", "_namespace", "_role")

    def __init__(self, access: Access, rule: Rule) -> None:
        self._access = access
        self._role = rule.role
        self._namespace: Callable[[Any], str] | None = attrgetter(rule.namespace) if rule.namespace else None
        if rule.namespace == EVERY_NAMESPACE:
            self._namespace = _everywhere

    @property
    def access(self) -> Access:
        """The tokens behind it."""
        return self._access

    def enter(self, context: Any) -> Principal:
        """Let somebody in who is known here; `current()` is then who it is.

        Raises:
            TokenRequired: no token is shown and one is needed.
            TokenInvalid: what is shown is none of ours.
        """
        principal = self._access.identify(context.invocation_metadata())
        if principal is None:
            if self._role is not OPEN:
                raise TokenRequired
            principal = NOBODY
        take(principal)
        return principal

    def permit(self, principal: Principal, request: Any) -> None:
        """Let a request pass that its caller may make.

        Raises:
            RoleMissing: it may not, in the namespace that the request names.
        """
        if self._role is OPEN or self._namespace is None:
            return
        namespace = self._namespace(request) or DEFAULT_NAMESPACE
        if not principal.may(self._role, namespace):
            raise RoleMissing(self._role.name.lower(), namespace)


def _everywhere(_request: Any) -> str:
    return EVERY_NAMESPACE


def _shown(metadata: Iterable[tuple[str, str | bytes]] | None) -> bytes | None:
    """Return the hash of the token that a call carries."""
    shown = [value for key, value in metadata or () if key == _HEADER]
    if not shown:
        return None
    value = shown[0]
    if len(shown) > 1 or not isinstance(value, str) or len(value) > _MAX_HEADER:
        raise TokenInvalid
    if value[: len(_SCHEME)].lower() != _SCHEME:
        raise TokenInvalid
    return digest_of(value[len(_SCHEME) :].strip())
