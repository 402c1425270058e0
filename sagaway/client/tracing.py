"""What a call tells the orchestrator of the caller's trace: W3C's `traceparent` and `tracestate`, as gRPC metadata.

The saga is then below the span that is current where you call `start`. Without OpenTelemetry's API, or without a span,
a call tells nothing, and the saga's trace begins at the orchestrator.
"""

from __future__ import annotations

try:
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:  # pragma: no cover - the package is optional
    _propagator = None
else:
    _propagator = TraceContextTextMapPropagator()


def trace_metadata() -> tuple[tuple[str, str], ...]:
    """Return the metadata that brings the current span's context; empty if there is none."""
    if _propagator is None:
        return ()
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return tuple(carrier.items())
