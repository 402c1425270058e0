"""What the explorer leaves out makes no difference: on random choreographies, all orders walked find the same."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from sagaway.choreography.explorer import explore
from sagaway.choreography.facts import ServiceFacts
from sagaway.choreography.judging import Fault, JudgedWalks
from sagaway.choreography.walks import NOBODY, State
from tests.choreography.examples import FOUR
from tests.choreography.worlds import choreographies

MAX_STATES = 600


class Recording(JudgedWalks):
    """Remembers the states at which nothing can be delivered any more, named by value and not by number."""

    def __init__(self, services: list[ServiceFacts], *, is_reduced: bool) -> None:
        super().__init__(services, is_reduced=is_reduced)
        self.ends: set[Any] = set()

    def is_end(self, state: State) -> bool:
        if all(consumer == NOBODY for consumer, _ in state.under_way):
            self.ends.add(
                (
                    tuple(self._named(root) for root in state.roots),
                    frozenset(self._named(event) for _, event in state.under_way),
                    frozenset((row.consumer, self._named(row.event), row.outcome) for row in state.rows),
                )
            )
        return super().is_end(state)

    def _named(self, event: int) -> tuple[tuple[str, int], ...]:
        return tuple((self.events[each].type, self.events[each].by) for each in self.ancestors(event))


def walked(services: list[ServiceFacts], *, is_reduced: bool) -> tuple[set[Any], dict[Fault, int], int, bool]:
    model = Recording(services, is_reduced=is_reduced)
    found = explore(model, max_states=MAX_STATES)
    lengths = {each.fault: len(each.walk) for each in found.counterexamples}
    return model.ends, lengths, found.states, found.is_complete


@settings(max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(choreographies())
def test_what_is_left_out_hides_no_end_and_no_fault_and_makes_no_walk_longer(services: list[ServiceFacts]) -> None:
    every = walked(services, is_reduced=False)
    assume(every[3])
    few = walked(services, is_reduced=True)
    assert few[:2] == every[:2]
    assert few[2] <= every[2]


def test_much_is_left_out() -> None:
    every, few = walked(list(FOUR), is_reduced=False), walked(list(FOUR), is_reduced=True)
    assert few[:2] == every[:2]
    assert few[2] * 2 < every[2]


class Asking(JudgedWalks):
    """Asks at each state what would be changed by deliveries that come again."""

    def faults(self, state: State) -> Any:
        assert state.duplicates
        assert list(self.again(state)) == []
        return super().faults(state)


@settings(max_examples=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(choreographies(most=4), st.integers(1, 2))
def test_with_inboxes_a_delivery_that_comes_again_changes_nothing(services: list[ServiceFacts], times: int) -> None:
    assert explore(Asking(services, duplicates=times), max_states=200).states
