"""Pieces of work that share a transaction: what one fails at is its own, and all are told after the commit."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import Column, Engine, ForeignKey, Integer, MetaData, Table, event, insert, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from sagaway.participant import transaction as transactions
from sagaway.participant.choreography import sharing
from sagaway.participant.choreography.sharing import Part, SharedTransactions
from sagaway.participant.errors import Refusal, TransactionMisuseError, database_unavailable
from tests.bus.worlds import until
from tests.participant.conftest import ON_POSTGRESQL, ON_SQLITE, ON_SYNC, SQLITE, Database

METADATA = MetaData()
NOTES = Table(
    "notes",
    METADATA,
    Column("number", Integer, primary_key=True),
    Column("after", ForeignKey("notes.number", deferrable=True, initially="DEFERRED")),
)
Work = Callable[[Part], int]
AS_WHERE_WARNINGS_ARE_NO_ERRORS = pytest.mark.filterwarnings("ignore:nested transaction already")


class World:
    """Shared transactions over a table of notes, and a count of their commits."""

    def __init__(self, database: Database) -> None:
        database.make(METADATA)
        self._reader = database.reader
        engine = database.engine()
        self.engine = engine if isinstance(engine, Engine) else engine.sync_engine
        if database.is_sqlite:
            event.listen(self.engine, "connect", lambda driver, _: driver.execute("PRAGMA foreign_keys=ON"))
        self.commits = 0
        event.listen(self.engine, "commit", self._count)
        self.shared = SharedTransactions(engine, 1, 64)

    def notes(self) -> list[int]:
        with self._reader.connect() as connection:
            return list(connection.scalars(select(NOTES.c.number).order_by(NOTES.c.number)))

    async def do(self, *works: Work) -> list[Any]:
        """Ask for all of them at once; each is told what it did, or its fault."""
        return await asyncio.gather(*map(self.shared.do, works), return_exceptions=True)

    def _count(self, _: object) -> None:
        self.commits += 1


@pytest.fixture
async def world(database: Database, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.setattr(sharing, "LONGEST", 60.0)  # a machine may be slow
    made = World(database)
    yield made
    made.shared.close()
    METADATA.drop_all(database.reader)


def note(number: int, after: int | None = None) -> Work:
    def write(part: Part) -> int:
        part.connection.execute(insert(NOTES).values(number=number, after=after))
        return number

    return write


def fail(part: Part) -> int:
    note(99)(part)
    raise ZeroDivisionError


async def test_what_waits_is_committed_together(world: World) -> None:
    assert await world.do(*map(note, range(10))) == list(range(10))
    assert world.notes() == list(range(10))
    assert world.commits == 1


async def test_what_fails_is_taken_back_alone(world: World) -> None:
    first, failed, last = await world.do(note(1), fail, note(2))
    assert (first, last, world.notes(), world.commits) == (1, 2, [1, 2], 1)
    assert isinstance(failed, ZeroDivisionError)


async def test_each_is_told_after_the_commit(world: World) -> None:
    async def told(number: int) -> list[int]:
        await world.shared.do(note(number))
        return world.notes()

    first, second = await asyncio.gather(told(1), told(2))
    assert first == second == [1, 2]


async def test_a_part_that_was_undone_goes_on(world: World) -> None:
    def again(part: Part) -> int:
        note(1)(part)
        part.undo()
        return note(2)(part)

    await world.do(note(3), again)
    assert (world.notes(), world.commits) == ([2, 3], 1)


@ON_SYNC
@AS_WHERE_WARNINGS_ARE_NO_ERRORS
@pytest.mark.parametrize("place", [0, 1, 2])
@pytest.mark.parametrize("swallows", [False, True])
async def test_who_ends_the_transaction_is_told_and_the_others_are_done_again(
    world: World, swallows: bool, place: int
) -> None:
    def end(part: Part) -> int:
        note(99)(part)
        with part.lent():
            try:
                part.connection.commit()
            except TransactionMisuseError:
                if not swallows:
                    raise
        raise AssertionError

    works = [note(1), note(2)]
    works.insert(place, end)
    told = await world.do(*works)
    assert isinstance(told.pop(place), TransactionMisuseError)
    assert told == world.notes() == [1, 2]


async def test_a_fault_that_shows_at_the_commit_is_its_makers_alone(world: World) -> None:
    first, bad, last = await world.do(note(1), note(2, after=77), note(3))
    assert (first, last, world.notes()) == (1, 3, [1, 3])
    assert isinstance(bad, IntegrityError)


@ON_SQLITE
@pytest.mark.parametrize("goes_on", [False, True])
async def test_a_statement_that_rolls_back_all_takes_no_other_piece_with_it(world: World, goes_on: bool) -> None:
    def roll_back(part: Part) -> int:
        try:
            part.connection.execute(text("INSERT OR ROLLBACK INTO notes (number) VALUES (1)"))
        except IntegrityError:
            if goes_on:
                return note(99)(part)
            raise
        raise AssertionError

    first, bad, last = await world.do(note(1), roll_back, note(2))
    assert (first, last, world.notes()) == (1, 2, [1, 2])
    assert isinstance(bad, OperationalError if goes_on else IntegrityError)


@ON_SQLITE
@AS_WHERE_WARNINGS_ARE_NO_ERRORS
async def test_a_part_whose_savepoint_is_lost_spoils_no_other(world: World) -> None:
    def undo(part: Part) -> int:
        part.connection.execute(text("ROLLBACK"))
        part.undo()
        raise AssertionError

    first, bad, last = await world.do(note(1), undo, note(2))
    assert (first, last, world.notes()) == (1, 2, [1, 2])
    assert isinstance(bad, OperationalError)


@ON_POSTGRESQL
@pytest.mark.parametrize("place", [0, 1, 2])
async def test_a_connection_that_dies_is_the_fault_of_nobody_else(world: World, place: int) -> None:
    def die(part: Part) -> int:
        part.connection.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))
        raise AssertionError

    works = [note(1), note(2)]
    works.insert(place, die)
    told = await world.do(*works)
    assert sharing.is_passing(told.pop(place))
    assert told == world.notes() == [1, 2]


async def test_a_fault_that_was_swallowed_is_its_makers_alone(world: World) -> None:
    def swallow(part: Part) -> int:
        try:
            note(1)(part)
        except IntegrityError:
            return 7
        raise AssertionError

    first, swallowed, last = await world.do(note(1), swallow, note(2))
    assert (first, last, world.notes()) == (1, 2, [1, 2])
    # SQLite undoes the statement; PostgreSQL takes nothing more in the transaction.
    assert swallowed == 7 if world.engine.dialect.name == "sqlite" else isinstance(swallowed, Exception)


@ON_SYNC
@pytest.mark.parametrize("commits", [True, False])
async def test_a_commit_of_unknown_outcome_says_nothing_of_anyone(
    world: World, monkeypatch: pytest.MonkeyPatch, commits: bool
) -> None:
    def lose(connection: Any) -> None:
        (connection.commit if commits else connection.rollback)()
        raise database_unavailable("The outcome of the commit is unknown")

    monkeypatch.setattr(transactions, "_commit", lose)
    told = await world.do(note(1), fail, note(2))
    assert [type(each) for each in told] == [Refusal] * 3
    assert world.notes() == ([1, 2] if commits else [])


async def test_what_there_is_no_time_for_is_done_next(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "LONGEST", -1.0)
    order: list[int] = []
    await asyncio.gather(*(world.shared.do(lambda _, number=number: order.append(number)) for number in range(4)))  # type: ignore[misc]
    assert order == [0, 1, 2, 3]
    assert world.commits == 4


async def test_a_transaction_has_so_many_members(world: World) -> None:
    world.shared._members = 2
    assert await world.do(*map(note, range(5))) == list(range(5))
    assert world.commits == 3


@pytest.mark.parametrize("database", SQLITE[:1], indirect=True)
async def test_the_order_of_asking_and_first_who_asks_to_be(world: World) -> None:
    world.shared._members, order = 1, []

    async def ask(number: int, *, first: bool = False) -> None:
        await world.shared.do(lambda part: order.append(number), first=first)

    await asyncio.gather(ask(1), ask(2), ask(3), ask(4, first=True))
    assert order == [4, 1, 2, 3]


class Held:
    """A piece of work that waits in its transaction until it is let go."""

    def __init__(self) -> None:
        self.began, self._go = threading.Event(), threading.Event()

    def __call__(self, part: Part) -> int:
        self.began.set()
        assert self._go.wait(20)
        return note(7)(part)

    def let_go(self) -> None:
        self._go.set()


@pytest.mark.parametrize("database", SQLITE[:1], indirect=True)
async def test_who_is_cancelled_takes_nobody_with_it(world: World) -> None:
    held = Held()
    doing = [asyncio.create_task(world.shared.do(work)) for work in (held, note(1))]
    await asyncio.to_thread(held.began.wait, 20)
    waiting = [asyncio.create_task(world.shared.do(note(number))) for number in (2, 3)]
    await until(lambda: len(world.shared._waiting) == 2)
    doing[0].cancel()  # while it runs: the thread can't be stopped
    waiting[0].cancel()  # while it waits: it is never done
    for _ in range(5):
        await asyncio.sleep(0)
    assert not doing[0].done()
    held.let_go()
    told = await asyncio.gather(*doing, *waiting, return_exceptions=True)
    assert [type(each) for each in told] == [asyncio.CancelledError, int, asyncio.CancelledError, int]
    assert world.notes() == [1, 3, 7]


@pytest.mark.parametrize("database", SQLITE[1:], indirect=True)
async def test_a_transaction_that_nobody_waits_for_any_more_is_cut_off(world: World) -> None:
    began = asyncio.Event()

    async def forever(_: object) -> None:
        began.set()
        await asyncio.Event().wait()

    def wait(part: Part) -> int:
        note(1)(part)
        part.connection.connection.dbapi_connection.run_async(forever)  # type: ignore[union-attr]
        raise AssertionError

    doing = [asyncio.create_task(world.shared.do(work)) for work in (wait, note(2))]
    await began.wait()
    doing[1].cancel()
    await asyncio.sleep(0)
    assert not doing[0].done()
    doing[0].cancel()
    told = await asyncio.gather(*doing, return_exceptions=True)
    assert [type(each) for each in told] == [asyncio.CancelledError] * 2
    assert await world.do(note(3)) == [3]
    assert world.notes() == [3]
