"""A small exhaustive explorer: walks over everything that a model can do, the shortest walks first. Pure, and general.

    model: starts ─ moves ─ moves ─ … ─ an end          explore(model) → what is wrong, each with the shortest walk to it

It knows nothing of choreographies: a model says how a walk begins, which moves a state allows, what is wrong in a state,
and which states are ends. States are compared by value, so two walks that lead to the same state go on as one (explicit
state model checking, as in G. J. Holzmann's SPIN and L. Lamport's TLC). The search is breadth-first: the first walk to a
state is a shortest one, and so is the story of what is wrong in it.

It is bounded in states, in depth, and by whoever asked for it, and says so if a bound kept it from walking everything:
then what it found is so, and what it did not find is not known. Which moves may be left out without missing anything
(partial-order reduction) only a model can know; it leaves them out of `moves`.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Generic, Protocol, TypeVar

State = TypeVar("State", bound=Hashable)
Move = TypeVar("Move")
Fault = TypeVar("Fault", bound=Hashable)
Move_co = TypeVar("Move_co", covariant=True)
Fault_co = TypeVar("Fault_co", bound=Hashable, covariant=True)

MAX_STATES = 200_000
MAX_DEPTH = 1_000


class Model(Protocol[State, Move_co, Fault_co]):
    """What is explored. Its methods must give the same for the same state, in the same order, each time."""

    def starts(self) -> Iterable[tuple[Move_co, State]]:
        """Return the states in which walks begin, each with what leads to it."""
        ...

    def moves(self, state: State) -> Iterable[tuple[Move_co, State]]:
        """Return what may happen next, each with the state after it."""
        ...

    def faults(self, state: State) -> Iterable[Fault_co]:
        """Return what is wrong in a state. Faults that are equal are one: it is told once."""
        ...

    def is_end(self, state: State) -> bool:
        """Say whether a walk may stop here for good."""
        ...


@dataclass(frozen=True, slots=True)
class Step(Generic[State, Move]):
    """A move, and the state after it."""

    move: Move
    state: State


@dataclass(frozen=True, slots=True)
class Counterexample(Generic[State, Move, Fault]):
    """What is wrong, and a walk that leads there; none is shorter."""

    fault: Fault
    walk: tuple[Step[State, Move], ...]


@dataclass(frozen=True, slots=True)
class Exploration(Generic[State, Move, Fault]):
    """What was found.

    Attributes:
        states: how many different states were reached.
        transitions: how many moves lead from one of them to another.
        depth: how many moves the longest of the shortest walks has.
        is_complete: everything that the model can do was walked.
        bound: what kept it from that: `states`, `depth`, `asked` or nothing.
        counterexamples: each fault once, the shortest walks first.
        hopeless: the states from which no end can be reached any more, where that is known.
        way_to_hopeless: a shortest walk to one of those; empty: there is none.
    """

    states: int
    transitions: int
    depth: int
    is_complete: bool
    bound: str
    counterexamples: tuple[Counterexample[State, Move, Fault], ...]
    hopeless: frozenset[State]
    way_to_hopeless: tuple[Step[State, Move], ...]


def explore(
    model: Model[State, Move, Fault],
    *,
    max_states: int = MAX_STATES,
    max_depth: int = MAX_DEPTH,
    may_hope: Callable[[Move], bool] | None = None,
    goes_on: Callable[[int, bool], bool] | None = None,
) -> Exploration[State, Move, Fault]:
    """Walk over everything that a model can do.

    Args:
        model: what is explored.
        max_states: so many different states are reached at most; at least 1.
        max_depth: so many moves a walk has at most, its start not counted.
        may_hope: says of a move whether the way to an end may lead over it; None: over any.
        goes_on: asked now and then, with how many states were reached and whether a fault was found; if it says no, the
            exploration ends there.
    """
    search = _Search(model, max_states, max_depth, may_hope)
    search.run(goes_on)
    return search.exploration()


_ASK_EVERY = 2_000


class _Search(Generic[State, Move, Fault]):
    """One exploration. A state's number is its place in the order in which they are reached; what is known of it beside
    itself is in arrays, because there may be millions: a move is its place among the moves of the state before.
    """

    def __init__(
        self,
        model: Model[State, Move, Fault],
        max_states: int,
        max_depth: int,
        may_hope: Callable[[Move], bool] | None,
    ) -> None:
        self._model = model
        self._max_states, self._max_depth = max_states, max_depth
        self._may_hope = may_hope
        self._numbers: dict[State, int] = {}
        self._states: list[State] = []
        self._before = array("q")  # the number of the state before (-1: none),
        self._places = array("q")  # and the place among its moves
        self._depths = array("q")
        self._from, self._to = array("q"), array("q")  # all moves that one may hope for
        self._transitions = 0
        self._open_ends = array("q")  # ends, and states that a bound kept from being walked on
        self._found: dict[Fault, int] = {}
        self._bound = ""

    def run(self, goes_on: Callable[[int, bool], bool] | None) -> None:
        for place, (_, state) in enumerate(self._model.starts()):
            self._reach(state, -1, place, 0)
        number = 0
        while number < len(self._states):
            if goes_on is not None and number % _ASK_EVERY == 0 and not goes_on(len(self._states), bool(self._found)):
                self._bound = self._bound or "asked"
                self._open_ends.extend(range(number, len(self._states)))
                return
            self._walk_on(number)
            number += 1

    def _walk_on(self, number: int) -> None:
        state, depth, may_hope = self._states[number], self._depths[number] + 1, self._may_hope
        for fault in self._model.faults(state):
            self._found.setdefault(fault, number)
        if self._model.is_end(state):
            self._open_ends.append(number)
        for place, (move, after) in enumerate(self._model.moves(state)):
            reached = self._reach(after, number, place, depth)
            if may_hope is None or may_hope(move):
                if reached < 0:
                    self._open_ends.append(number)
                else:
                    self._from.append(number)
                    self._to.append(reached)

    def _reach(self, state: State, before: int, place: int, depth: int) -> int:
        """Return the number of a state that can be reached; -1: it lies behind a bound."""
        number = self._numbers.get(state, -1)
        if number < 0:
            if depth > self._max_depth or len(self._states) >= self._max_states:
                self._bound = self._bound or ("depth" if depth > self._max_depth else "states")
                return -1
            number = len(self._states)
            self._numbers[state] = number
            self._states.append(state)
            self._before.append(before)
            self._places.append(place)
            self._depths.append(depth)
        self._transitions += before >= 0
        return number

    def exploration(self) -> Exploration[State, Move, Fault]:
        found = sorted(self._found.items(), key=lambda each: each[1])
        hopeless = self._hopeless()
        return Exploration(
            states=len(self._states),
            transitions=self._transitions,
            depth=max(self._depths, default=0),
            is_complete=not self._bound,
            bound=self._bound,
            counterexamples=tuple(Counterexample(fault, self._walk_to(number)) for fault, number in found),
            hopeless=frozenset(self._states[number] for number in hopeless),
            way_to_hopeless=self._walk_to(hopeless[0]) if hopeless else (),
        )

    def _walk_to(self, number: int) -> tuple[Step[State, Move], ...]:
        walk: list[Step[State, Move]] = []
        while number >= 0:
            before = self._before[number]
            moves = self._model.moves(self._states[before]) if before >= 0 else self._model.starts()
            move, _ = next(islice(moves, self._places[number], None))
            walk.append(Step(move, self._states[number]))
            number = before
        return tuple(reversed(walk))

    def _hopeless(self) -> list[int]:
        """Return the numbers of the states from which no end is reached, going back from the ends."""
        begins = array("q", bytes(8 * (len(self._states) + 1)))  # where in `leads` those begin that lead to a state
        for number in self._to:
            begins[number + 1] += 1
        for number in range(len(self._states)):
            begins[number + 1] += begins[number]
        leads, filled = array("q", bytes(8 * len(self._to))), begins[:]
        for before, number in zip(self._from, self._to, strict=True):
            leads[filled[number]] = before
            filled[number] += 1
        may_end, waiting = bytearray(len(self._states)), list(self._open_ends)
        for number in waiting:
            may_end[number] = 1
        while waiting:
            number = waiting.pop()
            for before in leads[begins[number] : begins[number + 1]]:
                if not may_end[before]:
                    may_end[before] = 1
                    waiting.append(before)
        return [number for number, known in enumerate(may_end) if not known]
