"""A choreographed saga is one trace, whoever takes part; what is broken in a trace breaks nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from sagaway.bus import Bus, BusUnavailableError, Event
from sagaway.choreography.receipts import RECEIPT
from sagaway.participant.choreography import Choreography, ChoreographyService, Emit, EventCall
from tests.bus.worlds import drained, until
from tests.participant.choreography import chain
from tests.participant.choreography.chain import choreography, open_books
from tests.participant.choreography.warehouse import (
    CREATED,
    PAYMENT_FAILED,
    QUICK,
    RELEASED,
    RESERVED,
    Warehouse,
    order,
    serving,
    watch,
)
from tests.participant.conftest import ON_ONE, ON_SYNC, Database

Finished = Callable[[], tuple[ReadableSpan, ...]]


@pytest.fixture
def finished(monkeypatch: pytest.MonkeyPatch) -> Finished:
    """Trace this test's process; call it for the spans that have ended."""
    exporter, provider = InMemorySpanExporter(), TracerProvider(shutdown_on_exit=False)
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    # A process has one provider for ever; this one is for the test only.
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    return exporter.get_finished_spans


def of(span: ReadableSpan) -> dict[str, Any]:
    assert span.attributes is not None
    return dict(span.attributes)


def named(spans: Iterable[ReadableSpan], name: str) -> list[ReadableSpan]:
    return [span for span in spans if span.name == name]


def tree(spans: Iterable[ReadableSpan], parent: int | None = None, depth: int = 0) -> list[str]:
    """Kinds and names, indented; `send` before `process`, for which one comes first is chance."""
    found = []
    for span in sorted(spans, key=lambda span: (not span.name.startswith("send"), span.start_time or 0)):
        if (span.parent.span_id if span.parent else None) == parent:
            assert span.context is not None
            step = f" by {of(span)['saga.step']}" if span.kind is trace.SpanKind.CONSUMER else ""
            short = span.name.replace("com.example.", "")
            found += [
                f"{'  ' * depth}{span.kind.name} {short}{step}",
                *tree(spans, span.context.span_id, depth + 1),
            ]
    return found


def context(span: ReadableSpan) -> trace.SpanContext:
    found: trace.SpanContext | None = span.context
    assert found is not None
    return found


class Services:
    """The three services of the chain in this process, each with its own database."""

    def __init__(self, folder: Path, bus: Bus) -> None:
        self.bus = bus
        self.engines = {role: open_books(f"sqlite:///{folder}/{role}.db") for role in ("order", "inventory", "payment")}
        self.made: dict[str, Choreography] = {role: choreography(role, engine) for role, engine in self.engines.items()}

    async def play(self, data: object, end: str) -> None:
        """Start a saga and wait until the order's reaction `end` has its receipt on the bus; then stop."""
        watcher = await watch(self.bus)
        async with AsyncExitStack() as running:
            for made in self.made.values():
                await running.enter_async_context(ChoreographyService(made, self.bus, policy=QUICK))
            with self.engines["order"].begin() as transaction:
                self.made["order"].emit(transaction, "o-1", Emit(chain.ORDER, data))
            assert (await watcher.sees(RECEIPT, "o-1")).reaction == end
        for engine in self.engines.values():
            engine.dispose()


async def test_a_saga_that_is_undone_is_one_trace(finished: Finished, bus: Bus, tmp_path: Path) -> None:
    with trace.get_tracer("author").start_as_current_span("POST /orders"):
        await Services(tmp_path, bus).play({"short": False, "poor": True}, "cancel")
    spans = finished()
    assert tree(spans) == [
        "INTERNAL POST /orders",
        "  PRODUCER create order.created.v1",
        "    CLIENT send order.created.v1",
        "    CONSUMER process order.created.v1 by inventory.reserve",
        "      PRODUCER create inventory.reserved.v1",
        "        CLIENT send inventory.reserved.v1",
        "        CONSUMER process inventory.reserved.v1 by payment.charge",
        "          PRODUCER create payment.failed.v1",
        "            CLIENT send payment.failed.v1",
        "            CONSUMER process payment.failed.v1 by inventory.reserve",
        "              PRODUCER create inventory.released.v1",
        "                CLIENT send inventory.released.v1",
        "                CONSUMER process inventory.released.v1 by order.cancel",
    ]
    assert len({context(span).trace_id for span in spans}) == 1
    by_id = {context(span).span_id: span for span in spans}
    for span in spans:
        if span.kind in (trace.SpanKind.CONSUMER, trace.SpanKind.CLIENT):
            assert span.parent is not None
            assert by_id[span.links[0].context.span_id] is by_id[span.parent.span_id]
            assert by_id[span.parent.span_id].kind is trace.SpanKind.PRODUCER
    (done,), (undone,) = named(spans, f"process {chain.ORDER}"), named(spans, f"process {chain.UNPAID}")
    assert [link.context.span_id for link in undone.links[1:]] == [context(done).span_id]
    (refused,) = named(spans, f"process {chain.RESERVED}")
    assert [(of(span)["saga.phase"], of(span)["saga.outcome"]) for span in (done, refused, undone)] == [
        ("EXECUTE", "completed"),
        ("EXECUTE", "rejected"),
        ("COMPENSATE", "compensated"),
    ]
    assert of(refused)["saga.reason"] == "CARD_DECLINED"
    assert all(span.status.is_ok or span.status.is_unset for span in spans)


async def test_a_saga_with_nobody_above_it_begins_with_its_first_event(
    finished: Finished, bus: Bus, tmp_path: Path
) -> None:
    await Services(tmp_path, bus).play({"short": True, "poor": False}, "refuse")
    spans = finished()
    assert tree(spans)[0] == "PRODUCER create order.created.v1"
    assert len({context(span).trace_id for span in spans}) == 1
    assert all("receipt" not in span.name and RECEIPT not in span.name for span in spans)


@ON_SYNC
async def test_spans_say_what_the_conventions_ask_and_no_data(books: Database, bus: Bus, finished: Finished) -> None:
    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    current: list[trace.SpanContext] = []
    warehouse.deed = lambda _: current.append(trace.get_current_span().get_span_context())
    async with serving(warehouse, bus):
        for message_id in ("1", "2"):
            await bus.publish(order("o-1", namespace="shop"), message_id=message_id)
            told = await watcher.sees(RESERVED, "o-1")
            await drained(bus, "inventory.reserve")
    first, second = named(finished(), f"process {CREATED}")
    assert of(first) == {
        "messaging.system": "nats",
        "messaging.operation.type": "process",
        "messaging.operation.name": "process",
        "messaging.destination.name": CREATED,
        "messaging.message.id": f"o-1-{CREATED}",
        "messaging.message.conversation_id": "cart-1",
        "messaging.consumer.group.name": "inventory.reserve",
        "saga.id": "o-1",
        "saga.namespace": "shop",
        "saga.participant": "inventory",
        "saga.step": "inventory.reserve",
        "saga.phase": "EXECUTE",
        "saga.attempt": 1,
        "saga.outcome": "completed",
    }
    assert [event.name for event in first.events] == ["transaction began", "transaction committed"]
    assert first.parent is not None
    assert trace.format_trace_id(first.parent.trace_id) == "0af7651916cd43dd8448eb211c80319c"
    assert current == [context(first)]
    assert (of(second)["saga.replayed"], "saga.outcome" in of(second)) == (True, False)
    (created,) = named(finished(), f"create {RESERVED}")
    assert told.traceparent.split("-")[1:3] == [
        trace.format_trace_id(context(created).trace_id),
        trace.format_span_id(context(created).span_id),
    ]
    assert (of(created)["messaging.operation.type"], of(created)["saga.step"]) == ("create", "inventory.reserve")


@ON_ONE
@pytest.mark.parametrize("broken", ["", "00-xyz", "00-" + "0" * 32 + "-" + "0" * 16 + "-01", "ff" * 200])
async def test_a_broken_context_begins_a_new_trace_and_the_event_is_handled(
    books: Database, bus: Bus, finished: Finished, broken: str
) -> None:
    watcher = await watch(bus)
    foreign = Event("1", "/foreign", CREATED, "o-1", order("o-1").time, {"do": "complete", "quantity": 1})
    foreign = Event(**{name: getattr(foreign, name) for name in Event.__slots__} | {"traceparent": broken})
    async with serving(Warehouse(books.engine()), bus):
        await bus.publish(foreign, message_id="1")
        told = await watcher.sees(RESERVED, "o-1")
    (span,) = named(finished(), f"process {CREATED}")
    assert (span.parent, tuple(span.links), of(span)["saga.outcome"]) == (None, (), "completed")
    assert told.traceparent.split("-")[1] == trace.format_trace_id(context(span).trace_id)


@ON_ONE
async def test_what_fails_is_an_error_and_says_no_more_than_its_kind(
    books: Database, bus: Bus, finished: Finished
) -> None:
    async with serving(Warehouse(books.engine()), bus):
        await bus.publish(order("o-1", do="fail"), message_id="1")
        await drained(bus, "inventory.reserve")
    spans = finished()
    assert [of(span)["saga.attempt"] for span in spans] == [1, 2, 3, 4]
    for span in spans:
        assert (of(span)["saga.outcome"], of(span)["error.type"]) == ("failed", "RuntimeError")
        assert (span.status.is_ok, span.status.description) == (False, "RuntimeError")
        assert "secret" not in span.to_json()


@ON_ONE
async def test_a_late_event_is_blocked_and_a_bus_that_is_away_is_an_error_of_the_sending(
    books: Database, bus: Bus, finished: Finished, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish, warehouse = bus.publish, Warehouse(books.engine())

    async def away(event: Event, *, message_id: str) -> bool:
        if event.type == RELEASED and not named(finished(), f"send {RELEASED}"):
            raise BusUnavailableError("away")
        return await publish(event, message_id=message_id)

    monkeypatch.setattr(bus, "publish", away)
    async with serving(warehouse, bus):
        await publish(order("o-1", PAYMENT_FAILED), message_id="1")
        await until(lambda: len(named(finished(), f"send {RELEASED}")) == 2)
        await publish(order("o-1"), message_id="2")
        await drained(bus, "inventory.reserve")
    first, second = named(finished(), f"send {RELEASED}")
    assert (of(first)["error.type"], first.status.is_ok) == ("BusUnavailableError", False)
    assert second.status.is_unset
    assert first.parent == second.parent
    (late,) = named(finished(), f"process {CREATED}")
    assert of(late)["saga.outcome"] == "blocked"


async def test_without_a_provider_the_context_is_handed_on_as_it_came(books: Database, bus: Bus) -> None:
    def look(call: EventCall) -> None:
        assert trace.get_current_span().get_span_context().is_valid

    warehouse, watcher = Warehouse(books.engine()), await watch(bus)
    warehouse.deed = look
    async with serving(warehouse, bus):
        await bus.publish(order("o-1"), message_id="1")
        told = await watcher.sees(RESERVED, "o-1")
    assert told.traceparent == order("o-1").traceparent
