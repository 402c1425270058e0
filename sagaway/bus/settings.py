"""Where the NATS server is, and how one is let in: settings from the environment.

| Variable | Meaning |
|---|---|
| `SAGAWAY_NATS_URL` | `nats://host:4222` or `tls://host:4222`; several with commas. Default: what `sagaway bus` listens on. |
| `SAGAWAY_NATS_CREDS_FILE` | A credentials file (JWT and seed), as `nsc` makes it. |
| `SAGAWAY_NATS_TOKEN_FILE` | A file with a token. |
| `SAGAWAY_NATS_USER`, `SAGAWAY_NATS_PASSWORD_FILE` | A user, and a file with the password. |
| `SAGAWAY_NATS_CA`, `SAGAWAY_NATS_CERT`, `SAGAWAY_NATS_KEY` | PEM files: whom to believe, and what to show (mTLS). |
| `SAGAWAY_NATS_ALLOW_INSECURE` | `true`: no TLS also to other machines, for networks protected by other means. |
| `SAGAWAY_NATS_PREFIX` | Begins the names of streams and subjects. Default `sagaway`. |
| `SAGAWAY_NATS_REPLICAS` | Copies of each stream in a cluster, 1 to 5. Default 1. |
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sagaway.bus.base import DEDUPE_WINDOW, RETENTION
from sagaway.bus.errors import BusSetupError
from sagaway.security import stays_here

DEFAULT_URL = "nats://127.0.0.1:4222"

_PREFIX = re.compile(r"[A-Za-z0-9_-]{1,32}")
_SCHEMES = ("nats", "tls")


@dataclass(frozen=True, slots=True)
class NatsSettings:
    """How to reach a NATS server, and what streams to have there.

    Args:
        urls: one or more servers of one cluster.
        creds_file: a credentials file.
        token: let in by it.
        user: let in by it, with `password`.
        password: of the user.
        ca: PEM file of the CAs to believe; None: the system's.
        cert: PEM file of the own certificate; with `key`.
        key: PEM file of its key.
        allow_insecure: no TLS also to other machines.
        prefix: begins the names of streams and subjects, `[A-Za-z0-9_-]{1,32}`.
        replicas: copies of each stream.
        retention: how long events and dead letters are kept.
        dedupe_window: how long a message id is remembered.

    Raises:
        BusSetupError: a value is wrong, or the network could read what is sent; the text names the setting.
    """

    urls: tuple[str, ...] = (DEFAULT_URL,)
    creds_file: Path | None = None
    token: str = field(default="", repr=False)
    user: str = ""
    password: str = field(default="", repr=False)
    ca: Path | None = None
    cert: Path | None = None
    key: Path | None = None
    allow_insecure: bool = False
    prefix: str = "sagaway"
    replicas: int = 1
    retention: timedelta = RETENTION
    dedupe_window: timedelta = DEDUPE_WINDOW

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise BusSetupError(f"SAGAWAY_NATS_PREFIX: {self.prefix!r} must match {_PREFIX.pattern}")
        if not 1 <= self.replicas <= 5:
            raise BusSetupError(f"SAGAWAY_NATS_REPLICAS: {self.replicas} must be from 1 to 5")
        if (self.cert is None) != (self.key is None):
            raise BusSetupError("SAGAWAY_NATS_CERT and SAGAWAY_NATS_KEY: give both or neither")
        if not self.urls:
            raise BusSetupError("SAGAWAY_NATS_URL: it is empty")
        for url in self.urls:
            self._check_url(url)

    @property
    def has_tls(self) -> bool:
        """Whether connections are encrypted."""
        return bool(self.ca or self.cert) or any(url.startswith("tls:") for url in self.urls)

    def connection_options(self) -> dict[str, Any]:
        """Return what `nats.connect` is given of this.

        Raises:
            BusSetupError: a certificate file can't be used.
        """
        given = {
            "user_credentials": str(self.creds_file) if self.creds_file else None,
            "token": self.token or None,
            "user": self.user or None,
            "password": self.password or None,
            "tls": self._tls(),
        }
        return {"servers": list(self.urls)} | {name: value for name, value in given.items() if value is not None}

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> NatsSettings:
        """Read the variables of this module's table.

        Raises:
            BusSetupError: names the variable at fault and what is right.
        """

        def value(name: str) -> str:
            return environment.get(f"SAGAWAY_NATS_{name}", "").strip()

        def path(name: str) -> Path | None:
            return Path(value(name)) if value(name) else None

        replicas = value("REPLICAS") or "1"
        if not replicas.isdecimal():
            raise BusSetupError(f"SAGAWAY_NATS_REPLICAS: {replicas!r} must be a number from 1 to 5")
        insecure = value("ALLOW_INSECURE").lower()
        if insecure not in ("", "true", "false"):
            raise BusSetupError(f"SAGAWAY_NATS_ALLOW_INSECURE: {insecure!r} must be true or false")
        return cls(
            urls=tuple(url.strip() for url in (value("URL") or DEFAULT_URL).split(",") if url.strip()),
            creds_file=path("CREDS_FILE"),
            token=_secret("SAGAWAY_NATS_TOKEN_FILE", path("TOKEN_FILE")),
            user=value("USER"),
            password=_secret("SAGAWAY_NATS_PASSWORD_FILE", path("PASSWORD_FILE")),
            ca=path("CA"),
            cert=path("CERT"),
            key=path("KEY"),
            allow_insecure=insecure == "true",
            prefix=value("PREFIX") or "sagaway",
            replicas=int(replicas),
        )

    def _check_url(self, url: str) -> None:
        try:
            parts = urlsplit(url)
            host, _ = parts.hostname, parts.port
        except ValueError:
            host = None
        if host is None or parts.scheme not in _SCHEMES:
            raise BusSetupError("SAGAWAY_NATS_URL: it must be of the form nats://host:4222 or tls://host:4222")
        if parts.username or parts.password:
            raise BusSetupError(
                "SAGAWAY_NATS_URL: it holds a password, which would be seen in logs and process lists; give it by "
                "SAGAWAY_NATS_CREDS_FILE, _TOKEN_FILE, or _USER and _PASSWORD_FILE"
            )
        if not (self.has_tls or self.allow_insecure or stays_here(host)):
            raise BusSetupError(
                f"SAGAWAY_NATS_URL: {host} is another machine, and nothing would be encrypted: use tls://, or give "
                "SAGAWAY_NATS_CA, or say SAGAWAY_NATS_ALLOW_INSECURE=true"
            )

    def _tls(self) -> ssl.SSLContext | None:
        if not self.has_tls:
            return None
        try:
            context = ssl.create_default_context(cafile=self.ca)
            if self.cert is not None:
                context.load_cert_chain(self.cert, self.key, password=_no_passphrase)
        except (OSError, ValueError) as error:
            raise BusSetupError(
                f"SAGAWAY_NATS_CA, SAGAWAY_NATS_CERT, SAGAWAY_NATS_KEY: a file can't be used: {error}"
            ) from None
        return context


def _no_passphrase() -> str:
    raise ValueError("the key has a passphrase, and nobody is there to type it")


def _secret(name: str, path: Path | None) -> str:
    if path is None:
        return ""
    try:
        text = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise BusSetupError(f"{name}: {path} can't be read: {type(error).__name__}") from None
    if not text:
        raise BusSetupError(f"{name}: {path} is empty")
    return text
