"""Traces as Jaeger's query API tells them, and what must be true of a saga's."""

from __future__ import annotations

import json
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.tools import fetch

ORCHESTRATOR = "sagaway-orchestrator"
"""Its service name; a participant of the shop's is its name behind `shop-`."""


@dataclass(frozen=True, slots=True)
class Span:
    """A span.

    Attributes:
        id: of its own.
        parent: the id of the span that it is below; empty: none.
        links: ids of spans that it points at.
        service: who made it.
        name: what was done.
        start: microseconds since 1970.
        tags: the attributes.
    """

    id: str
    parent: str
    links: tuple[str, ...]
    service: str
    name: str
    start: int
    tags: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Trace:
    """A trace: its id and its spans, oldest first."""

    id: str
    spans: tuple[Span, ...]

    def of(self, *prefixes: str) -> list[Span]:
        """Return the orchestrator's spans whose names begin so, oldest first; a participant's have the same names."""
        return [span for span in self.spans if span.service == ORCHESTRATOR and span.name.startswith(prefixes)]

    def services(self) -> set[str]:
        """Return who took part."""
        return {span.service for span in self.spans}


def find(query: str, service: str, saga_id: str) -> list[Trace]:
    """Return the traces in which a service says something of a saga, searched as a person would in Jaeger's page.

    Args:
        query: the address of the query API.
        service: who must have made the span that is found.
        saga_id: what its `saga.id` must be.
    """
    now = int(time.time() * 1e6)
    wanted = {"service": service, "tags": json.dumps({"saga.id": saga_id}), "limit": "20"}
    arguments = urllib.parse.urlencode({**wanted, "start": str(now - 3_600_000_000), "end": str(now)})
    answer = fetch(f"{query}/api/traces?{arguments}")
    return [] if answer is None else [_trace(each) for each in json.loads(answer)["data"] or ()]


def services_of(*participants: str) -> set[str]:
    """Return the service names of the orchestrator and of the shop's participants."""
    return {ORCHESTRATOR, *(f"shop-{name}" for name in participants)}


def faults(trace: Trace, services: set[str]) -> Iterator[str]:
    """Yield, in words, what is wrong with a saga's trace as a tree.

    Args:
        trace: the trace.
        services: who must have taken part, and nobody else.
    """
    ids = Counter(span.id for span in trace.spans)
    yield from (f"{count} spans have the id {id_}" for id_, count in ids.items() if count > 1)
    roots = [span for span in trace.spans if not span.parent]
    if len(roots) != 1 or not roots[0].name.endswith("StartSaga"):
        yield f"the roots are {[span.name for span in roots]}, which should be StartSaga alone"
    for span in trace.spans:
        if span.parent and span.parent not in ids:
            yield f"{span.service}: {span.name!r} is an orphan: its parent {span.parent} is not there"
        yield from (f"{span.name!r} points at {link}, which is not there" for link in span.links if link not in ids)
    if trace.services() != services:
        yield f"{sorted(trace.services())} took part, which should be {sorted(services)}"
    attempts = {span.id: span for span in trace.of("Execute ", "Compensate ")}
    below = Counter(span.parent for span in trace.spans if span.parent in attempts and span.service != ORCHESTRATOR)
    for id_, attempt in attempts.items():
        if attempt.tags.get("saga.outcome") in ("completed", "rejected", "compensated", "pending") and below[id_] != 1:
            yield f"{attempt.name!r} has {below[id_]} spans of its participant below it, which should be 1"
    for span in trace.of("Compensate "):
        undone = [attempts[link].name for link in span.links if link in attempts]
        if undone != [span.name.replace("Compensate", "Execute", 1)]:
            yield f"{span.name!r} points at {undone}, which should be the Execute that it undoes"


def _trace(data: Any) -> Trace:
    spans = sorted((_span(each, data) for each in data["spans"]), key=lambda span: span.start)
    return Trace(data["traceID"], tuple(_single(spans)))


def _single(spans: Sequence[Span]) -> Iterator[Span]:
    """Yield the spans without those that a saga's next owner made again though the first had left after all.

    They say that they were (`saga.recovered`) and have the same id, as docs/observability.md has it; any other twin
    stays, and is a fault.
    """
    originals = {span.id for span in spans if not span.tags.get("saga.recovered")}
    again: set[str] = set()
    for span in spans:
        if span.tags.get("saga.recovered"):
            if span.id in originals or span.id in again:
                continue
            again.add(span.id)
        yield span


def _span(span: Any, data: Any) -> Span:
    parents = [each["spanID"] for each in span["references"] if each["refType"] == "CHILD_OF"]
    links = tuple(each["spanID"] for each in span["references"] if each["refType"] != "CHILD_OF")
    service = data["processes"][span["processID"]]["serviceName"]
    tags = {each["key"]: each["value"] for each in span["tags"]}
    parent = parents[0] if parents else ""
    return Span(span["spanID"], parent, links, service, span["operationName"], span["startTime"], tags)
