"""Spans as a test looks at them: by id, and as a tree."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from opentelemetry.proto.common.v1.common_pb2 import KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span

ERROR = 2


def attributes(pairs: Iterable[KeyValue]) -> dict[str, Any]:
    """Attributes by name; a name that comes twice is a fault."""
    found: dict[str, Any] = {}
    for pair in pairs:
        assert pair.key not in found, f"{pair.key} is there twice"
        found[pair.key] = getattr(pair.value, str(pair.value.WhichOneof("value")))
    return found


class Tree:
    """The spans of one trace, each once."""

    def __init__(self, spans: Iterable[Span]) -> None:
        self.spans: dict[bytes, Span] = {}
        for span in spans:
            before = self.spans.setdefault(span.span_id, span)
            assert (before.name, before.parent_span_id) == (span.name, span.parent_span_id), "one id, two spans"
        assert len({span.trace_id for span in self.spans.values()}) <= 1, "more than one trace"

    def __iter__(self) -> Iterator[Span]:
        return iter(sorted(self.spans.values(), key=lambda span: (span.start_time_unix_nano, -span.end_time_unix_nano)))

    def orphans(self, outside: bytes = b"") -> list[str]:
        """Spans whose parent is not there; ``outside`` is the id of who began it all."""
        there = {*self.spans, outside, b""}
        return [span.name for span in self if span.parent_span_id not in there]

    def lines(self, parent: bytes = b"", depth: int = 0) -> list[str]:
        """The names as an indented tree, children by their start, the longer first."""
        found = []
        for span in self:
            if span.parent_span_id == parent:
                found += ["  " * depth + span.name, *self.lines(span.span_id, depth + 1)]
        return found

    def named(self, name: str) -> list[Span]:
        return [span for span in self if span.name == name]

    def one(self, name: str) -> Span:
        (span,) = self.named(name)
        return span
