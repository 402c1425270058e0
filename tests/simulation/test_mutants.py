"""The simulation notices each rule that is broken."""

from __future__ import annotations

import pytest

from tests.simulation.mutants import MUTANTS, hunt
from tests.simulation.world import simulate


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_killed(name: str) -> None:
    kill = hunt(name)
    assert kill.report is not None, f"{kill.seeds} seeds in {kill.seconds:.1f} s showed nothing"
    # The mutant was at fault, and not the seed.
    assert not simulate(kill.report.seed).violations
