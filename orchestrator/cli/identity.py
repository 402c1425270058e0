"""Whom the command line believes, and what it shows of itself: flags before the command, or variables.

A token is never a flag: every user of a machine sees the flags of its processes.
"""

from __future__ import annotations

import os
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from sagaway.security import ClientTls, FileFault

SYSTEM = "system"
TOKEN = "SAGAWAY_TOKEN"  # noqa: S105 - its variable's name

Ca = Annotated[
    str,
    typer.Option(
        "--ca",
        envvar="SAGAWAY_CA",
        metavar="FILE",
        help="PEM file with the CAs of the orchestrator's certificate, or `system`: use TLS.",
    ),
]
Cert = Annotated[
    Path | None,
    typer.Option("--cert", envvar="SAGAWAY_CERT", metavar="FILE", help="Your own certificate, where one is asked for."),
]
Key = Annotated[Path | None, typer.Option("--key", envvar="SAGAWAY_KEY", metavar="FILE", help="Its private key.")]
TokenFile = Annotated[
    Path | None,
    typer.Option(
        "--token-file",
        envvar="SAGAWAY_TOKEN_FILE",
        metavar="FILE",
        help="File with your bearer token; or give it in the variable SAGAWAY_TOKEN.",
    ),
]


@dataclass(frozen=True, slots=True)
class Identity:
    """What was given.

    Attributes:
        ca: PEM file, `system`, or empty: no TLS.
        cert: our certificate.
        key: its key.
        token_file: a file with our token.
    """

    ca: str = ""
    cert: Path | None = None
    key: Path | None = None
    token_file: Path | None = None

    @property
    def token(self) -> str:
        """Our token, where no file is given."""
        return "" if self.token_file is not None else os.environ.get(TOKEN, "")

    def tls(self) -> ClientTls | None:
        """Return how connections are made; None: in plain text.

        Raises:
            typer.BadParameter: a file can't be used, or a certificate is given and no CA.
        """
        if not self.ca:
            if self.cert is not None or self.key is not None:
                fault = "is missing while a certificate is given: nobody is shown one without TLS; give the CAs' file"
                raise typer.BadParameter(fault, param_hint="--ca / SAGAWAY_CA")
            return None
        try:
            return ClientTls(None if self.ca == SYSTEM else self.ca, self.cert, self.key)
        except FileFault as fault:
            raise typer.BadParameter(str(fault), param_hint="--ca, --cert, --key") from None


identity: ContextVar[Identity] = ContextVar("identity", default=Identity())  # noqa: B039 - frozen
"""Of the command that runs; set by what stands before it."""
