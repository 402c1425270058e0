"""Programs that a lab needs and that pip does not bring: found, or missed with a reason that says how to get them."""

from __future__ import annotations

import shutil
import socket
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

BUILD = Path(__file__).parent.parent / "build"
"""Where labs keep what took long to make: out of git, gone after `make clean`."""


class Missing(Exception):
    """The lab can't run here; the text says why, for the report."""


def program(name: str, remedy: str) -> Path:
    """Return a program's path.

    Args:
        name: as one would type it.
        remedy: how to get it, as in `apt-get install prometheus`.

    Raises:
        Missing: it is not on the PATH.
    """
    found = shutil.which(name)
    if found is None:
        raise Missing(f"{name} is not installed ({remedy})")
    return Path(found)


def free_ports(count: int) -> list[int]:
    """Return ports of 127.0.0.1 that nobody listens at now, all different."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def fetch(url: str, timeout: float = 5.0) -> bytes | None:
    """Return what a URL of this machine answers; None while nobody answers, or not with success."""
    try:
        with urllib.request.urlopen(url, timeout=timeout) as answer:
            return bytes(answer.read())
    except urllib.error.HTTPError as error:
        error.close()
        return None
    except OSError:
        return None


def until(what: str, look: Callable[[], object], seconds: float, check: Callable[[], object] = lambda: None) -> None:
    """Look, a few times a second, until it is so.

    Args:
        what: that is waited for, for the error.
        look: tells whether it is so.
        seconds: the most that may pass.
        check: called before each look; raises if there is nothing left to wait for.

    Raises:
        TimeoutError: it was not so in time.
    """
    deadline = time.monotonic() + seconds
    while True:
        check()
        if look():
            return
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
