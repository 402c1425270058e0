"""A poison event on a real bus: given up with its reason, in nobody's way, seen, replayed and discarded from the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine

from orchestrator.cli.exits import Exit
from sagaway.bus import Delivery, Event, Poison, Policy
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.participant.choreography import EventCall, choreography_metadata
from tests.bus.worlds import an_event, drained
from tests.cli.conftest import Result, invoke, run
from tests.participant.choreography.warehouse import CREATED, RESERVED, Warehouse, order, serving, watch
from tests.participant.inventory import business

DURABLE = "inventory.reserve"
OTHERS = [f"o-{number}" for number in range(6)]
# The last delivery comes 1.4 s after the first one at the earliest.
SLOW = Policy(concurrency=8, max_deliveries=4, first_backoff=timedelta(milliseconds=200))


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[NatsServer]:
    async with NatsServer(tmp_path / "store") as started:
        yield started


@pytest.fixture
async def bus(server: NatsServer) -> AsyncIterator[JetStreamBus]:
    made = await JetStreamBus.connect(NatsSettings(urls=(server.url,)))
    yield made
    await made.close()


async def command(server: NatsServer, *arguments: str, answer: str | None = None) -> Result:
    """Run `sagaway choreography ...` as a process."""
    return await asyncio.to_thread(run, "choreography", *arguments, input=answer, SAGAWAY_NATS_URL=server.url)


async def give_up(bus: JetStreamBus, durable: str, events: Iterable[Event]) -> None:
    """Make dead letters of events."""

    async def handle(delivery: Delivery) -> None:
        raise Poison(f"{durable} \x1b[31mcan't")

    for event in events:
        await bus.publish(event, message_id=event.id)
    subscription = await bus.subscribe(durable, [an_event(1).type], handle)
    await drained(bus, durable)
    await subscription.stop()


async def test_a_poison_event_is_given_up_seen_mended_and_replayed(
    server: NatsServer, bus: JetStreamBus, tmp_path: Path
) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/books.db")
    business.create_all(engine)
    choreography_metadata.create_all(engine)
    warehouse, watcher, broken = Warehouse(engine), await watch(bus), True

    def fail(call: EventCall) -> None:
        if broken and call.context.saga_id == "bad":
            raise RuntimeError("secret")

    warehouse.deed = fail
    for saga in ("bad", *OTHERS):
        await bus.publish(order(saga), message_id=saga)
    async with serving(warehouse, bus, policy=SLOW):
        for saga in OTHERS:
            await watcher.sees(RESERVED, saga)
        await drained(bus, DURABLE)
        deliveries = [(call.context.saga_id, call.context.attempt) for call in warehouse.calls]
        assert deliveries[0] == ("bad", 1)
        assert deliveries[-1] == ("bad", 4)  # all others were handled before it was given up, each at once
        assert sorted(each for each in deliveries if each[0] != "bad") == [(saga, 1) for saga in OTHERS]

        shown = await command(server, "dead-letters", "--json")
        (letter,) = shown.documents
        assert letter == {
            "id": letter["id"],
            "time": letter["time"],
            "durable": DURABLE,
            "type": CREATED,
            "event_id": f"bad-{CREATED}",
            "namespace": "default",
            "saga_id": "bad",
            "subject": CREATED,
            "deliveries": 4,
            "reason": "reaction 'reserve' failed with RuntimeError; the participant's log has the trace (4 deliveries)",
        }
        broken = False
        replayed = await command(server, "replay", str(letter["id"]))
        assert (replayed.code, replayed.out) == (0, f"replayed {letter['id']}\n")
        await watcher.sees(RESERVED, "bad")
        again = await command(server, "replay", str(letter["id"]))
        assert (again.code, again.out) == (Exit.NOT_FOUND, "")
        assert f"there is no dead letter {letter['id']}" in again.err
        await drained(bus, DURABLE)
    with engine.connect() as connection:
        stands = [row.saga_id for row in connection.execute(business.tables["reserved"].select())]
    assert sorted(stands) == sorted(["bad", *OTHERS])
    assert watcher.of("bad") == [CREATED, RESERVED]
    assert (await command(server, "dead-letters", "--json")).out == ""
    engine.dispose()


async def test_dead_letters_are_chosen_paged_replayed_and_discarded(server: NatsServer, bus: JetStreamBus) -> None:
    await give_up(bus, "a.x", [an_event(1), an_event(2)])
    await give_up(bus, "b.y", [])  # the same events
    await bus._connection.send(f"sagaway.events.{an_event(1).type}", b"?", {})
    await give_up(bus, "b.y", [])

    listed = await command(server, "dead-letters")
    header, *rows = [line.split() for line in listed.out.splitlines()]
    assert header == ["ID", "TIME", "DURABLE", "EVENT", "SAGA", "DELIVERIES", "REASON"]
    assert [(row[0], row[3]) for row in rows] == [("1", "a.x"), ("2", "a.x"), ("3", "b.y"), ("4", "b.y"), ("5", "b.y")]
    assert rows[-1][4:6] == ["(no", "event)"]
    assert "\x1b[31m" not in listed.out

    page = await command(server, "dead-letters", "--durable", "b.y", "--limit", "1", "--json")
    assert ([letter["id"] for letter in page.documents], "--after 3" in page.err) == ([3], True)
    page = await command(server, "dead-letters", "--durable", "b.y", "--after", "3", "--json")
    assert [letter["id"] for letter in page.documents] == [4, 5]

    everything = await command(server, "replay", "--all", "--durable", "a.x")
    assert everything.out == "replayed 1\nreplayed 2\n"
    assert await bus.backlog("a.x") == 3  # what is no event waits for it too

    refused = await command(server, "discard", "3", answer="n\n")
    assert (refused.code, refused.out.strip()) == (1, "")
    assert "Discard dead letter 3 for good?" in refused.err
    discarded = await command(server, "discard", "3", "99", "5", "--yes")
    assert (discarded.code, discarded.out) == (Exit.NOT_FOUND, "discarded 3\ndiscarded 5\n")
    assert "there is no dead letter 99" in discarded.err
    assert [letter.id for letter in await bus.dead_letters()] == [4]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["replay"], Exit.USAGE, "name their ids, or say --all"),
        (["replay", "1", "--all"], Exit.USAGE, "name their ids, or say --all"),
        (["replay", "1", "--durable", "a.x"], Exit.USAGE, "it chooses among --all"),
        (["discard", "--yes"], Exit.USAGE, "Missing argument"),
        (["discard", "one", "--yes"], Exit.USAGE, "should be a valid integer"),
    ],
)
def test_wrong_usage_is_told(arguments: list[str], code: Exit, said: str) -> None:
    done = invoke("", "choreography", *arguments, COLUMNS="200")
    assert (done.code, done.out) == (code, "")
    assert said in done.err


@pytest.mark.parametrize(
    ("url", "code", "said"),
    [
        ("nats://127.0.0.1:1", Exit.UNAVAILABLE, "no NATS server answers at nats://127.0.0.1:1"),
        ("http://nowhere", Exit.USAGE, "SAGAWAY_NATS_URL: it must be of the form nats://host:4222"),
    ],
)
def test_a_bus_that_is_away_or_badly_named_is_told(url: str, code: Exit, said: str) -> None:
    done = run("choreography", "dead-letters", SAGAWAY_NATS_URL=url)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert "Traceback" not in done.err
