"""The transition tables of sagas.

A saga goes forward step by step until every step has completed, or is aborted and goes back over everything that may
have happened. Both ways are written here as two tables, one for the saga and one for its steps: which event is legal
in which state, and which state follows. What is not in a table can't happen; an event that the tables do not allow
means that the log is not one this version wrote (`IllegalTransition`).

    saga     PENDING ──▶ RUNNING ──▶ COMPLETED                every effect stands
                │           │  └───▶ STUCK ◀────┐             a person must look, and can set it going again
                └───────────┴──▶ COMPENSATING ──┴──▶ COMPENSATED     no effect stands
             by a person's hand ─▶ ABANDONED                  some effects may stand

    step     WAITING ─▶ EXECUTING ─▶ COMPLETED        ┐
                │          │ ├─────▶ FAILED           ├─▶ COMPENSATING ─▶ COMPENSATED
                │          │ └─────▶ PENDING ─▶ …     ┘        └───────▶ COMPENSATION_FAILED
                ▼          ├─────▶ REJECTED    known to have no effect
             BLOCKED       └─────▶ STRUCK      intended, and known never to have, or to get, an effect

             by a person's hand, once no effect of a run stands ─▶ SKIPPED, or EXECUTING as a new run

Theory. A saga (H. Garcia-Molina, K. Salem, "Sagas", 1987) replaces one transaction by a sequence of smaller ones, each
with a compensation. The hard part is what one does not know: a call whose answer is lost may have had its effect, now
or, while it still travels, later. So a step counts as *possibly done* from its intent on, EXECUTING and FAILED are
compensated just like COMPLETED, and only three states say "no effect": REJECTED (confirmed), BLOCKED and STRUCK
(never sent). The decision to go back, CompensationStarted, is an event like any other: durable before the first
Compensate is sent, and never taken back: a saga with a cause is never RUNNING again, whatever a person does.

`orchestrator.core.decide` chooses the events, and `orchestrator.core.machine` folds them by these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestrator.core import events as e
from orchestrator.core.model import SagaState, StepState

_S, _T = SagaState, StepState

_UNDONE_ON_THE_WAY: tuple[type[e.Event], ...] = (
    e.StepSkipRequested,
    e.NewRunRequested,
    e.StepStruck,
    e.StepSkipped,
    e.CompensateAttemptFailed,
    e.CompensationPending,
    e.StepCompensated,
    e.CompensationFailed,
    e.CompensateRetried,
    e.CompensationAsserted,
)
"""What happens to a single step of a saga that goes forward, so that it can be left out or run anew."""

SAGA_TRANSITIONS: Mapping[SagaState, Mapping[type[e.Event], SagaState]] = MappingProxyType(
    {
        _S.PENDING: {
            e.CancelRequested: _S.PENDING,
            e.SagaTimedOut: _S.PENDING,
            e.StepIntended: _S.RUNNING,
            e.StepBlocked: _S.RUNNING,
            e.CompensationStarted: _S.COMPENSATING,
            e.SagaPaused: _S.PENDING,
            e.SagaResumed: _S.PENDING,
        },
        _S.RUNNING: {
            e.CancelRequested: _S.RUNNING,
            e.SagaTimedOut: _S.RUNNING,
            e.StepIntended: _S.RUNNING,
            e.StepBlocked: _S.RUNNING,
            e.ExecuteAttemptFailed: _S.RUNNING,
            e.StepPending: _S.RUNNING,
            e.StepCompleted: _S.RUNNING,
            e.StepRejected: _S.RUNNING,
            e.StepFailed: _S.RUNNING,
            e.StepParked: _S.RUNNING,
            e.StepUnparked: _S.RUNNING,
            **dict.fromkeys(_UNDONE_ON_THE_WAY, _S.RUNNING),
            e.CompensationStarted: _S.COMPENSATING,
            e.SagaCompleted: _S.COMPLETED,
            e.SagaStuck: _S.STUCK,
            e.ExecuteRetried: _S.RUNNING,  # the log was restored from a backup
            e.SagaPaused: _S.RUNNING,
            e.SagaResumed: _S.RUNNING,
            e.SagaAbandoned: _S.ABANDONED,
        },
        _S.COMPENSATING: {
            e.ExecuteAttemptFailed: _S.COMPENSATING,
            e.StepPending: _S.COMPENSATING,
            e.StepCompleted: _S.COMPENSATING,
            e.StepRejected: _S.COMPENSATING,
            e.StepFailed: _S.COMPENSATING,
            e.CompensationIntended: _S.COMPENSATING,
            e.CompensateAttemptFailed: _S.COMPENSATING,
            e.CompensationPending: _S.COMPENSATING,
            e.StepCompensated: _S.COMPENSATING,
            e.CompensationFailed: _S.COMPENSATING,
            e.StepParked: _S.COMPENSATING,
            e.StepUnparked: _S.COMPENSATING,
            e.SagaCompensated: _S.COMPENSATED,
            e.SagaStuck: _S.STUCK,
            e.SagaPaused: _S.COMPENSATING,
            e.SagaResumed: _S.COMPENSATING,
            e.SagaAbandoned: _S.ABANDONED,
            e.CompensateRetried: _S.COMPENSATING,
            e.CompensationAsserted: _S.COMPENSATING,
        },
        _S.STUCK: {
            e.SagaResumed: _S.STUCK,  # it was in quarantine
            e.SagaAbandoned: _S.ABANDONED,
            e.ExecuteRetried: _S.RUNNING,
            e.StepCompletionAsserted: _S.RUNNING,
            e.StepSkipRequested: _S.RUNNING,
            e.NewRunRequested: _S.RUNNING,
            e.CompensateRetried: _S.COMPENSATING,
            e.CompensationAsserted: _S.COMPENSATING,
        },
        _S.COMPLETED: {},
        _S.COMPENSATED: {},
        _S.ABANDONED: {},
    }
)
"""Which state an event leads a saga to. SagaStarted makes a saga, PENDING. A saga that was STUCK goes on in its own
direction: without a cause it is RUNNING where the table says COMPENSATING."""

_LEFT_BEHIND: Mapping[type[e.Event], StepState] = {
    e.StepSkipRequested: _T.COMPENSATING,
    e.NewRunRequested: _T.COMPENSATING,
}
"""Of a run that is possibly done, and that a person wants left out or followed by another."""

_WITHOUT_EFFECT: Mapping[type[e.Event], StepState] = {
    e.StepSkipped: _T.SKIPPED,
    e.StepIntended: _T.EXECUTING,
    e.StepBlocked: _T.BLOCKED,
}
"""Of a run of which no effect stands: what a person has planned for the step."""


def _planned(state: StepState) -> Mapping[type[e.Event], StepState]:
    return {e.StepSkipRequested: state, e.NewRunRequested: state}


STEP_TRANSITIONS: Mapping[StepState, Mapping[type[e.Event], StepState]] = MappingProxyType(
    {
        _T.WAITING: {e.StepIntended: _T.EXECUTING, e.StepBlocked: _T.BLOCKED},
        _T.EXECUTING: {
            e.ExecuteAttemptFailed: _T.EXECUTING,
            e.StepPending: _T.PENDING,
            e.StepCompleted: _T.COMPLETED,
            e.StepRejected: _T.REJECTED,
            e.StepFailed: _T.FAILED,
            e.StepParked: _T.EXECUTING,
            e.StepUnparked: _T.EXECUTING,
            e.CompensationStarted: _T.STRUCK,
            e.CompensationIntended: _T.COMPENSATING,
            **_LEFT_BEHIND,
        },
        _T.PENDING: {
            e.ExecuteAttemptFailed: _T.PENDING,
            e.StepCompleted: _T.COMPLETED,
            e.StepRejected: _T.REJECTED,
            e.StepFailed: _T.FAILED,
            e.CompensationIntended: _T.COMPENSATING,
            **_LEFT_BEHIND,
        },
        _T.COMPLETED: {e.CompensationIntended: _T.COMPENSATING, e.ExecuteRetried: _T.EXECUTING},
        _T.FAILED: {
            e.CompensationIntended: _T.COMPENSATING,
            e.ExecuteRetried: _T.EXECUTING,
            e.StepCompletionAsserted: _T.COMPLETED,
            **_LEFT_BEHIND,
        },
        _T.COMPENSATING: {
            e.CompensateAttemptFailed: _T.COMPENSATING,
            e.CompensationPending: _T.COMPENSATION_PENDING,
            e.StepCompensated: _T.COMPENSATED,
            e.CompensationFailed: _T.COMPENSATION_FAILED,
            e.StepStruck: _T.STRUCK,
            e.StepParked: _T.COMPENSATING,
            e.StepUnparked: _T.COMPENSATING,
        },
        _T.COMPENSATION_PENDING: {
            e.StepCompensated: _T.COMPENSATED,
            e.CompensationFailed: _T.COMPENSATION_FAILED,
        },
        _T.REJECTED: {e.StepCompletionAsserted: _T.COMPLETED, **_planned(_T.REJECTED), **_WITHOUT_EFFECT},
        _T.BLOCKED: {e.StepCompletionAsserted: _T.COMPLETED, **_planned(_T.BLOCKED), **_WITHOUT_EFFECT},
        _T.STRUCK: {**_planned(_T.STRUCK), **_WITHOUT_EFFECT},
        _T.COMPENSATED: _WITHOUT_EFFECT,
        _T.SKIPPED: {},
        _T.COMPENSATION_FAILED: {
            e.CompensateRetried: _T.COMPENSATING,
            e.CompensationAsserted: _T.COMPENSATED,
        },
    }
)
"""Which state an event leads its step to; CompensationStarted leads those steps that it strikes."""
