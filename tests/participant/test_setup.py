"""What is checked before a participant serves, and what is refused when it is written."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, create_engine, create_mock_engine, event, inspect
from sqlalchemy.ext.asyncio import create_async_engine

from sagaway.participant import (
    ExecuteCall,
    Participant,
    ParticipantServer,
    Payload,
    Rejected,
    SetupError,
    StepContext,
    add_barrier_tables,
    serve,
)
from sagaway.participant.tables import barrier_table
from tests.participant.conftest import ON_ONE, ON_POSTGRESQL, ON_SQLITE, Database
from tests.participant.inventory import Inventory, business


def sync_function(call: Any, transaction: Any) -> None:
    """Does nothing."""


async def async_function(call: Any, transaction: Any) -> None:
    """Does nothing."""


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return create_engine(f"sqlite:///{tmp_path}/setup.db")


async def test_tables_are_made_where_they_are_not(database: Database) -> None:
    database.run("DROP TABLE sagaway_barrier")
    participant = Inventory(database.engine()).participant
    with pytest.raises(SetupError, match=r"the barrier's table 'sagaway_barrier' is not a table .*create_tables"):
        await participant.check()
    await participant.create_tables()
    await participant.create_tables()
    await participant.check()


async def test_business_table_elsewhere(database: Database) -> None:
    database.run("DROP TABLE released")
    participant = Inventory(database.engine()).participant
    with pytest.raises(SetupError, match=r"your table 'released' .* must share a database"):
        async with ParticipantServer(participant, "127.0.0.1:0"):
            pytest.fail("it must not serve")


@ON_SQLITE
async def test_attached_file(database: Database, tmp_path: Path) -> None:
    participant = Participant(
        "inventory", database.engine(), business_tables=[Table("t", MetaData(), Column("id", Integer), schema="other")]
    )
    participant.action("a")(async_function if participant.is_async else sync_function)
    with pytest.raises(SetupError, match=r"'other.t' is in an attached SQLite file"):
        await participant.check()


@ON_POSTGRESQL
async def test_view_is_no_table(database: Database) -> None:
    database.run("DROP TABLE released")
    database.run("CREATE VIEW released AS SELECT * FROM reserved")
    with pytest.raises(SetupError, match="your table 'released'"):
        await Inventory(database.engine()).participant.check()


@ON_POSTGRESQL
async def test_weak_postgresql_is_refused(database: Database) -> None:
    name = database.reader.url.database
    database.run(f"ALTER DATABASE {name} SET synchronous_commit = off")
    with pytest.raises(SetupError, match="synchronous_commit is off"):
        await Inventory(database.engine()).participant.check()
    database.run(f"ALTER DATABASE {name} RESET synchronous_commit")
    engine = database.engine().execution_options(isolation_level="AUTOCOMMIT")
    with pytest.raises(SetupError, match="AUTOCOMMIT"):
        await Inventory(engine).participant.check()


async def test_weak_sqlite_is_refused(engine: Engine) -> None:
    participant = Participant("inventory", engine)
    participant.action("a")(sync_function)
    await participant.create_tables()
    await participant.check()
    event.listen(engine, "checkout", lambda connection, *_: connection.execute("PRAGMA synchronous = NORMAL"))
    with pytest.raises(SetupError, match="PRAGMA synchronous is 1"):
        await participant.check()
    memory = Participant("inventory", create_engine("sqlite://"))
    memory.action("a")(sync_function)
    with pytest.raises(SetupError, match="in memory"):
        await memory.check()
    memory.engine.dispose()


def test_migrations_of_ones_own(engine: Engine) -> None:
    metadata = MetaData()
    Table("mine", metadata, Column("id", Integer, primary_key=True))
    add_barrier_tables(metadata)
    metadata.create_all(engine)
    assert set(inspect(engine).get_table_names()) == {"mine", "sagaway_barrier", "sagaway_barrier_horizon"}
    made = {column["name"] for column in inspect(engine).get_columns("sagaway_barrier")}
    assert made == set(barrier_table.columns.keys())


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        ({"name": "no spaces"}, "name 'no spaces' must match"),
        ({"retention": timedelta(minutes=1)}, "shorter than an hour"),
        ({"workers": 0}, "workers is 0"),
        ({"clock": lambda: datetime(2030, 1, 1)}, "without a zone"),
        ({"engine": create_mock_engine("mssql+pyodbc://", print)}, "is of 'mssql'"),
    ],
)
def test_wrong_participant(options: dict[str, Any], fault: str, engine: Engine) -> None:
    with pytest.raises(SetupError, match=fault):
        Participant(**({"name": "inventory", "engine": engine} | options))  # type: ignore[arg-type] # on purpose


def test_wrong_actions(engine: Engine, tmp_path: Path) -> None:
    participant = Participant("inventory", engine)
    with pytest.raises(SetupError, match="must match"):
        participant.action("no spaces")
    with pytest.raises(SetupError, match="input_schema of action 'a' is not JSON"):
        participant.action("a", input_schema="{")
    with pytest.raises(SetupError, match="must be a plain `def`"):
        participant.action("a")(async_function)
    action = participant.action("a")(sync_function)
    with pytest.raises(SetupError, match="an action 'a' already"):
        participant.action("a")
    with pytest.raises(SetupError, match="the compensation of action 'a' must be a plain `def`"):
        action.compensation(async_function)
    action.compensation(sync_function)
    with pytest.raises(SetupError, match="a compensation already"):
        action.compensation(sync_function)
    with pytest.raises(SetupError, match="nothing to compensate"):
        participant.action("b", effect_free=True)(sync_function).compensation(sync_function)
    asynchronous = Participant("inventory", create_async_engine(f"sqlite+aiosqlite:///{tmp_path}/a.db"))
    with pytest.raises(SetupError, match="must be `async def`"):
        asynchronous.action("a")(sync_function)


async def test_participant_without_actions(engine: Engine) -> None:
    with pytest.raises(SetupError, match="has no action"):
        await Participant("inventory", engine).check()


def test_functions_can_be_tested_by_themselves(engine: Engine) -> None:
    participant = Participant("inventory", engine)

    @participant.action("double")
    def double(call: ExecuteCall, transaction: Any) -> int:
        number: int = call.input
        return number * 2

    payload = Payload.of(21)
    context = StepContext("default", "s-1", "d", 1, "step", "double", 1, "key", "key/EXECUTE", 1, 1, None, None, "", {})
    assert double(ExecuteCall(context, payload, payload.value()), None) == 42


@pytest.mark.parametrize("reason", ["", "lower", "WITH SPACE", "X" * 64, "1ST", "UNTÄGLICH"])
def test_rejected_reasons(reason: str) -> None:
    with pytest.raises(ValueError, match="UPPER_SNAKE_CASE"):
        Rejected(reason)


def test_rejected_message_is_cut_between_characters() -> None:
    rejected = Rejected("X" * 63, "é" * 2000)
    assert rejected.message == "é" * 1024
    assert Rejected("A", "x" + "é" * 2000).message == "x" + "é" * 1023


@ON_ONE
async def test_public_address_needs_credentials_or_a_word(database: Database) -> None:
    participant = Inventory(database.engine()).participant
    for address in ("0.0.0.0:0", "[::]:0", "example.org:50061", "192.0.2.1:50061", ":50061"):
        with pytest.raises(SetupError, match="allow_insecure=True"):
            await serve(participant, address)
    async with ParticipantServer(participant, "0.0.0.0:0", allow_insecure=True) as server:
        assert server.address.startswith("0.0.0.0:")
    for address in ("127.0.0.1:0", "[::1]:0", "localhost:0", "unix:/run/inventory.sock"):
        ParticipantServer(participant, address)


@ON_ONE
async def test_port_that_is_taken(database: Database) -> None:
    participant = Inventory(database.engine()).participant
    async with ParticipantServer(participant, "127.0.0.1:0") as first:
        with pytest.raises(SetupError, match="is its port taken"):
            await ParticipantServer(participant, first.address).start()


def test_business_tables_as_metadata_or_tables(engine: Engine) -> None:
    whole = Participant("inventory", engine, business_tables=business)
    listed = Participant("inventory", engine, business_tables=list(business.tables.values()))
    assert whole.business_tables == listed.business_tables
    assert UTC is whole.clock().tzinfo
