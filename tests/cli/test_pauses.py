"""Pausing and resuming definitions and participants on the command line, against a real orchestrator."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from tests.cli.conftest import Cli, until_event


class Shop(NamedTuple):
    """A participant and a definition of one test's own."""

    participant: str
    definition: str

    def start(self, cli: Cli) -> str:
        saga_id = f"o-{uuid.uuid4()}"
        assert cli("start", self.definition, "--id", saga_id, "--input", "1").code == 0
        return saga_id


@pytest.fixture
def shop(cli: Cli, participant: str) -> Iterator[Shop]:
    made = Shop(f"p-{uuid.uuid4()}", f"d-{uuid.uuid4()}")
    assert cli("participants", "register", made.participant, participant).code == 0
    for version in (1, 2):
        steps = [{"id": "only", "participant": made.participant, "action": "run"}]
        document = {"name": made.definition, "version": version, "steps": steps}
        assert cli("definitions", "apply", "-", input=json.dumps(document)).code == 0
    yield made
    cli("definitions", "resume", made.definition, "--reason", "over")
    cli("participants", "resume", made.participant, "--reason", "over")


def words(text: str) -> str:
    return " ".join(text.split())


def test_a_participant_is_paused_shown_and_resumed(cli: Cli, shop: Shop) -> None:
    name = shop.participant
    assert cli("participants", "pause", name).code == 2, "a reason is required"
    paused = cli("participants", "pause", name, "--reason", "it loses orders", "--actor", "ann")
    assert (paused.code, paused.err) == (0, "")
    assert paused.out.startswith(f"{name} is paused since ")
    assert paused.out.endswith(" by ann: it loses orders\n")
    again = cli("participants", "pause", name, "--reason", "me too", "--actor", "bob")
    assert (again.code, "was paused already: paused since" in again.out, "by ann" in again.out) == (0, True, True)
    row = next(one for one in cli("participants", "list", "--json").documents if one["name"] == name)
    assert row["status"]["pause"]["claimed_actor"] == "ann"
    assert "paused since" in words(cli("participants", "list").out)
    saga_id = shop.start(cli)
    until_event(cli, saga_id, "StepParked")
    told = words(cli("explain", saga_id).out)
    assert told.startswith(f"{name} is paused since ")
    assert "by ann: it loses orders. Nothing is sent to it until a person resumes it." in told
    assert "is paused by a person, or has as many calls waiting as memory should hold" in told
    (told_json,) = cli("explain", saga_id, "--json").document["paused"]
    assert told_json.startswith(f"{name} is paused since ")
    assert cli("explain", saga_id, "--at", "1", "--json").document["paused"] == []
    (seen,) = [one for one in cli("top", "--json").document["participants"] if one["name"] == name]
    assert seen["status"]["pause"]["reason"] == "it loses orders"
    assert cli("participants", "resume", name, "--reason", "mended").out == f"{name} is resumed\n"
    assert cli("participants", "resume", name, "--reason", "mended").out == f"{name} was not paused\n"
    assert cli("watch", saga_id).code == 0
    assert cli("explain", saga_id, "--json").document["paused"] == []
    missing = cli("participants", "pause", "nobody", "--reason", "x")
    assert (missing.code, "participants list" in missing.err) == (3, True)


def test_a_definition_is_paused_shown_and_resumed(cli: Cli, shop: Shop) -> None:
    name = shop.definition
    first = cli("definitions", "pause", name, "--version", "1", "--reason", "old")
    assert first.out.startswith(f"{name} v1 is paused since ")
    paused = cli("definitions", "pause", name, "--reason", "it is wrong", "--actor", "ann")
    assert (paused.code, paused.err) == (0, "")
    assert paused.out.startswith(f"{name} (all versions) is paused since ")
    saga_id = shop.start(cli)
    assert cli("get", saga_id, "--json").document["state"] == "SAGA_STATE_PENDING"
    told = words(cli("explain", saga_id).out)
    assert told.startswith(f"Its definition {name} v2 is paused since ")
    assert "by ann: it is wrong. Nothing is sent for it and no timer acts until a person resumes the definition" in told
    assert "paused since" in words(cli("definitions", "list", "--name", name).out)
    top = cli("top", "--json").document
    assert [one["version"] for one in top["paused_definitions"] if one["name"] == name] == [1, 0]
    alone = cli("definitions", "resume", name, "--version", "2", "--reason", "mended")
    assert (alone.code, "leave out --version" in alone.err) == (4, True)
    resumed = cli("definitions", "resume", name, "--reason", "mended")
    assert resumed.out == f"{name} (all versions) is resumed\n"
    assert "Still paused, each by a pause of its own: v1." in words(resumed.err)
    assert cli("watch", saga_id).code == 0
    last = cli("definitions", "resume", name, "--version", "1", "--reason", "mended")
    assert (last.out, last.err) == (f"{name} v1 is resumed\n", "")
    missing = cli("definitions", "pause", name, "--version", "7", "--reason", "x")
    assert (missing.code, "definitions list" in missing.err) == (3, True)
