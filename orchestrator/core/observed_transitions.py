"""The two transition tables of choreographed sagas: nobody decides what happens there, so more may.

What differs from `orchestrator.core.transitions`: another branch may go forward while one goes back; a reaction that
refused one event may do its work at the next; a saga that was thought STUCK goes on by itself once an event comes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from orchestrator.core import events as e
from orchestrator.core.model import SagaState, StepState

_S, _T = SagaState, StepState

_FORWARD = (
    e.EventObserved,
    e.DeliveryGivenUp,
    e.StepIntended,
    e.StepCompleted,
    e.StepRejected,
    e.StepStruck,
    e.SagaResumed,  # it was in quarantine
)
_BACK = (*_FORWARD, e.CompensationIntended, e.StepCompensated)

OBSERVED_SAGA_TRANSITIONS: Mapping[SagaState, Mapping[type[e.Event], SagaState]] = MappingProxyType(
    {
        _S.PENDING: {
            e.EventObserved: _S.RUNNING,
            e.DeliveryGivenUp: _S.RUNNING,
            e.SagaResumed: _S.PENDING,
        },
        _S.RUNNING: {
            **dict.fromkeys(_FORWARD, _S.RUNNING),
            e.CompensationStarted: _S.COMPENSATING,
            e.SagaCompleted: _S.COMPLETED,
            e.SagaStuck: _S.STUCK,
        },
        _S.COMPENSATING: {
            **dict.fromkeys(_BACK, _S.COMPENSATING),
            e.SagaCompensated: _S.COMPENSATED,
            e.SagaStuck: _S.STUCK,
        },
        _S.STUCK: {
            e.EventObserved: _S.COMPENSATING,
            e.DeliveryGivenUp: _S.COMPENSATING,
            e.RedeliveryRequested: _S.COMPENSATING,
            e.SagaResumed: _S.STUCK,
            e.SagaAbandoned: _S.ABANDONED,
        },
        _S.COMPLETED: {},
        _S.COMPENSATED: {},
        _S.ABANDONED: {},
    }
)
"""Which state an event leads a choreographed saga to. A saga that was STUCK goes on in its own direction: without a
cause it is RUNNING where the table says COMPENSATING."""

OBSERVED_STEP_TRANSITIONS: Mapping[StepState, Mapping[type[e.Event], StepState]] = MappingProxyType(
    {
        **{state: {} for state in StepState},
        _T.WAITING: {e.StepIntended: _T.EXECUTING, e.StepStruck: _T.STRUCK},
        _T.EXECUTING: {e.StepCompleted: _T.COMPLETED, e.StepRejected: _T.REJECTED, e.StepStruck: _T.STRUCK},
        _T.COMPLETED: {e.CompensationIntended: _T.COMPENSATING},
        _T.REJECTED: {e.StepIntended: _T.EXECUTING, e.StepStruck: _T.STRUCK},
        _T.COMPENSATING: {e.StepCompensated: _T.COMPENSATED},
    }
)
"""Which state an event leads a step of a choreographed saga to."""
