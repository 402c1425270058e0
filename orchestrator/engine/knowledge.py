"""What the owner of a saga knows and its log does not: what is under way, and what surely never was.

It dies with the process, and a new owner begins with none of it; so nothing that matters may be known here alone. What
must survive becomes an event (`orchestrator.core.answers.note_lost_attempts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from orchestrator.core.context import Context
from orchestrator.core.effects import Send
from orchestrator.core.events import Event, StepIntended, StepUnparked
from orchestrator.core.model import Phase, Saga
from orchestrator.engine.calls import Flight, left_behind
from orchestrator.engine.services import Services

_NOBODY: frozenset[str] = frozenset()


class Knowledge:
    """What one owner knows of its saga.

    Attributes:
        flights: the attempts that wait at a gate or are on the wire, by step.
        fresh: the steps whose intent this owner logged and of which nothing was ever sent.
        polled: when each Pending step was last asked, or spared the question, by step.
    """

    __slots__ = ("_inherited", "_released", "_services", "flights", "fresh", "polled")

    def __init__(self, services: Services, saga: Saga, *, orphaned: bool) -> None:
        """Begin to own a saga.

        Args:
            services: what all share.
            saga: the saga.
            orphaned: True if its last owner died: calls of unknown outcome may have been on their way.
        """
        self.flights: dict[str, Flight] = {}
        self.fresh: set[str] = set()
        self.polled: dict[str, int] = {}
        self._services = services
        self._inherited: Mapping[tuple[str, Phase], int] = left_behind(saga) if orphaned else {}
        self._released: set[str] = set()  # unparked, and not yet at their gates: nobody may park them again until then

    @property
    def on_wire(self) -> bool:
        """True if a call is on the wire."""
        return any(flight.on_wire for flight in self.flights.values())

    def note(self, events: Iterable[Event]) -> None:
        """Learn from events of this owner's."""
        for event in events:
            if isinstance(event, StepIntended):
                self.fresh.add(event.step_id)
                if self._inherited:  # that was of the run before
                    self._inherited = {key: left for key, left in self._inherited.items() if key[0] != event.step_id}
            elif isinstance(event, StepUnparked):
                self._released.add(event.step_id)

    def reloaded(self, saga: Saga, *, orphaned: bool) -> None:
        """Forget what another's append may have made untrue."""
        self.fresh.clear()
        self._released.clear()
        if orphaned:
            self._inherited = {**self._inherited, **left_behind(saga)}

    def enter(self, order: Send, flight: Flight, now: int) -> None:
        """Take note of an attempt that goes to its gate."""
        self.flights[order.step_id] = flight
        self._released.discard(order.step_id)
        if order.poll:
            self.polled[order.step_id] = now

    def held(self, saga: Saga) -> frozenset[str]:
        """Return the steps that should wait in the log rather than at their gates."""
        gates = self._services.gates
        if not gates.troubled:
            return _NOBODY
        mine = {step_id: flight.ticket for step_id, flight in self.flights.items() if not flight.on_wire}
        return gates.held(saga.key.namespace, saga.definition, mine) - self._released

    def stopped(self, saga: Saga) -> bool:
        """Return whether the saga's definition is paused, so that nothing happens for it."""
        return self._services.pauses.stop(saga.key.namespace, saga.definition)

    def wanted(self, flight: Flight, saga: Saga) -> bool:
        """Return whether an attempt may still be sent."""
        participant = saga.definition.by_id[flight.send.step_id].participant
        paused = self._services.pauses.participant(saga.key.namespace, participant) is not None
        return flight.wanted(saga) and not paused and not self.stopped(saga)

    def deciding(self, saga: Saga) -> Context:
        """Return the circumstances of a decision, now."""
        return Context(
            now=self._services.clock.now(),
            jitter=self._services.chance.random(),
            on_wire=frozenset(step_id for step_id, flight in self.flights.items() if flight.on_wire),
            unsent=frozenset(self.fresh),
            inherited=self._inherited,
            held=self.held(saga),
            definition_paused=self.stopped(saga),
            restored_time=self._services.restored_time,
            polled=self.polled,
        )

    def sending(self, saga: Saga, now: int) -> Context:
        """Return the circumstances in which calls are due."""
        paused, restored_time = self.stopped(saga), self._services.restored_time
        return Context(
            now=now,
            inherited=self._inherited,
            definition_paused=paused,
            restored_time=restored_time,
            polled=self.polled,
        )

    def waiting(self, saga: Saga, now: int) -> Context:
        """Return the circumstances for what time brings; what waits at a gate is as good as on the wire there."""
        on_wire = frozenset(self.flights)
        paused, restored_time = self.stopped(saga), self._services.restored_time
        return Context(
            now=now, on_wire=on_wire, definition_paused=paused, restored_time=restored_time, polled=self.polled
        )
