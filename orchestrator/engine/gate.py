"""One participant's gate: who may call it now, and who is next.

Rules.
- A call leaves only if all of these allow it: the limit of calls at once, the rate, the same two of its action, the
  breaker (`orchestrator.caller.breaker`), a rest that the participant asked for, and, for a retry, the retry budget
  (`orchestrator.engine.budget`). What one action or the retries must wait for does not hold up the others.
- Definitions take turns, one call each, and within one its first attempts and its retries do, so that a definition
  with ten thousand calls waiting does not starve one with a single one.
- RetryInfo and `grpc-retry-pushback-ms` are the participant's word about itself where it comes with RESOURCE_EXHAUSTED
  or UNAVAILABLE: then nobody calls it for so long, at most `LONGEST_REST`; a step of its own waits for the whole time
  it was told. With any other code they are about that operation only.
- While a person has paused the participant, none leaves, and all are held.
- While the breaker is open, one call waits here in memory to be the next probe, the *candidate*; what else comes is
  *held* and should wait in the log (`orchestrator.engine.parking` says when and why).
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from orchestrator.caller.base import ActionLimits, Limits
from orchestrator.caller.breaker import Breaker, BreakerState, Verdict, judge
from orchestrator.core.model import Failure
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer, Failed
from orchestrator.core.retry import SECOND
from orchestrator.engine.budget import Pace, RetryBudget

LONGEST_REST = 30 * SECOND
"""The longest rest that one answer can ask for its participant, microseconds."""

AHEAD = 50
"""How many calls should wait here, beside twice those that may be under way, before parked ones are fetched."""

Name = tuple[str, str]
"""A participant: its namespace and name."""

_SPEAKS_FOR_ALL = frozenset({"RESOURCE_EXHAUSTED", "UNAVAILABLE"})
_NOT_LIMITED = ActionLimits()


@dataclass(slots=True, eq=False)
class Ticket:
    """A call's place at its gate.

    Attributes:
        name: the participant.
        start: called once, when the call may be sent; None from then on, or once the place was given up.
        definition: whose turn it takes.
        action: what is called.
        retry: True if an attempt before it failed.
        hold: called when it should wait in the log instead.
        probe: True if it was sent to ask whether an outage is over.
        sent_time: when it was sent, microseconds.
    """

    name: Name
    start: Callable[[], None] | None
    definition: str = ""
    action: str = ""
    retry: bool = False
    hold: Callable[[], None] | None = None
    probe: bool = False
    sent_time: int = 0


_Lane = dict[tuple[str, bool], OrderedDict[Ticket, None]]
"""What waits of one definition: by action, where actions have limits, and by being a retry."""


@dataclass(slots=True)
class _ActionUse:
    """What one action uses. It is counted for every action, because a limit may come while calls are under way."""

    pace: Pace
    running: int = 0


class Gate:
    """The calls to one participant that wait or are under way.

    Attributes:
        running: calls under way.
        waiting: calls that wait.
        breaker: whether it can be called.
        candidate: while the breaker is open, the call that will be the next probe.
        parked: True if sagas may be parked on it in the log.
        paused: True while a person has paused the participant.
        notes: how often somebody said that one is.
        look_time: after a `take` that gave nothing: when time alone may change that, microseconds; None: never.
    """

    __slots__ = (
        "_actions",
        "_budget",
        "_lanes",
        "_pace",
        "_rest_time",
        "breaker",
        "candidate",
        "look_time",
        "notes",
        "parked",
        "paused",
        "running",
        "waiting",
    )

    def __init__(self, limits: Limits, now: int) -> None:
        self.running = 0
        self.waiting = 0
        self.breaker = Breaker(now, limits.calls)
        self.candidate: Ticket | None = None
        self.parked = False
        self.paused = False
        self.notes = 0
        self.look_time: int | None = None
        self._budget = RetryBudget(now)
        self._pace = Pace()
        self._actions: dict[str, _ActionUse] = {}
        self._rest_time = 0
        self._lanes: dict[str, _Lane] = {}

    @property
    def open(self) -> bool:
        """True while the breaker is open: probes leave and nothing else."""
        return self.breaker.state is BreakerState.OPEN

    def tickets(self) -> list[Ticket]:
        """Return what waits, in no order that matters."""
        return [ticket for lane in self._lanes.values() for queue in lane.values() for ticket in queue]

    def waiting_of(self, definition: str) -> int:
        """Return how many calls of a definition wait."""
        return sum(map(len, self._lanes.get(definition, {}).values()))

    def put(self, ticket: Ticket, limits: Limits) -> None:
        """Let a call wait."""
        key = (ticket.action if ticket.action in limits.actions else "", ticket.retry)
        lane = self._lanes.setdefault(ticket.definition, {})
        queue = lane.get(key)
        if queue is None:
            queue = lane[key] = OrderedDict()
        queue[ticket] = None
        self.waiting += 1
        if self.candidate is None and self.open and not self.paused:
            self.candidate = ticket

    def remove(self, ticket: Ticket) -> None:
        """Let a call wait no more."""
        lane = self._lanes[ticket.definition]
        for key in ((ticket.action, ticket.retry), ("", ticket.retry)):
            if ticket in lane.get(key, ()):
                del lane[key][ticket]
                if not lane[key]:
                    del lane[key]
                break
        if not lane:
            del self._lanes[ticket.definition]
        self.waiting -= 1
        if ticket is self.candidate:
            self.choose_candidate()

    def change(self, limits: Limits, now: int) -> None:
        """Let new limits hold from now on, for those who wait too."""
        waiting, self._lanes, self.waiting = self.tickets(), {}, 0
        for ticket in waiting:
            self.put(ticket, limits)
        self._pace.change(limits.rate, now)
        for action, use in self._actions.items():
            use.pace.change(limits.actions.get(action, _NOT_LIMITED).rate, now)

    def choose_candidate(self) -> None:
        """Say who is the next probe: the first in turn while the breaker is open, else nobody."""
        self.candidate = None
        if self.open and not self.paused:
            for lane in self._lanes.values():
                for queue in lane.values():
                    self.candidate = next(iter(queue))
                    return

    def take(self, limits: Limits, now: int) -> Ticket | None:
        """Return the call that leaves now, counted as under way; None: none may."""
        self.look_time = None
        if not self.waiting or self.paused or self.running >= limits.calls:
            return None
        if now < self._rest_time:
            self.look_time = self._rest_time
            return None
        if self.breaker.room(self.running, limits.calls, now) <= 0:
            self.look_time = self.breaker.look_time(now)
            return None
        if limits.rate and now < self._pace.look_time():
            self.look_time = self._pace.look_time()
            return None
        ticket = self.candidate
        if ticket is None:
            ticket = self._next(limits, now)
        elif not self._action_allows(ticket.action, limits, now):
            return None
        if ticket is not None:
            self.remove(ticket)
            self._leaves(ticket, limits, now)
        return ticket

    def _next(self, limits: Limits, now: int) -> Ticket | None:
        """Return who is next, and let those behind have the next turn."""
        retries = self.breaker.state is not BreakerState.CLOSED or self._budget.allows(now)
        for definition, lane in self._lanes.items():
            for key, queue in lane.items():
                action, retry = key
                if retry and not retries:
                    self._look_at(self._budget.look_time())
                elif not action or self._action_allows(action, limits, now):
                    ticket = next(iter(queue))
                    del lane[key]
                    lane[key] = queue
                    del self._lanes[definition]
                    self._lanes[definition] = lane
                    return ticket
        return None

    def _action_allows(self, action: str, limits: Limits, now: int) -> bool:
        use, limit = self._actions.get(action), limits.actions.get(action, _NOT_LIMITED)
        if use is None:
            return True
        if limit.calls and use.running >= limit.calls:
            return False
        if limit.rate and now < use.pace.look_time():
            self._look_at(use.pace.look_time())
            return False
        return True

    def _look_at(self, time: int) -> None:
        self.look_time = time if self.look_time is None else min(self.look_time, time)

    def _leaves(self, ticket: Ticket, limits: Limits, now: int) -> None:
        self.running += 1
        ticket.sent_time = now
        ticket.probe = self.breaker.sent(now)
        if limits.rate:
            self._pace.take(limits.rate, now)
        use = self._actions.get(ticket.action)
        if use is None:
            use = self._actions[ticket.action] = _ActionUse(Pace())
        use.running += 1
        limit = limits.actions.get(ticket.action, _NOT_LIMITED)
        if limit.rate:
            use.pace.take(limit.rate, now)
        if not ticket.retry:
            self._budget.first(limits.calls)
        elif not ticket.probe:
            self._budget.take(now)

    def leave(
        self, ticket: Ticket, answer: ExecuteAnswer | CompensateAnswer | None, limits: Limits, now: int, jitter: float
    ) -> bool:
        """Take note of the end of a call that `take` gave.

        Args:
            ticket: the call's.
            answer: what came; None: it was cancelled here.
            limits: what the participant takes.
            now: microseconds.
            jitter: a random number in [0, 1).

        Returns:
            True if the breaker's state changed.
        """
        self.running -= 1
        self._actions[ticket.action].running -= 1
        verdict = Verdict.NOTHING if answer is None else judge(answer)
        if verdict is Verdict.ANSWERED and ticket.retry:
            self._budget.answered(limits.calls)
        failure = Failure()
        if isinstance(answer, Failed):
            failure = answer.failure
            if answer.retry_after and failure.code in _SPEAKS_FOR_ALL:
                self._rest_time = max(self._rest_time, now + min(answer.retry_after, LONGEST_REST))
        changed = self.breaker.ended(
            verdict,
            failure,
            sent_time=ticket.sent_time,
            probe=ticket.probe,
            limit=limits.calls,
            now=now,
            jitter=jitter,
        )
        if changed:
            self.choose_candidate()
        return changed

    def appetite(self, limits: Limits, now: int) -> int:
        """Return how many parked calls should be fetched from the log: enough that the queue never runs dry.

        While the breaker is open that is one candidate at a time, when the next probe is due and no earlier (its saga's
        time may stand still while it is parked), and each in its turn: a call that did not get through goes back to the
        end, so that one that kills its participant does not stop the others for good.
        """
        if self.paused:
            return 0
        if self.open:
            return int(self.candidate is None and self.breaker.look_time(now) is None)
        room = self.breaker.room(self.running, limits.calls, now)
        if self.breaker.state is BreakerState.HALF_OPEN:
            return max(0, room - self.waiting)
        ahead = self.ahead(limits, now)
        return 2 * ahead - self.waiting if self.waiting < ahead else 0

    def ahead(self, limits: Limits, now: int) -> int:
        """Return how many calls should wait here so that it does not run dry before more are fetched."""
        room = self.breaker.room(self.running, limits.calls, now)
        return 2 * (self.running + max(room, 0)) + AHEAD
