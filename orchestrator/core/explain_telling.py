"""What happened to a saga, told from its log, shorter than it is.

An intent is left out once its step goes on, because the sentence about the outcome says as much; failed attempts of one
step in one phase are told together, however many they are and whatever came between them; so are more than a handful
of steps in a row that simply did what they should. Nothing that has gone wrong is left out.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from orchestrator.core import events as e
from orchestrator.core import machine
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.explain_observed import SILENT
from orchestrator.core.explain_sentences import OWNER_LOST, STILL_PENDING, Moment, sentence, step_name
from orchestrator.core.model import Mode, SagaKey
from orchestrator.core.wording import Speaker, kept_error, listed, span

HANDFUL = 5
"""As many steps in a row that simply went well are told one by one."""


@dataclass(frozen=True, slots=True)
class Told:
    """A sentence about one or several events.

    Attributes:
        first: the sequence of the first.
        last: that of the last.
        time: when the first was decided, microseconds.
        until: when the last was.
        text: the sentence.
    """

    first: int
    last: int
    time: int
    until: int
    text: str


def moments(key: SagaKey, definition: SagaDefinition, log: Sequence[e.Event]) -> list[Moment]:
    """Return every event of a log among its circumstances.

    Raises:
        IllegalTransition: the log is not one this version wrote.
    """
    saga = machine.fold(key, definition, log[:1])
    found = [Moment(1, log[0], saga, saga)]
    for event in log[1:]:
        after = machine.evolve(saga, event)
        found.append(Moment(after.sequence, event, saga, after))
        saga = after
    return found


def tell(history: Sequence[Moment], speaker: Speaker) -> list[Told]:
    """Return what happened, oldest first."""
    return list(_together(history, speaker))


_INTENTS = (e.StepIntended, e.CompensationIntended)
_ATTEMPTS = (e.ExecuteAttemptFailed, e.CompensateAttemptFailed)
_SIMPLE = (e.StepCompleted, e.StepCompensated)


def _together(history: Sequence[Moment], speaker: Speaker) -> Iterator[Told]:
    struck = {
        id_ for moment in history if isinstance(moment.event, e.CompensationStarted) for id_ in moment.event.struck
    }
    last_of = {moment.event.step_id: moment for moment in history if isinstance(moment.event, e.StepEvent)}
    runs = _runs(history)
    followed = {moment.sequence for run in runs for moment in run[1:]}
    by_first = {run[0].sequence: run for run in runs}
    told = [
        moment
        for moment in history
        if moment.sequence not in followed
        and not (isinstance(moment.event, _INTENTS) and _superfluous(moment, last_of[moment.event.step_id], struck))
        and not (moment.after.mode is Mode.CHOREOGRAPHY and isinstance(moment.event, SILENT))
    ]
    for kind, group in groupby(told, key=_simple_kind):
        each = list(group)
        if kind is not None and len(each) > HANDFUL:
            yield _row_of_steps(each)
            continue
        for moment in each:
            run = by_first.get(moment.sequence, [moment])
            text = _run(run) if len(run) > 1 else sentence(moment, speaker)
            yield replace(_placed(run), text=text)


def _superfluous(intent: Moment, last: Moment, struck: Collection[str]) -> bool:
    """Tell whether what came later says all that an intent says."""
    assert isinstance(intent.event, e.StepEvent)
    return last is not intent or intent.event.step_id in struck


def _placed(run: Sequence[Moment]) -> Told:
    first, last = run[0], run[-1]
    return Told(first.sequence, last.sequence, first.event.time, last.event.time, "")


def _runs(history: Iterable[Moment]) -> list[list[Moment]]:
    """The failed attempts of each step and phase that no other event of the step came between."""
    found: list[list[Moment]] = []
    open_: dict[str, list[Moment]] = {}
    for moment in history:
        event = moment.event
        if not isinstance(event, e.StepEvent):
            continue
        run = open_.get(event.step_id)
        if isinstance(event, _ATTEMPTS) and event.failure.reason not in (OWNER_LOST, STILL_PENDING):
            if run is None:
                run = open_[event.step_id] = []
                found.append(run)
            run.append(moment)
        else:
            open_.pop(event.step_id, None)
    return found


def _run(run: Sequence[Moment]) -> str:
    """Several failed attempts of one step in one phase."""
    first, last = run[0].event, run[-1].event
    assert isinstance(first, _ATTEMPTS)
    assert isinstance(last, _ATTEMPTS)
    back = isinstance(first, e.CompensateAttemptFailed)
    counted: Counter[str] = Counter()
    for moment in run:
        event = moment.event
        assert isinstance(event, _ATTEMPTS)
        counted[kept_error(moment.after, event.step_id, event.failure)] += 1
    if len(counted) == 1:
        why = next(iter(counted))
    else:
        why = "; ".join(f"{count} times {what}" if count > 1 else f"once {what}" for what, count in counted.items())
    free = sum(not moment.event.used for moment in run if isinstance(moment.event, _ATTEMPTS))
    costs = ""
    if free:
        which = "They" if free == len(run) else f"{free} of them"
        costs = f" {which} cost nothing of the retry policy: an earlier delivery was still running there."
    effect = "" if back else " Each may have had its effect."
    to_undo = "to undo" if back else "of"
    name = step_name(run[0], first)
    joint = "and" if len(run) == 2 else "to"
    which = f"Attempts {first.attempt} {joint} {last.attempt} {to_undo} {name}"
    return f"{which} failed within {span(last.time - first.time)}: {why}.{effect}{costs}"


def _simple_kind(moment: Moment) -> type[e.Event] | None:
    event = moment.event
    if (
        isinstance(event, _SIMPLE)
        and event.attempt == 1
        and not (isinstance(event, e.StepCompleted) and moment.before.cause is not None)
    ):
        return type(event)
    return None


def _row_of_steps(row: Sequence[Moment]) -> Told:
    ids = [moment.event.step_id for moment in row if isinstance(moment.event, e.StepEvent)]
    names = listed(ids) if len(ids) <= 12 else f"{', '.join(ids[:5])} … {', '.join(ids[-5:])}"
    done = "completed" if isinstance(row[0].event, e.StepCompleted) else "were undone"
    return replace(_placed(row), text=f"{len(ids)} steps {done}, each at its first attempt: {names}.")
