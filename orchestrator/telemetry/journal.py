"""What happens to sagas, as log lines: an `Instruments` that says what a person should hear of.

Rules. A saga that simply runs makes no line at INFO: that would cost more than its commit. One that goes back makes
one, at INFO, because a refusal is business and not an error. One that is STUCK makes one at WARNING that says what to
do: it waits for a person. At DEBUG every attempt makes a line. Lines name codes and reasons, never messages: those are
a participant's own words and may hold what it was given; the saga log has them (`sagaway events`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import structlog

from orchestrator.caller.base import Call
from orchestrator.core.events import CompensationStarted, Event, SagaStuck
from orchestrator.core.model import TERMINAL, Phase, Saga, SagaState
from orchestrator.core.naming import about
from orchestrator.core.outcome import CompensateAnswer, ExecuteAnswer
from orchestrator.engine.instruments import Instruments
from orchestrator.telemetry.metrics import outcome_of

_log = structlog.get_logger(__name__)

_GOING_WELL = frozenset({SagaState.PENDING, SagaState.RUNNING, SagaState.COMPLETED})


class Journal(Instruments):
    """Writes the log lines about sagas."""

    __slots__ = ("_debug", "_now")

    def __init__(self, now: Callable[[], int], debug: bool) -> None:
        """Make one.

        Args:
            now: the time, microseconds.
            debug: True to write a line for each attempt and each end, too; the log's level must be DEBUG.
        """
        self._now = now
        self._debug = debug

    def committed(self, saga: Saga, events: Sequence[Event]) -> None:
        """See `Instruments.committed`."""
        if saga.state not in _GOING_WELL:
            for event in events:
                if type(event) is CompensationStarted:
                    _goes_back(saga, event)
                elif type(event) is SagaStuck:
                    _is_stuck(saga, event)
        if self._debug and saga.state in TERMINAL:
            seconds = (saga.end_time - saga.start_time) / 1e6
            _log.debug("the saga has ended", **_of(saga), state=saga.state.value, seconds=seconds)

    def answered(
        self, saga: Saga, call: Call, phase: Phase, answer: ExecuteAnswer | CompensateAnswer | None, sent_time: int
    ) -> None:
        """See `Instruments.answered`."""
        if self._debug:
            _log.debug(
                "an attempt has ended",
                **_of(saga, call.step_id),
                participant=call.participant,
                action=call.action,
                phase=phase.value,
                attempt=call.attempt,
                outcome=outcome_of(answer),
                seconds=(self._now() - sent_time) / 1e6,
            )


def _goes_back(saga: Saga, event: CompensationStarted) -> None:
    failure = event.failure
    _log.info(
        "the saga goes back",
        **_of(saga, event.step_id),
        cause=event.cause.value,
        code=failure.code,
        reason=failure.reason,
    )


def _is_stuck(saga: Saga, event: SagaStuck) -> None:
    failure = event.failure
    _log.warning(
        "the saga is stuck",
        **_of(saga, event.step_id),
        phase=event.phase.value,
        code=failure.code,
        reason=failure.reason,
        remedy=f"`sagaway explain {saga.key.saga_id} --namespace {saga.key.namespace}` tells what a person can do",
    )


def _of(saga: Saga, step_id: str = "") -> dict[str, str]:
    return about(saga.key, saga.traceparent, step_id) | {"definition": saga.definition.name}
