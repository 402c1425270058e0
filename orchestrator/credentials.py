"""What the settings name in files: the server's certificate, the tokens, and what participants are shown.

Read once before anything is bound, so that a file that can't be used ends the start with a sentence that names the
variable; from then on each is read anew when it changes (`sagaway.security.watched`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import structlog

from orchestrator.api.tokens import Grants, watch_tokens
from orchestrator.config import PREFIX, Settings, SettingsError
from orchestrator.notify.post import Post, Secret
from sagaway.security import ClientTls, FileFault, ServerTls, Watched

T = TypeVar("T")

SYSTEM = "system"
"""In place of a CA's file: the CAs that the system trusts."""

SOON = timedelta(days=14)
"""A certificate that ends so soon is warned of at the start."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What was read.

    Attributes:
        tls: the server's certificate and whom it lets in; None: plain text.
        tokens: who has which token; None: nobody is asked.
        participant_tls: whom to believe among participants, and what to show them; None: plain text.
        plaintext_participants: addresses that are reached in plain text all the same.
        webhook: how dead letters are sent; None: nobody is told.
    """

    tls: ServerTls | None
    tokens: Watched[Grants] | None
    participant_tls: ClientTls | None
    plaintext_participants: frozenset[str]
    webhook: Post | None


def load(settings: Settings) -> Credentials:
    """Read what the settings name.

    Raises:
        SettingsError: a line for each file that can't be used: the variables, what is wrong, what is right.
    """
    faults: list[str] = []

    def tried(names: str, read: Callable[[], T]) -> T | None:
        try:
            return read()
        except FileFault as fault:
            faults.append(f"{', '.join(PREFIX + name for name in names.split())}: {fault}")
            return None

    tls = tokens = participant_tls = None
    cert, key, client_ca = settings.tls_cert, settings.tls_key, settings.tls_client_ca
    if cert is not None and key is not None:
        names = "TLS_CERT TLS_KEY" + (" TLS_CLIENT_CA" if client_ca is not None else "")
        tls = tried(names, lambda: ServerTls(cert, key, client_ca, check=check_validity))
    tokens_file = settings.tokens_file
    if tokens_file is not None:
        tokens = tried("TOKENS_FILE", lambda: watch_tokens(tokens_file))
    if settings.participant_ca:
        ca = None if settings.participant_ca == SYSTEM else Path(settings.participant_ca)
        names = "PARTICIPANT_CA" + (" PARTICIPANT_CERT PARTICIPANT_KEY" if settings.participant_cert else "")
        participant_tls = tried(
            names, lambda: ClientTls(ca, settings.participant_cert, settings.participant_key, check=check_validity)
        )
    webhook = _webhook(settings, tried)
    if faults:
        raise SettingsError("\n".join(faults))
    named = (address.strip() for address in settings.plaintext_participants.split(","))
    return Credentials(tls, tokens, participant_tls, frozenset(address for address in named if address), webhook)


def _webhook(settings: Settings, tried: Callable[[str, Callable[[], Post]], Post | None]) -> Post | None:
    url, file, ca = (
        settings.dead_letter_webhook_url,
        settings.dead_letter_webhook_secret_file,
        settings.dead_letter_webhook_ca,
    )
    if not url:
        return None
    names = f"DEAD_LETTER_WEBHOOK_SECRET{'_FILE' if file is not None else ''}"
    names += " DEAD_LETTER_WEBHOOK_CA" if ca is not None else ""
    value = settings.dead_letter_webhook_secret.get_secret_value()
    return tried(names, lambda: Post(url, Secret(value, file), ca))


def check_validity(path: Path, pem: bytes) -> None:
    """Refuse a certificate that is over or has not begun, and warn of one that is over soon.

    Args:
        path: where it is from, for the text.
        pem: the chain; its first certificate counts.

    Raises:
        FileFault: nobody would believe it.
    """
    # Imported here: it takes longer than all the rest, and only a server with TLS needs it.
    from cryptography import x509  # noqa: PLC0415

    try:
        certificate = x509.load_pem_x509_certificate(pem)
    except ValueError as error:
        raise FileFault(f"{path} holds no certificate: {error}") from None
    now = datetime.now(UTC)
    begin, end = certificate.not_valid_before_utc, certificate.not_valid_after_utc
    if now >= end:
        raise FileFault(f"the certificate in {path} ended at {end:%Y-%m-%d %H:%M} UTC; give a newer one")
    if now < begin:
        raise FileFault(f"the certificate in {path} begins at {begin:%Y-%m-%d %H:%M} UTC only; is the clock right?")
    if end - now < SOON:
        _log.warning("a certificate ends soon", file=str(path), end_time=end.isoformat(), days=(end - now).days)
