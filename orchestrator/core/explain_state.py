"""Why a saga is where it is, and what stands of it.

Everything is derived from the saga's state, as `orchestrator.core.due` and `orchestrator.core.decide` derive what is
done: if the two ever say different things, this is wrong. What the state can't tell, because the log does not have it
(whether a call is on the wire at this moment), is said with both possibilities.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import NamedTuple

from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.definition_fields import spell
from orchestrator.core.explain_sentences import OWNER_LOST, because
from orchestrator.core.model import Mode, Phase, Plan, Saga, SagaState, Step, StepState
from orchestrator.core.outcome import BARRIER_ROW_MISSING
from orchestrator.core.restored import LOG_RESTORED
from orchestrator.core.retry import SECOND
from orchestrator.core.wording import Speaker, amount, error, steps

_LATE = 5 * SECOND
"""How much longer than its deadline an attempt is under way before it is called late."""

FORWARD = frozenset({StepState.EXECUTING, StepState.PENDING})
BACK = frozenset({StepState.COMPENSATING, StepState.COMPENSATION_PENDING})

Moving = tuple[StepDefinition, Step]


class Standing(NamedTuple):
    """A saga at the moment of which is spoken.

    Attributes:
        saga: as it stands then.
        aborted: as it stood when it was decided to undo it, because STUCK hides that reason; None: it was not.
        speaker: writes instants.
    """

    saga: Saga
    aborted: Saga | None
    speaker: Speaker


def moving(saga: Saga) -> list[Moving]:
    """Return the steps in which somebody is at work, in the definition's order."""
    if saga.settled:
        return []
    there = FORWARD | BACK
    return [(step, saga.steps[step.id]) for step in saga.definition.steps if saga.steps[step.id].state in there]


# Why ----------------------------------------------------------------------------------------------------------------


def why(at: Standing) -> Iterator[str]:
    """Yield why the saga is where it is."""
    saga = at.saga
    if saga.paused:
        yield "A person has paused it: nothing is sent for it and no timer acts."
    yield from _WHY[saga.state](at)


def _why_pending(at: Standing) -> Iterator[str]:
    yield (
        "It is durable, and nothing has been sent for it yet: it waits for room among the orchestrator's sagas, or its "
        "definition is paused (`sagaway definitions list`)."
    )


def _why_running(at: Standing) -> Iterator[str]:
    saga = at.saga
    for step, state in moving(saga):
        yield _at_work(step, state, at.speaker)
    for step_id in given_up(saga):
        yield f"Undoing step {step_id} was given up ({last_error(saga.steps[step_id])}); the other steps go on."
    for step_id in stopped(saga) if moving(saga) else ():
        yield f"Step {step_id} did not succeed ({last_error(saga.steps[step_id])}); the steps beside it go on first."
    pivot = saga.definition.pivot
    if pivot is not None and saga.steps[pivot.id].state in FORWARD:
        if saga.cancel_requested:
            yield f"A cancel is recorded; it acts only if the pivot, step {pivot.id}, is refused."
        if saga.timed_out:
            yield f"Its time was up; that acts only if the pivot, step {pivot.id}, is refused."
    if not moving(saga):
        yield "What follows from its last event was decided together with it, and is the next event of the log."


def _why_compensating(at: Standing) -> Iterator[str]:
    saga = at.saga
    for step, state in moving(saga):
        yield _at_work(step, state, at.speaker)
    for step_id in given_up(saga):
        yield f"Undoing step {step_id} was given up ({last_error(saga.steps[step_id])}); the other steps go on."
    yield from _held_back(saga)


def _why_completed(at: Standing) -> Iterator[str]:
    saga = at.saga
    if saga.cancel_requested:
        yield "A cancel was requested, and came too late to act."
    if saga.timed_out:
        yield "Its time was up before its end; the pivot had been sent by then, so it went on."
    if saga.failure is not None:
        yield f"It has no output, although every effect stands: {error(saga.failure)}."


def _why_compensated(at: Standing) -> Iterator[str]:
    yield from ()  # the verdict says it


def _why_stuck(at: Standing) -> Iterator[str]:
    saga = at.saga
    step_id = saga.failure_step
    step, state = saga.definition.by_id[step_id], saga.steps[step_id]
    if saga.failure_phase is Phase.COMPENSATE:
        if saga.cause is not None:
            yield f"It was to be undone {because(at.aborted or saga)}."
        for one in given_up(saga):
            tried = amount(saga.steps[one].compensate_attempts, "attempt")
            yield f"Undoing step {one} was given up after {tried}: {last_error(saga.steps[one])}."
            if (last := saga.steps[one].last_failure) is not None and last.reason == BARRIER_ROW_MISSING:
                participant = saga.definition.by_id[one].participant
                yield f"{BARRIER_ROW_MISSING} says that {participant} has lost its record of the operation."
            if (plan := saga.steps[one].plan) is not None:
                yield _PLANNED[plan]
        if saga.cause is not None:
            yield from _held_back(saga)
        return
    tried = amount(state.execute_attempts, "attempt")
    ended = "was refused" if state.state is StepState.REJECTED else "was given up"
    yield f"Step {step_id} {ended} after {tried}: {last_error(state)}."
    if saga.failure is not None and saga.failure.reason == LOG_RESTORED:
        yield (
            "The saga log was restored from a backup. In what it has lost the saga may have completed, and somebody may have "
            "been told so; only a refusal for sure, or a tombstone, would prove that it is to be undone. So it is not."
        )
    elif step.kind is StepKind.PIVOT:
        yield (
            "It is the pivot, and nobody knows whether it took effect. If it did, undoing the other steps would be "
            "wrong; if it did not, going on would be. So neither is done."
        )
    else:
        yield (
            "It comes after the pivot, which has completed: from there on the saga can only go forward, and this step "
            "is in the way."
        )


def _why_abandoned(at: Standing) -> Iterator[str]:
    yield "A person gave it up."


_WHY: Mapping[SagaState, Callable[[Standing], Iterator[str]]] = MappingProxyType(
    {
        SagaState.PENDING: _why_pending,
        SagaState.RUNNING: _why_running,
        SagaState.COMPENSATING: _why_compensating,
        SagaState.COMPLETED: _why_completed,
        SagaState.COMPENSATED: _why_compensated,
        SagaState.STUCK: _why_stuck,
        SagaState.ABANDONED: _why_abandoned,
    }
)


def _at_work(step: StepDefinition, state: Step, speaker: Speaker) -> str:
    match state.state:
        case StepState.EXECUTING:
            return _trying(step, state, speaker, "sent", state.execute_attempts, state.execute_used)
        case StepState.COMPENSATING:
            trying = _trying(step, state, speaker, "undone", state.compensate_attempts, state.compensate_used)
            return f"{trying} {_PLANNED[state.plan]}" if state.plan is not None else trying
        case StepState.PENDING:
            what = f"accepted step {step.id}"
        case _:
            what = f"accepted to undo step {step.id}"
    since = speaker.when(state.pending_since)
    return (
        f"{step.participant} {what} at {since} and has not reported its end yet. It is asked again every "
        f"{spell(step.pending_poll_interval)}, which costs no attempt."
    )


_PLANNED: Mapping[Plan, str] = MappingProxyType(
    {
        Plan.SKIP: "Once nothing of it stands it is left out, as a person asked for.",
        Plan.NEW_RUN: "Once nothing of it stands it is run anew with other input, as a person asked for.",
    }
)


def _trying(step: StepDefinition, state: Step, speaker: Speaker, verb: str, ended: int, used: int) -> str:
    """A step whose next attempt waits for its time, or is on its way."""
    back = verb == "undone"
    retry = step.compensation_retry if back else step.retry
    of = "to undo" if back else "of"
    spent = f"{used} of its {amount(retry.max_attempts, 'attempt')} {'is' if used == 1 else 'are'} used"
    if state.parked_time:
        last = f" The last one that ended: {last_error(state)}." if ended else ""
        return (
            f"{'Undoing step' if back else 'Step'} {step.id} ({step.participant}.{step.action}) is parked since "
            f"{speaker.when(state.parked_time)}: {step.participant} is away, is paused by a person, or has as many "
            f"calls waiting as memory should hold. It waits in the log for its turn, which costs no attempt.{last} {spent.capitalize()}."
        )
    if state.retry_time > speaker.now:
        return (
            f"Attempt {ended + 1} {of} step {step.id} waits for its time, {speaker.when(state.retry_time)}: the one "
            f"before ended with {last_error(state)}. {spent.capitalize()}."
        )
    since = state.retry_time or (state.compensate_intend_time if back else state.intend_time)
    limit = step.compensation_attempt_timeout if back else step.attempt_timeout
    text = (
        f"Attempt {ended + 1} {of} step {step.id} ({step.participant}.{step.action}) is on its way, or waits for its "
        f"turn at {step.participant}, since {speaker.when(since)}."
    )
    if speaker.now - since > limit + _LATE:
        text += (
            f" One attempt may take {spell(limit)}, so {step.participant} probably has more calls waiting than its "
            "limits in `sagaway participants list` let through, or the saga's definition is paused."
        )
    if ended and lost(state):
        text += f" The one before was lost when the orchestrator's process ended. {spent.capitalize()}."
    elif ended:
        text += f" The last one that ended: {last_error(state)}. {spent.capitalize()}."
    return text


def lost(state: Step) -> bool:
    """Tell whether the last thing that went wrong with a step was the orchestrator's own end."""
    return state.last_failure is not None and state.last_failure.reason == OWNER_LOST


def last_error(state: Step) -> str:
    """Return the last thing that went wrong with a step."""
    return error(state.last_failure) if state.last_failure is not None else "an error that the log does not name"


def stopped(saga: Saga) -> list[str]:
    """Return the steps that were refused, given up, or could not be sent."""
    states = (StepState.REJECTED, StepState.FAILED, StepState.BLOCKED)
    return [id_ for id_, step in saga.steps.items() if step.state in states and step.plan is None]


def given_up(saga: Saga) -> list[str]:
    """Return the steps whose compensation was given up."""
    return [id_ for id_, step in saga.steps.items() if step.state is StepState.COMPENSATION_FAILED]


def to_undo(saga: Saga) -> list[StepDefinition]:
    """The steps that will have to be undone, the next one first; without those that are being undone."""
    done = [step for step in reversed(saga.definition.order) if step.compensated_on_abort]
    left = (StepState.EXECUTING, StepState.PENDING, StepState.COMPLETED, StepState.FAILED)
    return [step for step in done if saga.steps[step.id].state in left]


def _held_back(saga: Saga) -> Iterator[str]:
    """The steps that are undone later, and behind what."""
    going = [step.id for step, _ in moving(saga)] + given_up(saga)
    waiting = [step.id for step in to_undo(saga) if step.id not in going]
    if waiting and going:
        text = (
            f"{steps(waiting)} {'is' if len(waiting) == 1 else 'are'} held back: what came later must be undone first"
        )
        yield f"{text[0].upper()}{text[1:]}, and {steps(going)} {'is' if len(going) == 1 else 'are'} not."


# What stands ----------------------------------------------------------------------------------------------------------

_STANDS: tuple[tuple[str, frozenset[StepState]], ...] = (
    ("Done", frozenset({StepState.COMPLETED})),
    ("Possibly done", FORWARD | BACK | {StepState.FAILED, StepState.COMPENSATION_FAILED}),
    ("Undone", frozenset({StepState.COMPENSATED})),
    ("Without effect", frozenset({StepState.REJECTED, StepState.BLOCKED, StepState.STRUCK})),
    ("Left out", frozenset({StepState.SKIPPED})),
    ("Never sent", frozenset({StepState.WAITING})),
)
_HOW: Mapping[StepState, str] = MappingProxyType(
    {
        StepState.EXECUTING: "outcome open",
        StepState.PENDING: "Pending",
        StepState.FAILED: "outcome unknown",
        StepState.COMPENSATING: "being undone",
        StepState.COMPENSATION_PENDING: "being undone, Pending",
        StepState.COMPENSATION_FAILED: "could not be undone",
        StepState.REJECTED: "refused",
        StepState.BLOCKED: "could not be sent",
        StepState.STRUCK: "never sent",
    }
)
_HOW_OBSERVED: Mapping[StepState, str] = MappingProxyType(
    {**_HOW, StepState.EXECUTING: "not answered yet", StepState.STRUCK: "undone before it could act"}
)


def stands(saga: Saga) -> Iterator[str]:
    """Yield which steps are done, possibly done, undone, without effect, and not sent."""
    for title, states in _STANDS:
        found = [step for step in saga.definition.steps if saga.steps[step.id].state in states]
        if found:
            yield f"{_titled(saga, title)}: {', '.join(_described(saga, step) for step in found)}."


def _titled(saga: Saga, title: str) -> str:
    if title == "Never sent" and saga.mode is Mode.CHOREOGRAPHY:
        return "Not called for"
    if title == "Never sent" and saga.state in (SagaState.PENDING, SagaState.RUNNING):
        return "Not sent yet"
    if title == "Done" and saga.cause is not None:
        is_settled = saga.mode is Mode.CHOREOGRAPHY and saga.state is SagaState.COMPENSATED
        return "Done, and may stand" if is_settled else "Done, and not undone"
    return title


def _described(saga: Saga, step: StepDefinition) -> str:
    state = saga.steps[step.id].state
    how = _HOW if saga.mode is Mode.ORCHESTRATION else _HOW_OBSERVED
    words = [how[state]] if state in how else []
    if step.facts.effect_free:
        words.append("changes nothing")
    return f"{step.id} ({'; '.join(words)})" if words else step.id
