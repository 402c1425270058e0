"""Walks every large scenario: `python -m tests.replicas.lab`, or `make lab`. Two to four minutes of processor time.

The scenarios are shared among processes. Each ends once it was walked to its end, or the time is up; then what it did
not reach is not known, and the report says so.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any, NamedTuple

from tests.replicas.model import Replicas, Scenario, explored
from tests.replicas.scenarios import LARGE
from tests.replicas.story import tell

Say = Callable[[str], None]


class Walked(NamedTuple):
    """What a scenario's exploration came to.

    Attributes:
        name: the scenario's.
        states: how many states were reached,
        transitions: and how many moves lead from one to another.
        depth: how many moves the longest of the shortest walks has.
        is_complete: True: that is all.
        decisions: how many questions the core was asked.
        seconds: of processor time.
        violations: what must never happen and did, each with its story.
    """

    name: str
    states: int
    transitions: int
    depth: int
    is_complete: bool
    decisions: int
    seconds: float
    violations: tuple[str, ...]


def walk(scenario: Scenario, deadline: float) -> Walked:
    """Walk a scenario until it is done, or a time of the system's monotonic clock has come."""
    begun, model = time.process_time(), Replicas(scenario)
    found = explored(model, lambda _states, _found: time.monotonic() < deadline)
    wrong = [(each.fault, each.walk) for each in found.counterexamples]
    if found.way_to_hopeless:
        wrong.append(("no end can be reached any more", found.way_to_hopeless))
    violations = tuple(f"{scenario.name}: {fault}. {' '.join(tell(model, way))}" for fault, way in wrong)
    seconds = time.process_time() - begun
    decisions = model.core.decisions
    return Walked(
        scenario.name, found.states, found.transitions, found.depth, found.is_complete, decisions, seconds, violations
    )


def run(budget: float, say: Say, scenarios: Sequence[Scenario] = LARGE) -> dict[str, Any]:
    """Walk scenarios, several at once, for so many seconds at most; return what the report says."""
    deadline, workers = time.monotonic() + budget, os.cpu_count() or 1
    context = multiprocessing.get_context("spawn")
    done: list[Walked] = []
    with ProcessPoolExecutor(min(workers, len(scenarios)), mp_context=context) as pool:
        for future in as_completed([pool.submit(walk, scenario, deadline) for scenario in scenarios]):
            one = future.result()
            done.append(one)
            complete = "to the end" if one.is_complete else "as far as the time went"
            say(f"{one.name}: {one.states:,} states, {one.transitions:,} moves, {complete}, {one.seconds:.0f} s")
    unfinished = [one.name for one in done if not one.is_complete]
    return {
        "states": sum(one.states for one in done),
        "moves": sum(one.transitions for one in done),
        "scenarios": len(done),
        "not walked to the end": unfinished,
        "questions to the core": sum(one.decisions for one in done),
        "processor seconds": round(sum(one.seconds for one in done)),
        "violations": [violation for one in done for violation in one.violations],
    }


def main() -> int:
    """Walk all; 1 if something must never happen and did."""
    parser = argparse.ArgumentParser(prog="python -m tests.replicas.lab", description=__doc__)
    parser.add_argument("--seconds", type=float, default=3_600, help="how long at most (default: an hour)")
    found = run(parser.parse_args().seconds, print)
    for key, value in found.items():
        print(f"{key}: {value}")
    return bool(found["violations"])


if __name__ == "__main__":
    raise SystemExit(main())
