"""The command `sagaway serve`: the server, in this process or in several."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli.exits import Exit, complain

if TYPE_CHECKING:
    from orchestrator.config import Settings


def serve(
    database: Annotated[
        Path | None, typer.Option("--database", help="The saga log's SQLite file, made if it is missing.")
    ] = None,
    listen: Annotated[
        str | None, typer.Option("--listen", metavar="HOST:PORT", help="Where to listen; port 0 takes a free one.")
    ] = None,
    processes: Annotated[
        int | None,
        typer.Option("--processes", metavar="N", help="Server processes that share --listen, on PostgreSQL."),
    ] = None,
    allow_insecure_bind: Annotated[
        bool | None,
        typer.Option(
            "--allow-insecure-bind", help="Allow a --listen that other machines reach, though nothing protects it."
        ),
    ] = None,
    metrics_listen: Annotated[
        str | None,
        typer.Option(
            "--metrics-listen", metavar="HOST:PORT", help="Where to tell metrics and health over HTTP, or off."
        ),
    ] = None,
    allow_open_metrics: Annotated[
        bool | None,
        typer.Option("--allow-open-metrics", help="Allow a --metrics-listen that other machines reach."),
    ] = None,
    observe: Annotated[
        bool | None,
        typer.Option("--observe", help="Observe choreographed sagas on the bus that SAGAWAY_NATS_URL names."),
    ] = None,
    restored: Annotated[
        bool | None,
        typer.Option(
            "--restored",
            help="Declare that the saga log was restored from a backup; `sagaway restore end` ends that.",
        ),
    ] = None,
    log_level: Annotated[
        str | None, typer.Option("--log-level", metavar="LEVEL", help="DEBUG, INFO, WARNING or ERROR.")
    ] = None,
    log_format: Annotated[
        str | None, typer.Option("--log-format", metavar="FORMAT", help="console, json, or auto: by the terminal.")
    ] = None,
    drain_seconds: Annotated[
        float | None, typer.Option("--drain-seconds", help="What calls in flight get to end at SIGTERM.")
    ] = None,
    max_live_sagas: Annotated[int | None, typer.Option("--max-live-sagas", help="Sagas in memory at once.")] = None,
    max_concurrent_calls: Annotated[
        int | None, typer.Option("--max-concurrent-calls", help="Calls to all participants at once.")
    ] = None,
) -> None:
    """Run the orchestrator until SIGTERM or Ctrl-C; it then drains. A second signal ends it at once.

    Every flag is also a variable, SAGAWAY_DATABASE for --database and so on; a flag wins. docs/cli.md lists them all.
    """
    # The parameters have the settings' names; a flag that is off is not given.
    flags = {name: value for name, value in locals().items() if value is not False}
    # Imported here: the server's libraries take longer to load than a client command takes to run.
    from orchestrator import config  # noqa: PLC0415

    try:
        settings = config.load_settings(**flags)
    except config.SettingsError as error:
        raise _misused(error) from None
    _serve(settings)


def _serve(settings: Settings) -> None:
    """Serve to the end, as one process, as one of several, or as the parent of those."""
    from orchestrator import config, processes  # noqa: PLC0415

    mine = processes.one_of_several()
    if settings.processes > 1 and mine is None:
        raise typer.Exit(_keep_several(settings))
    from orchestrator import app  # noqa: PLC0415

    try:
        if mine is None:
            app.run(settings)
        else:
            app.run(settings.model_copy(update={"listen": mine.listen}), mine.number)
    except config.SettingsError as error:
        raise _misused(error) from None
    except app.StartRefused as error:
        complain(str(error))
        raise typer.Exit(Exit.REFUSED) from None


def _keep_several(settings: Settings) -> int:
    """Be the parent of several processes that serve; returns the exit code."""
    from orchestrator import processes, telemetry  # noqa: PLC0415

    telemetry.configure_logging(settings.log_level, settings.log_format)
    if sys.platform != "linux":
        complain("--processes needs Linux, whose kernel gives each connection to one of them; leave it at 1")
        return Exit.USAGE
    try:
        return processes.run(settings, frozenset((Exit.USAGE, Exit.REFUSED)))
    except OSError as error:
        taken = f"can't listen on {settings.listen}: {error.strerror}"
        complain(f"{taken}; stop whoever listens there, or choose another --listen")
        return Exit.REFUSED


def _misused(error: Exception) -> typer.Exit:
    """Say what is wrong with the settings; returns how to end."""
    first, *others = str(error).splitlines()
    complain(first, *others)
    return typer.Exit(Exit.USAGE)
