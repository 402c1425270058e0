"""A client's bearer token: given, or in a file that may be renewed at any time."""

from __future__ import annotations

import re
import time
from pathlib import Path

from sagaway.security.watched import FileFault, Watched

Metadata = tuple[tuple[str, str], ...]
"""What a call carries beside its request."""

_TOKEN = re.compile(rb"[A-Za-z0-9._~+/-]{16,512}={0,2}")
_LOOK_SECONDS = 1.0


class TokenSource:
    """The metadata that says who calls. Neither argument: nobody in particular.

    Args:
        token: the token.
        file: a file with the token and nothing else; read anew when it changes.

    Raises:
        FileFault: both are given, the file can't be read, or what is given is no token.
    """

    def __init__(self, token: str = "", file: Path | str | None = None) -> None:
        if token and file is not None:
            raise FileFault("a token and a file with a token are given; give one of them")
        self._metadata = _metadata(token.encode(), "what is given as the token") if token else ()
        self._file = (
            None
            if file is None
            else Watched("the token", [Path(file)], lambda contents: _metadata(contents[0], str(file)))
        )
        self._looked = time.monotonic()

    def __bool__(self) -> bool:
        return bool(self._metadata) or self._file is not None

    def __repr__(self) -> str:
        return "TokenSource(...)"  # Never the token.

    def metadata(self) -> Metadata:
        """Return what a call carries; empty without a token."""
        if self._file is None:
            return self._metadata
        now = time.monotonic()
        if now - self._looked >= _LOOK_SECONDS:
            self._looked = now
            self._file.look()
        return self._file.value


def _metadata(text: bytes, where: str) -> Metadata:
    token = text.strip()
    if not _TOKEN.fullmatch(token):
        raise FileFault(f"{where} is no bearer token; `sagaway token create` prints one")
    return (("authorization", f"Bearer {token.decode()}"),)
