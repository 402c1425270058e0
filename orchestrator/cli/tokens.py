"""Commands about the tokens file: create, list, revoke. They work on the file; no server is asked.

A server that runs takes the change up within seconds, so a token is rotated by making another, handing it out, and
revoking the old one.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.api import tokens
from orchestrator.api.tokens import Entry
from orchestrator.cli import output
from orchestrator.cli.exits import EPILOG, Exit, complain
from orchestrator.cli.options import Json, span_of
from sagaway.client import DEFAULT_NAMESPACE
from sagaway.security import FileFault

commands = typer.Typer(no_args_is_help=True, epilog=EPILOG, help="Say who may call a server, and what they may do.")

TokensFile = Annotated[
    Path,
    typer.Option("--file", envvar="SAGAWAY_TOKENS_FILE", metavar="FILE", help="The server's tokens file."),
]
_DEFAULT_FILE = Path("tokens.json")


@commands.command(epilog=EPILOG)
def create(
    name: Annotated[str, typer.Option("--name", help="Whose token: a service or a person.")],
    role: Annotated[str, typer.Option("--role", help="viewer, starter, operator or admin.")],
    namespace: Annotated[
        list[str] | None, typer.Option("--namespace", help="Where; repeatable; `*`: everywhere. Default: `default`.")
    ] = None,
    expires_in: Annotated[
        str | None, typer.Option("--expires-in", metavar="TIME", help="For how long, such as 90d. Default: for ever.")
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Write the token there, for its owner only, and don't print it."),
    ] = None,
    file: TokensFile = _DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Make a token and print it, this once: it is kept nowhere. The file gets its hash."""
    if role not in tokens.ROLES:
        raise typer.BadParameter(f"{role!r} is none of {', '.join(tokens.ROLES)}", param_hint="--role")
    lifetime = span_of(expires_in, "--expires-in")
    if lifetime is not None and lifetime <= timedelta(0):
        raise typer.BadParameter("must be above zero", param_hint="--expires-in")
    now = datetime.now(UTC).replace(microsecond=0)
    roles = dict.fromkeys(namespace or [DEFAULT_NAMESPACE], tokens.ROLES[role])
    try:
        token, entry = tokens.make(name, roles, now, None if lifetime is None else now + lifetime)
        with tokens.changing(file) as entries:
            if out is not None:
                _write_secret(out, token)
            entries.append(entry)
    except FileFault as fault:
        raise _refused(fault) from None
    if as_json:
        output.print_document({"token_id": entry.id, "principal": name, "token": "" if out else token})
    elif out:
        output.line(f"token {entry.id} of {name} is in {out}")
    else:
        output.line(token)


@commands.command("list", epilog=EPILOG)
def list_(file: TokensFile = _DEFAULT_FILE, as_json: Json = False) -> None:
    """List the tokens: id, whose, roles, and until when. The tokens themselves are kept nowhere."""
    try:
        entries = tokens.read_entries(file)
    except FileFault as fault:
        raise _refused(fault) from None
    if as_json:
        for entry in entries:
            output.print_document({"token_id": entry.id, **tokens.document(entry)})
        return
    table = output.grid("ID", "PRINCIPAL", "CREATED", "EXPIRES", "ROLES")
    now = datetime.now(UTC)
    for entry in entries:
        over = entry.expire_time is not None and entry.expire_time <= now
        expires = "never" if entry.expire_time is None else _day(entry.expire_time) + (" (over)" if over else "")
        roles = ", ".join(f"{role} in {namespace}" for namespace, role in sorted(entry.roles.items()))
        created = "" if entry.create_time is None else _day(entry.create_time)
        table.add_row(*map(output.cell, (entry.id, entry.principal, created, expires, roles)))
    output.out().print(table)


@commands.command(epilog=EPILOG)
def revoke(
    token_id: Annotated[
        list[str], typer.Argument(metavar="ID...", help="As `sagaway token list` shows it.", show_default=False)
    ],
    file: TokensFile = _DEFAULT_FILE,
    as_json: Json = False,
) -> None:
    """Remove tokens from the file. Streams that were opened with them end when the server has seen it."""
    try:
        with tokens.changing(file) as entries:
            known = {entry.id for entry in entries}
            if missing := [id_ for id_ in token_id if id_ not in known]:
                complain(f"no token in {file} has the id {', '.join(missing)}", hint="`sagaway token list` shows them")
                raise typer.Exit(Exit.NOT_FOUND)
            gone: list[Entry] = [entry for entry in entries if entry.id in token_id]
            entries[:] = [entry for entry in entries if entry.id not in token_id]
    except FileFault as fault:
        raise _refused(fault) from None
    for entry in gone:
        if as_json:
            output.print_document({"token_id": entry.id, "principal": entry.principal})
        else:
            output.line(f"revoked {entry.id} of {entry.principal}")


def _refused(fault: FileFault) -> typer.Exit:
    complain(str(fault))
    return typer.Exit(Exit.USAGE)


def _write_secret(path: Path, token: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
            file.write(token + "\n")
    except FileExistsError:
        raise FileFault(f"{path} is there already; remove it first, or give another --out") from None
    except OSError as error:
        raise FileFault(f"can't write {path}: {error.strerror}") from None


def _day(value: datetime) -> str:
    return value.astimezone().strftime("%Y-%m-%d %H:%M")
