"""What the commands of a person's hands have in common: who acts and why, on which sagas, and what is said of it."""

from __future__ import annotations

import getpass
from contextlib import suppress
from typing import Annotated

import typer

from orchestrator.cli import output, views
from orchestrator.cli.exits import Exit
from orchestrator.cli.options import Connection
from sagaway.client import Saga, name_of

Reason = Annotated[
    str, typer.Option("--reason", "-r", help="Why; it stands in the saga's log for ever.", show_default=False)
]
Actor = Annotated[
    str,
    typer.Option("--actor", envvar="SAGAWAY_ACTOR", help="Who acts. Default: the user of this machine."),
]
Etag = Annotated[
    int, typer.Option("--etag", min=0, metavar="SEQUENCE", help="Only if this is still the saga's last event.")
]
OfDefinition = Annotated[str, typer.Option("--definition", "-d", metavar="NAME", help="Of this definition.")]
AtParticipant = Annotated[
    str, typer.Option("--participant", "-p", metavar="NAME", help="Stuck at a step of this participant.")
]
WithError = Annotated[
    str, typer.Option("--error", "-e", metavar="WORD", help="With this reason or gRPC code, such as UNAVAILABLE.")
]


def actor_of(given: str) -> str:
    """Return who acts: as given, or the user of this machine."""
    if given:
        return given
    with suppress(KeyError, OSError, ImportError):  # a container's user need not have a name
        return getpass.getuser()
    return ""


def say(connection: Connection, saga: Saga, word: str) -> Exit:
    """Show a saga after what was done to it."""
    if connection.as_json:
        output.print_json(saga)
    else:
        output.line(f"{word} {views.end_line(saga)}")
    return Exit.OK


def legal_line(saga: Saga) -> str:
    """Return what is legal now, in one line."""
    legal = [name_of(one, "action") + (f" of {one.step_id}" if one.step_id else "") for one in saga.legal_actions]
    return ", ".join(legal) or "nothing"
