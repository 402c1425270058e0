"""`python -m tests.outage.lab`: a participant is killed under load and comes back after a minute; everything in real processes.

An orchestrator, a participant that goes away, and a neighbour that does not, each a process of its own. Sagas start at a
steady rate whatever happens (an open load): errands, which need the participant that goes away, and, in bursts, sagas that
need the neighbour alone. What is looked at is seen from outside: the participants' own journals of their calls, the
orchestrator's metrics, and the sagas as ListSagas has them. It must be so that

- while it is away, it is asked now and then (as often as probes are due) and by nobody else;
- those who need the neighbour wait no longer in its queue than before (×1.2);
- when it is back, as many calls as its limit allows are under way within a minute, and from then on its queue drains at
  90 % of its limit at least; it never has a call more than its limit;
- every saga completes, and is done once.

The report is in build/outage.json and build/outage.md; the exit code is 1 if something was otherwise.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestrator.caller.breaker import FIRST_WAIT, LAST_WAIT
from orchestrator.core.retry import SECOND
from participants.shop.demo import client as shop
from participants.shop.demo.processes import Child, Processes, free_addresses
from sagaway.client import Client
from sagaway.definitions import SagaBuilder
from tests.metrics.world import Numbers, numbers
from tests.outage.counter import ACTION, read_journal
from tests.tools import fetch

ORCHESTRATOR, AWAY, NEIGHBOUR, METRICS = "orchestrator", "away", "neighbour", "metrics"

SECONDS = 175
"""About how long the lab takes."""

BEFORE = 30.0
"""Seconds of load before the outage: what everything is held against."""

OUTAGE = 60.0
"""Seconds that the participant is away."""

ELIGIBLE_WITHIN = 60.0
MORE = 1.2
SHARE = 0.9
PATIENCE = 150.0
"""Seconds after which sagas that are still open are a fault."""

LIMITS: Mapping[str, int] = {AWAY: 40, NEIGHBOUR: 8}
"""Calls at once."""

LATENCIES: Mapping[str, float] = {AWAY: 0.5, NEIGHBOUR: 0.2}
"""Seconds that a call takes: so the neighbour's bursts queue, and half as much is asked of the other as it can take."""

ERRANDS = 30
"""Started each second."""

BURST = 32
"""Sagas for the neighbour, started at once each `BURST_EVERY` seconds."""

BURST_EVERY = 2

AT_ONCE = 200
"""The most StartSagas under way: the load is bounded, should the orchestrator stand still."""


class Lab:
    """The processes, the load, and what was seen of them.

    Args:
        folder: empty; logs, journals and databases go there.
        processes: starts and ends them.
    """

    def __init__(self, folder: Path, processes: Processes) -> None:
        self._folder = folder
        self._processes = processes
        names = (ORCHESTRATOR, AWAY, NEIGHBOUR, METRICS)
        self._addresses = dict(zip(names, free_addresses(len(names), random.Random()), strict=True))
        self._children: dict[str, Child] = {}
        self.client = Client(self._addresses[ORCHESTRATOR], retries=shop.RETRIES)
        self.started: Counter[str] = Counter()

    def journal(self, name: str) -> Path:
        """Return the file in which a participant writes its calls."""
        return self._folder / f"{name}.journal"

    async def begin(self) -> None:
        """Start all, and register what is needed."""
        for name in (ORCHESTRATOR, AWAY, NEIGHBOUR):
            self._start(name)
        await shop.until_serving(list(self._children.values()))
        for name, limit in LIMITS.items():
            await self.client.participants.register(name, self._addresses[name], max_concurrent_calls=limit)
            saga = SagaBuilder(f"needs-{name}", 1)
            saga.step("only", participant=name, action=ACTION)
            await self.client.definitions.register(saga.build())

    def kill(self, name: str) -> None:
        """End a process with SIGKILL."""
        self._processes.kill(self._children[name])

    async def restart(self, name: str) -> None:
        """Start a killed process anew; return once it serves."""
        self._start(name)
        await shop.until_serving([self._children[name]])

    async def load(self, stop: asyncio.Event) -> None:
        """Start sagas at a steady rate until told to stop."""
        room = asyncio.Semaphore(AT_ONCE)
        clock = asyncio.get_running_loop().time
        begun, tick = clock(), 0

        async def start(name: str) -> None:
            self.started[name] += 1
            saga_id = f"{name}-{self.started[name]}"
            async with room:
                await self.client.start(f"needs-{name}", saga_id=saga_id)

        async with asyncio.TaskGroup() as starts:
            while not stop.is_set():
                if tick % (ERRANDS * BURST_EVERY) == 0:
                    for _ in range(BURST):
                        starts.create_task(start(NEIGHBOUR))
                starts.create_task(start(AWAY))
                tick += 1
                self._processes.check()
                await asyncio.sleep(max(0.0, begun + tick / ERRANDS - clock()))  # the load's own rate

    async def look(self) -> Numbers:
        """Read the metrics."""
        page = await asyncio.to_thread(fetch, f"http://{self._addresses[METRICS]}/metrics")
        return numbers((page or b"").decode())

    async def until(self, what: str, look: Callable[[Numbers], bool]) -> None:
        """Read the metrics until they are so.

        Raises:
            TimeoutError: they were not within `PATIENCE`.
        """
        deadline = time.monotonic() + PATIENCE
        while not look(await self.look()):
            self._processes.check()
            if time.monotonic() > deadline:
                raise TimeoutError(f"{what}: not within {PATIENCE:.0f} s")
            await asyncio.sleep(0.1)  # looks from outside, as any client must

    def _start(self, name: str) -> None:
        address = self._addresses[name]
        if name == ORCHESTRATOR:
            database = str(self._folder / "sagaway.db")
            arguments = ["orchestrator.cli.main", "serve", "--database", database, "--listen", address]
            arguments += ["--metrics-listen", self._addresses[METRICS]]
        else:
            arguments = ["tests.outage.counter", address, str(self.journal(name)), str(LATENCIES[name])]
        self._children[name] = self._processes.start(name, address, arguments)


async def outage(lab: Lab, say: Callable[[str], None]) -> tuple[dict[str, Any], list[str]]:
    """Let it go away and come back under load; return figures, and what was not as it must be."""
    await lab.begin()
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(lab.load(stop))
        say(f"{BEFORE:.0f} s of load")
        await asyncio.sleep(1)  # the first burst begins with a slow start
        at_begin = await lab.look()
        await asyncio.sleep(BEFORE)
        before = await lab.look()
        lab.kill(AWAY)
        killed = time.time()
        await lab.until("the breaker opens", lambda now: now.of("saga_breaker_open", participant=AWAY) == 1)
        noticed, opened = time.time(), await lab.look()
        say(f"{AWAY} was killed, and that was noticed {noticed - killed:.1f} s later")
        await asyncio.sleep(killed + OUTAGE - time.time())
        at_end = await lab.look()
        await lab.restart(AWAY)
        back = time.time()
        parked = lab.started[AWAY]
        say(f"it is back after {back - killed:.1f} s")
        await lab.until(
            "its queue is empty", lambda now: now.of("saga_in_flight", state="RUNNING") < LIMITS[AWAY] + BURST
        )
        drained = await lab.look()
        stop.set()
    say("waiting for the end of all sagas")
    await lab.until("all sagas end", lambda now: now.of("saga_in_flight", state="RUNNING") == 0)
    figures, wrong = _of_the_outage(opened, at_end, back - noticed)
    for more, faults in (
        _of_the_neighbours(at_begin, before, drained),
        _of_the_recovery(lab.journal(AWAY), back, parked),
        await _of_the_ends(lab),
    ):
        figures |= more
        wrong += faults
    return {"noticed_after_s": round(noticed - killed, 1), "away_for_s": round(back - killed, 1), **figures}, wrong


Found = tuple[dict[str, Any], list[str]]


def probes_due(seconds: float) -> int:
    """Return how many probes may leave within so many seconds of an outage: the waits at their shortest."""
    count, wait, passed = 1, FIRST_WAIT / SECOND, 0.0
    while (passed := passed + 0.75 * min(wait, LAST_WAIT / SECOND)) <= seconds:
        count, wait = count + 1, wait * 2
    return count


def _of_the_outage(opened: Numbers, at_end: Numbers, seconds: float) -> Found:
    asked = _sum(at_end, "saga_attempts_total", AWAY) - _sum(opened, "saga_attempts_total", AWAY)
    bound = probes_due(seconds)
    wrong = [f"it was asked {asked} times while it was away; {bound} probes were due"] if asked > bound else []
    return {"attempts_while_away": int(asked), "probes_due": bound}, wrong


def _of_the_neighbours(at_begin: Numbers, before: Numbers, drained: Numbers) -> Found:
    usual, meanwhile = _mean_wait(at_begin, before), _mean_wait(before, drained)
    wrong = []
    if meanwhile > MORE * usual:
        wrong.append(f"the neighbour's sagas waited {meanwhile:.3f} s in its queue, and {usual:.3f} s before")
    return {"neighbours_wait_before_s": round(usual, 4), "neighbours_wait_meanwhile_s": round(meanwhile, 4)}, wrong


def _of_the_recovery(journal: Path, back: float, parked: int) -> Found:
    limit, latency = LIMITS[AWAY], LATENCIES[AWAY]
    crowd = {f"{AWAY}-{number}" for number in range(1, parked + 1)}
    running = most = 0
    begun: list[tuple[float, int, bool]] = []
    for line in read_journal(journal):
        running = 0 if line.what == "up" else running + 1 if line.what == "begin" else running - 1
        most = max(most, running)
        if line.what == "begin" and line.time >= back:
            begun.append((line.time, running, line.saga_id in crowd))
    wrong = [] if most <= limit else [f"it had {most} calls at once; its limit is {limit}"]
    first = next((number for number, (_, running, _) in enumerate(begun) if running >= limit), None)
    if first is None or begun[first][0] - back > ELIGIBLE_WITHIN:
        wrong.append(f"it did not have as many calls as its limit within {ELIGIBLE_WITHIN:.0f} s")
    if first is None:
        return {"most_calls_at_once": most}, wrong
    last = max(number for number, (_, _, of_crowd) in enumerate(begun) if of_crowd)
    rate = (last - first) / (begun[last][0] - begun[first][0])
    if rate < SHARE * limit / latency:
        wrong.append(f"its queue drained at {rate:.1f} calls a second; its limit allows {limit / latency:.1f}")
    return {
        "most_calls_at_once": most,
        "limit": limit,
        "at_its_limit_after_s": round(begun[first][0] - back, 1),
        "drained_per_s": round(rate, 1),
        "limit_allows_per_s": limit / latency,
        "drained_after_s": round(begun[last][0] - back, 1),
    }, wrong


async def _of_the_ends(lab: Lab) -> Found:
    states = Counter([shop.state(saga) async for saga in lab.client.list(page_size=shop.PAGE)])
    wrong = [] if set(states) == {"COMPLETED"} else [f"not all sagas completed: {dict(states)}"]
    if states.total() != lab.started.total():
        wrong.append(f"{lab.started.total()} sagas were started, and {states.total()} are in the log")
    for name, count in lab.started.items():
        done = Counter(line.saga_id for line in read_journal(lab.journal(name)) if line.what == "end")
        if done != Counter(f"{name}-{number}" for number in range(1, count + 1)):
            wrong.append(f"{name} did not do each of its {count} sagas once: {done.most_common(3)}")
    return {"sagas": dict(lab.started), "ends": dict(states)}, wrong


def _sum(found: Numbers, name: str, participant: str) -> float:
    return sum(
        value
        for (each, labels), value in found.items()
        if (each, dict(labels).get("participant")) == (name, participant)
    )


def _mean_wait(first: Numbers, last: Numbers) -> float:
    def grown(what: str) -> float:
        name = f"saga_queue_wait_seconds_{what}"
        return last.of(name, participant=NEIGHBOUR) - first.of(name, participant=NEIGHBOUR)

    return grown("sum") / max(grown("count"), 1)


def run(say: Callable[[str], None]) -> dict[str, Any]:
    """Run the lab; return its figures, with `violations` in words, and write the report."""
    begun = time.monotonic()

    async def inside(folder: Path, processes: Processes) -> tuple[dict[str, Any], list[str]]:
        lab = Lab(folder, processes)
        async with lab.client:
            return await outage(lab, say)

    with tempfile.TemporaryDirectory(prefix="sagaway-outage-") as name:
        folder = Path(name)
        (folder / "logs").mkdir()
        with Processes(folder / "logs") as processes:
            figures, wrong = asyncio.run(inside(folder, processes))
    found = {**figures, "violations": wrong, "seconds": round(time.monotonic() - begun, 1)}
    write_report(Path("build"), found)
    return found


def write_report(folder: Path, found: Mapping[str, Any]) -> Sequence[Path]:
    """Write what was found as JSON and Markdown; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    raw, readable = folder / "outage.json", folder / "outage.md"
    raw.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    lines = ["# An outage of a minute, in real processes", "", f"**{len(found['violations'])} violations.**", ""]
    lines += [f"- {words}" for words in found["violations"]] + [""] * bool(found["violations"])
    lines += ["| | |", "|---|---:|"]
    lines += [f"| {name.replace('_', ' ')} | {value} |" for name, value in found.items() if name != "violations"]
    readable.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return [raw, readable]


def main() -> None:
    """Run the lab by itself."""
    argparse.ArgumentParser(prog="python -m tests.outage.lab", description=__doc__).parse_args()
    found = run(lambda line: print(line, flush=True))
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["violations"] else 0)


if __name__ == "__main__":
    main()
