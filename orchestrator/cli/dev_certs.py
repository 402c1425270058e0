"""The command `sagaway dev-certs`: a CA and certificates to try TLS with, on one machine or in a compose stack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import Exit, complain
from sagaway.security import FileFault

_CA = "ca"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,62}")


def dev_certs(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Where to write; made if missing.", show_default=False)],
    server: Annotated[
        list[str] | None,
        typer.Option("--server", metavar="HOST", help="A server, by its host name; repeatable. Default: `server`."),
    ] = None,
    client: Annotated[
        list[str] | None, typer.Option("--client", metavar="NAME", help="A client; repeatable. Default: `client`.")
    ] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How long they are valid.")] = 90,
) -> None:
    """Make a CA, and certificates of servers and clients, to try TLS with. Not for production.

    Writes ca.pem and ca-key.pem if they are not there yet, and NAME.pem and NAME-key.pem of each server and client,
    anew each time. A server's certificate is also for localhost, 127.0.0.1 and ::1.
    """
    servers, clients = server or ["server"], client or ["client"]
    names = [*servers, *clients]
    for name in names:
        if name == _CA or name.endswith("-key") or not _NAME.fullmatch(name):
            fault = (
                f"{name!r} is no name for a certificate here: letters, digits, dots and dashes, not `ca` or `...-key`"
            )
            raise typer.BadParameter(fault, param_hint="--server, --client")
    if len(set(names)) < len(names):
        raise typer.BadParameter("two certificates would have one name", param_hint="--server, --client")
    from orchestrator.dev_ca import DevCa  # noqa: PLC0415 - takes longer to load than all other commands

    try:
        folder.mkdir(parents=True, exist_ok=True)
        if (folder / f"{_CA}.pem").exists():
            authority = DevCa.read(folder)
        else:
            authority = DevCa.new()
            authority.pair.write(folder, _CA)
            output.line(f"{folder / _CA}.pem: the CA; whoever has {_CA}-key.pem can be anybody, so keep it to yourself")
        for name in names:
            pair = authority.server(name, days=days) if name in servers else authority.client(name, days=days)
            cert, _ = pair.write(folder, name)
            output.line(f"{cert}: the {'server' if name in servers else 'client'} {name}, valid for {days} days")
    except FileFault as fault:
        complain(str(fault))
        raise typer.Exit(Exit.USAGE) from None
    except OSError as error:
        complain(f"can't make {folder}: {error.strerror}")
        raise typer.Exit(Exit.USAGE) from None
