"""What a saga's row says of it, from its state."""

from __future__ import annotations

from collections.abc import Mapping

from orchestrator.core.model import Saga, StepState
from orchestrator.core.observation import course_of
from orchestrator.core.parking import parked
from orchestrator.store.base import Head


def head_of(saga: Saga, *, owned: bool, wake_time: int | None) -> Head:
    """Return what an append sets on a saga's row.

    Args:
        saga: the saga after the append.
        owned: whether this process keeps it.
        wake_time: when somebody must look at it if nobody owns it, microseconds; None: nobody needs to.
    """
    return Head(
        state=saga.state,
        cause=saga.cause,
        owned=owned,
        wake_time=wake_time,
        end_time=saga.end_time or None,
        completed_steps=saga.count(StepState.COMPLETED),
        compensated_steps=saga.count(StepState.COMPENSATED),
        paused=saga.paused,
    )


def observed_head(saga: Saga, now: int) -> Head:
    """Return what an append sets on the row of a choreographed saga: nobody owns it, and it is overdue in a while.

    Args:
        saga: the saga after the append.
        now: microseconds.
    """
    wake_time = None if saga.settled else now + course_of(saga).progress_timeout
    return head_of(saga, owned=False, wake_time=wake_time)


def parked_on(saga: Saga) -> Mapping[str, int]:
    """Return the participants that a saga is parked on, and since when, microseconds."""
    return {
        participant: min(saga.steps[step_id].parked_time for step_id in step_ids)
        for participant, step_ids in parked(saga).items()
    }
