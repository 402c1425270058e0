"""The explorer on models that have nothing to do with choreographies: it walks everything, and the shortest way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from sagaway.choreography.explorer import explore

T = TypeVar("T")
Lost = tuple[int, tuple[str, ...], tuple[int, ...]]


class LostUpdate:
    """Two that read a number, add one and write it, without a lock: the classical race."""

    def starts(self) -> Iterator[tuple[str, Lost]]:
        yield "zero", (0, ("read", "read"), (0, 0))

    def moves(self, state: Lost) -> Iterator[tuple[str, Lost]]:
        number, at, seen = state
        for who in (0, 1):
            if at[who] == "read":
                yield f"{who} reads", (number, _with(at, who, "write"), _with(seen, who, number))
            if at[who] == "write":
                yield f"{who} writes", (seen[who] + 1, _with(at, who, "done"), seen)

    def is_end(self, state: Lost) -> bool:
        return state[1] == ("done", "done")

    def faults(self, state: Lost) -> Iterator[str]:
        if self.is_end(state) and state[0] != 2:
            yield "an update is lost"


def _with(given: tuple[T, ...], place: int, value: T) -> tuple[T, ...]:
    return (*given[:place], value, *given[place + 1 :])


DOORS = {"in": ["hall", "pit"], "hall": ["in", "out"], "pit": ["well"], "well": ["pit"], "out": []}


class Maze:
    """Rooms one goes through; `out` is the end, `pit` a room with no way out, and two rooms lead round."""

    def starts(self) -> Iterator[tuple[str, str]]:
        yield "enter", "in"

    def moves(self, state: str) -> Iterator[tuple[str, str]]:
        return ((f"to {after}", after) for after in DOORS[state])

    def is_end(self, state: str) -> bool:
        return state == "out"

    def faults(self, state: str) -> Iterator[str]:
        if state in ("out", "well"):
            yield f"in the {state}"
        if state in ("in", "hall"):
            yield "on the way"


def test_a_race_is_found_with_a_shortest_walk() -> None:
    found = explore(LostUpdate())
    (counterexample,) = found.counterexamples
    moves = [step.move for step in counterexample.walk]
    assert moves == ["zero", "0 reads", "1 reads", "0 writes", "1 writes"]
    assert counterexample.walk[-1].state[0] == 1
    assert (found.is_complete, found.bound, found.depth) == (True, "", 4)
    # Every interleaving: of each both the order and what was read are told apart.
    assert found.states == 13
    assert found.transitions == 2 + 4 + 4 + 4


def test_states_from_which_no_end_is_reached_are_known_though_one_can_walk_on_for_ever() -> None:
    found = explore(Maze())
    assert found.is_complete
    assert found.hopeless == {"pit", "well"}
    assert [(each.fault, len(each.walk)) for each in found.counterexamples] == [
        ("on the way", 1),
        ("in the out", 3),
        ("in the well", 3),
    ]


def test_a_bound_is_told_and_nothing_is_claimed_of_what_lies_behind_it() -> None:
    few = explore(Maze(), max_states=3)
    assert (few.states, few.is_complete, few.bound) == (3, False, "states")
    near = explore(Maze(), max_depth=1)
    assert (near.states, near.is_complete, near.bound) == (3, False, "depth")
    # The pit's only door leads behind the bound: whether an end is there is not known.
    assert near.hopeless == frozenset()
    assert explore(Maze(), max_states=5, max_depth=2).is_complete


def test_a_shortest_walk_to_where_no_end_is_reached_is_told() -> None:
    assert [step.state for step in explore(Maze()).way_to_hopeless] == ["in", "pit"]
    assert explore(LostUpdate()).way_to_hopeless == ()


def test_an_end_is_hoped_for_only_over_the_moves_that_one_may_hope_for() -> None:
    found = explore(Maze(), may_hope=lambda move: move != "to hall")
    assert found.states == 5  # the others are walked all the same
    assert found.hopeless == {"in", "pit", "well"}
    assert explore(Maze(), may_hope=lambda move: move != "to out").hopeless == {"in", "hall", "pit", "well"}


def test_who_asked_may_end_it_and_then_nothing_is_claimed_of_the_rest() -> None:
    asked: list[tuple[int, bool]] = []

    def goes_on(states: int, found: bool) -> bool:
        asked.append((states, found))
        return False

    found = explore(Maze(), goes_on=goes_on)
    assert asked == [(1, False)]
    assert (found.states, found.is_complete, found.bound) == (1, False, "asked")
    assert found.hopeless == frozenset()
