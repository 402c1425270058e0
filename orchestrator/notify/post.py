"""One POST at a time, each in a thread of its own that nothing waits for at the end of the process."""

from __future__ import annotations

import asyncio
import http.client
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple
from urllib.parse import SplitResult, urlsplit

from orchestrator.notify.letter import CONTENT_TYPE, SIGNATURE_HEADER, TIMESTAMP_HEADER, Letter, signature
from sagaway.security import FileFault, Watched

SECRET_BYTES = 16
"""The shortest secret that is taken."""

_SOCKET_SECONDS = 10.0
_WHOLE_SECONDS = 30.0
_MAX_ANSWER = 64 * 1024
_LONGEST_RETRY_AFTER = 300


class Answer(NamedTuple):
    """How a POST ended.

    Attributes:
        fault: why it was not taken; empty if it was.
        retry_after: seconds that the receiver asks to be left alone for.
    """

    fault: str
    retry_after: int = 0


class Secret:
    """What letters are signed with: given, or in a file that may be renewed at any time."""

    def __init__(self, value: str = "", file: Path | None = None) -> None:
        """Take it; exactly one of the two.

        Raises:
            FileFault: the file can't be read, or what is given is too short.
        """
        self._value = b"" if file is not None else _secret_of(value.encode(), "what is given")
        self._file = (
            None
            if file is None
            else Watched("the webhook's secret", [file], lambda contents: _secret_of(contents[0], str(file)))
        )

    def __repr__(self) -> str:
        return "Secret(...)"

    def current(self) -> bytes:
        """Return it as it is now; reads the file if that has changed."""
        if self._file is None:
            return self._value
        self._file.look()
        return self._file.value


def _secret_of(text: bytes, where: str) -> bytes:
    secret = text.strip()
    if len(secret) < SECRET_BYTES:
        raise FileFault(f"{where} has fewer than {SECRET_BYTES} bytes; make one with `openssl rand -hex 32`")
    return secret


class Post:
    """Sends letters to one address, signed."""

    def __init__(self, url: str, secret: Secret, ca: Path | None = None) -> None:
        """Make one.

        Args:
            url: http or https; checked by the settings.
            secret: what is signed with.
            ca: PEM file of the CAs of an https receiver; None: the system's.

        Raises:
            FileFault: the CA's file can't be used.
        """
        self._url: SplitResult = urlsplit(url)
        self._secret = secret
        self._context: ssl.SSLContext | None = None
        if self._url.scheme == "https":
            try:
                self._context = ssl.create_default_context(cafile=None if ca is None else str(ca))
            except OSError as error:
                raise FileFault(f"can't use {ca} as a CA: {error.strerror or error}") from None

    async def send(self, letter: Letter) -> Answer:
        """POST a letter, and return how it ended; never raises for what the receiver or the network does."""
        try:
            async with asyncio.timeout(_WHOLE_SECONDS):  # wait_for would swallow a cancel that meets the answer
                return await _in_thread(lambda: self._send(letter))
        except TimeoutError:
            return Answer(f"no answer within {_WHOLE_SECONDS:g} s")

    def _send(self, letter: Letter) -> Answer:
        stamp = str(int(time.time()))
        headers = {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": "sagaway",
            TIMESTAMP_HEADER: stamp,
            SIGNATURE_HEADER: signature(self._secret.current(), stamp, letter.body),
        }
        connection = self._connection()
        try:
            path = (self._url.path or "/") + (f"?{self._url.query}" if self._url.query else "")
            connection.request("POST", path, letter.body, headers)
            response = connection.getresponse()
            response.read(_MAX_ANSWER)
            if 200 <= response.status < 300:
                return Answer("")
            return Answer(f"HTTP {response.status}", _seconds(response.getheader("Retry-After", "")))
        except (OSError, http.client.HTTPException) as error:
            return Answer(f"{type(error).__name__}: {getattr(error, 'strerror', None) or error}")
        finally:
            connection.close()

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._url.hostname or "", self._url.port
        if self._context is not None:
            return http.client.HTTPSConnection(host, port, timeout=_SOCKET_SECONDS, context=self._context)
        return http.client.HTTPConnection(host, port, timeout=_SOCKET_SECONDS)


def _seconds(text: str) -> int:
    return min(int(text), _LONGEST_RETRY_AFTER) if text.isascii() and text.isdigit() else 0


async def _in_thread(work: Callable[[], Answer]) -> Answer:
    """Run it in a daemon thread: a receiver that hangs must not hold up the end of the process."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Answer] = loop.create_future()

    def settle(answer: Answer) -> None:
        if not done.done():
            done.set_result(answer)

    def run() -> None:
        try:
            answer = work()
        except Exception as error:
            answer = Answer(f"{type(error).__name__}: {error}")
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, answer)

    threading.Thread(target=run, name="webhook", daemon=True).start()
    return await done
