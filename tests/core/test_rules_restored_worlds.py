"""A restored log in random worlds: nothing that was acknowledged is undone, and no saga ends with effects it denies.

A world lives for a while; then its log is cut back to what a backup may have had of it, perhaps nothing, in which case the
client starts the saga again. Participants, messages on their way and reports stay as they are. It lives on, in the mode, until
the faults have stopped; then a person tries again what was given up, as docs/restore.md says.
"""

from __future__ import annotations

import random
from collections import Counter

from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.commands import Tick
from orchestrator.core.decide import begin
from orchestrator.core.model import EMPTY, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.restored import LOG_RESTORED
from tests.core.world_models import random_definition
from tests.core.worlds import KEY, Owner, World, left_behind

_SEEDS = range(600)
_BY = Signature("it was asked what had become of it")


class RestoredWorld(World):
    """A world whose log goes back to a backup.

    Attributes:
        lost: where the saga stood when its log was lost.
    """

    lost = SagaState.PENDING

    def restore(self) -> None:
        """Put a backup in the log's place, and declare it."""
        self.lost = self.saga.state
        while self.travelling:  # nothing that the lost orchestrators sent is still under way
            self._deliver(self.travelling.pop())
        self.now += self.chance.choice((1, 1_000_000, 3_600_000_000, 200_000_000_000))
        self.restored_time = self.now
        self.trace.append(f"restored; what was lost was {self.lost}")
        # Events of one decision are in one transaction, so a backup has all of them or none.
        times = sorted({event.time for event in self.log})
        cut = self.chance.choice([0, *times])
        self.log = [event for event in self.log if event.time <= cut]
        self.paused = False
        if self.log:
            self.saga = machine.fold(KEY, self.definition, self.log)
            self.owner = Owner(inherited=left_behind(self.saga))
            self.command(Tick())
            return
        self.owner = Owner()
        first = begin(KEY, self.definition, EMPTY, {}, "", self.context(), at_once=True)
        self.saga = machine.start(KEY, self.definition, self._started(first.events[0]))
        self.log.append(first.events[0])
        self._commit(first.saga, first.events[1:])

    def drive_on(self) -> None:
        """A person tries again whatever was given up, as long as that leads on."""
        for _ in range(100):
            given_up = [id_ for id_, step in self.saga.steps.items() if step.state is StepState.FAILED]
            if self.saga.state is not SagaState.STUCK or self.saga.cause is not None or not given_up:
                return
            self._decide(Operate(Action.RETRY_STEP, _BY, step_id=given_up[0]))
            self.calm()


def test_after_a_restore_nothing_acknowledged_is_undone_and_no_effect_is_denied() -> None:
    ends: Counter[tuple[SagaState, SagaState]] = Counter()
    in_doubt = 0
    for seed in _SEEDS:
        chance = random.Random(seed)
        world = RestoredWorld(random_definition(chance), chance)
        if chance.random() < 0.5:
            world.run(chance.choice((5, 20, 60)))  # to its end: somebody was told
        else:
            world.live(chance.choice((5, 20, 60)))  # it may have been undoing things just then
        undone_before = any(isinstance(event, e.CompensationStarted) for event in world.log)
        world.restore()
        world.live(chance.choice((0, 20, 60)))
        world.calm()
        in_doubt += world.saga.failure is not None and world.saga.failure.reason == LOG_RESTORED
        world.drive_on()
        world.drain()
        undone = any(isinstance(event, e.CompensationStarted) for event in world.log)
        if world.lost is SagaState.COMPLETED:
            assert not undone, f"seed {seed}: undone after it was acknowledged\n" + "\n".join(world.trace)
            assert undone_before is False
        ends[world.lost, world.saga.state] += 1
    assert ends[SagaState.COMPLETED, SagaState.COMPLETED] > 60, ends
    assert ends[SagaState.COMPENSATED, SagaState.COMPENSATED] > 30, ends
    assert in_doubt > 50, "the mode was hardly tried"
