"""The commands `sagaway choreography dead-letters|replay|discard`: events that a reaction gave up, and a person's hands.

They talk to the bus that the `SAGAWAY_NATS_*` variables name, and to no orchestrator. A saga that waits for a person in
the orchestrator is another kind of dead letter: `sagaway dead-letters`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import EPILOG, Exit, complain

if TYPE_CHECKING:
    from sagaway.bus import Bus, DeadLetter, Event

Ids = Annotated[list[int] | None, typer.Argument(metavar="ID", min=1, help="As `dead-letters` lists them.")]
Durable = Annotated[
    str, typer.Option("--durable", metavar="NAME", help="Of this durable consumer: participant.reaction.")
]

_PAGE = 100


def dead_letters(
    durable: Durable = "",
    after: Annotated[int, typer.Option("--after", min=0, metavar="ID", help="Only those with a larger id.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")] = 100,
    as_json: Annotated[bool, typer.Option("--json", help="Machine output: a dead letter a line.")] = False,
) -> None:
    """List the events that a reaction gave up, oldest first, with the reason. Their data is not shown."""

    async def command(bus: Bus) -> Exit:
        table, count = output.grid("ID", "TIME", "DURABLE", "EVENT", "SAGA", "DELIVERIES", "REASON"), 0
        last = after
        async for letter in _letters(bus, durable, after):
            if limit and count == limit:
                output.errors().print(f"[dim]There are more: --after {last}, or --limit 0 for all.[/]")
                break
            count, last = count + 1, letter.id
            if as_json:
                output.print_document(_document(letter))
            else:
                table.add_row(*map(output.cell, _row(letter)))
        if not as_json:
            output.out().print(table)
        return Exit.OK

    _run(command)


def replay(
    ids: Ids = None,
    every: Annotated[bool, typer.Option("--all", help="All that are there now.")] = False,
    durable: Durable = "",
) -> None:
    """Deliver dead letters once more to the reaction that gave them up, and to no other. Mend the fault first."""
    if bool(ids) == every:
        raise typer.BadParameter("name their ids, or say --all", param_hint="ID")
    if durable and not every:
        raise typer.BadParameter("it chooses among --all", param_hint="--durable")

    async def command(bus: Bus) -> Exit:
        # Taken before the first one is replayed: what fails again is a new dead letter, and not replayed for ever.
        chosen = ids or [letter.id async for letter in _letters(bus, durable, 0)]
        return await _each(chosen, bus.replay, "replayed")

    _run(command)


def discard(
    ids: Annotated[list[int], typer.Argument(metavar="ID", min=1, help="As `dead-letters` lists them.")],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget dead letters: these events will never be handled by the reaction that gave them up. Can't be taken back."""
    if not yes:
        what = f"dead letter {ids[0]}" if len(ids) == 1 else f"{len(ids)} dead letters"
        text = f"Discard {what} for good? Then what each event called for is never done, and its saga does not go on."
        typer.confirm(text, abort=True, err=True)

    async def command(bus: Bus) -> Exit:
        return await _each(ids, bus.discard, "discarded")

    _run(command)


def add_to(group: typer.Typer) -> None:
    """Put these commands into a group."""
    group.command("dead-letters", epilog=EPILOG)(dead_letters)
    group.command(epilog=EPILOG)(replay)
    group.command(epilog=EPILOG)(discard)


async def _letters(bus: Bus, durable: str, after: int) -> AsyncIterator[DeadLetter]:
    """Bring the dead letters of a durable consumer, or of all, page by page."""
    while page := await bus.dead_letters(after=after, limit=_PAGE):
        for letter in page:
            if durable in ("", letter.durable):
                yield letter
        after = page[-1].id


async def _each(ids: list[int], do: Callable[[int], Awaitable[None]], word: str) -> Exit:
    """Do something to each; one that is not there any more is told, and the others go on."""
    from sagaway.bus import LetterNotFoundError  # noqa: PLC0415 - as of `serve`

    code = Exit.OK
    for letter_id in dict.fromkeys(ids):
        try:
            await do(letter_id)
            output.line(f"{word} {letter_id}")
        except LetterNotFoundError as error:
            complain(str(error), hint="`sagaway choreography dead-letters` lists those that are there")
            code = Exit.NOT_FOUND
    return code


@dataclass(frozen=True, slots=True)
class _Told:
    """What a dead letter's body says: nothing, if it is no event."""

    type: str = ""
    id: str = ""
    namespace: str = ""
    saga_id: str = ""


def _told_by(letter: DeadLetter) -> _Told:
    from sagaway.bus import EventInvalidError, decode  # noqa: PLC0415 - as of `serve`

    try:
        event: Event = decode(letter.data)
    except EventInvalidError:
        return _Told()
    return _Told(event.type, event.id, event.namespace, event.subject)


def _document(letter: DeadLetter) -> dict[str, Any]:
    told = _told_by(letter)
    return {
        "id": letter.id,
        "time": letter.time.isoformat(),
        "durable": letter.durable,
        "type": told.type,
        "event_id": told.id,
        "namespace": told.namespace,
        "saga_id": told.saga_id,
        "subject": letter.subject,
        "deliveries": letter.deliveries,
        "reason": letter.reason,
    }


def _row(letter: DeadLetter) -> tuple[str, ...]:
    told = _told_by(letter)
    when = letter.time.astimezone().strftime("%Y-%m-%d %H:%M:%S")
    event = told.type or f"(no event) {letter.subject}"
    return str(letter.id), when, letter.durable, event, told.saga_id, str(letter.deliveries), letter.reason


def _run(command: Callable[[Bus], Awaitable[Exit]]) -> NoReturn:
    """Run a command with the bus, and end the process with its exit code.

    Raises:
        typer.Exit: always.
    """
    from sagaway.bus import BusSetupError, BusUnavailableError  # noqa: PLC0415 - as of `serve`
    from sagaway.bus.settings import NatsSettings  # noqa: PLC0415

    async def main() -> Exit:
        from sagaway.bus.jetstream import JetStreamBus  # noqa: PLC0415

        bus = await JetStreamBus.connect(NatsSettings.from_environment(), name="sagaway choreography")
        try:
            return await command(bus)
        finally:
            await bus.close()

    try:
        code = asyncio.run(main())
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "nats":
            raise
        complain("the bus's client is not installed", hint="pip install 'sagaway[choreography]'")
        code = Exit.REFUSED
    except BusSetupError as error:
        complain(str(error), hint="the SAGAWAY_NATS_* variables name the bus: docs/choreography.md")
        code = Exit.USAGE
    except BusUnavailableError as error:
        complain(str(error), hint="is the bus running? SAGAWAY_NATS_URL says where")
        code = Exit.UNAVAILABLE
    except BrokenPipeError:
        # As of `options.run`: whoever read our output has enough.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.OK
    raise typer.Exit(code)
