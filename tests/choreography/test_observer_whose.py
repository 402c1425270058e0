"""Whose an event is: which saga's, on which choreography, in which version; and what the observer leaves alone."""

from __future__ import annotations

import asyncio
import copy
from dataclasses import replace
from typing import Any

import pytest

from orchestrator.choreography import sagas
from orchestrator.core import observing
from orchestrator.core.definition_document import DefinitionInvalid
from orchestrator.core.model import SagaKey, SagaState, Signature, StepState
from orchestrator.core.observation import EventKey
from orchestrator.core.operations import Action, Operate
from orchestrator.engine.catalog import DefinitionCatalog
from sagaway.bus import decode
from tests.choreography.watched import Watched, event_of, watched
from tests.core.observed import BOUGHT, BROKE, DOCUMENT, ORDERED, accepted, fact, ordered, paid, receipt, reserved
from tests.engine.virtual import virtual

RENTED = "com.example.rental.asked.v1"


def shop(**changes: Any) -> dict[str, Any]:
    """Return the shop's document with fields changed."""
    return {**copy.deepcopy(DOCUMENT), **changes}


def rental(pays: str = "pay") -> dict[str, Any]:
    """Return another choreography, in which the shop's payment service takes part, by default with the same reaction."""
    starter = {
        "participant": "rental",
        "starts": [RENTED],
        "reactions": [
            {"name": "lend", "consumes": RENTED, "completes": reserved.event_type},
            {"name": "note", "consumes": paid.event_type, "effect_free": True},
        ],
    }
    reaction = {"name": pays, "consumes": reserved.event_type, "completes": paid.event_type}
    services = [starter, {"participant": "payment", "reactions": [reaction]}]
    return {"name": "rental", "version": 1, "choreography": {"services": services, "progress_timeout": "30s"}}


@virtual
async def test_one_that_is_registered_later_is_observed_from_then_on() -> None:
    async with watched() as world:
        await world.publish(fact(RENTED, event_id="asked"), saga_id="before")
        await world.caught_up()
        await world.catalog.register("default", rental(), world.clock.now())
        await world.publish(fact(RENTED, event_id="asked"), saga_id="after")
        await world.caught_up()
        assert (await world.saga("after")).definition.name == "rental"
        assert await world.log.read(SagaKey("default", "before")) is None


@virtual
async def test_what_another_replica_has_just_registered_or_deprecated_counts_at_once() -> None:
    async with watched() as world:
        await world.publish(ordered, saga_id="old")
        await world.caught_up()
        elsewhere = DefinitionCatalog(world.log)
        await elsewhere.register("default", rental(), world.clock.now())
        await elsewhere.register("default", shop(version=2), world.clock.now())
        await world.publish(fact(RENTED, event_id="asked"), saga_id="rented")
        await world.publish(ordered, saga_id="new")
        await world.caught_up()
        await elsewhere.deprecate("default", "shop", 2, world.clock.now())
        await world.publish(ordered, saga_id="newest")
        await world.caught_up()
        assert (await world.saga("rented")).definition.name == "rental"
        for saga_id, version in (("old", 1), ("new", 2), ("newest", 1)):
            assert (await world.saga(saga_id)).definition.version == version
        with pytest.raises(DefinitionInvalid, match="starts sagas of the choreography 'rental'"):
            await world.catalog.register("default", rental() | {"name": "lease"}, world.clock.now())


@virtual
async def test_a_saga_stays_on_the_version_that_was_the_newest_when_it_began() -> None:
    async with watched() as world:
        await world.publish(ordered, saga_id="old")
        await world.caught_up()
        await world.catalog.register("default", shop(version=2), world.clock.now())
        await world.publish(ordered, saga_id="new")
        await world.caught_up()
        await world.catalog.deprecate("default", "shop", 2, world.clock.now())
        await world.publish(ordered, saga_id="newest")
        await world.publish(*BOUGHT[1:], saga_id="old")
        await world.publish(*BOUGHT[1:], saga_id="new")
        await world.caught_up()
        for saga_id, version in (("old", 1), ("new", 2), ("newest", 1)):
            assert (await world.saga(saga_id)).definition.version == version
        assert {(await world.saga(saga_id)).state for saga_id in ("old", "new")} == {SagaState.COMPLETED}


@virtual
async def test_sagas_of_two_namespaces_are_not_one() -> None:
    async with watched() as world:
        await world.catalog.register("other", shop(), world.clock.now())
        for one in BROKE:
            event = replace(event_of(one, "order-1", world.clock.now()), namespace="other")
            await world.bus.publish(event, message_id=f"other {one.event_type}")
        await world.publish(*BOUGHT)
        assert (await world.settled()).state is SagaState.COMPLETED
        await world.caught_up()
        row = await world.log.read(SagaKey("other", "order-1"))
        assert row is not None
        assert row.state is SagaState.COMPENSATED


@virtual
async def test_what_is_there_before_its_start_waits_where_two_choreographies_could_have_it() -> None:
    async with watched() as world:
        await world.catalog.register("default", rental(), world.clock.now())
        lent = fact(reserved.event_type, "rental.lend", "asked", event_id="lent")
        bought = fact(paid.event_type, "payment.pay", "lent", event_id="bought")
        await world.publish(bought, saga_id="pan")
        await asyncio.sleep(1)
        assert await world.log.read(SagaKey("default", "pan")) is None
        await world.publish(fact(RENTED, event_id="asked"), lent, receipt("rental.note", "bought"), saga_id="pan")
        await world.caught_up()
        saga = await world.saga("pan")
        assert (saga.definition.name, saga.state) == ("rental", SagaState.COMPLETED)
        assert not world.broker.dead


@virtual
async def test_what_is_there_before_its_start_makes_the_saga_where_one_can_have_it() -> None:
    async with watched() as world:
        await world.publish(replace(paid, key=EventKey("/of/another/maker", "1")), saga_id="foreign")
        await world.publish(accepted, saga_id="ours")
        await world.caught_up()
        for saga_id in ("foreign", "ours"):
            saga = await world.saga(saga_id)
            assert (saga.definition.name, saga.steps["payment.pay"].state) == ("shop", StepState.WAITING)
        await world.publish(ordered, reserved, accepted, saga_id="foreign")
        await world.publish(*BOUGHT, saga_id="ours")
        await world.caught_up()
        assert (await world.saga("ours")).state is SagaState.COMPLETED


@virtual
async def test_whose_it_is_is_known_by_its_service_and_its_reaction() -> None:
    async with watched() as world:
        await world.catalog.register("default", rental("charge"), world.clock.now())
        await world.publish(fact(paid.event_type, "payment.pay", "reserved"), saga_id="shop")
        await world.publish(fact(paid.event_type, "payment.charge", "lent"), saga_id="rental")
        await world.publish(receipt("payment.charge", "lent"), saga_id="rental-too")
        await world.publish(fact(paid.event_type, "bank.pay", "reserved"), saga_id="nobodys")
        await world.caught_up()
        for saga_id, name in (("shop", "shop"), ("rental", "rental"), ("rental-too", "rental")):
            assert (await world.saga(saga_id)).definition.name == name
        assert await world.log.read(SagaKey("default", "nobodys")) is None


@virtual
async def test_a_saga_that_goes_round_for_ever_is_stuck_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observing, "MAX_EVENTS", 20)
    async with watched() as world:
        await world.publish(*[fact(ORDERED, event_id=f"round {number}") for number in range(30)])
        await world.publish(*BOUGHT, saga_id="order-2")
        saga = await world.settled()
        assert (await world.settled("order-2")).state is SagaState.COMPLETED
        await world.caught_up()
        assert saga.failure is not None
        assert (saga.state, saga.failure.reason) == (SagaState.STUCK, "SAGA_TOO_LARGE")
        letters = list(world.broker.dead.values())
        assert [decode(letter.data).id for letter in letters] == [f"order-1/round {number}" for number in range(20, 30)]
        assert {letter.reason for letter in letters} == {"saga order-1: the saga has 20 events, and no more are taken"}
        assert world.observer.sight().counts == {"observed": 24, "refused": 10}
        await abandon(world)


async def abandon(world: Watched) -> None:
    """Let a person give the saga up."""
    by = Signature("it went round in a circle", "ann")
    await world.engine.operate(
        SagaKey("default", "order-1"), Operate(Action.ABANDON_SAGA, by, etag=(await world.row()).sequence)
    )
    assert (await world.row()).state is SagaState.ABANDONED


@virtual
async def test_more_sagas_than_fit_into_memory_are_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sagas, "MOST_IN_MEMORY", 2)
    async with watched() as world:
        for one in BOUGHT:
            for number in range(4):
                await world.publish(one, saga_id=f"o-{number}")
            await world.caught_up()
        for number in range(4):
            assert (await world.saga(f"o-{number}")).state is SagaState.COMPLETED


@virtual
async def test_what_is_not_under_way_any_more_makes_room_for_what_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sagas, "MOST_IN_MEMORY", 10)
    monkeypatch.setattr(sagas, "MOST_BYTES", 20_000)
    async with watched() as world:
        for number in range(50):
            for one in BOUGHT:
                await world.publish(one, saga_id=f"o-{number}")
            await world.caught_up()
        assert world.port.calls["read_events"] == 0
