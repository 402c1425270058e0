"""Following a saga to where it settles: `start --wait` and `watch`.

Two calls run side by side. `Client.wait` is the authority: it says when the saga is settled, and survives restarts of
the orchestrator. `Client.watch` brings the events that are shown meanwhile; should it fail alone (too many watchers),
the command still ends as it should. On a terminal a table is redrawn in place, a line a step; elsewhere each event is
a line; with --json each event is a JSON line.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Coroutine
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from rich.console import Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from orchestrator.cli import output, views
from sagaway.client import Client, Saga, SagaEvent, SagawayError, is_settled, name_of

_CATCH_UP = 5.0
"""Seconds that the events get to be shown up to the last one, once the saga is settled."""

_REDRAW = 0.1
"""Seconds between two readings of a saga for the table, at least: a busy saga is not read at every event."""

_LOOK = 2.0
"""Seconds between two readings at most: what no event tells (the orchestrator is away) is seen after it."""


class Display(Protocol):
    """Shows a saga going on."""

    async def event(self, event: SagaEvent) -> None:
        """Take one event, in order."""

    async def run(self) -> None:
        """Whatever goes on beside the events, until cancelled."""


class Silent:
    """Shows nothing."""

    async def event(self, event: SagaEvent) -> None:
        """Take one event."""

    async def run(self) -> None:
        """Nothing goes on."""


class Lines(Silent):
    """An event a line."""

    async def event(self, event: SagaEvent) -> None:
        """Print it."""
        output.line(views.event_line(event))


class JsonLines(Silent):
    """An event a JSON document a line."""

    async def event(self, event: SagaEvent) -> None:
        """Print it."""
        output.print_json(event)


class LiveTable:
    """A table redrawn in place: a line a step, with spinners and running clocks.

    What is drawn is the saga as last read. An event only says that it is time to read again, so that no second fold
    of the log lives here. The client it reads with is impatient, so that trouble is shown and not waited out.
    """

    def __init__(self, client: Client, saga: Saga) -> None:
        self._client = client
        self._saga = saga
        self._dirty = asyncio.Event()
        self._spinner = Spinner("dots", style="blue")
        self._trouble = ""

    async def event(self, event: SagaEvent) -> None:
        """Remember that something has changed."""
        self._dirty.set()

    async def run(self) -> None:
        """Draw until cancelled; the last picture is the last state, and stays on the screen."""
        with Live(get_renderable=self._picture, console=output.out(), refresh_per_second=10):
            while True:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._dirty.wait(), _LOOK)
                self._dirty.clear()
                await self._read()
                await asyncio.sleep(_REDRAW)

    async def end(self, saga: Saga) -> None:
        """Set the last picture."""
        self._saga, self._trouble = saga, ""

    async def _read(self) -> None:
        try:
            self._saga, self._trouble = await self._client.get(self._saga.saga_id), ""
        except SagawayError as error:
            self._trouble = f"trying again: {error.message}"  # `Client.wait` decides for how long

    def _picture(self) -> RenderableType:
        saga = self._saga
        now = datetime.now(UTC)
        settled = is_settled(saga)
        elapsed = saga.execution_time.ToTimedelta()
        if not settled:
            elapsed = now - saga.start_time.ToDatetime(tzinfo=UTC)
        head = Table.grid(padding=(0, 1, 0, 0))
        name = Text(output.clean(f"{saga.definition_name} v{saga.definition_version}"))
        state = output.state_cell(name_of(saga, "state"))
        identity = Text(output.clean(saga.saga_id), style="bold")
        sign: RenderableType = Text(" ") if settled else self._spinner
        head.add_row(sign, identity, name, state, Text(output.span(elapsed), style="dim"))
        steps = Table.grid(padding=(0, 2, 0, 0))
        for step in saga.steps:
            state_name = name_of(step, "state")
            attempts = step.execute_attempts + step.compensate_attempts
            steps.add_row(
                self._spinner if state_name in views.ACTIVE and not settled else views.mark(step),
                output.cell(step.step_id),
                output.state_cell(state_name),
                output.cell(f"{attempts} attempts" if attempts > 1 else "", "dim"),
                output.cell(views.took(step), "dim"),
                output.cell(views.error_text(step.last_error) if step.HasField("last_error") else "", "red"),
            )
        trouble = [Text(output.clean(self._trouble), style="yellow")] if self._trouble else []
        return Group(head, steps, *trouble)


async def follow(
    client: Client, saga: Saga, display: Display, *, after_sequence: int = 0, limit: timedelta | None = None
) -> Saga:
    """Show a saga until it is settled or the limit is over, and return it as it then stands.

    Args:
        client: patient enough to outlive a restart.
        saga: as last read.
        display: where its events go.
        after_sequence: show only events after this one.
        limit: how long at most; None: as long as it takes.

    Raises:
        SagawayError: the orchestrator was away for longer than the client's patience.
    """
    async with _beside(display.run()), _reading(client, saga.saga_id, after_sequence, display) as reader:
        settled = await client.wait(saga.saga_id, limit)
        await reader.reach(settled.last_sequence)
        if isinstance(display, LiveTable):
            await display.end(settled)
    return settled


class _Reader:
    """Hands events to the display, and knows how far it has come."""

    def __init__(self, after_sequence: int) -> None:
        self._seen = after_sequence
        self._progress = asyncio.Condition()
        self._over = False

    async def read(self, client: Client, saga_id: str, display: Display) -> None:
        """Read until the saga has ended."""
        try:
            async for event in client.watch(saga_id, after_sequence=self._seen):
                await display.event(event)
                await self._advance(event.sequence)
        except SagawayError as error:
            output.errors().print(Text(f"events are not shown any more: {output.clean(error.message)}", style="yellow"))
        finally:
            self._over = True
            await self._advance(self._seen)

    async def reach(self, sequence: int) -> None:
        """Return once the event ``sequence`` was shown, no more come, or it takes too long."""
        with suppress(TimeoutError):
            async with asyncio.timeout(_CATCH_UP), self._progress:
                await self._progress.wait_for(lambda: self._over or self._seen >= sequence)

    async def _advance(self, sequence: int) -> None:
        async with self._progress:
            self._seen = sequence
            self._progress.notify_all()


@asynccontextmanager
async def _reading(
    client: Client, saga_id: str, after_sequence: int, display: Display
) -> AsyncGenerator[_Reader, None]:
    reader = _Reader(after_sequence)
    async with _beside(reader.read(client, saga_id, display)):
        yield reader


@asynccontextmanager
async def _beside(work: Coroutine[Any, Any, None]) -> AsyncGenerator[None, None]:
    """Run a coroutine beside the body; cancel it at the end. An error of its own is raised then."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
