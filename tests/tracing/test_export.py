"""Export: a collector that is away hurts nothing and is logged once; what is sampled is what the variables say."""

from __future__ import annotations

import asyncio
import secrets
import socket
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
import structlog
from opentelemetry.proto.common.v1.common_pb2 import InstrumentationScope
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from orchestrator.app import serving as serving_orchestrator
from orchestrator.config import Settings, SettingsError
from orchestrator.engine.clock import SystemClock
from orchestrator.store.memory import MemoryLog
from orchestrator.telemetry.export import SpanExporter
from orchestrator.telemetry.sampling import Sampler
from orchestrator.telemetry.spans import read_context
from orchestrator.telemetry.tracing import Tracing
from orchestrator.telemetry.tracing_settings import Collector, TracingInvalid, TracingSettings, read_tracing
from orchestrator.telemetry.tracing_setup import make_resource
from sagaway.client import Client
from sagaway.v1.saga_pb2 import SAGA_STATE_COMPLETED
from tests.client.errands import NAME, errand, running
from tests.tracing.collector import collecting
from tests.tracing.trees import attributes

ABOUT_THE_COLLECTOR = "the trace collector"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def about_the_collector(entries: Sequence[object]) -> list[str]:
    events = [str(entry["event"]) for entry in entries if isinstance(entry, dict)]
    return [event for event in events if event.startswith(ABOUT_THE_COLLECTOR)]


async def test_sagas_go_on_without_a_collector_and_it_is_logged_once_and_once_when_it_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", f"http://127.0.0.1:{port}")
    monkeypatch.setenv("OTEL_BSP_SCHEDULE_DELAY", "20")
    settings = Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0", metrics_listen="off")
    async with running(tmp_path / "errands.db") as (_, participant):
        with structlog.testing.capture_logs() as logs:
            async with serving_orchestrator(settings, MemoryLog()) as server, Client(server.address) as client:
                await client.participants.register(NAME, participant)
                await client.definitions.register(errand())
                for _ in range(3):
                    saga = await client.start("errand", input={"first": 1, "second": 2}, wait=timedelta(seconds=60))
                    assert saga.saga.state == SAGA_STATE_COMPLETED
                async with asyncio.timeout(60):
                    while not about_the_collector(logs):
                        await asyncio.sleep(0.01)
                assert len(about_the_collector(logs)) == 1
                async with collecting(port) as collector, asyncio.timeout(60):
                    # StartSaga, two attempts and the whole, of each; what waited meanwhile is not lost.
                    await collector.until(lambda: collector.count == 12)
                    while len(about_the_collector(logs)) < 2:
                        await asyncio.sleep(0.01)
            away, back = about_the_collector(logs)
            assert "does not take spans" in away
            assert "takes spans again" in back


async def test_what_does_not_fit_is_dropped_and_counted_and_nobody_waits() -> None:
    settings = TracingSettings(Collector(f"127.0.0.1:{free_port()}", secure=False), max_queue=10, max_batch=5)
    exporter = SpanExporter(settings, make_resource(), InstrumentationScope(name="test"))
    for _ in range(25):
        exporter.put(Span())
    assert (exporter.waiting, exporter.dropped) == (10, 15)
    exporter.start()
    with structlog.testing.capture_logs() as logs:
        await asyncio.to_thread(exporter.close, 10)
    assert exporter.dropped == 25
    assert [entry["spans"] for entry in logs if entry["event"] == "spans were not exported before the end"] == [10]


async def test_who_we_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_SERVICE_NAME", raising=False)
    ours = attributes(make_resource().attributes)
    assert ours["service.name"] == "sagaway-orchestrator"
    assert ours["service.instance.id"]
    monkeypatch.setenv("OTEL_SERVICE_NAME", "orders")
    monkeypatch.setenv("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=a-1,deployment.environment.name=test")
    ours = attributes(make_resource().attributes)
    assert (ours["service.name"], ours["service.instance.id"]) == ("orders", "a-1")
    assert ours["deployment.environment.name"] == "test"


# Sampling -----------------------------------------------------------------------------------------------------------

YES = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
NO = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00"
ENDPOINT = {"OTEL_EXPORTER_OTLP_ENDPOINT": "http://127.0.0.1:4317"}


class Nowhere:
    def put(self, span: Span) -> None:
        raise AssertionError("nothing was committed")


def tracing(**variables: str) -> Tracing:
    settings = read_tracing({**ENDPOINT, **variables})
    assert settings is not None
    return Tracing(Nowhere(), Sampler(settings.sampler, settings.ratio), SystemClock(), 0)


@pytest.mark.parametrize(
    ("sampler", "argument", "of_nobody", "of_yes", "of_no"),
    [
        ("", "", True, True, False),
        ("always_on", "", True, True, True),
        ("always_off", "", False, False, False),
        ("parentbased_always_on", "", True, True, False),
        ("parentbased_always_off", "", False, True, False),
        ("traceidratio", "0", False, False, False),
        ("traceidratio", "1", True, True, True),
        ("parentbased_traceidratio", "0", False, True, False),
        ("ParentBased_TraceIdRatio", "1.0", True, True, False),
    ],
)
def test_each_sampler_decides_as_its_name_says(
    sampler: str, argument: str, of_nobody: bool, of_yes: bool, of_no: bool
) -> None:
    makes = tracing(OTEL_TRACES_SAMPLER=sampler, OTEL_TRACES_SAMPLER_ARG=argument)
    for client, sampled in (("", of_nobody), (YES, of_yes), (NO, of_no)):
        kept, origin = makes.begin_trace(client)
        context, above = read_context(kept), read_context(client)
        assert context is not None
        assert context.sampled is sampled
        if above is not None:
            assert context.trace_id == above.trace_id
            assert context.span_id != above.span_id
        assert origin == ("" if not sampled else above.span_id.hex() if above is not None else "root")


def test_a_ratio_samples_about_that_share() -> None:
    makes = tracing(OTEL_TRACES_SAMPLER="parentbased_traceidratio", OTEL_TRACES_SAMPLER_ARG="0.25")
    sampled = sum(bool(makes.begin_trace("")[1]) for _ in range(4_000))
    assert 800 < sampled < 1_200
    for _ in range(20):
        # Whoever decides by the same ratio decides the same: the trace's id is what counts.
        client = f"00-{secrets.token_hex(16)}-{secrets.token_hex(8)}-01"
        assert makes.begin_trace(client)[1]


# Settings -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {"OTEL_EXPORTER_OTLP_ENDPOINT": " "},
        {**ENDPOINT, "OTEL_SDK_DISABLED": "true"},
        {**ENDPOINT, "OTEL_TRACES_EXPORTER": "none"},
    ],
)
def test_nothing_is_traced_unless_asked_for(variables: dict[str, str]) -> None:
    assert read_tracing(variables) is None


@pytest.mark.parametrize(
    ("variables", "target", "secure"),
    [
        ({"ENDPOINT": "http://collector:4317"}, "collector:4317", False),
        ({"ENDPOINT": "https://collector"}, "collector:4317", True),
        ({"ENDPOINT": "collector:5317"}, "collector:5317", True),
        ({"ENDPOINT": "collector:5317", "INSECURE": "true"}, "collector:5317", False),
        ({"ENDPOINT": "http://[::1]:4317/"}, "[::1]:4317", False),
        ({"ENDPOINT": "http://all:1", "TRACES_ENDPOINT": "http://traces:2"}, "traces:2", False),
    ],
)
def test_the_endpoint_is_read_as_opentelemetry_reads_it(variables: dict[str, str], target: str, secure: bool) -> None:
    settings = read_tracing({f"OTEL_EXPORTER_OTLP_{name}": value for name, value in variables.items()})
    assert settings is not None
    assert (settings.collector.target, settings.collector.secure) == (target, secure)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://x", "is no endpoint of OTLP over gRPC"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:port", "is no endpoint"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://x:4318/v1/traces", "is no endpoint"),
        ("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "http/protobuf", "give grpc"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "api-key=1,S3CRET", "entry 2 is not key=value"),
        ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd", "give gzip or none"),
        ("OTEL_EXPORTER_OTLP_CERTIFICATE", "/no/such.pem", "can't be read"),
        ("OTEL_EXPORTER_OTLP_CLIENT_KEY", __file__, "give both"),
        ("OTEL_TRACES_EXPORTER", "zipkin", "give otlp or none"),
        ("OTEL_TRACES_SAMPLER", "sometimes", "is none of always_on,"),
        ("OTEL_TRACES_SAMPLER_ARG", "10%", "is not a number from 0 to 1"),
        ("OTEL_BSP_MAX_QUEUE_SIZE", "-1", "is not a whole number"),
    ],
)
def test_a_wrong_variable_is_named(variable: str, value: str, said: str) -> None:
    with pytest.raises(TracingInvalid) as caught:
        read_tracing({**ENDPOINT, variable: value})
    assert variable in str(caught.value)
    assert said in str(caught.value)
    assert "S3CRET" not in str(caught.value)


async def test_a_wrong_variable_refuses_the_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4317")
    monkeypatch.setenv("OTEL_TRACES_SAMPLER", "sometimes")
    settings = Settings(database=tmp_path / "saga.db", listen="127.0.0.1:0")
    with pytest.raises(SettingsError, match="OTEL_TRACES_SAMPLER: 'sometimes' is none of"):
        async with serving_orchestrator(settings):
            raise AssertionError("it serves")
