"""A long hunt: `python -m tests.simulation.lab --budget 30m`, or `BUDGET=30m`.

Goes through seeds on all cores until the time is up, shows how far it is, and leaves a report in build/. Every run
begins at another seed, unless told where; a violation is printed with the seed that replays it.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import re
import signal
import sys
import time
from collections import Counter
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.live import Live
from rich.table import Table

from tests.simulation.faults import Fault
from tests.simulation.world import simulate

CHUNK = 50
"""Seeds that a worker takes at once."""

_TELL = 60.0
"""How often to say how far it is where nobody sees the live view, seconds."""

_UNITS = {"s": 1, "m": 60, "h": 3_600}


@dataclass
class Tally:
    """What was found so far.

    Attributes:
        seeds: worlds lived through.
        states: sagas by how they ended.
        fired: faults that took place, by name.
        callbacks: callbacks that ran.
        requests: requests that left.
        lives: processes of the orchestrator.
        moments: virtual seconds.
        found: what must never happen and did: seed and words.
    """

    seeds: int = 0
    states: Counter[str] = field(default_factory=Counter)
    fired: Counter[str] = field(default_factory=Counter)
    callbacks: int = 0
    requests: int = 0
    lives: int = 0
    moments: float = 0.0
    found: list[tuple[int, str]] = field(default_factory=list)

    @property
    def sagas(self) -> int:
        return sum(self.states.values())

    def add(self, other: Tally) -> None:
        self.seeds += other.seeds
        self.states += other.states
        self.fired += other.fired
        self.callbacks += other.callbacks
        self.requests += other.requests
        self.lives += other.lives
        self.moments += other.moments
        self.found += other.found


def work(first_seed: int, count: int) -> Tally:
    """Live through some worlds."""
    tally = Tally()
    for seed in range(first_seed, first_seed + count):
        try:
            report = simulate(seed)
        except Exception as error:
            tally.found.append((seed, f"the simulation itself failed: {type(error).__name__}: {error}"))
            continue
        tally.seeds += 1
        tally.states += report.states
        tally.fired.update({fault.value: times for fault, times in report.fired.items()})
        tally.callbacks += report.callbacks
        tally.requests += report.requests
        tally.lives += report.lives
        tally.moments += report.moments
        tally.found += [(seed, violation) for violation in report.violations[:1]]
    return tally


def hunt(first_seed: int, budget: float, workers: int, goal: int, console: Console) -> tuple[Tally, float]:
    """Hunt until the time is up, the goal is reached, or somebody interrupts.

    Returns:
        What was found, and how long it took in seconds.
    """
    interrupted: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: interrupted.append(received))
    tally, begun, next_seed = Tally(), time.monotonic(), first_seed
    told = begun
    under_way: set[Future[Tally]] = set()
    context = multiprocessing.get_context("spawn")
    with (
        ProcessPoolExecutor(workers, mp_context=context, initializer=_ignore_interrupts) as pool,
        Live(_table(tally, 0, budget), console=console, refresh_per_second=2, transient=True) as live,
    ):
        while True:
            passed = time.monotonic() - begun
            more = passed < budget and not (goal and tally.sagas >= goal) and not interrupted
            while more and len(under_way) < 2 * workers:
                under_way.add(pool.submit(work, next_seed, CHUNK))
                next_seed += CHUNK
            if not under_way:
                return tally, passed
            done, under_way = wait(under_way, timeout=1, return_when=FIRST_COMPLETED)
            for future in done:
                tally.add(future.result())
                for seed, violation in future.result().found:
                    console.print(f"[red]seed {seed}[/]: {violation}", highlight=False)
            live.update(_table(tally, time.monotonic() - begun, budget))
            if not console.is_terminal and time.monotonic() - told >= _TELL:
                told = time.monotonic()
                console.print(
                    f"{told - begun:.0f} s: {tally.seeds:,} worlds, {tally.sagas:,} sagas, {len(tally.found)} found"
                )


def _ignore_interrupts() -> None:
    """Leave it to the parent to end: it waits for the chunks that are under way."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _table(tally: Tally, passed: float, budget: float) -> Table:
    table = Table(title="Hunting", show_header=False)
    table.add_row("time", f"{passed:.0f} s of {budget:.0f} s")
    table.add_row("worlds", f"{tally.seeds:,} ({tally.seeds / passed if passed else 0:.0f}/s)")
    table.add_row("sagas", f"{tally.sagas:,} ({tally.sagas / passed if passed else 0:.0f}/s)")
    table.add_row("requests", f"{tally.requests:,}")
    table.add_row("faults", f"{sum(tally.fired.values()):,}")
    table.add_row("violations", f"{len(tally.found)}")
    return table


def write_report(folder: Path, tally: Tally, first_seed: int, seconds: float, workers: int) -> list[Path]:
    """Write the report as JSON and Markdown; returns where."""
    folder.mkdir(parents=True, exist_ok=True)
    silent = [fault.value for fault in Fault if not tally.fired[fault.value]]
    body = {
        **vars(tally),
        "sagas": tally.sagas,
        "first_seed": first_seed,
        "seconds": round(seconds, 1),
        "workers": workers,
        "silent_faults": silent,
    }
    raw, readable = folder / "simulation.json", folder / "simulation.md"
    raw.write_text(json.dumps(body, indent=2, sort_keys=True) + "\n")
    lines = [
        "# Simulation: a hunt",
        "",
        f"{tally.seeds:,} worlds from seed {first_seed}, {tally.sagas:,} sagas, {tally.requests:,} requests, "
        f"{tally.lives:,} processes of the orchestrator, {tally.moments / 86_400:,.1f} virtual days "
        f"in {seconds:.0f} s on {workers} workers.",
        "",
        f"**{len(tally.found)} violations.**",
        "",
        *[f"- seed {seed}: {violation}" for seed, violation in tally.found],
        *_listed("How the sagas ended", tally.states),
        *_listed("Faults that took place", tally.fired),
    ]
    if silent:
        lines += ["", f"Faults that never did: {', '.join(silent)}."]
    readable.write_text("\n".join(lines) + "\n")
    return [raw, readable]


def _listed(title: str, counts: Counter[str]) -> list[str]:
    return ["", f"| {title} | |", "|---|---:|", *[f"| {name} | {count:,} |" for name, count in sorted(counts.items())]]


def seconds_of(text: str) -> float:
    """Read a time such as `90s`, `15m` or `1h`.

    Raises:
        argparse.ArgumentTypeError: it is none.
    """
    match = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text.strip())
    if match is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time; write it as 90s, 15m or 1h")
    return float(match[1]) * _UNITS[match[2] or "s"]


def main() -> int:
    """Hunt, and report; 1 if something was found."""
    parser = argparse.ArgumentParser(description="Simulate until the time is up.")
    parser.add_argument("--budget", type=seconds_of, default=os.environ.get("BUDGET", "15m"), help="90s, 15m, 1h")
    parser.add_argument("--first-seed", type=int, default=None, help="where to begin (default: another one each time)")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    parser.add_argument("--goal", type=int, default=0, help="end early once so many sagas were simulated")
    parser.add_argument("--report", type=Path, default=Path("build"), help="folder of the report (default build)")
    options = parser.parse_args()
    first_seed = int(time.time()) * 10_000 if options.first_seed is None else options.first_seed
    console = Console()
    console.print(f"from seed {first_seed}, on {options.workers} workers, for {options.budget:.0f} s", highlight=False)
    tally, seconds = hunt(first_seed, options.budget, options.workers, options.goal, console)
    console.print(_table(tally, seconds, options.budget))
    for path in write_report(options.report, tally, first_seed, seconds, options.workers):
        console.print(f"report: {path}")
    return 1 if tally.found else 0


if __name__ == "__main__":
    sys.exit(main())
