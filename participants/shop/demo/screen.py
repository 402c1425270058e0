"""What the demo shows: live on a terminal, plain lines everywhere else."""

import time
from collections import Counter
from types import TracebackType
from typing import Self

from rich import box
from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from participants.shop.demo.orders import End

LINE_EVERY_SECONDS = 2.0
STEPS = ("create_order", "reserve_inventory", "process_payment")
STYLES = {"PENDING": "dim", "RUNNING": "cyan", "COMPENSATING": "yellow", "STUCK": "bold red"}


class Screen:
    """The demo's output."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._begin = time.monotonic()
        self._next_line = 0.0
        self._ended = 0
        self._orders = 0
        self._states = Counter[str]()
        self._spinner = Spinner("dots")
        self._live: Live | None = None
        if console.is_terminal:
            self._live = Live(console=console, get_renderable=self._render, refresh_per_second=8, transient=True)

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.hide_progress()

    def hide_progress(self) -> None:
        """Takes the live part off the screen."""
        if self._live:
            self._live.stop()
            self._live = None

    def elapsed(self) -> float:
        """Seconds since the demo began."""
        return time.monotonic() - self._begin

    def say(self, text: str, style: str = "") -> None:
        """Prints a line that stays, with the time."""
        self._console.print(Text.assemble((f"{self.elapsed():5.1f} s  ", "dim"), (text, style)), soft_wrap=True)

    def progress(self, ended: int, orders: int, states: Counter[str]) -> None:
        """Shows how far the orders are: how many ended of how many, and the open ones by state."""
        self._ended, self._orders, self._states = ended, orders, states
        if not self._live and self.elapsed() >= self._next_line:
            self._next_line = self.elapsed() + LINE_EVERY_SECONDS
            self.say(
                f"{ended:,} of {orders:,} ended" + "".join(f", {count:,} {name}" for name, count in listed(states))
            )

    def _render(self) -> RenderableType:
        """The live part, as of now."""
        row = Table.grid(padding=(0, 1))
        elapsed = f"{self.elapsed():.0f} s"
        if not self._orders:
            row.add_row(self._spinner, "starting the processes", elapsed)
            return row
        bar = ProgressBar(
            total=self._orders,
            completed=self._ended,
            width=40,
            style="bright_black",
            complete_style="cyan",
            finished_style="green",
        )
        row.add_row(self._spinner, bar, f"{self._ended:,} of {self._orders:,} ended", elapsed)
        open_ones = Text("  ")
        for name, count in listed(self._states):
            open_ones.append(f"{count:,} {name}   ", STYLES[name])
        return Group(row, open_ones)

    def outcomes(self, expected: Counter[End], actual: Counter[End]) -> None:
        """Prints the table of ends, expected against actual."""
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        for heading in ("Outcome", "Refused by", "Because of"):
            table.add_column(heading)
        for heading in ("Expected", "Actual", ""):
            table.add_column(heading, justify="right")
        for end in sorted(expected.keys() | actual.keys(), key=in_the_sagas_order):
            same = expected[end] == actual[end]
            mark = Text("ok", "green") if same else Text("WRONG", "bold red")
            table.add_row(end.state, end.step, end.reason, f"{expected[end]:,}", f"{actual[end]:,}", mark)
        table.add_section()
        table.add_row("all", "", "", f"{expected.total():,}", f"{actual.total():,}", "")
        self._console.print(table)

    def lines(self, rows: list[tuple[str, str]]) -> None:
        """Prints names with a sentence each."""
        for name, sentence in rows:
            self._console.print(Text.assemble((f"{name:8} ", "bold"), sentence), soft_wrap=True)

    def faults(self, faults: list[str], most: int = 50) -> None:
        """Prints what is wrong, a line each; the first ones, if they are many."""
        for fault in faults[:most]:
            self._console.print(Text.assemble(("WRONG  ", "bold red"), fault), soft_wrap=True)
        if len(faults) > most:
            self._console.print(Text(f"... and {len(faults) - most:,} more", "bold red"))

    def verdict(self, good: bool, text: str) -> None:
        """Prints the last line."""
        self._console.print(Text(text, "bold green" if good else "bold red"), soft_wrap=True)


def in_the_sagas_order(end: End) -> tuple[bool, int, End]:
    """Sorts ends: completed first, then by how far the order came."""
    return end.state != "COMPLETED", STEPS.index(end.step) if end.step in STEPS else len(STEPS), end


def listed(states: Counter[str]) -> list[tuple[str, int]]:
    """The open states that occur, in a fixed order."""
    return [(name, states[name]) for name in STYLES if states[name]]
