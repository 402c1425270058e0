"""Completion tokens: what lets somebody report the outcome of a Pending step.

A token is `v1.<key id>.<HMAC-SHA256 of the idempotency key>`: nothing is stored, it is valid from the intent on, and
across attempts, owners and restarts. Keys are made at the first migration; old ones still verify. Never log a token.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from orchestrator.store.base import Installation

_VERSION = "v1"


class Tokens:
    """Makes and verifies completion tokens with an installation's keys."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        # Keying a MAC costs more than the MAC itself; a keyed one can be copied.
        self._keyed = {id_: hmac.new(key, digestmod=hashlib.sha256) for id_, key in installation.keys.items()}

    def make(self, idempotency_key: str) -> str:
        """Return the token of an operation's phase."""
        return self._make(self._installation.key_id, idempotency_key)

    def verify(self, token: str, idempotency_key: str) -> bool:
        """Return whether ``token`` is that of the operation's phase, in constant time."""
        parts = token.split(".")
        if len(parts) != 3 or parts[0] != _VERSION or parts[1] not in self._keyed:
            return False
        return hmac.compare_digest(token.encode(), self._make(parts[1], idempotency_key).encode())

    def _make(self, key_id: str, idempotency_key: str) -> str:
        mac = self._keyed[key_id].copy()
        mac.update(idempotency_key.encode())
        return f"{_VERSION}.{key_id}.{base64.urlsafe_b64encode(mac.digest()).rstrip(b'=').decode()}"
