"""Two replicas of `sagaway serve --observe` on one log and one bus, as processes: they share the events, and one is killed."""

from __future__ import annotations

import asyncio
import json
import signal
import time
from pathlib import Path

import pytest

from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from tests.choreography.watched import event_of
from tests.cli.conftest import Process, invoke, run
from tests.core.observed import BOUGHT, BROKE, DOCUMENT
from tests.postgresql import LogDatabase

SAGAS = 40


@pytest.fixture
def urls(log_database: LogDatabase) -> dict[str, str]:
    assert run("migrate", SAGAWAY_DATABASE_URL=log_database.location).code == 0
    return {"SAGAWAY_DATABASE_URL": log_database.location}


def serve(variables: dict[str, str], name: str) -> Process:
    flags = ("--observe", "--listen", "127.0.0.1:0", "--metrics-listen", "off", "--log-format", "json")
    named = {"SAGAWAY_REPLICA_NAME": name, "SAGAWAY_LEASE_SECONDS": "1.5"}
    return Process("orchestrator.cli.main", "serve", *flags, variables=variables | named)


async def place(bus: JetStreamBus, prefix: str) -> None:
    """Publish whole sagas, the events of each one after the other, so that both replicas are at it at once; then every
    fourth one's again.
    """
    now = int(time.time() * 1_000_000)
    stories = {f"{prefix}-{number}": BROKE if number % 4 == 0 else BOUGHT for number in range(SAGAS)}
    for copy in ("first", "second"):
        for saga, story in stories.items():
            if copy == "first" or story is BROKE:
                events = [event_of(fact, saga, now + turn) for turn, fact in enumerate(story)]
                publishing = (bus.publish(event, message_id=f"{event.id}-{copy}") for event in events)
                await asyncio.gather(*publishing)


async def ended(address: str, prefix: str) -> dict[str, str]:
    """Return the ends of the sagas of a prefix, once all have one."""
    async with asyncio.timeout(60):
        while True:
            listed = await asyncio.to_thread(invoke, address, "list", "--limit", "0", "--json")
            states = {each["saga_id"]: each["state"] for each in listed.documents}
            ends = {saga: state for saga, state in states.items() if saga.startswith(f"{prefix}-")}
            if len(ends) == SAGAS and not {"SAGA_STATE_RUNNING", "SAGA_STATE_COMPENSATING"} & {*ends.values()}:
                return ends
            await asyncio.sleep(0.2)


def expected(prefix: str) -> dict[str, str]:
    """Return how the sagas of a prefix end."""
    ends = ("SAGA_STATE_COMPENSATED", "SAGA_STATE_COMPLETED", "SAGA_STATE_COMPLETED", "SAGA_STATE_COMPLETED")
    return {f"{prefix}-{number}": ends[number % 4] for number in range(SAGAS)}


@pytest.mark.long(12)
async def test_replicas_share_the_events_and_what_a_killed_one_had_comes_to_the_other(
    urls: dict[str, str], tmp_path: Path
) -> None:
    (tmp_path / "shop.json").write_text(json.dumps(DOCUMENT))
    async with NatsServer(tmp_path / "store") as nats:
        variables = urls | {"SAGAWAY_NATS_URL": nats.url}
        first, second = serve(variables, "first"), serve(variables, "second")
        bus = await JetStreamBus.connect(NatsSettings(urls=(nats.url,)))
        try:
            one, two = [await asyncio.to_thread(each.ready) for each in (first, second)]
            applied = await asyncio.to_thread(invoke, one, "definitions", "apply", str(tmp_path / "shop.json"))
            assert applied.code == 0, applied.err
            for each in (first, second):
                await asyncio.to_thread(each.until, "observing choreographed sagas")
            await place(bus, "both")
            assert await ended(two, "both") == await ended(one, "both") == expected("both")
            placing = asyncio.create_task(place(bus, "killed"))
            await asyncio.sleep(0)
            first.process.send_signal(signal.SIGKILL)
            await placing
            assert await ended(two, "killed") == expected("killed")
            assert not await bus.dead_letters()
        finally:
            await bus.close()
            first.end()
            code, log = second.end()
    assert code == 0, log
