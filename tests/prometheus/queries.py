"""Every query that is shipped: the dashboard's and the alert rules', each as it can be evaluated by itself."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

DEPLOY = Path(__file__).parent.parent.parent / "deploy"
DASHBOARD = DEPLOY / "grafana" / "dashboards" / "sagaway.json"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"

_THRESHOLD = re.compile(r"^(?P<value>.*\S)\s*(?:==|!=|>=|<=|>|<)\s*[0-9.]+$", re.S)
_VARIABLES = {"$__rate_interval": "1m", "$definition": ".*", "$participant": ".*"}
"""What stands in for Grafana's own: its values for `All`, and four scrape intervals or more."""


class Query(NamedTuple):
    """One query: where it is from, and what to evaluate."""

    name: str
    expr: str


def dashboard() -> Iterator[Query]:
    """Yield the queries of every panel, with the variables' values for `All`."""
    for panel in json.loads(DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        for target in panel.get("targets", ()):
            expr = target["expr"]
            for variable, value in _VARIABLES.items():
                expr = expr.replace(variable, value)
            yield Query(f"dashboard: {panel['title']} {target['refId']}", expr)


def rules() -> list[dict[str, Any]]:
    """Return every alert rule."""
    groups = yaml.safe_load(ALERTS.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"]]


def alerts() -> Iterator[Query]:
    """Yield what each alert rule compares with its threshold.

    An alert that does not fire returns nothing, so the rule itself can't show that its metrics exist. Every rule is
    one comparison with a number at its end; without it the rest must have a value at all times.

    Raises:
        ValueError: a rule is not of that form.
    """
    for rule in rules():
        found = _THRESHOLD.match(rule["expr"])
        if found is None:
            raise ValueError(f"alert {rule['alert']}: write it as one comparison with a number at its end")
        yield Query(f"alert: {rule['alert']}", found["value"])
