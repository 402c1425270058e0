"""docs/observability.md names every metric and every log event there is, with its labels or its level, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from prometheus_client.metrics_core import Metric

from orchestrator.choreography.observer import Sight
from orchestrator.engine.load import Load
from orchestrator.telemetry.exposition import Exposition, Vitals
from orchestrator.telemetry.metrics import Metrics

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "observability.md").read_text(encoding="utf-8")
SPEAKERS = ("_log", "_logger")
LEVELS = {"exception": "error"}


def section(title: str) -> str:
    """Return a section of the page."""
    return PAGE[PAGE.index(f"\n## {title}\n") :].split("\n## ")[1]


def rows(title: str) -> Iterator[list[str]]:
    """Yield the cells of every row of a section's tables whose first cell is code."""
    for line in section(title).splitlines():
        if line.startswith("| `"):
            yield [cell.strip() for cell in line.strip("|").split(" | ")]


async def test_every_metric_is_documented_with_its_labels_and_no_other() -> None:
    metrics = Metrics(lambda: 0)
    metrics.recovered(1, 1.0)
    p = ("default", "p")
    load = Load(1, 1, 1, 1, True, 0.5, {p: 1}, {p: 1}, {p: True})

    async def look() -> Vitals:
        return Vitals(
            load, "", quarantined=1, spans_dropped=1, webhook={"sent": 1}, sight=Sight(True, 1.0, {"observed": 1})
        )

    exposition = Exposition(metrics, look)
    await exposition.render("")
    exposition.close()
    counted = {counter.name: counter.labels for counter in metrics.counters}
    counted |= {histogram.name: histogram.labels for histogram in metrics.histograms}
    told = {_name(metric): counted.get(metric.name, _labels(metric)) for metric in exposition.collect()}
    documented = {cells[0].strip("`"): tuple(re.findall(r"`(\w+)`", cells[1])) for cells in rows("Metrics")}
    assert documented == told


def _name(metric: Metric) -> str:
    return f"{metric.name}_total" if metric.type == "counter" else metric.name


def _labels(metric: Metric) -> tuple[str, ...]:
    return tuple(metric.samples[0].labels) if metric.samples else ()


def test_every_log_event_is_documented_with_its_level_and_no_other() -> None:
    said = {event for folder in ("orchestrator", "sagaway/security") for event in _events(ROOT / folder)}
    said.remove(("…; trying again", "error"))  # what `outlast` says in the words of its callers
    assert {(cells[0].strip("`"), cells[1]) for cells in rows("Logs")} == said


def _events(folder: Path) -> Iterator[tuple[str, str]]:
    for path in folder.rglob("*.py"):
        module = ast.parse(path.read_text(encoding="utf-8"))
        texts = {
            target.id: node.value
            for node in module.body
            if isinstance(node, ast.Assign)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(module):
            match node:
                case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr=level), args=[text, *_]) if (
                    name in SPEAKERS
                ):
                    yield _spoken(text), LEVELS.get(level, level)
                case ast.Call(func=ast.Name(id="outlast"), args=[_, _, trouble, *_]):
                    said = texts[trouble.id] if isinstance(trouble, ast.Name) else trouble
                    yield f"{_spoken(said)}; trying again", "error"


def _spoken(text: ast.expr) -> str:
    """Return an event as the page writes it: with an ellipsis for what differs."""
    if isinstance(text, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in text.values)
    assert isinstance(text, ast.Constant), "an event is a literal"
    return str(text.value).replace("%s", "…")
