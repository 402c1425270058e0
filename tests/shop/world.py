"""The shop's three services as real gRPC servers on real SQLite files, and a caller that speaks the contract."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from grpc import aio

from participants.shop import inventory, order, payment
from participants.shop.common import open_database
from sagaway.participant import ParticipantServer
from sagaway.v1 import participant_service_pb2, participant_service_pb2_grpc, payload_pb2

SERVICES = {"order": order.SERVICE, "inventory": inventory.SERVICE, "payment": payment.SERVICE}

SEED: dict[str, list[dict[str, Any]]] = {
    "products": [
        {"sku": "MUG", "name": "Mug", "unit_price": 1_500, "stock": 100},
        {"sku": "POT", "name": "Pot", "unit_price": 9_000, "stock": 40},
        {"sku": "RUG", "name": "Rug", "unit_price": 30_000, "stock": 3},
        {"sku": "LAMP", "name": "Lamp", "unit_price": 15_000, "stock": 0},
        {"sku": "SOON", "name": "Coming soon", "unit_price": 500, "stock": None},
    ],
    "customers": [
        {"customer_id": "ada", "name": "Ada", "blocked": False, "balance": 1_000_000},
        {"customer_id": "ben", "name": "Ben", "blocked": False, "balance": 20_000},
        {"customer_id": "bad", "name": "Bad", "blocked": True, "balance": 1_000_000},
        {"customer_id": "new", "name": "New", "blocked": False, "balance": None},
    ],
}


def lines(**quantities: int) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": quantity} for sku, quantity in quantities.items()]


class Refused(Exception):
    """An Execute's refusal, as (reason, message)."""


@dataclass
class Shop:
    """The three services, called as the orchestrator calls them."""

    folder: Path
    stubs: dict[str, participant_service_pb2_grpc.ParticipantServiceAsyncStub] = field(default_factory=dict)

    @staticmethod
    def context(saga_id: str, action: str, phase: str, run: int = 1) -> participant_service_pb2.StepContext:
        context = participant_service_pb2.StepContext(
            namespace="default",
            saga_id=saga_id,
            definition_name="place_order",
            definition_version=1,
            step_id=action,
            action=action,
            run=run,
            operation_key=f"i/default/{saga_id}/{run}/{action}",
            idempotency_key=f"i/default/{saga_id}/{run}/{action}/{phase}",
            attempt=1,
            claim=1,
        )
        now = datetime.now(UTC)
        context.first_sent_time.FromDatetime(now)
        context.not_after_time.FromDatetime(now + timedelta(minutes=10))
        return context

    async def execute(self, service: str, action: str, saga_id: str, input_: object) -> Any:
        """Returns the output; raises Refused."""
        request = participant_service_pb2.ExecuteRequest(
            context=self.context(saga_id, action, "execute"),
            input=payload_pb2.Payload(json=json.dumps(input_)),
        )
        response = await self.stubs[service].Execute(request, timeout=10)
        if response.HasField("rejected"):
            raise Refused(response.rejected.reason, response.rejected.message)
        assert response.HasField("completed")
        return json.loads(response.completed.output.json)

    async def compensate(self, service: str, action: str, saga_id: str, input_: object) -> None:
        request = participant_service_pb2.CompensateRequest(
            context=self.context(saga_id, action, "compensate"),
            input=payload_pb2.Payload(json=json.dumps(input_)),
            execute_outcome=participant_service_pb2.EXECUTE_OUTCOME_UNKNOWN,
        )
        response = await self.stubs[service].Compensate(request, timeout=10)
        assert response.HasField("compensated")

    async def place(self, saga_id: str, customer_id: str, wanted: list[dict[str, Any]], *, cancel: bool = False) -> str:
        """Goes an order's way, and back if a step refuses (or `cancel` asks for it); returns the refusing step."""
        done: list[tuple[str, str, object]] = []
        try:
            input_: object = {"customer_id": customer_id, "lines": wanted}
            made = await self.execute("order", "create_order", saga_id, input_)
            done.append(("order", "create_order", input_))
            input_ = {"order_id": made["order_id"], "lines": wanted}
            await self.execute("inventory", "reserve_inventory", saga_id, input_)
            done.append(("inventory", "reserve_inventory", input_))
            input_ = {**made, "customer_id": customer_id}
            await self.execute("payment", "process_payment", saga_id, input_)
            done.append(("payment", "process_payment", input_))
            if not cancel:
                return ""
            refused_by = "cancel"
        except Refused:
            refused_by = ("create_order", "reserve_inventory", "process_payment")[len(done)]
        for service, action, input_ in reversed(done):
            await self.compensate(service, action, saga_id, input_)
        return refused_by


@asynccontextmanager
async def open_shop(folder: Path) -> AsyncIterator[Shop]:
    seed = folder / "seed.json"
    seed.write_text(json.dumps(SEED))
    shop = Shop(folder)
    async with AsyncExitStack() as stack:
        for name, service in SERVICES.items():
            engine = open_database(service, folder / f"{name}.db", seed)
            stack.callback(engine.dispose)
            participant = service.participant(engine)
            await participant.create_tables()
            server = await stack.enter_async_context(ParticipantServer(participant, "127.0.0.1:0"))
            channel = await stack.enter_async_context(aio.insecure_channel(server.address))
            shop.stubs[name] = participant_service_pb2_grpc.ParticipantServiceStub(channel)
        yield shop
