"""What deploy/ has for Prometheus and Grafana, as far as it can be judged without them; the lab does the rest."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import yaml

from tests.prometheus import queries

ROOT = Path(__file__).parent.parent.parent
RUNBOOK = re.compile(r"docs/operations\.md#([a-z]+)")


def test_the_dashboard_is_what_its_generator_makes() -> None:
    generator = runpy.run_path(str(queries.DEPLOY / "grafana" / "make_dashboard.py"))
    assert queries.DASHBOARD.read_text(encoding="utf-8") == generator["text"](), (
        "run `python deploy/grafana/make_dashboard.py`"
    )


def test_panels_overlap_nowhere() -> None:
    taken: dict[tuple[int, int], str] = {}
    for panel in json.loads(queries.DASHBOARD.read_text(encoding="utf-8"))["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24, panel["title"]
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert taken.setdefault((x, y), panel["title"]) == panel["title"]


def test_the_dashboards_datasource_is_the_one_that_is_provisioned() -> None:
    folder = queries.DEPLOY / "grafana" / "provisioning" / "datasources"
    sources = yaml.safe_load((folder / "prometheus.yml").read_text(encoding="utf-8"))["datasources"]
    wanted = set(re.findall(r'"uid": "(prometheus[^"]*)"', queries.DASHBOARD.read_text(encoding="utf-8")))
    assert wanted == {source["uid"] for source in sources if source["type"] == "prometheus"}


def test_every_alert_says_how_bad_it_is_for_how_long_and_what_to_do() -> None:
    for rule in queries.rules():
        name = rule["alert"]
        assert rule["labels"]["severity"] in ("critical", "warning"), name
        assert "for" in rule, name
        assert rule["annotations"].keys() == {"summary", "description", "runbook"}, name
        link = RUNBOOK.fullmatch(rule["annotations"]["runbook"])
        assert link is not None, name
        assert link[1] == name.lower(), name


def test_every_alert_compares_with_a_threshold_that_the_lab_can_take_off() -> None:
    assert len(list(queries.alerts())) == len(queries.rules()) > 0
