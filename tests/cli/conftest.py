"""A real orchestrator and a real participant as processes, and the command line run against them."""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Generator
from contextvars import copy_context
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import pytest
import typer.testing
from typer.testing import CliRunner

from orchestrator.cli import options, output
from orchestrator.cli.main import commands
from tests.client.errands import NAME, errand

START_SECONDS = 30

# The runner makes the whole tree of commands anew for each run, which takes longer than most commands.
typer.testing._get_command = cache(typer.testing._get_command)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class Result:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """stdout as one JSON document."""
        return json.loads(self.out)

    @property
    def documents(self) -> list[Any]:
        """stdout as JSON lines."""
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Result]


def environment(**variables: str) -> dict[str, str]:
    """Return this environment without its own SAGAWAY_* variables."""
    return {name: value for name, value in os.environ.items() if not name.startswith("SAGAWAY_")} | variables


def run(*arguments: str, input: str | None = None, **variables: str) -> Result:
    """Run a command as a process."""
    done = subprocess.run(
        [sys.executable, "-m", "orchestrator.cli.main", *arguments],
        capture_output=True,
        text=True,
        input=input,
        env=environment(**variables),
        timeout=60,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


class Process:
    """A child that says on a line of a stream that it is ready."""

    def __init__(self, *arguments: str, variables: dict[str, str] | None = None, **options: Any) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=environment(**(variables or {})),
            **options,
        )

    def first_line(self) -> str:
        """Return its first line on stdout."""
        assert self.process.stdout is not None
        return str(self.process.stdout.readline()).strip()

    def until(self, start: str) -> dict[str, Any]:
        """Read an orchestrator's log up to an event whose text starts so, and return it."""
        assert self.process.stderr is not None
        lines = []
        for line in self.process.stderr:
            lines.append(line)
            event: dict[str, Any] = json.loads(line) if line.startswith("{") else {}
            if str(event.get("event")).startswith(start):
                return event
        raise AssertionError(f"it ended before {start!r}: {''.join(lines)}")

    def ready(self) -> str:
        """Return an orchestrator's address, once it is ready."""
        return str(self.until("ready on")["address"])

    def end(self) -> tuple[int, str]:
        """Ask it to end (SIGTERM), and return its exit code and the rest of its log."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            _, log = self.process.communicate(timeout=30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        return self.process.returncode, log


def serve(database: Path, *arguments: str, **options: Any) -> Process:
    """Start an orchestrator."""
    flags = ("--database", str(database), "--listen", "127.0.0.1:0", "--log-format", "json", *arguments)
    return Process("orchestrator.cli.main", "serve", *flags, **options)


@pytest.fixture(scope="session")
def participant(tmp_path_factory: pytest.TempPathFactory) -> Generator[str, None, None]:
    """The address of a participant."""
    process = Process("tests.client.errands", str(tmp_path_factory.mktemp("errands") / "errands.db"))
    try:
        yield process.first_line()
    finally:
        process.end()


@pytest.fixture(scope="session")
def definition_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the definition."""
    from orchestrator.cli.definitions import yaml_of  # noqa: PLC0415 - what `show` prints is what `apply` takes

    file = tmp_path_factory.mktemp("definitions") / "errand.yaml"
    file.write_text(yaml_of(errand()))
    return file


@pytest.fixture(scope="session")
def address(
    participant: str, definition_file: Path, tmp_path_factory: pytest.TempPathFactory
) -> Generator[str, None, None]:
    """The address of an orchestrator that knows the participant and the definition."""
    process = serve(tmp_path_factory.mktemp("log") / "saga.db", "--drain-seconds", "0.2")
    try:
        found = process.ready()
        prepare(found, participant, definition_file)
        yield found
    finally:
        process.end()


@cache
def _runner() -> asyncio.Runner:
    """One loop for all commands that are run in this process.

    gRPC has one poller a process: what it has for a loop that is closed by now raises in the loop that runs then. A
    command of its own process has one loop only.
    """
    runner = asyncio.Runner(loop_factory=asyncio.new_event_loop)
    atexit.register(runner.close)
    return runner


def _run(command: Coroutine[Any, Any, int]) -> int:
    """Run a command; in its own context, for a runner keeps that of the first, and with it whose token that one showed."""
    return _runner().run(command, context=copy_context())


def invoke(address: str, *arguments: str, input: str | bytes | None = None, **variables: str) -> Result:
    """Run a command in this process; stdout and stderr are no terminals."""
    output.out.cache_clear()
    output.errors.cache_clear()
    env: dict[str, str | None] = {name: None for name in os.environ if name.startswith("SAGAWAY_")}
    one_loop = mock.patch.object(options, "asyncio", SimpleNamespace(run=_run))
    with one_loop:
        done = CliRunner().invoke(
            commands, arguments, input=input, env={**env, "SAGAWAY_ADDRESS": address, **variables}
        )
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    assert "Traceback" not in done.output
    return Result(done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def cli(address: str) -> Cli:
    """Run a command in this process against the orchestrator."""
    return partial(invoke, address)


def until_event(cli: Cli, saga_id: str, type_: str) -> None:
    """Return once a saga has an event of a type; each look is a call."""
    while type_ not in [one["type"] for one in cli("events", saga_id, "--json").documents]:
        pass


def prepare(address: str, participant: str, definition_file: Path) -> None:
    """Register what the tests use."""
    assert invoke(address, "participants", "register", NAME, participant).code == 0
    assert invoke(address, "definitions", "apply", str(definition_file)).code == 0
