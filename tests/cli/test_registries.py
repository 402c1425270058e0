"""Commands about definitions and participants against a real orchestrator."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Cli
from tests.client.errands import NAME


def test_apply_registers_once_and_show_prints_what_apply_takes(cli: Cli, definition_file: Path, tmp_path: Path) -> None:
    again = cli("definitions", "apply", str(definition_file))
    assert (again.code, "unchanged" in again.out) == (0, True)
    name = f"d-{uuid.uuid4()}"
    document = yaml.safe_load(definition_file.read_text()) | {"name": name}
    first = cli("definitions", "apply", "-", input=json.dumps(document))
    assert (first.code, first.out.startswith(f"{name} v1 registered")) == (0, True)
    shown = cli("definitions", "show", name)
    assert shown.code == 0
    copy = tmp_path / "copy.yaml"
    copy.write_text(shown.out)
    assert "unchanged" in cli("definitions", "apply", str(copy)).out
    registered = cli("definitions", "show", name, "--version", "1", "--json").document
    assert registered["definition"]["steps"][0]["participant"] == NAME
    assert cli("definitions", "validate", str(copy), "--json").document == {"content_hash": registered["content_hash"]}
    assert name in [row["definition"]["name"] for row in cli("definitions", "list", "--json").documents]
    assert name in cli("definitions", "list", "--name", name).out
    document["description"] = "another"
    taken = cli("definitions", "apply", "-", input=json.dumps(document))
    assert (taken.code, "raise `version`" in taken.err) == (4, True)
    assert cli("definitions", "deprecate", name, "1").code == 0
    assert cli("start", name).code in (3, 4)
    assert cli("definitions", "show", "nothing").code == 3


def test_every_fault_of_a_definition_is_listed_with_its_field(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "broken.yaml"
    file.write_text(
        """
name: broken
version: 1
steps:
  - {id: first, participant: errands, action: fly}
  - {id: first, participant: nobody, action: run}
  - {id: third, participant: errands, action: run, input: "${steps.fourth.output}"}
"""
    )
    for command in ("validate", "apply"):
        result = cli("definitions", command, str(file))
        assert result.code == 2
        assert result.err.startswith("error: the definition has ")
        assert len(result.err.splitlines()) == 1 + int(result.err.split()[4])
        for field in ("steps[0].action", "steps[1].id", "steps[1].participant", "steps[2].input"):
            assert field in result.err
    violations = json.loads(cli("definitions", "validate", str(file), "--json").err)["error"]["violations"]
    assert len(violations) >= 4
    assert cli("definitions", "show", "broken").code == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name: [", "is not YAML"),
        ("name: x\nversion: 1\nstepz: []\n", "did you mean 'steps'"),
        ('{"name": "x",}', "is not JSON"),
        ("", "holds nothing"),
        ("just text", "a definition is a mapping"),
    ],
)
def test_a_file_that_is_no_definition_is_told_with_the_line(cli: Cli, tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text(text)
    result = cli("definitions", "apply", str(file))
    assert result.code == 2
    assert said in result.err
    assert str(file) in result.err
    error = json.loads(cli("definitions", "apply", str(file), "--json").err)["error"]
    assert error["reason"] == "DEFINITION_SYNTAX"


def test_files_that_can_not_be_read_are_exit_code_2(cli: Cli, tmp_path: Path) -> None:
    for name in ("no/such/file.yaml", str(tmp_path)):
        result = cli("definitions", "apply", name)
        assert result.code == 2
        assert "can't read" in result.err


def test_participants_are_registered_updated_listed_and_unregistered(cli: Cli, participant: str) -> None:
    name = f"p-{uuid.uuid4()}"
    first = cli("participants", "register", name, participant)
    assert first.out == f"{name} at {participant} registered; it offers run\n"
    assert "was registered already" in cli("participants", "register", name, participant).out
    other = cli("participants", "register", name, participant, "--max-concurrent-calls", "3")
    assert (other.code, "participants update" in other.err) == (4, True)
    assert cli("participants", "update", name, participant, "--max-concurrent-calls", "3").code == 0
    row = next(row for row in cli("participants", "list", "--json").documents if row["name"] == name)
    assert row["max_concurrent_calls"] == 3
    assert name in cli("participants", "list").out
    assert cli("participants", "unregister", name, "--json").document == {}
    missing = cli("participants", "unregister", name)
    assert (missing.code, "participants list" in missing.err) == (3, True)


def test_limits_of_participants_are_set_shown_and_taken_away(cli: Cli, participant: str) -> None:
    name = f"p-{uuid.uuid4()}"
    limits = ("--rate", "100/m", "--action-limit", "run=5", "--action-rate", "run=0.5")
    assert cli("participants", "register", name, participant, *limits).code == 0
    row = next(row for row in cli("participants", "list", "--json").documents if row["name"] == name)
    assert row["max_calls_per_second"] == pytest.approx(100 / 60)
    assert row["action_limits"] == {"run": {"max_concurrent_calls": 5, "max_calls_per_second": 0.5}}
    assert "64, 100/m; run 5, 30/m" in " ".join(cli("participants", "list").out.split())
    updated = cli("participants", "update", name, participant, "--max-concurrent-calls", "8", "--rate", "50/s")
    assert updated.out == f"{name} is at {participant} now, with limits 8, 50/s; it offers run\n"
    assert "with limits 64; it" in cli("participants", "update", name, participant).out
    unknown = cli("participants", "update", name, participant, "--action-limit", "walk=1")
    assert (unknown.code, 'action_limits["walk"]' in unknown.err, "offers 'run'" in unknown.err) == (2, True, True)
    cli("participants", "unregister", name)


@pytest.mark.parametrize(
    ("flag", "text", "said"),
    [
        ("--rate", "fast", "write 50/s, 100/m or 1000/h"),
        ("--rate", "0/s", "write 50/s"),
        ("--rate", "-1/s", "write 50/s"),
        ("--rate", "1000000/s", "0.001 to 100,000"),
        ("--action-limit", "run", "is not KEY=VALUE"),
        ("--action-limit", "run=many", "a number of calls from 1 to 10,000"),
        ("--action-limit", "run=0", "a number of calls from 1 to 10,000"),
        ("--action-rate", "run=1/d", "write 50/s"),
    ],
)
def test_a_limit_that_makes_no_sense_is_told(cli: Cli, participant: str, flag: str, text: str, said: str) -> None:
    result = cli("participants", "register", "limited", participant, flag, text)
    told = " ".join(result.err.replace("│", " ").split())
    assert (result.code, said in told) == (2, True), result.err


def test_a_participant_that_does_not_answer_is_told(cli: Cli) -> None:
    result = cli("participants", "register", "nobody", "127.0.0.1:1")
    assert result.code == 5
    assert "hint: start the participant" in result.err
    assert cli("participants", "register", "bad name", "127.0.0.1:1").code == 2
