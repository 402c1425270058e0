"""How many calls may be under way: a limit and a queue for each participant, and a limit over all.

A participant that is slow fills its own gate and queue; the others go on. Where the limit over all is reached, the
gates take turns, one call each, so that a long queue at one does not starve the others. What waits here was intended
but not sent, and can be withdrawn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

Name = tuple[str, str]
"""A participant: its namespace and name."""


@dataclass(slots=True, eq=False)
class Ticket:
    """A call's place at its gate.

    Attributes:
        name: the participant.
        start: called once, when the call may be sent; None from then on, or once the place was given up.
    """

    name: Name
    start: Callable[[], None] | None


@dataclass(slots=True)
class _Gate:
    running: int = 0
    withdrawn: int = 0
    waiting: deque[Ticket] = field(default_factory=deque)


class Gates:
    """Every participant's gate."""

    def __init__(self, limit: int, limit_of: Callable[[str, str], int]) -> None:
        """Make the gates.

        Args:
            limit: calls at once over all participants.
            limit_of: calls at once to one, by namespace and name; asked anew each time, so limits may change. It must
                not raise, and neither must what `enter` is given.
        """
        self._limit = limit
        self._limit_of = limit_of
        self._running = 0
        self._gates: dict[Name, _Gate] = {}
        self._turns: dict[Name, None] = {}  # gates with a queue and, as far as is known, room; in the order of turns
        self._closed = False

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._running

    @property
    def idle(self) -> bool:
        """True if nothing is under way and nothing waits."""
        return not self._gates

    def counts(self) -> tuple[dict[Name, int], dict[Name, int]]:
        """Return how many calls wait at each gate, and how many are under way through it; idle gates are left out."""
        waiting = {name: len(gate.waiting) - gate.withdrawn for name, gate in self._gates.items()}
        return waiting, {name: gate.running for name, gate in self._gates.items()}

    def enter(self, name: Name, start: Callable[[], None]) -> Ticket:
        """Queue at a participant's gate; ``start`` is called at once if there is room, else when there is."""
        ticket = Ticket(name, start)
        gate = self._gates.get(name)
        if gate is None:
            gate = self._gates[name] = _Gate()
        gate.waiting.append(ticket)
        self._turns[name] = None
        self._pump()
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Give up a place; False if its call has started already."""
        if ticket.start is None:
            return False
        ticket.start = None
        gate = self._gates[ticket.name]
        gate.withdrawn += 1
        if gate.withdrawn * 2 > len(gate.waiting):
            # Places are cleared away as they are given up, not only at their turn: a stuck participant has no turns.
            gate.waiting = deque(ticket for ticket in gate.waiting if ticket.start is not None)
            gate.withdrawn = 0
            self._forget(ticket.name, gate)
        return True

    def leave(self, ticket: Ticket) -> None:
        """Say that a started call has ended; must be called once for each."""
        gate = self._gates[ticket.name]
        gate.running -= 1
        self._running -= 1
        if gate.waiting:
            self._turns[ticket.name] = None
        else:
            self._forget(ticket.name, gate)
        self._pump()

    def close(self) -> None:
        """Start no further call."""
        self._closed = True

    def _pump(self) -> None:
        """Give room to whoever has the next turn, as long as there is some."""
        while self._turns and self._running < self._limit and not self._closed:
            name = next(iter(self._turns))
            del self._turns[name]
            gate = self._gates.get(name)
            if gate is None or gate.running >= self._limit_of(*name):
                continue  # it gets a turn again when one of its own calls ends
            start = self._next(gate)
            if start is None:
                self._forget(name, gate)
                continue
            gate.running += 1
            self._running += 1
            if gate.waiting:
                self._turns[name] = None
            start()

    def _next(self, gate: _Gate) -> Callable[[], None] | None:
        while gate.waiting:
            ticket = gate.waiting.popleft()
            start, ticket.start = ticket.start, None
            if start is not None:
                return start
            gate.withdrawn -= 1
        return None

    def _forget(self, name: Name, gate: _Gate) -> None:
        if not gate.running and not gate.waiting:
            self._gates.pop(name, None)
            self._turns.pop(name, None)
