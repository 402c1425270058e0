"""What choreography costs: `python -m bench.choreography` runs order-3 orchestrated and choreographed, in one run.

    orchestrated   the orchestrator on SQLite, participants without a database, as `python -m bench` has them
    barrier        another orchestrator like it, and three participants with the barrier, each on a SQLite file
    choreographed  three participants with inbox and outbox, each on a SQLite file, and a real `sagaway bus`

All do nothing in each of three steps, with payloads of 200 bytes, and each step is durable before the next: so the first
pays for one database with fsync, the other two for three more or for three and the bus. A saga lasts from the client's
request (StartSaga, or the first event given to the bus) until the client knows of its end (its reply, or the last event).

The outbox's lag, in ms, is the time from an event's row to its being published and marked, as the rows themselves have
it. It includes the rest of the transaction that wrote the row.
"""

from __future__ import annotations

import argparse
import asyncio
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from grpc import aio
from rich.console import Console
from rich.table import Column, Table

from bench import loads
from bench.__main__ import DEFINITION, fsync_seconds, machine, measured, prepare
from bench.command import carry_out
from bench.participant import ACTIONS
from bench.payloads import content
from bench.processes import Processes
from bench.steps import BARRIER, ENDED, STARTED
from sagaway.bus import Delivery, Event, Policy
from sagaway.bus.jetstream import JetStreamBus
from sagaway.bus.settings import NatsSettings
from sagaway.client import Client
from sagaway.definitions import SagaBuilder

CONTENDERS = ("orchestrated", "barrier", "choreographed")
WORKING = {
    "orchestrated": ("client", "participant", "orchestrated"),
    "barrier": ("client", *(BARRIER + action for action in ACTIONS), "barrier"),
    "choreographed": ("client", *ACTIONS, "bus"),
}
"""Whose processor time is a contender's."""
LAGS = {"outbox_lag_p50_seconds": 0.5, "outbox_lag_p99_seconds": 0.99}
PORTS = 11


def main() -> None:
    """Run the benchmark. Exit code 1: a port is busy or a process failed."""
    parser = argparse.ArgumentParser(prog="python -m bench.choreography", description=__doc__)
    parser.add_argument("--concurrency", default="1,16,64", help="closed loops (default: 1,16,64)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn (default: 4)")
    parser.add_argument("--turns", type=int, default=3, help="of each contender at each concurrency (default: 3)")
    parser.add_argument("--port", type=int, default=17190, help=f"the first of {PORTS} ports (default: 17190)")
    parser.add_argument("--output", type=Path, default=Path("build/bench-choreography.json"), help="raw data")
    arguments = parser.parse_args()
    console = Console()
    report(carry_out(run, arguments, console), console)


async def run(arguments: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """Start everything, measure in turns, and return the raw data."""
    ports = [f"127.0.0.1:{arguments.port + place}" for place in range(PORTS)]
    turns: list[dict[str, Any]] = []
    outboxes = [_Outbox(folder / f"{action}.db") for action in ACTIONS]
    first = 0
    with Processes(folder) as processes:
        await _start(processes, ports, folder)
        async with (
            aio.insecure_channel(ports[2]) as plain,
            aio.insecure_channel(ports[3]) as barrier,
            _choreographed(f"nats://{ports[4]}") as choreographed,
        ):
            once = {
                "orchestrated": loads.saga(plain, DEFINITION),
                "barrier": loads.saga(barrier, DEFINITION),
                "choreographed": choreographed,
            }
            for level in map(int, arguments.concurrency.split(",")):
                for turn in range(arguments.turns + 1):
                    for name in CONTENDERS:
                        first += 1_000_000
                        console.print(f"{name}: {level} at once, turn {turn or 'warm-up'}", style="dim")
                        before = processes.processor_seconds()
                        seconds = arguments.seconds if turn else arguments.seconds / 4
                        sample = await loads.closed(once[name], level, seconds, first)
                        after = processes.processor_seconds()
                        lags = _lags(outboxes) if name == "choreographed" else {}
                        if turn:
                            turns.append({**measured(name, "closed", level, sample, before, after), **lags})
    return {"machine": machine(), "fsync_seconds": fsync_seconds(folder), "turns": turns}


async def _start(processes: Processes, ports: list[str], folder: Path) -> None:
    """Start all of them; of the ports, 0 to 3 are the orchestrated side's, 4 is the bus's, the others the participants'."""
    processes.start("participant", ports[0], ["bench.participant", ports[0], ports[1]])
    for name, address in zip(CONTENDERS[:2], ports[2:4], strict=True):
        processes.start(name, address, ["bench.orchestrator", name, "sqlite", address, str(folder)])
    await prepare(ports[2], ports[0])
    processes.start(
        "bus", ports[4], ["orchestrator.cli.main", "bus", "--listen", ports[4], "--store", str(folder / "bus")]
    )
    builder = SagaBuilder(DEFINITION, version=1)
    async with Client(ports[3]) as client:
        for action, own, other in zip(ACTIONS, ports[5:8], ports[8:11], strict=True):
            processes.start(action, own, ["bench.steps", action, own, str(folder), f"nats://{ports[4]}"])
            name = BARRIER + action
            processes.start(name, other, ["bench.steps", name, other, str(folder)])
            await client.participants.register(name, other, max_concurrent_calls=1_000)
            builder.step(action, participant=name, action=action)
        await client.definitions.register(builder.build())


@asynccontextmanager
async def _choreographed(nats: str) -> AsyncIterator[loads.Once]:
    """Publish a saga's first event, and wait for its last one."""
    bus = await JetStreamBus.connect(NatsSettings(urls=(nats,)))
    waiting: dict[str, asyncio.Future[None]] = {}

    async def ended(delivery: Delivery) -> None:
        waiting.pop(delivery.event.subject).set_result(None)

    async def once(number: int) -> None:
        saga = f"s-{number}"
        waiting[saga] = end = asyncio.get_running_loop().create_future()
        event = Event(id=saga, source="/bench", type=STARTED, subject=saga, time=datetime.now(UTC), data=content())
        await bus.publish(event, message_id=saga)
        async with asyncio.timeout(60):
            await end

    await bus.subscribe("client", [ENDED], ended, Policy(concurrency=256))
    yield once
    await bus.close()


PATIENCE_SECONDS = 30.0
"""How long the last events of a turn may take to be published."""


class _Outbox:
    """Reads how long the rows of an outbox waited, each row once."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._last = 0

    def new_lags(self) -> list[float]:
        """Return the seconds that each row waited that came since the last look; wait for those that wait still."""
        query = "SELECT id, create_time, publish_time FROM sagaway_outbox WHERE id > ? ORDER BY id"
        with closing(sqlite3.connect(self._file, timeout=30)) as connection:
            found = connection.execute(query, (self._last,)).fetchall()
            deadline = time.monotonic() + PATIENCE_SECONDS
            while not all(end for _, _, end in found):
                if time.monotonic() > deadline:
                    raise RuntimeError(
                        f"events wait in {self._file.name} after {PATIENCE_SECONDS:.0f} s: the relay is gone"
                    )
                time.sleep(0.01)
                found = connection.execute(query, (self._last,)).fetchall()
        self._last = found[-1][0]
        return [
            (datetime.fromisoformat(end) - datetime.fromisoformat(begin)).total_seconds() for _, begin, end in found
        ]


def _lags(outboxes: list[_Outbox]) -> dict[str, float]:
    lags = sorted(lag for outbox in outboxes for lag in outbox.new_lags())
    return {key: lags[int(len(lags) * share)] for key, share in LAGS.items()}


def report(result: dict[str, Any], console: Console) -> None:
    """Print the medians, side by side: times in milliseconds, processor time of all processes of a contender a saga."""
    names = ("load", "contender", "sagas/s", "of it", "p50 ms", "p99 ms", "lag p50", "lag p99", "CPU ms")
    table = Table(*(Column(name, no_wrap=name == "contender") for name in names))
    parts = []
    for level in dict.fromkeys(turn["level"] for turn in result["turns"]):
        rates: dict[str, float] = {}
        for name in CONTENDERS:
            turns = [turn for turn in result["turns"] if (turn["contender"], turn["level"]) == (name, level)]

            def middle(key: str, turns: list[dict[str, Any]] = turns) -> float:
                return float(median(turn[key] for turn in turns))

            rates[name] = middle("sagas_per_second")
            shares = {each: median(t["processor_us_per_saga"][each] for t in turns) for each in WORKING[name]}
            lags = [f"{middle(key) * 1e3:.1f}" if key in turns[0] else "" for key in LAGS]
            table.add_row(
                str(level),
                name,
                f"{rates[name]:.0f}",
                f"{rates[name] / rates['orchestrated']:.2f}",
                f"{middle('p50_seconds') * 1e3:.1f}",
                f"{middle('p99_seconds') * 1e3:.1f}",
                *lags,
                f"{sum(shares.values()) / 1e3:.1f}",
            )
            parts.append(f"{level}, {name}: " + ", ".join(f"{each} {value:.0f}" for each, value in shares.items()))
    console.print(table)
    console.print("Processor time, µs a saga, by process:", *parts, sep="\n")
    console.print(f"fdatasync of 4 KiB in the databases' folder: {result['fsync_seconds'] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
