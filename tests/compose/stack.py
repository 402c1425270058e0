"""The stack of docker-compose.yml, started by a real engine under a name of its own, and taken down with its volumes."""

from __future__ import annotations

import json
import os
import secrets
import signal
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.compose.engine import CommandFailed, Engine, call, compose_command
from tests.compose.images import ROOT, TAG
from tests.tools import free_ports, until

FILE = ROOT / "docker-compose.yml"
UP_SECONDS = 240.0
PORTS = ("SAGAWAY_PORT", "SAGAWAY_PORT_2", "JAEGER_PORT", "PROMETHEUS_PORT", "GRAFANA_PORT")


class Stack:
    """The stack, while the block lasts.

    Args:
        engine: who runs it.
        folder: a folder for what is written on the way.
        override: what goes over docker-compose.yml.

    Attributes:
        ports: on 127.0.0.1, by the variable that sets them.
    """

    def __init__(self, engine: Engine, folder: Path, override: Mapping[str, Any]) -> None:
        self._engine = engine
        file = folder / "override.json"
        file.write_text(json.dumps(override), encoding="utf-8")
        project = f"sagaway-lab-{secrets.token_hex(3)}"
        self._command = [*compose_command(engine), "--project-name", project, "--project-directory", str(ROOT)]
        self._command += ["--file", str(FILE), *(["--file", str(file)] if override["services"] else [])]
        self.ports = dict(zip(PORTS, free_ports(len(PORTS)), strict=True))
        self._env = {**engine.env, "SAGAWAY_TAG": TAG, **{name: str(port) for name, port in self.ports.items()}}

    def __enter__(self) -> Self:
        try:
            self.compose("up", "--no-build", "--detach", timeout=UP_SECONDS)
            # `up --wait` is not in every compose; the one-shot service at the end of the chain tells the same.
            until("the services are registered", lambda: self._ended("registration"), UP_SECONDS)
        except (CommandFailed, TimeoutError) as error:
            said = self.compose("logs", "--no-color", "--tail", "30")
            self._down()
            raise RuntimeError(f"the stack does not come up: {error}\n{said}") from None
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._down()

    def compose(self, *arguments: str, timeout: float = 120) -> str:
        """Run a compose command on the stack and return what it printed.

        Raises:
            CommandFailed: it ended with another code than 0, or not in time.
        """
        return call([*self._command, *arguments], self._env, timeout)

    def state(self, service: str) -> dict[str, Any]:
        """Return what the engine says of a service's container, running or not."""
        found: dict[str, Any] = json.loads(self._engine.run("inspect", self._container(service)))[0]
        return found

    def containers(self) -> list[dict[str, Any]]:
        """Return what the engine says of every container of the stack."""
        ids = self.compose("ps", "--all", "--quiet").split() if self._lists_all() else self.compose("ps", "-q").split()
        found: list[dict[str, Any]] = json.loads(self._engine.run("inspect", *ids))
        return found

    def copy(self, service: str, source: str, target: Path) -> None:
        """Copy a file or folder out of a service's container, running or not."""
        self._engine.run("cp", f"{self._container(service)}:{source}", str(target))

    def kill(self, service: str) -> None:
        """Kill a service's process with SIGKILL, as the kernel would, and wait till the engine has started it anew.

        Where the engine's processes can't be seen from here, its container is killed and started by command.
        """
        before = self.state(service)
        pid, began = before["State"]["Pid"], before["State"]["StartedAt"]
        mine = Path(f"/proc/{pid}/cgroup")
        if mine.exists() and before["Id"] in mine.read_text(encoding="utf-8") and os.geteuid() == 0:
            os.kill(pid, signal.SIGKILL)
        else:
            self._engine.run("kill", "--signal", "KILL", before["Id"])
            self._engine.run("start", before["Id"])
        until(f"{service} is started anew", lambda: self._healthy_since(service, began), UP_SECONDS)

    def _healthy_since(self, service: str, began: str) -> bool:
        state = self.state(service)["State"]
        return bool(state["StartedAt"] != began and state["Running"] and state["Health"]["Status"] == "healthy")

    def _ended(self, service: str) -> bool:
        state = self.state(service)["State"]
        if state["Status"] == "exited" and state["ExitCode"]:
            raise CommandFailed(f"{service} ended with {state['ExitCode']}")
        return bool(state["Status"] == "exited")

    def _container(self, service: str) -> str:
        if self._lists_all():
            return self.compose("ps", "--all", "--quiet", service)
        return self.compose("ps", "--quiet", service)

    def _lists_all(self) -> bool:
        """The plugin lists what has ended only when asked; the program of before has it always."""
        return self._command[1] == "compose"

    def _down(self) -> None:
        with suppress(CommandFailed):
            self.compose("down", "--volumes", "--remove-orphans", "--timeout", "40", timeout=180)
