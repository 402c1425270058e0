"""A timeline as lines of text: rows of bars over one axis of time, readable without colour and from 60 columns on.

A row is a phase of a step. Its cells are equal stretches of time, painted in the order of what happened, and the end
of an attempt is painted over what goes on beside it, so that a retry that took no visible time is still seen. What a
row can't show (exact times, how many attempts) stands in words at its right.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.text import Text

from orchestrator.cli.output import clean
from orchestrator.cli.timeline import Bar, Lane, Outcome, Timeline
from orchestrator.core.wording import span

NARROWEST = 60
"""Columns; a narrower terminal folds the lines."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What bars are painted with."""

    way: str
    pending: str
    backoff: str
    axis: str
    tick: str
    cut: str
    micro: str
    ends: dict[Outcome, str]

    def fits(self, encoding: str) -> bool:
        """Tell whether a terminal of this encoding shows them."""
        everything = "".join((self.way, self.pending, self.axis, self.tick, self.cut, self.micro, *self.ends.values()))
        try:
            everything.encode(encoding)
        except (UnicodeError, LookupError):
            return False
        return True


UNICODE = Signs(
    way="█",
    pending="▒",
    backoff=".",
    axis="─",
    tick="┬",
    cut="…",
    micro="µs",
    ends={
        Outcome.OPEN: "▶",
        Outcome.COMPLETED: "✓",
        Outcome.REJECTED: "✗",
        Outcome.FAILED: "!",
        Outcome.GIVEN_UP: "X",
        Outcome.COMPENSATED: "↩",
        Outcome.LEFT: "?",
    },
)
ASCII = Signs(
    way="=",
    pending="-",
    backoff=".",
    axis="-",
    tick="+",
    cut="~",
    micro="us",
    ends={
        Outcome.OPEN: ">",
        Outcome.COMPLETED: "v",
        Outcome.REJECTED: "x",
        Outcome.FAILED: "!",
        Outcome.GIVEN_UP: "X",
        Outcome.COMPENSATED: "<",
        Outcome.LEFT: "?",
    },
)

_SAID = {
    Outcome.OPEN: "under way",
    Outcome.COMPLETED: "completed",
    Outcome.REJECTED: "refused",
    Outcome.FAILED: "failed",
    Outcome.GIVEN_UP: "given up",
    Outcome.COMPENSATED: "compensated",
    Outcome.LEFT: "left, undone",
}
_STYLES = {
    Outcome.OPEN: "blue",
    Outcome.COMPLETED: "green",
    Outcome.REJECTED: "red",
    Outcome.FAILED: "yellow",
    Outcome.GIVEN_UP: "bold red",
    Outcome.COMPENSATED: "yellow",
    Outcome.LEFT: "dim",
}
_MANY = "#"

_SECOND = 1_000_000
_STEPS = (
    *(base * 10**power for power in range(6) for base in (1, 2, 5)),
    *(_SECOND * seconds for seconds in (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 10_800)),
    *(_SECOND * 3_600 * hours for hours in (6, 12, 24, 48, 120, 240, 480, 960)),
)
"""Distances of ticks that people can count with, microseconds."""


class Chart:
    """Draws one timeline."""

    def __init__(self, line: Timeline, lanes: Sequence[Lane], width: int, signs: Signs) -> None:
        """Lay out the columns.

        Args:
            line: what to draw.
            lanes: all lanes that will be drawn; their texts decide how wide the columns are.
            width: columns of the terminal.
            signs: what to paint with.
        """
        width = max(NARROWEST, width)
        self._line = line
        self._signs = signs
        self._width = width
        self._labels = min(max((len(label_of(lane)) for lane in lanes), default=0), width // 4)
        self._short = width < 90
        self._notes = max((len(self._note(lane)) for lane in lanes), default=0)
        self._cells = max(10, width - self._labels - self._notes - 4)
        self._span = max(1, line.end - line.start)

    def column(self, time: int) -> int:
        """Return the cell that an instant is in."""
        return max(0, min(self._cells - 1, (time - self._line.start) * self._cells // self._span))

    def axis(self) -> list[Text]:
        """Return the ticks' labels, and the axis below them."""
        distance = next((step for step in _STEPS if self._cells * step // self._span >= 12), self._span)
        rule = [self._signs.axis] * self._cells
        labels = [" "] * self._cells
        for tick in range(0, self._span + 1, distance):
            at = self.column(self._line.start + tick)
            text = span(tick, self._signs.micro) if tick else "0"
            if at + len(text) <= self._cells:
                rule[at] = self._signs.tick
                labels[at : at + len(text)] = text
        return [self._row("", Text("".join(labels), "dim"), ""), self._row("", Text("".join(rule), "dim"), "")]

    def marks(self) -> list[Text]:
        """Return the row of the letters of what happened to the saga as a whole; none if nothing did."""
        cells = [" "] * self._cells
        for mark in self._line.marks:
            at = self.column(mark.time)
            cells[at] = mark.letter if cells[at] == " " else "*"
        return [self._row("", Text("".join(cells), "bold"), "")] if self._line.marks else []

    def row(self, lane: Lane) -> Text:
        """Return a lane: its step, its bars, and what they can't tell."""
        cells: list[tuple[str, str]] = [(" ", "")] * self._cells
        failures: dict[int, int] = {}
        for index, bar in enumerate(lane.bars):
            self._paint(cells, bar)
            following = lane.bars[index + 1].start if index + 1 < len(lane.bars) else None
            if following is None and lane.waiting:
                following = self._line.end
            if bar.end is not None and following is not None:
                for at in range(self.column(bar.end) + 1, self.column(following) + (index + 1 == len(lane.bars))):
                    cells[at] = (self._signs.backoff, "dim")
        for bar in lane.bars:
            at = self.column(self._line.end if bar.end is None else bar.end)
            failures[at] = failures.get(at, 0) + (bar.outcome is Outcome.FAILED)
            sign = self._signs.ends[bar.outcome]
            if bar.outcome is Outcome.FAILED and failures[at] > 1:
                sign = str(failures[at]) if failures[at] < 10 else _MANY
            cells[at] = (sign, _STYLES[bar.outcome])
        return self._row(label_of(lane), Text.assemble(*cells), self._note(lane))

    def legend(self, lanes: Sequence[Lane]) -> list[Text]:
        """Return what the signs in these lanes mean."""
        bars = [bar for lane in lanes for bar in lane.bars]
        parts = [f"{self._signs.way} on its way"]
        if any(bar.pending is not None for bar in bars):
            parts.append(f"{self._signs.pending} Pending")
        if any(len(lane.bars) > 1 or lane.waiting for lane in lanes):
            parts.append(f"{self._signs.backoff} waits for a retry")
        shown = {bar.outcome for bar in bars}
        parts += [f"{self._signs.ends[outcome]} {_SAID[outcome]}" for outcome in Outcome if outcome in shown]
        if any(self._crowded(lane) for lane in lanes):
            parts.append(f"2-9, {_MANY}: so many attempts failed there")
        letters = [self.column(mark.time) for mark in self._line.marks]
        if len(letters) > len(set(letters)):
            parts.append("*: several letters")
        lines = [parts[0]]
        for part in parts[1:]:
            longer = f"{lines[-1]}   {part}"
            lines = [*lines[:-1], longer] if len(longer) <= self._width else [*lines, part]
        return [Text(line, "dim") for line in lines]

    def _crowded(self, lane: Lane) -> bool:
        failures = [self.column(bar.end) for bar in lane.bars if bar.outcome is Outcome.FAILED and bar.end is not None]
        return len(failures) > len(set(failures))

    def _paint(self, cells: list[tuple[str, str]], bar: Bar) -> None:
        end = self._line.end if bar.end is None else bar.end
        turn = end if bar.pending is None else bar.pending
        style = _STYLES[bar.outcome]
        cells[self.column(bar.start) : self.column(end) + 1] = [(self._signs.way, style)] * (
            self.column(end) - self.column(bar.start) + 1
        )
        if bar.pending is not None:
            for at in range(self.column(turn) + (self.column(turn) > self.column(bar.start)), self.column(end) + 1):
                cells[at] = (self._signs.pending, style)

    def _note(self, lane: Lane) -> str:
        """What stands at the right of a lane: how it stands, how long it took, how many attempts."""
        count = max(lane.attempts, 1)
        attempts = "" if count == 1 else f" {count}x" if self._short else f", {count} attempts"
        if lane.next_start is not None:
            return f"next in {span(lane.next_start - self._line.end, self._signs.micro)}{attempts}"
        end = lane.bars[-1].end
        took = span((self._line.end if end is None else end) - lane.bars[0].start, self._signs.micro)
        said = self._signs.ends[lane.outcome] if self._short else _SAID[lane.outcome]
        return f"{said} {took}{attempts}"

    def _row(self, label: str, cells: Text, note: str) -> Text:
        return Text.assemble(cut(label, self._labels, self._signs, pad=True), "  ", cells, "  ", note)


def label_of(lane: Lane) -> str:
    """Return what a lane is called: the step, with a mark where it is undone."""
    return f"undo {lane.step_id}" if lane.phase == "COMPENSATE" else lane.step_id


def cut(text: str, width: int, signs: Signs, *, pad: bool = False) -> str:
    """Return text on one line of at most so many columns, with a sign where it was cut."""
    text = clean(text)
    if cell_len(text) > width:
        return set_cell_size(text, width - 1) + signs.cut
    return set_cell_size(text, width) if pad else text
