"""The command `sagaway bus`: a real nats-server with a file store, as a child of this process."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.exits import Exit, complain
from sagaway.security import stays_here

if TYPE_CHECKING:
    from sagaway.bus.embedded import NatsServer


def bus(
    store: Annotated[
        Path, typer.Option("--store", envvar="SAGAWAY_BUS_STORE", help="The folder of its streams, made if missing.")
    ] = Path("sagaway-bus"),
    listen: Annotated[
        str,
        typer.Option(
            "--listen",
            envvar="SAGAWAY_BUS_LISTEN",
            metavar="HOST:PORT",
            help="Where to listen; port 0 takes a free one.",
        ),
    ] = "127.0.0.1:4222",
    allow_insecure_bind: Annotated[
        bool,
        typer.Option(
            "--allow-insecure-bind", help="Allow a --listen that other machines reach, though nothing protects it."
        ),
    ] = False,
) -> None:
    """Run the bus of choreographed sagas until SIGTERM or Ctrl-C: NATS JetStream, with its streams on the disk.

    It prints its URL when it listens. In production, use your NATS cluster: docs/choreography.md.
    """
    if not (allow_insecure_bind or stays_here(listen)):
        complain(
            f"--listen {listen}: other machines would reach it, and nothing protects it",
            hint="listen on 127.0.0.1, use a NATS server with TLS and credentials, or say --allow-insecure-bind",
        )
        raise typer.Exit(Exit.USAGE)
    from sagaway.bus import BusSetupError, embedded  # noqa: PLC0415 - as of `serve`

    try:
        words = asyncio.run(_run(embedded.NatsServer(store, listen, say=lambda line: print(line, file=sys.stderr))))
    except BusSetupError as error:
        complain(str(error))
        raise typer.Exit(Exit.REFUSED) from None
    if words is not None:
        complain(f"the nats-server ended by itself: {words}", hint="its log above says more")
        raise typer.Exit(Exit.FAULT)


async def _run(server: NatsServer) -> str | None:
    """Run it until a signal. Return its last words if it ended by itself."""
    stopped = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    await server.start()
    print(server.url, flush=True)
    waiting = asyncio.create_task(stopped.wait())
    ending = asyncio.create_task(server.ended())
    await asyncio.wait([waiting, ending], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if not stopped.is_set():
        return await ending
    ending.cancel()
    await server.stop()
    return None
