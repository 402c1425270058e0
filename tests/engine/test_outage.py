"""When the log can't be written: nothing is lost, nothing is written twice, and one bad saga does not stop the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from orchestrator.core.model import SagaState
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import Append, LogDataError, LogFatal, LogUnavailable, Outcome
from orchestrator.store.memory import MemoryLog
from tests.engine.harness import abc, key_of, spawn, world
from tests.engine.participants import HELD
from tests.engine.ports import LOST_ANSWER, OUTAGE, Fault
from tests.engine.virtual import settle, virtual


class Picky(MemoryLog):
    """A log whose database refuses some sagas' data.

    Attributes:
        refused: the sagas that it refuses.
        refuse_new: False: only what is appended to a saga that stands.
        tries: how many batches it was given.
        error: what it refuses them with.
    """

    def __init__(self, *refused: str, refuse_new: bool = True) -> None:
        super().__init__()
        self.refused = {key_of(saga_id) for saga_id in refused}
        self.refuse_new = refuse_new
        self.tries = 0
        self.error: Exception = LogDataError("a value is out of range")

    async def commit(self, batch: Sequence[Append]) -> list[Outcome]:
        self.tries += 1
        for append in batch:
            if append.key in self.refused and (self.refuse_new or append.new is None):
                raise self.error
        return await super().commit(batch)


@virtual
async def test_a_log_that_is_away_for_a_while_delays_and_loses_nothing() -> None:
    async with world(abc()) as w:
        w.port.fail("commit", *[OUTAGE] * 3)
        starting = spawn(w.start("s"))
        await settle()
        assert "the disk is full" in w.engine.readiness()
        assert await starting is True
        assert w.engine.readiness() == ""
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_while_the_log_is_known_to_be_away_requests_are_refused_at_once() -> None:
    async with world(abc()) as w:
        await w.start("old")
        w.port.fail("commit", *[OUTAGE] * 5)
        starting = spawn(w.start("s"))
        await settle()
        with pytest.raises(LogUnavailable, match="full"):
            await w.start("t")
        with pytest.raises(LogUnavailable, match="full"):
            await w.cancel("old")
        await starting
        assert await w.start("t") is True


@virtual
async def test_a_request_is_not_kept_waiting_for_ever_and_may_be_repeated() -> None:
    async with world(abc(), settings=EngineSettings(commit_patience=2_000_000)) as w:
        w.port.hold()
        with pytest.raises(LogUnavailable, match="2 s"):
            await w.start("s")
        w.port.let_go()
        await settle()
        assert await w.start("s") is False


@virtual
async def test_a_commit_that_was_reported_lost_is_recognised_at_every_commit_of_a_saga() -> None:
    async with world(abc()) as w:
        w.port.fail("commit", *[LOST_ANSWER, None] * 10)
        assert await w.start("s") is True
        saga = await w.ended("s")
        assert (saga.state, saga.sequence) == (SagaState.COMPLETED, 8)
        assert w.participants.names() == ["a", "b", "c"]


@virtual
async def test_a_lost_answer_to_putting_a_saga_to_sleep_is_recognised() -> None:
    async with world(abc(retry={"max_attempts": 3, "initial_backoff": "3600s", "max_backoff": "3600s"})) as w:
        w.participants.next("a", HELD)
        await w.start("s")
        w.port.fail("commit", None, LOST_ANSWER)
        (await w.participants.arrival("a")).ends()
        assert (await w.ended("s")).state is SagaState.COMPLETED


@virtual
async def test_a_saga_whose_data_the_database_refuses_does_not_hurt_its_batch() -> None:
    log = Picky("s5")
    async with world(abc(), log=log) as w:
        w.port.hold()
        starting = [spawn(w.start("first"))]
        await settle()
        starting += [spawn(w.start(f"s{n}")) for n in range(20)]
        await settle()
        w.port.let_go()
        results = await asyncio.gather(*starting, return_exceptions=True)
        assert [type(result) for result in results] == [bool] * 6 + [LogDataError] + [bool] * 14
        for n in (0, 4, 6, 19):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert await w.log.read(key_of("s5")) is None
        assert w.live == 0


@virtual
async def test_a_bad_append_is_found_by_halving() -> None:
    log = Picky("s5")
    async with world(abc(), log=log) as w:
        w.participants.always["a"] = HELD
        w.port.hold()
        first = spawn(w.start("first"))
        await settle()
        starting = [spawn(w.start(f"s{n}")) for n in range(64)]
        await settle()
        w.port.let_go()
        await asyncio.gather(first, *starting, return_exceptions=True)
        assert log.tries <= 2 + 2 * 6


@virtual
async def test_a_saga_whose_later_data_is_refused_is_put_aside_and_says_why() -> None:
    async with world(abc(), log=Picky("bad", refuse_new=False)) as w:
        w.participants.next("a", HELD, HELD)
        await w.start("bad")
        await w.start("good")
        waiting = spawn(w.engine.wait(key_of("bad"), 10**12))
        for saga_id in ("bad", "good"):
            (await w.participants.arrival("a", saga_id=saga_id)).ends()
        await waiting
        row = await w.row("bad")
        assert "out of range" in row.quarantine_reason
        assert row.owner_epoch is None
        assert (await w.ended("good")).state is SagaState.COMPLETED
        with pytest.raises(SagaQuarantined, match="out of range"):
            await w.cancel("bad")
        assert w.participants.names("bad") == ["a"]
        w.check_nothing_left()


@virtual
async def test_an_outage_that_ends_in_a_refusal_is_over() -> None:
    """The log answers again, though with a refusal."""
    async with world(abc(), log=Picky("s")) as w:
        w.port.fail("commit", OUTAGE, OUTAGE)
        with pytest.raises(LogDataError):
            await w.start("s")
        assert w.engine.readiness() == ""
        assert await w.start("t") is True


@virtual
async def test_a_fatal_error_of_the_log_is_reported_once_and_nothing_is_sent_any_more() -> None:
    async with world(abc(), settings=EngineSettings(commit_patience=1_000_000)) as w:
        w.participants.next("a", HELD)
        await w.start("s")
        w.port.fail("commit", Fault(LogFatal("input/output error")))
        (await w.participants.arrival("a")).ends()
        await settle()
        assert [str(error) for error in w.fatal] == ["input/output error"]
        assert "input/output" in w.engine.readiness()
        with pytest.raises(LogUnavailable):
            await w.start("t")
        await w.engine.drain(1)
        assert w.participants.names() == ["a"]


@virtual
async def test_a_fault_that_the_log_does_not_name_ends_the_process_too() -> None:
    """What the log holds is not known then; to go on without a committer would be to hang for ever."""
    async with world(abc()) as w:
        w.port.fail("commit", Fault(ZeroDivisionError("a fault of ours")))
        starting = spawn(w.start("s"))
        await settle()
        assert [str(error) for error in w.fatal] == ["ZeroDivisionError: a fault of ours"]
        assert w.engine.readiness() != ""
        starting.cancel()


@virtual
async def test_the_log_is_not_asked_in_a_tight_loop_while_it_is_away() -> None:
    async with world(abc(), settings=EngineSettings(commit_patience=3_600_000_000)) as w:
        w.port.fail("commit", *[OUTAGE] * 12)
        began = w.clock.now()
        assert await w.start("s") is True
        assert w.clock.now() - began > 10_000_000
