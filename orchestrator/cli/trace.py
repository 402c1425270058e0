"""The command `trace`: a saga's timeline in the terminal, and the way into Jaeger."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import Annotated, Any

import typer
from rich.text import Text

from orchestrator.cli import output, views
from orchestrator.cli.chart import ASCII, NARROWEST, UNICODE, Chart, Signs, cut, label_of
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
from orchestrator.cli.timeline import Bar, Lane, Outcome, Timeline, timeline
from orchestrator.core.wording import span
from sagaway.client import Client, FailedPrecondition, Saga, SagaStep, is_settled, name_of

ERRORS = 20
"""Lines about failed attempts, at most."""


def trace(
    saga_id: Annotated[str, typer.Argument(metavar="SAGA_ID", help="The saga's id.", show_default=False)],
    limit: Annotated[
        int, typer.Option("--limit", min=0, help="At most so many steps, the eventful ones first; 0: all.")
    ] = 40,
    width: Annotated[
        int, typer.Option("--width", min=0, help="Columns, from 60. Default (0): the terminal's.", show_default=False)
    ] = 0,
    jaeger: Annotated[
        str,
        typer.Option("--jaeger", envvar="SAGAWAY_JAEGER_URL", metavar="URL", help="Jaeger's page, for the link to it."),
    ] = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Draw a saga's timeline: a bar for each attempt, and below them what was undone."""
    connection = Connection(address, namespace, patience, as_json)
    if 0 < width < NARROWEST:
        raise typer.BadParameter(f"{width} columns are too few; give {NARROWEST} or more", param_hint="--width")
    if jaeger and not jaeger.startswith(("http://", "https://")):
        raise typer.BadParameter(f"{jaeger!r} is no http:// or https:// address", param_hint="--jaeger")

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        columns = width or terminal_columns()
        signs = UNICODE if UNICODE.fits(getattr(sys.stdout, "encoding", None) or "ascii") else ASCII
        link = f"{jaeger.rstrip('/')}/trace/{saga.trace_id}" if jaeger and saga.trace_id else ""
        try:
            events = await events_of(client, saga)
        except FailedPrecondition as error:
            # In quarantine, and not even to be read: what its row says is all there is.
            if not as_json:
                print_lines(heading(saga, link, columns, signs))
            return report(error, as_json=as_json)
        line = timeline(events, saga.start_time.ToMicroseconds(), moment(saga))
        if as_json:
            output.print_document(document(saga, line, link))
        else:
            print_lines([*heading(saga, link, columns, signs), Text(), *picture(saga, line, columns, limit, signs)])
        return Exit.OK

    run(connection, command)


def moment(saga: Saga) -> int:
    """Return when ``saga`` was read, by the orchestrator's clock; of one that is settled, its start. Microseconds.

    A settled saga's picture ends with its last event: one that is STUCK for days would be squeezed into a column.
    """
    return saga.start_time.ToMicroseconds() + (0 if is_settled(saga) else saga.execution_time.ToMicroseconds())


def heading(saga: Saga, link: str, width: int, signs: Signs) -> list[Text]:
    """Return what stands above the picture: the saga, how it stands, since when, and where its trace is.

    Args:
        saga: the saga.
        link: to its page in Jaeger, or empty; it is never folded.
        width: columns.
        signs: what the picture is painted with.
    """
    state = name_of(saga, "state")
    cause = name_of(saga, "cause")
    first = Text.assemble(
        (output.clean(saga.saga_id), "bold"),
        f"  {output.clean(views.definition_text(saga))}  ",
        output.state_cell(state),
        f" ({cause})" if cause else "",
        ", PAUSED" if saga.paused else "",
    )
    ended = f", ended {output.instant(saga.end_time, millis=True)}" if saga.HasField("end_time") else ", still open"
    took = span(saga.execution_time.ToMicroseconds(), signs.micro)
    lines = [first, Text(f"started {output.instant(saga.start_time, millis=True)}{ended}: {took}")]
    if saga.HasField("quarantine"):
        since = output.instant(saga.quarantine.time)
        lines.append(Text(output.clean(f"in quarantine since {since}: {saga.quarantine.reason}"), "bold red"))
    if saga.HasField("error") and state != "COMPLETED":
        lines.append(Text(output.clean(views.error_text(saga.error, step=True)), "red"))
    fitted = [part for line in lines for part in line.wrap(output.out(), max(width, NARROWEST))]
    if link:
        return [*fitted, Text(link, "underline")]
    return [*fitted, Text(f"trace {saga.trace_id}" if saga.trace_id else "no trace: it was started without one", "dim")]


def picture(saga: Saga, line: Timeline, width: int, limit: int, signs: Signs) -> list[Text]:
    """Return the bars and everything below them.

    Args:
        saga: the saga, for the order of its steps.
        line: its timeline.
        width: columns.
        limit: rows of steps a direction, at most; 0: all.
        signs: what to paint with.
    """
    forward = [line.forward[step_id] for step_id in _order(saga, line) if step_id in line.forward]
    back = list(line.back.values())
    chart = Chart(line, [*forward, *back], width, signs)
    lines = [*chart.axis(), *chart.marks(), *_rows(chart, forward, limit, signs)]
    forwards = name_of(saga, "state") in ("PENDING", "RUNNING")
    observed = views.is_observed(saga)
    idle = ("WAITING",) if observed else ("WAITING", "STRUCK")
    unsent = [step.step_id for step in saga.steps if name_of(step, "state") in idle]
    if unsent:
        said = "not called for" if observed else "not sent yet" if forwards else "never sent"
        lines.append(Text(cut(f"{said}: {', '.join(unsent)}", width, signs), "dim"))
    if back:
        rule = f"{signs.axis * 2} undone, in this order "
        lines.append(Text(rule + signs.axis * (max(width, NARROWEST) - len(rule)), "dim"))
        lines += _rows(chart, back, limit, signs)
    held = [step.step_id for step in saga.steps if saga.cause and _to_undo(step) and step.step_id not in line.back]
    if held:
        lines.append(Text(cut(f"not undone yet: {', '.join(held)}", width, signs), "bold"))
    lines += [Text(), *chart.legend([*forward, *back])]
    for mark in line.marks:
        at = instant(mark.time, millis=True)
        text = f"{mark.letter}  +{span(mark.time - line.start, signs.micro)}  {at}  {mark.text}"
        lines += folded(text, width, signs)
    return lines + list(_errors([*forward, *back], width, signs))


def folded(text: str, width: int, signs: Signs) -> list[Text]:
    """Return text as lines of at most so many columns, those after the first indented; very long text is cut."""
    lines = Text(cut(text, 4 * width, signs)).wrap(output.out(), width - 3)
    return [line if index == 0 else Text("   ") + line for index, line in enumerate(lines)]


def document(saga: Saga, line: Timeline, link: str) -> dict[str, Any]:
    """Return the same as a JSON document; instants as proto JSON has them."""

    def bar(each: Bar) -> dict[str, Any]:
        found: dict[str, Any] = {"attempt": each.attempt, "start_time": rfc(each.start), "outcome": each.outcome.value}
        if each.pending is not None:
            found["pending_time"] = rfc(each.pending)
        if each.end is not None:
            found["end_time"] = rfc(each.end)
        return found | ({"error": each.error} if each.error else {})

    def lane(each: Lane) -> dict[str, Any]:
        found: dict[str, Any] = {"step_id": each.step_id, "phase": each.phase, "bars": [bar(one) for one in each.bars]}
        return found | ({"next_time": rfc(each.next_start)} if each.next_start is not None else {})

    return {
        "saga_id": saga.saga_id,
        "state": name_of(saga, "state"),
        "trace_id": saga.trace_id,
        "jaeger_url": link,
        "start_time": rfc(line.start),
        "to_time": rfc(line.end),
        "execute": [lane(line.forward[step_id]) for step_id in _order(saga, line) if step_id in line.forward],
        "compensate": [lane(each) for each in line.back.values()],
        "marks": [{"time": rfc(mark.time), "letter": mark.letter, "text": mark.text} for mark in line.marks],
    }


def _to_undo(step: SagaStep) -> bool:
    return step.possibly_done and not step.effect_free


def _order(saga: Saga, line: Timeline) -> Iterable[str]:
    """The steps in the definition's order; those that the saga does not name (in quarantine), and reactions, as they came."""
    if views.is_observed(saga):
        return line.forward
    return dict.fromkeys([*(step.step_id for step in saga.steps), *line.forward])


def _rows(chart: Chart, lanes: Sequence[Lane], limit: int, signs: Signs) -> Iterator[Text]:
    """The lanes' rows; above the limit those that went as they should are left out first, and it is said how many."""
    shown = set(range(len(lanes)))
    if limit and len(lanes) > limit:
        ranked = sorted(shown, key=lambda index: (_quiet(lanes[index]), index))
        shown = set(ranked[:limit])
    for drawn, group in groupby(range(len(lanes)), key=lambda index: index in shown):
        indexes = list(group)
        if drawn:
            yield from (chart.row(lanes[index]) for index in indexes)
        else:
            quiet = all(_quiet(lanes[index]) for index in indexes)
            what = ", each done at once" if quiet else ""
            yield Text(f"{signs.cut} {len(indexes)} more{what}; --limit 0 shows all", "dim")


def _quiet(lane: Lane) -> bool:
    return len(lane.bars) == 1 and lane.outcome in (Outcome.COMPLETED, Outcome.COMPENSATED)


def _errors(lanes: Iterable[Lane], width: int, signs: Signs) -> Iterator[Text]:
    """What went wrong, attempt by attempt; the same again and again is one line."""
    lines = []
    for lane in lanes:
        for error, group in groupby((bar for bar in lane.bars if bar.error), key=lambda bar: bar.error):
            bars = list(group)
            first, last = bars[0].attempt, bars[-1].attempt
            which = f"attempt {first}" if len(bars) == 1 else f"{len(bars)} attempts, {first} to {last}"
            lines.append(f"{label_of(lane)}  {which if first else 'reported'}  {error}")
    for text in lines[:ERRORS]:
        yield from folded(text, width, signs)
    if len(lines) > ERRORS:
        yield Text(f"{signs.cut} {len(lines) - ERRORS} more; `sagaway events` shows all", "dim")
