"""The command `sagaway migrate`: brings a saga log to this version, while replicas of the version before go on."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from orchestrator.cli import output
from orchestrator.cli.exits import Exit, complain
from orchestrator.cli.options import Json


def migrate(
    database: Annotated[
        Path | None,
        typer.Option(
            "--database", help="The saga log's SQLite file, made if it is missing. PostgreSQL: SAGAWAY_DATABASE_URL."
        ),
    ] = None,
    check: Annotated[
        bool, typer.Option("--check", help="Change nothing; exit with 1 if there is something to do.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Bring a saga log's tables to this version: what `serve` on PostgreSQL leaves to you, and on SQLite does itself.

    It may be repeated. Do it before the first server of a newer version starts; those of the version before go on.
    """
    # Imported here, as in `serve`: the database's libraries take longer to load than most commands take to run.
    from orchestrator import config  # noqa: PLC0415
    from orchestrator.store import migrating, migrations  # noqa: PLC0415
    from orchestrator.store.base import LogUnusable  # noqa: PLC0415
    from orchestrator.store.location import dialect_of  # noqa: PLC0415

    try:
        log = config.load_database(database).log
    except config.SettingsError as error:
        complain(*str(error).splitlines())
        raise typer.Exit(Exit.USAGE) from None
    try:
        step = migrating.pending(log) if check else migrating.migrate(log, time.time_ns() // 1_000)
    except LogUnusable as error:
        complain(str(error))
        raise typer.Exit(Exit.REFUSED) from None
    name = str(dialect_of(log))
    if as_json:
        output.print_document({"log": name, "before": step.before, "after": step.after})
    else:
        output.line(f"{name} {_sentence(step.before, step.after, migrations.HEAD, check)}")
    if check and step.before != step.after:
        raise typer.Exit(Exit.NOT_COMPLETED)


def _sentence(before: str | None, after: str, ours: str, check: bool) -> str:
    if before == after:
        newer = "" if after == ours else f", newer than this version's {ours}, which can serve it"
        return f"is at revision {after}{newer}: nothing to do"
    if check:
        now = "has no tables" if before is None else f"is at revision {before}"
        return f"{now}, and this version needs {after}; run: sagaway migrate"
    return f"was made at revision {after}" if before is None else f"was migrated from revision {before} to {after}"
