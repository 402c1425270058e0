"""Puts tracing together from its settings: sampler, resource, exporter, instruments."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from importlib.metadata import version
from typing import NamedTuple

from opentelemetry.proto.common.v1.common_pb2 import AnyValue, InstrumentationScope, KeyValue
from opentelemetry.proto.resource.v1 import resource_pb2
from opentelemetry.sdk.resources import Resource

from orchestrator.core.retry import SECOND
from orchestrator.engine.clock import Clock
from orchestrator.telemetry.export import SpanExporter
from orchestrator.telemetry.sampling import Sampler
from orchestrator.telemetry.tracing import Tracing
from orchestrator.telemetry.tracing_settings import TracingSettings

SERVICE = "sagaway-orchestrator"
"""Our service's name, where no variable gives another."""

_SLACK = 1.0
"""How much longer than its wait in the queue a span may take to be with the collector, seconds."""
_LAST_EXPORT = 3.0
"""Seconds that the last spans get at the end."""


class Pipeline(NamedTuple):
    """Tracing at work.

    Attributes:
        tracing: is told what happens.
        exporter: sends what it makes.
    """

    tracing: Tracing
    exporter: SpanExporter


@asynccontextmanager
async def traced(settings: TracingSettings, clock: Clock) -> AsyncGenerator[Pipeline, None]:
    """Trace inside the block, and send what is left at its end."""
    exporter = SpanExporter(settings, make_resource(), InstrumentationScope(name="sagaway", version=version("sagaway")))
    window = round((settings.delay + _SLACK) * SECOND)
    exporter.start()
    try:
        yield Pipeline(Tracing(exporter, Sampler(settings.sampler, settings.ratio), clock, window), exporter)
    finally:
        await asyncio.to_thread(exporter.close, _LAST_EXPORT)


def make_resource() -> resource_pb2.Resource:
    """Return who we are: what `OTEL_RESOURCE_ATTRIBUTES` and `OTEL_SERVICE_NAME` say, and ours where they are silent."""
    said = Resource.create()
    ours = {"service.version": version("sagaway"), **said.attributes}
    if str(ours.get("service.name", "unknown_service")).startswith("unknown_service"):
        ours["service.name"] = SERVICE
    return resource_pb2.Resource(
        attributes=[KeyValue(key=key, value=AnyValue(string_value=str(value))) for key, value in ours.items()]
    )
