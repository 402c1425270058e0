"""`python -m bench`: runs order-3 and prints the figures; raw data goes to a JSON file."""

from __future__ import annotations

import argparse
import os
import platform
import sqlite3
import time
from pathlib import Path
from statistics import median
from typing import Any

from grpc import aio
from rich.console import Console
from rich.table import Table

from bench import loads
from bench.command import carry_out
from bench.participant import ACTIONS
from bench.processes import Processes
from sagaway.client import Client
from sagaway.definitions import SagaBuilder

CONTENDERS = ("floor", "pass", "sqlite", "plain")
ON_DISK = ("sqlite", "plain")
DEFINITION = "order-3"


def main() -> None:
    """Run the benchmark. Exit code 1: a port is busy or a process failed."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--concurrency", default="1,16,64,256", help="closed loops (default: 1,16,64,256)")
    parser.add_argument("--seconds", type=float, default=4.0, help="of each turn (default: 4)")
    parser.add_argument("--turns", type=int, default=3, help="of each contender at each concurrency (default: 3)")
    parser.add_argument("--rate", type=float, default=150.0, help="sagas a second of the open loop (default: 150)")
    parser.add_argument("--port", type=int, default=17170, help="the first of five ports (default: 17170)")
    parser.add_argument("--output", type=Path, default=Path("build/bench.json"), help="raw data")
    arguments = parser.parse_args()
    console = Console()
    report(carry_out(run, arguments, console), console)


async def run(arguments: argparse.Namespace, folder: Path, console: Console) -> dict[str, Any]:
    """Start everything, measure in turns, and return the raw data."""
    addresses = dict(
        zip(
            ("participant", "without_batches", "pass", "sqlite", "plain"),
            (f"127.0.0.1:{arguments.port + place}" for place in range(5)),
            strict=True,
        )
    )
    turns: list[dict[str, Any]] = []
    with Processes(folder) as processes:
        participants = [addresses["participant"], addresses["without_batches"]]
        processes.start("participant", addresses["participant"], ["bench.participant", *participants])
        for name, log in (("pass", "memory"), ("sqlite", "sqlite"), ("plain", "sqlite")):
            processes.start(name, addresses[name], ["bench.orchestrator", name, log, addresses[name], str(folder)])
            await prepare(addresses[name], addresses["without_batches" if name == "plain" else "participant"])
        async with (
            aio.insecure_channel(addresses["participant"]) as participant,
            aio.insecure_channel(addresses["pass"]) as memory,
            aio.insecure_channel(addresses["sqlite"]) as sqlite,
            aio.insecure_channel(addresses["plain"]) as plain,
        ):
            once = {
                "floor": loads.floor(participant),
                "pass": loads.saga(memory, DEFINITION),
                "sqlite": loads.saga(sqlite, DEFINITION),
                "plain": loads.saga(plain, DEFINITION),
            }
            first = 0
            plan = [("closed", float(level)) for level in arguments.concurrency.split(",")]
            plan.append(("open", arguments.rate))
            for kind, level in plan:
                for turn in range(arguments.turns + 1):
                    for name in CONTENDERS:
                        first += 1_000_000
                        console.print(f"{name}: {kind} {level:g}, turn {turn or 'warm-up'}", style="dim")
                        seconds = arguments.seconds if turn else arguments.seconds / 4
                        before = processes.processor_seconds()
                        commits = _commits(processes, name, folder)
                        if kind == "closed":
                            sample = await loads.closed(once[name], int(level), seconds, first)
                        else:
                            sample = await loads.open_loop(once[name], level, seconds, first)
                        if turn:
                            turns.append(measured(name, kind, level, sample, before, processes.processor_seconds()))
                            if name in ON_DISK:
                                made = _commits(processes, name, folder) - commits
                                turns[-1]["commits_per_saga"] = made / sample.sagas
    return {"machine": machine(), "fsync_seconds": fsync_seconds(folder), "turns": turns}


def _commits(processes: Processes, name: str, folder: Path) -> int:
    return processes.commits(name, folder / f"{name}.commits") if name in ON_DISK else 0


async def prepare(address: str, participant: str) -> None:
    """Register participant and definition at an orchestrator."""
    builder = SagaBuilder(DEFINITION, version=1)
    for action in ACTIONS:
        builder.step(action, participant="bench", action=action)
    async with Client(address) as client:
        await client.participants.register("bench", participant, max_concurrent_calls=1_000)
        await client.definitions.register(builder.build())


def measured(
    name: str, kind: str, level: float, sample: loads.Sample, before: dict[str, float], after: dict[str, float]
) -> dict[str, Any]:
    """Return one turn's raw data."""
    processor = {each: (after[each] - before[each]) / sample.sagas * 1e6 for each in after}
    processor["client"] = sample.processor_seconds / sample.sagas * 1e6
    return {
        "contender": name,
        "kind": kind,
        "level": level,
        "sagas": sample.sagas,
        "sagas_per_second": sample.sagas / sample.seconds,
        "p50_seconds": sample.percentile(0.5),
        "p99_seconds": sample.percentile(0.99),
        "processor_us_per_saga": processor,
    }


def fsync_seconds(folder: Path) -> float:
    """Return the median time to append 4 KiB to a file in the log's folder and have it on disk."""
    times = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(50):
            start = time.perf_counter()
            file.write(b"x" * 4096)
            os.fdatasync(file.fileno())
            times.append(time.perf_counter() - start)
    return median(times)


def machine() -> dict[str, Any]:
    """Return what the figures were measured on."""
    return {
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "system": platform.platform(),
    }


def report(result: dict[str, Any], console: Console) -> None:
    """Print the medians, side by side, with their ratios to the floor and to pass."""
    table = Table("load", "contender", "sagas/s", "of floor", "of pass", "p50 ms", "p99 ms", "processor µs a saga")
    levels = list(dict.fromkeys((turn["kind"], turn["level"]) for turn in result["turns"]))
    for kind, level in levels:
        rates: dict[str, float] = {}
        for name in CONTENDERS:
            turns = [t for t in result["turns"] if (t["contender"], t["kind"], t["level"]) == (name, kind, level)]
            rates[name] = median(turn["sagas_per_second"] for turn in turns)
            shares = {
                each: median(t["processor_us_per_saga"][each] for t in turns)
                for each in ("client", "participant", name)
                if name != "floor" or each != name
            }
            table.add_row(
                f"{kind} {level:g}",
                name,
                f"{rates[name]:.0f}",
                f"{rates[name] / rates['floor']:.2f}",
                f"{rates[name] / rates['pass']:.2f}" if name == "sqlite" else "",
                f"{median(turn['p50_seconds'] for turn in turns) * 1e3:.2f}",
                f"{median(turn['p99_seconds'] for turn in turns) * 1e3:.2f}",
                ", ".join(f"{each} {value:.0f}" for each, value in shares.items()),
            )
    console.print(table)
    console.print(f"fdatasync of 4 KiB in the log's folder: {result['fsync_seconds'] * 1e3:.2f} ms")


if __name__ == "__main__":
    main()
