"""A trace survives `kill -9` at every place: whatever a participant was told to be below is there in the end.

Played with the scenarios of tests/engine/test_crashes.py, on virtual time. A dead process takes with it what its
exporter had not sent; here that is all of the last two seconds, which is the whole life of most of these sagas.
"""

from __future__ import annotations

import asyncio

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from orchestrator.core.model import Saga
from orchestrator.core.retry import SECOND
from orchestrator.telemetry.sampling import Sampler
from orchestrator.telemetry.spans import read_context
from orchestrator.telemetry.tracing import Tracing
from tests.engine.harness import World, key_of, spawn, world
from tests.engine.test_crashes import CALM, SCENARIOS, Scenario
from tests.engine.virtual import virtual
from tests.tracing.trees import Tree, attributes

WINDOW = 2 * SECOND


class Exporters:
    """The exporter of each process, and what they got out."""

    def __init__(self, sampler: str) -> None:
        self.out: list[Span] = []
        self._sampler = Sampler(sampler)
        self._waiting: list[tuple[int, Span]] = []
        self._world: World | None = None

    def of(self, w: World) -> Tracing:
        self._world = w
        return Tracing(self, self._sampler, w.clock, WINDOW)

    def put(self, span: Span) -> None:
        assert self._world is not None
        self._waiting.append((self._world.clock.now(), span))

    def die(self, now: int) -> None:
        """What was put long enough ago is out, the rest is lost."""
        self.out += [span for time, span in self._waiting if time < now - WINDOW]
        self._waiting.clear()

    def end(self) -> None:
        self.out += [span for _, span in self._waiting]
        self._waiting.clear()


async def play(scenario: Scenario, crash_at: int, exporters: Exporters) -> tuple[World, Saga, bool]:
    """Play a scenario with a crash; True if the saga had an owner that died."""
    orphaned = False
    async with world(scenario.document, crash_at=crash_at, listen=exporters.of, settings=CALM) as w:
        w.definition_name = scenario.document["name"]
        w.port.latency = w.participants.latency = 0.001
        w.participants.always = scenario.always
        for name, acts in scenario.first.items():
            w.participants.next(name, *acts)
        client, crash = spawn(scenario.client(w)), spawn(w.crashes.crashed.wait())
        await asyncio.wait({client, crash}, return_when=asyncio.FIRST_COMPLETED)
        crash.cancel()
        if not client.done():
            client.cancel()
            row = await w.log.read(key_of("s"))
            orphaned = row is not None and row.owner_epoch is not None
            await w.kill()
            exporters.die(w.clock.now())
            await w.up()
            client = spawn(scenario.client(w))
        await client
        exporters.end()
        return w, await w.saga("s"), orphaned


def check(w: World, saga: Saga, spans: list[Span]) -> None:
    """One trace, no orphan, and every call below a span that is there."""
    context = read_context(saga.traceparent)
    assert context is not None
    tree = Tree(spans)
    assert not tree.orphans()
    for sent in w.participants.sent:
        above = read_context(sent.call.traceparent)
        assert above is not None
        assert above.trace_id == context.trace_id
        assert above.span_id in tree.spans, f"{sent.name}, attempt {sent.call.attempt}, is an orphan"
    whole, *_ = tree.named(f"saga {saga.definition.name}")  # the longest; one that was STUCK has another until then
    root = tree.spans[context.span_id]
    assert root.parent_span_id == b""
    told = attributes(whole.attributes)
    assert (told["saga.id"], told["saga.state"]) == ("s", saga.state)
    for span in tree:
        attributes(span.attributes)
        if span.name.startswith("Compensate"):
            (link,) = span.links
            if span.name.removeprefix("Compensate ") not in w.participants.names():
                continue  # its Execute was never sent, which nobody knew any more once the saga had slept
            assert tree.spans[link.span_id].name == span.name.replace("Compensate", "Execute")


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_crash_makes_an_orphan(name: str) -> None:
    places = 0

    @virtual
    async def alone() -> None:
        nonlocal places
        exporters = Exporters("always_on")
        w, saga, _ = await play(SCENARIOS[name], 0, exporters)
        check(w, saga, exporters.out)
        assert len({span.span_id for span in exporters.out}) == len(exporters.out), "no span is exported twice"
        places = len(w.crashes.places)

    @virtual
    async def with_crash(at: int) -> None:
        exporters = Exporters("always_on")
        w, saga, orphaned = await play(SCENARIOS[name], at, exporters)
        if orphaned:
            check(w, saga, exporters.out)

    alone()
    # A third of the places, each scenario others: many of them are alike, and each scenario passes most kinds.
    for at in range(1 + list(SCENARIOS).index(name) % 3, places + 1, 3):
        try:
            with_crash(at)
        except BaseException as error:
            error.add_note(f"crash at place {at} of {places}")
            raise


@virtual
async def test_a_saga_that_is_not_sampled_is_never_traced_and_its_participants_are_told() -> None:
    for at in range(0, 30, 4):
        exporters = Exporters("always_off")
        w, saga, _ = await play(SCENARIOS["refused at c"], at, exporters)
        assert not exporters.out
        assert saga.traceparent.endswith("-00") or saga.traceparent.endswith("-02")
        assert {sent.call.traceparent for sent in w.participants.sent} == {saga.traceparent}
