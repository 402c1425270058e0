"""Ways of getting it wrong, each of which the exploration must find. `python -m tests.replicas.mutants` tells how.

A mutant breaks one rule: of the protocol, where the model has a switch for it, or of the real core, which is patched.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from unittest import mock

from orchestrator.core import decide
from orchestrator.core import events as e
from orchestrator.core.draft import Draft
from orchestrator.core.model import StepState
from tests.replicas.model import Replicas, Scenario, explored
from tests.replicas.processes import ALL, Rules
from tests.replicas.scenarios import chain
from tests.replicas.story import tell
from tests.replicas.world import Fault
from tests.simulation.mutants import only_known_successes, trust_rejected


@contextmanager
def compensates_before_the_pivot_is_known() -> Iterator[None]:
    """A cancel or a time-out turns the saga round also while its pivot's outcome is open."""
    forward = decide._forward

    def hasty(draft: Draft) -> None:
        saga = draft.saga
        pivot, reason = saga.definition.pivot, decide._abort_reason(saga)
        if pivot is not None and saga.steps[pivot.id].state is StepState.EXECUTING and reason is not None:
            draft.add(e.CompensationStarted(draft.now, *reason))
        else:
            forward(draft)

    with mock.patch.object(decide, "_forward", hasty):
        yield


@dataclass(frozen=True)
class Mutant:
    """A rule that is broken, and where that shows.

    Attributes:
        scenario: what is explored.
        rules: what the protocol still keeps to.
        patch: breaks the core.
    """

    scenario: Scenario
    rules: Rules = ALL
    patch: Callable[[], AbstractContextManager[None]] = nullcontext


_ZOMBIE = Scenario("a zombie and a cancel", chain("cc"), {Fault.EXPIRY: 1, Fault.CANCEL: 1})
_PIVOT = Scenario("a pivot and a cancel", chain("cp"), {Fault.CANCEL: 1})
_LOSS = Scenario("a lost answer", chain("c"), {Fault.LOSS: 1, Fault.CANCEL: 1})
_REFUSAL = Scenario("a refusal", chain("c", unstable="1"), {Fault.LOSS: 1}, rejects=frozenset({0}))
_DEATH = replace(_REFUSAL, name="a death and a refusal", bounds={Fault.CRASH: 1})
_ALONE = Scenario("a death", chain("cp"), {Fault.CRASH: 1})
_GIVEN_BACK = replace(_REFUSAL, name="a saga given back twice", bounds={Fault.GIVE_BACK: 2, Fault.DOUBT: 1})
_UNHEARD = Scenario(
    "a claim that nobody was told of",
    chain("p", unstable="1"),
    {Fault.CRASH: 1, Fault.DOUBT: 1, Fault.CANCEL: 1},
    rejects=frozenset({0}),
)

MUTANTS: dict[str, Mutant] = {
    "no fence": Mutant(_ZOMBIE, Rules(fence=False)),
    "no compare-and-set on append": Mutant(_PIVOT, Rules(compare_and_set=False)),
    "no tombstone": Mutant(_LOSS, Rules(tombstones=False)),
    "a takeover does not end the row": Mutant(_ZOMBIE, Rules(ends_rows=False)),
    "trust Rejected after an unknown attempt": Mutant(_REFUSAL, patch=trust_rejected),
    "compensate before the pivot's outcome is known": Mutant(_PIVOT, patch=compensates_before_the_pivot_is_known),
    "compensate only known-successful steps": Mutant(_LOSS, patch=only_known_successes),
    "a takeover forgets what the dead owner may have sent": Mutant(_DEATH, Rules(tells_orphans=False)),
    "nobody claims orphans": Mutant(_ALONE, Rules(claims_orphans=False)),
    "a claim without an answer is forgotten": Mutant(_UNHEARD, Rules(remembers_claims=False)),
    "anybody may give a saga back": Mutant(_GIVEN_BACK, Rules(owners_give_back=False)),
}


HOPELESS = "no end can be reached any more"


@dataclass(frozen=True)
class Hunt:
    """What was found of a mutant.

    Attributes:
        fault: what must never happen and did; empty: nothing, it lives.
        story: how it came about.
        states: how many states were reached until then.
    """

    fault: str
    story: tuple[str, ...]
    states: int


def hunt(name: str, max_states: int = 200_000) -> Hunt:
    """Explore with a mutant until something is wrong, or everything was walked."""
    mutant = MUTANTS[name]
    with mutant.patch():
        model = Replicas(replace(mutant.scenario, rules=mutant.rules))
        found = explored(model, lambda states, found: states < max_states and not found)
        for counterexample in found.counterexamples:
            return Hunt(counterexample.fault, tuple(tell(model, counterexample.walk)), found.states)
        if found.way_to_hopeless:
            return Hunt(HOPELESS, tuple(tell(model, found.way_to_hopeless)), found.states)
    return Hunt("", (), found.states)


def main() -> int:
    """Hunt every mutant, and tell; 1 if one lives."""
    alive = 0
    for name in MUTANTS:
        found = hunt(name)
        alive += not found.fault
        print(f"{name}: {found.fault or 'ALIVE'} ({found.states:,} states)")
        for number, sentence in enumerate(found.story, start=1):
            print(f"  {number:2}. {sentence}")
        print()
    return bool(alive)


if __name__ == "__main__":
    raise SystemExit(main())
