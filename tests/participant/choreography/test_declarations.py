"""What can't work is refused when it is declared or started, with the remedy."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, func, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from sagaway.bus import Bus
from sagaway.participant import CompensateCall, ExecuteCall, Participant, ParticipantServer, Rejected, SetupError
from sagaway.participant.choreography import (
    Choreography,
    ChoreographyService,
    EventCall,
    add_choreography_tables,
    choreography_metadata,
)
from sagaway.participant.choreography.tables import inbox_table, outbox_table
from sagaway.participant.testing import Operation, connected
from tests.participant.choreography.warehouse import (
    CANCELLED,
    CREATED,
    LOW,
    RELEASED,
    RESERVED,
    Warehouse,
    effects,
    order,
    serving,
    watch,
)
from tests.participant.conftest import ON_ONE, ON_SYNC, Database
from tests.participant.inventory import business, engine_of, released, reserved


def react(call: EventCall, transaction: Any) -> None: ...


@pytest.fixture
def choreography(tmp_path: Any) -> Choreography:
    return Choreography(Participant("inventory", engine_of(f"sqlite:///{tmp_path}/x.db")))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ({"event_type": "OrderCreated"}, "on: type: 'OrderCreated' is not reverse-DNS with a version"),
        ({"event_type": CREATED, "emits": ["x"]}, "emits: type: 'x' is not reverse-DNS"),
        ({"event_type": CREATED, "emits": RESERVED}, "emits: give a list of event types, not one text"),
        ({"event_type": CREATED, "completes": "x"}, "completes: type: 'x' is not reverse-DNS"),
        ({"event_type": CREATED, "rejects": "x"}, "rejects: type: 'x' is not reverse-DNS"),
        ({"event_type": CREATED, "name": "a b"}, "the reaction's name 'a b' must match"),
    ],
)
def test_a_wrong_declaration_is_refused(choreography: Choreography, given: dict[str, Any], fault: str) -> None:
    with pytest.raises(SetupError) as caught:
        choreography.on(**given)(react)
    assert str(caught.value).startswith(fault)


def test_what_can_not_be_told_apart_is_refused(choreography: Choreography) -> None:
    reaction = choreography.on(CREATED, emits=[LOW, LOW])(react)
    assert (reaction.name, reaction.emits) == ("react", (LOW,))
    with pytest.raises(SetupError, match="has a reaction 'react' already; give name="):
        choreography.on(CANCELLED)(react)
    with pytest.raises(SetupError, match=r"on: com\.example\.order\.created\.v1 is the event that it reacts to"):
        reaction.compensation(on=[CREATED])
    with pytest.raises(SetupError, match="on: name at least one event type"):
        reaction.compensation(on=[])
    reaction.compensation(on=[CANCELLED])(lambda call, transaction: None)
    with pytest.raises(SetupError, match="has a compensation already"):
        reaction.compensation(on=[CANCELLED])
    assert reaction.types == (CREATED, CANCELLED)
    with pytest.raises(SetupError, match="starts: type: 'x'"):
        Choreography(choreography.participant, starts=["x"])


def test_functions_of_the_other_kind_are_refused(choreography: Choreography) -> None:
    async def react_async(call: Any, transaction: Any) -> None: ...

    with pytest.raises(SetupError, match="reaction 'react_async' must be a plain `def`"):
        choreography.on(CREATED)(react_async)
    with pytest.raises(SetupError, match="the compensation of reaction 'react' must be a plain `def`"):
        choreography.on(CREATED)(react).compensation(on=[CANCELLED])(react_async)


def test_a_reaction_can_be_called_as_a_function(choreography: Choreography) -> None:
    @choreography.on(CREATED)
    def double(call: Any, transaction: Any) -> int:
        return 2 * int(call)

    assert double(21, None) == 42  # type: ignore[arg-type]


@ON_SYNC
async def test_missing_tables_are_named_with_the_remedy(database: Database, bus: Bus) -> None:
    warehouse = Warehouse(database.engine())
    with pytest.raises(SetupError, match=r"'sagaway_inbox'.*await choreography\.create_tables\(\)"):
        await serving(warehouse, bus).start()
    await warehouse.choreography.create_tables()
    await warehouse.choreography.create_tables()
    async with serving(warehouse, bus):
        pass
    business.drop_all(database.reader, [reserved])
    with pytest.raises(SetupError, match="your table 'reserved' is not a table of the database"):
        await serving(warehouse, bus).start()


@ON_ONE
async def test_rows_are_kept_at_least_as_long_as_the_bus_keeps_events(books: Database, bus: Bus) -> None:
    with pytest.raises(SetupError, match=r"Give Participant.*retention=.* at least that"):
        await serving(Warehouse(books.engine(), retention=timedelta(days=13)), bus).start()
    nothing = Choreography(Participant("idle", books.engine()))
    with pytest.raises(SetupError, match="'idle' reacts to nothing and starts nothing"):
        await ChoreographyService(nothing, bus).start()


def test_the_tables_can_go_into_ones_own_migrations() -> None:
    from sqlalchemy import MetaData  # noqa: PLC0415

    mine = MetaData()
    add_choreography_tables(mine)
    assert set(mine.tables) == set(choreography_metadata.tables) == {"sagaway_inbox", "sagaway_outbox"}


async def test_old_rows_are_collected_and_never_one_that_waits(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    service = serving(warehouse, bus)
    async with service:
        for number in range(3):
            await bus.publish(order(f"o-{number}"), message_id=f"{number}")
            await watcher.sees(RESERVED, f"o-{number}")
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    with books.reader.begin() as connection:
        connection.execute(update(inbox_table).where(inbox_table.c.saga_id != "o-0").values(update_time=long_ago))
        connection.execute(update(outbox_table).where(outbox_table.c.saga_id != "o-0").values(publish_time=long_ago))
        waits = update(outbox_table).where(outbox_table.c.saga_id == "o-1")
        connection.execute(waits.values(state="WAITING", publish_time=None, create_time=long_ago))
    assert await service.purge() == 3
    assert await service.purge() == 0
    with books.reader.connect() as connection:
        kept = select(outbox_table.c.saga_id).order_by(outbox_table.c.saga_id)
        assert connection.scalars(kept).all() == ["o-0", "o-1"]
        assert connection.scalars(select(inbox_table.c.saga_id)).all() == ["o-0"]


def reserve_stock(call: ExecuteCall, transaction: Any) -> object:
    """A business function that knows nothing of how it is called."""
    if call.input["quantity"] > 5:
        raise Rejected("INSUFFICIENT_STOCK")
    quantity = call.input["quantity"]
    transaction.execute(reserved.insert().values(saga_id=call.context.saga_id, quantity=quantity))
    return {"reserved": quantity}


def release_stock(call: CompensateCall, transaction: Any) -> None:
    """Its compensation."""
    released_now = released.insert().values(saga_id=call.context.saga_id, quantity=call.output["reserved"])
    transaction.execute(released_now)


@ON_SYNC
async def test_the_same_functions_serve_both_modes(books: Database, bus: Bus) -> None:
    engine = books.engine()
    assert isinstance(engine, Engine | AsyncEngine)
    participant = Participant("inventory", engine, business_tables=business)
    participant.action("reserve")(reserve_stock).compensation(release_stock)
    choreography = Choreography(participant)
    reaction = choreography.on(CREATED, completes=RESERVED)(reserve_stock)
    reaction.compensation(on=[CANCELLED], announces=RELEASED)(release_stock)
    watcher = await watch(bus)
    async with (
        ParticipantServer(participant, "127.0.0.1:0") as server,
        ChoreographyService(choreography, bus),
        connected(server.address) as channel,
    ):
        operation = Operation(channel, "reserve", {"quantity": 3})
        assert (await operation.execute()).execute.completed.output.json == '{"reserved":3}'
        assert (await operation.compensate()).outcome == "compensated"
        for event, told in ((order("o-1"), RESERVED), (order("o-1", CANCELLED), RELEASED)):
            await bus.publish(event, message_id=event.id)
            await watcher.sees(told, "o-1")
    assert effects(books, operation.context.saga_id) == effects(books, "o-1") == (1, 1)
    with books.reader.connect() as connection:
        assert connection.scalar(select(func.sum(released.c.quantity))) == 5
