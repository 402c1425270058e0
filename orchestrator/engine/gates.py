"""How many calls may be under way: a gate for each participant (`orchestrator.engine.gate`), and a limit over all.

A participant that is slow or away fills its own gate and queue; the others go on. Where the limit over all is reached,
the gates take turns, one call each, so that a long queue at one does not starve the others. What waits here was
intended but not sent, and can be withdrawn.

A step is *held* if it would wait here for longer than a saga stays in memory for nothing: a person has paused its
participant, that has been away for `patience`, or so many calls of its definition wait that memory should go to others (`crowd`). Held steps wait in
the log instead (`orchestrator.engine.parking`). While any do, newcomers are held too as soon as enough wait here to
keep the participant busy: the queue goes on in the log, and nobody overtakes those who wait there for long.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

import structlog

from orchestrator.caller.base import Limits
from orchestrator.caller.breaker import Breaker, BreakerState
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer
from orchestrator.core.retry import SECOND
from orchestrator.engine.gate import Gate, Name, Ticket
from orchestrator.engine.settings import EngineSettings

__all__ = ["Gates", "Name", "Ticket", "make_gates"]

_NOBODY: frozenset[str] = frozenset()

_log = structlog.get_logger(__name__)


class Gates:
    """Every participant's gate."""

    def __init__(
        self,
        limit: int,
        limits_of: Callable[[str, str], Limits],
        now: Callable[[], int],
        jitter: Callable[[], float],
        *,
        patience: int = 5 * SECOND,
        crowd: int = 1 << 62,
    ) -> None:
        """Make the gates.

        Args:
            limit: calls at once over all participants.
            limits_of: what one takes, by namespace and name; asked anew each time, so limits may change. It must not
                raise, and neither must what `enter` is given.
            now: the time, microseconds.
            jitter: random numbers in [0, 1).
            patience: how long a participant is away before its steps are held, microseconds.
            crowd: calls of one definition that wait at one gate, from which on its steps are held.
        """
        self._limit = limit
        self._limits_of = limits_of
        self._now = now
        self._jitter = jitter
        self._patience = patience
        self._crowd = crowd
        self._running = 0
        self._gates: dict[Name, Gate] = {}
        self._turns: dict[Name, None] = {}  # gates with a queue and, as far as is known, room; in the order of turns
        self._timers: dict[Name, tuple[int, asyncio.TimerHandle]] = {}
        self._troubled: set[Name] = set()  # gates at which steps may be held
        self._closed = False
        self.on_change: Callable[[Name, Breaker], None] = lambda name, breaker: None
        """Called when a participant's breaker has changed its state."""
        self.on_hungry: Callable[[Name], None] = lambda name: None
        """Called when steps that are parked on a participant should be fetched (see `appetite`)."""
        self.lapsed: Callable[[], bool] = lambda: False
        """Tells whether nothing may leave now. When that is over, or may be, `go_on`."""

    @property
    def running(self) -> int:
        """How many calls are under way."""
        return self._running

    @property
    def idle(self) -> bool:
        """True if nothing is under way and nothing waits."""
        return not self._running and not any(gate.waiting for gate in self._gates.values())

    def counts(self) -> tuple[dict[Name, int], dict[Name, int]]:
        """Return how many calls wait at each gate, and how many are under way through it; idle gates are left out."""
        busy = {name: gate for name, gate in self._gates.items() if gate.waiting or gate.running}
        return {name: gate.waiting for name, gate in busy.items()}, {name: gate.running for name, gate in busy.items()}

    def outages(self) -> dict[Name, bool]:
        """Return of each participant that is known here whether it is taken to be away or just coming back."""
        return {name: gate.breaker.state is not BreakerState.CLOSED for name, gate in self._gates.items()}

    def breaker(self, name: Name) -> Breaker | None:
        """Return a participant's breaker; None: nobody has called it yet."""
        gate = self._gates.get(name)
        return gate.breaker if gate is not None else None

    @property
    def troubled(self) -> bool:
        """True if steps may be held at all."""
        return bool(self._troubled)

    # Calls ---------------------------------------------------------------------------------------------------------

    def enter(
        self,
        name: Name,
        start: Callable[[], None],
        *,
        definition: str = "",
        action: str = "",
        retry: bool = False,
        hold: Callable[[], None] | None = None,
    ) -> Ticket:
        """Queue at a participant's gate.

        Args:
            name: the participant.
            start: called when the call may be sent; at once if there is room.
            definition: whose turn it takes.
            action: what is called.
            retry: True if an attempt before it failed.
            hold: called when it should wait in the log instead; it may withdraw.
        """
        ticket = Ticket(name, start, definition, action, retry, hold)
        gate = self._gate(name)
        gate.put(ticket, self._limits_of(*name))
        if gate.waiting >= self._crowd:
            self._troubled.add(name)
        self._turns[name] = None
        self._pump()
        if name in self._troubled and (gate.paused or self.away(name)):
            self._say_hold(gate, ticket)
        return ticket

    def withdraw(self, ticket: Ticket) -> bool:
        """Give up a place; False if its call has started already."""
        if ticket.start is None:
            return False
        ticket.start = None
        gate = self._gates[ticket.name]
        gate.remove(ticket)
        self._feel_hunger(ticket.name, gate)
        return True

    def leave(self, ticket: Ticket, answer: ExecuteAnswer | CompensateAnswer | None = None) -> None:
        """Say that a started call has ended; must be called once for each.

        Args:
            ticket: its place.
            answer: what came; None: it was cancelled here.
        """
        gate, name = self._gates[ticket.name], ticket.name
        self._running -= 1
        if gate.leave(ticket, answer, self._limits_of(*name), self._now(), self._jitter()):
            self._breaker_changed(name, gate)
        self._turns[name] = None
        self._pump()

    def change(self, name: Name) -> None:
        """Say that a participant has other limits now: they hold at once."""
        gate = self._gates.get(name)
        if gate is None or self._closed:
            return
        gate.change(self._limits_of(*name), self._now())
        standing = self._timers.pop(name, None)
        if standing is not None:
            standing[1].cancel()  # what it waited for may come sooner now; who needs a timer sets one
        self._turns[name] = None
        self._pump()
        self._look_at_outage(name, gate)

    def pause(self, name: Name) -> None:
        """Let no call to a participant leave from now on; those under way end as ever, and those that wait are held."""
        gate = self._gate(name)
        gate.paused = True
        gate.choose_candidate()
        self._troubled.add(name)
        for ticket in gate.tickets():
            self._say_hold(gate, ticket)

    def resume(self, name: Name) -> None:
        """Let calls to a participant leave again, a few at first."""
        gate = self._gate(name)
        gate.paused = False
        gate.breaker.begin_slowly(self._limits_of(*name).calls)
        gate.choose_candidate()
        self._turns[name] = None
        self._pump()
        self._look_at_outage(name, gate)

    def go_on(self) -> None:
        """Say that calls may leave again if some had to wait while it had `lapsed`."""
        self._pump()

    def close(self) -> None:
        """Start no further call."""
        self._closed = True
        for _, timer in self._timers.values():
            timer.cancel()
        self._timers.clear()

    def _gate(self, name: Name) -> Gate:
        gate = self._gates.get(name)
        if gate is None:
            gate = self._gates[name] = Gate(self._limits_of(*name), self._now())
        return gate

    def _pump(self) -> None:
        """Give room to whoever has the next turn, as long as there is some."""
        while self._turns and self._running < self._limit and not self._closed and not self.lapsed():
            name = next(iter(self._turns))
            del self._turns[name]
            gate = self._gates[name]
            ticket = gate.take(self._limits_of(*name), self._now())
            if ticket is None:  # it gets a turn again when a call of its own ends, or at its time
                self._set_timer(name, gate.look_time)
                self._feel_hunger(name, gate)
                continue
            self._running += 1
            if gate.waiting:
                self._turns[name] = None
            self._feel_hunger(name, gate)
            start, ticket.start = ticket.start, None
            assert start is not None, "a call leaves once"
            start()

    def _set_timer(self, name: Name, time: int | None) -> None:
        """See to it that a gate gets a turn at that time; an earlier one that is set stays."""
        if time is None or self._closed:
            return
        standing = self._timers.get(name)
        if standing is not None:
            if standing[0] <= time:
                return
            standing[1].cancel()
        delay = max(time - self._now(), 0) / SECOND
        self._timers[name] = (time, asyncio.get_running_loop().call_later(delay, self._timed, name))

    def _timed(self, name: Name) -> None:
        del self._timers[name]
        self._turns[name] = None
        self._hold_back(name)
        self._pump()
        self._look_at_outage(name, self._gates[name])

    def _look_at_outage(self, name: Name, gate: Gate) -> None:
        """See to it that those who wait are told once the participant has been away for long."""
        if gate.open and not self.away(name):
            self._set_timer(name, gate.breaker.outage_time + self._patience)

    # Outages and crowds --------------------------------------------------------------------------------------------

    def held(self, namespace: str, definition: SagaDefinition, mine: Mapping[str, Ticket]) -> frozenset[str]:
        """Return which steps of a saga should wait in the log rather than here.

        Args:
            namespace: the saga's.
            definition: the saga's.
            mine: its places, by step.
        """
        if not self._troubled:
            return _NOBODY
        return frozenset(
            step.id
            for step in definition.steps
            if (name := (namespace, step.participant)) in self._troubled
            and self._holds(name, definition.name, mine.get(step.id))
        )

    def away(self, name: Name) -> bool:
        """Return whether a participant has been away for so long that its steps are held."""
        gate = self._gates.get(name)
        return gate is not None and gate.open and self._now() >= gate.breaker.outage_time + self._patience

    def _holds(self, name: Name, definition: str, ticket: Ticket | None) -> bool:
        gate = self._gates[name]
        if gate.paused:
            return True
        if gate.open and (gate.waiting >= self._crowd or self.away(name)):
            return ticket is not gate.candidate if gate.candidate is not None else gate.parked
        if gate.waiting < self._crowd and not gate.open and not gate.parked:
            self._troubled.discard(name)
        if ticket is not None:
            return False
        if gate.parked and gate.waiting >= gate.ahead(self._limits_of(*name), self._now()):
            return True
        return gate.waiting_of(definition) >= self._crowd

    def _breaker_changed(self, name: Name, gate: Gate) -> None:
        breaker = gate.breaker
        _log_change(name, breaker)
        if breaker.state is BreakerState.OPEN:
            self._troubled.add(name)
            self._look_at_outage(name, gate)
            self._hold_back(name)
        self.on_change(name, breaker)

    def _hold_back(self, name: Name) -> None:
        """Tell those who wait for a participant that has been away for long that they should not."""
        if self.away(name):
            gate = self._gates[name]
            for ticket in gate.tickets():
                self._say_hold(gate, ticket)

    def _say_hold(self, gate: Gate, ticket: Ticket) -> None:
        if ticket is not gate.candidate and ticket.hold is not None and ticket.start is not None:
            asyncio.get_running_loop().call_soon(_hold, ticket)

    # Parked sagas --------------------------------------------------------------------------------------------------

    def note_parked(self, name: Name, parked: bool = True) -> None:
        """Say whether sagas are parked on a participant in the log, as far as is known."""
        gate = self._gate(name)
        gate.parked = parked
        if parked:
            gate.notes += 1
            self._troubled.add(name)
        self._feel_hunger(name, gate)

    def parked(self, name: Name) -> int:
        """Return how often it was said that sagas are parked on a participant; 0 if none are, as far as is known."""
        gate = self._gates.get(name)
        return gate.notes if gate is not None and gate.parked else 0

    def appetite(self, name: Name) -> int:
        """Return how many parked sagas of a participant should be fetched now."""
        gate = self._gates[name]
        return 0 if self._closed else gate.appetite(self._limits_of(*name), self._now())

    def _feel_hunger(self, name: Name, gate: Gate) -> None:
        if not gate.parked or self._closed:
            return
        now = self._now()
        if gate.appetite(self._limits_of(*name), now):
            self.on_hungry(name)
        elif gate.open:
            self._set_timer(name, gate.breaker.look_time(now))


def _hold(ticket: Ticket) -> None:
    if ticket.start is not None and ticket.hold is not None:
        ticket.hold()


def _log_change(name: Name, breaker: Breaker) -> None:
    namespace, participant = name
    failure = breaker.failure
    about = {"namespace": namespace, "participant": participant, "state": breaker.state.value}
    if breaker.state is BreakerState.OPEN:
        _log.warning("a participant can't be called", **about, code=failure.code, reason=failure.reason)
    elif breaker.state is BreakerState.HALF_OPEN:
        _log.info("a participant answers again", **about)
    else:
        _log.info("a participant is back", **about)


def make_gates(
    settings: EngineSettings,
    limits_of: Callable[[str, str], Limits],
    now: Callable[[], int],
    jitter: Callable[[], float],
) -> Gates:
    """Return gates with an engine's settings; for the rest see `Gates`."""
    patience, crowd = settings.doze_after, settings.crowd
    return Gates(settings.max_concurrent_calls, limits_of, now, jitter, patience=patience, crowd=crowd)
