"""The command `sagaway health`: one question, one exit code, for health checks of containers and scripts."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import Exit, complain
from orchestrator.cli.options import ADDRESS, NAMESPACE, PATIENCE, Address, Connection, Json, Patience, run
from sagaway.client import Client

Service = Annotated[
    str,
    typer.Option(
        "--service",
        metavar="NAME",
        help="Of one service, by its full name; `liveness`: only whether the process answers. Default: of all.",
    ),
]


def health(
    address: Address = ADDRESS, service: Service = "", patience: Patience = PATIENCE, as_json: Json = False
) -> None:
    """Ask whether a server should get traffic: 0 if it should, 5 if not or if nothing answers.

    Asks by grpc.health.v1, so it works for participants too.
    """

    async def command(client: Client) -> Exit:
        serving = await client.is_serving(service)
        if as_json:
            output.print_document({"serving": serving})
        elif serving:
            output.line(f"{address} is serving")
        else:
            complain(
                f"{address} answers, but should get no traffic now",
                hint="its log says why, and so does /readyz on its metrics port",
            )
        return Exit.OK if serving else Exit.UNAVAILABLE

    run(Connection(address, NAMESPACE, patience, as_json), command)
