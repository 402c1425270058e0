"""Which participants are reached over TLS, and which in plain text.

One rule for all, by address, so that no registration can weaken it: where the server has a CA for participants, every
address is reached over TLS; where it has none, only those that stay on this machine are reached at all. Exceptions are
named one by one by the person who runs the server.
"""

from __future__ import annotations

from collections.abc import Collection

import grpc

from orchestrator.caller.errors import PlaintextRefused
from sagaway.security import ClientTls, stays_here

ANY = "*"
"""In place of an address: every address may be reached in plain text."""


class Encryption:
    """The rule."""

    def __init__(self, tls: ClientTls | None = None, plaintext: Collection[str] = ()) -> None:
        """Make a rule.

        Args:
            tls: whom to believe and what to show; None: there is no TLS towards participants.
            plaintext: addresses, as participants are registered with them, that are reached in plain text wherever
                they are; `*`: every one.
        """
        self._tls = tls
        self._plaintext = frozenset(plaintext)

    def credentials(self, address: str) -> grpc.ChannelCredentials | None:
        """Return what a channel to an address is opened with; None: plain text.

        Raises:
            PlaintextRefused: it may not be reached in plain text, and there is no TLS.
        """
        if address in self._plaintext or ANY in self._plaintext:
            return None
        if self._tls is not None:
            return self._tls.credentials()
        if stays_here(address):
            return None
        raise PlaintextRefused(address)

    def look(self) -> bool:
        """Look at the files; return whether credentials are others now. Takes no lock for long; any thread may."""
        return self._tls is not None and self._tls.look()
