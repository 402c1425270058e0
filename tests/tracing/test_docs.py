"""docs/observability.md names every attribute that a span of ours can have, and none that it can't."""

from __future__ import annotations

import re
from pathlib import Path

from orchestrator.telemetry import tracing_settings

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/observability.md").read_text(encoding="utf-8")
TRACES = DOCUMENT[DOCUMENT.index("\n## Traces") :].split("\n## ")[1]
MAKERS = (
    *(ROOT / "orchestrator/telemetry").glob("*.py"),
    *(ROOT / "sagaway/participant").glob("*.py"),
    *(ROOT / "sagaway/participant/choreography").glob("*.py"),
)
ATTRIBUTE = r"(?:saga|rpc|messaging|error)\.[a-z_]+(?:\.[a-z_]+)*"


def test_every_attribute_is_documented_and_every_documented_one_exists() -> None:
    made = {name for path in MAKERS for name in re.findall(f'"({ATTRIBUTE})"', path.read_text(encoding="utf-8"))}
    # The metrics' own attributes of RPCs are told beside the metrics.
    metrics = set(
        re.findall(f'"({ATTRIBUTE})"', (ROOT / "orchestrator/telemetry/metrics.py").read_text(encoding="utf-8"))
    )
    assert made - metrics == set(re.findall(f"`({ATTRIBUTE})`", TRACES)) - metrics


def test_every_variable_is_documented() -> None:
    read = re.findall(r"OTEL_[A-Z_]+[A-Z]", str(tracing_settings.__doc__))
    suffixes = ("ENDPOINT", "HEADERS", "COMPRESSION", "CERTIFICATE", "CLIENT_KEY", "CLIENT_CERTIFICATE")
    for name in (*read, *suffixes):
        assert name in TRACES, name
    for sampler in ("always_on", "always_off", "traceidratio", "parentbased_"):
        assert f"`{sampler}`" in TRACES
