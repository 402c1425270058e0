"""StartSaga: the same request makes one saga, whatever happens; another request with its id is refused."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from orchestrator.core.model import SagaState
from orchestrator.engine.errors import Draining, Overloaded, SagaExists
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import abc, spawn, world
from tests.engine.participants import HELD, payload
from tests.engine.virtual import settle, virtual


@virtual
async def test_the_same_request_again_is_the_same_saga() -> None:
    async with world(abc()) as w:
        assert await w.start("s") is True
        assert await w.start("s") is False
        await w.ended("s")
        assert await w.start("s") is False
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_two_equal_requests_at_once_make_one_saga() -> None:
    async with world(abc()) as w:
        command = await w.command("s")
        created = await asyncio.gather(*(w.engine.start_saga(command) for _ in range(5)))
        assert sorted(created) == [False, False, False, False, True]
        await w.ended("s")
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_the_second_of_two_equal_requests_is_not_answered_before_the_commit_either() -> None:
    async with world(abc()) as w:
        w.port.hold()
        first, second = spawn(w.start("s")), spawn(w.start("s"))
        await settle()
        assert (first.done(), second.done()) == (False, False)
        w.port.let_go()
        assert (await first, await second) == (True, False)


@virtual
async def test_the_same_request_after_a_crash_is_the_same_saga() -> None:
    async with world(abc()) as w:
        w.participants.next("b", HELD)
        await w.start("s")
        await w.participants.arrival("b")
        await w.again()
        assert await w.start("s") is False
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.standing((await w.saga("s")).key) == {"a", "b", "c"}


@virtual
async def test_a_request_whose_answer_was_lost_in_a_crash_is_recognised() -> None:
    async with world(abc()) as w:
        w.crashes.at = "after a commit"
        starting = spawn(w.start("s"))
        await w.crashes.crashed.wait()
        assert not starting.done()
        await w.again()
        assert await w.start("s") is False
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_another_request_with_the_same_id_is_refused() -> None:
    async with world(abc(), abc(name="other")) as w:
        command = await w.command("s", value={"n": 1}, labels={"k": "v"})
        assert await w.engine.start_saga(command)
        others = [
            await w.command("s", "other", value={"n": 1}, labels={"k": "v"}),
            replace(command, input=payload({"n": 2})),
            replace(command, labels={"k": "w"}),
            replace(command, labels={}),
            replace(command, requested_version=1),
        ]
        for other in others:
            with pytest.raises(SagaExists, match="'s'"):
                await w.engine.start_saga(other)
        assert await w.engine.start_saga(replace(command, traceparent="00-0af7-01")) is False


@virtual
async def test_the_version_as_requested_is_what_counts_not_the_one_it_stood_for() -> None:
    async with world(abc(), abc(version=2)) as w:
        first = await w.command("s")
        assert first.definition.version == 2
        await w.engine.start_saga(first)
        await w.port.deprecate_definition("default", "abc", 2, w.clock.now())
        w.catalog._forget("default", "abc")
        again = await w.command("s")
        assert again.definition.version == 1
        assert await w.engine.start_saga(again) is False
        assert (await w.ended("s")).definition.version == 2


@virtual
async def test_of_two_different_requests_at_once_one_wins_and_the_other_is_told() -> None:
    async with world(abc()) as w:
        w.port.hold()
        first, second = spawn(w.start("s", value={"n": 1})), spawn(w.start("s", value={"n": 2}))
        await settle()
        w.port.let_go()
        assert await first is True
        with pytest.raises(SagaExists):
            await second


@virtual
async def test_a_full_backlog_refuses_new_sagas_and_writes_nothing_of_them() -> None:
    async with world(abc(), settings=EngineSettings(max_backlog=3, max_batch=1)) as w:
        w.port.hold()
        accepted = []
        for n in range(4):  # one is being written, three wait
            accepted.append(spawn(w.start(f"s{n}")))
            await settle()
        with pytest.raises(Overloaded) as refused:
            await w.start("s9")
        assert refused.value.retry_after > 0
        w.port.let_go()
        assert await asyncio.gather(*accepted) == [True] * 4
        assert await w.log.read((await w.command("s9")).key) is None
        assert await w.start("s9")


@virtual
async def test_a_backlog_of_too_many_bytes_refuses_new_sagas() -> None:
    async with world(abc(), settings=EngineSettings(max_backlog_bytes=2_000)) as w:
        w.port.hold()
        large = {"text": "x" * 2_500}
        accepted = []
        for n in range(2):  # one is being written, one waits
            accepted.append(spawn(w.start(f"s{n}", value=large)))
            await settle()
        with pytest.raises(Overloaded, match="bytes"):
            await w.start("s9")
        w.port.let_go()
        assert await asyncio.gather(*accepted) == [True] * 2
        assert await w.start("s9")


@virtual
async def test_a_draining_engine_takes_no_saga() -> None:
    async with world(abc()) as w:
        await w.engine.drain(1)
        with pytest.raises(Draining):
            await w.start("s")
        assert w.engine.readiness() == "draining"


@virtual
async def test_a_client_that_leaves_does_not_take_its_saga_with_it() -> None:
    async with world(abc()) as w:
        w.port.hold()
        starting = spawn(w.start("s"))
        await settle()
        starting.cancel()
        await settle()
        w.port.let_go()
        await settle()
        assert (await w.ended("s")).state is SagaState.COMPLETED
