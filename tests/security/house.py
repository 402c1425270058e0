"""Certificates, tokens and a server that asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import grpc

from orchestrator import app
from orchestrator.api import tokens
from orchestrator.api.principal import Role
from orchestrator.config import load_settings
from orchestrator.dev_ca import DevCa
from orchestrator.store.memory import MemoryLog

WAIT = 20
"""Seconds that anything may take."""


class Keys:
    """A folder with the certificates of a house: `ca`, `server`, `client`; of strangers; and of yesterday."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.ca, self.stranger_ca = DevCa.new(), DevCa.new(name="Somebody else's CA")
        self.ca.pair.write(folder, "ca")
        self.stranger_ca.pair.write(folder, "stranger-ca")
        self.ca.server("server").write(folder, "server")
        self.ca.client("client").write(folder, "client")
        self.stranger_ca.client("client").write(folder, "stranger")
        yesterday = datetime.now(UTC) - timedelta(days=2)
        self.ca.client("client", days=1, begin=yesterday).write(folder, "expired")
        self.ca.server("server", days=1, begin=yesterday).write(folder, "expired-server")

    def cert(self, name: str) -> Path:
        """The path of a certificate."""
        return self.folder / f"{name}.pem"

    def key(self, name: str) -> Path:
        """The path of its key."""
        return self.folder / f"{name}-key.pem"

    def credentials(self, client: str | None = "client", ca: str = "ca") -> grpc.ChannelCredentials:
        """What a client connects with."""
        pair = (self.key(client).read_bytes(), self.cert(client).read_bytes()) if client else (None, None)
        return grpc.ssl_channel_credentials(self.cert(ca).read_bytes(), *pair)


class TokensFile:
    """A tokens file; `add` makes a token and returns it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        tokens.write_entries(path, [])

    def add(self, name: str, roles: Mapping[str, Role], lifetime: timedelta | None = None) -> str:
        """Make a token."""
        now = datetime.now(UTC)
        token, entry = tokens.make(name, roles, now, None if lifetime is None else now + lifetime)
        with tokens.changing(self.path) as entries:
            entries.append(entry)
        return token

    def remove(self, token: str) -> None:
        """Revoke a token."""
        with tokens.changing(self.path) as entries:
            entries[:] = [entry for entry in entries if entry.sha256 != tokens.digest_of(token).hex()]


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[app.Serving]:
    """Run the product as it is wired, on a log in memory."""
    settings = {"listen": "127.0.0.1:0", "metrics_listen": "off", "drain_seconds": 0, **settings}
    async with app.serving(load_settings(**settings), MemoryLog()) as server:
        yield server


def channel(address: str, credentials: grpc.ChannelCredentials | None = None) -> grpc.aio.Channel:
    """Open a channel that shares no connection with another."""
    options = (("grpc.use_local_subchannel_pool", 1), ("grpc.enable_retries", 0))
    if credentials is None:
        return grpc.aio.insecure_channel(address, options=options)
    return grpc.aio.secure_channel(address, credentials, options=options)


def bearer(token: str) -> tuple[tuple[str, str], ...]:
    """The metadata that shows a token."""
    return (("authorization", f"Bearer {token}"),)
