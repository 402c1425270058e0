"""The long hunt with real processes: `python -m tests.e2e.lab --orchestrator 200 --participants 100`.

Prints each kill, and a summary as JSON at the end; the exit code is 1 if an order or the books were wrong.
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
from pathlib import Path
from typing import Any

from participants.shop import books
from participants.shop.demo.play import SERVICES
from tests.e2e.kills import ORCHESTRATOR, storm


def run(orchestrator: int, participants: int, seed: int) -> dict[str, Any]:
    """Kill the orchestrator and the services so many times, in random order, and return what was found."""
    chance = random.Random(seed)
    victims = [ORCHESTRATOR] * orchestrator + [chance.choice(SERVICES) for _ in range(participants)]
    chance.shuffle(victims)
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="sagaway-kills-") as folder:
        result = asyncio.run(storm(Path(folder), chance, books.ORDERS, victims, lambda line: print(line, flush=True)))
    return {
        "seed": seed,
        "kills": dict(Counter(result.kills)),
        "kills_that_met_open_sagas": sum(count > 0 for count in result.open_at_kill),
        "orders": result.orders,
        "wrong": list(result.wrong),
        "seconds": round(time.monotonic() - begun, 1),
    }


def main() -> None:
    """Run the hunt."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.lab", description=__doc__)
    parser.add_argument("--orchestrator", type=int, default=200, help="kills of the orchestrator (default: 200)")
    parser.add_argument("--participants", type=int, default=100, help="kills of services (default: 100)")
    parser.add_argument("--seed", type=int, default=None, help="chooses the moments; default: the clock")
    arguments = parser.parse_args()
    found = run(arguments.orchestrator, arguments.participants, arguments.seed or time.time_ns())
    print(json.dumps(found, indent=1))
    sys.exit(1 if found["wrong"] else 0)


if __name__ == "__main__":
    main()
