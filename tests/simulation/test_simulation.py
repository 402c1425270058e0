"""A slice of the simulation: 2,000 worlds, each by its seed. `make lab` goes through more of them.

The slice is cut into parts, so that it runs on all cores; each part must have seen every fault.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.simulation.faults import Fault
from tests.simulation.world import simulate

PARTS = 8
SEEDS = 250
"""In each part: together 2,000."""


@pytest.mark.long(6)
@pytest.mark.parametrize("part", range(PARTS))
def test_what_must_never_happen_does_not(part: int) -> None:
    fired: Counter[Fault] = Counter()
    ends: Counter[str] = Counter()
    for seed in range(part * SEEDS, (part + 1) * SEEDS):
        report = simulate(seed)
        assert not report.violations, str(report)
        fired += report.fired
        ends += report.states
    silent = [fault.value for fault in Fault if not fired[fault]]
    assert not silent, f"faults that never fired: {silent}"
    assert all(ends[state] for state in ("COMPLETED", "COMPENSATED", "STUCK")), ends


def test_a_seed_replays_exactly() -> None:
    for seed in range(16):
        first, second = simulate(seed), simulate(seed)
        assert first.trace == second.trace, f"seed {seed} went two ways"
        assert first.digest == second.digest, f"seed {seed} went two ways"


@pytest.mark.long(5)
def test_a_seed_replays_in_another_process() -> None:
    """Neither the hash of strings, nor what was simulated before, nor the process has a say."""
    digests = _digests(100, 8, "1")
    assert digests == _digests(100, 8, "77")
    assert digests[4:] == _digests(104, 4, "4711")
    assert digests[0] == f"100 {simulate(100).digest}"


def _digests(seed: int, count: int, hash_seed: str) -> list[str]:
    command = [sys.executable, "-m", "tests.simulation.replay", str(seed), "--digest", str(count)]
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.splitlines()
