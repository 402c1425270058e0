"""Which security settings need each other: what is set by halves protects nothing, and is refused before the start."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from sagaway.security import stays_here

PREFIX = "SAGAWAY_"
OFF = "off"

Fault = tuple[str, str]
"""The setting at fault, and what is wrong with it and would be right."""


class SecuritySettings(Protocol):
    """What is looked at; `orchestrator.config.Settings` says what each is."""

    @property
    def listen(self) -> str: ...  # noqa: D102 - as the class says
    @property
    def allow_insecure_bind(self) -> bool: ...  # noqa: D102
    @property
    def tls_cert(self) -> Path | None: ...  # noqa: D102
    @property
    def tokens_file(self) -> Path | None: ...  # noqa: D102
    @property
    def metrics_listen(self) -> str: ...  # noqa: D102
    @property
    def allow_open_metrics(self) -> bool: ...  # noqa: D102


class SettingsFaulty(ValueError):
    """Settings that don't go together.

    Attributes:
        faults: each.
    """

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(text for _, text in faults))
        self.faults = faults


_NEEDED = (
    ("tls_cert", "tls_key", "the certificate's private key"),
    ("tls_key", "tls_cert", "the certificate of the key"),
    ("tls_client_ca", "tls_cert", "the server's own certificate: without TLS nobody shows one"),
    ("participant_cert", "participant_key", "the certificate's private key"),
    ("participant_key", "participant_cert", "the certificate of the key"),
    ("participant_cert", "participant_ca", "the CAs of participants' certificates: without TLS nothing is shown"),
)


def check_security(settings: SecuritySettings) -> None:
    """Refuse settings that protect less than they seem to.

    Raises:
        SettingsFaulty: with every fault.
    """
    faults = [*_unpaired(settings), *_unsafe_bind(settings), *_open_metrics(settings)]
    if faults:
        raise SettingsFaulty(faults)


def _unpaired(settings: SecuritySettings) -> Iterator[Fault]:
    for given, needed, what in _NEEDED:
        if getattr(settings, given) and not getattr(settings, needed):
            yield needed, f"is missing while {PREFIX}{given.upper()} is set; give {what}"


def _unsafe_bind(settings: SecuritySettings) -> Iterator[Fault]:
    if stays_here(settings.listen):
        return
    reached = f"{settings.listen} can be reached from other machines"
    if settings.tokens_file and not settings.tls_cert:
        yield (
            "tls_cert",
            f"is missing while {PREFIX}TOKENS_FILE is set and {reached}: tokens would travel in plain text; "
            f"give {PREFIX}TLS_CERT and {PREFIX}TLS_KEY, or listen on 127.0.0.1",
        )
        return
    missing = []
    if not settings.tls_cert:
        missing.append(f"encryption ({PREFIX}TLS_CERT, {PREFIX}TLS_KEY)")
    if not settings.tokens_file:
        missing.append(f"authentication ({PREFIX}TOKENS_FILE)")
    if missing and not settings.allow_insecure_bind:
        yield (
            "listen",
            f"{reached}, and there is no {' and no '.join(missing)}. Set what is missing, listen on 127.0.0.1, or say "
            f"that you know: --allow-insecure-bind or {PREFIX}ALLOW_INSECURE_BIND=true",
        )


def _open_metrics(settings: SecuritySettings) -> Iterator[Fault]:
    listen = settings.metrics_listen
    if listen == OFF or settings.allow_open_metrics or stays_here(listen):
        return
    yield (
        "metrics_listen",
        f"{listen} can be reached from other machines. What is told there holds no payloads, tokens or saga ids, but "
        "names definitions and participants and shows their traffic, unencrypted and to whoever asks. Listen on "
        f"127.0.0.1, or say that you know: --allow-open-metrics or {PREFIX}ALLOW_OPEN_METRICS=true",
    )
