"""A real Prometheus for the lab: Debian's package, with the rules of deploy/prometheus and targets of this machine."""

from __future__ import annotations

import json
import subprocess
import urllib.parse
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tools import fetch, free_ports, program, until

DEPLOY = Path(__file__).parent.parent.parent / "deploy" / "prometheus"
REMEDY = "apt-get install prometheus"
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Prometheus:
    """A Prometheus that runs, by its HTTP API."""

    url: str

    def query(self, expr: str) -> list[dict[str, Any]]:
        """Evaluate an expression now; return its series, each with labels and a value.

        Raises:
            ValueError: it is not evaluated; the text has Prometheus' own words.
        """
        result: list[dict[str, Any]] = self._get("query", {"query": expr})["result"]
        return result

    def rules(self) -> list[dict[str, Any]]:
        """Return every rule with how its last evaluation went."""
        return [rule for group in self._get("rules", {})["groups"] for rule in group["rules"]]

    def scrapes(self, job: str) -> int:
        """Return how many scrapes of a job have succeeded within the last ten minutes."""
        found = self.query(f'sum_over_time(up{{job="{job}"}}[10m])')
        return int(float(found[0]["value"][1])) if found else 0

    def _get(self, what: str, arguments: Mapping[str, str]) -> Any:
        url = f"{self.url}/api/v1/{what}?{urllib.parse.urlencode(arguments)}"
        answer = fetch(url)
        if answer is None:
            raise ValueError(f"Prometheus does not answer {url}")
        return json.loads(answer)["data"]


@contextmanager
def running(folder: Path, targets: Mapping[str, str]) -> Iterator[Prometheus]:
    """Run Prometheus with the configuration that is shipped, but for targets, and scrapes a second apart.

    Args:
        folder: its data and its log go there.
        targets: address by job; a job that is left out keeps its own, which nobody answers here.

    Raises:
        Missing: it is not installed.
    """
    prometheus = program("prometheus", REMEDY)
    (port,) = free_ports(1)
    config = yaml.safe_load((DEPLOY / "prometheus.yml").read_text(encoding="utf-8"))
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(DEPLOY / "alerts.yml")]
    for job in config["scrape_configs"]:
        if job["job_name"] in targets:
            job["static_configs"] = [{"targets": [targets[job["job_name"]]]}]
    file = folder / "prometheus.yml"
    file.write_text(yaml.safe_dump(config), encoding="utf-8")
    command = [str(prometheus), f"--config.file={file}", f"--storage.tsdb.path={folder / 'tsdb'}"]
    command += [f"--web.listen-address=127.0.0.1:{port}", "--log.level=warn"]
    log = folder / "prometheus.log"
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)

    def check() -> None:
        if process.poll() is not None:
            raise RuntimeError(f"Prometheus ended with {process.returncode}:\n{log.read_text(errors='replace')}")

    try:
        url = f"http://127.0.0.1:{port}"
        until("Prometheus answers", lambda: fetch(f"{url}/-/ready") is not None, _START_SECONDS, check)
        yield Prometheus(url)
    finally:
        process.terminate()
        process.wait(30)
