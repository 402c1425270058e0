"""OpenTelemetry's samplers, by their names, in a form that costs a saga next to nothing.

A ratio decides by the low 64 bits of the trace's id, as OpenTelemetry's own does: services that have the same ratio
decide the same. What is parent based takes the decision of whoever began the trace, if somebody did.
"""

from __future__ import annotations

from orchestrator.telemetry.spans import TraceContext

_LIMIT = 1 << 64


class Sampler:
    """Decides whether a saga is traced."""

    __slots__ = ("_bound", "_parent_based")

    def __init__(self, name: str, ratio: float = 1.0) -> None:
        """Make one.

        Args:
            name: one of `tracing_settings.SAMPLERS`.
            ratio: the share that is sampled, 0 to 1, if the name says `traceidratio`.
        """
        own = name.removeprefix("parentbased_")
        self._parent_based = own != name
        self._bound = {"always_on": _LIMIT, "always_off": 0}.get(own, round(ratio * _LIMIT))

    def samples(self, trace_id: bytes, above: TraceContext | None) -> bool:
        """Return whether the saga of a trace is sampled.

        Args:
            trace_id: 16 bytes.
            above: the context of whoever starts it; None: it begins the trace.
        """
        if above is not None and self._parent_based:
            return above.sampled
        return int.from_bytes(trace_id[8:], "big") < self._bound
