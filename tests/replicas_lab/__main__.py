"""`python -m tests.replicas_lab --orders 5000 --kills 60 --database 30 --deaths 20 --networks 20 --seed 7`: replicas of one log on PostgreSQL.

Four plays, each with a world of its own; 0 leaves one out:

- kills: replicas are killed (SIGKILL), or stand still for longer than their lease and go on as zombies (exit code 8);
- database: PostgreSQL is killed (SIGKILL) and started again, and a proxy loses COMMITs or the replies to them;
- deaths: one replica dies at a time, and it is measured when its sagas have their next attempts;
- networks: everybody has a network of its own, which is cut, one way or both, or slow.

The reports are in build/replicas-*.json and .md; the exit code is 1 if something was otherwise than it must be.
"""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.replicas_lab import plays


def main() -> None:
    """Run the lab by itself."""
    parser = argparse.ArgumentParser(prog="python -m tests.replicas_lab", description=__doc__)
    parser.add_argument("--orders", type=int, default=plays.ORDERS, help="orders of each play (default: %(default)s)")
    counts = {
        "kills": (plays.KILLS, "kills and stops of replicas"),
        "database": (plays.DATABASE, "kills of PostgreSQL, and as many lost COMMITs or replies"),
        "deaths": (plays.DEATHS, "deaths that are measured"),
        "networks": (plays.NETWORKS, "faults of networks"),
    }
    for name, (count, words) in counts.items():
        parser.add_argument(f"--{name}", type=int, default=count, help=f"{words} (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="default: the clock")
    options = parser.parse_args()
    wrong = 0
    for name in counts:
        count = getattr(options, name)
        if count:
            found = plays.play(name, options.orders, count, options.seed, lambda line: print(line, flush=True))
            print(json.dumps(found, indent=1), flush=True)
            wrong += len(found["violations"])
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
