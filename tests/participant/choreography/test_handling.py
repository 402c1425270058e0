"""Each event has its effect once, with inbox and outbox in the same transaction; on every database."""

import asyncio

import pytest

from sagaway.bus import Bus, Event
from sagaway.choreography.receipts import RECEIPT
from sagaway.participant import ExecuteOutcome, Payload
from sagaway.participant.choreography import Emit
from tests.bus.worlds import drained
from tests.participant.choreography.warehouse import (
    CANCELLED,
    CREATED,
    LOW,
    PAYMENT_FAILED,
    REJECTED,
    RELEASED,
    RESERVED,
    Warehouse,
    effects,
    order,
    serving,
    states,
    waiting,
    watch,
)
from tests.participant.conftest import ON_SYNC, Database

DURABLE = "inventory.reserve"


async def publish(bus: Bus, *events: Event) -> None:
    for number, event in enumerate(events):
        await bus.publish(event, message_id=f"{event.id}/{number}/{asyncio.get_running_loop().time()}")


async def test_a_reaction_has_its_effect_and_tells_of_it(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", namespace="shop"))
        told = await watcher.sees(RESERVED, "o-1")
    assert told.data == {"do": "complete", "quantity": 2, "reservation": "R-o-1"}
    assert (told.source, told.namespace) == ("/sagaway/participants/inventory", "shop")
    assert (told.causation_id, told.correlation_id) == (f"o-1-{CREATED}", "cart-1")
    assert told.traceparent.startswith("00-0af7651916cd43dd8448eb211c80319c-")
    (call,) = warehouse.calls
    assert (call.event.type, call.context.saga_id, call.context.namespace) == (CREATED, "o-1", "shop")
    assert (call.context.action, call.context.attempt) == ("reserve", 1)
    assert call.payload == Payload.of({"do": "complete", "quantity": 2})
    assert effects(books, "o-1") == (1, 0)
    assert states(books) == [(f"o-1-{CREATED}", "HANDLE", "HANDLED")]
    assert waiting(books) == 0


async def test_a_refusal_leaves_no_effect_and_is_told(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", do="reject"))
        told = await watcher.sees(REJECTED, "o-1")
        # A refusal leaves nothing to undo, but who waits for it is told.
        await publish(bus, order("o-1", PAYMENT_FAILED))
        await watcher.sees(RELEASED, "o-1")
    assert told.data == {
        "do": "reject",
        "quantity": 2,
        "reason": "INSUFFICIENT_STOCK",
        "message": "2 wanted, 1 left",
    }
    assert effects(books, "o-1") == (0, 0)
    assert not warehouse.undone
    assert states(books) == [
        (f"o-1-{CREATED}", "HANDLE", "REJECTED"),
        (f"o-1-{PAYMENT_FAILED}", "COMPENSATE", "COMPENSATED"),
    ]


async def test_a_compensation_undoes_what_was_done_with_the_same_key_and_what_is_known(
    books: Database, bus: Bus
) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1"), order("o-2"))
        await watcher.sees(RESERVED, "o-1")
        await watcher.sees(RESERVED, "o-2")
        await publish(bus, order("o-1", PAYMENT_FAILED))
        told = await watcher.sees(RELEASED, "o-1")
        # Another reason to undo finds nothing more, and tells nothing more.
        await publish(bus, order("o-1", CANCELLED))
        await drained(bus, DURABLE)
    (undone,) = warehouse.undone
    (done,) = [call for call in warehouse.calls if call.context.saga_id == "o-1"]
    assert undone.context.operation_key == done.context.operation_key
    assert undone.context.idempotency_key != done.context.idempotency_key
    assert (undone.event.type, undone.undone) == (PAYMENT_FAILED, done.event)
    assert (undone.input, undone.output) == (done.input, {"reservation": "R-o-1"})
    assert undone.execute_outcome is ExecuteOutcome.COMPLETED
    assert (told.data, told.causation_id) == ({"do": "complete", "quantity": 2}, f"o-1-{PAYMENT_FAILED}")
    assert (effects(books, "o-1"), effects(books, "o-2")) == ((1, 1), (1, 0))
    assert watcher.of("o-1").count(RELEASED) == 1


async def test_a_late_event_finds_the_tombstone_of_its_compensation(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", PAYMENT_FAILED))
        await watcher.sees(RELEASED, "o-1")
        await publish(bus, order("o-1"), order("o-2"))
        await watcher.sees(RESERVED, "o-2")
        await drained(bus, DURABLE)
    assert effects(books, "o-1") == (0, 0)
    assert [call.context.saga_id for call in warehouse.calls] == ["o-2"]
    assert watcher.of("o-1") == [PAYMENT_FAILED, RELEASED, CREATED, RECEIPT]
    assert (f"o-1-{CREATED}", "HANDLE", "BLOCKED") in states(books)


async def test_doubled_events_change_nothing(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, *[order("o-1")] * 5)
        await watcher.sees(RESERVED, "o-1")
        await drained(bus, DURABLE)
        await publish(bus, *[order("o-1", PAYMENT_FAILED)] * 5, order("o-1"))
        await watcher.sees(RELEASED, "o-1")
        await drained(bus, DURABLE)
    assert effects(books, "o-1") == (1, 1)
    assert watcher.of("o-1").count(RESERVED) == watcher.of("o-1").count(RELEASED) == 1
    assert not await bus.dead_letters()


async def test_two_events_of_one_type_are_two_effects_and_both_are_undone(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", id="first"), order("o-1", id="second"))
        await watcher.sees(RESERVED, "o-1", 2)
        await publish(bus, order("o-1", PAYMENT_FAILED))
        await watcher.sees(RELEASED, "o-1")
    assert effects(books, "o-1") == (2, 2)
    assert {call.undone.id for call in warehouse.undone} == {"first", "second"}


async def test_several_events_are_published_in_their_order(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    warehouse.undoing = lambda _: None
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", do="events"))
        last = await watcher.sees(LOW, "o-1", 2)
    assert watcher.of("o-1") == [CREATED, LOW, RESERVED, LOW]
    assert last.data == b"\x00"
    assert watcher.events[2].data == {"by": "hand"}


async def test_an_output_that_is_nothing_carries_the_events_data_on(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", do="nothing"))
        assert (await watcher.sees(RESERVED, "o-1")).data == {"do": "nothing", "quantity": 2}
        await publish(bus, order("o-1", CANCELLED))
        await watcher.sees(RELEASED, "o-1")
    assert warehouse.undone[0].output is None


@ON_SYNC
@pytest.mark.parametrize(
    ("do", "reason"),
    [
        ("fail", "reaction 'reserve' failed with RuntimeError; the participant's log has the trace"),
        (
            "undeclared",
            "reaction 'reserve' emits com.example.inventory.exploded.v1, which it does not declare: add it to emits=[...]",
        ),
        (
            "unwritable",
            "its output can't be kept: a value in it is a set, which JSON has not",
        ),
        ("commit", "the transaction belongs to the barrier, which commits it with the operation's row: don't call"),
    ],
)
async def test_what_the_code_fails_at_leaves_nothing_and_is_told(
    books: Database, bus: Bus, do: str, reason: str
) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    async with serving(warehouse, bus):
        await publish(bus, order("o-1", do=do), order("o-2"))
        await watcher.sees(RESERVED, "o-2")
        await drained(bus, DURABLE)
    (letter,) = await bus.dead_letters()
    assert letter.reason.startswith(reason)
    assert "secret" not in letter.reason
    assert letter.deliveries == 4
    assert effects(books, "o-1") == (0, 0)
    assert watcher.of("o-1") == [CREATED]
    assert [event for event, _, _ in states(books)] == [f"o-2-{CREATED}"]


@ON_SYNC
@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda _: Emit(LOW), f"the compensation of reaction 'reserve' emits {LOW}, which it does not declare"),
        (lambda _: {"an": "output"}, "it returned a dict: return Emit(...), a list of them or None"),
    ],
)
async def test_a_compensation_that_answers_badly_is_told(books: Database, bus: Bus, answer, reason: str) -> None:  # type: ignore[no-untyped-def]
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    warehouse.undoing = answer
    async with serving(warehouse, bus):
        await publish(bus, order("o-1"))
        await watcher.sees(RESERVED, "o-1")
        await publish(bus, order("o-1", CANCELLED))
        await drained(bus, DURABLE)
    (letter,) = await bus.dead_letters()
    assert letter.reason.startswith(reason)
    assert effects(books, "o-1") == (1, 0)
    # Mended, and replayed by a person.
    warehouse.undoing = lambda _: None
    async with serving(warehouse, bus):
        await bus.replay(letter.id)
        await watcher.sees(RELEASED, "o-1")
    assert effects(books, "o-1") == (1, 1)
