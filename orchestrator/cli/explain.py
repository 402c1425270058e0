"""The command `explain`: a saga's story as text, from its log alone; and above it what is paused that it waits for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.text import Text

from orchestrator.cli import output
from orchestrator.cli.exits import Exit, report
from orchestrator.cli.options import (
    ADDRESS,
    NAMESPACE,
    PATIENCE,
    Address,
    Connection,
    Json,
    Namespace,
    Patience,
    run,
)
from orchestrator.cli.pages import events_of, instant, print_lines, rfc, terminal_columns
from orchestrator.cli.views import ACTIVE, pause_text, versions_text
from orchestrator.core.wording import span
from sagaway.client import (
    Client,
    FailedPrecondition,
    Internal,
    NotFound,
    RegisteredDefinition,
    Saga,
    SagaEvent,
    is_settled,
    name_of,
)

if TYPE_CHECKING:
    from orchestrator.core.explain import Explanation

INDENT = "  "
WIDEST = 110
"""Columns; longer lines are hard to read."""


def explain(
    saga_id: Annotated[str, typer.Argument(metavar="SAGA_ID", help="The saga's id.", show_default=False)],
    at: Annotated[
        int,
        typer.Option(
            "--at", min=0, metavar="SEQUENCE", help="As it stood after this event. Default (0): as it stands."
        ),
    ] = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Tell a saga as a story: what happened, why it is where it is, what comes next, what you can do."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        if at > saga.last_sequence:
            fault = f"the saga has no event {at} so far; its last is {saga.last_sequence}"
            raise typer.BadParameter(fault, param_hint="--at")
        try:
            events = await events_of(client, saga)
            registered = await client.definitions.get(saga.definition_name, saga.definition_version)
        except (FailedPrecondition, NotFound) as error:
            # In quarantine, and its log not even to be read: what its row says is all there is.
            if saga.HasField("quarantine") and not as_json:
                print_lines(quarantine(saga))
            return report(error, as_json=as_json)
        paused = [] if at else await _pauses(client, saga, registered)
        return _told(saga, registered.definition, events, at, paused, as_json=as_json)

    run(connection, command)


async def _pauses(client: Client, saga: Saga, registered: RegisteredDefinition) -> list[str]:
    """Return what a saga waits for because a person has paused it, a sentence each; it is not in the saga's log.

    Args:
        client: whom to ask about participants.
        saga: the saga, as it stands.
        registered: its definition.
    """
    if is_settled(saga):
        return []
    said = []
    if (await client.operations.overview(oldest=1)).HasField("restored_time"):
        said.append(
            "The saga log was restored from a backup: until a person ends that, only a refusal or a tombstone turns the saga "
            "back. Where it is said below that it would be undone for anything else, it becomes STUCK."
        )
    if registered.HasField("pause"):
        what = f"definition {versions_text(saga.definition_name, saga.definition_version)}"
        said.append(
            f"Its {what} is {pause_text(registered.pause)}. Nothing is sent for it and no timer acts until a person "
            "resumes the definition; what is due by then acts at once."
        )
    for name in sorted({step.participant for step in saga.steps if name_of(step, "state") in ACTIVE}):
        try:
            status = (await client.participants.get(name)).status
        except NotFound:
            continue
        if status.HasField("pause"):
            said.append(f"{name} is {pause_text(status.pause)}. Nothing is sent to it until a person resumes it.")
    return said


def _told(
    saga: Saga, definition: Any, events: Sequence[SagaEvent], at: int, paused: Sequence[str], *, as_json: bool
) -> Exit:
    # Imported late: the core with its expressions takes longer to load than all other commands together.
    from orchestrator.cli.history import Unreadable, history_of  # noqa: PLC0415
    from orchestrator.core.explain import explain as tell  # noqa: PLC0415

    try:
        key, compiled, log = history_of(saga, definition, events)
    except Unreadable as error:
        raise Internal(f"{error}; use the `sagaway` of the orchestrator's version") from error
    now = saga.start_time.ToMicroseconds() + saga.execution_time.ToMicroseconds()
    story = tell(key, compiled, log[: at or len(log)], instant, log[at - 1].time if at else now)
    if as_json:
        output.print_document(document(saga, story, paused))
        return Exit.OK
    width = terminal_columns()
    print_lines([*quarantine(saga), *_halts(paused, width), *page(story, len(log), width)])
    return Exit.OK


def quarantine(saga: Saga) -> list[Text]:
    """Return what is to be known first of a saga that was put aside; empty for all others."""
    if not saga.HasField("quarantine"):
        return []
    since, reason = output.instant(saga.quarantine.time), output.clean(saga.quarantine.reason)
    text = f"Saga {saga.saga_id} is in quarantine since {since}: {reason}"
    return [
        Text(text, "bold red"),
        Text("Its log can't be read or written, so nothing is done for it; all other sagas go on. Look at the"),
        Text("orchestrator's own log and its disk first."),
        Text(),
    ]


def _halts(paused: Sequence[str], width: int) -> list[Text]:
    """Return what the log does not know and is to be known first: what it waits for is paused; empty if nothing is."""
    lines = [line for text in paused for line in _paragraph(text, min(width, WIDEST), "", "bold yellow")]
    return [*lines, Text()] if lines else []


def page(story: Explanation, count: int, width: int) -> list[Text]:
    """Return a story as lines of at most ``width`` columns.

    Args:
        story: the story.
        count: how many events the saga has by now.
        width: columns.
    """
    width = min(width, WIDEST)
    saga = story.saga
    lines = []
    if saga.sequence < count:
        last = story.happened[-1].until
        lines.append(Text(f"As of event #{saga.sequence} of {count}, {instant(last)}:", "dim"))
    lines += _paragraph(story.verdict, width, "", "bold")
    lines += [Text(), Text("What happened", "underline")]
    lines += _happened(story, width)
    for title, sentences in sections(story).items():
        lines += [Text(), Text(title, "underline")]
        for sentence in sentences:
            lines += _paragraph(sentence, width, "- ")
    return lines


def sections(story: Explanation) -> dict[str, tuple[str, ...]]:
    """Return the sections after the story itself, by title; empty ones are left out."""
    found = {
        "Why it is there": story.why,
        "What stands": story.stands,
        "What comes next": story.comes_next,
        "What you can do": story.hands,
    }
    return {title: sentences for title, sentences in found.items() if sentences}


def document(saga: Saga, story: Explanation, paused: Sequence[str]) -> dict[str, Any]:
    """Return a story as a JSON document, with what is paused that the saga waits for."""
    told = story.saga
    return {
        "saga_id": told.key.saga_id,
        "at_sequence": str(told.sequence),
        "last_sequence": str(saga.last_sequence),
        "state": told.state.value,
        "quarantine": saga.quarantine.reason,
        "paused": list(paused),
        "verdict": story.verdict,
        "happened": [
            {
                "first_sequence": str(one.first),
                "last_sequence": str(one.last),
                "time": rfc(one.time),
                "until_time": rfc(one.until),
                "text": one.text,
            }
            for one in story.happened
        ],
        "why": list(story.why),
        "stands": list(story.stands),
        "comes_next": list(story.comes_next),
        "hands": list(story.hands),
    }


def _happened(story: Explanation, width: int) -> Iterator[Text]:
    start = story.saga.start_time
    day = ""
    told = [(one, f"+{span(one.time - start)}" if one.time > start else "") for one in story.happened]
    numbers = [f"#{one.first}" if one.first == one.last else f"#{one.first}-{one.last}" for one in story.happened]
    far = max(len(text) for _, text in told)
    wide = max(map(len, numbers))
    for (one, relative), number in zip(told, numbers, strict=True):
        date, clock = instant(one.time, millis=True).split(" ", 1)
        if date != day:
            day = date
            yield Text(f"{INDENT}{date}", "dim")
        head = f"{INDENT}{clock}  {relative:>{far}}  {number:<{wide}}  "
        yield from _paragraph(one.text, width, head)


def _paragraph(text: str, width: int, head: str, style: str = "") -> list[Text]:
    lines = Text(output.clean(text), style).wrap(output.out(), max(20, width - len(head)))
    gap = " " * len(head)
    return [Text(head if index == 0 else gap) + line for index, line in enumerate(lines)]
