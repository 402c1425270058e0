"""A definition that a person has paused: its sagas stand still without an event each, and go on when it is resumed."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from orchestrator.core.model import Phase, SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Completed
from orchestrator.engine.errors import DefinitionPaused
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import PauseKind, Target
from tests.engine.harness import NAMESPACE, SETTINGS, Document, World, abc, definition, key_of, pivoted, step, world
from tests.engine.participants import DONE, HELD, PENDING, UNAVAILABLE, payload
from tests.engine.ports import OUTAGE
from tests.engine.virtual import seconds, settle, virtual

HOUR = 3_600
PATIENT = {"max_attempts": 1_000, "initial_backoff": "1s", "max_backoff": "1s"}
ONE = definition("one", step("a"))
OTHER = definition("other", step("b"))
ANNA, BEN = Signature("it is wrong", "anna", "ops"), Signature("mended", "ben", "ops")


def target(name: str, version: int = 0) -> Target:
    return Target(PauseKind.DEFINITION, NAMESPACE, name, version)


async def pause(w: World, name: str, version: int = 0) -> None:
    await w.engine.pausing.pause(target(name, version), ANNA)


async def resume(w: World, name: str, version: int = 0) -> None:
    await w.engine.pausing.resume(target(name, version), BEN)


async def newer(w: World, document: Document, version: int) -> None:
    await w.catalog.register(NAMESPACE, document | {"version": version}, w.clock.now())


async def held(w: World, *saga_ids: str) -> None:
    """These wait in the log for their definition, and nobody has them."""
    assert await w.log.held_definitions()
    for saga_id in saga_ids:
        row = await w.row(saga_id)
        assert (row.owner_epoch, row.wake_time) == (None, None), saga_id


@virtual
async def test_a_saga_stands_still_where_it_is_and_goes_on_from_there() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await pause(w, "abc")
        await settle()
        assert w.live == 1  # the call is awaited
        call.ends()
        await settle()
        before = w.events("s")
        assert before[-1] == "StepCompleted b"
        await asyncio.sleep(HOUR)
        await held(w, "s")
        assert (w.events("s"), w.participants.names("s"), w.live) == (before, ["a", "b"], 0)
        await resume(w, "abc")
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.names("s") == ["a", "b", "c"]
        assert await w.log.held_definitions() == []
        w.check_nothing_left()


@virtual
async def test_new_sagas_are_accepted_and_wait_without_memory() -> None:
    async with world(ONE) as w:
        await pause(w, "one")
        for n in range(500):
            assert await w.start(f"s{n}", "one")
            assert w.events(f"s{n}") == ["SagaStarted"]
        assert w.live == 0
        assert not await w.start("s0", "one")
        await asyncio.sleep(HOUR)
        await held(w, "s0", "s499")
        assert (await w.row("s7")).state is SagaState.PENDING
        await resume(w, "one")
        for n in range(500):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()


@virtual
async def test_what_waits_at_a_gate_does_not_leave_and_others_are_not_held_up() -> None:
    async with world(ONE, OTHER) as w:
        w.participants.limits["p"] = 2
        w.participants.next("a", HELD, HELD)
        for n in range(350):
            await w.start(f"s{n}", "one")
        await w.start("o", "other")
        flying = [await w.participants.arrival("a", saga_id=f"s{n}") for n in range(2)]
        await pause(w, "one")
        flying[0].ends()
        assert (await w.ended("o")).state is SagaState.COMPLETED
        flying[1].ends()
        await asyncio.sleep(60)
        assert w.live == 0
        assert len(w.participants.names()) == 3
        assert all(w.events(f"s{n}") == ["SagaStarted", "StepIntended a"] for n in range(2, 350))
        claims = w.port.calls["claim_held"]
        await resume(w, "one")
        for n in range(350):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.port.calls["claim_held"] - claims <= 350 / SETTINGS.claim_page + 2, "each is claimed once"
        assert w.participants.attempts("a") == [1] * 350
        assert w.participants.most["p"] <= 2
        w.check_nothing_left()


@virtual
async def test_timers_act_on_resume() -> None:
    short = definition(
        "short", step("a"), step("b", pending_timeout="60s", pending_poll_interval="10s"), timeout="120s"
    )
    async with world(short) as w:
        w.participants.next("b", PENDING)
        await w.start("s", "short")
        await settle()
        await pause(w, "short")
        before = w.events("s")
        await asyncio.sleep(HOUR)
        assert (w.events("s"), w.participants.names("s")) == (before, ["a", "b"])
        await resume(w, "short")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        assert w.events("s")[len(before) :][0] == "SagaTimedOut"
        assert w.participants.names("s") == ["a", "b", "~b", "~a"]


@virtual
async def test_a_compensation_stands_still_too() -> None:
    async with world(abc()) as w:
        w.participants.next("~a", UNAVAILABLE)
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        await w.cancel("s")
        await pause(w, "abc")
        call.cancelled = True
        await asyncio.sleep(HOUR)
        assert not {"~a", "~b"} & set(w.participants.names("s"))
        await resume(w, "abc")
        assert (await w.ended("s")).state is SagaState.COMPENSATED
        w.check_atomic("s", SagaState.COMPENSATED, 3)


@virtual
async def test_what_people_and_participants_say_meanwhile_is_recorded_and_acts_on_resume() -> None:
    async with world(abc()) as w:
        await pause(w, "abc")
        await w.start("fresh")
        await resume(w, "abc")
        await w.ended("fresh")
        w.participants.next("b", PENDING, PENDING)
        await w.start("cancelled")
        await w.start("reported")
        await settle()
        await pause(w, "abc")
        await w.start("pending")
        for saga_id in ("cancelled", "pending"):
            await w.cancel(saga_id)
            assert w.events(saga_id)[-1] == "CancelRequested"
        call = await w.participants.arrival("b", saga_id="reported")
        w.participants.works(call)
        token = call.call.completion_token
        await w.complete("reported", "b", token, Completed(payload({})), Phase.EXECUTE)
        assert w.events("reported")[-1] == "StepCompleted b"
        await w.engine.operate(key_of("cancelled"), Operate(Action.PAUSE_SAGA, ANNA))
        await asyncio.sleep(HOUR)
        await held(w, "cancelled", "pending", "reported")
        assert w.live == 0
        await resume(w, "abc")
        assert (await w.ended("reported")).state is SagaState.COMPLETED
        assert (await w.ended("pending")).state is SagaState.COMPENSATED
        await asyncio.sleep(HOUR)
        assert (await w.saga("cancelled")).paused
        assert await w.log.held_definitions() == []
        await w.engine.operate(key_of("cancelled"), Operate(Action.RESUME_SAGA, ANNA))
        assert (await w.ended("cancelled")).state is SagaState.COMPENSATED


@virtual
async def test_a_restart_keeps_it() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("flying")
        await w.participants.arrival("b")
        await w.start("asleep")
        await pause(w, "abc")
        await w.start("new")
        sent = len(w.participants.sent)
        for _ in range(2):
            await w.again()
            await asyncio.sleep(HOUR)
            assert (len(w.participants.sent), w.live) == (sent, 0)
        await resume(w, "abc")
        for saga_id in ("flying", "asleep", "new"):
            assert (await w.ended(saga_id)).state is SagaState.COMPLETED
        w.check_atomic("flying", SagaState.COMPLETED, 3)
        w.check_nothing_left()


@virtual
async def test_a_process_that_dies_while_it_wakes_them_loses_none() -> None:
    async with world(ONE, settings=EngineSettings(max_live_sagas=50, claim_page=10)) as w:
        await pause(w, "one")
        for n in range(300):
            await w.start(f"s{n}", "one")
        w.participants.latency = 0.5
        await resume(w, "one")
        for _ in range(3):
            await asyncio.sleep(0.7)
            await w.again()
        for n in range(300):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
            w.check_atomic(f"s{n}", SagaState.COMPLETED, 1)
        assert await w.log.held_definitions() == []
        w.check_nothing_left()


@virtual
async def test_a_process_that_died_before_it_woke_any_has_the_next_one_do_it() -> None:
    async with world(ONE) as w:
        await pause(w, "one")
        for n in range(5):
            await w.start(f"s{n}", "one")
        w.port.fail("held_definitions", OUTAGE)
        await resume(w, "one")
        await settle()
        assert w.participants.sent == []
        await w.again()
        for n in range(5):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED


@virtual
async def test_more_than_fit_into_memory_are_woken_a_few_at_a_time_and_others_find_room() -> None:
    settings = EngineSettings(max_live_sagas=100, max_concurrent_calls=20)
    async with world(ONE, OTHER, settings=settings) as w:
        w.participants.latency = 0.1
        w.participants.limits["p"] = 10
        await pause(w, "one")
        for n in range(1_000):
            await w.start(f"s{n}", "one")
        assert w.live == 0
        await resume(w, "one")
        most, began = 0, seconds()
        for n in range(100):
            await w.start(f"o{n}", "other")
            await asyncio.sleep(0.5)
            most = max(most, w.live)
            assert (await w.row(f"o{n}")).state is SagaState.COMPLETED, "it had a turn at once"
        assert most <= 2 * settings.max_concurrent_calls + 1
        for n in range(1_000):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.participants.most["p"] <= 10
        last = max(sent.time for sent in w.participants.sent if sent.name == "a")
        assert last - began <= 1.2 * 1_000 * 0.1 / 10
        w.check_nothing_left()


@virtual
async def test_those_parked_on_a_participant_wait_for_their_definition_when_it_is_back() -> None:
    one, other = ONE | {"retry": PATIENT}, OTHER | {"retry": PATIENT}
    async with world(one, other) as w:
        w.participants.always |= {"a": UNAVAILABLE, "b": UNAVAILABLE}
        await w.start("canary", "other")
        await asyncio.sleep(20)
        for n in range(50):
            await w.start(f"s{n}", "one")
            await w.start(f"o{n}", "other")
        await pause(w, "one")
        tried = w.participants.names().count("a")
        w.participants.always |= {"a": DONE, "b": DONE}
        for n in range(50):
            assert (await w.ended(f"o{n}")).state is SagaState.COMPLETED
        claims = w.port.calls["claim_parked"]
        await asyncio.sleep(HOUR)
        assert w.port.calls["claim_parked"] == claims, "nobody looks for them in vain"
        assert w.participants.names().count("a") == tried
        assert w.events("s7") == ["SagaStarted", "StepIntended a", "StepParked a"]
        await resume(w, "one")
        for n in range(50):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert await w.log.parked_participants() == []
        w.check_nothing_left()


@virtual
async def test_one_version_can_be_paused_or_all_those_to_come_too() -> None:
    async with world(ONE) as w:
        await pause(w, "one", 1)
        await w.start("first", "one")
        await newer(w, ONE, 2)
        await w.start("second", "one")
        assert (await w.ended("second")).state is SagaState.COMPLETED
        await pause(w, "one")
        await newer(w, ONE, 3)
        await w.start("third", "one")
        with pytest.raises(DefinitionPaused, match="version 1 can't be resumed alone"):
            await resume(w, "one", 1)
        await asyncio.sleep(60)
        assert w.participants.names() == ["a"]
        await resume(w, "one")
        assert (await w.ended("third")).state is SagaState.COMPLETED
        await asyncio.sleep(60)
        assert w.participants.names("first") == []
        await resume(w, "one", 1)
        assert (await w.ended("first")).state is SagaState.COMPLETED


@virtual
async def test_what_is_paused_again_while_it_is_woken_stops_again() -> None:
    async with world(ONE, settings=EngineSettings(max_live_sagas=20, claim_page=5)) as w:
        w.participants.latency = 1
        await pause(w, "one")
        for n in range(300):
            await w.start(f"s{n}", "one")
        for _ in range(5):
            await resume(w, "one")
            await asyncio.sleep(1.5)
            await pause(w, "one")
            await asyncio.sleep(5)
            sent = len(w.participants.sent)
            assert sent < 300
            await asyncio.sleep(HOUR)
            assert (len(w.participants.sent), w.live) == (sent, 0)
        await resume(w, "one")
        for n in range(300):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.participants.attempts("a") == [1] * 300
        w.check_nothing_left()


@virtual
async def test_a_pivot_that_is_under_way_is_awaited_and_nothing_follows_it() -> None:
    async with world(pivoted()) as w:
        w.participants.next("b", HELD)
        await w.start("s", "pivoted")
        call = await w.participants.arrival("b")
        await pause(w, "pivoted")
        call.ends()
        await asyncio.sleep(HOUR)
        assert w.participants.names("s") == ["a", "b"]
        await resume(w, "pivoted")
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_saga_in_quarantine_that_is_let_go_waits_for_its_definition() -> None:
    async with world(ONE) as w:
        w.participants.next("a", HELD)
        await w.start("s", "one")
        await w.participants.arrival("a")
        await w.kill()
        await w.log.open(w.clock.now())
        await w.log.quarantine(key_of("s"), "a test says so", w.clock.now())
        await w.log.close()
        await w.up()
        await pause(w, "one")
        await w.engine.operate(key_of("s"), Operate(Action.RESUME_SAGA, replace(ANNA, reason="mended")))
        await asyncio.sleep(HOUR)
        await held(w, "s")
        assert w.participants.names("s") == ["a"]
        await resume(w, "one")
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_drained_server_gives_them_back_and_the_next_one_keeps_them() -> None:
    async with world(ONE) as w:
        for n in range(20):
            w.participants.next("a", HELD)
            await w.start(f"s{n}", "one")
        await pause(w, "one")
        await w.engine.drain(0.1)
        await w.again()
        await asyncio.sleep(HOUR)
        assert (len(w.participants.sent), w.live) == (20, 0)
        await resume(w, "one")
        for n in range(20):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
            w.check_atomic(f"s{n}", SagaState.COMPLETED, 1)
