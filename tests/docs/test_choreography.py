"""What docs/choreography.md shows is so."""

import asyncio
import os
import random
import re
import subprocess
import sys
from pathlib import Path

import pytest
from google.protobuf.json_format import MessageToDict

from orchestrator.core import judging
from orchestrator.core.definition_document import MissingParticipant, read_definition
from orchestrator.core.intents import SAGA_TOO_LARGE
from orchestrator.core.observing import FORBIDDEN_ORDER
from orchestrator.engine.choreographies import faults_of
from participants.shop.demo.processes import free_addresses
from sagaway.bus import decode
from sagaway.bus import settings as bus_settings
from sagaway.bus.embedded import NatsServer
from sagaway.choreography.receipts import RECEIPT, Outcome
from sagaway.definitions import load_definition

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "choreography.md").read_text(encoding="utf-8")


def test_the_events_that_are_shown_are_some() -> None:
    receipt, event = (decode(shown.encode()) for shown in re.findall(r"```json\n(.*?)```", PAGE, flags=re.DOTALL))
    assert (event.subject, event.correlation_id, event.data["sku"]) == ("order-4711", "cart-99", "tea")
    assert (receipt.type, receipt.data, receipt.reaction) == (RECEIPT, {"outcome": Outcome.DONE}, "send")
    assert receipt.causation_id == event.id


def test_the_choreography_that_is_shown_can_be_registered() -> None:
    (shown,) = re.findall(r"```yaml\n(name: .*?)```", PAGE, flags=re.DOTALL)
    document = MessageToDict(load_definition(shown), preserving_proto_field_name=True)
    definition = read_definition(document, lambda *_: MissingParticipant())
    assert [step.id for step in definition.steps] == ["orders.accept", "orders.refuse", "stock.reserve"]
    assert list(faults_of(document, definition, [])) == []


def test_every_reason_to_be_stuck_is_explained_and_no_other() -> None:
    known = {getattr(judging, name) for name in vars(judging) if name.isupper()} | {FORBIDDEN_ORDER, SAGA_TOO_LARGE}
    section = PAGE.split("### STUCK, and what to do\n")[1].split("\n### ")[0]
    assert set(re.findall(r"^\| `(\w+)` \|", section, flags=re.MULTILINE)) == known


def test_every_setting_of_the_bus_is_documented_and_no_other() -> None:
    assert bus_settings.__doc__ is not None
    known = set(re.findall(r"SAGAWAY_NATS_[A-Z_]+", bus_settings.__doc__))
    assert known
    assert set(re.findall(r"SAGAWAY_NATS_[A-Z_]+", PAGE)) == known
    source = Path(bus_settings.__file__).read_text(encoding="utf-8")
    read = {f"SAGAWAY_NATS_{name}" for name in re.findall(r'(?:value|path)\("([A-Z_]+)"\)', source)}
    assert read == known


@pytest.mark.timeout(90)
async def test_the_services_that_are_shown_do_what_is_shown(tmp_path: Path) -> None:
    for name, text in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, flags=re.DOTALL):
        (tmp_path / name).write_text(text)
    (shown,) = re.findall(r"```\n(\$ python stock.py.*?)```", PAGE, flags=re.DOTALL)
    async with NatsServer(tmp_path / "store") as server:
        environment = os.environ | {"PYTHONPATH": str(ROOT), "SAGAWAY_NATS_URL": server.url}

        async def python(*arguments: str) -> asyncio.subprocess.Process:
            return await asyncio.create_subprocess_exec(
                sys.executable, *arguments, cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
            )

        stock = await python("stock.py")
        assert stock.stdout is not None
        said = ["$ python stock.py &", (await stock.stdout.readline()).decode().strip()]
        for arguments in (("order-1", "3"), ("order-2", "30")):
            orders = await python("orders.py", *arguments)
            printed, _ = await orders.communicate()
            assert orders.returncode == 0
            said += [f"$ python orders.py {' '.join(arguments)}", printed.decode().strip()]
        stock.terminate()
        await stock.communicate()
        assert stock.returncode == 0
    assert said == shown.splitlines()


def sagaway(name: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the command that the page shows, in a folder with the services that it shows."""
    for file, text in re.findall(r"```python\n# (\w+\.py)\n(.*?)```", PAGE, flags=re.DOTALL):
        if not (folder / file).exists():
            (folder / file).write_text(text)
    (command,) = re.findall(rf"^sagaway (choreography {name} .*)$", PAGE, flags=re.MULTILINE)
    return subprocess.run(
        [sys.executable, "-m", "orchestrator.cli.main", *command.split()],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_check_that_is_shown_finds_nothing_but_an_end(tmp_path: Path) -> None:
    done = sagaway("check", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        "note: unheard: com.example.stock.released.v1 is handled by nobody: right if the saga ends with it",
        "2 services, 3 reactions: 0 faults, 1 notes",
    ]


@pytest.mark.parametrize(("name", "code"), [("draw", 0), ("explore", 2)])
def test_the_drawing_and_the_stories_that_are_shown_come(tmp_path: Path, name: str, code: int) -> None:
    (shown,) = re.findall(rf"^sagaway choreography {name} [^\n]*\n```\n\n```\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)
    done = sagaway(name, tmp_path)
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout == shown


def test_with_the_mending_that_is_shown_no_story_is_left(tmp_path: Path) -> None:
    (orders,) = re.findall(r"```python\n# orders.py\n(.*?)```", PAGE, flags=re.DOTALL)
    (mending,) = re.findall(r"```python\n(@choreography.on[^`]*?def take_back.*?)```", PAGE, flags=re.DOTALL)
    imported = orders.replace("Choreography,", "Choreography, CompensateEventCall,")
    (tmp_path / "orders.py").write_text(imported.replace("\n\nasync def main", f"\n\n{mending}\n\nasync def main"))
    done = sagaway("explore", tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("all that there are: 0 faults, 0 notes\n")


def test_what_is_shown_of_the_two_shops_is_in_their_files() -> None:
    shown = re.findall(r"```\w+\n# (participants/\S+)\n(.*?)```", PAGE, flags=re.DOTALL)
    assert [Path(name).name for name, _ in shown] == [
        "place_order.yaml",
        "inventory.py",
        "order.py",
        "inventory.py",
        "payment.py",
    ]
    for name, text in shown:
        assert text in (ROOT / name).read_text(encoding="utf-8"), name


@pytest.mark.long(8)
async def test_the_choreographed_shop_by_hand_does_what_is_shown(tmp_path: Path) -> None:
    ((script, shown),) = re.findall(r"```sh\n(mkdir -p shop-data\n.*?)```\n\n```\n(.*?)```", PAGE, flags=re.DOTALL)
    # The observer may hear of the end a moment after the customer.
    script = script.replace("\nsagaway explain rug", "\nsagaway watch rug > watched\nsagaway explain rug")
    nats, observer = free_addresses(2, random.Random())
    environment = os.environ | {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "SAGAWAY_BUS_LISTEN": nats,
        "SAGAWAY_NATS_URL": f"nats://{nats}",
        "SAGAWAY_LISTEN": observer,
        "SAGAWAY_ADDRESS": observer,
    }
    (tmp_path / "participants").symlink_to(ROOT / "participants")
    shell = await asyncio.create_subprocess_exec(
        "bash", "-c", f"{script}\nkill $(jobs -p); wait", cwd=tmp_path, env=environment, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await shell.communicate()

    registered, *lines = printed.decode().splitlines()
    assert "3 services, 6 reactions" in registered
    *told, dots = shown.splitlines()
    assert sorted(lines[:2]) == told[:2]  # carts are closed in any order
    assert " ".join(lines[2:]).startswith(" ".join(told[2:]))  # at any width of the terminal
    assert dots == "..."
    assert shell.returncode == 0
