"""Drives one saga: decide, append, and once that is committed, perform.

Rules.
- One append of a saga is under way at a time. Commands that come meanwhile wait in the inbox and are then decided
  together, into one append.
- `saga` runs ahead of the log only while an append is under way. Nobody sees it: replies, watchers and participants
  learn of an event from its commit on. If the append loses the compare-and-set, the saga is folded anew from the log
  and the commands are decided again.
- What is sent is derived from the committed state (`orchestrator.core.due`), so a takeover needs no code of its own.
- A runner that has nothing to do for a while gives its saga back in the append that brings this about, or in one of
  its own, and leaves memory.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from functools import partial

import structlog

from orchestrator.core import due
from orchestrator.core.commands import Command, CompensateAnswered, ExecuteAnswered, Tick
from orchestrator.core.decide import Decision, decide
from orchestrator.core.effects import Send
from orchestrator.core.errors import CommandRefused
from orchestrator.core.events import Event
from orchestrator.core.model import Cause, Phase, Saga, SagaState
from orchestrator.core.naming import about
from orchestrator.engine.calls import Answered, Flight
from orchestrator.engine.errors import Draining
from orchestrator.engine.heads import head_of
from orchestrator.engine.knowledge import Knowledge
from orchestrator.engine.requests import Request, answer
from orchestrator.engine.services import Home, Services
from orchestrator.engine.view import claim_patiently, fold_claimed
from orchestrator.engine.waiting import Places
from orchestrator.store import codec
from orchestrator.store.base import Append, CorruptLog, Head, LogFatal, NewSaga, Outcome

_log = structlog.get_logger(__name__)


class Runner:
    """Drives one saga that this process owns.

    Attributes:
        saga: the saga, as of the append under way, or of the log if none is.
        uid: the key of its rows.
        claim: how many owners it has had.
        begun: the commit of its start, if this runner started it.
        over: True once it has left memory; it takes no command any more.
        size: about how many bytes its saga takes, as its home knows it.
    """

    def __init__(
        self,
        home: Home,
        services: Services,
        saga: Saga,
        uid: bytes,
        claim: int,
        *,
        owned: bool = True,
        orphaned: bool = False,
        held_time: int = 0,
    ) -> None:
        """Make a runner; `begin` or `post` sets it going.

        Args:
            home: where it lives.
            services: what all share.
            saga: the saga as the log has it.
            uid: the key of its rows.
            claim: how many owners it has had.
            owned: False if the log does not say that this process owns it, because it has ended.
            orphaned: True if its last owner died: calls of unknown outcome may have been on their way.
            held_time: since when the log says that it waits for its definition; 0: it does not.
        """
        self.saga = saga
        self.uid = uid
        self.claim = claim
        self.begun: asyncio.Future[Outcome] | None = None
        self.over = False
        self.size = saga.size
        self._home = home
        self._services = services
        self._inbox: deque[Request] = deque()
        self._writing = False
        self._owned = owned
        self._wake_time: int | None = None
        self._known = Knowledge(services, saga, orphaned=orphaned)
        self._flights = self._known.flights
        self._places = Places(saga, held_time)
        self._timer: asyncio.TimerHandle | None = None
        self._timer_time: int | None = None
        self._reloading: asyncio.Task[None] | None = None

    # What comes in -------------------------------------------------------------------------------------------------

    def begin(self, decision: Decision, new: NewSaga) -> asyncio.Future[Outcome]:
        """Append the saga's start; the future tells whether it made the saga."""
        self._places.begin()
        self._known.note(decision.events)
        self.begun = self._append(decision.events, (), new)
        return self.begun

    def post(self, command: Command, reply: asyncio.Future[None] | None = None) -> None:
        """Take a command. ``reply`` is resolved once its events are committed, or fails with `CommandRefused`."""
        self._inbox.append(Request(command, reply))
        if not self._writing and not self.over:
            self._work()

    def stop(self) -> None:
        """Leave memory now: no timer, no further word; what waits at a gate is taken back, calls are cancelled."""
        self.over = True
        if self._timer is not None:
            self._timer.cancel()
        if self._reloading is not None:
            self._reloading.cancel()
        for flight in self._flights.values():
            if flight.on_wire:
                flight.abandon()
            else:
                self._services.gates.withdraw(flight.ticket)

    def fail_requests(self, error: Exception) -> None:
        """Tell everybody who waits in the inbox that their command failed."""
        answer(self._inbox, error)
        self._inbox.clear()

    # Decide --------------------------------------------------------------------------------------------------------

    def _work(self) -> None:
        requests: list[Request] = []
        events: list[Event] = []
        try:
            while self._inbox:
                request = self._inbox.popleft()
                requests.append(request)
                events += self._decide(request)
            if events or self._moved(events) is not None:
                self._append(events, requests)
                return
        except Exception as error:
            self._fault(error, requests)
            return
        answer(requests)
        self._perform()

    def _fault(self, error: Exception, requests: Sequence[Request] = ()) -> None:
        """A fault of ours, or a log that breaks the tables. One bad saga never stops the others."""
        _log.error("the saga can't be driven", **about(self.saga.key, self.saga.traceparent), exc_info=error)
        self._inbox.extendleft(reversed(requests))
        self._home.quarantine(self, f"internal fault: {type(error).__name__}: {error}")

    def _decide(self, request: Request) -> Sequence[Event]:
        command = request.command
        if isinstance(command, ExecuteAnswered | CompensateAnswered):
            self._flights.pop(command.step_id, None)
        try:
            decision = decide(self.saga, command, self._known.deciding(self.saga))
        except CommandRefused as error:
            request.refusal = error
            # It may be the first that a new owner hears of the saga: what is due must not wait for another.
            decision = decide(self.saga, Tick(), self._known.deciding(self.saga))
        else:
            request.refusal = None
        self.saga = decision.saga
        self._known.note(decision.events)
        self.withdraw()
        return decision.events

    def withdraw(self) -> None:
        """Take back at once what waits at a gate and must not leave any more.

        Questions to Pending steps are not parked: one that is held is simply not asked this time.
        """
        if not self._flights:
            return
        held = self._known.held(self.saga)
        for step_id, flight in list(self._flights.items()):
            unasked = flight.send.poll and step_id in held
            if not flight.on_wire and (unasked or not self._known.wanted(flight, self.saga)):
                self._services.gates.withdraw(flight.ticket)
                del self._flights[step_id]

    # Append --------------------------------------------------------------------------------------------------------

    def _append(
        self, events: Sequence[Event], requests: Sequence[Request], new: NewSaga | None = None
    ) -> asyncio.Future[Outcome]:
        head = self._head()
        append = Append(
            key=self.saga.key,
            uid=self.uid,
            append_id=self._services.chance.randbytes(16),
            expected=self.saga.sequence - len(events),
            events=tuple(codec.encode(event) for event in events),
            head=head,
            new=new,
            parked=self._moved(events),
        )
        self._writing = True
        future = self._services.committer.submit(append)
        future.add_done_callback(partial(self._appended, append, events, requests))
        return future

    def _moved(self, events: Sequence[Event]) -> Mapping[str, int] | None:
        """Where the saga waits after these events, if that is not where it did."""
        stopped, now = self._known.stopped(self.saga), self._services.clock.now()
        return self._places.change(self.saga, events, now, stopped=stopped)

    def _head(self) -> Head:
        saga, now = self.saga, self._services.clock.now()
        time = self._next_time(now)
        draining = self._services.draining and not saga.settled and not self._known.on_wire
        asleep = saga.settled or draining or self._dozes(time, now)
        wake_time = time if asleep else None
        if draining or (saga.state is SagaState.PENDING and not saga.paused and not self._known.stopped(saga)):
            wake_time = now
        return head_of(saga, owned=not asleep, wake_time=wake_time)

    def _next_time(self, now: int) -> int | None:
        """When time alone brings the saga further."""
        return due.next_time(self.saga, self._known.waiting(self.saga, now))

    def _dozes(self, time: int | None, now: int) -> bool:
        """True if nothing is in flight and nothing will be due for a while; ``time`` is `_next_time`."""
        if self._flights or self._inbox:
            return False
        if self.saga.state is SagaState.PENDING:
            return True
        return time is None or time > now + self._services.settings.doze_after

    def _appended(
        self,
        append: Append,
        events: Sequence[Event],
        requests: Sequence[Request],
        future: asyncio.Future[Outcome],
    ) -> None:
        self._writing = False
        error = future.exception()
        committed = error is None and future.result() is Outcome.COMMITTED
        self._places.committed(append.parked if committed else None)
        if committed and events:
            self._services.instruments.committed(self.saga, events)
        if self.over:
            answer(requests, None if committed else Draining())
        elif append.new is not None and not committed:
            self._leave()  # it made no saga; whoever asked sees the future
        elif error is not None:
            self._inbox.extendleft(reversed(requests))
            self._home.quarantine(self, f"the log refuses its data: {error}")
        elif not committed:
            self._inbox.extendleft(reversed(requests))
            self.look_again()
        else:
            self._owned, self._wake_time = append.head.owned, append.head.wake_time
            for participant in () if self.saga.paused else self._places.participants:
                self._services.gates.note_parked((self.saga.key.namespace, participant))
            self._home.grown(self)
            self._services.hub.changed(self.saga.key, self.saga)
            answer(requests)
            self._committed()

    def _committed(self) -> None:
        if self._owned:
            self._perform()
            if self._inbox and not self._writing:
                self._work()
        elif self._inbox and not self.saga.settled:
            self._leave()  # given back, and somebody came: claim it anew
        elif self._inbox:
            self._work()
        else:
            self._perform()

    def look_again(self) -> None:
        """Somebody else has appended to the saga: fold the log anew, and decide again."""
        if not self._writing and not self.over:
            self._writing = True
            self._reloading = asyncio.get_running_loop().create_task(self._reload(), name="reload")

    async def _reload(self) -> None:
        try:
            claimed = await claim_patiently(self._services.log, self.saga.key)
            self._writing = False
            if claimed is None or claimed.foreign or claimed.row.quarantine_time is not None:
                self._leave()
                return
            self.saga = fold_claimed(claimed, self.saga.definition)
        except CorruptLog as error:
            self._home.quarantine(self, str(error))
        except LogFatal as error:
            self._services.committer.fail(error)
        except Exception as error:
            self._fault(error)
        else:
            self.claim = claimed.row.claim
            self._owned = claimed.row.owner_epoch is not None
            self._places = Places(self.saga, claimed.held_time)
            self._known.reloaded(self.saga, orphaned=claimed.orphaned)
            self.post(Tick())

    # Perform -------------------------------------------------------------------------------------------------------

    def _perform(self) -> None:
        """Send what is due, set the timer, and leave if there is nothing to stay for."""
        try:
            self._cancel_calls()
            if self._services.draining:
                self._give_back()
            else:
                self._send_and_wait()
        except Exception as error:
            self._fault(error)

    def _cancel_calls(self) -> None:
        """Once the saga's cancel is durable, its Executes on the wire are cancelled; they stay possibly done."""
        if self.saga.state is SagaState.COMPENSATING and self.saga.cause is Cause.CANCELLED:
            for flight in self._flights.values():
                flight.cancel_execute()

    def _give_back(self) -> None:
        """While draining: let the saga go, due at once, as soon as no call is on the wire."""
        if self._known.on_wire:
            return
        if self._owned:
            self._append((), ())
        else:
            self._leave()

    def _send_and_wait(self) -> None:
        saga = self.saga
        if not self._owned:
            if not self._flights:
                self._leave()
            return
        now = self._services.clock.now()
        for order in due.sends(saga, self._known.sending(saga, now)):
            if order.step_id in self._flights:
                continue
            if order.poll and order.step_id in self._known.held(saga):
                self._known.polled[order.step_id] = now  # asked later: nobody could answer
            else:
                self._send(order)
        time = self._next_time(now)
        if saga.settled or self._dozes(time, now):
            self._append((), ())
        else:
            self._set_timer(time, now)

    def _send(self, order: Send) -> None:
        now = self._services.clock.now()
        flight = Flight(order, now)
        self._known.enter(order, flight, now)
        definition, step = self.saga.definition.by_id[order.step_id], self.saga.steps[order.step_id]
        flight.ticket = self._services.gates.enter(
            (self.saga.key.namespace, definition.participant),
            partial(self._take_off, flight),
            definition=self.saga.definition.name,
            action=definition.action,
            retry=(step.execute_used if order.phase is Phase.EXECUTE else step.compensate_used) > 0,
            hold=partial(self.post, Tick()),
        )

    def _take_off(self, flight: Flight) -> None:
        self._known.fresh.discard(flight.send.step_id)
        flight.start(self._services, self.saga, self.claim, self._landed, lambda: self._known.wanted(flight, self.saga))

    def _landed(self, flight: Flight, answer: Answered) -> None:
        # First the saga, then the gate: an answer that aborts takes the saga's other steps back before one can leave.
        if not self.over:
            self.post(answer)
        self._services.gates.leave(flight.ticket, None if flight.cancelled else answer.answer)

    def _set_timer(self, time: int | None, now: int) -> None:
        if time == self._timer_time:
            return
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._timer_time = time
        if time is not None:
            delay = max(time - now, 0) / 1_000_000
            self._timer = asyncio.get_running_loop().call_later(delay, self._tick)

    def _tick(self) -> None:
        self._timer = self._timer_time = None
        self.post(Tick())

    def _leave(self) -> None:
        self.stop()
        requests, self._inbox = list(self._inbox), deque()
        self._home.gone(self, self._wake_time)
        for request in requests:
            self._home.deliver(self.saga.key, request.command, request.reply)
