"""The same engine on real logs, a SQLite file and a PostgreSQL database: their threads, their claims, their damage."""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from orchestrator.core.model import Cause, SagaState, Signature
from orchestrator.core.retry import SECOND
from orchestrator.engine.errors import SagaQuarantined
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import LogFatal, LogUnavailable, PauseKind, Target
from orchestrator.store.sql import SqlLog
from tests.engine.harness import NAMESPACE, Document, World, abc, definition, diamond, key_of, spawn, step, world
from tests.engine.participants import DONE, HELD, LATE, PENDING, REFUSED, REPLY_LOST, UNAVAILABLE, fails
from tests.engine.test_crashes import SCENARIOS, play
from tests.engine.virtual import settle, virtual
from tests.postgresql import LogDatabase

FORGETFUL = definition("forgetful", step("a"), step("b", participant="forgetful"), step("c"))


@pytest.fixture(params=["sqlite", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Path | str:
    """Where a log may be: both kinds."""
    if request.param == "sqlite":
        return tmp_path
    database: LogDatabase = request.getfixturevalue("log_database")
    return database.location


def on(
    place: Path | str, story: Callable[[World], object], *documents: Document, settings: EngineSettings | None = None
) -> None:
    """Tell a story in a world whose log is a file in a folder, or at a URL."""
    location = place / "log.db" if isinstance(place, Path) else place

    @virtual
    async def run() -> None:
        async with world(
            *documents, log=SqlLog(location, lease=3_600 * SECOND), settings=settings or EngineSettings()
        ) as w:
            told = story(w)
            assert asyncio.iscoroutine(told)
            await told

    run()


def change(path: Path, statement: str, *values: object) -> None:
    """Change the file behind everybody's back."""
    with sqlite3.connect(path / "log.db") as connection:
        assert connection.execute(statement, values).rowcount > 0
    connection.close()


def test_sagas_end_and_share_transactions(tmp_path: Path) -> None:
    async def story(w: World) -> None:
        assert all(await asyncio.gather(*(w.start(f"s{n}", "diamond") for n in range(64))))
        for n in range(64):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert len(w.port.batches) < 64
        assert await w.start("s1", "diamond") is False
        w.check_nothing_left()

    on(tmp_path, story, diamond())


def test_nothing_is_sent_before_its_intent_is_in_the_file(tmp_path: Path) -> None:
    """Read by another connection, which sees what is committed."""

    async def story(w: World) -> None:
        seen: dict[str, list[str]] = {}
        w.participants.always.update({"a": HELD, "b": HELD, "c": HELD})
        await w.start("s")
        for name in "abc":
            call = await w.participants.arrival(name)
            with sqlite3.connect(tmp_path / "log.db") as connection:
                seen[name] = [row[0] for row in connection.execute("SELECT type FROM events ORDER BY sequence")]
            connection.close()
            call.ends()
        await w.ended("s")
        assert seen == {
            "a": ["SagaStarted", "StepIntended"],
            "b": ["SagaStarted", "StepIntended", "StepCompleted", "StepIntended"],
            "c": ["SagaStarted", *["StepIntended", "StepCompleted"] * 2, "StepIntended"],
        }

    on(tmp_path, story, abc())


@pytest.mark.parametrize(
    "name",
    ["success", "refused at c", "cancelled while b hangs", "pending", "a late attempt before one that is refused"],
)
def test_crashes_at_a_few_places_change_no_outcome(name: str, tmp_path: Path) -> None:
    chance = random.Random(name)
    for at in chance.sample(range(3, 25), 4):

        @virtual
        async def run(at: int = at) -> None:
            await play(SCENARIOS[name], at, chance.randint(2, 12), log=SqlLog(tmp_path / f"{at}.db"))

        run()


def test_kills_under_load_change_no_outcome(place: Path | str) -> None:
    count, chance = 150, random.Random(3)
    lasting = {"max_attempts": 30, "initial_backoff": "0.5s", "max_backoff": "5s"}

    async def story(w: World) -> None:
        w.participants.latency = 0.002
        words = [DONE, REFUSED, UNAVAILABLE, REPLY_LOST, LATE, PENDING, fails("INTERNAL")]
        for name in "bc":
            w.participants.next(name, *chance.choices(words, [20, 2, 1, 1, 1, 0.3, 1], k=2 * count))
        names = [chance.choice(["abc", "forgetful"]) for _ in range(count)]
        for life in range(5):
            clients = [spawn(w.start(f"s{n}", names[n])) for n in range(life * 30, life * 30 + 30)]
            await asyncio.sleep(chance.uniform(0.005, 0.05))
            for client in clients:
                client.cancel()
            await w.again()
        for n in range(count):
            await w.start(f"s{n}", names[n])
        for n in range(count):
            saga = await w.ended(f"s{n}", 100_000)
            assert saga.cause in (None, Cause.REJECTED)
        for n in range(count):
            w.check_atomic(f"s{n}", (await w.saga(f"s{n}")).state, 3)
        w.check_nothing_left()

    forgetful = FORGETFUL | {"retry": lasting, "compensation_retry": lasting}
    settings = EngineSettings(sweep_interval=60 * SECOND)
    on(place, story, abc(retry=lasting, compensation_retry=lasting), forgetful, settings=settings)


DAMAGE = {
    "another type": "UPDATE events SET type = 'SomethingElse' WHERE sequence = 2",
    "broken data": "UPDATE events SET data = '{' WHERE sequence = 2",
    "a missing event": "DELETE FROM events WHERE sequence = 3",
    "a missing last event": "DELETE FROM events WHERE sequence = 4",
    "another sequence": "UPDATE sagas SET sequence = 9 WHERE 1",
    "another definition": "UPDATE sagas SET definition_hash = 'x' WHERE 1",
    "an unknown state": "UPDATE sagas SET state = 'DREAMING' WHERE 1",
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_saga_is_put_aside_and_the_others_go_on(damage: str, tmp_path: Path) -> None:
    async def story(w: World) -> None:
        w.participants.next("b", HELD, HELD)
        await w.start("bad")
        await w.start("good")
        await settle()
        await w.kill()
        statement = DAMAGE[damage]
        table = (
            "saga_id = 'bad'" if "UPDATE sagas" in statement else "uid = (SELECT uid FROM sagas WHERE saga_id = 'bad')"
        )
        change(tmp_path, f"{statement} AND {table}")
        await w.up()
        assert (await w.ended("good")).state is SagaState.COMPLETED
        await asyncio.sleep(2)
        with pytest.raises(SagaQuarantined):
            await w.cancel("bad")
        began = w.clock.now()
        await w.engine.wait(key_of("bad"), 3_600 * SECOND)
        assert w.clock.now() - began < SECOND, "a quarantine ends waits"
        with suppress(SagaQuarantined):
            assert await w.start("bad") is False
        assert w.participants.names("bad") == ["a", "b"]
        w.check_nothing_left()

    on(tmp_path, story, abc())


def test_sleepers_wake_on_time_and_commands_claim_once(place: Path | str) -> None:
    async def story(w: World) -> None:
        w.participants.next("b", *[fails("ABORTED", "IN_PROGRESS", retry_after=600 * SECOND)] * 30)
        for n in range(30):
            await w.start(f"s{n}")
        await asyncio.sleep(1)
        w.check_nothing_left()
        await asyncio.gather(*(w.cancel("s0") for _ in range(5)))
        assert (await w.ended("s0")).cause is Cause.CANCELLED
        assert (await w.row("s0")).claim == 2
        for n in range(1, 30):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        assert w.clock.now() - (await w.saga("s1")).start_time == pytest.approx(600 * SECOND, rel=0.01)

    on(place, story, abc(), settings=EngineSettings(sweep_interval=100 * SECOND))


def test_many_wait_for_room_and_all_end(tmp_path: Path) -> None:
    async def story(w: World) -> None:
        w.participants.latency = 0.001
        for n in range(100):
            await w.start(f"s{n}")
        for n in range(100):
            assert (await w.ended(f"s{n}")).state is SagaState.COMPLETED
        w.check_nothing_left()

    on(tmp_path, story, abc(), settings=EngineSettings(max_live_sagas=8))


def test_commands_during_recovery_meet_the_saga_that_recovery_claimed(tmp_path: Path) -> None:
    async def story(w: World) -> None:
        w.participants.next("b", *[HELD] * 20)
        for n in range(20):
            await w.start(f"s{n}")
        await settle()
        await w.again()
        w.participants.always["b"] = HELD
        await asyncio.gather(
            *(w.cancel(f"s{n}") for n in range(20) for _ in range(2)), *(w.start(f"s{n}") for n in range(20))
        )
        for n in range(20):
            assert (await w.ended(f"s{n}")).cause is Cause.CANCELLED
            assert (await w.row(f"s{n}")).claim == 2
        assert key_of("s0") in w.durable
        w.check_nothing_left()

    on(tmp_path, story, abc())


def test_what_is_paused_survives_kills_and_more_than_fit_into_memory_are_woken(place: Path | str) -> None:
    kind, by = Target(PauseKind.DEFINITION, NAMESPACE, "abc"), Signature("an audit", "ann", "ops")
    pay = Target(PauseKind.PARTICIPANT, NAMESPACE, "p")

    async def story(w: World) -> None:
        w.participants.next("b", *[HELD] * 3)
        for n in range(3):
            await w.start(f"flying-{n}")
            await w.participants.arrival("b", saga_id=f"flying-{n}")
        await w.engine.pausing.pause(kind, by)
        for n in range(120):
            await w.start(f"s{n}")
        await w.again()
        await asyncio.sleep(60)
        assert (len(w.participants.sent), w.live) == (6, 0)
        w.participants.latency = 0.05
        await w.engine.pausing.resume(kind, by)
        await asyncio.sleep(0.1)
        await w.engine.pausing.pause(pay, by)
        await w.again()
        sent = len(w.participants.sent)
        await asyncio.sleep(60)
        assert (len(w.participants.sent), w.live) == (sent, 0)
        await w.engine.pausing.resume(pay, by)
        for saga_id in (*(f"flying-{n}" for n in range(3)), *(f"s{n}" for n in range(120))):
            assert (await w.ended(saga_id)).state is SagaState.COMPLETED
            w.check_atomic(saga_id, SagaState.COMPLETED, 3)
        assert await w.log.held_definitions() == []
        assert await w.log.parked_participants() == []

    on(place, story, abc(), settings=EngineSettings(max_live_sagas=40, claim_page=10))


def test_a_replica_that_was_ended_says_so_and_the_next_one_goes_on(log_database: LogDatabase) -> None:
    """Whoever ended it did nothing else with it, so that its sagas are orphans to the next."""

    async def story(w: World) -> None:
        w.participants.next("b", HELD)
        await w.start("s")
        call = await w.participants.arrival("b")
        log_database.run("UPDATE replicas SET lease_expire_time = 1")
        other = SqlLog(log_database.location)
        await other.open(w.clock.now())
        while not await other.renew():
            log_database.run("UPDATE replicas SET lease_expire_time = 1")
        call.ends()
        with suppress(LogFatal, LogUnavailable):
            await w.start("t")
        await asyncio.sleep(1)
        assert "another replica on" in str(w.fatal[0])
        assert [row.type for row in (each.event for each in await other.read_events(key_of("s")))] == [
            *("SagaStarted", "StepIntended", "StepCompleted", "StepIntended")
        ]
        assert await other.read(key_of("t")) is None
        await other.close()
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        assert w.participants.names("s") == ["a", "b", "b", "c"]
        w.check_atomic("s", SagaState.COMPLETED, 3)

    on(log_database.location, story, abc())
