"""`sagaway choreography`: services named by module or by file, faults with their exit code, no tracebacks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestrator.cli.exits import Exit
from tests.cli.conftest import Result, run

DECLARED = """
from sqlalchemy import create_engine
from sagaway.participant import Participant
from sagaway.participant.choreography import Choreography

def made(name, starts=()):
    return Choreography(Participant(name, create_engine("sqlite:///" + name + ".db")), starts=starts)

def nothing(call, transaction): ...

orders = made("orders", ["com.example.order.created.v1"])
orders.on("com.example.stock.rejected.v1", name="refuse")(nothing)
stock = made("stock")
stock.on("com.example.order.created.v1", name="reserve", completes="com.example.stock.reserved.v1",
         rejects="com.example.stock.rejected.v1")(nothing)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "declared.py").write_text(DECLARED)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def check(*arguments: str) -> Result:
    return run("choreography", "check", *arguments, PYTHONPATH=str(Path(__file__).parents[2]))


def test_services_that_fit_together_pass_with_their_notes(folder: Path) -> None:
    done = check("declared:orders", "declared:stock")
    assert done.code == 0
    assert done.out.splitlines() == [
        "note: unheard: com.example.stock.reserved.v1 is handled by nobody: right if the saga ends with it",
        "2 services, 2 reactions: 0 faults, 1 notes",
    ]


def test_faults_have_an_exit_code_and_a_description_stands_for_the_code(folder: Path) -> None:
    environment = {"PYTHONPATH": str(Path(__file__).parents[2])}
    described = run("choreography", "describe", "declared:orders", **environment)
    assert described.code == 0
    (folder / "orders.json").write_text(described.out)
    done = check("orders.json", "--json")
    assert done.code == Exit.USAGE
    assert [(json.loads(line)["level"], json.loads(line)["kind"]) for line in done.out.splitlines()] == [
        ("fault", "never fires"),
        ("fault", "unheard"),
    ]
    assert check("orders.json", "declared:stock").code == 0
    assert check("orders.json", "--outside", "com.example.stock.rejected.v1", "--json").out.count("\n") == 1


@pytest.mark.parametrize(
    ("service", "said"),
    [
        ("nowhere:x", "nowhere:x: the module can't be imported: ModuleNotFoundError"),
        ("declared", "give module:attribute, such as shop.stock:choreography, or a .json file"),
        ("declared:nothing", "the module has no Choreography 'nothing'"),
        ("missing.json", "missing.json: it can't be read: No such file or directory"),
        ("broken.json", "broken.json: it is not JSON: Expecting value in line 1"),
        ("wrong.json", "wrong.json: participant: it is missing"),
    ],
)
def test_what_can_not_be_looked_at_is_told(folder: Path, service: str, said: str) -> None:
    (folder / "broken.json").write_text("?")
    (folder / "wrong.json").write_text("{}")
    done = check(service)
    assert (done.code, done.out) == (Exit.USAGE, "")
    assert said in done.err
    assert "Traceback" not in done.err
