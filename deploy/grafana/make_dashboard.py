"""Makes dashboards/sagaway.json: `python deploy/grafana/make_dashboard.py`. A test compares the two.

The file that Grafana reads is long and mostly says the same again; what a panel shows is here, a line or two each.
Every query is evaluated by a real Prometheus in `python -m tests.prometheus.lab`. `$__rate_interval` is Grafana's: four
scrape intervals at least.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TARGET = Path(__file__).parent / "dashboards" / "sagaway.json"
COLUMNS = 24
HEIGHT = 8
_SOURCE = {"type": "prometheus", "uid": "prometheus"}
_JOB = 'job="sagaway"'
_DEFINITION = f'{_JOB}, definition=~"$definition"'
_PARTICIPANT = f'{_JOB}, participant=~"$participant"'


@dataclass(frozen=True, slots=True)
class Panel:
    """What is drawn: queries with their legends.

    Attributes:
        title: on top of it.
        queries: (PromQL, legend) each.
        unit: Grafana's name of the unit.
        about: what it means, and when to worry.
        kind: `timeseries` or `stat`.
        width: of 24 columns.
        stacked: whether the lines add up to a whole.
    """

    title: str
    queries: Sequence[tuple[str, str]]
    unit: str
    about: str
    kind: str = "timeseries"
    width: int = 8
    stacked: bool = False


def rate(metric: str, labels: str, by: str) -> str:
    """How many a second."""
    return f"sum by ({by}) (rate({metric}{{{labels}}}[$__rate_interval]))"


def quantiles(metric: str, labels: str, by: str = "", shares: Sequence[float] = (0.5, 0.99)) -> list[tuple[str, str]]:
    """Quantiles of a histogram, a query each."""
    grouped = f"{by}, le" if by else "le"
    legend = " ".join(f"{{{{{label.strip()}}}}}" for label in by.split(",")) + " " if by else ""
    buckets = f"sum by ({grouped}) (rate({metric}_bucket{{{labels}}}[$__rate_interval]))"
    return [(f"histogram_quantile({share}, {buckets})", f"{legend}p{share * 100:g}") for share in shares]


def now(metric: str, title: str, about: str, bad: str = "max") -> Panel:
    """A number of the moment; the worst of all instances."""
    return Panel(title, [(f"{bad}({metric}{{{_JOB}}})", "")], "short", about, kind="stat", width=4)


ROWS: dict[str, list[Panel]] = {
    "Now": [
        now("saga_ready", "Ready", "1 if the orchestrator should get traffic; /readyz says why not.", "min"),
        now("saga_log_writable", "Log writable", "0: nothing starts or moves on.", "min"),
        now("saga_stuck", "STUCK", "Each waits for a person: `sagaway list --state STUCK`."),
        now("saga_quarantined", "Quarantined", "Sagas whose log can't be read, decided or written."),
        now("saga_live", "In memory", "More than the limit wait for room; they are durable."),
        now("saga_recovery_duration_seconds", "Last recovery, s", "How long the recovery at the start took."),
    ],
    "Sagas": [
        Panel(
            "Started",
            [(rate("saga_started_total", _DEFINITION, "definition"), "{{definition}}")],
            "ops",
            "StartSaga calls that made a saga, by definition.",
        ),
        Panel(
            "Finished by outcome",
            [(rate("saga_finished_total", _DEFINITION, "outcome, cause"), "{{outcome}} {{cause}}")],
            "ops",
            "COMPENSATED with cause REJECTED is business; other causes are trouble.",
            stacked=True,
        ),
        Panel(
            "In flight by state",
            [(f"sum by (state) (saga_in_flight{{{_JOB}}})", "{{state}}")],
            "short",
            "Open sagas that move by themselves. Growth without end: less is finished than started.",
            stacked=True,
        ),
        Panel(
            "Duration of sagas",
            quantiles("saga_duration_seconds", _DEFINITION, "definition"),
            "s",
            "From StartSaga's commit to the end, waits of any kind included.",
            width=12,
        ),
        Panel(
            "STUCK and quarantined",
            [
                (f"sum(saga_stuck{{{_JOB}}})", "STUCK"),
                (f"sum(saga_quarantined{{{_JOB}}})", "quarantined"),
                (
                    f"sum by (participant, action) (saga_compensation_failures_total{{{_JOB}}})",
                    "given up since the start: {{participant}} {{action}}",
                ),
            ],
            "short",
            "What waits for a person, and which compensations were given up.",
            width=12,
        ),
    ],
    "Participants": [
        Panel(
            "Attempts by outcome",
            [(rate("saga_attempts_total", _PARTICIPANT, "phase, outcome"), "{{phase}} {{outcome}}")],
            "ops",
            "Calls that ended, by phase and outcome; what is neither an outcome nor PENDING is tried again.",
            stacked=True,
        ),
        Panel(
            "Attempts without an outcome",
            [
                (
                    f"1 - sum by (participant) (rate(saga_attempts_total{{{_PARTICIPANT}, "
                    'outcome=~"COMPLETED|REJECTED|PENDING|COMPENSATED"}[$__rate_interval])) / '
                    f"{rate('saga_attempts_total', _PARTICIPANT, 'participant')}",
                    "{{participant}}",
                )
            ],
            "percentunit",
            "The share of calls that failed.",
        ),
        Panel(
            "Duration of attempts",
            quantiles("saga_attempt_duration_seconds", _PARTICIPANT, "participant"),
            "s",
            "From sending to the answer: the participant's own time and the network's.",
        ),
        Panel(
            "Duration of steps",
            quantiles("saga_step_duration_seconds", _PARTICIPANT, "action, phase", (0.99,)),
            "s",
            "From a step's intent to its outcome: all attempts, backoff and waiting.",
        ),
        Panel(
            "Waiting for their turn",
            # A participant that has nothing to do has no series; it is shown as the 0 that it is.
            [
                (
                    f"sum by (participant) (saga_queue_waiting{{{_PARTICIPANT}}}) "
                    f"or 0 * sum by (participant) (saga_attempts_total{{{_PARTICIPANT}}})",
                    "{{participant}}",
                )
            ],
            "short",
            "Attempts held back by the participant's limit of calls at once.",
        ),
        Panel(
            "Time in the queue",
            quantiles("saga_queue_wait_seconds", _PARTICIPANT, "participant", (0.99,)),
            "s",
            "How long attempts wait for that limit.",
        ),
    ],
    "Saga log": [
        Panel(
            "Appends in a transaction",
            [
                *quantiles("saga_commit_batch_appends", _JOB),
                (
                    f"sum(rate(saga_commit_batch_appends_sum{{{_JOB}}}[$__rate_interval])) / "
                    f"sum(rate(saga_commit_batch_appends_count{{{_JOB}}}[$__rate_interval]))",
                    "mean",
                ),
            ],
            "short",
            "Group commit: the more arrives while a transaction is in flight, the larger the next one.",
        ),
        Panel(
            "Duration of transactions",
            quantiles("saga_commit_duration_seconds", _JOB),
            "s",
            "The disk's share of every step.",
        ),
        Panel(
            "Appends waiting",
            [(f"sum by (instance) (saga_commit_backlog_appends{{{_JOB}}})", "{{instance}}")],
            "short",
            "At SAGAWAY_MAX_BACKLOG new sagas are refused.",
        ),
    ],
    "The orchestrator": [
        Panel(
            "RPCs by status",
            [
                (
                    rate("rpc_server_call_duration_seconds_count", _JOB, "rpc_response_status_code"),
                    "{{rpc_response_status_code}}",
                )
            ],
            "ops",
            "Calls of clients.",
            stacked=True,
        ),
        Panel(
            "Duration of RPCs",
            quantiles("rpc_server_call_duration_seconds", _JOB, "rpc_method", (0.99,)),
            "s",
            "Waits and watches last as long as their client wants.",
        ),
        Panel(
            "Lag of the event loop",
            quantiles("saga_event_loop_lag_seconds", _JOB),
            "s",
            "How late timers fire: the surest sign that one core is not enough.",
        ),
        Panel(
            "Processor",
            [(f"sum by (instance) (rate(process_cpu_seconds_total{{{_JOB}}}[$__rate_interval]))", "{{instance}}")],
            "percentunit",
            "Of one core.",
        ),
        Panel(
            "Memory",
            [(f"sum by (instance) (process_resident_memory_bytes{{{_JOB}}})", "{{instance}}")],
            "bytes",
            "Resident.",
        ),
        Panel(
            "Spans dropped",
            [(f"sum by (instance) (rate(saga_spans_dropped_total{{{_JOB}}}[$__rate_interval]))", "{{instance}}")],
            "ops",
            "Above zero: the collector is away or slow, and traces have holes.",
        ),
    ],
}


def dashboard() -> dict[str, Any]:
    """Return the dashboard as Grafana reads it."""
    panels: list[dict[str, Any]] = []
    y = 0
    for row, content in ROWS.items():
        place = {"x": 0, "y": y, "w": COLUMNS, "h": 1}
        panels.append({"type": "row", "title": row, "gridPos": place, "collapsed": False, "panels": []})
        x, y, height = 0, y + 1, 4 if content[0].kind == "stat" else HEIGHT
        for panel in content:
            if x + panel.width > COLUMNS:
                x, y = 0, y + height
            panels.append(_panel(panel, {"x": x, "y": y, "w": panel.width, "h": height}))
            x += panel.width
        y += height
    return {
        "uid": "sagaway",
        "title": "Sagaway",
        "description": "What every number means, and what to do when it moves: docs/observability.md.",
        "tags": ["sagaway"],
        "schemaVersion": 39,
        "editable": False,
        "refresh": "10s",
        "time": {"from": "now-30m", "to": "now"},
        "templating": {"list": [_variable("definition"), _variable("participant")]},
        "panels": [{"id": number, **panel} for number, panel in enumerate(panels, 1)],
    }


def _panel(panel: Panel, place: dict[str, int]) -> dict[str, Any]:
    custom = {"fillOpacity": 30 if panel.stacked else 5, "stacking": {"mode": "normal" if panel.stacked else "none"}}
    return {
        "type": panel.kind,
        "title": panel.title,
        "description": panel.about,
        "datasource": _SOURCE,
        "gridPos": place,
        "fieldConfig": {
            "defaults": {"unit": panel.unit, "min": 0, **({"custom": custom} if panel.kind == "timeseries" else {})},
            "overrides": [],
        },
        "targets": [
            {"refId": chr(ord("A") + place), "expr": expr, "legendFormat": legend, "datasource": _SOURCE}
            for place, (expr, legend) in enumerate(panel.queries)
        ],
    }


def _variable(label: str) -> dict[str, Any]:
    metric = {"definition": "saga_started_total", "participant": "saga_attempts_total"}[label]
    return {
        "name": label,
        "type": "query",
        "datasource": _SOURCE,
        "query": {"query": f"label_values({metric}, {label})", "refId": label},
        "refresh": 2,
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "current": {"text": "All", "value": "$__all"},
    }


def text() -> str:
    """Return the file's content."""
    return json.dumps(dashboard(), indent=1) + "\n"


if __name__ == "__main__":
    TARGET.write_text(text(), encoding="utf-8")
