"""The commands that pause and resume definitions and participants."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import Exit
from orchestrator.cli.operators import Actor, actor_of
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
from orchestrator.cli.views import pause_text, versions_text
from sagaway.client import Client, Pause

Reason = Annotated[str, typer.Option("--reason", "-r", help="Why; it is kept with the pause.", show_default=False)]
Version = Annotated[
    int,
    typer.Option("--version", min=0, help="The version. Default (0): all together, those registered later too."),
]
Definition = Annotated[str, typer.Argument(metavar="NAME", help="The definition's name.", show_default=False)]
Participant = Annotated[str, typer.Argument(metavar="NAME", help="The participant's name.", show_default=False)]


def pause_definition(
    name: Definition,
    reason: Reason,
    version: Version = 0,
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Stop every saga of a definition where it stands, until it is resumed; new ones are accepted and wait."""

    async def command(client: Client) -> Exit:
        response = await client.definitions.pause(name, reason, version=version, actor=actor_of(actor))
        if as_json:
            output.print_json(response)
        else:
            output.line(f"{versions_text(name, version)} {_paused(response.pause, changed=response.changed)}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def resume_definition(
    name: Definition,
    reason: Reason,
    version: Version = 0,
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Let the sagas of a definition go on; what was due meanwhile acts at once."""

    async def command(client: Client) -> Exit:
        response = await client.definitions.resume(name, reason, version=version, actor=actor_of(actor))
        if as_json:
            output.print_json(response)
            return Exit.OK
        output.line(f"{versions_text(name, version)} {_resumed(changed=response.changed)}")
        if response.paused_versions:
            still = ", ".join(f"v{one}" for one in response.paused_versions)
            output.errors().print(f"[dim]Still paused, each by a pause of its own: {still}.[/]", highlight=False)
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def pause_participant(
    name: Participant,
    reason: Reason,
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Send nothing more to a participant, until it is resumed; the steps that need it wait in the saga log."""

    async def command(client: Client) -> Exit:
        response = await client.participants.pause(name, reason, actor=actor_of(actor))
        if as_json:
            output.print_json(response)
        else:
            output.line(f"{name} {_paused(response.pause, changed=response.changed)}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def resume_participant(
    name: Participant,
    reason: Reason,
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Let calls to a participant leave again: a few at first, then as many as its limits allow."""

    async def command(client: Client) -> Exit:
        response = await client.participants.resume(name, reason, actor=actor_of(actor))
        if as_json:
            output.print_json(response)
        else:
            output.line(f"{name} {_resumed(changed=response.changed)}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def _paused(pause: Pause, *, changed: bool) -> str:
    return f"is {pause_text(pause)}" if changed else f"was paused already: {pause_text(pause)}"


def _resumed(*, changed: bool) -> str:
    return "is resumed" if changed else "was not paused"
