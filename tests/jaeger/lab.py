"""`python -m tests.jaeger.lab`: are sagas one trace each in a real Jaeger, also when the orchestrator dies?

Real processes: Jaeger, built from its source at a pinned version and set up as deploy/jaeger has it, the orchestrator
and the shop's services. Three sagas: one that completes, one that is refused and compensated, and one whose
orchestrator is killed while it waits for the payment service, and goes on in another process. Each is searched by its
`saga.id` through Jaeger's query API, at every service that took part, and must be one tree without an orphan.
"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from tests.jaeger.binary import BUILD_SECONDS, Jaeger, binary, running
from tests.jaeger.trace import Trace, faults, find, services_of
from tests.observed import ORCHESTRATOR, POOR, RICH, Observed
from tests.tools import Missing

STEPS = ("create_order", "reserve_inventory", "process_payment")
WHOLE = "saga place_order"
_PATIENCE = 30.0


def run(say: Callable[[str], None], seconds: float = BUILD_SECONDS) -> dict[str, Any]:
    """Run the lab; return what was found, with `violations` in words.

    Args:
        say: told what is being done.
        seconds: the most that building Jaeger may take; the rest takes about 20.

    Raises:
        Missing: Jaeger can't be built.
    """
    say("building Jaeger, unless it is there")
    begun = time.monotonic()
    binary(seconds)
    built = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sagaway-jaeger-") as name:
        folder = Path(name)
        with running(folder) as jaeger:
            spans, violations = asyncio.run(_sagas(folder, jaeger, say))
    took = {"seconds_to_build": round(built - begun, 1), "seconds": round(time.monotonic() - begun, 1)}
    return {"spans": spans, "violations": violations, **took}


async def _sagas(folder: Path, jaeger: Jaeger, say: Callable[[str], None]) -> tuple[dict[str, int], list[str]]:
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": jaeger.otlp, "OTEL_BSP_SCHEDULE_DELAY": "200"}
    async with Observed(folder, variables) as world:
        say("a saga that completes, and one that is compensated")
        completed = await world.start("completed-1", RICH)
        compensated = await world.start("compensated-1", POOR)
        await completed.wait()
        await compensated.wait()
        # Before anybody is killed: a process takes the spans with it that it has not sent yet, and only of sagas that
        # go on are they made again.
        found = await asyncio.to_thread(_judge, jaeger, {"completed-1": (), "compensated-1": STEPS[1::-1]})
        say("one whose orchestrator is killed on the way")
        await _resumed(world)
        return _both(found, await asyncio.to_thread(_judge, jaeger, {"resumed-1": ()}))


def _both(
    one: tuple[dict[str, int], list[str]], other: tuple[dict[str, int], list[str]]
) -> tuple[dict[str, int], list[str]]:
    return {**one[0], **other[0]}, [*one[1], *other[1]]


async def _resumed(world: Observed) -> None:
    """A saga whose orchestrator is killed while an attempt is on its way; the participant answers nobody meanwhile."""
    world.freeze("payment")
    handle = await world.start("resumed-1", RICH)
    await world.until_executing(handle, "process_payment")
    world.kill(ORCHESTRATOR)
    await world.restart(ORCHESTRATOR)
    world.thaw("payment")
    await handle.wait()


def _judge(jaeger: Jaeger, sagas: Mapping[str, tuple[str, ...]]) -> tuple[dict[str, int], list[str]]:
    """Look at each saga's trace, once it is there whole.

    Args:
        jaeger: who has the traces.
        sagas: the steps that were undone, in order, by saga id.
    """
    spans: dict[str, int] = {}
    violations: list[str] = []
    deadline = time.monotonic() + _PATIENCE
    for saga_id, undone in sagas.items():
        while True:  # spans come in batches, and the last may come last
            found, wrong = _look(jaeger, saga_id, undone)
            if not wrong or time.monotonic() > deadline:
                break
            time.sleep(0.2)
        spans[saga_id] = found
        violations += [f"{saga_id}: {words}" for words in wrong]
    return spans, violations


def _look(jaeger: Jaeger, saga_id: str, undone: tuple[str, ...]) -> tuple[int, list[str]]:
    services = services_of("order", "inventory", "payment")
    traces = {service: find(jaeger.query, service, saga_id) for service in sorted(services)}
    wrong = [f"{service} has {len(found)} traces of it" for service, found in traces.items() if len(found) != 1]
    if wrong:
        return 0, wrong
    if len({found[0].id for found in traces.values()}) != 1:
        return 0, ["its services are in different traces"]
    trace = next(iter(traces.values()))[0]
    return len(trace.spans), [*faults(trace, services), *_story(trace, saga_id, undone)]


def _story(trace: Trace, saga_id: str, undone: tuple[str, ...]) -> list[str]:
    """What the trace tells otherwise than it was."""
    wrong = []
    executed = list(dict.fromkeys(span.tags["saga.step"] for span in trace.of("Execute ")))
    if executed != list(STEPS):
        wrong.append(f"executed {executed}")
    compensated = [span.tags["saga.step"] for span in trace.of("Compensate ")]
    if compensated != list(undone):
        wrong.append(f"compensated {compensated}, which should be {list(undone)}")
    state = "COMPENSATED" if undone else "COMPLETED"
    if [span.tags.get("saga.state") for span in trace.of(WHOLE)] != [state]:
        wrong.append(f"{len(trace.of(WHOLE))} spans tell its end, which should be one with {state}")
    payments = [(span.tags["saga.attempt"], span.tags["saga.outcome"]) for span in trace.of("Execute process_payment")]
    if saga_id.startswith("resumed") and (len(payments) < 2 or payments[0] != (1, "unknown")):
        wrong.append(f"the payment's attempts are {payments}, which should begin with one that was lost")
    return wrong


def main() -> None:
    """Run the lab by itself."""
    try:
        found = run(lambda line: print(line, flush=True))
    except Missing as missing:
        print(f"skipped: {missing}")
        return
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["violations"] else 0)


if __name__ == "__main__":
    main()
