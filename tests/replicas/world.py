"""What a state of the model is made of.

States are kept by the million, so what many have in common is a number in them (the saga that the log makes, a process,
all desks together), and small numbers are packed into one (SPIN calls the first COLLAPSE). Everything here is
compared by value, so two walks to the same state go on as one.
"""

from __future__ import annotations

from collections.abc import Hashable
from enum import IntEnum
from typing import Generic, NamedTuple, TypeVar

from tests.replicas.deciding import EXECUTE, Answer, Inherited, Told

T = TypeVar("T", bound=Hashable)

NONE = -1
"""In the place of a number: there is none."""


class Fault(IntEnum):
    """What may go wrong, each so often as the bounds of a scenario say."""

    CRASH = 0
    """A process dies."""
    EXPIRY = 1
    """A process that lives is stopped until its lease has expired, and goes on: a zombie, if somebody takes over."""
    DOUBT = 2
    """A COMMIT gets no answer, and the append is sent again; the first may yet arrive."""
    LOSS = 3
    """A call ends without an answer; its message, if it has not arrived, may yet."""
    CANCEL = 4
    """Somebody cancels, at any replica."""
    GIVE_BACK = 5
    """An owner with no call on the wire gives the saga back: it drains, or the saga is to wait for long."""
    TIME_UP = 6
    """The saga's time is up, once."""


_WIDTH = 4


def pack(bounds: dict[Fault, int]) -> int:
    """Return how often each may happen yet, as one number."""
    return sum(count << _WIDTH * fault for fault, count in bounds.items())


def left(budget: int, fault: int) -> int:
    """Return how often it may happen yet."""
    return budget >> _WIDTH * fault & (1 << _WIDTH) - 1


def spent(budget: int, fault: int) -> int:
    """Return the budget once it has happened once more."""
    return budget - (1 << _WIDTH * fault)


class Lease(IntEnum):
    """What the `replicas` table says of a process."""

    VALID = 0
    EXPIRED = 1
    ENDED = 2


class Call(NamedTuple):
    """A call that its sender waits for.

    Attributes:
        phase: which RPC.
        attempt: its number.
        completed: of a Compensate: that the Execute has completed, as far as the sender knows.
        answer: the answer on its way back; none: it has not arrived.
    """

    phase: int
    attempt: int
    completed: bool = False
    answer: int = Answer.NONE


class Kind(IntEnum):
    """What an append is for."""

    OWNER = 0
    """The owner's: what it decided."""
    FOREIGN = 1
    """A cancel, decided by a replica that does not own the saga."""
    GIVE_BACK = 2
    """Only the head is set: nobody owns the saga any more."""


class Outcome(IntEnum):
    """What the database has answered, on its way back."""

    NONE = 0
    COMMITTED = 1
    CONFLICT = 2
    FENCED = 3


class Write(NamedTuple):
    """An append under way.

    Attributes:
        kind: what for.
        expected: the saga it was decided on; it stands for its sequence, which no other state of this saga's log has.
        result: the saga after it.
        events: its events, by number.
        told: the commands it was decided for, to be decided again if it loses.
        copies: how many of it are on their way to the database.
        outcome: the answer on its way back.
        stands: it is in the log: what its append id tells there.
    """

    kind: int
    expected: int
    result: int
    events: int
    told: tuple[Told, ...] = ()
    copies: int = 1
    outcome: int = Outcome.NONE
    stands: bool = False


class Process(NamedTuple):
    """One life of a replica, with its row in `replicas` and what is its own in the saga's row.

    Attributes:
        alive: False: it is dead, and only its row, or an append on its way, is left.
        lease: what its row says.
        owns: the saga's row names its epoch.
        view: the saga as it has it, committed; NONE: it does not drive it.
        fresh: steps that it intended and has not sent, as bits.
        inherited: what a dead owner left.
        calls: the calls that it waits for, by step.
        write: its append under way.
        marked: its give-back is what set the head last: its append id stands there.
        unheard: the saga as it claimed it by a COMMIT that got no answer; NONE: there is no such claim.
        orphan: of that claim: what the owner before had on its way is of unknown outcome.
    """

    alive: bool = True
    lease: int = Lease.VALID
    owns: bool = False
    view: int = NONE
    fresh: int = 0
    inherited: Inherited = ()
    calls: tuple[Call | None, ...] = ()
    write: Write | None = None
    marked: bool = False
    unheard: int = NONE
    orphan: bool = False

    @property
    def on_wire(self) -> int:
        """The steps with a call, as bits."""
        return sum(1 << step for step, call in enumerate(self.calls) if call is not None)


class World(NamedTuple):
    """A state of the model.

    Attributes:
        log: the saga that the log makes.
        processes: all, by number, sorted: which is which does not matter.
        sent: what may arrive, packed: see `SENT_WIDTH`.
        desks: all participants', by number.
        budget: what may go wrong yet.
        scar: what went wrong on the way here that must never happen; empty: nothing.
    """

    log: int
    processes: tuple[int, ...]
    sent: int
    desks: int
    budget: int
    scar: str = ""


SENT_WIDTH = 6
"""Bits for each step in `World.sent`: the lowest three count Executes, the next two say which Compensate there is."""


def sent_bit(step: int, phase: int, *, completed: bool = False) -> int:
    """Return what says in `World.sent` that a message may arrive."""
    shift = SENT_WIDTH * step
    if phase == EXECUTE:
        return 1 << shift
    return (2 if completed else 1) << shift + 3


def executes(sent: int, step: int) -> int:
    """Return how many Executes may arrive."""
    return sent >> SENT_WIDTH * step & 7


def compensates(sent: int, step: int) -> int:
    """Return which Compensates may arrive: bit 0 the one of unknown outcome, bit 1 the one of a completed Execute."""
    return sent >> SENT_WIDTH * step + 3 & 3


class Numbers(Generic[T]):
    """Gives each value a number, in the order in which they come."""

    def __init__(self) -> None:
        self.values: list[T] = []
        self._numbers: dict[T, int] = {}

    def of(self, value: T) -> int:
        """Return its number."""
        number = self._numbers.setdefault(value, len(self.values))
        if number == len(self.values):
            self.values.append(value)
        return number
