"""A real Jaeger for the labs: built once from its source, at a pinned version, and kept in build/.

`go install` refuses a module with a `replace` directive, and Jaeger's has one; so its source is fetched as a module
(Go checks it against the public checksum database) and built where it lies. The web page is a placeholder then; the
query API is whole.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.tools import BUILD, Missing, fetch, free_ports, program, until

VERSION = "v1.76.0"
"""The version as a Go module; the same commit is released as Jaeger 2.13.0, which docker-compose.yml names."""

BUILD_SECONDS = 1500.0
_START_SECONDS = 60.0
_CONFIG = Path(__file__).parent.parent.parent / "deploy" / "jaeger" / "config.yaml"


@dataclass(frozen=True, slots=True)
class Jaeger:
    """A Jaeger that runs.

    Attributes:
        otlp: where it takes spans, as `OTEL_EXPORTER_OTLP_ENDPOINT` wants it.
        query: the address of its query API.
    """

    otlp: str
    query: str


def binary(seconds: float = BUILD_SECONDS) -> Path:
    """Return Jaeger's program, built if it is not there yet.

    Args:
        seconds: the most that fetching and building may take together.

    Raises:
        Missing: there is no Go, its modules can't be had, or the time was over.
    """
    deadline = time.monotonic() + seconds
    built = BUILD / f"jaeger-{VERSION}"
    if built.exists():
        return built
    go = str(program("go", "https://go.dev/dl, 1.24 or newer"))
    BUILD.mkdir(exist_ok=True)
    module = f"github.com/jaegertracing/jaeger@{VERSION}"
    folder = json.loads(_go([go, "mod", "download", "-json", module], BUILD, deadline))["Dir"]
    fresh = built.with_suffix(".part")
    command = [go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(fresh.resolve()), "./cmd/jaeger"]
    _go(command, Path(folder), deadline)
    fresh.rename(built)
    return built


@contextmanager
def running(folder: Path) -> Iterator[Jaeger]:
    """Run Jaeger, as deploy/jaeger/config.yaml sets it up but for addresses and folders, while the block lasts.

    Args:
        folder: its log and its spans go there.

    Raises:
        Missing: see `binary`.
    """
    otlp, query, health, metrics = free_ports(4)
    values = {
        "receivers.otlp.protocols.grpc.endpoint": f"127.0.0.1:{otlp}",
        "extensions.jaeger_query.http.endpoint": f"127.0.0.1:{query}",
        "extensions.jaeger_query.grpc.endpoint": "127.0.0.1:0",
        "extensions.healthcheckv2.http.endpoint": f"127.0.0.1:{health}",
        "extensions.jaeger_storage.backends.spans.badger.directories.keys": str(folder / "jaeger-keys"),
        "extensions.jaeger_storage.backends.spans.badger.directories.values": str(folder / "jaeger-values"),
        "service.telemetry.metrics.readers": f"[{{pull: {{exporter: {{prometheus: {{host: 127.0.0.1, port: {metrics}}}}}}}}}]",
    }
    command = [str(binary()), "--config", str(_CONFIG), *(f"--set={key}={value}" for key, value in values.items())]
    log = folder / "jaeger.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def check() -> None:
        if process.poll() is not None:
            raise RuntimeError(f"Jaeger ended with {process.returncode}:\n{log.read_text(errors='replace')[-2000:]}")

    try:
        until("Jaeger answers", lambda: fetch(f"http://127.0.0.1:{health}/status") is not None, _START_SECONDS, check)
        yield Jaeger(f"http://127.0.0.1:{otlp}", f"http://127.0.0.1:{query}")
    finally:
        process.terminate()
        process.wait(30)


def _go(command: list[str], folder: Path, deadline: float) -> str:
    env = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-mod=readonly"}
    left = max(deadline - time.monotonic(), 0)
    try:
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=left, check=False)
    except subprocess.TimeoutExpired:
        raise Missing(f"Jaeger could not be built in time: `{command[0]} {command[1]}` had {left:.0f} s left") from None
    if done.returncode:
        raise Missing(f"Jaeger can't be built here: {(done.stderr or done.stdout).strip()[-300:]}")
    return done.stdout
