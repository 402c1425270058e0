"""Four real databases for every test that touches one: SQLite and PostgreSQL, each through a sync and an async engine."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import grpc
import pytest
from sqlalchemy import Engine, MetaData, Table, create_engine, create_mock_engine, func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlalchemy.schema import ExecutableDDLElement

from sagaway.participant import ParticipantServer, barrier_metadata
from sagaway.participant.testing import Operation, connected
from tests.participant.inventory import Inventory, business, engine_of, released, reserved
from tests.postgresql import Server

SQLITE = [pytest.param("sqlite", id="sqlite"), pytest.param("sqlite+aiosqlite", id="aiosqlite")]
POSTGRESQL = [
    pytest.param("postgresql+psycopg", id="postgresql"),
    pytest.param("postgresql+asyncpg", id="asyncpg"),
]
POSTGRESQL_NAME = "inventory"
# For tests that don't ask all four.
ON_SQLITE = pytest.mark.parametrize("database", SQLITE, indirect=True)
ON_POSTGRESQL = pytest.mark.parametrize("database", POSTGRESQL, indirect=True)
ON_SYNC = pytest.mark.parametrize("database", [SQLITE[0], POSTGRESQL[0]], indirect=True)
ON_ONE = pytest.mark.parametrize("database", SQLITE[:1], indirect=True)


@pytest.fixture(scope="session")
def inventory(postgresql: Server) -> Server:
    """The server, with a database for the participant."""
    postgresql.create_database(POSTGRESQL_NAME)
    return postgresql


@cache
def _statements(driver: str, tables: MetaData) -> str:
    """What makes tables, as a script: to compile it takes longer than to run it, and nearly every test needs it."""
    found: list[str] = []

    def note(statement: ExecutableDDLElement, *_: object) -> None:
        found.append(str(statement.compile(dialect=engine.dialect)))

    engine = create_mock_engine(f"{driver}://", note)
    tables.create_all(engine, checkfirst=False)
    return ";\n".join(found)


@dataclass
class Database:
    """One fresh database: its URL for the participant, and a sync engine of the test's own to look into it."""

    url: str
    reader: Engine
    _engines: list[Engine | AsyncEngine] = field(default_factory=list)

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")

    def engine(self, options: str = "") -> Engine | AsyncEngine:
        """A new engine, as another replica has one; `options` go to the end of the URL."""
        self._engines.append(engine_of(self.url + options))
        return self._engines[-1]

    def count(self, table: Table) -> int:
        with self.reader.connect() as connection:
            return connection.execute(select(func.count()).select_from(table)).scalar_one()

    def effects(self) -> int:
        """How many reservations stand."""
        return self.count(reserved) - self.count(released)

    def run(self, statement: str) -> Any:
        with self.reader.begin() as connection:
            result = connection.execute(text(statement))
            return result.all() if result.returns_rows else None

    def run_all(self, statements: str) -> None:
        """Run statements as one script."""
        connection = self.reader.raw_connection()
        if self.is_sqlite:
            connection.cursor().executescript(statements)
        else:
            connection.cursor().execute(statements)
        connection.commit()
        connection.close()

    def make(self, *tables: MetaData) -> None:
        """Make tables, none of which is there."""
        self.run_all(";\n".join(_statements(self.reader.url.drivername, one) for one in tables))

    async def dispose(self) -> None:
        self.reader.dispose()
        for engine in self._engines:
            if isinstance(engine, AsyncEngine):
                await engine.dispose()
            else:
                engine.dispose()


@pytest.fixture(params=[*SQLITE, *POSTGRESQL])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    driver: str = request.param
    if driver.startswith("sqlite"):
        url, reader = f"{driver}:///{tmp_path}/inventory.db", f"sqlite:///{tmp_path}/inventory.db"
    else:
        server: Server = request.getfixturevalue("inventory")
        url, reader = (server.engine_url(POSTGRESQL_NAME, kind) for kind in (driver.partition("+")[2], "psycopg"))
    made = Database(url, create_engine(reader))
    if not made.is_sqlite:
        # As new, and much faster than a new database.
        made.run_all(f"DROP SCHEMA public CASCADE; CREATE SCHEMA public; ALTER DATABASE {POSTGRESQL_NAME} RESET ALL")
    made.make(business, barrier_metadata)
    yield made
    await made.dispose()


@dataclass
class Served:
    """A served participant and a channel to it."""

    inventory: Inventory
    server: ParticipantServer
    channel: grpc.aio.Channel
    database: Database

    @property
    def address(self) -> str:
        return self.server.address

    def operation(self, do: str = "complete", *, action: str = "reserve", **given: Any) -> Operation:
        return Operation(self.channel, action, {"do": do, **given})

    def same(self, operation: Operation) -> Operation:
        """The same operation, sent to this server."""
        again = Operation(self.channel, operation.context.action, operation.input)
        again.context = operation.context
        return again


Start = Callable[..., Any]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts servers of the inventory; all stop at the test's end."""
    async with AsyncExitStack() as stack:

        async def starting(database: Database, **options: Any) -> Served:
            server_options = options.pop("server", {})
            inventory = Inventory(options.pop("engine", None) or database.engine(), **options)
            unstarted = ParticipantServer(inventory.participant, "127.0.0.1:0", **server_options)
            server = await stack.enter_async_context(unstarted)
            channel = await stack.enter_async_context(connected(server.address))
            return Served(inventory, server, channel, database)

        yield starting
