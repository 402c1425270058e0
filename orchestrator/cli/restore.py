"""The commands `sagaway restore …`: the time after the saga log was restored from a backup."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import EPILOG, Exit
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
from sagaway.client import Client

commands = typer.Typer(
    help="End the time after a restore of the saga log from a backup (serve --restored).",
    no_args_is_help=True,
    epilog=EPILOG,
)


@commands.callback()
def _group() -> None:
    pass


@commands.command(epilog=EPILOG)
def end(
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why; it is kept in the saga log.", show_default=False)],
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Let sagas go back as ever, in all namespaces: time-outs, cancels and given-up steps undo them again, at once."""

    async def command(client: Client) -> Exit:
        changed = await client.operations.end_restore(reason, actor=actor_of(actor))
        if as_json:
            output.print_document({"changed": changed})
        else:
            output.line("sagas go back as ever" if changed else "no restore was declared, or it was ended already")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)
