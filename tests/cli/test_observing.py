"""`sagaway serve --observe` on a real bus: a saga that a poison event holds up is seen, retried by name, and ends."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from orchestrator.cli.exits import Exit
from sagaway.bus.embedded import NatsServer
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.choreography.facts import to_document
from sagaway.participant.choreography import EventCall, choreography_metadata
from tests.cli.conftest import Result, invoke, serve
from tests.participant.choreography.warehouse import (
    CANCELLED,
    CREATED,
    PAYMENT_FAILED,
    REJECTED,
    RELEASED,
    Warehouse,
    order,
    serving,
)
from tests.participant.inventory import business

SHOP = {
    "participant": "orders",
    "starts": [CREATED],
    "reactions": [
        {"name": "refuse", "consumes": REJECTED, "effect_free": True},
        {"name": "cancel", "consumes": RELEASED, "effect_free": True},
    ],
}


async def test_a_poison_event_is_a_dead_letter_of_its_saga_and_a_retry_delivers_it_again(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/books.db")
    business.create_all(engine)
    choreography_metadata.create_all(engine)
    warehouse, broken = Warehouse(engine, starts=()), True

    def fail(call: EventCall) -> None:
        if broken and call.context.saga_id == "bad":
            raise RuntimeError("secret")

    warehouse.deed = fail
    files = []
    for document in (SHOP, to_document(warehouse.choreography.facts)):
        files.append(tmp_path / f"{document['participant']}.json")
        files[-1].write_text(json.dumps(document))
    async with NatsServer(tmp_path / "store") as nats:
        server = serve(tmp_path / "saga.db", "--observe", variables={"SAGAWAY_NATS_URL": nats.url})
        bus = await JetStreamBus.connect(NatsSettings(urls=(nats.url,)))
        try:
            address = await asyncio.to_thread(server.ready)

            async def command(*arguments: str) -> Result:
                return await asyncio.to_thread(invoke, address, *arguments)

            async def until_it_is(saga_id: str, state: str) -> Any:
                async with asyncio.timeout(60):
                    while True:
                        shown = await command("get", saga_id, "--json")
                        if shown.code == 0 and shown.document["state"] == f"SAGA_STATE_{state}":
                            return shown.document
                        await asyncio.sleep(0.1)

            outside = [argument for each in (PAYMENT_FAILED, CANCELLED) for argument in ("--outside", each)]
            registered = await command("choreography", "register", "shop", *map(str, files), *outside)
            assert registered.code == 0, registered.err
            async with serving(warehouse, bus):
                for saga in ("bad", "good"):
                    await bus.publish(order(saga), message_id=saga)
                good = await until_it_is("good", "COMPLETED")
                assert good["mode"] == "SAGA_MODE_CHOREOGRAPHY"
                await until_it_is("bad", "STUCK")

                listed = await command("dead-letters", "list", "--json")
                (letter,) = listed.documents
                assert letter["saga_id"] == "bad"
                assert letter["error"]["step_id"] == "inventory.reserve"
                assert letter["error"]["reason"] == "DELIVERY_GIVEN_UP"
                assert "reaction 'reserve' failed with RuntimeError" in letter["error"]["message"]
                assert "secret" not in listed.out
                told = await command("explain", "bad")
                assert "sagaway retry bad --step inventory.reserve --reason WHY" in " ".join(told.out.split())

                refused = await command("cancel", "bad", "--reason", "why not")
                assert refused.code == Exit.REFUSED, refused.err
                assert "choreographed" in refused.err

                broken = False
                retried = await command("retry", "bad", "--step", "inventory.reserve", "--reason", "mended")
                assert retried.code == 0, retried.err
                await until_it_is("bad", "COMPLETED")
                assert (await command("dead-letters", "list", "--json")).out == ""
        finally:
            await bus.close()
            code, log = server.end()
    engine.dispose()
    assert code == 0, log


def test_settings_of_the_bus_that_are_wrong_are_told_at_the_start(tmp_path: Path) -> None:
    database = str(tmp_path / "saga.db")
    arguments = ("serve", "--observe", "--database", database, "--listen", "127.0.0.1:0")
    refused = invoke("", *arguments, SAGAWAY_NATS_REPLICAS="9")
    assert (refused.code, refused.out) == (Exit.USAGE, "")
    assert "SAGAWAY_NATS_REPLICAS: 9 must be from 1 to 5" in refused.err
    assert "Traceback" not in refused.err
