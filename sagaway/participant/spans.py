"""What a participant's spans have in common, whatever brings the calls.

They are made with OpenTelemetry's API, so they go wherever your process's TracerProvider sends spans, and nowhere if
there is none. Without the package `opentelemetry-api` (the extra `sagaway[tracing]` brings it) nothing here does anything.

A served call's span is current while your function runs, in its thread too: what you instrument yourself is below it, and
what you call is told the context. It says how the call ended, and when the transaction began and was committed: events,
not spans of their own. Spans never hold payloads, messages or tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

try:
    from opentelemetry import trace
    from opentelemetry.context import Context, attach, detach, get_current
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
except ImportError:  # pragma: no cover - the package is optional
    propagator = None
else:
    propagator = TraceContextTextMapPropagator()
    _span: ContextVar[trace.Span] = ContextVar("sagaway_served_span", default=trace.INVALID_SPAN)


def start(
    name: str, kind: str, context: Context | None = None, links_to: Iterable[trace.SpanContext] = ()
) -> trace.Span:
    """Begin a span.

    Args:
        name: its name.
        kind: the name of a `SpanKind`.
        context: what it is below; None: what is current.
        links_to: other spans that it has to do with; those that are not valid are left out.
    """
    return trace.get_tracer("sagaway.participant").start_span(
        name,
        context=context,
        kind=trace.SpanKind[kind],
        links=[trace.Link(other) for other in links_to if other.is_valid],
    )


@contextmanager
def served(span: trace.Span) -> Iterator[None]:
    """Inside the block the span is current and takes the notes. It ends with the block."""
    mine, current = _span.set(span), attach(trace.set_span_in_context(span))
    here = True
    try:
        yield
    except GeneratorExit:
        here = False  # a loop was closed over the call: its coroutine is collected outside of its own context
        raise
    finally:
        if here:
            detach(current)
            _span.reset(mine)
        span.end()


Served = tuple["trace.Span", "Context"]
"""A call that is served: its span, and what is current with it."""


def served_here() -> Served | None:
    """Return the call that is served here, for `served_again`."""
    return None if propagator is None else (_span.get(), get_current())


@contextmanager
def served_again(call: Served | None) -> Iterator[None]:
    """Inside the block a call is served that began elsewhere: as inside of its `served`, but its span goes on."""
    if call is None:
        yield
        return
    mine, current = _span.set(call[0]), attach(call[1])
    try:
        yield
    finally:
        detach(current)
        _span.reset(mine)


def note(key: str, value: str | bool) -> None:
    """Put an attribute on the span of the call that is served here, if there is one."""
    if propagator is not None and (span := _span.get()).is_recording():
        span.set_attribute(key, value)


def happened(name: str) -> None:
    """Put an event on the span of the call that is served here, if there is one."""
    if propagator is not None and (span := _span.get()).is_recording():
        span.add_event(name)


def fail(kind: str) -> None:
    """Mark the span of the call that is served here, if there is one, as an error of this kind."""
    if propagator is not None:
        failed(_span.get(), kind)


def link(traceparent: str) -> None:
    """Link the span of the call that is served here, if there is one, to another one, if that is known."""
    if propagator is not None and (span := _span.get()).is_recording():
        other = span_in(extract({"traceparent": traceparent}))
        if other.is_valid:
            span.add_link(other)


def here() -> str:
    """Return the `traceparent` of the span of the call that is served here; empty if there is none."""
    return "" if propagator is None else inject(_span.get()).get("traceparent", "")


def extract(carrier: Mapping[str, str]) -> Context:
    """Return the context that `traceparent` and `tracestate` tell; an empty one if they are broken or not there."""
    assert propagator is not None, "only where there is OpenTelemetry"
    return propagator.extract({key: value for key, value in carrier.items() if value}, context=Context())


def current() -> trace.Span:
    """Return the span that is current, of whoever made it; one that is not valid if there is none."""
    return trace.get_current_span()


def span_in(context: Context) -> trace.SpanContext:
    """Return which span a context tells; one that is not valid if it tells none."""
    return trace.get_current_span(context).get_span_context()


def inject(span: trace.Span) -> dict[str, str]:
    """Return what tells others the context of a span; nothing of one that is not valid."""
    assert propagator is not None, "only where there is OpenTelemetry"
    carrier: dict[str, str] = {}
    propagator.inject(carrier, trace.set_span_in_context(span, Context()))
    return carrier


def failed(span: trace.Span, kind: str) -> None:
    """Mark a span as an error of this kind."""
    span.set_attribute("error.type", kind)
    span.set_status(trace.Status(trace.StatusCode.ERROR, kind))
