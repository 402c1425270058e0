"""The play with networks, in the namespace that `networks.run` has made: from here every replica is reached."""

from __future__ import annotations

import argparse
import random
from collections import Counter

from tests.replicas_lab import cuts
from tests.replicas_lab.lab import LEASE, Play, run
from tests.replicas_lab.networks import Networks


def main() -> None:
    """Play, and write the report."""
    parser = argparse.ArgumentParser(prog="python -m tests.replicas_lab.hub", description=__doc__)
    parser.add_argument("--orders", type=int, required=True)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--seed", type=int, required=True)
    options = parser.parse_args()
    networks = Networks()
    networks.make()
    kinds = [kind for kind in cuts.KINDS if networks.delay or not kind.startswith("slow")]
    random.Random(options.seed).shuffle(kinds)
    chosen = Counter(kinds[number % len(kinds)] for number in range(options.count))
    print(f"slow lines: {networks.delay or 'skipped, the kernel has neither netem nor tbf'}", flush=True)
    if left_out := sorted(cuts.KINDS.keys() - chosen.keys()):
        print(f"left out: {', '.join(left_out)}", flush=True)
    what = Play("networks", options.orders, chosen, limit=LEASE + cuts.LATER, kinds=cuts.KINDS)
    run(what, options.seed, lambda line: print(line, flush=True), networks)


if __name__ == "__main__":
    main()
