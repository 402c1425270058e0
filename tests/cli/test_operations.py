"""A person's hands on the command line, against a real orchestrator."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from orchestrator.cli.step_operations import Round
from orchestrator.store.memory import MemoryLog
from sagaway.client import Saga, Unavailable
from tests.api.test_operations import mended, stuck
from tests.api.world import run as server
from tests.cli.conftest import Cli, Result, invoke, until_event


def pending(cli: Cli) -> str:
    """A saga whose second step waits for a report."""
    saga_id = f"o-{uuid.uuid4()}"
    assert cli("start", "errand", "--id", saga_id, "--input", '{"first": 1, "second": "hold"}').code == 0
    until_event(cli, saga_id, "StepPending")
    return saga_id


def test_a_saga_is_paused_resumed_and_abandoned_by_name(cli: Cli) -> None:
    saga_id = pending(cli)
    assert cli("pause", saga_id).code == 2, "a reason is required"
    paused = cli("pause", saga_id, "--reason", "audit", "--actor", "ann")
    assert (paused.code, paused.err) == (0, "")
    assert paused.out.startswith(f"paused {saga_id}: RUNNING")
    shown = cli("dead-letters", "show", saga_id).out
    assert "legal now: RESUME_SAGA, ABANDON_SAGA" in shown
    again = cli("pause", saga_id, "--reason", "me too", "--actor", "bob")
    assert again.code == 4
    assert "legal now: RESUME_SAGA, ABANDON_SAGA" in again.err
    assert cli("resume", saga_id, "--reason", "done").code == 0
    assert cli("pause", saga_id, "--reason", "for good", "--etag", "1").code == 4, "it has changed since"
    assert cli("pause", saga_id, "--reason", "for good").code == 0
    kept = cli("abandon", saga_id, "--reason", "hopeless", input="n\n")
    assert kept.code == 1
    assert "Then the effects of first, second may stay" in kept.err
    gone = cli("abandon", saga_id, "--reason", "hopeless", "--yes")
    assert gone.code == 0
    assert gone.out.splitlines()[-1] == "may stand: first, second"
    events = [one["type"] for one in cli("events", saga_id, "--json").documents]
    assert events[-4:] == ["SagaPaused", "SagaResumed", "SagaPaused", "SagaAbandoned"]


def test_what_makes_no_sense_together_is_refused(cli: Cli) -> None:
    for arguments in (
        ("retry", "--reason", "x"),
        ("retry", "o-1", "--all", "--reason", "x"),
        ("retry", "--all", "--etag", "3", "--reason", "x"),
        ("retry", "o-1", "--error", "INTERNAL", "--reason", "x"),
        ("resolve", "o-1", "--step", "a", "--reason", "x"),
        ("resolve", "o-1", "--step", "a", "--completed", "--compensated", "--reason", "x"),
        ("resolve", "o-1", "--step", "a", "--compensated", "--output", "1", "--reason", "x"),
    ):
        assert cli(*arguments).code == 2, arguments


@pytest.mark.long(6)
async def test_dead_letters_are_listed_and_mended_all_at_once(tmp_path: Path) -> None:
    ids = [f"s-{index}" for index in range(12)]
    log = MemoryLog()
    await log.open(0)
    async with server(log) as world:

        async def cli(*arguments: str) -> Result:
            return await asyncio.to_thread(invoke, world.address, *arguments)

        await stuck(world, *ids)
        listed = await cli("dead-letters", "list", "--participant", "shop")
        assert listed.code == 0, listed.out
        assert all(saga_id in listed.out for saga_id in ids)
        assert "the bank is away" in listed.out
        assert (await cli("dead-letters", "--participant", "shop")) == listed
        resolved = await cli("resolve", "s-0", "--step", "a", "--compensated", "--reason", "by hand")
        assert resolved.code == 0, resolved.err
        assert "could yet have its effect (UNIMPLEMENTED SEAL_NOT_OFFERED" in resolved.err.replace("\n", " ")
        none = await cli("retry", "--all", "--step", "b", "--reason", "the bank is back")
        assert none.code == 4
        assert none.out.strip() == "0 sagas retried, 11 left as they are"
        told = none.err.splitlines()
        assert len(told) == 11
        legal = "ABANDON_SAGA, RETRY_STEP of a, RESOLVE_STEP_COMPENSATED of a"
        assert f"s-7: step b can't be retried; legal now: {legal}" in told
        mended(world)
        done = await cli("retry", "--all", "--definition", "order", "--reason", "the bank is back")
        assert (done.code, done.out.strip(), done.err) == (0, "11 sagas retried, 0 left as they are", "")
        for saga_id in ids:
            await world.reach(saga_id, "SagaCompensated")
        assert (await cli("retry", "s-0", "--reason", "x")).code == 4
        await cli("dead-letters", "list")
    await log.close()


async def test_a_round_goes_on_past_refusals_and_says_how_far_it_came_when_nobody_answers() -> None:
    async def letters() -> AsyncIterator[Saga]:
        for number in range(40):
            yield Saga(saga_id=f"s-{number}")

    async def act(saga: Saga) -> str:
        return "somebody was faster" if saga.saga_id in ("s-3", "s-30") else ""

    async def until_it_ends(saga: Saga) -> str:
        if saga.saga_id == "s-20":
            raise Unavailable("gone")
        return await act(saga)

    told: list[str] = []
    whole, part = Round(act, lambda saga_id, why: told.append(saga_id)), Round(until_it_ends, lambda *_: None)
    await whole.go(letters())
    assert (whole.done, whole.left) == (38, dict.fromkeys(("s-3", "s-30"), "somebody was faster"))
    assert told == ["s-3", "s-30"]
    with pytest.raises(Unavailable):
        await part.go(letters())
    assert part.done >= 19
    assert part.left == {"s-3": "somebody was faster"}
