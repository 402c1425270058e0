"""What comes next for a saga and when, and what a person can do about it.

What comes next follows `orchestrator.core.decide`, and which commands are legal is asked of it: should the two ever say
different things, this is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType

from orchestrator.core import standstill
from orchestrator.core.decide import why_not_cancellable
from orchestrator.core.definition import StepDefinition, StepKind
from orchestrator.core.explain_state import BACK, FORWARD, Standing, given_up, lost, moving, stopped, to_undo
from orchestrator.core.model import GONE_THROUGH, Phase, Plan, Saga, SagaState, Step, StepState
from orchestrator.core.operations import LEAVING, Action, legal_actions
from orchestrator.core.outcome import CLASSES, FailureClass
from orchestrator.core.wording import Speaker, amount, doer, listed, policy, span, steps


def comes_next(at: Standing) -> Iterator[str]:
    """Yield what comes next, and when."""
    saga, speaker = at.saga, at.speaker
    if saga.state in (SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.ABANDONED):
        yield "Nothing: it has ended."
    elif saga.state is SagaState.STUCK:
        yield "Nothing happens by itself: no attempt is made and no timer acts until a person does something."
    elif saga.paused:
        still = standstill.counts_on_time(saga) > speaker.now
        count = "The saga's time stands still, for a step is parked; what else" if still else "Time counts on: what"
        yield f"Nothing is sent until a person resumes it. {count} is due by then acts at once."
    elif saga.state is SagaState.COMPENSATING:
        yield from _next_back(saga, speaker)
    else:
        yield from _next_forward(saga, speaker)


def _next_forward(saga: Saga, speaker: Speaker) -> Iterator[str]:
    if saga.state is SagaState.PENDING:
        first = [step.id for step in saga.definition.steps if not step.after]
        yield f"As soon as there is room, {steps(first)} {'is' if len(first) == 1 else 'are'} sent."
    elif not moving(saga):
        yield "What the next event of the log says."
        return
    for step, state in moving(saga):
        if state.state in BACK:
            then = "left out" if state.plan is Plan.SKIP else "run anew"
            yield f"Once nothing of step {step.id} stands it is {then}. If undoing it is given up, the saga is STUCK."
            yield from _until_when(step, state, speaker, step.compensation_retry.max_attempts - state.compensate_used)
            continue
        yield f"If step {step.id} completes: {_then(saga, step)}."
        yield _if_not(saga, step)
        yield from _until_when(step, state, speaker, step.retry.max_attempts - state.execute_used)
    pivot = saga.definition.pivot
    if saga.timed_out or (pivot is not None and saga.steps[pivot.id].state is StepState.COMPLETED):
        return
    end, counts_on = standstill.timeout_time(saga, speaker.now), standstill.counts_on_time(saga)
    at = f"at {speaker.when(end)}"
    if counts_on > speaker.now:
        at = f"{span(end - speaker.now)} after that"
        yield (
            "While a step is parked the saga's time stands still, as its definition says. It counts on once none is, at "
            f"the latest at {speaker.when(counts_on)}."
        )
    if pivot is not None and saga.steps[pivot.id].state in FORWARD:
        yield f"The saga's time is up {at}; while the pivot is open that acts only if the pivot is refused."
    else:
        unless = "has not ended" if pivot is None else f"has not sent its pivot, step {pivot.id},"
        yield f"The saga's time is up {at}: if it {unless} by then, it is undone."


def _then(saga: Saga, step: StepDefinition) -> str:
    """What follows a step's completion, as the end of a sentence."""
    states = {id_: one.state for id_, one in saga.steps.items()} | {step.id: StepState.COMPLETED}
    if all(state in GONE_THROUGH for state in states.values()):
        return "the saga is COMPLETED"
    pivot = saga.definition.pivot
    if (saga.cancel_requested or saga.timed_out) and (pivot is None or pivot.id != step.id):
        return "it is undone with the rest"
    by_id = saga.definition.by_id
    ready = [
        one
        for one in saga.definition.successors[step.id]
        if states[one] is StepState.WAITING and all(states[before] in GONE_THROUGH for before in by_id[one].after)
    ]
    if ready:
        return f"{listed(f'{one} ({doer(saga.definition, one)})' for one in ready)} {'is' if len(ready) == 1 else 'are'} sent"
    others = [one.id for one, _ in moving(saga) if one.id != step.id]
    if others:
        return f"the saga waits for {steps(others)}"
    return f"the saga is STUCK, for {steps(stopped(saga))} did not succeed" if stopped(saga) else "the saga goes on"


def _if_not(saga: Saga, step: StepDefinition) -> str:
    others = [one.id for one in to_undo(saga) if one.id != step.id]
    undone = f"the saga is undone: {', '.join(others)}" if others else "the saga ends, with nothing to undo"
    match step.kind:
        case StepKind.PIVOT:
            return (
                f"If it is refused for sure: {undone}. If its outcome stays unknown until it is given up: the saga is "
                "STUCK and nothing is undone."
            )
        case StepKind.RETRYABLE:
            return "If it is refused or given up: the saga is STUCK, for it can't go back any more."
        case _ if not step.compensated_on_abort:
            return f"If it is refused or given up: {undone}."
        case _ if saga.steps[step.id].unknown_attempt:
            return f"If it is refused or given up: {undone}. {step.id} itself comes first, where it may have had its effect."
        case _:
            given_up = f"the same, but {step.id} itself is undone first" if others else f"{step.id} itself is undone"
            return f"If it is refused: {undone}. If it is given up: {given_up}, as it may have had its effect."


def _until_when(step: StepDefinition, state: Step, speaker: Speaker, left: int) -> Iterator[str]:
    back = state.state in BACK
    retry = step.compensation_retry if back else step.retry
    if state.state in (StepState.PENDING, StepState.COMPENSATION_PENDING):
        limit = state.pending_since + step.pending_timeout
        yield f"Without a report of step {step.id} it is given up at {speaker.when(limit)}."
        return
    what = f"undoing {step.id}" if back else f"step {step.id}"
    yield f"Retries of {what}: {policy(retry)}; {amount(left, 'attempt')} {'is' if left == 1 else 'are'} left."


def _next_back(saga: Saga, speaker: Speaker) -> Iterator[str]:
    for step, state in moving(saga):
        if state.state in FORWARD:
            undone = " and then undone, unless it was refused" if step.compensated_on_abort else ""
            yield f"The call of step {step.id} that may be on its way is awaited{undone}."
            continue
        yield from _until_when(step, state, speaker, step.compensation_retry.max_attempts - state.compensate_used)
    never = _before(saga, given_up(saga))
    order = [step.id for step in to_undo(saga) if saga.steps[step.id].state not in FORWARD and step.id not in never]
    if order:
        yield f"To be undone after that: {', '.join(order)}."
    if given_up(saga):
        held = f", and {steps(sorted(never))} with that" if never else ""
        yield f"When nothing moves any more it is STUCK, for {steps(given_up(saga))} could not be undone{held}."
    else:
        yield "Once everything is undone it is COMPENSATED. If an undoing uses up its attempts, it becomes STUCK."


def _before(saga: Saga, ids: Sequence[str]) -> set[str]:
    """The steps still to be undone that come, directly or not, before any of these."""
    found = set(ids)
    for step in reversed(saga.definition.order):
        if not found.isdisjoint(saga.definition.successors[step.id]):
            found.add(step.id)
    return found.intersection(step.id for step in to_undo(saga))


# What a person can do -----------------------------------------------------------------------------------------------


def hands(saga: Saga, command: str) -> Iterator[str]:
    """Yield what a person can do.

    Args:
        saga: the saga.
        command: how its commands end: the saga's id, and the namespace where one is needed.
    """
    if saga.state in (SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.ABANDONED):
        yield from _HANDS_AT_END[saga.state]
        if saga.state is SagaState.COMPENSATED:
            yield f"`sagaway restart {command} --reason WHY` tries again, with other input if need be, as a new saga."
        return
    for step, state in moving(saga):
        yield from _help(step, state)
    why_not = why_not_cancellable(saga)
    if saga.state is SagaState.STUCK:
        yield from _hands_stuck(saga, command)
    elif not why_not and not saga.cancel_requested:
        pivot = saga.definition.pivot
        waits = pivot is not None and saga.steps[pivot.id].state in FORWARD
        then = "is recorded, and undoes it only if the pivot is refused" if waits else "undoes it"
        if saga.paused:
            then = "is recorded, and acts once the saga is resumed"
        yield f"`sagaway cancel {command} --reason WHY` {then}."
    elif saga.state is SagaState.RUNNING and why_not:
        yield f"It can't be cancelled: {why_not}."
    elif saga.state is SagaState.COMPENSATING:
        yield "Undoing can't be turned round."
    if saga.state is not SagaState.STUCK:
        yield from _commands(saga, command)
    yield f"`sagaway trace {command}` shows where the time went, `sagaway events {command}` every detail."


_HANDS_AT_END: Mapping[SagaState, Sequence[str]] = MappingProxyType(
    {
        SagaState.COMPLETED: ("Nothing is needed. What it did can be reversed only by another saga.",),
        SagaState.COMPENSATED: ("Nothing is needed.",),
        SagaState.ABANDONED: ("Nothing more is done for it. What stands of it is listed above.",),
    }
)


def _help(step: StepDefinition, state: Step) -> Iterator[str]:
    if state.state in (StepState.PENDING, StepState.COMPENSATION_PENDING):
        yield (
            f"If {step.participant} knows how step {step.id} ended, it can report it by CompleteStep with the "
            "completion token it was given."
        )
        return
    failure = state.last_failure
    if state.parked_time:
        yield (
            f"Look after {step.participant}, if it is away or paused (`sagaway participants list`): once it can be called "
            f"again, step {step.id} has its turn by itself."
        )
        return
    if failure is None or lost(state):
        return
    if CLASSES.get(failure.code) is FailureClass.DEPLOYMENT:
        yield (
            f"{failure.code} says that the deployment is wrong, not this saga: check what {step.participant} serves and "
            "lets in, and its address in `sagaway participants list`. Attempts go on by themselves."
        )
    else:
        yield f"Look after {step.participant}: once it answers again, the attempts go on by themselves."


def _hands_stuck(saga: Saga, command: str) -> Iterator[str]:
    back = saga.failure_phase is Phase.COMPENSATE
    for step_id in given_up(saga) if back else [saga.failure_step]:
        step = saga.definition.by_id[step_id]
        if back:
            what = "whether its effect still stands, and undo it there"
        elif saga.steps[step_id].possibly_done:
            what = "whether it took effect"
        else:
            what = "why it was not done, and do there what it should have done"
        yield f"Find out at {step.participant} {what}: saga {saga.key.saga_id}, step {step_id} ({step.action})."
    left = [step.id for step in to_undo(saga) if saga.cause is not None]
    if left:
        yield f"What is held back ({', '.join(left)}) is undone by itself once that is done."
    yield from _commands(saga, command)


_COMMANDS: Mapping[Action, tuple[str, str]] = MappingProxyType(
    {
        Action.PAUSE_SAGA: ("pause", "sends nothing more until it is resumed"),
        Action.RESUME_SAGA: ("resume", "lets it go on"),
        Action.RETRY_STEP: ("retry", "tries again, with the same keys, once the participant is mended"),
        Action.RETRY_STEP_WITH_INPUT: (
            "retry --input JSON",
            "runs it anew with other input, once nothing of it stands",
        ),
        Action.SKIP_STEP: ("skip", "leaves it out, once nothing of it stands"),
        Action.RESOLVE_STEP_COMPLETED: ("resolve --completed", "takes your word that it is done"),
        Action.RESOLVE_STEP_COMPENSATED: ("resolve --compensated", "takes your word that nothing of it stands"),
        Action.ABANDON_SAGA: ("abandon", "gives the saga up: what stands of it stays"),
    }
)


def _commands(saga: Saga, command: str) -> Iterator[str]:
    """The operators' commands that are legal now, one sentence for each kind."""
    by_action: dict[Action, list[str]] = {}
    for legal in legal_actions(saga):
        by_action.setdefault(legal.action, []).append(legal.step_id)
    for action, (name, effect) in _COMMANDS.items():
        if action is Action.PAUSE_SAGA:
            continue  # whoever needs it looks for it; to everybody else it would be noise
        if action in LEAVING and saga.state is not SagaState.STUCK:
            continue  # so would these be, of a step that is still tried
        for step_id in by_action.get(action, [])[:1]:
            step = f" --step {step_id}" if step_id else ""
            yield f"`sagaway {name} {command}{step} --reason WHY` {effect}."
