"""The observer on a disk that fails: nothing that is published meanwhile is lost."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from orchestrator.app import LOG_LOST_EXIT
from orchestrator.cli.exits import Exit
from orchestrator.core.observation import Fact
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.choreography.watched import event_of
from tests.cli.conftest import Process, Result, invoke, serve
from tests.core.observed import BOUGHT, BROKE, DOCUMENT
from tests.disk.faults import Action, Faults, Kind

SAGAS = 10
STORIES = {"broke": BROKE, "bought": BOUGHT}


async def test_what_is_published_while_the_disk_is_full_or_fails_is_observed_afterwards(
    disk: Faults, tmp_path: Path
) -> None:
    database = tmp_path / "saga.db"
    document = tmp_path / "shop.json"
    document.write_text(json.dumps(DOCUMENT))
    async with NatsServer(tmp_path / "store") as nats:
        bus = await JetStreamBus.connect(NatsSettings(urls=(nats.url,)))

        def observer() -> Process:
            return serve(database, "--observe", variables={"SAGAWAY_NATS_URL": nats.url})

        async def publish(facts: slice, at: int) -> None:
            for name, story in STORIES.items():
                for number in range(SAGAS):
                    for fact in story[facts]:
                        await publish_one(bus, fact, f"{name}-{number}", at)

        server = observer()
        try:
            address = await asyncio.to_thread(server.ready)
            await command(address, "definitions", "apply", str(document))
            await publish(slice(1), 1)
            await until(address, {"RUNNING": 2 * SAGAS})
            disk.arm(database, Kind.WRITE, Action.FULL, 1, None)
            await publish(slice(1, 2), 2)
            await asyncio.to_thread(server.until, "the saga log can't be written")
            assert (await asyncio.to_thread(invoke, address, "health")).code != Exit.OK
            disk.mend()
            await asyncio.to_thread(server.until, "the saga log can be written again")
            await command(address, "health")
            disk.arm(database, Kind.SYNC, Action.IO_ERROR, 1)
            await publish(slice(2, None), 3)
            assert await asyncio.to_thread(server.process.wait, 20) == LOG_LOST_EXIT
            disk.mend()
            server.end()
            server = observer()
            address = await asyncio.to_thread(server.ready)
            await until(address, {"COMPLETED": SAGAS, "COMPENSATED": SAGAS})
            assert not await bus.dead_letters()
        finally:
            await bus.close()
            server.end()


async def publish_one(bus: JetStreamBus, fact: Fact, saga_id: str, at: int) -> None:
    """Publish an event of a saga."""
    event = event_of(fact, saga_id, at * 1_000_000)
    await bus.publish(event, message_id=event.id)


async def command(address: str, *arguments: str) -> Result:
    """Run a command that works."""
    result = await asyncio.to_thread(invoke, address, *arguments)
    assert result.code == Exit.OK, result.err
    return result


async def until(address: str, states: dict[str, int]) -> None:
    """Wait until there are so many sagas in each state."""
    async with asyncio.timeout(60):
        while True:
            listed = await command(address, "list", "--json", "--limit", "0")
            found = [saga["state"].removeprefix("SAGA_STATE_") for saga in listed.documents]
            if {state: found.count(state) for state in set(found)} == states:
                return
            await asyncio.sleep(0.2)
