"""Sends a service's spans to a collector if `OTEL_EXPORTER_OTLP_ENDPOINT` says where: what every participant of yours
would do at its start, with OpenTelemetry's own SDK."""

from collections.abc import Iterator
from contextlib import contextmanager
from os import environ


@contextmanager
def traced(name: str) -> Iterator[None]:
    """Inside the block spans are sent; at its end the last ones.

    Args:
        name: the service's; `OTEL_SERVICE_NAME` wins.
    """
    if not (environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")):
        yield
        return
    # Imported here: they take half a second, and most who run the shop trace nothing.
    from opentelemetry import trace  # noqa: PLC0415
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    environ.setdefault("OTEL_SERVICE_NAME", f"shop-{name}")
    provider = TracerProvider(resource=Resource.create())
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(), schedule_delay_millis=1_000))
    trace.set_tracer_provider(provider)
    try:
        yield
    finally:
        provider.shutdown()
