"""The command `sagaway purge`: removes sagas that ended long ago from the saga log. Their ids stay taken."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import timedelta
from enum import StrEnum
from functools import partial
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
    span_of,
)
from orchestrator.cli.output import clean
from sagaway.client import Client

_PAGE = 500


class End(StrEnum):
    """The state of a saga that has ended, as `--state` takes it."""

    COMPLETED = "COMPLETED"
    COMPENSATED = "COMPENSATED"
    ABANDONED = "ABANDONED"


def purge(
    older_than: Annotated[
        str, typer.Option("--older-than", metavar="TIME", help="Ended at least so long ago: 30d.", show_default=False)
    ],
    reason: Annotated[
        str, typer.Option("--reason", "-r", help="Why; it stands in the server's log.", show_default=False)
    ],
    state: Annotated[
        list[End] | None,
        typer.Option("--state", "-s", case_sensitive=False, help="Ended in this state; repeatable. Default: any."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say how many there are.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Remove sagas that ended long ago, with their events and labels, for good. Needs the role admin.

    Their ids stay taken. It may be interrupted and repeated: what is removed is removed.
    """
    connection = Connection(address, namespace, patience, as_json)
    age = span_of(older_than, "--older-than")
    assert age is not None, "it is required"
    if age < timedelta(seconds=1):
        raise typer.BadParameter("must be at least 1s", param_hint="--older-than")
    states = [each.value for each in state or ()]

    async def command(client: Client) -> Exit:
        removed = partial(client.operations.purge, age, reason, states=states, actor=actor_of(actor), page_size=_PAGE)
        if dry_run or not yes:
            count = await _counted(removed(dry_run=True))
            if dry_run or not count:
                return _say(connection, count, dry_run=dry_run)
            what = f"{_sagas(count)} of namespace {clean(namespace)} that ended {clean(older_than)} ago or more"
            typer.confirm(f"Remove {what} for good?", abort=True, err=True)
        return _say(connection, await _counted(removed()), dry_run=False)

    run(connection, command)


async def _counted(pages: AsyncGenerator[int, None]) -> int:
    return sum([count async for count in pages])


def _say(connection: Connection, count: int, *, dry_run: bool) -> Exit:
    if connection.as_json:
        output.print_document({"sagas": count, "purged": not dry_run})
    else:
        output.line(f"{_sagas(count)} {'would be purged' if dry_run else 'purged'}")
    return Exit.OK


def _sagas(count: int) -> str:
    return f"{count:,} saga{'' if count == 1 else 's'}"
