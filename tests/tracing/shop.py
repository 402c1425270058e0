"""A small real participant, in the test's process, that exports its own spans to the collector as a user's would."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from sqlalchemy import Connection, create_engine, func, select

from sagaway.definitions import Retry, SagaBuilder, saga_input
from sagaway.participant import CompensateCall, ExecuteCall, Participant, ParticipantServer, Pending, Rejected
from sagaway.participant.tables import barrier_table
from sagaway.v1.definition_pb2 import SagaDefinition

NAME = "shop"


class Shop:
    """Three actions that do what the saga's input says.

    Attributes:
        address: where it serves.
        held: set while a function waits for `release`.
        release: lets it go on.
        tokens: completion tokens, by saga.
    """

    def __init__(self, database: Path) -> None:
        self.engine = create_engine(f"sqlite:///{database}")
        self.participant = Participant(NAME, self.engine)
        self.participant.action("reserve_stock")(self._reserve).compensation(self._undo)
        self.participant.action("charge_card")(self._charge).compensation(self._undo)
        self.participant.action("send_parcel")(self._send).compensation(self._undo)
        self.address = ""
        self.held = threading.Event()
        self.release = threading.Event()
        self.tokens: dict[str, str] = {}
        self._charged: Counter[str] = Counter()

    def _reserve(self, call: ExecuteCall, transaction: Connection) -> object:
        with trace.get_tracer("author").start_as_current_span("the author's own"):
            return {"reserved": call.input["what"]}

    def _charge(self, call: ExecuteCall, transaction: Connection) -> object:
        self._charged[call.context.saga_id] += 1
        if call.input["what"] == "hold":
            self.held.set()
            self.release.wait(60)
        if call.input["what"] == "refuse":
            if self._charged[call.context.saga_id] == 1:
                raise RuntimeError("card 4111-1111 can't be read")
            raise Rejected("CARD_DECLINED", "card 4111-1111 is blocked")
        return {"card": "4111-1111"}

    def _send(self, call: ExecuteCall, transaction: Connection) -> object:
        if call.input["what"] != "wait":
            return None
        self.tokens[call.context.saga_id] = call.context.completion_token
        return Pending()

    def _undo(self, call: CompensateCall, transaction: Connection) -> None:
        return None

    async def executed(self, saga_id: str, step_id: str) -> None:
        """Return once the step's Execute is committed here."""
        table = barrier_table.c
        query = select(func.count()).where(
            table.saga_id == saga_id, table.step_id == step_id, table.execute_state != ""
        )
        while True:
            with self.engine.connect() as connection:
                if connection.scalar(query):
                    return
            await asyncio.sleep(0.01)


def order() -> SagaDefinition:
    """Return the definition: reserve, charge, send, with short waits between attempts."""
    saga = SagaBuilder("order", version=1)
    patient = Retry(initial_backoff=timedelta(milliseconds=50), max_backoff=timedelta(milliseconds=100))
    for step_id, action in (("reserve", "reserve_stock"), ("charge", "charge_card"), ("send", "send_parcel")):
        saga.step(step_id, participant=NAME, action=action, input={"what": saga_input("what")}, retry=patient)
    return saga.build()


@asynccontextmanager
async def serving(database: Path, collector: str, monkeypatch: pytest.MonkeyPatch) -> AsyncGenerator[Shop, None]:
    """Serve it; at the end its last spans are with the collector."""
    provider = TracerProvider(resource=Resource.create({"service.name": "shop"}), shutdown_on_exit=False)
    direct = (("grpc.enable_http_proxy", 0),)
    exporter = OTLPSpanExporter(collector, insecure=True, channel_options=direct)  # type: ignore[arg-type] # gRPC wants a number
    provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=50))
    # A process has one provider for ever; this one is for the test only.
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    shop = Shop(database)
    await shop.participant.create_tables()
    try:
        async with ParticipantServer(shop.participant, "127.0.0.1:0") as server:
            shop.address = server.address
            yield shop
    finally:
        shop.release.set()
        shop.engine.dispose()
        await asyncio.to_thread(provider.shutdown)
