"""Sagas, events, definitions and participants as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestrator.cli.limits import limits_text
from orchestrator.cli.output import between, cell, clean, grid, instant, payload_text, span, state_cell
from sagaway.client import (
    Participant,
    ParticipantStatus,
    Pause,
    RegisteredDefinition,
    Saga,
    SagaDefinition,
    SagaEvent,
    SagaStep,
    name_of,
)

_MARKS = {
    "COMPLETED": ("✓", "green"),
    "COMPENSATED": ("↩", "yellow"),
    "REJECTED": ("✗", "red"),
    "FAILED": ("✗", "red"),
    "BLOCKED": ("✗", "red"),
    "COMPENSATION_FAILED": ("!", "bold red"),
    "STRUCK": ("–", "dim"),
    "WAITING": ("·", "dim"),
}

BREAKERS = {"CLOSED": ("up", "green"), "OPEN": ("away", "bold red"), "HALF_OPEN": ("coming back", "yellow")}
"""Words for where a participant's breaker stands, and their styles."""

PAUSED = "bold yellow"
"""The style of what a person has paused."""

ACTIVE = frozenset({"EXECUTING", "PENDING", "COMPENSATING", "COMPENSATION_PENDING"})
"""States of a step in which somebody is at work on it."""


def saga_view(saga: Saga) -> RenderableType:
    """Return everything `get` shows of a saga."""
    facts = Table.grid(padding=(0, 2, 0, 0))
    facts.add_column(style="dim")
    facts.add_column(overflow="fold")
    for name, value in _facts(saga):
        facts.add_row(name, value)
    return Group(_heading(saga), facts, Text(), step_table(saga))


def is_observed(saga: Saga) -> bool:
    """Tell whether a saga is choreographed: its participants carry it on, and it is only observed."""
    return name_of(saga, "mode") == "CHOREOGRAPHY"


def definition_text(saga: Saga) -> str:
    """Return a saga's definition in words."""
    kind = " (choreography, observed)" if is_observed(saga) else ""
    return f"{saga.definition_name} v{saga.definition_version}{kind}"


def definition_cell(saga: Saga) -> Text:
    """Return a saga's definition for a table of sagas of both modes."""
    return cell(f"{saga.definition_name} v{saga.definition_version}{' (observed)' if is_observed(saga) else ''}")


def _heading(saga: Saga) -> Text:
    title = clean(definition_text(saga))
    return Text.assemble(
        (clean(saga.saga_id), "bold"), "  ", title, "  ", state_cell(name_of(saga, "state")), overflow="fold"
    )


def _facts(saga: Saga) -> Iterable[tuple[str, Text]]:
    cause = name_of(saga, "cause")
    if cause:
        yield "cause", cell(cause)
    if saga.HasField("error"):
        yield "error", cell(error_text(saga.error, step=True), "red")
    if saga.HasField("quarantine"):
        since = instant(saga.quarantine.time)
        yield "quarantine", cell(f"{saga.quarantine.reason} (since {since})", "bold red")
    if saga.paused:
        yield "paused", cell("yes: nothing is sent for it")
    if saga.cancel_requested and cause != "CANCELLED":
        yield "cancel", cell("requested")
    if saga.HasField("input"):
        yield "input", cell(payload_text(saga.input))
    if saga.HasField("output"):
        yield "output", cell(payload_text(saga.output), "green")
    yield "started", cell(instant(saga.start_time))
    yield "ended", cell(instant(saga.end_time)) if saga.HasField("end_time") else cell("not yet", "dim")
    yield "execution time", cell(span(saga.execution_time))
    yield "steps", cell(counts(saga))
    if saga.labels:
        yield "labels", cell(labels_text(saga.labels))
    yield "namespace", cell(saga.namespace)
    yield "last event", cell(f"#{saga.last_sequence}")
    if saga.HasField("wake_time"):
        unless = " unless something happens before" if is_observed(saga) else ""
        yield "STUCK at" if unless else "wakes", cell(instant(saga.wake_time) + unless)


def step_table(saga: Saga) -> RenderableType:
    """Return a saga's steps, a row each, and below them the last error of each that had one.

    Attempts and times of the two phases stand as `1 + 2`: Execute, then Compensate.
    """
    table = grid("", "STEP", "DOES", "STATE", "ATTEMPTS", "STARTED", "TOOK")
    errors = Table.grid(padding=(0, 2, 0, 0))
    for step in saga.steps:
        table.add_row(
            mark(step),
            cell(step.step_id),
            cell(f"{step.participant}.{step.action}"),
            state_cell(name_of(step, "state")),
            cell(attempts(step)),
            cell(instant(step.intend_time, millis=True)[11:]),
            cell(took(step)),
        )
        if step.HasField("last_error"):
            errors.add_row(cell(f"last error of {step.step_id}:", "dim"), cell(error_text(step.last_error), "red"))
    return Group(table, Text(), errors) if errors.row_count else table


def attempts(step: SagaStep) -> str:
    """Return how often Execute and, after a plus, Compensate was tried; empty before the first end of one."""
    undone = f" + {step.compensate_attempts}" if step.compensate_attempts else ""
    return f"{step.execute_attempts}{undone}" if step.execute_attempts or undone else ""


def mark(step: SagaStep) -> Text:
    """Return the sign of a step's state."""
    sign, style = _MARKS.get(name_of(step, "state"), ("•", "blue"))
    return Text(sign, style=style)


def took(step: SagaStep) -> str:
    """Return how long a step's Execute took and, after a plus, its Compensate; to now where it is under way."""
    if name_of(step, "state") == "STRUCK":
        return ""
    # An Execute without an outcome of its own ended, for the saga, when it was decided to undo it.
    end = step.execute_end_time if step.HasField("execute_end_time") else step.compensate_intend_time
    execute = between(step.intend_time, end)
    compensate = between(step.compensate_intend_time, step.compensate_end_time)
    return " + ".join(span(part) for part in (execute, compensate) if part is not None)


def counts(saga: Saga) -> str:
    """Return how many steps stand and how many were undone."""
    undone = f", {saga.compensated_step_count} compensated" if saga.compensated_step_count else ""
    return f"{saga.completed_step_count} of {saga.step_count} completed{undone}"


def error_text(error: object, *, step: bool = False) -> str:
    """Return a SagaError as one line: whose (with ``step``), code or reason, and the sentence."""
    step_id, code, reason, message = (getattr(error, name) for name in ("step_id", "code", "reason", "message"))
    head = " ".join(word for word in (step_id if step else "", code, reason) if word)
    return f"{head}: {message}" if head and message else head or message


def labels_text(labels: Mapping[str, str]) -> str:
    """Return labels as `k=v`, in the order of their keys."""
    return " ".join(f"{key}={value}" for key, value in sorted(labels.items()))


def saga_table(sagas: Iterable[Saga]) -> Table:
    """Return a list of sagas, a row each."""
    table = grid("SAGA", "DEFINITION", "STATE", "CAUSE", "STARTED", "TOOK", "STEPS", "LABELS")
    for saga in sagas:
        state = name_of(saga, "state") + (" (quarantined)" if saga.HasField("quarantine") else "")
        table.add_row(
            cell(saga.saga_id),
            definition_cell(saga),
            state_cell(state),
            cell(name_of(saga, "cause")),
            cell(instant(saga.start_time)),
            cell(span(saga.execution_time)),
            cell(f"{saga.completed_step_count}/{saga.step_count}"),
            cell(labels_text(saga.labels)),
        )
    return table


def event_table(events: Iterable[SagaEvent], *, payloads: bool) -> Table:
    """Return events, a row each."""
    table = grid(
        "#", "TIME", "EVENT", "STEP", "PHASE", "ATTEMPT", "SAGA", "DETAILS", *(["PAYLOAD"] if payloads else [])
    )
    for event in events:
        row = [
            cell(str(event.sequence)),
            cell(instant(event.time, millis=True)),
            cell(event.type),
            cell(event.step_id),
            cell(name_of(event, "phase")),
            cell(str(event.attempt or "")),
            state_cell(name_of(event, "saga_state")),
            cell(event_details(event)),
        ]
        table.add_row(*row, *([cell(payload_text(event.payload))] if payloads else []))
    return table


def event_line(event: SagaEvent) -> str:
    """Return an event as one line of plain text."""
    attempt = f"attempt {event.attempt}" if event.attempt else ""
    words = (
        instant(event.time, millis=True),
        f"#{event.sequence}",
        event.type,
        event.step_id,
        attempt,
        event_details(event),
        f"[{name_of(event, 'saga_state')}]",
    )
    return "  ".join(word for word in words if word)


def event_details(event: SagaEvent) -> str:
    """Return what an event says beyond step and attempt."""
    parts = [error_text(event), name_of(event, "cause"), *_observed(event)]
    if event.struck_step_ids:
        parts.append("struck: " + ", ".join(event.struck_step_ids))
    if event.HasField("next_time"):
        parts.append("next " + instant(event.next_time, millis=True)[11:])
    return "; ".join(part for part in parts if part)


def _observed(event: SagaEvent) -> Iterable[str]:
    """What a participant published, or could not handle."""
    observed = event.observed
    yield observed.event_type
    yield observed.outcome
    if observed.undeclared:
        yield "nobody declares it"
    if observed.early:
        yield "came before its cause"
    if observed.HasField("fault"):
        yield f"must not happen: {error_text(observed.fault)}"
    if event.letter_id:
        yield f"dead letter {event.letter_id}"


def end_line(saga: Saga) -> str:
    """Return where a saga stands as one line of plain text."""
    cause = name_of(saga, "cause")
    words = [f"{saga.saga_id}: {name_of(saga, 'state')}"]
    if cause:
        words.append(f"({cause})")
    if saga.HasField("quarantine"):
        words.append(f"in quarantine: {saga.quarantine.reason}")
    elif saga.HasField("error"):
        words.append(error_text(saga.error, step=True))
    words.append(f"after {span(saga.execution_time)}; {counts(saga)}")
    return " ".join(words)


def definition_table(definitions: Iterable[RegisteredDefinition]) -> Table:
    """Return registered definitions, a row each."""
    table = grid("DEFINITION", "VERSION", "STEPS", "HASH", "REGISTERED", "DEPRECATED", "PAUSED", "DESCRIPTION")
    for row in definitions:
        table.add_row(
            cell(row.definition.name),
            cell(str(row.definition.version)),
            cell(str(_step_count(row.definition))),
            cell(row.content_hash[:12]),
            cell(instant(row.create_time)),
            cell(instant(row.deprecate_time)),
            cell(pause_text(row.pause) if row.HasField("pause") else "", PAUSED),
            cell(row.definition.description),
        )
    return table


def _step_count(definition: SagaDefinition) -> int:
    """A choreography's steps are its services' reactions."""
    return len(definition.steps) + sum(len(service.reactions) for service in definition.choreography.services)


def registered_line(row: RegisteredDefinition, *, created: bool) -> str:
    """Return what became of a definition that was to be registered."""
    word = "registered" if created else "was registered already, unchanged"
    return f"{row.definition.name} v{row.definition.version} {word} (hash {row.content_hash[:12]})"


def pause_text(pause: Pause, ago: timedelta | None = None) -> str:
    """Return a pause in words: since when, by whom and why.

    Args:
        pause: the pause.
        ago: how long it has stood, to be said in place of its beginning.
    """
    when = f"since {instant(pause.pause_time)}" if ago is None else f"for {span(ago)}"
    who = pause.claimed_actor or pause.principal
    if pause.principal and pause.principal != who:
        who += f" (token {pause.principal})"
    return f"paused {when}{f' by {who}' if who else ''}: {pause.reason}"


def versions_text(name: str, version: int) -> str:
    """Return which versions of a definition a pause is about."""
    return f"{name} v{version}" if version else f"{name} (all versions)"


def traffic_cell(status: ParticipantStatus) -> Text:
    """Return how calls to a participant stand: whether it answers or is paused, and since when not and why."""
    word, style = BREAKERS.get(name_of(status, "breaker_state"), ("", ""))
    if status.HasField("pause"):
        return cell(pause_text(status.pause), PAUSED)
    if not status.HasField("outage_time"):
        return cell(word, style)
    why = ", ".join(part for part in (status.error_code, status.error_reason) if part)
    since = instant(status.outage_time)
    return cell(f"{word} since {since}" + (f" ({why})" if why else ""), style)


def participant_table(participants: Iterable[Participant]) -> Table:
    """Return registered participants, a row each."""
    table = grid("PARTICIPANT", "ADDRESS", "LIMITS", "NOW", "ACTIONS", "UPDATED")
    for row in participants:
        actions = ", ".join(action.name for action in row.description.actions)
        table.add_row(
            cell(row.name),
            cell(row.address),
            cell(limits_text(row)),
            traffic_cell(row.status),
            cell(actions),
            cell(instant(row.update_time)),
        )
    return table
