"""A container engine for the lab: the one that answers here, or else one of our own while the lab runs.

Our own is Debian's `dockerd` on a socket and a data folder that are the lab's alone, which needs root. Where neither
can be had, `Missing` says why. Only what was started here is ended.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.tools import BUILD, Missing, until

START_SECONDS = 60.0
_REMEDY = "apt-get install docker.io"


class CommandFailed(Exception):
    """A command of the engine's failed; the text is what it wrote."""


class Engine:
    """How one speaks to an engine.

    Attributes:
        docker: the client to call.
        env: the environment it is called with.
    """

    def __init__(self, docker: str, env: Mapping[str, str]) -> None:
        self.docker = docker
        self.env = {**os.environ, **env, "DOCKER_BUILDKIT": "1", "COMPOSE_DOCKER_CLI_BUILD": "1"}

    def run(self, *arguments: str, env: Mapping[str, str] | None = None, timeout: float = 120) -> str:
        """Run `docker ARGUMENTS...` and return what it printed.

        Raises:
            CommandFailed: it ended with another code than 0, or not in time.
        """
        return call([self.docker, *arguments], {**self.env, **(env or {})}, timeout)

    def has(self, image: str) -> bool:
        """Tell whether it has an image."""
        with suppress(CommandFailed):
            return bool(self.run("image", "inspect", "--format", "{{.Id}}", image))
        return False


def call(command: Sequence[str], env: Mapping[str, str], timeout: float) -> str:
    """Run a command and return what it printed; stderr too if it fails.

    Raises:
        CommandFailed: it ended with another code than 0, or not in time.
    """
    try:
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=timeout, check=False)
    except subprocess.TimeoutExpired:
        raise CommandFailed(f"{' '.join(command)}: not within {timeout:.0f} s") from None
    except OSError as error:
        raise CommandFailed(f"{command[0]}: {error.strerror}") from None
    if done.returncode:
        raise CommandFailed(f"{' '.join(command)}: exit code {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.strip()


@contextmanager
def engine() -> Iterator[Engine]:
    """Give an engine for the time of the block.

    Raises:
        Missing: none answers, and none can be started.
    """
    docker = _client_that_builds()
    there = Engine(docker, {})
    try:
        there.run("version", "--format", "{{.Server.Version}}", timeout=20)
    except CommandFailed as error:
        with _own(docker, str(error)) as own:
            yield own
    else:
        yield there


def compose_command(engine_: Engine) -> list[str]:
    """Return how compose is called: the plugin, or the program of its own.

    Raises:
        Missing: there is neither.
    """
    with suppress(CommandFailed):
        engine_.run("compose", "version", timeout=20)
        return [engine_.docker, "compose"]
    found = shutil.which("docker-compose")
    if found is None:
        raise Missing("neither `docker compose` nor docker-compose is installed (apt-get install docker-compose)")
    return [found]


def _client_that_builds() -> str:
    """The first client on the PATH that has BuildKit, which needs its plugin from version 23 on."""
    clients = [str(path) for folder in os.get_exec_path() if os.access(path := Path(folder) / "docker", os.X_OK)]
    for client in clients:
        with suppress(CommandFailed):
            if "--secret" in call([client, "build", "--help"], {**os.environ, "DOCKER_BUILDKIT": "1"}, 20):
                return client
    raise Missing(f"no docker client with BuildKit is installed ({_REMEDY})")


@contextmanager
def _own(docker: str, why: str) -> Iterator[Engine]:
    """Start an engine, give it, and end it with all its containers."""
    dockerd = shutil.which("dockerd")
    if dockerd is None or os.geteuid() != 0:
        lack = "there is no dockerd to start" if dockerd is None else "only root can start one"
        raise Missing(f"no container engine answers ({why.splitlines()[-1].strip()}), and {lack} ({_REMEDY})")
    data = BUILD / "engine"
    data.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="sagaway-engine-", ignore_cleanup_errors=True) as folder:
        socket, log = Path(folder) / "socket", BUILD / "engine.log"
        command = [dockerd, "--data-root", str(data.resolve()), "--exec-root", f"{folder}/exec"]
        command += ["--pidfile", f"{folder}/pid", "--host", f"unix://{socket}"]
        with log.open("wb") as output:
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            own = Engine(docker, {"DOCKER_HOST": f"unix://{socket}"})
            _await(own, process, log)
            yield own
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(own: Engine, process: subprocess.Popen[bytes], log: Path) -> None:
    def answers() -> bool:
        with suppress(CommandFailed):
            own.run("version", timeout=5)
            return True
        return False

    def check() -> None:
        if process.poll() is not None:
            fatal = [line for line in log.read_text(errors="replace").splitlines() if "fail" in line] or ["no reason"]
            raise Missing(f"an engine can't be started here: {fatal[-1]} ({log})")

    try:
        until("the engine answers", answers, START_SECONDS, check)
    except TimeoutError as error:
        raise Missing(f"an engine was started, but {error} ({log})") from None
