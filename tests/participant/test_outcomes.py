"""What each answer of a function leaves in the database, and what later messages get."""

import json
import logging
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from sagaway.participant import (
    ExecuteCall,
    ExecuteOutcome,
    OperationCompensatedError,
    OperationNotPendingError,
    OperationUnknownError,
    Participant,
    ParticipantServer,
    Payload,
)
from sagaway.participant.tables import barrier_table
from sagaway.participant.testing import Operation, connected
from sagaway.v1 import participant_service_pb2 as contract
from tests.participant.conftest import ON_ONE, ON_POSTGRESQL, ON_SYNC, Database, Served, Start
from tests.participant.inventory import METADATA, released, reserved


async def test_call_tells_everything(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(quantity=3)
    await operation.execute(labels={"tenant": "t-1"}, completion_token="secret", attempt=7)
    (call,) = served.inventory.executed
    context = call.context
    assert call.input == {"do": "complete", "quantity": 3}
    assert json.loads(call.payload.raw) == call.input
    assert (context.operation_key, context.idempotency_key) == (operation.key, f"{operation.key}/EXECUTE")
    assert (context.saga_id, context.attempt, context.run, context.labels) == (
        operation.context.saga_id,
        7,
        1,
        {"tenant": "t-1"},
    )
    assert context.completion_token == "secret"
    assert "secret" not in repr(call)
    assert "quantity" not in repr(call)
    assert context.not_after_time == operation.context.not_after_time.ToDatetime(tzinfo=context.not_after_time.tzinfo)


@pytest.mark.parametrize(
    ("do", "outcome"), [("complete", "completed"), ("nothing", "completed"), ("payload", "completed")]
)
async def test_output(do: str, outcome: str, database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(do)
    answer = await operation.execute()
    assert answer.outcome == outcome
    completed = answer.execute.completed
    if do == "nothing":
        assert not completed.HasField("output")
    elif do == "complete":
        assert completed.output.json == '{"reservation":"r-1"}'
    else:
        assert (completed.output.binary, completed.output.content_type) == (b"\0\1", "image/x")
        assert dict(completed.output.metadata) == METADATA
    with database.reader.connect() as connection:
        stored = connection.execute(select(barrier_table.c.execute_reply)).scalar_one()
    assert answer.reply == stored
    assert [(await operation.execute()).reply for _ in range(3)] == [stored] * 3


async def test_rejected_rolls_back_to_the_savepoint_and_is_final(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("reject")
    first, again = await operation.execute(), await operation.execute()
    assert (first.execute.rejected.reason, first.execute.rejected.message) == (
        "INSUFFICIENT_STOCK",
        "only 3 of SKU-1 are left",
    )
    assert first.reply == again.reply
    assert len(served.inventory.executed) == 1
    assert database.count(reserved) == 0
    assert (await operation.compensate(outcome=contract.EXECUTE_OUTCOME_UNKNOWN)).outcome == "compensated"
    assert served.inventory.compensated == []
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"


@pytest.mark.parametrize(
    ("do", "text"),
    [
        ("crash", "failed with ValueError"),
        ("break", "failed with IntegrityError"),
        ("set", "a value in it is a set"),
        ("huge", "the limit is 1048576"),
        ("broken json", "not JSON"),
    ],
)
async def test_fault_leaves_nothing_and_tells_no_data(
    do: str, text: str, database: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    served = await start(database)
    operation = served.operation(do)
    with caplog.at_level(logging.ERROR, "sagaway.participant"):
        answer = await operation.execute()
    assert (answer.outcome, answer.reason) == ("INTERNAL", "INTERNAL_FAULT")
    assert text in answer.details
    assert "4711" not in answer.details
    assert "reserve" in caplog.text
    assert (database.count(reserved), database.count(barrier_table)) == (0, 0)
    # As if the message had never come: a corrected deployment may do it.
    assert (await operation.execute({"do": "complete"})).outcome == "completed"


@ON_POSTGRESQL
async def test_swallowed_database_error_is_no_success(database: Database, start: Start) -> None:
    """PostgreSQL turns the COMMIT of such a transaction into a ROLLBACK, without a word."""
    served = await start(database)
    assert (await served.operation("swallow").execute()).reason == "INTERNAL_FAULT"
    assert (database.count(reserved), database.count(barrier_table)) == (0, 0)


@ON_SYNC
async def test_log_hides_statement_parameters(
    database: Database, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    served = await start(database)
    database.run("DROP TABLE reserved")
    with caplog.at_level(logging.ERROR, "sagaway.participant"):
        answer = await served.operation(quantity=4711).execute()
    assert answer.reason == "INTERNAL_FAULT"
    assert "INSERT INTO reserved" in caplog.text
    assert "4711" not in caplog.text


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
@pytest.mark.parametrize("swallow", [False, True])
async def test_function_cannot_end_the_transaction(end: str, swallow: bool, database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(end=end, swallow=swallow)
    answer = await operation.execute()
    assert (answer.outcome, answer.reason) == ("INTERNAL", "INTERNAL_FAULT")
    assert "tried to end the barrier's transaction" in answer.details
    assert (database.count(reserved), database.count(barrier_table)) == (0, 0)
    assert (await served.operation().execute()).outcome == "completed"


async def test_compensation_knows_the_stored_output(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation()
    await operation.execute()
    # The orchestrator lost the answer, or believes another: the barrier knows.
    assert (await operation.compensate(output={"reservation": "wrong"})).outcome == "compensated"
    (call,) = served.inventory.compensated
    assert (call.output, call.execute_outcome) == ({"reservation": "r-1"}, ExecuteOutcome.COMPLETED)
    assert call.input == operation.input


@pytest.mark.parametrize("undo", ["fail", "reject"])
async def test_failed_compensation_leaves_no_tombstone_and_is_asked_again(
    undo: str, database: Database, start: Start
) -> None:
    served = await start(database)
    operation = served.operation()
    await operation.execute()
    failed = await operation.compensate({"undo": undo})
    assert (failed.outcome, failed.reason) == ("INTERNAL", "INTERNAL_FAULT")
    assert "4711" not in failed.details
    assert database.effects() == 1
    assert (await operation.execute()).outcome == "completed"
    assert (await operation.compensate()).outcome == "compensated"
    assert database.effects() == 0


async def test_effect_free_action_is_compensated_by_doing_nothing(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("nothing", action="check")
    await operation.execute()
    assert (await operation.compensate()).outcome == "compensated"
    assert served.inventory.compensated == []
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"


async def test_effect_without_a_compensation_is_never_called_compensated(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(action="ship")
    await operation.execute()
    refused = await operation.compensate()
    assert (refused.outcome, refused.reason) == ("UNIMPLEMENTED", "ACTION_UNKNOWN")
    # Before any effect there is nothing to undo, and the tombstone needs no function.
    early = served.operation(action="ship")
    assert (await early.compensate()).outcome == "compensated"
    assert (await early.execute()).reason == "OPERATION_COMPENSATED"


async def in_transaction(served: Served, deed: str, *args: object, roll_back: bool = False) -> None:
    """Do `Participant.complete` and the like in a transaction of the author's own."""
    participant, engine = served.inventory.participant, served.inventory.participant.engine
    if participant.is_async:
        async with engine.connect() as connection:  # type: ignore[union-attr]
            await getattr(participant, deed)(connection, *args)
            await (connection.rollback() if roll_back else connection.commit())
    else:
        with engine.connect() as connection:  # type: ignore[union-attr]
            getattr(participant, deed)(connection, *args)
            (connection.rollback if roll_back else connection.commit)()


async def test_pending_is_replaced_once(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("pending")
    assert (await operation.execute()).outcome == "pending"
    assert (await operation.execute()).outcome == "pending"
    assert (len(served.inventory.executed), database.count(reserved)) == (1, 1)

    await in_transaction(served, "complete", operation.key, {"rolled": "back"}, roll_back=True)
    assert (await operation.execute()).outcome == "pending"

    await in_transaction(served, "complete", operation.key, {"parcel": 7})
    answer = await operation.execute()
    assert answer.execute.completed.output.json == '{"parcel":7}'
    for deed, args in (("complete", ({"parcel": 8},)), ("reject", ("NO",))):
        with pytest.raises(OperationNotPendingError, match="not Pending"):
            await in_transaction(served, deed, operation.key, *args)
    assert (await operation.execute()).reply == answer.reply

    assert (await operation.compensate()).outcome == "compensated"
    assert served.inventory.compensated[0].output == {"parcel": 7}


async def test_pending_is_rejected(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("pending")
    await operation.execute()
    with pytest.raises(ValueError, match="UPPER_SNAKE_CASE"):
        await in_transaction(served, "reject", operation.key, "no good")
    await in_transaction(served, "reject", operation.key, "NOT_DELIVERABLE", "nobody at home")
    assert (await operation.execute()).execute.rejected.reason == "NOT_DELIVERABLE"
    assert (await operation.compensate()).outcome == "compensated"
    assert served.inventory.compensated == []


async def test_tombstone_beats_a_completion(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("pending")
    await operation.execute()
    assert (await operation.compensate()).outcome == "compensated"
    (call,) = served.inventory.compensated
    assert (call.execute_outcome, call.output) == (ExecuteOutcome.PENDING, None)
    for deed, args in (("complete", ({},)), ("reject", ("NO",))):
        with pytest.raises(OperationCompensatedError, match="was compensated"):
            await in_transaction(served, deed, operation.key, *args)
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"


async def test_pending_output_that_only_the_orchestrator_knows_reaches_the_compensation(
    database: Database, start: Start
) -> None:
    served = await start(database)
    operation = served.operation("pending")
    await operation.execute()
    await operation.compensate(outcome=contract.EXECUTE_OUTCOME_COMPLETED, output={"parcel": 9})
    assert served.inventory.compensated[0].output == {"parcel": 9}


async def test_completion_of_what_is_not_there(database: Database, start: Start) -> None:
    served = await start(database)
    for deed, args in (("complete", ()), ("reject", ("NO",)), ("complete_compensation", ())):
        with pytest.raises(OperationUnknownError, match="no barrier row"):
            await in_transaction(served, deed, "nobody", *args)
    with pytest.raises(ValueError, match="not JSON"):
        await in_transaction(served, "complete", "nobody", {1, 2})


async def test_pending_compensation_has_its_tombstone_at_once(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation()
    await operation.execute()
    with pytest.raises(OperationNotPendingError):
        await in_transaction(served, "complete_compensation", operation.key)
    assert (await operation.compensate({"undo": "pending"})).outcome == "pending"
    assert (await operation.execute()).reason == "OPERATION_COMPENSATED"
    assert (await operation.compensate({"undo": "pending"})).outcome == "pending"
    await in_transaction(served, "complete_compensation", operation.key)
    assert (await operation.compensate({"undo": "pending"})).outcome == "compensated"
    assert (await operation.compensate()).reason == "REQUEST_MISMATCH"
    with pytest.raises(OperationNotPendingError):
        await in_transaction(served, "complete_compensation", operation.key)
    assert database.count(released) == 1


class Base(DeclarativeBase):
    pass


class Booking(Base):
    __tablename__ = "booking"
    id: Mapped[int] = mapped_column(primary_key=True)
    room: Mapped[str]


@ON_ONE
async def test_orm_session_on_the_transaction(database: Database) -> None:
    """A Session's commit ends its own part only; the barrier still commits or rolls back the whole."""
    engine = database.reader
    Base.metadata.create_all(engine)
    participant = Participant("hotel", engine, business_tables=Base.metadata)

    @participant.action("book")
    def book(call: ExecuteCall, transaction: Connection) -> object:
        with Session(transaction) as session:
            session.add(Booking(room=call.input["room"]))
            session.commit()
        if call.input.get("fail"):
            raise ValueError("after the session's commit")
        return Payload.of(call.input["room"])

    async with ParticipantServer(participant, "127.0.0.1:0") as server, connected(server.address) as channel:
        assert (await Operation(channel, "book", {"room": "12", "fail": True}).execute()).outcome == "INTERNAL"
        assert database.count(Base.metadata.tables["booking"]) == 0
        assert (await Operation(channel, "book", {"room": "12"}).execute()).execute.completed.output.json == '"12"'
        assert database.count(Base.metadata.tables["booking"]) == 1


# Sealed by a person ------------------------------------------------------------------------------------------------


async def test_a_seal_of_what_is_pending_says_so_and_its_report_is_refused(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation("pending")
    assert (await operation.execute()).outcome == "pending"
    assert (await operation.seal()).found == "PENDING"
    with pytest.raises(OperationCompensatedError), database.reader.begin() as transaction:
        served.inventory.participant.complete(transaction, operation.key, {"late": True})
    assert (await operation.seal()).found == "PENDING", "it answers the same again"


async def test_a_seal_of_a_pending_compensation_refuses_its_report(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation(undo="pending")
    assert (await operation.execute()).outcome == "completed"
    assert (await operation.compensate()).outcome == "pending"
    assert (await operation.seal()).found == "COMPLETED"
    with pytest.raises(OperationNotPendingError), database.reader.begin() as transaction:
        served.inventory.participant.complete_compensation(transaction, operation.key)


async def test_a_seal_calls_nothing_of_the_authors(database: Database, start: Start) -> None:
    served = await start(database)
    refused, failing = served.operation("reject"), served.operation(undo="fail")
    assert (await refused.execute()).outcome == "rejected"
    assert (await refused.seal()).found == "NOTHING"
    assert (await failing.execute()).outcome == "completed"
    assert (await failing.compensate()).outcome == "INTERNAL"
    assert (await failing.seal()).found == "COMPLETED"
    assert (await failing.compensate()).outcome == "compensated", "a Compensate that was held up undoes nothing"
    assert len(served.inventory.compensated) == 1
    assert database.effects() == 1


@ON_ONE
async def test_a_seal_needs_no_row_and_says_where_one_may_have_been_purged(database: Database, start: Start) -> None:
    served = await start(database)
    old = served.operation()
    served.inventory.participant.clock = lambda: datetime.now(UTC) + timedelta(days=40)
    kept = served.operation()
    assert (await kept.execute(not_after_time=None)).outcome == "completed"
    served.inventory.participant.clock = lambda: datetime.now(UTC) + timedelta(days=80)
    await served.inventory.participant.purge()
    sealed = await old.seal()
    assert sealed.found == "UNKNOWN"
    assert (await old.execute(not_after_time=None)).reason == "OPERATION_COMPENSATED"


@ON_ONE
async def test_a_seal_that_went_astray_is_refused(database: Database, start: Start) -> None:
    served = await start(database)
    operation = served.operation()
    assert (await operation.seal(action="other")).reason == "ACTION_UNKNOWN"
    await operation.execute()
    assert (await operation.seal(action="ship")).reason == "REQUEST_MISMATCH"
    assert (await operation.seal(operation_key="")).fields == ("context.operation_key",)
