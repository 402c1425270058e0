"""Whether the settings of the dead-letter webhook go together, and keep what is told from being read on its way."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr

from orchestrator.config_security import PREFIX, Fault, SettingsFaulty
from sagaway.security import stays_here


class WebhookSettings(Protocol):
    """What is looked at; `orchestrator.config.Settings` says what each is."""

    @property
    def dead_letter_webhook_url(self) -> str: ...  # noqa: D102 - as the class says
    @property
    def dead_letter_webhook_secret(self) -> SecretStr: ...  # noqa: D102
    @property
    def dead_letter_webhook_secret_file(self) -> Path | None: ...  # noqa: D102
    @property
    def dead_letter_webhook_ca(self) -> Path | None: ...  # noqa: D102
    @property
    def allow_plaintext_webhook(self) -> bool: ...  # noqa: D102


def check_webhook(settings: WebhookSettings) -> None:
    """Refuse a webhook that is not signed, or could be read on its way.

    Raises:
        SettingsFaulty: with every fault.
    """
    faults = list(_faults(settings))
    if faults:
        raise SettingsFaulty(faults)


def _faults(settings: WebhookSettings) -> Iterator[Fault]:
    value, file = bool(settings.dead_letter_webhook_secret.get_secret_value()), settings.dead_letter_webhook_secret_file
    if not settings.dead_letter_webhook_url:
        for name in ("secret", "secret_file", "ca"):
            given = value if name == "secret" else getattr(settings, f"dead_letter_webhook_{name}")
            if given:
                missing = f"is missing while {PREFIX}DEAD_LETTER_WEBHOOK_{name.upper()} is set; give the receiver's URL"
                yield "dead_letter_webhook_url", missing
        return
    yield from _url_faults(settings)
    if value and file:
        yield "dead_letter_webhook_secret", "is given, and a file with it too; give one of them"
    elif not value and not file:
        fault = "is missing: without it the receiver can't tell who calls; give it, or a file with it "
        yield "dead_letter_webhook_secret", f"{fault}({PREFIX}DEAD_LETTER_WEBHOOK_SECRET_FILE)"


def _url_faults(settings: WebhookSettings) -> Iterator[Fault]:
    name, remedy = "dead_letter_webhook_url", "write it as https://host/path"
    url = _split(settings.dead_letter_webhook_url)
    if url is None or url.scheme not in ("https", "http") or not url.hostname:
        yield name, f"is no address of a receiver; {remedy}"
    elif url.username or url.password or url.fragment:
        yield name, f"has a user, a password or a fragment, which are not sent; {remedy}"
    elif url.scheme == "http":
        host = f"[{url.hostname}]" if ":" in url.hostname else url.hostname
        if not settings.allow_plaintext_webhook and not stays_here(f"{host}:{url.port or 80}"):
            yield (
                name,
                "is plain http to another machine: whoever is on the way reads which sagas are in trouble, and why. Use "
                f"https, or say that you know: {PREFIX}ALLOW_PLAINTEXT_WEBHOOK=true",
            )


def _split(text: str) -> SplitResult | None:
    try:
        url = urlsplit(text)
        _ = url.port  # raises for one that is no number
    except ValueError:
        return None
    return url if text.isascii() and text.isprintable() and " " not in text else None
