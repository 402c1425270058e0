"""The limit of open sagas: who is refused, who is answered all the same, and when there is room again."""

from __future__ import annotations

import asyncio

import pytest

from orchestrator.core.model import SagaState
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import Overloaded, SagaExists
from orchestrator.engine.settings import EngineSettings
from tests.engine.harness import abc, definition, replicas, step, world
from tests.engine.participants import HELD, PENDING, REFUSED
from tests.engine.virtual import virtual

THREE = EngineSettings(max_open_sagas=3, max_live_sagas=2)
COUNTED = 1.5
"""Within which the log was counted anew where few more are to be let in, seconds."""


@virtual
async def test_more_than_the_limit_are_refused_and_told_when_to_ask_again() -> None:
    async with world(abc(), settings=THREE) as w:
        w.participants.always["a"] = HELD
        for place in range(3):
            await w.start(f"s{place}")
        with pytest.raises(Overloaded, match="3 sagas are open, the limit; ask again later") as refused:
            await w.start("s3")
        assert refused.value.retry_after == SECOND
        assert await w.log.read((await w.command("s3")).key) is None, "nothing was written"
        # The same request is answered, and another one for its id too.
        assert not await w.start("s1")
        with pytest.raises(SagaExists):
            await w.start("s1", value=1)


@virtual
async def test_there_is_room_again_when_sagas_have_ended_however_they_did() -> None:
    async with world(abc(), settings=THREE) as w:
        w.participants.always["a"] = HELD
        for place in range(3):
            await w.start(f"s{place}")
        await asyncio.sleep(COUNTED)
        call = await w.participants.arrival("a")
        call.ends(REFUSED)
        assert (await w.ended(call.call.key.saga_id)).state is SagaState.COMPENSATED
        await asyncio.sleep(COUNTED)
        assert await w.start("s3")
        with pytest.raises(Overloaded):
            await w.start("s4")


@virtual
async def test_what_sleeps_and_what_waits_for_its_turn_is_open_too_and_stays_so_over_a_restart() -> None:
    async with world(abc(), settings=THREE) as w:
        w.participants.next("a", PENDING)
        w.participants.always["b"] = HELD
        for place in range(3):
            await w.start(f"s{place}")
        await asyncio.sleep(30)
        await w.again()
        await asyncio.sleep(COUNTED)
        with pytest.raises(Overloaded):
            await w.start("s3")


@virtual
async def test_what_other_replicas_have_started_counts() -> None:
    patient = definition("abc", step("a", attempt_timeout="600s"))
    async with replicas(patient, settings=THREE) as (a, b):
        a.participants.always["a"] = HELD
        for place in range(3):
            await a.start(f"s{place}")
        await asyncio.sleep(32)
        with pytest.raises(Overloaded):
            await b.start("s3")


@virtual
async def test_while_the_log_can_not_be_counted_the_last_count_holds() -> None:
    async with world(abc(), settings=THREE) as w:
        w.participants.always["a"] = HELD
        for place in range(3):
            await w.start(f"s{place}")
        await asyncio.sleep(COUNTED)
        w.port.count_states = _away  # type: ignore[method-assign]
        await asyncio.sleep(COUNTED)
        with pytest.raises(Overloaded):
            await w.start("s3")


async def _away() -> dict[SagaState, int]:
    raise TimeoutError("away")
