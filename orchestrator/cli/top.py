"""The command `top`: how a namespace stands, as it goes on."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.live import Live
from rich.text import Text

from orchestrator.cli import output
from orchestrator.cli.exits import Exit
from orchestrator.cli.frame import frame, rows_for
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
from orchestrator.cli.readings import Reader, Reading, document
from sagaway.client import Client, DeadlineExceeded, ResourceExhausted, Unavailable

ROWS = 10
"""Rows of each list where there is no screen that they have to fit."""

MOST_ROWS = 100
"""Rows of each list that are read for a screen."""

_PASSING = (Unavailable, DeadlineExceeded, ResourceExhausted)
"""What a server says, or does not say, that is away for a while."""


def top(
    interval: Annotated[
        float, typer.Option("--interval", "-n", min=0.2, max=3600, help="Seconds between two looks; rates are over it.")
    ] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Print one frame as text, after one interval, and end.")] = False,
    rows: Annotated[
        int,
        typer.Option(
            "--rows",
            min=0,
            max=MOST_ROWS,
            help="Rows of each list. Default (0): what fits; 10 where there is no screen.",
        ),
    ] = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Show what goes on: rates, states, participants, the oldest sagas and those that wait for a person.

    On a terminal it is drawn anew in place until Ctrl-C; elsewhere each look is a frame of text. --json prints one
    object after one interval, and ends.
    """
    connection = Connection(address, namespace, patience, as_json)
    screen = sys.stdout.isatty() and not once and not as_json
    title = f"sagaway top  {address}  {namespace}"

    async def command(client: Client) -> Exit:
        reader = Reader(client, rows or (MOST_ROWS if screen else ROWS))
        reading = await reader.read()
        # From here on the one who waits for a server that is away is the person before the screen, and sees why.
        async with connection.client(timedelta(0)) as impatient:
            reader.ask(impatient)
            with _stopped() as stop:
                if once or as_json:
                    await _pause(stop, interval)
                    reading = await reader.read()
                    if as_json:
                        output.print_document(document(reading, namespace))
                    else:
                        output.out().print(frame(reading, title, rows or ROWS))
                elif screen:
                    await _draw(reader, reading, title, rows, interval, stop)
                else:
                    await _print(reader, reading, title, rows or ROWS, interval, stop)
        return Exit.OK

    with suppress(KeyboardInterrupt):  # before there was anything to stop
        run(connection, command)
    raise typer.Exit(Exit.OK)


async def _draw(reader: Reader, reading: Reading, title: str, rows: int, interval: float, stop: asyncio.Event) -> None:
    """Draw in place until told to stop. What is drawn is asked for at each redraw, so a new size is taken up."""
    current = reading

    def picture() -> RenderableType:
        return frame(current, title, rows or rows_for(output.out().height))

    with Live(get_renderable=picture, console=output.out(), screen=True, refresh_per_second=4):
        while not await _pause(stop, interval):
            current = await _look(reader, current)


async def _print(reader: Reader, reading: Reading, title: str, rows: int, interval: float, stop: asyncio.Event) -> None:
    """Print a frame after each look, with an empty line between two; trouble is told on stderr, once."""
    while not await _pause(stop, interval):
        before, reading = reading, await _look(reader, reading)
        if not reading.trouble:
            if before.trouble:
                output.errors().print("it answers again")
            output.out().print(frame(reading, title, rows), Text())
            sys.stdout.flush()
        elif not before.trouble:
            output.errors().print(f"trying again: {output.clean(reading.trouble, markup=True)}")


async def _look(reader: Reader, before: Reading) -> Reading:
    """Look again; where the server is away for a while, return what was seen last, and why.

    Raises:
        SagawayError: it refuses to be looked at.
    """
    try:
        return await reader.read()
    except _PASSING as error:
        return before.failing(error.message)


async def _pause(stop: asyncio.Event, seconds: float) -> bool:
    """Wait for so long; True at once if told to stop."""
    with suppress(TimeoutError):
        await asyncio.wait_for(stop.wait(), seconds)
    return stop.is_set()


@contextmanager
def _stopped() -> Iterator[asyncio.Event]:
    """Hand out an event that Ctrl-C and SIGTERM set: to stop looking is no error, and the screen is given back."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    numbers = (signal.SIGINT, signal.SIGTERM)
    with suppress(NotImplementedError, RuntimeError, ValueError):  # not the main thread
        for number in numbers:
            loop.add_signal_handler(number, stop.set)
    try:
        yield stop
    finally:
        with suppress(NotImplementedError, RuntimeError, ValueError):
            for number in numbers:
                loop.remove_signal_handler(number)
