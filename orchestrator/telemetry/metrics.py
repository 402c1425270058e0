"""What is counted: an `Instruments` that keeps numbers, and the list of them all.

Names, labels and what to do when a number moves are in docs/observability.md; a test holds the two together. No series
is labelled by a saga, and label values that users choose are bounded (`numbers`), so what this takes does not grow
with the work done. Sagas are counted by the changes of their state; how many were open when the process began is read
from the log once (`begin`), so the gauges are right after a restart.

`METRICS` below counts what happens; what simply is (backlogs, calls waiting) is looked up when somebody asks, see
`exposition`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestrator.caller.base import Call
from orchestrator.core.events import (
    CompensationFailed,
    Event,
    SagaStarted,
    StepCompensated,
    StepCompleted,
    StepEvent,
    StepFailed,
    StepRejected,
)
from orchestrator.core.model import TERMINAL, Phase, Saga, SagaKey, SagaState
from orchestrator.core.outcome import (
    CLASSES,
    IN_PROGRESS,
    INVALID_ANSWER,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Pending,
    Rejected,
)
from orchestrator.engine.instruments import Instruments
from orchestrator.telemetry.numbers import OTHER, Count, Family, Histogram, Labels, Names, qualified

MAX_DEFINITIONS = 100
MAX_PARTICIPANTS = 100
MAX_ACTIONS = 300
"""How many names of each are told apart; an action counts anew for each participant."""

# One grid for all that participants take: from a local call to the longest deadline one waits for.
_CALL = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
# Sagas and steps may wait for people and for backoff: up to a day.
_LONG = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 300.0, 1800.0, 7200.0, 86400.0)
_COMMIT = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
_BATCH = (1, 2, 4, 8, 16, 32, 64, 128, 256, 512)
_LAG = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
# OpenTelemetry's advice for rpc.server.call.duration.
_RPC = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0)

_ANSWERS: Mapping[type[Any], str] = {
    Completed: "COMPLETED",
    Rejected: "REJECTED",
    Pending: "PENDING",
    Compensated: "COMPENSATED",
}
_STEP_ENDS: Mapping[type[Event], tuple[Phase, str]] = {
    StepCompleted: (Phase.EXECUTE, "COMPLETED"),
    StepRejected: (Phase.EXECUTE, "REJECTED"),
    StepFailed: (Phase.EXECUTE, "FAILED"),
    StepCompensated: (Phase.COMPENSATE, "COMPENSATED"),
    CompensationFailed: (Phase.COMPENSATE, "FAILED"),
}

_Definition = tuple[str, str]  # namespace, name
_Participant = tuple[str, str]  # namespace, name
_Action = tuple[str, str, str]  # namespace, participant, action
_Attempt = tuple[str, str, str, Phase, str]  # and phase and outcome


class Metrics(Instruments):
    """Counts what the engine and the API tell.

    Attributes:
        open: open sagas by state, in memory or not.
        recovery_seconds: how long the recovery at the start took; None while it lasts.
        recovered_sagas: how many sagas it took over.
        counters: every counter.
        histograms: every histogram.
    """

    def __init__(self, now: Callable[[], int]) -> None:
        """Count nothing yet.

        Args:
            now: the time, microseconds.
        """
        self._now = now
        self._definitions = Names(MAX_DEFINITIONS)
        self._participants = Names(MAX_PARTICIPANTS)
        self._actions = Names(MAX_ACTIONS)
        self._states: dict[SagaKey, SagaState] = {}  # of the sagas in memory, as committed
        self.open: dict[SagaState, int] = {state: 0 for state in SagaState if state not in TERMINAL}
        self.recovery_seconds: float | None = None
        self.recovered_sagas = 0
        self.counters: list[Family[Any, Count]] = []
        self.histograms: list[Family[Any, Histogram]] = []
        self._define_sagas()
        self._define_steps()
        self._define_process()

    def _define_sagas(self) -> None:
        definition, outcome = self._definition, self._outcome
        self._started = self._counter("saga_started", "Sagas started.", ("definition",), definition)
        self._finished = self._counter(
            "saga_finished", "Sagas that have ended.", ("definition", "outcome", "cause"), outcome
        )
        self._saga_time = self._histogram(
            "saga_duration_seconds",
            "From a saga's start to its end.",
            ("definition", "outcome"),
            _LONG,
            lambda key: outcome(key)[:2],
        )

    def _define_steps(self) -> None:
        action = ("participant", "action")
        self._attempts = self._counter(
            "saga_attempts",
            "Attempts that have ended: calls to participants.",
            (*action, "phase", "outcome"),
            self._attempt,
        )
        self._attempt_time = self._histogram(
            "saga_attempt_duration_seconds",
            "From sending an attempt to its answer.",
            (*action, "phase"),
            _CALL,
            lambda key: self._attempt(key)[:3],
        )
        self._step_time = self._histogram(
            "saga_step_duration_seconds",
            "From the intent of a step, or of its compensation, to its outcome; all attempts and waits.",
            (*action, "phase", "outcome"),
            _LONG,
            self._attempt,
        )
        self._compensation_failures = self._counter(
            "saga_compensation_failures", "Compensations given up; their sagas are STUCK.", action, self._action
        )
        self._queue_time = self._histogram(
            "saga_queue_wait_seconds",
            "How long an attempt waited for its participant's limit on calls at once.",
            ("participant",),
            _CALL,
            lambda key: (self._participant(key),),
        )

    def _define_process(self) -> None:
        self._batch_size = self._histogram(
            "saga_commit_batch_appends", "Appends in a transaction of the saga log.", (), _BATCH, _unlabelled
        ).of(())
        self._batch_time = self._histogram(
            "saga_commit_duration_seconds", "How long a transaction of the saga log took.", (), _COMMIT, _unlabelled
        ).of(())
        self._lag = self._histogram(
            "saga_event_loop_lag_seconds", "How late the event loop was to wake a timer.", (), _LAG, _unlabelled
        ).of(())
        self._rpc_time = self._histogram(
            "rpc_server_call_duration_seconds",
            "How long an RPC to this server took (OpenTelemetry's rpc.server.call.duration).",
            ("rpc_system_name", "rpc_method", "rpc_response_status_code"),
            _RPC,
            _rpc_labels,
        )

    # What is told ---------------------------------------------------------------------------------------------------

    def begin(self, states: Mapping[SagaState, int]) -> None:
        """Say how many open sagas the log has, by state. What is committed here from then on is counted on top."""
        for state in self.open:
            self.open[state] = states.get(state, 0)

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """See `Instruments.committed`."""
        state = saga.state
        before = self._states.get(saga.key)
        if before is not state:
            self._moved(saga, before, events[0])
        for event in events:
            end = _STEP_ENDS.get(type(event))
            if end is not None:
                assert isinstance(event, StepEvent)
                self._step_ended(saga, event, *end)

    def _moved(self, saga: Saga, before: SagaState | None, first: Event) -> None:
        """A saga stands in another state; ``before`` is None if it is not known here."""
        state, namespace, name = saga.state, saga.key.namespace, saga.definition.name
        if before is not None:
            self.open[before] -= 1
        elif type(first) is SagaStarted:
            self._started.of((namespace, name)).value += 1
        else:
            return  # it had left memory before its last append was committed; its state then is the log's affair
        if state not in TERMINAL:
            self._states[saga.key] = state
            self.open[state] += 1
            return
        self._states.pop(saga.key, None)
        end = (namespace, name, state, "" if saga.cause is None else saga.cause.value)
        self._finished.of(end).value += 1
        self._saga_time.of(end).observe(max(saga.end_time - saga.start_time, 0) / 1e6)

    def _step_ended(self, saga: Saga, event: StepEvent, phase: Phase, outcome: str) -> None:
        definition, step = saga.definition.by_id[event.step_id], saga.steps[event.step_id]
        namespace, participant, action = saga.key.namespace, definition.participant, definition.action
        since = step.intend_time if phase is Phase.EXECUTE else step.compensate_intend_time
        if since:  # else a new run has begun in the same append, and knows nothing of the one before
            series = self._step_time.of((namespace, participant, action, phase, outcome))
            series.observe(max(event.time - since, 0) / 1e6)
        if type(event) is CompensationFailed:
            self._compensation_failures.of((namespace, participant, action)).value += 1

    def adopted(self, saga: Saga, *, orphaned: bool, history: Callable[[], Sequence[Event]]) -> None:
        """See `Instruments.adopted`."""
        if saga.state not in TERMINAL:
            self._states[saga.key] = saga.state

    def left(self, saga: Saga) -> None:
        """See `Instruments.left`."""
        self._states.pop(saga.key, None)

    def sent(self, saga: Saga, call: Call, phase: Phase, waited: int) -> None:
        """See `Instruments.sent`."""
        self._queue_time.of((call.key.namespace, call.participant)).observe(max(waited, 0) / 1e6)

    def answered(
        self, saga: Saga, call: Call, phase: Phase, answer: ExecuteAnswer | CompensateAnswer | None, sent_time: int
    ) -> None:
        """See `Instruments.answered`."""
        key = (call.key.namespace, call.participant, call.action, phase, outcome_of(answer))
        self._attempts.of(key).value += 1
        self._attempt_time.of(key).observe(max(self._now() - sent_time, 0) / 1e6)

    def batch_committed(self, appends: int, seconds: float) -> None:
        """See `Instruments.batch_committed`."""
        self._batch_size.observe(appends)
        self._batch_time.observe(seconds)

    def recovered(self, sagas: int, seconds: float) -> None:
        """See `Instruments.recovered`."""
        self.recovered_sagas, self.recovery_seconds = sagas, seconds

    def lagged(self, seconds: float) -> None:
        """Say how late the event loop was."""
        self._lag.observe(seconds)

    def rpc_ended(self, method: str, code: str, seconds: float) -> None:
        """Say that an RPC to this server has ended.

        Args:
            method: its full name, of those served: `/sagaway.v1.OrchestratorService/StartSaga`.
            code: name of its gRPC status code.
            seconds: how long it took.
        """
        self._rpc_time.of((method, code)).observe(seconds)

    # Labels, asked once a series ------------------------------------------------------------------------------------

    def participant(self, namespace: str, name: str) -> str:
        """Return the label value of a participant."""
        return self._participant((namespace, name))

    def _participant(self, key: _Participant) -> str:
        return self._participants.of(key, qualified(*key))

    def _action(self, key: _Action) -> Labels:
        participant = self._participant(key[:2])
        return participant, OTHER if participant == OTHER else self._actions.of(key, key[2])

    def _attempt(self, key: _Attempt) -> Labels:
        namespace, participant, action, phase, outcome = key
        return *self._action((namespace, participant, action)), phase.value, outcome

    def _definition(self, key: _Definition) -> Labels:
        return (self._definitions.of(key, qualified(*key)),)

    def _outcome(self, key: tuple[str, str, SagaState, str]) -> Labels:
        namespace, name, state, cause = key
        return *self._definition((namespace, name)), state.value, cause

    def _counter(self, name: str, help_: str, labels: Labels, of: Callable[[Any], Labels]) -> Family[Any, Count]:
        family: Family[Any, Count] = Family(name, help_, labels, Count, of)
        self.counters.append(family)
        return family

    def _histogram(
        self, name: str, help_: str, labels: Labels, bounds: Sequence[float], of: Callable[[Any], Labels]
    ) -> Family[Any, Histogram]:
        family: Family[Any, Histogram] = Family(name, help_, labels, lambda: Histogram(bounds), of)
        self.histograms.append(family)
        return family


def outcome_of(answer: ExecuteAnswer | CompensateAnswer | None) -> str:
    """Return an attempt's outcome as a word of a short list: what the body said, or the code it failed with."""
    if answer is None:
        return "CANCELLED"
    word = _ANSWERS.get(type(answer))
    if word is not None:
        return word
    failure = answer.failure  # type: ignore[union-attr]  # Whatever is not in the table has failed.
    if failure.reason in (IN_PROGRESS, INVALID_ANSWER):
        return failure.reason
    return failure.code if failure.code in CLASSES else OTHER


def _unlabelled(key: object) -> Labels:
    return ()


def _rpc_labels(key: tuple[str, str]) -> Labels:
    method, code = key
    return "grpc", method.removeprefix("/"), code
