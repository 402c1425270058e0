"""Live through one world again and show what happened: `python -m tests.simulation.replay SEED`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from tests.simulation.mutants import MUTANTS
from tests.simulation.world import simulate


def main() -> int:
    """Show a world's trace; 1 if something happened that must not."""
    parser = argparse.ArgumentParser(description="Replay a simulated world by its seed.")
    parser.add_argument("seed", type=int)
    parser.add_argument("--mutant", choices=sorted(MUTANTS), help="with this mutant in the product")
    parser.add_argument("--digest", type=int, metavar="COUNT", help="print only the digests of COUNT seeds from SEED")
    options = parser.parse_args()
    mutated: Callable[[], AbstractContextManager[None]] = MUTANTS.get(options.mutant or "", nullcontext)
    with mutated():
        if options.digest:
            for seed in range(options.seed, options.seed + options.digest):
                print(seed, simulate(seed).digest)
            return 0
        report = simulate(options.seed)
    print("\n".join(report.trace))
    print(f"faults on: {', '.join(report.on)}")
    print(f"sagas: {dict(report.states)}; {report.lives} lives, {report.callbacks} callbacks, {report.moments:.1f} s")
    for violation in report.violations:
        print(f"VIOLATION {violation}")
    return 1 if report.violations else 0


if __name__ == "__main__":
    sys.exit(main())
