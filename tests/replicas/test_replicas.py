"""A slice of the exploration, some ten thousand states: nothing is wrong in them, and each broken rule is found."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestrator.core.model import SagaState
from tests.replicas.deciding import Answer
from tests.replicas.lab import run
from tests.replicas.model import Move, Replicas, Scenario, explored
from tests.replicas.mutants import HOPELESS, MUTANTS, Hunt, hunt
from tests.replicas.processes import Act
from tests.replicas.scenarios import SMALL, chain
from tests.replicas.world import Fault, Lease, Outcome, World

FEW = Scenario("few", chain("cp"), {Fault.EXPIRY: 1, Fault.CANCEL: 1}, rejects=frozenset({1}))


def on(states: int, _found: bool) -> bool:
    return states < 100_000


class Watched(Replicas):
    """Notes what it is asked of."""

    def __init__(self, scenario: Scenario) -> None:
        super().__init__(scenario)
        self.met: set[World] = set()
        self.acts: set[Act] = set()

    def faults(self, state: World) -> tuple[str, ...]:
        self.met.add(state)
        return super().faults(state)

    def is_calm(self, move: Move) -> bool:  # type: ignore[override]
        self.acts.add(move.act)
        return super().is_calm(move)


class Unsorted(Watched):
    """Tells replicas apart by their places."""

    def _team(self, team: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(number for number in team if number >= 0)


@pytest.fixture(scope="module")
def walked() -> list[Watched]:
    """The small scenarios, walked to their ends, in which nothing is wrong."""
    models = [Watched(scenario) for scenario in SMALL]
    for model in models:
        found = explored(model, on)
        assert found.is_complete, model.scenario.name
        assert [each.fault for each in found.counterexamples] == [], model.scenario.name
        assert not found.hopeless, model.scenario.name
    return models


def test_nothing_is_wrong_in_any_state_of_the_small_scenarios(walked: list[Watched]) -> None:
    assert sum(len(model.met) for model in walked) > 20_000


def test_everything_that_may_happen_does(walked: list[Watched]) -> None:
    assert set().union(*(model.acts for model in walked)) == set(Act) - {Act.BEGIN}
    sagas = [model.core.sagas[state.log] for model in walked for state in model.met]
    ends = {SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.STUCK}
    assert ends <= {saga.state for saga in sagas}
    rows = [row for model in walked for row in model.processes.numbers.values]
    assert any(row.alive and row.lease == Lease.ENDED and row.on_wire for row in rows), "no zombie has called"
    assert {row.write.outcome for row in rows if row.write is not None} == set(Outcome)
    answers = {call.answer for row in rows for call in row.calls if call is not None}
    assert answers == set(Answer) - {Answer.UNKNOWN, Answer.MISSING}  # the one is how a loss is heard; no row is lost


def test_which_replica_is_which_makes_no_difference() -> None:
    def seen(model: Watched) -> set[tuple[int, int, int, tuple[int, ...]]]:
        explored(model, on)
        assert model.met
        sagas, desks = model.core.sagas, model.desks.values
        return {
            (
                hash((sagas[each.log].sequence, sagas[each.log].state)),
                each.sent,
                each.budget,
                tuple(map(hash, desks[each.desks])),
            )
            for each in model.met
        }

    sorted_, unsorted = Watched(FEW), Unsorted(FEW)
    assert seen(sorted_) == seen(unsorted)
    assert len(sorted_.met) < len(unsorted.met)


TOLD: dict[str, tuple[str, Callable[[Hunt], bool]]] = {
    "no fence": ("COMPENSATED, and the effect of s1 stands", lambda hunt: "ends its row" in " ".join(hunt.story)),
    "no compare-and-set on append": ("can't be folded", lambda hunt: "written all the same" in hunt.story[-1]),
    "no tombstone": ("COMPENSATED, and the effect of s1 stands", lambda hunt: "arrives late" in hunt.story[-1]),
    "a takeover does not end the row": (
        "COMPENSATED, and the effect of s1 stands",
        lambda hunt: any("claims the saga, an orphan" in sentence for sentence in hunt.story),
    ),
    "trust Rejected after an unknown attempt": (
        "COMPENSATED, and the effect of s1 stands",
        lambda hunt: any("hears Rejected" in sentence for sentence in hunt.story),
    ),
    "compensate before the pivot's outcome is known": (
        "aborted while the pivot is EXECUTING",
        lambda hunt: "is committed: CancelRequested, CompensationStarted" in hunt.story[-1],
    ),
    "compensate only known-successful steps": (
        "COMPENSATED, and the effect of s1 stands",
        lambda hunt: not any("Compensate of" in sentence for sentence in hunt.story),
    ),
    "a takeover forgets what the dead owner may have sent": (
        "COMPENSATED, and the effect of s1 stands",
        lambda hunt: "A dies." in hunt.story,
    ),
    "nobody claims orphans": (HOPELESS, lambda hunt: hunt.story[-1] == "A dies."),
    "a claim without an answer is forgotten": (
        "aborted, and the pivot stands",
        lambda hunt: any("a COMMIT that gets no answer" in sentence for sentence in hunt.story),
    ),
    "anybody may give a saga back": (
        "COMPENSATED, and the effect of s1 stands",
        lambda hunt: sum("give-back is committed" in sentence for sentence in hunt.story) == 3,
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_mutant_is_found_and_its_story_told(name: str) -> None:
    found = hunt(name)
    fault, is_so = TOLD[name]
    assert fault in found.fault
    assert is_so(found), found.story


@pytest.mark.parametrize("name", MUTANTS)
def test_without_the_mutant_nothing_is_found(name: str) -> None:
    found = explored(Replicas(MUTANTS[name].scenario), on)
    assert found.is_complete
    assert not found.counterexamples
    assert not found.hopeless


def test_a_pivot_of_unknown_outcome_is_never_gone_back_from(walked: list[Watched]) -> None:
    """Where it may stand, the saga waits for it or is STUCK, whoever cancelled: both are met."""
    model = walked[0]
    sagas = {model.core.sagas[state.log].state for state in model.met if model.desks.values[state.desks][1].stands}
    assert {SagaState.RUNNING, SagaState.STUCK, SagaState.COMPLETED} <= sagas
    assert not sagas & {SagaState.COMPENSATING, SagaState.COMPENSATED}


def test_the_lab_says_what_it_walked_and_what_it_did_not() -> None:
    said: list[str] = []
    found = run(60, said.append, [FEW])
    assert (found["violations"], found["not walked to the end"], found["scenarios"]) == ([], [], 1)
    assert found["states"] > 1_000
    assert "to the end" in said[0]
    assert run(0, said.append, [FEW])["not walked to the end"] == ["few"]
