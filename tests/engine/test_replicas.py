"""Several replicas on one log: any of them takes any request, and what one leaves another carries on."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Cause, Phase, SagaState, Signature
from orchestrator.core.outcome import Completed
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaExists
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogUnavailable, PauseKind, Target
from tests.engine.harness import LEASE, NAMESPACE, World, abc, definition, key_of, replicas, spawn, step
from tests.engine.participants import HELD, PENDING, UNAVAILABLE, payload
from tests.engine.ports import Fault
from tests.engine.virtual import seconds, settle, virtual

TAKEN_OVER = LEASE / SECOND * (1 + 1 / 6) + 1.1
"""Within which a replica's sagas are gone on with, seconds: lease, look, recovery's spread and a sweep."""


PATIENT = definition("abc", *(step(name, attempt_timeout="600s") for name in "abc"))
"""Whose calls stay on the wire for as long as a test holds them."""


async def news() -> None:
    """Let time pass until every replica knows what others did."""
    await asyncio.sleep(1.5)


def cut_off(w: World, *methods: str) -> None:
    """Let a replica not reach the log until `connect`, or not by these methods."""
    for method in methods or ("renew", "commit", "nudged", "register_revision", "next_wake", "claim_due"):
        w.port.fail(method, *(Fault(LogUnavailable("away"), False),) * 1_000)


def connect(w: World) -> None:
    for faults in w.port._faults.values():
        faults.clear()


@virtual
async def test_a_saga_is_cancelled_by_whoever_is_asked() -> None:
    """Its owner cancels the call on the wire, and sends what follows."""
    async with replicas(abc()) as (a, b):
        a.participants.next("b", HELD)
        await a.start("s")
        call = await a.participants.arrival("b")
        await b.cancel("s", "enough")
        assert a.events("s")[-2:] == ["CancelRequested", "CompensationStarted"]
        assert not call.cancelled
        await news()
        assert call.cancelled
        saga = await b.ended("s")
        assert (saga.state, saga.cause) == (SagaState.COMPENSATED, Cause.CANCELLED)
        assert a.participants.names() == ["a", "b", "~b", "~a"]
        assert (await a.row("s")).claim == 1, "its owner kept it"
        assert (a.live, b.live) == (0, 0)
        with pytest.raises(CommandRefused):
            await b.cancel("s")


@virtual
async def test_the_owner_that_was_about_to_write_decides_anew() -> None:
    async with replicas(abc()) as (a, b):
        a.participants.next("b", HELD)
        await a.start("s")
        call = await a.participants.arrival("b")
        a.port.hold()
        call.ends()
        await settle()
        await b.cancel("s")
        a.port.let_go()
        assert (await a.ended("s")).state is SagaState.COMPENSATED
        assert a.participants.names() == ["a", "b", "~b", "~a"]
        assert a.events("s").count("CancelRequested") == 1


@virtual
async def test_a_step_is_completed_by_whoever_is_asked() -> None:
    async with replicas(abc(), settings=EngineSettings(doze_after=3_600 * SECOND)) as (a, b):
        a.participants.next("b", PENDING)
        await a.start("s")
        call = await a.participants.arrival("b")
        await settle()
        assert (await a.row("s")).owner_epoch == a.log.epoch
        done = Completed(payload({"by": "b"}))
        await b.complete("s", "b", call.call.completion_token, done, Phase.EXECUTE)
        await b.complete("s", "b", call.call.completion_token, done, Phase.EXECUTE)
        assert (await b.ended("s")).state is SagaState.COMPLETED
        assert a.events("s").count("StepCompleted b") == 1


@virtual
async def test_what_sleeps_is_driven_by_whoever_is_asked() -> None:
    async with replicas(abc()) as (a, b):
        a.participants.next("b", PENDING)
        await a.start("s")
        await a.participants.arrival("b")
        await asyncio.sleep(10)
        assert (await a.row("s")).owner_epoch is None
        await b.cancel("s")
        assert (await a.ended("s")).state is SagaState.COMPENSATED
        assert (await a.row("s")).claim == 2


@virtual
async def test_many_commands_at_once_are_carried_out_one_after_the_other() -> None:
    async with replicas(abc(), count=3) as (a, b, c):
        a.participants.next("b", HELD)
        await a.start("s")
        await a.participants.arrival("b")
        await asyncio.gather(*(each.cancel("s") for each in (a, b, b, c, c, c)))
        assert a.events("s").count("CancelRequested") == 1
        assert (await c.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_one_saga_is_started_once_wherever_it_is_started() -> None:
    async with replicas(abc()) as (a, b):
        assert sorted(await asyncio.gather(a.start("s"), b.start("s"))) == [False, True]
        with pytest.raises(SagaExists):
            await b.start("s", value=1)
        assert (await b.ended("s")).state is SagaState.COMPLETED
        assert a.participants.names() == ["a", "b", "c"]


@virtual
async def test_who_waits_elsewhere_hears_of_the_end() -> None:
    async with replicas(abc()) as (a, b):
        a.participants.next("c", HELD)
        await a.start("s")
        call = await a.participants.arrival("c")
        waiting = spawn(b.ended("s"))
        with b.engine.watch(key_of("s")) as watch:
            await news()
            watch._changed.clear()
            call.ends()
            began = seconds()
            await watch.changed()
            assert seconds() - began <= 1
        assert (await waiting).state is SagaState.COMPLETED
        assert not b.engine._services.hub._watches


@virtual
async def test_whoever_lives_goes_on_with_what_a_dead_replica_owned() -> None:
    async with replicas(abc(), count=3) as (a, b, c):
        a.participants.next("b", HELD)
        for place in range(20):
            await a.start(f"s{place}")
        await a.participants.arrival("b")
        await a.kill()
        died = seconds()
        states = [(await b.ended(f"s{place}")).state for place in range(20)]
        assert states == [SagaState.COMPLETED] * 20
        assert LEASE / SECOND * 5 / 6 <= seconds() - died <= TAKEN_OVER
        owners = {(await c.row(f"s{place}")).claim for place in range(20)}
        assert owners <= {1, 2}
        for place in range(20):
            b.check_atomic(f"s{place}", SagaState.COMPLETED, 3)


@virtual
async def test_a_replica_that_is_cut_off_stops_itself_and_learns_that_it_was_ended() -> None:
    """From two thirds of its lease on it sends nothing, though its calls end and others are due."""
    async with replicas(PATIENT) as (a, b):
        a.participants.next("b", HELD)
        await a.start("s")
        call = await a.participants.arrival("b")
        cut_off(a)
        await asyncio.sleep(LEASE / SECOND * 0.7)
        assert a.engine.readiness()
        assert b.engine.readiness() == ""
        await asyncio.sleep(TAKEN_OVER - LEASE / SECOND * 0.7)
        assert (await b.ended("s")).state is SagaState.COMPLETED
        before = a.participants.names()
        call.ends()
        await settle()
        assert a.participants.names() == before == ["a", "b", "b", "c"]
        assert a.fatal == []
        connect(a)
        await asyncio.sleep(5)
        assert "ended" in str(a.fatal[0])
        a.check_atomic("s", SagaState.COMPLETED, 3)


@virtual
async def test_calls_that_wait_at_a_gate_leave_only_with_a_lease() -> None:
    async with replicas(PATIENT) as (a, b):
        a.participants.limits["p"] = 1
        a.participants.next("a", HELD)
        await a.start("s")
        await a.start("t")
        call = await a.participants.arrival("a")
        cut_off(a)
        await asyncio.sleep(LEASE / SECOND * 0.7)
        await b.kill()  # nobody is to end it
        call.ends()
        await asyncio.sleep(1)
        assert a.participants.names() == ["a"]
        connect(a)
        assert (await a.ended("t")).state is SagaState.COMPLETED
        assert (await a.ended("s")).state is SagaState.COMPLETED
        assert a.fatal == []


@virtual
async def test_they_leave_also_if_the_lease_lapsed_while_its_renewal_was_under_way() -> None:
    """No call of its own comes or goes after that: nothing else would let them out."""
    async with replicas(PATIENT) as (a, b):
        a.participants.limits["p"] = 1
        a.participants.next("c", HELD)
        await a.start("s")
        call = await a.participants.arrival("c")
        await a.start("t")
        renew = a.port.renew

        async def slowly(*, ends: bool = True) -> int:
            await asyncio.sleep(LEASE / SECOND * 0.75)
            return await renew(ends=ends)

        cut_off(a, "claim_due", "claim_orphans")  # nothing else writes meanwhile, which would renew, too
        a.port.renew = slowly  # type: ignore[method-assign]
        while not a.engine.readiness():
            await asyncio.sleep(0.1)
        call.ends()
        assert (await a.ended("s")).state is SagaState.COMPLETED
        assert a.participants.names() == ["a", "b", "c"]
        assert (await a.ended("t")).state is SagaState.COMPLETED
        assert a.fatal == b.fatal == []


@virtual
async def test_after_an_outage_of_the_log_longer_than_all_leases_everybody_goes_on() -> None:
    async with replicas(PATIENT, count=3) as everybody:
        a = everybody[0]
        a.participants.next("b", HELD)
        await a.start("s")
        call = await a.participants.arrival("b")
        for each in everybody:
            cut_off(each)
        await asyncio.sleep(3 * LEASE / SECOND)
        call.ends()
        with pytest.raises(LogUnavailable):
            await everybody[1].start("t")
        for each in reversed(everybody):
            connect(each)
            await asyncio.sleep(0.3)
        assert (await a.ended("s")).state is SagaState.COMPLETED
        assert [each.fatal for each in everybody] == [[], [], []]
        assert (await a.row("s")).claim == 1
        for each in everybody:
            assert each.engine.readiness() == ""


@virtual
async def test_what_is_registered_and_paused_at_one_holds_at_all() -> None:
    async with replicas(abc()) as (a, b):
        await b.start("before")
        second = definition("abc", step("a"), version=2)
        await a.catalog.register(NAMESPACE, second, a.clock.now())
        target, by = Target(PauseKind.PARTICIPANT, NAMESPACE, "p"), Signature("maintenance", "ann", "")
        await a.engine.pausing.pause(target, by)
        await news()
        newest = await b.catalog.compiled(NAMESPACE, "abc", 0)
        assert newest is not None
        assert newest.version == 2
        await b.start("s")
        await asyncio.sleep(10)
        assert b.participants.names("s") == []
        await a.engine.pausing.resume(target, by)
        assert (await b.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_what_a_dead_replica_had_parked_is_fetched_by_another() -> None:
    retry = {"max_attempts": 1_000, "initial_backoff": "1s", "max_backoff": "1s"}
    async with replicas(definition("abc", step("a"), retry=retry)) as (a, b):
        a.participants.always["a"] = UNAVAILABLE
        for place in range(5):
            await a.start(f"s{place}")
        while (await a.row("s4")).owner_epoch is not None:
            await asyncio.sleep(1)
        assert await a.log.parked_participants() == [(NAMESPACE, "p")]
        await a.kill()
        del a.participants.always["a"]
        for place in range(5):
            assert (await b.ended(f"s{place}")).state is SagaState.COMPLETED
