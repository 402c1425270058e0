"""Lets the disk fail at one operation after another of a whole life, and looks at how every saga ends.

    python -m tests.disk.sweep --budget 2m

The orchestrator's first life meets the fault; those after it find a disk that works. What it must do is in its exit
code and in the books: a fault at a commit whose outcome is unknown ends the process (8), one before it is waited out,
and nothing is lost, doubled or sent too early, whatever happens. Prints a summary as JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

from tests.crash.lab import quiet, scratch, seconds
from tests.crash.life import Stage
from tests.crash.play import Played, Theatre
from tests.crash.scenarios import SCENARIOS
from tests.disk.faults import VARIABLE, Action, Faults, Kind, build, compiler, environment

Summary = dict[str, Any]


class Trouble(NamedTuple):
    """A way in which a disk fails.

    Attributes:
        kinds: at which operations.
        action: how.
        many: how many of them, one after the other; None: for ever.
    """

    kinds: Kind
    action: Action
    many: int | None = 1


TROUBLES = {
    "a write fails": Trouble(Kind.WRITE, Action.IO_ERROR),
    "writes fail": Trouble(Kind.WRITE, Action.IO_ERROR, None),
    "a sync fails": Trouble(Kind.SYNC, Action.IO_ERROR),
    "syncs fail": Trouble(Kind.SYNC, Action.IO_ERROR, None),
    "a truncation fails": Trouble(Kind.TRUNCATE, Action.IO_ERROR),
    "a read fails": Trouble(Kind.READ, Action.IO_ERROR),
    "reads fail for a while": Trouble(Kind.READ, Action.IO_ERROR, 12),
    "reads fail": Trouble(Kind.READ, Action.IO_ERROR, None),
    "full for one write": Trouble(Kind.WRITE, Action.FULL),
    "full for a while": Trouble(Kind.WRITE, Action.FULL, 6),
    "full": Trouble(Kind.WRITE, Action.FULL, None),
    "death at a change": Trouble(Kind.CHANGE, Action.KILL),
    "death in a write": Trouble(Kind.WRITE, Action.TEAR),
}

SMALL = ("success", "refused at c", "first start")
"""Scenarios of the slice."""


class Disk:
    """A theatre whose disk fails."""

    def __init__(self, folder: Path) -> None:
        """Only in a process that has the failing disk loaded."""
        self._faults = Faults(Path(os.environ[VARIABLE]))
        self._theatre = Theatre(folder)

    def play(self, scenario: str, trouble: Trouble, at: int) -> tuple[Played, int]:
        """Play a scenario whose first life meets the trouble at its operation ``at`` (0: never).

        Returns:
            What it showed, and how many operations there were, or how many failed.
        """
        seen = 0

        def arrange(stage: Stage, life: int) -> Stage:
            nonlocal seen
            if life == 1:
                self._faults.arm(stage.folder / "log.db", trouble.kinds, trouble.action, at, trouble.many)
            else:
                seen = self._faults.fired
                self._faults.mend()
            return stage

        played = self._theatre.play(scenario, "together", trouble=arrange, mend=self._faults.mend)
        return played, (seen or self._faults.fired) if at else self._faults.count


def sweep(folder: Path, budget: float, names: list[str], seed: int = 1, every: int = 1) -> Summary:
    """Go through every operation of these scenarios, in an order of chance, until the budget is spent."""
    quiet()
    disk, chance, begin = Disk(folder), random.Random(seed), time.monotonic()
    jobs = []
    for name in names:
        for word, trouble in TROUBLES.items():
            _, count = disk.play(name, trouble, 0)
            jobs += [(name, word, at) for at in range(1, count + 1)]
    chance.shuffle(jobs)
    jobs = jobs[::every]
    exits: dict[str, Counter[str]] = {word: Counter() for word in TROUBLES}
    violations, done, fired = [], 0, 0
    for name, word, at in jobs:
        if time.monotonic() > begin + budget:
            break
        played, failed = disk.play(name, TROUBLES[word], at)
        done, fired = done + 1, fired + bool(failed)
        exits[word][" ".join(map(str, played.exits))] += 1
        if played.violations:
            violations.append({"scenario": name, "trouble": word, "at": at, "violations": played.violations})
            print(violations[-1], file=sys.stderr, flush=True)
    return {
        "runs": done,
        "of": len(jobs),
        "fired": fired,
        "exits": {word: dict(counter) for word, counter in exits.items()},
        "violations": violations,
        "seconds": round(time.monotonic() - begin, 1),
    }


def run(budget_seconds: float, names: list[str], every: int = 1, seed: int = 1) -> Summary:
    """Sweep in a process that has the failing disk loaded. Needs a C compiler."""
    folder = scratch()
    try:
        control = folder / "control"
        Faults(control)
        arguments = ["--inside", str(folder), "--budget", str(budget_seconds)]
        arguments += ["--every", str(every), "--seed", str(seed)]
        done = subprocess.run(
            [sys.executable, "-m", "tests.disk.sweep", *arguments, *names],
            env={**os.environ, **environment(build(folder), control)},
            stdout=subprocess.PIPE,
            check=True,
        )
        found: Summary = json.loads(done.stdout)
        return found
    finally:
        shutil.rmtree(folder)


def main() -> int:
    """Sweep."""
    parser = argparse.ArgumentParser(prog="python -m tests.disk.sweep")
    parser.add_argument("names", nargs="*", default=list(SMALL), help="scenarios")
    parser.add_argument("--budget", type=seconds, default=seconds("2m"), help="how long, such as 5m")
    parser.add_argument("--every", type=int, default=1, help="only every so manieth operation")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which operations are tried")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        print(json.dumps(sweep(Path(options.inside), options.budget, options.names, options.seed, options.every)))
        return 0
    if compiler() is None:
        print("there is no C compiler here, so no disk can be made to fail", file=sys.stderr)
        return 2
    unknown = set(options.names) - SCENARIOS.keys()
    if unknown:
        parser.error(f"no such scenario: {sorted(unknown)}")
    summary = run(options.budget, options.names, options.every, options.seed)
    print(json.dumps(summary, indent=2))
    return 1 if summary["violations"] else 0


if __name__ == "__main__":
    sys.exit(main())
