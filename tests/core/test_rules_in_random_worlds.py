"""DESIGN section 10, of the core: what must never happen does not, whatever happens.

A world (`tests.core.worlds`) checks after every decision: the live state is the fold of the log, and the log has no
gap; COMPLETED means every effect stands, COMPENSATED that none does, also after all that travelled has arrived; one
terminal event; reverse order; nothing compensated while the pivot may stand; nothing sent without an intent in the
committed log; no saga sleeps for ever or spins; and each is terminal or STUCK soon after the faults stop.
"""

from __future__ import annotations

import random
from collections import Counter

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from orchestrator.core.model import SagaState
from tests.core.world_models import random_definition
from tests.core.worlds import World

_FIXED_SEEDS = range(800)


@settings(
    max_examples=50,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(st.randoms(use_true_random=False))
def test_what_must_never_happen_does_not_in_worlds_that_shrink(chance: random.Random) -> None:
    World(random_definition(chance), chance).run(20)


def test_what_must_never_happen_does_not_in_many_long_worlds() -> None:
    ends: Counter[SagaState] = Counter()
    for seed in _FIXED_SEEDS:
        chance = random.Random(seed)
        world = World(random_definition(chance), chance)
        world.run(chance.choice((10, 40, 80)))
        ends[world.saga.state] += 1
    for state in (SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.STUCK):
        assert ends[state] > len(_FIXED_SEEDS) // 20, f"the worlds are too kind or too unkind: {ends}"
