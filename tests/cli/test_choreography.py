"""`sagaway choreography`: services named by module or by file, faults with their exit code, no tracebacks."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from orchestrator.cli.exits import Exit
from sagaway.choreography.facts import ReactionFacts, ServiceFacts, to_document
from tests.cli.conftest import Result, invoke, run

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
    monkeypatch.delitem(sys.modules, "declared", raising=False)  # that of another test
    return tmp_path


def check(*arguments: str) -> Result:
    return invoke("", "choreography", "check", *arguments)


def test_services_that_fit_together_pass_with_their_notes(folder: Path) -> None:
    # As a process: it finds the module in the folder that one is in.
    done = run("choreography", "check", "declared:orders", "declared:stock", PYTHONPATH=str(Path(__file__).parents[2]))
    assert done.code == 0
    assert done.out.splitlines() == [
        "note: unheard: com.example.stock.reserved.v1 is handled by nobody: right if the saga ends with it",
        "2 services, 2 reactions: 0 faults, 1 notes",
    ]


def test_faults_have_an_exit_code_and_a_description_stands_for_the_code(folder: Path) -> None:
    described = invoke("", "choreography", "describe", "declared:orders")
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


CREATED, REJECTED = "com.example.order.created.v1", "com.example.stock.rejected.v1"
SERVICES = [
    ServiceFacts("orders", (CREATED,), (ReactionFacts("refuse", REJECTED, effect_free=True),)),
    ServiceFacts("stock", (), (ReactionFacts("reserve", CREATED, rejects=REJECTED),)),
    ServiceFacts("deaf", (CREATED,)),
    ServiceFacts("bill", (), (ReactionFacts("note", REJECTED),)),
]


@pytest.fixture
def described(folder: Path) -> Callable[..., Result]:
    """Runs a command in this process, on services that are described by files."""
    for service in SERVICES:
        (folder / f"{service.participant}.json").write_text(json.dumps(to_document(service)))
    return partial(invoke, "", "choreography")


def test_a_drawing_is_written_in_each_format(described: Callable[..., Result]) -> None:
    text = described("draw", "orders.json", "stock.json")
    assert (text.code, text.err) == (0, "")
    assert f"      refuses {REJECTED} -> orders.refuse" in text.out.splitlines()
    assert described("draw", "orders.json", "--format", "dot").out.startswith("digraph choreography {")
    mermaid = described("draw", "stock.json", "--outside", CREATED, "--format", "mermaid")
    assert (mermaid.code, mermaid.out.splitlines()[0]) == (0, "flowchart LR")
    assert 'n2(["outside"])' in mermaid.out


STORY = """\
fault: starter not told: when stock.reserve refuses with com.example.stock.rejected.v1, deaf, which started the saga, may never hear of it
  1. deaf starts the saga with com.example.order.created.v1.
  2. stock.reserve handles com.example.order.created.v1: it refuses with com.example.stock.rejected.v1.
  3. bill.note handles com.example.stock.rejected.v1: it does its work.
  4. Nothing more happens; deaf was never told that its saga went back.
  Remedy: let it react to one of com.example.stock.rejected.v1.
4 states walked, all that there are: 1 faults, 0 notes
"""


def test_what_can_go_wrong_is_told_as_a_story(described: Callable[..., Result]) -> None:
    sound = described("explore", "orders.json", "stock.json", "--duplicates", "2")
    assert (sound.code, sound.out) == (0, "4 states walked, all that there are: 0 faults, 0 notes\n")
    files = "deaf.json", "stock.json", "bill.json"
    told = described("explore", *files)
    assert (told.code, told.out, told.err) == (Exit.USAGE, STORY, "")
    first, last = described("explore", *files, "--json").documents
    assert (first["level"], first["kind"], len(first["story"])) == ("fault", "starter not told", 4)
    assert last == {"states": 4, "complete": True, "faults": 1}


def test_stories_that_begin_alike_are_told_once(described: Callable[..., Result]) -> None:
    done = described("explore", "deaf.json", "stock.json")
    lines = done.out.splitlines()
    assert [line.split(": ")[1] for line in lines if line.startswith("fault")] == ["unheard", "starter not told"]
    assert lines[3:5] == [
        f"  3. Nothing more happens; {REJECTED} was handled by nobody.",
        "  Remedy: let those whose work must be undone, and who started the saga, handle it.",
    ]
    assert lines[6:8] == [
        "  1. to 2. As before.",
        "  3. Nothing more happens; deaf was never told that its saga went back.",
    ]


def test_a_walk_that_is_cut_short_is_no_success(described: Callable[..., Result]) -> None:
    cut = described("explore", "orders.json", "stock.json", "--max-states", "3")
    assert (cut.code, cut.out) == (Exit.USAGE, "3 states walked, not all that there are: 0 faults, 0 notes\n")
    assert "allow more with --max-states" in cut.err


def test_what_can_not_be_explored_is_told(described: Callable[..., Result], folder: Path) -> None:
    nothing = described("explore", "stock.json")
    assert (nothing.code, nothing.out) == (Exit.USAGE, "")
    assert "nothing begins a saga" in nothing.err
    (folder / "again.json").write_text('{"participant": "stock"}')
    for other in ("again.json", "stock.json"):
        done = described("draw", "orders.json", "stock.json", other)
        assert (done.code, done.out) == (Exit.USAGE, "")
        assert f"stock.json and {other} are both the participant 'stock': name each service once" in done.err


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
