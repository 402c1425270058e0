"""What goes wrong in a simulated world, and how much of it: each seed turns on a random subset."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum


class Fault(StrEnum):
    """Each is counted when it takes place; a slice of the simulation fails if one never did."""

    DROP = "drop"
    """A request is lost; the caller sees UNAVAILABLE, or nothing until its deadline."""
    DUPLICATE = "duplicate"
    """A request arrives more than once."""
    DELAY = "delay"
    """A request arrives after its deadline, perhaps after the end of its saga, or of the process that sent it."""
    REORDER = "reorder"
    """A request overtakes an earlier one to the same participant."""
    REPLY_LOST = "reply lost"
    """The operation is done, and its caller sees a time-out or a broken connection."""
    RPC_ERROR = "rpc error"
    """The caller sees some other code, whether or not the operation was done."""
    GARBAGE = "garbage"
    """The answer is no message of the contract, or one without an outcome."""
    BROKEN_BATCH = "broken batch"
    """An ExecuteBatch ends before all its answers are there, or answers nonsense in between."""
    SLOW = "slow"
    """A participant takes longer than its caller waits."""
    CRASH = "crash"
    """The orchestrator is killed, before or after any await, and a new one opens the log."""
    PARTICIPANT_CRASH = "participant crash"
    """A participant is killed and comes back; what it had not committed is lost."""
    OUTAGE = "outage"
    """A participant is away for as long as it takes the orchestrator to notice, and longer."""
    PARKED = "parked"
    """A step waited in the log, because its participant was away or had a crowd waiting."""
    FAILED_ACTION = "failed action"
    """A participant's own code raises."""
    LOG_OUTAGE = "log outage"
    """The log can't be written or read."""
    LOG_REPLY_LOST = "log reply lost"
    """A commit or claim is applied, and its caller sees LogUnavailable."""
    POISON = "poison"
    """The log refuses one saga's data for good: it must be put aside, and nobody else disturbed."""
    ZOMBIE = "zombie"
    """The old orchestrator goes on while the new one is there. Once its writes are fenced off, its calls are not."""
    REPLICAS = "replicas"
    """Two or three replicas share the log, and any of them is asked."""
    CUT_OFF = "cut off"
    """A replica can't reach the log it shares: it is told so, or what it sends arrives when the cut is over."""
    STOPPED = "stopped"
    """A replica stands still (SIGSTOP) for less or more than its lease, and goes on."""
    EXPIRED = "expired"
    """A replica was ended by another, because its lease had run out."""
    FENCED = "fenced"
    """A write that was sent before its replica was ended came to the log afterwards, and was refused."""
    TAKEN_OVER = "taken over"
    """A replica took a saga that another, which was ended, had left."""
    FOREIGN = "foreign"
    """A replica that was asked appended to a saga that another owns."""
    CONFLICT = "conflict"
    """An append lost its compare-and-set."""
    CANCEL = "cancel"
    """A client cancels."""
    CLOCK_JUMP = "clock jump"
    """The clock of an orchestrator, of the log they share, or of the participants jumps ahead or back."""
    OPERATOR = "operator"
    """A person acts on a saga: pauses it, mends it, leaves a step out, gives it up."""
    PAUSE = "pause"
    """A person pauses a definition or a participant for a while."""
    DRAIN = "drain"
    """The orchestrator is restarted with care."""
    DOUBLE_START = "double start"
    """The same StartSaga is sent twice at once, or again later."""
    NARROW = "narrow"
    """Limits so small that sagas wait for room and calls at gates."""
    PROBE = "probe"
    """Participants offer Probe, and one found what became of an Execute."""
    OLD_MESSAGES = "old messages"
    """Messages of ended sagas arrive again, also after the participants have purged their barrier rows."""


ALWAYS = frozenset(
    {
        Fault.CONFLICT,
        Fault.REORDER,
        Fault.PARKED,
        Fault.EXPIRED,
        Fault.FENCED,
        Fault.TAKEN_OVER,
        Fault.FOREIGN,
    }
)
"""Faults that are a consequence of others or of chance, not turned on by themselves."""


PEOPLE = frozenset({Fault.OPERATOR, Fault.PAUSE})
"""What people do by hand."""


AMONG_REPLICAS = frozenset({Fault.CUT_OFF, Fault.STOPPED})
"""What befalls only a process that shares its log."""


@dataclass
class Plan:
    """Which faults a world has, and which took place.

    Attributes:
        chance: the world's randomness.
        on: the faults that are on.
        intensity: how often those of the network strike, in [0, 1).
        calm: True once the faults have stopped.
        fired: how often each took place.
    """

    chance: random.Random
    on: frozenset[Fault]
    intensity: float
    calm: bool = False
    fired: Counter[Fault] = field(default_factory=Counter)

    def strikes(self, fault: Fault, weight: float = 1.0) -> bool:
        """Say whether a fault takes place now, and count it if it does.

        Args:
            fault: which.
            weight: makes it rarer or more frequent than the world's intensity.
        """
        if self.calm or fault not in self.on or self.chance.random() >= self.intensity * weight:
            return False
        self.fired[fault] += 1
        return True


def random_plan(chance: random.Random) -> Plan:
    """Draw a world's faults: none, one, a few, or all of them."""
    every = [fault for fault in Fault if fault not in ALWAYS]
    kind = chance.random()
    if kind < 0.03:
        on: list[Fault] = []
    elif kind < 0.2:
        on = [chance.choice(every)]
    elif kind < 0.9:
        share = chance.uniform(0.1, 0.8)
        on = [fault for fault in every if chance.random() < share]
    else:
        on = every
    if len(on) > 1 and chance.random() < 0.6:
        # People hold up and end sagas before much else can happen to them: most worlds are left to themselves.
        on = [fault for fault in on if fault not in PEOPLE]
    if Fault.REPLICAS not in on:
        on = [fault for fault in on if fault not in AMONG_REPLICAS]
    return Plan(chance, frozenset(on) | ALWAYS, chance.choice((0.03, 0.1, 0.1, 0.25, 0.5)))
