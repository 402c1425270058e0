"""The sentence of each event of a person's hands: who did what, why, and what it means."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from orchestrator.core import events as e
from orchestrator.core.model import Mode, Signature, StepState
from orchestrator.core.wording import Speaker, doer, steps

if TYPE_CHECKING:
    from orchestrator.core.explain_sentences import Moment, Sentence


def _who(by: Signature) -> str:
    if by.claimed_actor and by.principal and by.claimed_actor != by.principal:
        return f"{by.claimed_actor} (with the token of {by.principal})"
    return by.claimed_actor or by.principal or "Somebody"


def _why(by: Signature) -> str:
    return f'"{by.reason.rstrip()}"'


def signed(by: Signature, did: str) -> str:
    """Return who did what, and why, as a sentence."""
    return f"{_who(by)} {did}: {_why(by)}."


def restarted(by: Signature) -> str:
    """Return who started a saga again, and why, as the end of a sentence."""
    return f"started again by {_who(by)}: {_why(by)}"


def _paused(_moment: Moment, event: e.SagaPaused, _speaker: Speaker) -> str:
    return f"{_who(event.by)} paused the saga: {_why(event.by)}. From here on nothing was sent, and no timer acted."


def _resumed(moment: Moment, event: e.SagaResumed, _speaker: Speaker) -> str:
    what = "resumed the saga" if moment.before.paused else "took the saga out of quarantine"
    return f"{_who(event.by)} {what}: {_why(event.by)}."


def _abandoned(_moment: Moment, event: e.SagaAbandoned, _speaker: Speaker) -> str:
    what = f"the effects of {steps(event.standing)} may stand" if event.standing else "no effect of it should stand"
    return f"{_who(event.by)} abandoned the saga: {_why(event.by)}. It is ABANDONED, and {what}."


def _retried(moment: Moment, event: Any, _speaker: Speaker) -> str:
    if moment.before.steps[event.step_id].state is StepState.COMPLETED and moment.before.mode is Mode.ORCHESTRATION:
        name = f"step {event.step_id} ({doer(moment.after.definition, event.step_id)})"
        return (
            f"The log was restored from a backup: {name} had completed, and was asked again, lest it was undone since."
        )
    undoing = "undoing " if isinstance(event, e.CompensateRetried) else ""
    name = f"{undoing}step {event.step_id} ({doer(moment.after.definition, event.step_id)})"
    return f"{_who(event.by)} had {name} tried again, with the same keys: {_why(event.by)}."


def _completion_asserted(moment: Moment, event: e.StepCompletionAsserted, _speaker: Speaker) -> str:
    late = ""
    if moment.before.steps[event.step_id].state is StepState.FAILED:
        late = " A message still under way could have its effect as well."
    return f"{_who(event.by)} said that step {event.step_id} is done: {_why(event.by)}. The saga believes it.{late}"


def _compensation_asserted(_moment: Moment, event: e.CompensationAsserted, _speaker: Speaker) -> str:
    return (
        f"{_who(event.by)} said that nothing of step {event.step_id} stands: {_why(event.by)}. The saga believes it. "
        "Unless its participant has sealed the operation, a message still under way could have its effect all the same."
    )


def _first(moment: Moment, event: e.StepEvent) -> str:
    """What has to come before a step is left out, or run anew."""
    before, after = moment.before.steps[event.step_id], moment.after.steps[event.step_id]
    if after.state is StepState.COMPENSATING:
        return " It may have had its effect, so that is undone first."
    return " Nothing of it stands." if before.run else " It was never sent."


def _skip_requested(moment: Moment, event: e.StepSkipRequested, _speaker: Speaker) -> str:
    name = f"step {event.step_id} ({doer(moment.after.definition, event.step_id)})"
    return f"{_who(event.by)} had {name} left out: {_why(event.by)}.{_first(moment, event)}"


def _new_run_requested(moment: Moment, event: e.NewRunRequested, _speaker: Speaker) -> str:
    name = f"step {event.step_id} ({doer(moment.after.definition, event.step_id)})"
    what = "run anew with other input, under new keys"
    return f"{_who(event.by)} had {name} {what}: {_why(event.by)}.{_first(moment, event)}"


OPERATOR_SENTENCES: Mapping[type[e.Event], Sentence] = MappingProxyType(
    {
        e.SagaPaused: _paused,
        e.SagaResumed: _resumed,
        e.SagaAbandoned: _abandoned,
        e.ExecuteRetried: _retried,
        e.CompensateRetried: _retried,
        e.StepCompletionAsserted: _completion_asserted,
        e.CompensationAsserted: _compensation_asserted,
        e.StepSkipRequested: _skip_requested,
        e.NewRunRequested: _new_run_requested,
    }
)
"""The sentence of every event of a person's hands."""
