"""A person's hands on the command line, against a real orchestrator."""

from __future__ import annotations

import asyncio
import uuid
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from orchestrator.cli import output
from orchestrator.cli.main import commands
from orchestrator.store.memory import MemoryLog
from tests.api.test_operations import mended, stuck
from tests.api.world import run as server
from tests.cli.conftest import Cli


def pending(cli: Cli) -> str:
    """A saga whose second step waits for a report."""
    saga_id = f"o-{uuid.uuid4()}"
    assert cli("start", "errand", "--id", saga_id, "--input", '{"first": 1, "second": "hold"}').code == 0
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


async def test_dead_letters_are_listed_and_mended_all_at_once(tmp_path: Path) -> None:
    ids = [f"s-{index}" for index in range(12)]
    log = MemoryLog()
    await log.open(0)
    async with server(log) as world:

        async def cli(*arguments: str) -> Any:
            output.out.cache_clear()
            output.errors.cache_clear()
            flags = (*arguments, "--address", world.address)
            return await asyncio.to_thread(CliRunner().invoke, commands, flags)

        await stuck(world, *ids)
        listed = await cli("dead-letters", "list", "--participant", "shop")
        assert listed.exit_code == 0, listed.output
        assert all(saga_id in listed.output for saga_id in ids)
        assert "the bank is away" in listed.output
        resolved = await cli("resolve", "s-0", "--step", "a", "--compensated", "--reason", "by hand")
        assert resolved.exit_code == 0, resolved.output
        assert "could yet have its effect (UNIMPLEMENTED SEAL_NOT_OFFERED" in resolved.output.replace("\n", " ")
        mended(world)
        done = await cli("retry", "--all", "--definition", "order", "--reason", "the bank is back")
        assert done.output.strip() == "11 sagas retried, 0 left as they are"
        for saga_id in ids:
            await world.reach(saga_id, "SagaCompensated")
        assert (await cli("retry", "s-0", "--reason", "x")).exit_code == 4
        await cli("dead-letters", "list")
    await log.close()
