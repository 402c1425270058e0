"""The log on PostgreSQL: how it is kept, what it says when it can't be, and a COMMIT that nobody answered."""

from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import Connection

from orchestrator.store.base import (
    Claimed,
    LogDamaged,
    LogDataError,
    LogFatal,
    LogUnavailable,
    LogUnusable,
    Outcome,
    SagaFilter,
    StoreError,
)
from orchestrator.store.sql import SqlLog
from tests.postgresql import LogDatabase, Server
from tests.store.building import RUNNING, asleep, build, make_new, start
from tests.store.proxies import Lose, Proxy

COMMITTED = Outcome.COMMITTED


# How it is kept -----------------------------------------------------------------------------------------------------


async def setting(log: SqlLog, name: str) -> str:
    return await log._write(lambda connection: str(connection.exec_driver_sql(f"SHOW {name}").scalar_one()))


async def test_a_writer_s_session_holds_nobody_up(on_postgresql: SqlLog) -> None:
    assert await setting(on_postgresql, "transaction_isolation") == "read committed"
    assert await setting(on_postgresql, "synchronous_commit") == "on"
    assert await setting(on_postgresql, "idle_in_transaction_session_timeout") == "3s"
    assert await setting(on_postgresql, "client_connection_check_interval") == "3s"
    assert await setting(on_postgresql, "tcp_user_timeout") in ("6s", "0")  # of a socket of this machine there is none
    assert await setting(on_postgresql, "statement_timeout") == "30s"


async def test_a_connection_that_reads_can_not_write_and_has_a_snapshot(on_postgresql: SqlLog) -> None:
    with pytest.raises(LogUnavailable, match="25006"):
        await on_postgresql._read(lambda connection: connection.exec_driver_sql("DELETE FROM sagas"))

    def twice(connection: Connection) -> list[int]:
        def count() -> int:
            return int(connection.exec_driver_sql("SELECT count(*) FROM sagas").scalar_one())

        before = count()
        asyncio.run_coroutine_threadsafe(start(on_postgresql), loop).result()
        return [before, count()]

    loop = asyncio.get_running_loop()
    assert await on_postgresql._read(twice) == [0, 0]
    assert await on_postgresql._read(lambda connection: connection.exec_driver_sql("SELECT 1 FROM sagas").all())


async def test_a_batch_is_counted_exactly(on_postgresql: SqlLog) -> None:
    """One lost compare-and-set among many is seen in the number of rows."""
    builts = [await start(on_postgresql) for _ in range(30)]
    stale = replace(builts[7], sequence=1)
    batch = [(stale if place == 7 else built).append(1) for place, built in enumerate(builts)]
    expected = [Outcome.CONFLICT if place == 7 else COMMITTED for place in range(30)]
    assert await on_postgresql.commit(batch) == expected
    taken = build(builts[3].key.saga_id)
    news = [build().append(2, RUNNING, make_new()), taken.append(2, RUNNING, make_new())]
    assert await on_postgresql.commit(news) == [COMMITTED, Outcome.CONFLICT]


async def test_a_text_that_postgresql_can_not_hold_is_found_all_the_same(on_postgresql: SqlLog) -> None:
    built = await start(on_postgresql, labels={"a": "x\0y"})
    [row] = await on_postgresql.list_sagas(SagaFilter("default", labels={"a": "x\0y"}), None, 5)
    assert (row.key, row.labels) == (built.key, {"a": "x\0y"})


# What it says -------------------------------------------------------------------------------------------------------

REFUSED = {
    "40001": (LogUnavailable, LogUnavailable),  # serialization failure
    "40P01": (LogUnavailable, LogUnavailable),  # deadlock
    "53100": (LogUnavailable, LogUnavailable),  # disk full
    "53300": (LogUnavailable, LogUnavailable),  # too many connections
    "55P03": (LogUnavailable, LogUnavailable),  # lock not available
    "57014": (LogUnavailable, LogUnavailable),  # cancelled: it took too long
    "57P01": (LogUnavailable, LogUnavailable),  # admin shutdown
    "58030": (LogUnavailable, LogUnavailable),  # I/O error
    "22003": (LogDataError, LogDataError),  # out of range
    "23514": (LogDataError, LogDataError),  # check violation
    "54000": (LogDataError, LogDataError),  # too big for an index
    "XX000": (LogUnavailable, LogUnavailable),  # internal error
    "XX001": (LogFatal, LogDamaged),  # data corrupted
}


async def test_errors_say_what_to_do(on_postgresql: SqlLog) -> None:
    for state, (writing, reading) in REFUSED.items():

        def refuse(connection: Connection, state: str = state) -> None:
            connection.exec_driver_sql(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$")

        with pytest.raises(StoreError, match=f"{state}: no") as read:
            await on_postgresql._read(refuse)
        with pytest.raises(StoreError, match=f"{state}: no") as written:
            await on_postgresql._write(refuse)
        assert (state, type(written.value), type(read.value)) == (state, writing, reading)
        if writing is not LogFatal:
            await start(on_postgresql)
    with pytest.raises(LogFatal):  # the last of them
        await start(on_postgresql)


async def test_values_that_do_not_fit_are_refused_as_data(on_postgresql: SqlLog) -> None:
    built = build()
    for new in (make_new(start_time=2**70), make_new(definition_name="\ud800")):
        with pytest.raises(LogDataError):
            await on_postgresql.commit([built.append(2, RUNNING, new)])
    assert await on_postgresql.commit([built.append(2, RUNNING, make_new())]) == [COMMITTED]


async def test_what_a_rollback_undoes_is_not_what_the_session_has_prepared(on_postgresql: SqlLog) -> None:
    """Left to itself, psycopg would have all of a session's statements forgotten, once it has prepared one of its own."""
    built = await start(on_postgresql)
    for _ in range(10):
        await setting(on_postgresql, "search_path")
    with pytest.raises(LogUnavailable):
        await on_postgresql._write(lambda connection: connection.exec_driver_sql("NO STATEMENT"))
    assert await on_postgresql.commit([built.append(1)]) == [COMMITTED]


async def test_a_batch_may_be_larger_than_what_is_on_its_way_at_once(on_postgresql: SqlLog) -> None:
    news = [build() for _ in range(400)]
    batch = [new.append(20, RUNNING, make_new(labels={"a": "b" * 500})) for new in news]
    assert await on_postgresql.commit(batch) == [COMMITTED] * len(batch)
    assert len(await on_postgresql.read_events(news[-1].key)) == 20


async def test_it_goes_on_when_the_server_has_ended_its_connections(
    on_postgresql: SqlLog, log_database: LogDatabase
) -> None:
    built = await start(on_postgresql)
    assert await on_postgresql.read(built.key) is not None
    log_database.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'sagaway'")
    append = built.append(1)
    with pytest.raises(LogUnavailable):
        await on_postgresql.commit([append])
    with pytest.raises(LogUnavailable):
        await on_postgresql.read(built.key)
    assert await on_postgresql.commit([append]) == [COMMITTED]
    row = await on_postgresql.read(built.key)
    assert row is not None
    assert row.sequence == 3


async def test_it_goes_on_when_the_server_has_crashed(on_postgresql: SqlLog, log_database: LogDatabase) -> None:
    """A process of it that is killed makes PostgreSQL end all others and recover."""
    built = await start(on_postgresql)
    [victim] = log_database.run("SELECT pid FROM pg_stat_activity WHERE application_name = 'sagaway'")
    os.kill(victim[0], signal.SIGKILL)
    batch, refused = [built.append(1), build().append(2, RUNNING, make_new())], 0
    async with asyncio.timeout(60):
        while True:
            try:
                assert await on_postgresql.commit(batch) == [COMMITTED, COMMITTED]
                break
            except LogUnavailable:
                refused += 1
                await asyncio.sleep(0.05)
    assert refused
    assert len(await on_postgresql.read_events(built.key)) == 3


async def refusal(location: str) -> str:
    with pytest.raises(LogUnusable) as refused:
        await SqlLog(location).open(1)
    return str(refused.value)


async def test_weaker_commits_are_refused(log_database: LogDatabase) -> None:
    log_database.run("ALTER DATABASE sagas SET synchronous_commit = 'off'")
    try:
        said = await refusal(log_database.location)
    finally:
        log_database.run("ALTER DATABASE sagas RESET ALL")
    assert "has synchronous_commit = off" in said
    assert "ALTER ROLE ... SET synchronous_commit = on" in said


async def test_another_program_s_database_is_left_alone(postgresql: Server) -> None:
    postgresql.create_database("others")
    other = LogDatabase(postgresql, "others")
    for tables in ("sagas (id int)", "alembic_version (version_num text)"):
        other.empty()
        other.run(f"CREATE TABLE {tables}")
        assert "another program's tables in it; give the saga log one of its own" in await refusal(other.location)
        assert len(other.run("SELECT 1 FROM pg_tables WHERE schemaname = 'public'")) == 1


async def test_a_newer_log_is_refused(postgresql: Server) -> None:
    postgresql.create_database("newer")
    newer = LogDatabase(postgresql, "newer")
    log = SqlLog(newer.location)
    await log.open(1)
    newer.run("UPDATE alembic_version SET version_num = '9999'; UPDATE serving SET oldest_revision = '9999'")
    assert "can't serve it (it is at revision 9999 and needs" in await refusal(newer.location)
    assert newer.run("SELECT count(*) FROM replicas WHERE end_time IS NULL")[0][0] == 1, "nobody was ended"
    await log.close()


async def test_what_can_not_be_opened_is_said_without_the_password(postgresql: Server) -> None:
    nowhere = postgresql.location("nowhere").replace("postgres@", "postgres:s3cret@")
    said = await refusal(nowhere)
    assert 'database "nowhere" does not exist' in said
    assert "s3cret" not in said
    away = await refusal("postgresql://me:s3cret@127.0.0.1:1/sagas")
    assert "the saga log in 127.0.0.1/sagas can't be opened" in away
    assert "refused" in away
    assert "s3cret" not in away
    for faulty in ("postgresql://me:s3%zzcret@h/d", "postgresql://me@h/d?passwort=s3cret"):
        with pytest.raises(LogUnusable, match="not a URL of PostgreSQL") as refused:
            SqlLog(faulty)
        assert "s3" not in str(refused.value)


# A COMMIT that nobody answered --------------------------------------------------------------------------------------


@pytest.fixture
def proxy(postgresql: Server) -> Iterator[Proxy]:
    with Proxy(postgresql.host) as proxy:
        yield proxy


def through(proxy: Proxy) -> SqlLog:
    return SqlLog(f"postgresql://postgres@127.0.0.1:{proxy.port}/{LogDatabase.NAME}?sslmode=disable&gssencmode=disable")


@pytest.mark.parametrize("lose", [Lose.COMMIT, Lose.REPLY])
async def test_an_append_is_sent_again_until_it_is_answered(
    lose: Lose, proxy: Proxy, log_database: LogDatabase
) -> None:
    log = through(proxy)
    await log.open(1)
    standing, new = await start(log), build()
    batch = [standing.append(3), new.append(2, RUNNING, make_new())]
    proxy.lose = lose
    with pytest.raises(LogUnavailable):
        await log.commit(batch)
    assert proxy.lost == 1
    written = log_database.run("SELECT count(*) FROM events")[0][0]
    assert written == (7 if lose is Lose.REPLY else 2)
    assert await log.commit(batch) == [COMMITTED, COMMITTED]
    assert log_database.run("SELECT count(*) FROM events")[0][0] == 7
    assert await log.commit([new.append(2, RUNNING, make_new())]) == [Outcome.CONFLICT]
    await log.close()


@pytest.mark.parametrize("lose", [Lose.COMMIT, Lose.REPLY])
async def test_a_claim_that_nobody_was_told_of_is_told_by_the_next(
    lose: Lose, proxy: Proxy, log_database: LogDatabase
) -> None:
    log = through(proxy)
    await log.open(1)
    orphans = [await start(log) for _ in range(3)]
    sleeper = await start(log, head=asleep(5))
    await log.close()
    log = through(proxy)
    await log.open(2)

    def told(page: list[Claimed]) -> list[tuple[str, int, bool]]:
        return [(each.row.key.saga_id, each.row.claim, each.orphaned) for each in page]

    expected = [(each.key.saga_id, 2, True) for each in orphans]
    proxy.lose = lose
    with pytest.raises(LogUnavailable):
        await log.claim_orphans(5)
    claimed = await log.claim(orphans[1].key)
    assert claimed is not None
    assert told([claimed]) == expected[1:2]
    rest = await log.claim_orphans(5)
    assert told(rest) == expected[:1] + expected[2:]
    assert all(len(each.events) == 2 for each in rest)
    assert await log.claim_orphans(5) == []

    proxy.lose = lose
    with pytest.raises(LogUnavailable):
        await log.claim_due(9, 5)
    assert told(await log.claim_due(9, 5)) == [(sleeper.key.saga_id, 1, False)]
    assert await log.claim_due(9, 5) == []
    assert proxy.lost == 2
    await log.close()


async def test_a_claim_that_nobody_was_told_of_is_not_forgotten_for_what_another_appended(
    proxy: Proxy, log_database: LogDatabase
) -> None:
    """A cancel on another replica: what the dead owner had on its way is of unknown outcome all the same."""
    dead, other, log = SqlLog(log_database.location), SqlLog(log_database.location), through(proxy)
    for each in (dead, other, log):
        await each.open(1)
    orphan = await start(dead)
    await dead.close()
    proxy.lose = Lose.REPLY
    with pytest.raises(LogUnavailable):
        await log.claim_orphans(5)
    assert await other.commit([replace(orphan.append(1, RUNNING), for_owner=True)]) == [COMMITTED]
    [claimed] = await log.claim_due(9, 5)
    assert (claimed.row.key, claimed.row.claim, len(claimed.events), claimed.orphaned) == (orphan.key, 2, 3, True)
    again = await log.claim(orphan.key)
    assert again is not None
    assert not again.orphaned, "it was told"
    for each in (other, log):
        await each.close()
