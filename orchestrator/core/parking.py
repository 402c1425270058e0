"""Steps that are due and whose participant can't take them: they wait in the log, and nothing of theirs in memory.

A step is *parked* by an event, in the commit that makes it due or the first one after its participant has gone, and
*unparked* by another once it has the next turn there. In between it is what a step between two attempts is: possibly
done, and acted on by answers, reports, timers and people as ever; only that no attempt of it is due, whatever the time.
So an outage costs a saga two events and none of its attempts, however long it lasts.

What is held is the engine's to say (`Context.held`); a step whose retry time has not come is not due and not parked.
"""

from __future__ import annotations

from orchestrator.core import events as e
from orchestrator.core.draft import Draft
from orchestrator.core.due import movable
from orchestrator.core.model import Saga


def park(draft: Draft) -> None:
    """Park what is due, not on the wire and held.

    A question to a Pending step is not parked: its outcome is reported anyway, and it is simply asked later.
    """
    context = draft.context
    if not context.held or not draft.goes_on:
        return
    unparked = {event.step_id for event in draft.events if isinstance(event, e.StepUnparked)}
    for step, state, phase, poll in movable(draft.saga):
        if (
            step.id in context.held - context.on_wire - unparked
            and not poll
            and not state.parked_time
            and state.retry_time <= context.now
        ):
            draft.add(e.StepParked(context.now, step.id, phase))


def unpark(draft: Draft, participant: str) -> None:
    """Unpark what waits for a participant, unless the saga or its definition is paused."""
    if draft.goes_on:
        for step, state, phase, _poll in list(movable(draft.saga)):
            if state.parked_time and step.participant == participant:
                draft.add(e.StepUnparked(draft.now, step.id, phase))


def parked(saga: Saga) -> dict[str, list[str]]:
    """Return the steps that are parked, by the participant that can't take them.

    A step that was parked on its way forward is none of them once the saga goes back: it is not to be sent any more.
    """
    found: dict[str, list[str]] = {}
    for step, state, _phase, _poll in movable(saga):
        if state.parked_time:
            found.setdefault(step.participant, []).append(step.id)
    return found
