"""A saga told as a story from its log alone: `explain` is the entrance.

The rooms behind it: `explain_telling` (what happened, shortened), `explain_sentences` (the sentence of each type of
event), `explain_state` (why the saga is where it is, what stands), `explain_outlook` (what comes next, what a person
can do), `explain_observed` (all that of choreographed sagas), `wording` (how times, counts and errors are written).

A new type of event needs a sentence in `explain_sentences.SENTENCES`; a new command for people belongs into
`explain_outlook.hands`. Nothing here decides anything, and nothing here is needed to run a saga.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestrator.core import events as e
from orchestrator.core import explain_observed
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.explain_outlook import comes_next, hands
from orchestrator.core.explain_sentences import because
from orchestrator.core.explain_state import Standing, given_up, last_error, moving, stands, why
from orchestrator.core.explain_telling import Told, moments, tell
from orchestrator.core.model import Mode, Phase, Saga, SagaKey, SagaState, StepState
from orchestrator.core.wording import Clock, Speaker, amount, error, listed, span, steps


@dataclass(frozen=True, slots=True)
class Explanation:
    """A saga's story.

    Attributes:
        saga: the saga at the end of the story.
        verdict: where it stands, in a sentence or two.
        happened: what happened, oldest first.
        why: why it is where it is.
        stands: which steps are done, possibly done, undone, without effect, not sent.
        comes_next: what comes next, and when.
        hands: what a person can do.
    """

    saga: Saga
    verdict: str
    happened: tuple[Told, ...]
    why: tuple[str, ...]
    stands: tuple[str, ...]
    comes_next: tuple[str, ...]
    hands: tuple[str, ...]


def explain(key: SagaKey, definition: SagaDefinition, log: Sequence[e.Event], clock: Clock, now: int) -> Explanation:
    """Tell a saga's story up to the end of ``log``.

    Args:
        key: its name.
        definition: the definition it stays on.
        log: its events from the first on; a part of the log makes the story as of its last event.
        clock: writes instants.
        now: the moment of speaking, microseconds.

    Raises:
        IllegalTransition: the log is not one this version wrote.
    """
    speaker = Speaker(clock, max(now, log[-1].time))
    history = moments(key, definition, log)
    saga = history[-1].after
    aborted = next((moment.after for moment in history if isinstance(moment.event, e.CompensationStarted)), None)
    standing = Standing(saga, aborted, speaker)
    where = key.saga_id if key.namespace == "default" else f"{key.saga_id} --namespace {key.namespace}"
    if saga.mode is Mode.CHOREOGRAPHY:
        return Explanation(
            saga=saga,
            verdict=explain_observed.verdict(saga, speaker),
            happened=tuple(tell(history, speaker)),
            why=tuple(explain_observed.why(saga, speaker)),
            stands=tuple(stands(saga)),
            comes_next=tuple(explain_observed.comes_next(saga, speaker)),
            hands=tuple(explain_observed.hands(saga, where)),
        )
    return Explanation(
        saga=saga,
        verdict=_verdict(standing),
        happened=tuple(tell(history, speaker)),
        why=tuple(why(standing)),
        stands=tuple(stands(saga)),
        comes_next=tuple(comes_next(standing)),
        hands=tuple(hands(saga, where)),
    )


def _verdict(at: Standing) -> str:
    saga, name = at.saga, at.saga.key.saga_id
    count = len(saga.steps)
    done = saga.count(StepState.COMPLETED)
    took = span((saga.end_time or at.speaker.now) - saga.start_time)
    match saga.state:
        case SagaState.COMPLETED:
            left = [id_ for id_, step in saga.steps.items() if step.state is StepState.SKIPPED]
            but = f" but {steps(left)}, left out by hand," if left else ""
            text = f"{name} is COMPLETED: all of its {amount(count, 'step')}{but} took effect, in {took}."
        case SagaState.COMPENSATED:
            text = f"{name} is COMPENSATED: nothing of it stands. It was undone {because(saga)}."
        case SagaState.ABANDONED:
            text = f"{name} is ABANDONED: a person gave it up."
        case SagaState.STUCK if saga.failure_phase is Phase.COMPENSATE:
            failed = given_up(saga)
            text = f"{name} is STUCK and waits for a person: {steps(failed)} could not be undone."
        case SagaState.STUCK:
            what = error(saga.failure) if saga.failure is not None else ""
            text = f"{name} is STUCK and waits for a person: step {saga.failure_step} can't be finished ({what})."
        case SagaState.COMPENSATING:
            undone = saga.count(StepState.COMPENSATED)
            text = f"{name} is being undone (COMPENSATING) {because(saga)}; {amount(undone, 'step')} undone so far."
        case SagaState.PENDING:
            text = f"{name} has been PENDING for {took}: it waits for room, and nothing was sent."
        case SagaState.RUNNING:
            text = f"{name} has been RUNNING for {took}: {done} of {amount(count, 'step')} completed{_busy(at)}."
    return f"{text} It is paused." if saga.paused else text


def _busy(at: Standing) -> str:
    there = moving(at.saga)
    if not there:
        return ""
    parked = [step.id for step, state in there if state.parked_time]
    if parked:
        return f"; {listed(parked)} {'is' if len(parked) == 1 else 'are'} parked"
    troubled = [step.id for step, state in there if state.retry_time and state.last_failure is not None]
    if troubled:
        last = at.saga.steps[troubled[0]]
        return f"; {steps(troubled)} {'is' if len(troubled) == 1 else 'are'} tried again after {last_error(last)}"
    return f"; {listed(step.id for step, _ in there)} {'is' if len(there) == 1 else 'are'} under way"
