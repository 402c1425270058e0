"""docs/operations.md starts from every alert and has every way to be stuck, and every action, as the code has them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.main import get_command

from orchestrator.cli.main import commands
from orchestrator.core.model import StepState
from orchestrator.core.operations import SAGA_ACTIONS, STEP_ACTIONS, Action, Standing
from tests.prometheus import queries

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
WAYS = {"forward": Standing.STUCK_FORWARD, "back": Standing.STUCK_BACK}


def section(title: str) -> str:
    """Return a section of the third level."""
    found = re.search(rf"^### {title}\n(.*?)(?=^##)", PAGE, re.DOTALL | re.MULTILINE)
    assert found, f"there is no section {title!r}"
    return found[1]


@pytest.mark.parametrize("alert", [rule["alert"] for rule in queries.rules()])
def test_every_alert_says_what_it_means_what_to_look_at_and_what_to_do(alert: str) -> None:
    text = section(alert)
    assert re.findall(r"^\*\*(\w+):\*\*", text, re.MULTILINE) == ["Means", "Look", "Do"]
    assert "`" in text or "](#" in text, "a command, or where one is"


def test_no_alert_is_told_that_is_none() -> None:
    (part,) = re.findall(r"^## When an alert fires\n(.*?)(?=^## )", PAGE, re.DOTALL | re.MULTILINE)
    assert re.findall(r"^### (\w+)$", part, re.MULTILINE) == [rule["alert"] for rule in queries.rules()]


def test_every_way_to_be_stuck_has_the_actions_that_are_legal_there() -> None:
    told = {}
    for way, step, legal in re.findall(
        r"^\| (forward|back)[^|]* \| ([A-Z_]+) \| [^|]+ \| ([^|]+) \|$", PAGE, re.MULTILINE
    ):
        told[WAYS[way], StepState(step)] = set(re.findall(r"`(\w+)`", legal))
    legal = {}
    for action, places in STEP_ACTIONS.items():
        for standing, state in places:
            if standing in WAYS.values():
                legal.setdefault((standing, state), set()).add(action.value)
    assert told == legal
    (both,) = re.findall(r"^\| either \| any \| *\| ([^|]+) \|$", PAGE, re.MULTILINE)
    always = {action for action, places in SAGA_ACTIONS.items() if {(way, False) for way in WAYS.values()} <= places}
    assert set(re.findall(r"`(\w+)`", both)) == always


def test_every_action_has_its_command() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| `sagaway (\w+) ([^`]*)` \|", PAGE, re.MULTILINE)
    assert {action for action, _, _ in rows} == {action.value for action in Action}
    known = get_command(commands)
    for _, name, arguments in rows:
        command = known.get_command(None, name)  # type: ignore[attr-defined] # a group
        options = {option for parameter in command.params for option in parameter.opts}
        assert set(re.findall(r"--\w+", arguments)) <= options


def test_every_command_that_is_told_exists() -> None:
    known = get_command(commands)
    told = set(re.findall(r"`sagaway ([a-z][a-z-]*)", PAGE))
    assert told <= set(known.commands)  # type: ignore[attr-defined] # a group
