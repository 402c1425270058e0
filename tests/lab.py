"""`make lab`: the long hunts, one after the other, within a budget; `BUDGET=30m make lab` for another than 15 minutes.

First what is seen from outside: a participant that is away for a minute, and with other people's programs a real
Prometheus, a real Jaeger, and the compose stack on a real engine; what is not there is skipped, and the report says why.
Then eight hunts, which share the time that is left: the seven mutants (must all be killed), the simulation on virtual
time, everything that may happen to a saga among replicas in the small, death at every crash point on real SQLite files, a
disk that is full or fails at any operation, real processes killed under load, choreographed ones in turmoil, and replicas on
one PostgreSQL, which are killed, stopped and cut off, and their database too. Each stage shows how far it is; what was found
is in build/lab.json and build/lab.md. The exit code is 1 if anything was violated or a mutant lived.

The hunts look somewhere else each time, because that is how something new is found; all but the one that looks
everywhere. `SEED=1 make lab` looks where it looked before: so does CI, in which a red run must speak of the change that it
runs on.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from rich.console import Console

from tests.compose import lab as compose
from tests.crash import lab as crash
from tests.disk import faults, full, sweep
from tests.e2e import lab as kills
from tests.jaeger import lab as jaeger
from tests.outage import lab as outages
from tests.prometheus import lab as prometheus
from tests.replicas import lab as model
from tests.replicas_lab import plays as replicated
from tests.simulation import lab as simulation
from tests.simulation.mutants import MUTANTS, hunt
from tests.tools import Missing
from tests.turmoil import lab as turmoil

_SECONDS_A_KILL = 2.4
"""What a kill, the restart and its share of the orders take on two cores."""

_SAGAS_A_SECOND = 18
"""Choreographed, observed, with all that befalls them, on two cores."""

Findings = dict[str, Any]
"""What a stage found: figures by name, and under `violations` what must never happen and did, in words."""


Stage = Callable[[float, int, Console], Findings]
"""Takes its budget in seconds, the seed of what it does at random, and where to say how far it is."""


def mutants(_budget: float, _seed: int, console: Console) -> Findings:
    """Hunt each mutant; one that lives is a violation."""
    killed, alive = {}, []
    for name in MUTANTS:
        kill = hunt(name)
        if kill.report is None:
            alive.append(f"mutant {name!r} lived through {kill.seeds} seeds")
        else:
            killed[name] = {"seed": kill.report.seed, "seconds": round(kill.seconds, 1)}
        console.print(f"{name}: {'alive' if kill.report is None else 'killed'} in {kill.seconds:.1f} s")
    return {"killed": killed, "violations": alive}


def worlds(budget: float, seed: int, console: Console) -> Findings:
    """Simulate worlds with faults."""
    workers, first_seed = os.cpu_count() or 1, seed * 10_000
    tally, seconds = simulation.hunt(first_seed, budget, workers, 0, console)
    simulation.write_report(Path("build"), tally, first_seed, seconds, workers)
    return {
        "first_seed": first_seed,
        "worlds": tally.seeds,
        "sagas": tally.sagas,
        "faults": sum(tally.fired.values()),
        "violations": [f"seed {seed}: {words}" for seed, words in tally.found],
    }


def in_the_small(budget: float, _seed: int, console: Console) -> Findings:
    """Walk over everything that may happen to a saga among replicas, up to a bound."""
    return model.run(budget, _say(console))


def points(budget: float, seed: int, console: Console) -> Findings:
    """Die at crash points."""
    return crash.run(budget, _say(console), seed=seed)


def disks(budget: float, seed: int, console: Console) -> Findings:
    """Let the log run full at every point of a saga, and the disk fail at one operation after the other."""
    begun = time.monotonic()
    filled = full.run(["fat"])
    console.print(f"full at {filled['runs']} points")
    if faults.compiler() is None:
        failing: Findings = {"skipped": "there is no C compiler here to make a failing disk", "violations": []}
    else:
        failing = sweep.run(max(10.0, budget - (time.monotonic() - begun)), list(sweep.SMALL), seed=seed)
    violations = [f"{each}" for each in (*filled.pop("violations"), *failing.pop("violations"))]
    return {"full": filled, "failing": failing, "violations": violations}


def storms(budget: float, seed: int, _console: Console) -> Findings:
    """Kill real processes; two of three times the orchestrator."""
    count = max(9, min(300, int(budget / _SECONDS_A_KILL)))
    found = kills.run(count - count // 3, count // 3, seed)
    return {**found, "violations": found.pop("wrong")}


def choreographed(budget: float, seed: int, console: Console) -> Findings:
    """Let everything befall choreographed sagas: ten thousand, if there is time for so many."""
    return turmoil.run(_say(console), max(500, min(10_000, int(budget * _SAGAS_A_SECOND))), seed)


def replicas(budget: float, seed: int, console: Console) -> Findings:
    """Let replicas of one log be killed, stopped and cut off, and their database die."""
    return replicated.within(budget, seed, _say(console))


def outage(budget: float, _seed: int, console: Console) -> Findings:
    """Let a participant be away for a minute; takes three."""
    if budget < outages.SECONDS:
        raise Missing(f"it takes {outages.SECONDS} s, and has {budget:.0f}: give a larger budget")
    return outages.run(_say(console))


def prometheus_data(_budget: float, _seed: int, console: Console) -> Findings:
    """Evaluate every shipped query."""
    return prometheus.run(_say(console))


def jaeger_traces(budget: float, _seed: int, console: Console) -> Findings:
    """Find sagas in Jaeger."""
    return jaeger.run(_say(console), budget)


def compose_stack(budget: float, _seed: int, console: Console) -> Findings:
    """Start docker-compose.yml."""
    return compose.run(_say(console), budget)


def _say(console: Console) -> Callable[[str], None]:
    return lambda line: console.print(line, style="dim", highlight=False)


OUTSIDE: Mapping[str, tuple[float, Stage]] = {
    "outage": (0.2, outage),
    "prometheus": (0.1, prometheus_data),
    "jaeger": (0.55, jaeger_traces),
    "compose": (0.35, compose_stack),
}
"""What is looked at from outside, with the share of the budget that it may take. Most of it goes into building Jaeger, once."""

LEAST = 1 / 3
"""The share of the budget that the hunts get at least."""

STAGES: Mapping[str, tuple[float, Stage]] = {
    "mutants": (0.1, mutants),
    "simulation": (0.15, worlds),
    "in the small": (0.1, in_the_small),
    "crash points": (0.1, points),
    "disk": (0.1, disks),
    "kills": (0.1, storms),
    "choreography": (0.15, choreographed),
    "replicas": (0.2, replicas),
}
"""Each hunt with its share of what is left of the budget."""


def main() -> None:
    """Hunt."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    budget = os.environ.get("BUDGET") or "15m"
    parser.add_argument("--budget", type=simulation.seconds_of, default=budget, help="90s, 15m, 1h (default: 15m)")
    parser.add_argument(
        "--seed", type=int, default=os.environ.get("SEED") or int(time.time()), help="default: the clock"
    )
    options = parser.parse_args()
    console = Console()
    found: dict[str, Findings] = {}
    begun = time.monotonic()
    for name, (share, stage) in OUTSIDE.items():
        found[name] = _run(name, _tolerant(stage), options.budget * share, options.seed, console)
    left = max(options.budget - (time.monotonic() - begun), options.budget * LEAST)
    for name, (share, stage) in STAGES.items():
        found[name] = _run(name, stage, left * share, options.seed, console)
    violations = [f"{name}: {words}" for name, findings in found.items() for words in findings["violations"]]
    for path in write_report(Path("build"), found, violations):
        console.print(f"report: {path}")
    console.print(f"{len(violations)} violations", style="bold red" if violations else "bold green")
    sys.exit(1 if violations else 0)


def _run(name: str, stage: Stage, budget: float, seed: int, console: Console) -> Findings:
    console.rule(name)
    begun = time.monotonic()
    return {**stage(budget, seed, console), "seed": seed, "seconds": round(time.monotonic() - begun, 1)}


def _tolerant(stage: Stage) -> Stage:
    """Make a stage whose tools are missing a skip, and one whose tools fail a violation: the hunts go on."""

    def run(budget: float, seed: int, console: Console) -> Findings:
        try:
            found = stage(budget, seed, console)
        except Missing as missing:
            found = {"skipped": str(missing), "violations": []}
        except Exception as error:
            console.print_exception()
            found = {"violations": [f"it could not be run to its end: {error!r}"]}
        if "skipped" in found:
            console.print(f"skipped: {found['skipped']}", style="yellow", highlight=False)
        return found

    return run


def write_report(folder: Path, found: Mapping[str, Findings], violations: list[str]) -> list[Path]:
    """Write what was found as JSON and Markdown; return where."""
    folder.mkdir(parents=True, exist_ok=True)
    raw, readable = folder / "lab.json", folder / "lab.md"
    raw.write_text(json.dumps(found, indent=1, default=str) + "\n", encoding="utf-8")
    lines = ["# Lab", "", f"**{len(violations)} violations.**", "", *(f"- {words}" for words in violations), ""]
    for name, findings in found.items():
        lines += [
            f"## {name}",
            "",
            *(f"- {key}: {value}" for key, value in findings.items() if key != "violations"),
            "",
        ]
    readable.write_text("\n".join(lines), encoding="utf-8")
    return [raw, readable]


if __name__ == "__main__":
    main()
