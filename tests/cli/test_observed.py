"""What the commands show of choreographed sagas, and how they are registered, against a server that has some."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import yaml

from orchestrator.cli.exits import Exit
from orchestrator.cli.timeline import timeline
from orchestrator.engine.clock import SystemClock
from orchestrator.store.memory import MemoryLog
from sagaway.choreography.facts import from_document
from tests.api.observing import choreography, see
from tests.api.world import World, run
from tests.cli.conftest import Result, invoke
from tests.cli.told import shown
from tests.core.observed import BOUGHT, BROKE, DOCUMENT, ORDERED, fact, ordered, reserved
from tests.explain.histories import story

SERVICES = DOCUMENT["choreography"]["services"]


@pytest.fixture
async def world() -> AsyncIterator[World]:
    log = MemoryLog()
    await log.open(SystemClock().now())
    async with run(log) as world:
        yield world
    await log.close()


@pytest.fixture
async def shop(world: World) -> World:
    """A server with a saga that broke, and one that is stuck as nothing happens."""
    await world.register(choreography(), shop=False)
    await see(world, "broke", *BROKE)
    await see(world, "stuck", ordered, fact("com.example.stock.counted.v1", "stock.count", "ordered"), wait=True)
    return world


async def cli(world: World, *arguments: str, input_: str | None = None) -> Result:
    return await asyncio.to_thread(invoke, world.address, *arguments, input=input_)


# Shown ----------------------------------------------------------------------------------------------------------------


async def test_trace_draws_reactions_in_the_order_in_which_they_were_called_for(shop: World) -> None:
    result = await cli(shop, "trace", "broke", "--width", "100")
    assert (result.code, result.err) == (0, "")
    lines = result.out.splitlines()
    assert lines[0] == "broke  shop v1 (choreography, observed)  COMPENSATED (REJECTED)"
    drawn = (await cli(shop, "trace", "broke", "--json")).document
    assert [lane["step_id"] for lane in drawn["execute"]] == ["stock.reserve", "payment.pay", "order.cancel"]
    assert "not called for: order.accept, order.refuse" in lines
    assert [line.split()[:2] for line in lines if line.startswith("undo ")] == [["undo", "stock.reserve"]]
    assert any(line.startswith("O  ") and line.endswith(ORDERED) for line in lines)


async def test_trace_marks_what_went_wrong(shop: World) -> None:
    drawn = (await cli(shop, "trace", "stuck", "--json")).document
    assert [mark["letter"] for mark in drawn["marks"]] == ["O", "?", "S"]
    assert drawn["marks"][1]["text"] == "nobody declares com.example.stock.counted.v1"
    assert [(lane["step_id"], lane["bars"][0]["outcome"]) for lane in drawn["execute"]] == [("stock.reserve", "OPEN")]


@pytest.mark.parametrize(
    ("name", "bars"),
    [
        ("stuck-by-a-dead-letter", [("payment.pay", ["GIVEN_UP"])]),
        ("delivered-once-more-and-bought", [("payment.pay", ["GIVEN_UP", "COMPLETED"])]),
        ("blocked-as-its-undoing-overtook-it", [("stock.reserve", ["LEFT"]), ("payment.pay", ["REJECTED"])]),
    ],
)
def test_bars_end_as_their_reactions_did(name: str, bars: list[tuple[str, list[str]]]) -> None:
    one = story(name)
    saga, events = shown(one.key, one.definition, one.log, one.now)
    line = timeline(events, saga.start_time.ToMicroseconds(), 0)
    drawn = [(step_id, [str(bar.outcome) for bar in lane.bars]) for step_id, lane in line.forward.items()]
    assert [each for each in drawn if each in bars] == bars


async def test_explain_tells_it(shop: World) -> None:
    result = await cli(shop, "explain", "stuck")
    assert result.code == 0
    told = " ".join(result.out.split())
    assert told.startswith(f"stuck is STUCK (NO_PROGRESS): stock.reserve had not answered {ORDERED}")
    assert "See that stock is up, reacts to events, and publishes receipts." in told
    assert (await cli(shop, "explain", "broke", "--at", "4")).out.startswith("As of event #4 of 16")


async def test_get_and_events_say_what_is_observed(shop: World) -> None:
    await see(shop, "open", ordered, reserved)
    shown = (await cli(shop, "get", "open")).out
    assert "shop v1 (choreography, observed)" in shown
    assert "unless something happens before" in shown
    events = " ".join((await cli(shop, "events", "broke", "--json")).out.split())
    assert '"event_type": "sagaway.reaction.handled.v1"' in events
    await see(shop, "bought", *BOUGHT)
    table = (await cli(shop, "events", "stuck")).out
    assert "nobody declares it" in " ".join(table.split())
    (row,) = (await cli(shop, "list", "--state", "COMPLETED")).out.splitlines()[1:]
    assert row.startswith("bought  shop v1 (observed)  COMPLETED")


async def test_a_person_is_told_why_a_choreographed_saga_is_not_cancelled_or_started(shop: World) -> None:
    refused = await cli(shop, "cancel", "stuck", "--reason", "why")
    assert refused.code == Exit.REFUSED
    assert "its participants carry it on" in " ".join(refused.err.split())
    refused = await cli(shop, "start", "shop", "--id", "o-9")
    assert refused.code == Exit.REFUSED
    assert f"publish {ORDERED} instead" in " ".join(refused.err.split())
    letter = (await cli(shop, "dead-letters", "show", "stuck")).out.splitlines()
    assert letter[-3:] == ["", "may stand: stock.reserve", "legal now: ABANDON_SAGA"]
    given_up = await cli(shop, "abandon", "stuck", "--reason", "why", "--yes")
    assert given_up.code == 0
    dead = (await cli(shop, "dead-letters", "list")).out
    assert "stuck" not in dead


# Registered -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for service in SERVICES:
        from_document(service)
        (tmp_path / f"{service['participant']}.json").write_text(json.dumps(service))
    return [str(tmp_path / f"{service['participant']}.json") for service in SERVICES]


async def test_services_are_registered_as_a_choreography(world: World, files: list[str]) -> None:
    flags = ("--progress-timeout", "30s", "--description", "a shop", "--version", "2")
    first = await cli(world, "choreography", "register", "shop", *files, *flags)
    assert (first.code, first.err) == (0, "")
    assert first.out.startswith("shop v2 registered (hash ")
    assert first.out.endswith(f"): 3 services, 5 reactions, started by {ORDERED}\n")
    assert "unchanged" in (await cli(world, "choreography", "register", "shop", *files, *flags)).out
    (registered,) = await world.catalog.choreographies("default")
    assert registered.choreography is not None
    assert registered.choreography.progress_timeout == 30_000_000
    again = await cli(world, "choreography", "register", "shop", *files, *flags, "--outside", "com.example.a.v1")
    assert (again.code, "raise `version`" in again.err) == (Exit.REFUSED, True)


async def test_faults_are_shown_as_check_shows_them_and_nothing_is_registered(world: World, files: list[str]) -> None:
    checked = await cli(world, "choreography", "check", *files[:2])
    result = await cli(world, "choreography", "register", "shop", *files[:2])
    assert (result.code, checked.code) == (Exit.USAGE, Exit.USAGE)
    assert result.out.splitlines() == [line for line in checked.out.splitlines() if line.startswith(("fault", "note"))]
    assert result.out.startswith("fault: never fires: ")
    assert await world.catalog.choreographies("default") == []
    wrong = await cli(world, "choreography", "register", "shop", *files, "--progress-timeout", "soon")
    assert wrong.code == Exit.USAGE
    assert "progress_timeout" in wrong.err


async def test_a_definition_with_a_choreography_is_applied_from_a_file(world: World, tmp_path: Path) -> None:
    file = tmp_path / "shop.yaml"
    file.write_text(yaml.safe_dump(DOCUMENT))
    assert (await cli(world, "definitions", "validate", str(file))).code == 0
    assert (await cli(world, "definitions", "apply", str(file))).code == 0
    shown = await cli(world, "definitions", "show", "shop")
    assert yaml.safe_load(shown.out) == DOCUMENT
    assert "unchanged" in (await cli(world, "definitions", "apply", "-", input_=shown.out)).out
    (row,) = [line for line in (await cli(world, "definitions", "list")).out.splitlines() if line.startswith("shop")]
    assert row.split()[1:3] == ["1", "5"]
    broken = {**DOCUMENT, "version": 2, "steps": [], "choreography": {"services": SERVICES[:2]}}
    refused = await cli(world, "definitions", "apply", "-", input_=json.dumps(broken))
    assert refused.code == Exit.USAGE
    assert "never fires" in refused.err
