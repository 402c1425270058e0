"""What a reaction handles without a word is told by a receipt, in the same transaction and once."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from sqlalchemy import delete, select

from sagaway.bus import Bus, Event
from sagaway.choreography.facts import DocumentError, from_document, to_document
from sagaway.choreography.receipts import RECEIPT
from sagaway.participant import Participant, SetupError
from sagaway.participant.choreography import Choreography, Emit
from sagaway.participant.choreography.tables import inbox_table, outbox_table
from tests.bus.worlds import drained
from tests.participant.choreography.warehouse import (
    CANCELLED,
    CREATED,
    LOW,
    PAYMENT_FAILED,
    RELEASED,
    RESERVED,
    Warehouse,
    order,
    serving,
    watch,
)
from tests.participant.conftest import ON_ONE, ON_SYNC, Database
from tests.participant.inventory import engine_of

NOTE = "inventory.note"


def with_note(books: Database, **options: Any) -> Warehouse:
    """A warehouse that also takes note of low stock, and tells nobody."""
    warehouse = Warehouse(books.engine(), **options)
    note = warehouse.choreography.on(LOW, name="note")(lambda call, transaction: None)
    note.compensation(on=[PAYMENT_FAILED, CANCELLED])(lambda call, transaction: None)
    return warehouse


async def bring(bus: Bus, event: Event, again: str = "") -> None:
    """Publish an event, and wait until both reactions have handled it."""
    await bus.publish(event, message_id=f"{event.id}{again}")
    for durable in ("inventory.reserve", NOTE):
        await drained(bus, durable)


def told(events: Iterable[Event]) -> Counter[tuple[str, str, str]]:
    """Of the receipts: who handled which event, and what became of it."""
    receipts = [event for event in events if event.type == RECEIPT]
    return Counter((event.reaction, event.causation_id, event.data["outcome"]) for event in receipts)


@ON_SYNC
async def test_whatever_is_handled_without_a_word_is_told_once(books: Database, bus: Bus) -> None:
    watcher = await watch(bus)
    story = [
        order("o-1", LOW, id="low"),
        order("o-1", CANCELLED, id="cancelled"),  # the reservation's compensation announces: no receipt
        order("o-1", PAYMENT_FAILED, id="unpaid"),
        order("o-1", LOW, id="late"),
        order("o-1", CREATED, id="created"),
        order("o-2", CREATED, id="other"),
        order("o-3", CANCELLED, id="nothing to undo"),
    ]
    async with serving(with_note(books), bus):
        for event in story:
            await bring(bus, event)
        for event in story:
            await bring(bus, event, "again")
        await watcher.sees(RECEIPT, "o-3")
    await drained(bus, "watcher")
    assert told(watcher.events) == Counter(
        [
            ("note", "low", "DONE"),
            ("note", "cancelled", "COMPENSATED"),
            ("note", "unpaid", "COMPENSATED"),
            ("reserve", "unpaid", "COMPENSATED"),
            ("note", "late", "BLOCKED"),
            ("reserve", "created", "BLOCKED"),
            ("note", "nothing to undo", "COMPENSATED"),
        ]
    )
    assert watcher.of("o-1").count(RELEASED) == watcher.of("o-3").count(RELEASED) == 1
    assert watcher.of("o-2") == [CREATED, RESERVED]


@ON_ONE
async def test_a_receipt_is_an_event_like_any_other(books: Database, bus: Bus) -> None:
    watcher = await watch(bus)
    async with serving(with_note(books), bus):
        await bring(bus, order("o-1", LOW, id="low", namespace="shop"))
        receipt = await watcher.sees(RECEIPT, "o-1")
        # A participant that lost its database says the same again, and not more.
        with books.reader.begin() as transaction:
            transaction.execute(delete(inbox_table))
            transaction.execute(delete(outbox_table))
        await bring(bus, order("o-1", LOW, id="low", namespace="shop"), "again")
    assert (receipt.source, receipt.reaction) == ("/sagaway/participants/inventory", "note")
    assert (receipt.causation_id, receipt.correlation_id, receipt.namespace) == ("low", "cart-1", "shop")
    assert receipt.data == {"outcome": "DONE"}
    with books.reader.connect() as transaction:
        assert transaction.scalars(select(outbox_table.c.event_id)).all() == [receipt.id]


@ON_ONE
async def test_undoing_is_told_by_what_it_emits_if_it_emits(books: Database, bus: Bus) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    low = warehouse.choreography.on(LOW, name="note")(lambda call, transaction: None)
    low.compensation(on=[CANCELLED], emits=[RESERVED])(lambda call, transaction: Emit(RESERVED))
    async with serving(warehouse, bus):
        await bring(bus, order("o-1", LOW, id="low"))
        await bring(bus, order("o-1", CANCELLED, id="cancelled"))
        await watcher.sees(RESERVED, "o-1")
    await drained(bus, "watcher")
    assert told(watcher.events) == Counter([("note", "low", "DONE")])


@ON_ONE
async def test_receipts_can_be_left_off_and_the_document_says_so(books: Database, bus: Bus) -> None:
    warehouse = with_note(books)
    warehouse.choreography.receipts = False
    watcher = await watch(bus)
    async with serving(warehouse, bus):
        await bring(bus, order("o-1", LOW))
        await bring(bus, order("o-1"))
        await watcher.sees(RESERVED, "o-1")
    await drained(bus, "watcher")
    assert RECEIPT not in watcher.of("o-1")
    facts = warehouse.choreography.facts
    assert to_document(facts)["receipts"] is False
    assert from_document(to_document(facts)) == facts


def undone(choreography: Choreography, **given: Any) -> None:
    choreography.on(CREATED, name="reserve")(lambda call, transaction: None).compensation(**given)


@pytest.mark.parametrize(
    ("field", "declare"),
    [
        ("starts", lambda made: Choreography(made.participant, starts=[RECEIPT])),
        ("on", lambda made: made.on(RECEIPT)),
        ("emits", lambda made: made.on(CREATED, emits=[RECEIPT])),
        ("completes", lambda made: made.on(CREATED, completes=RECEIPT)),
        ("rejects", lambda made: made.on(CREATED, rejects=RECEIPT)),
        ("on", lambda made: undone(made, on=[RECEIPT])),
        ("emits", lambda made: undone(made, on=[CANCELLED], emits=[RECEIPT])),
        ("announces", lambda made: undone(made, on=[CANCELLED], announces=RECEIPT)),
    ],
)
def test_receipts_are_nobodys_to_declare(field: str, declare: Callable[[Choreography], object]) -> None:
    choreography = Choreography(Participant("inventory", engine_of("sqlite:///x.db")))
    with pytest.raises(SetupError, match=rf"{field}: type: {RECEIPT} is that of receipts.*of your own"):
        declare(choreography)


def test_a_document_with_a_receipt_in_it_is_refused() -> None:
    reaction = {"name": "note", "consumes": RECEIPT}
    with pytest.raises(DocumentError, match=r"reactions\[0\]\.consumes: type: .* is that of receipts"):
        from_document({"participant": "spy", "reactions": [reaction]})
    with pytest.raises(DocumentError, match="receipts must be a bool"):
        from_document({"participant": "quiet", "receipts": "no"})
