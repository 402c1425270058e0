"""What the engine tells whoever measures and traces it.

The engine knows no metric and no span: at the few places where something worth seeing happens it calls an
`Instruments`, and whoever wires it says who listens. The base class listens to nothing, so a test or a simulation needs
none. Rules for who listens:

- Every method is called on the event loop, on the hot path: it returns at once, waits for nothing and does not raise.
- What it is told of events is committed. What it is told of attempts is not: an attempt that was sent and whose
  process died was never answered, and the next owner sees it in the log only (`adopted`).
- Nothing it returns changes what the engine decides: trace contexts are kept and handed on, and that is all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from orchestrator.caller.base import Call
from orchestrator.core.effects import Send
from orchestrator.core.events import Event
from orchestrator.core.model import Phase, Saga
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer


class Instruments:
    """Listens to the engine; this one to nothing."""

    __slots__ = ()

    def begin_trace(self, traceparent: str) -> tuple[str, str]:
        """Return what a saga that is about to be started keeps of its trace.

        Args:
            traceparent: W3C trace context of whoever asks, or an empty string.

        Returns:
            The W3C trace context that its participants are to be below, and what the span in it is below itself: a
            span id, or `root`. Empty if that span is not of our making: then the saga is never traced here.
        """
        return traceparent, ""

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """Events of a saga were committed.

        Args:
            saga: as it stands after them.
            events: at least one, in their order; the first is `SagaStarted` when the saga was started.
        """

    def adopted(self, saga: Saga, *, orphaned: bool, history: Callable[[], Sequence[Event]]) -> None:
        """A saga was loaded from the log, because its last owner died or because it has something to do.

        Args:
            saga: as it stands in the log.
            orphaned: True if its last owner died: calls may have been on their way.
            history: decodes its log, all of it, anew at each call.
        """

    def left(self, saga: Saga) -> None:
        """A saga has left this process's memory, ended or not."""

    def traceparent(self, saga: Saga, order: Send) -> str:
        """Return the W3C trace context to send with an attempt, or an empty string."""
        return saga.traceparent

    def sent(self, saga: Saga, call: Call, phase: Phase, waited: int) -> None:
        """An attempt is about to go out.

        Args:
            saga: as it stands.
            call: what is sent.
            phase: which RPC.
            waited: how long it waited at its gate, microseconds.
        """

    def answered(
        self, saga: Saga, call: Call, phase: Phase, answer: ExecuteAnswer | CompensateAnswer | None, sent_time: int
    ) -> None:
        """An attempt has ended.

        Args:
            saga: as it stood when the attempt was sent.
            call: what was sent.
            phase: which RPC.
            answer: what came; None: the attempt was cancelled.
            sent_time: when it was sent, microseconds.
        """

    def reported(self, saga: Saga, step_id: str, phase: Phase, traceparent: str, began: int) -> None:
        """CompleteStep told the outcome of a step, and that is committed.

        Args:
            saga: as it stood when the report came.
            step_id: the step.
            phase: what it told about.
            traceparent: W3C trace context of whoever told, or an empty string.
            began: when the report came, microseconds.
        """

    def batch_committed(self, appends: int, seconds: float) -> None:
        """A transaction of the saga log was committed: how many appends it held and how long it took."""

    def recovered(self, sagas: int, seconds: float) -> None:
        """The recovery of open sagas at the start has ended: how many there were and how long it took."""


class Several(Instruments):
    """Tells several; trace contexts are the first one's."""

    __slots__ = ("_all",)

    def __init__(self, *instruments: Instruments) -> None:
        """Make one of several.

        Args:
            instruments: who is told, in this order; at least one.
        """
        self._all = instruments

    def begin_trace(self, traceparent: str) -> tuple[str, str]:
        """See `Instruments.begin_trace`."""
        return self._all[0].begin_trace(traceparent)

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """See `Instruments.committed`."""
        for each in self._all:
            each.committed(saga, events)

    def adopted(self, saga: Saga, *, orphaned: bool, history: Callable[[], Sequence[Event]]) -> None:
        """See `Instruments.adopted`."""
        for each in self._all:
            each.adopted(saga, orphaned=orphaned, history=history)

    def left(self, saga: Saga) -> None:
        """See `Instruments.left`."""
        for each in self._all:
            each.left(saga)

    def traceparent(self, saga: Saga, order: Send) -> str:
        """See `Instruments.traceparent`."""
        return self._all[0].traceparent(saga, order)

    def sent(self, saga: Saga, call: Call, phase: Phase, waited: int) -> None:
        """See `Instruments.sent`."""
        for each in self._all:
            each.sent(saga, call, phase, waited)

    def answered(
        self, saga: Saga, call: Call, phase: Phase, answer: ExecuteAnswer | CompensateAnswer | None, sent_time: int
    ) -> None:
        """See `Instruments.answered`."""
        for each in self._all:
            each.answered(saga, call, phase, answer, sent_time)

    def reported(self, saga: Saga, step_id: str, phase: Phase, traceparent: str, began: int) -> None:
        """See `Instruments.reported`."""
        for each in self._all:
            each.reported(saga, step_id, phase, traceparent, began)

    def batch_committed(self, appends: int, seconds: float) -> None:
        """See `Instruments.batch_committed`."""
        for each in self._all:
            each.batch_committed(appends, seconds)

    def recovered(self, sagas: int, seconds: float) -> None:
        """See `Instruments.recovered`."""
        for each in self._all:
            each.recovered(sagas, seconds)
