"""One frame of `top`: a reading as it is drawn.

Nothing is folded: what does not fit is cut, so that a frame keeps its shape while numbers and windows change.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from google.protobuf.timestamp_pb2 import Timestamp
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from orchestrator.cli.limits import rate_text
from orchestrator.cli.output import cell, clean, instant, span, state_cell
from orchestrator.cli.readings import WORDS, Reading
from orchestrator.cli.views import BREAKERS, PAUSED, definition_cell, error_text, pause_text, versions_text
from sagaway.client import GetOverviewResponse, Saga, name_of

LISTS = 3
"""How many lists a frame has, each with a title."""

FIXED = 12
"""Lines of a frame beside the rows of its lists: heading, rates, states, what is paused, titles, empty lines."""

COUNTED = 10_000
"""Where the server's counting ends."""


def frame(reading: Reading, title: str, rows: int) -> RenderableType:
    """Return a reading as a picture.

    Args:
        reading: what was seen.
        title: what stands first: where it was seen.
        rows: of each list at most.
    """
    overview = reading.overview
    now = overview.time.ToDatetime(tzinfo=UTC)
    parts: list[RenderableType] = [_line(Text.assemble((clean(title), "bold"), f"  {instant(overview.time)}"))]
    if reading.trouble:
        ago = span(timedelta(seconds=time.monotonic() - reading.trouble_since))
        parts.append(_line(Text(f"for {ago} trying again: {clean(reading.trouble)}", style="bold yellow")))
    parts += [Text(), _rates(reading), Text(), _states(reading), *_paused(overview, now), Text()]
    parts += [_participants(overview, now, rows), Text()]
    parts += [_oldest(overview.oldest_sagas, now, rows), Text(), _letters(reading, rows)]
    return Group(*parts)


def rows_for(height: int) -> int:
    """Return how many rows of each list fit into so many lines."""
    return max(1, (height - FIXED - 2 * LISTS) // LISTS)


def _rates(reading: Reading) -> Table:
    table = _table("", *WORDS)
    for column in table.columns[1:]:
        column.justify = "right"
    counts = reading.overview.counts
    rates = reading.rates
    table.add_row("per second", *(("-" if rates is None else f"{rates[word]:,.1f}") for word in WORDS))
    since = instant(reading.overview.count_start_time) if reading.overview.count_start_time.ByteSize() else "?"
    table.add_row(f"since {since}", *(f"{getattr(counts, word):,}" for word in WORDS))
    return table


def _states(reading: Reading) -> Text:
    words = Text()
    for name, count in reading.open_counts.items():
        words.append_text(state_cell(name) if count else Text(name, style="dim"))
        words.append(f" {_counted(count)}   ")
    aside = reading.overview.quarantined_count
    words.append("in quarantine", style="bold red" if aside else "dim")
    words.append(f" {_counted(aside)}")
    return _line(words)


def _paused(overview: GetOverviewResponse, now: datetime) -> Iterable[Text]:
    """Yield a line that the log was restored, and one with the definitions that are paused, if any are."""
    if overview.HasField("restored_time"):
        since = instant(overview.restored_time)
        yield _line(
            Text(f"restored from a backup, declared {since}: only a refusal or a tombstone undoes", style=PAUSED)
        )
    if overview.paused_definitions:
        texts = [
            f"{versions_text(one.name, one.version)} "
            f"{pause_text(one.pause, now - one.pause.pause_time.ToDatetime(tzinfo=UTC))}"
            for one in overview.paused_definitions
        ]
        yield _line(Text(clean("; ".join(texts)), style=PAUSED))


def _participants(overview: GetOverviewResponse, now: datetime, rows: int) -> Table:
    shown = overview.participants[:rows]
    table = _table(_title("PARTICIPANT", len(shown), overview.participant_count), "RUNNING", "WAITING", "LIMIT", "NOW")
    for column in table.columns[1:4]:
        column.justify = "right"
    for one in shown:
        status = one.status
        word, style = BREAKERS.get(name_of(status, "breaker_state"), ("", ""))
        if status.HasField("pause"):
            word, style = pause_text(status.pause, now - status.pause.pause_time.ToDatetime(tzinfo=UTC)), PAUSED
        elif status.HasField("outage_time"):
            why = " ".join(part for part in (status.error_code, status.error_reason) if part)
            word += f" for {_since(status.outage_time, now)}" + (f": {why}" if why else "")
        limit = f"{one.max_concurrent_calls:,}"
        if one.max_calls_per_second:
            limit += f", {rate_text(one.max_calls_per_second)}"
        counts = (f"{status.running_calls:,}", f"{status.waiting_calls:,}", limit)
        table.add_row(cell(one.name), *map(cell, counts), cell(word, style))
    return table


def _oldest(sagas: Iterable[Saga], now: datetime, rows: int) -> Table:
    table = _table("OPEN FOR THE LONGEST", "DEFINITION", "STATE", "FOR", "STEPS", "WAKES")
    for saga in list(sagas)[:rows]:
        state = name_of(saga, "state")
        table.add_row(
            cell(saga.saga_id),
            definition_cell(saga),
            Text.assemble(state_cell(state), " (paused)" if saga.paused else ""),
            cell(_since(saga.start_time, now)),
            cell(f"{saga.completed_step_count}/{saga.step_count}"),
            cell(instant(saga.wake_time)[11:]),
        )
    return table


def _letters(reading: Reading, rows: int) -> Table:
    shown = reading.letters[:rows]
    known = reading.open_counts["STUCK"] + reading.overview.quarantined_count if len(shown) == rows else len(shown)
    table = _table(_title("WAITS FOR A PERSON", len(shown), known), "DEFINITION", "STEP", "PARTICIPANT", "WHY")
    for saga in shown:
        at = saga.error.step_id
        aside = saga.HasField("quarantine")
        table.add_row(
            cell(saga.saga_id, "bold red"),
            definition_cell(saga),
            cell(at),
            cell(next((step.participant for step in saga.steps if step.step_id == at), "")),
            cell(f"in quarantine: {saga.quarantine.reason}" if aside else error_text(saga.error)),
        )
    return table


def _title(words: str, shown: int, known: int) -> str:
    return words if shown >= known else f"{words} ({shown} of {_counted(known)})"


def _counted(count: int) -> str:
    return f"{count:,}" + ("+" if count >= COUNTED else "")


def _since(start: Timestamp, now: datetime) -> str:
    return span(now - start.ToDatetime(tzinfo=UTC))


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, overflow="ellipsis", no_wrap=True)
    return table


def _line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
