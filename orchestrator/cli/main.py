"""The command `sagaway`.

Every command talks to the orchestrator through `sagaway.client`, as any program would; `serve` alone is the server,
and `migrate` goes to its database.
Output goes to stdout, everything about it (errors, hints) to stderr. docs/cli.md is the manual.
"""

from __future__ import annotations

import gc
import io
import sys
from typing import Annotated

import typer

from orchestrator.cli import (
    choreography,
    definitions,
    operations,
    participants,
    pauses,
    restore,
    sagas,
    step_operations,
    tokens,
)
from orchestrator.cli.bus import bus
from orchestrator.cli.dev_certs import dev_certs
from orchestrator.cli.exits import EPILOG
from orchestrator.cli.explain import explain
from orchestrator.cli.health import health
from orchestrator.cli.identity import Ca, Cert, Identity, Key, TokenFile, identity
from orchestrator.cli.migrate import migrate
from orchestrator.cli.purge import purge
from orchestrator.cli.serve import serve
from orchestrator.cli.top import top
from orchestrator.cli.trace import trace

commands = typer.Typer(
    name="sagaway",
    help="Sagaway: run, see and cancel sagas.",
    epilog=EPILOG,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - takes as long as all the rest, and is rarely asked

        print(f"sagaway {version('sagaway')}")
        raise typer.Exit


@commands.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit.")
    ] = False,
    ca: Ca = "",
    cert: Cert = None,
    key: Key = None,
    token_file: TokenFile = None,
) -> None:
    """Take what stands before the command."""
    identity.set(Identity(ca, cert, key, token_file))


commands.command(epilog=EPILOG)(serve)
commands.command(epilog=EPILOG)(migrate)
commands.command(epilog=EPILOG)(bus)
commands.command(epilog=EPILOG)(health)
commands.command(epilog=EPILOG)(sagas.start)
commands.command(epilog=EPILOG)(sagas.get)
commands.command(epilog=EPILOG)(sagas.events)
commands.command(epilog=EPILOG)(trace)
commands.command(epilog=EPILOG)(explain)
commands.command("list", epilog=EPILOG)(sagas.list_)
commands.command(epilog=EPILOG)(top)
commands.command(epilog=EPILOG)(sagas.watch)
commands.command(epilog=EPILOG)(sagas.cancel)
commands.command(epilog=EPILOG)(purge)
commands.add_typer(operations.dead_letters, name="dead-letters")
for _hand in (
    operations.pause,
    operations.resume,
    step_operations.retry,
    step_operations.skip,
    step_operations.resolve,
    operations.restart,
    operations.abandon,
):
    commands.command(epilog=EPILOG)(_hand)
commands.command(epilog=EPILOG)(dev_certs)
commands.add_typer(tokens.commands, name="token")
definitions.commands.command("pause", epilog=EPILOG)(pauses.pause_definition)
definitions.commands.command("resume", epilog=EPILOG)(pauses.resume_definition)
participants.commands.command("pause", epilog=EPILOG)(pauses.pause_participant)
participants.commands.command("resume", epilog=EPILOG)(pauses.resume_participant)
commands.add_typer(restore.commands, name="restore")
commands.add_typer(definitions.commands, name="definitions")
commands.add_typer(participants.commands, name="participants")
commands.add_typer(choreography.commands, name="choreography")


def main() -> None:
    """Run the command line and end the process with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without our signs shows `?`, not a traceback
    gc.freeze()  # what was imported goes with the process; taking it apart would be a tenth of a short command's time
    commands(prog_name="sagaway")


if __name__ == "__main__":
    main()
