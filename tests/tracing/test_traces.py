"""The whole trace of real sagas, at a real collector: a client, an orchestrator that is killed, and a participant."""

from __future__ import annotations

import asyncio
import signal
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from opentelemetry import trace
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags

from sagaway.client import Client, SagaHandle
from sagaway.v1.orchestrator_service_pb2 import StepCompletion
from sagaway.v1.payload_pb2 import Payload
from sagaway.v1.saga_pb2 import SAGA_STATE_COMPENSATED, SAGA_STATE_COMPLETED
from tests.cli.conftest import Process, serve
from tests.tracing.collector import Collector, collecting
from tests.tracing.shop import NAME, Shop, order, serving
from tests.tracing.trees import ERROR, Tree, attributes

START = "sagaway.v1.OrchestratorService/StartSaga"
COMPLETE = "sagaway.v1.OrchestratorService/CompleteStep"
PATIENCE = timedelta(seconds=60)


def context(number: int, *, sampled: bool = True) -> SpanContext:
    """The context of a span of somebody's own."""
    return SpanContext(number << 64 | 0xC0FFEE, number, is_remote=False, trace_flags=TraceFlags(int(sampled)))


async def start(client: Client, saga_id: str, what: str, number: int, *, sampled: bool = True) -> SagaHandle:
    """Start a saga inside a span of the client's; the number makes its trace."""
    with trace.use_span(NonRecordingSpan(context(number, sampled=sampled))):
        return await client.start("order", input={"what": what}, saga_id=saga_id)


async def orchestrator(tmp_path: Path) -> tuple[Process, str]:
    process = await asyncio.to_thread(serve, tmp_path / "saga.db")
    return process, await asyncio.to_thread(process.ready)


async def completed(client: Client, shop: Shop) -> None:
    """A saga whose last step is Pending until a worker, in a trace of its own, reports its outcome."""
    saga = await start(client, "completed", "wait", 1)
    async for event in client.watch("completed"):
        if event.type == "StepPending":
            break
    with trace.use_span(NonRecordingSpan(context(9))):
        await client.complete_step(
            "completed", "send", shop.tokens["completed"], StepCompletion(output=Payload(json='"4111-1111"'))
        )
    assert (await saga.wait(PATIENCE)).state == SAGA_STATE_COMPLETED


async def killed(tmp_path: Path, process: Process, address: str, shop: Shop) -> Process:
    """Two sagas, one of them not sampled, whose orchestrator is killed while a step is under way."""
    async with Client(address) as client:
        await start(client, "killed", "hold", 3)
        await asyncio.to_thread(shop.held.wait)
        await start(client, "quiet", "hold", 4, sampled=False)
    process.process.send_signal(signal.SIGKILL)
    await asyncio.to_thread(process.end)
    shop.release.set()
    await shop.executed("killed", "charge")
    process, address = await orchestrator(tmp_path)
    async with Client(address) as client:
        for saga_id in ("killed", "quiet"):
            assert (await client.wait(saga_id, PATIENCE)).state == SAGA_STATE_COMPLETED
    return process


async def test_three_sagas_are_three_whole_traces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with collecting() as collector:
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://{collector.address}")
        monkeypatch.setenv("OTEL_EXPORTER_OTLP_HEADERS", "x-tenant=north%20shop")
        monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "100")
        async with serving(tmp_path / "shop.db", collector.address, monkeypatch) as shop:
            process, address = await orchestrator(tmp_path)
            try:
                async with Client(address) as client:
                    await client.participants.register(NAME, shop.address)
                    await client.definitions.register(order())
                    await completed(client, shop)
                    saga = await start(client, "compensated", "refuse", 2)
                    assert (await saga.wait(PATIENCE)).state == SAGA_STATE_COMPENSATED
                # Of a saga that has ended nobody tells again: it must be out before the kill.
                await collector.until(
                    lambda: all(collector.tree(context(n).trace_id).named("saga order") for n in (1, 2))
                )
                process = await killed(tmp_path, process, address, shop)
            finally:
                code, _ = await asyncio.to_thread(process.end)
            assert code == 0
        check_completed(collector, collector.tree(context(1).trace_id))
        check_compensated(collector.tree(context(2).trace_id))
        check_killed(collector, collector.tree(context(3).trace_id))
        assert context(4).trace_id.to_bytes(16, "big") not in collector.traces, "it was not sampled"
        assert len(collector.traces) == 3, "no trace but theirs"
        assert collector.headers["x-tenant"] == "north shop"
        assert "4111" not in str(collector._spans), "no payload, and no text that may hold one"


def check_completed(collector: Collector, tree: Tree) -> None:
    client = context(1).span_id.to_bytes(8, "big")
    assert not tree.orphans(client)
    assert tree.lines(client) == [
        START,
        "  saga order",
        "  Execute reserve",
        "    Execute reserve_stock",
        "      the author's own",
        "  Execute charge",
        "    Execute charge_card",
        "  Execute send",
        "    Execute send_parcel",
        "  wait send",
        "    " + COMPLETE,
    ]
    assert {collector.services[span.span_id] for span in tree} == {"sagaway-orchestrator", "shop"}
    attempt = attributes(tree.one("Execute reserve").attributes)
    attempt.pop("saga.queue_wait", None)
    assert attempt == {
        "saga.id": "completed",
        "saga.namespace": "default",
        "saga.definition": "order",
        "saga.definition_version": 1,
        "saga.step": "reserve",
        "saga.phase": "EXECUTE",
        "saga.participant": NAME,
        "saga.action": "reserve_stock",
        "saga.attempt": 1,
        "saga.outcome": "completed",
        "rpc.system.name": "grpc",
        "rpc.method": "sagaway.v1.ParticipantService/Execute",
        "rpc.response.status_code": "OK",
    }
    served = attributes(tree.one("Execute reserve_stock").attributes)
    assert {name: served[name] for name in attempt} == attempt
    assert [event.name for event in tree.one("Execute reserve_stock").events] == [
        "transaction began",
        "transaction committed",
    ]
    assert attributes(tree.one("Execute send").attributes)["saga.outcome"] == "pending"
    assert attributes(tree.one("wait send").attributes)["saga.outcome"] == "completed"
    (link,) = tree.one(COMPLETE).links
    assert (link.trace_id, link.span_id) == (
        context(9).trace_id.to_bytes(16, "big"),
        context(9).span_id.to_bytes(8, "big"),
    )
    whole = tree.one("saga order")
    assert attributes(whole.attributes)["saga.state"] == "COMPLETED"
    assert whole.status.code != ERROR
    assert whole.start_time_unix_nano == tree.one(START).start_time_unix_nano
    assert whole.end_time_unix_nano >= max(span.end_time_unix_nano for span in tree.named("wait send"))


def check_compensated(tree: Tree) -> None:
    client = context(2).span_id.to_bytes(8, "big")
    assert not tree.orphans(client)
    assert tree.lines(client) == [
        START,
        "  saga order",
        "  Execute reserve",
        "    Execute reserve_stock",
        "      the author's own",
        "  Execute charge",
        "    Execute charge_card",
        "  Execute charge",
        "    Execute charge_card",
        "  Compensate reserve",
        "    Compensate reserve_stock",
    ]
    failed, refused = (attributes(span.attributes) for span in tree.named("Execute charge"))
    assert (failed["saga.outcome"], failed["rpc.response.status_code"]) == ("failed", "INTERNAL")
    assert 0 <= failed["saga.backoff"] <= 0.1
    assert tree.named("Execute charge")[0].status.code == ERROR
    assert (refused["saga.outcome"], refused["saga.reason"], refused["saga.attempt"]) == (
        "rejected",
        "CARD_DECLINED",
        2,
    )
    assert tree.named("Execute charge")[1].status.code != ERROR, "a refusal is no error"
    broken, declined = tree.named("Execute charge_card")
    assert broken.status.code == ERROR
    assert declined.status.code != ERROR
    assert attributes(declined.attributes)["saga.reason"] == "CARD_DECLINED"
    (link,) = tree.one("Compensate reserve").links
    assert link.span_id == tree.one("Execute reserve").span_id
    whole = tree.one("saga order")
    told: dict[str, Any] = attributes(whole.attributes)
    assert (told["saga.state"], told["saga.cause"], told["saga.failed_step"]) == ("COMPENSATED", "REJECTED", "charge")
    assert [event.name for event in whole.events] == ["compensation started"]
    assert whole.status.code != ERROR


def check_killed(collector: Collector, tree: Tree) -> None:
    client = context(3).span_id.to_bytes(8, "big")
    assert not tree.orphans(client)
    assert tree.lines(client) == [
        START,
        "  saga order",
        "  Execute reserve",
        "    Execute reserve_stock",
        "      the author's own",
        "  Execute charge",
        "    Execute charge_card",
        "  Execute charge",
        "    Execute charge_card",
        "  Execute send",
        "    Execute send_parcel",
    ]
    lost, resent = tree.named("Execute charge")
    assert (attributes(lost.attributes)["saga.outcome"], attributes(lost.attributes)["saga.attempt"]) == ("unknown", 1)
    assert lost.events[0].name.startswith("the orchestrator died")
    assert attributes(resent.attributes)["saga.attempt"] == 2
    ran, replayed = (attributes(span.attributes) for span in tree.named("Execute charge_card"))
    assert "saga.replayed" not in ran
    assert replayed["saga.replayed"] is True
    assert attributes(tree.one("saga order").attributes)["saga.state"] == "COMPLETED"
