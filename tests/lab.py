"""`make lab`: the long hunts, one after the other, within a budget; `BUDGET=30m make lab` for another than 15 minutes.

Four stages, each with its share of the time: the six mutants (must all be killed), the simulation on virtual time,
death at every crash point on real SQLite files, and real processes killed under load. Each shows how far it is; what
was found is in build/lab.json and build/lab.md. The exit code is 1 if anything was violated or a mutant lived.
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

from tests.crash import lab as crash
from tests.e2e import lab as kills
from tests.simulation import lab as simulation
from tests.simulation.mutants import MUTANTS, hunt

_SECONDS_A_KILL = 2.4
"""What a kill, the restart and its share of the orders take on two cores."""

Findings = dict[str, Any]
"""What a stage found: figures by name, and under `violations` what must never happen and did, in words."""


def mutants(_budget: float, console: Console) -> Findings:
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


def worlds(budget: float, console: Console) -> Findings:
    """Simulate worlds with faults."""
    workers, first_seed = os.cpu_count() or 1, int(time.time()) * 10_000
    tally, seconds = simulation.hunt(first_seed, budget, workers, 0, console)
    simulation.write_report(Path("build"), tally, first_seed, seconds, workers)
    return {
        "first_seed": first_seed,
        "worlds": tally.seeds,
        "sagas": tally.sagas,
        "faults": sum(tally.fired.values()),
        "violations": [f"seed {seed}: {words}" for seed, words in tally.found],
    }


def points(budget: float, console: Console) -> Findings:
    """Die at crash points."""
    return crash.run(budget, lambda line: console.print(line, style="dim", highlight=False))


def storms(budget: float, _console: Console) -> Findings:
    """Kill real processes; two of three times the orchestrator."""
    count = max(9, min(300, int(budget / _SECONDS_A_KILL)))
    found = kills.run(count - count // 3, count // 3, time.time_ns())
    return {**found, "violations": found.pop("wrong")}


STAGES: Mapping[str, tuple[float, Callable[[float, Console], Findings]]] = {
    "mutants": (0.1, mutants),
    "simulation": (0.45, worlds),
    "crash points": (0.2, points),
    "kills": (0.25, storms),
}
"""Each stage with its share of the budget."""


def main() -> None:
    """Hunt."""
    parser = argparse.ArgumentParser(prog="python -m tests.lab", description=__doc__)
    budget = os.environ.get("BUDGET") or "15m"
    parser.add_argument("--budget", type=simulation.seconds_of, default=budget, help="90s, 15m, 1h (default: 15m)")
    options = parser.parse_args()
    console = Console()
    found: dict[str, Findings] = {}
    for name, (share, stage) in STAGES.items():
        console.rule(name)
        begun = time.monotonic()
        found[name] = {**stage(options.budget * share, console), "seconds": round(time.monotonic() - begun, 1)}
    violations = [f"{name}: {words}" for name, findings in found.items() for words in findings["violations"]]
    for path in write_report(Path("build"), found, violations):
        console.print(f"report: {path}")
    console.print(f"{len(violations)} violations", style="bold red" if violations else "bold green")
    sys.exit(1 if violations else 0)


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
