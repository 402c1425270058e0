"""A small exhaustive explorer: walks over everything that a model can do, the shortest walks first. Pure, and general.

    model: starts ─ moves ─ moves ─ … ─ an end          explore(model) → what is wrong, each with the shortest walk to it

It knows nothing of choreographies: a model says how a walk begins, which moves a state allows, what is wrong in a state,
and which states are ends. States are compared by value, so two walks that lead to the same state go on as one (explicit
state model checking, as in G. J. Holzmann's SPIN and L. Lamport's TLC). The search is breadth-first: the first walk to a
state is a shortest one, and so is the story of what is wrong in it.

It is bounded in states and in depth, and says so if a bound kept it from walking everything: then what it found is so,
and what it did not find is not known. Which moves may be left out without missing anything (partial-order reduction)
only a model can know; it leaves them out of `moves`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

State = TypeVar("State", bound=Hashable)
Move = TypeVar("Move")
Fault = TypeVar("Fault", bound=Hashable)
Move_co = TypeVar("Move_co", covariant=True)
Fault_co = TypeVar("Fault_co", bound=Hashable, covariant=True)

MAX_STATES = 200_000
MAX_DEPTH = 1_000


class Model(Protocol[State, Move_co, Fault_co]):
    """What is explored. Its methods must give the same for the same state, in the same order."""

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
        depth: how many moves the longest of the shortest walks has.
        is_complete: everything that the model can do was walked.
        bound: what kept it from that: `states`, `depth` or nothing.
        counterexamples: each fault once, the shortest walks first.
        hopeless: the states from which no end can be reached any more, where that is known.
    """

    states: int
    depth: int
    is_complete: bool
    bound: str
    counterexamples: tuple[Counterexample[State, Move, Fault], ...]
    hopeless: frozenset[State]


def explore(
    model: Model[State, Move, Fault], *, max_states: int = MAX_STATES, max_depth: int = MAX_DEPTH
) -> Exploration[State, Move, Fault]:
    """Walk over everything that a model can do.

    Args:
        model: what is explored.
        max_states: so many different states are reached at most; at least 1.
        max_depth: so many moves a walk has at most, its start not counted.
    """
    search = _Search(model, max_states, max_depth)
    search.run()
    return search.exploration()


class _Search(Generic[State, Move, Fault]):
    def __init__(self, model: Model[State, Move, Fault], max_states: int, max_depth: int) -> None:
        self._model = model
        self._max_states, self._max_depth = max_states, max_depth
        self._numbers: dict[State, int] = {}
        self._states: list[State] = []
        self._reached_by: list[tuple[int, Move]] = []  # the number of the state before (-1: none), and the move
        self._depths: list[int] = []
        self._before: list[list[int]] = []  # all states that lead here, for the way back from the ends
        self._open_ends: list[int] = []  # ends, and states that a bound kept from being walked on
        self._found: dict[Fault, int] = {}
        self._bound = ""
        self._waiting: deque[int] = deque()

    def run(self) -> None:
        for move, state in self._model.starts():
            self._reach(state, -1, move, 0)
        while self._waiting:
            number = self._waiting.popleft()
            state, depth = self._states[number], self._depths[number]
            for fault in self._model.faults(state):
                self._found.setdefault(fault, number)
            if self._model.is_end(state):
                self._open_ends.append(number)
            for move, after in self._model.moves(state):
                if not self._reach(after, number, move, depth + 1):
                    self._open_ends.append(number)

    def _reach(self, state: State, before: int, move: Move, depth: int) -> bool:
        """Note that a state can be reached; say whether it is walked on from there."""
        number = self._numbers.get(state)
        if number is None:
            if depth > self._max_depth or len(self._states) >= self._max_states:
                self._bound = self._bound or ("depth" if depth > self._max_depth else "states")
                return False
            number = len(self._states)
            self._numbers[state] = number
            self._states.append(state)
            self._reached_by.append((before, move))
            self._depths.append(depth)
            self._before.append([])
            self._waiting.append(number)
        if before >= 0:
            self._before[number].append(before)
        return True

    def exploration(self) -> Exploration[State, Move, Fault]:
        found = sorted(self._found.items(), key=lambda each: each[1])
        return Exploration(
            states=len(self._states),
            depth=max(self._depths, default=0),
            is_complete=not self._bound,
            bound=self._bound,
            counterexamples=tuple(Counterexample(fault, self._walk_to(number)) for fault, number in found),
            hopeless=self._hopeless(),
        )

    def _walk_to(self, number: int) -> tuple[Step[State, Move], ...]:
        walk: list[Step[State, Move]] = []
        while number >= 0:
            before, move = self._reached_by[number]
            walk.append(Step(move, self._states[number]))
            number = before
        return tuple(reversed(walk))

    def _hopeless(self) -> frozenset[State]:
        may_end, waiting = set(self._open_ends), list(self._open_ends)
        while waiting:
            for before in self._before[waiting.pop()]:
                if before not in may_end:
                    may_end.add(before)
                    waiting.append(before)
        return frozenset(state for number, state in enumerate(self._states) if number not in may_end)
