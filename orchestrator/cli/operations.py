"""Commands of a person's hands on a saga: dead-letters, pause, resume, abandon, restart.

What can't be taken back is done to a saga as it was seen: where --etag is not given, the saga is read first, what is
about to happen is said, and nothing is done if it changes in between.
"""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.table import Table
from typer.core import TyperGroup

from orchestrator.cli import output, views
from orchestrator.cli.exits import EPILOG, Exit
from orchestrator.cli.operators import (
    Actor,
    AtParticipant,
    Etag,
    OfDefinition,
    Reason,
    WithError,
    actor_of,
    legal_line,
    say,
)
from orchestrator.cli.options import (
    ADDRESS,
    NAMESPACE,
    PATIENCE,
    Address,
    Connection,
    Json,
    Namespace,
    Patience,
    input_of,
    run,
)
from orchestrator.cli.output import cell, clean, grid, instant, state_cell
from orchestrator.cli.sagas import PAGE, SagaId
from sagaway.client import KEEP, Client, Saga, name_of
from sagaway.client import as_json as json_of


class _ListsByDefault(TyperGroup):
    """`sagaway dead-letters` alone, or with options only, lists them."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # typer has no public name for its class
        """Put the command in front of options that are no group's."""
        if not args or (args[0].startswith("-") and args[0] not in ctx.help_option_names):
            args = ["list", *args]
        return super().parse_args(ctx, args)


dead_letters = typer.Typer(
    cls=_ListsByDefault,
    help="Sagas that wait for a person: STUCK, or in quarantine. Without a command: `list`. "
    "`sagaway choreography dead-letters` shows what lies on the bus itself.",
)


@dead_letters.command("list", epilog=EPILOG)
def list_(
    definition: OfDefinition = "",
    participant: AtParticipant = "",
    error: WithError = "",
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")] = 100,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """List the sagas that wait for a person, newest first, with the error each is stuck at."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        table, count = grid("SAGA", "DEFINITION", "STATE", "STEP", "PARTICIPANT", "STARTED", "ERROR"), 0
        size = min(limit or PAGE, PAGE)
        letters = client.operations.dead_letters(
            definition=definition, participant=participant, error=error, page_size=size
        )
        async for saga in letters:
            if limit and count == limit:
                output.errors().print(f"[dim]There are more than {limit}: --limit 0 shows all.[/]")
                break
            count += 1
            if as_json:
                output.print_json(saga)
            else:
                _add_letter(table, saga)
        if not as_json:
            output.out().print(table)
        return Exit.OK

    run(connection, command)


@dead_letters.command("show", epilog=EPILOG)
def show(
    saga_id: SagaId,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Show why a saga waits: where it is stuck, what may stand, and what you can do now."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        if as_json:
            output.print_json(saga)
            return Exit.OK
        output.out().print(views.saga_view(saga))
        standing = [step.step_id for step in saga.steps if step.possibly_done and not step.effect_free]
        output.line("")
        output.line(f"may stand: {', '.join(standing) or 'nothing'}")
        output.line(f"legal now: {legal_line(saga)}")
        return Exit.OK

    run(connection, command)


def pause(
    saga_id: SagaId,
    reason: Reason,
    actor: Actor = "",
    etag: Etag = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Stop everything of a saga until `resume`: nothing is sent, no timer acts. Time counts on."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.operations.pause(saga_id, reason, actor=actor_of(actor), etag=etag)
        return say(connection, saga, "paused")

    run(connection, command)


def resume(
    saga_id: SagaId,
    reason: Reason,
    actor: Actor = "",
    etag: Etag = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Let a saga go on that was paused or is in quarantine."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.operations.resume(saga_id, reason, actor=actor_of(actor), etag=etag)
        return say(connection, saga, "resumed")

    run(connection, command)


def abandon(
    saga_id: SagaId,
    reason: Reason,
    actor: Actor = "",
    etag: Etag = 0,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Give a saga up as it stands. Some of its effects may stay for ever; nobody undoes them. Can't be taken back."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        standing = [step.step_id for step in saga.steps if step.possibly_done and not step.effect_free]
        if not yes:
            effects = f"the effects of {', '.join(standing)} may stay" if standing else "no effect should stay"
            typer.confirm(f"Abandon {clean(saga_id)} for good? Then {effects}.", abort=True, err=True)
        done = await client.operations.abandon(saga_id, reason, actor=actor_of(actor), etag=etag or saga.last_sequence)
        if as_json:
            output.print_document(json_of(done))
        else:
            output.line(f"abandoned {views.end_line(done.saga)}")
            output.line(f"may stand: {', '.join(done.standing_step_ids) or 'nothing'}")
        return Exit.OK

    run(connection, command)


def restart(
    saga_id: SagaId,
    reason: Reason,
    given: Annotated[
        str | None, typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="Its input. Default: the old one's.")
    ] = None,
    new_id: Annotated[
        str, typer.Option("--id", metavar="SAGA_ID", help="Its id. Default: the old one's with -r1, then -r2.")
    ] = "",
    actor: Actor = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Start a COMPENSATED saga again as a new one that is linked to it. The same command again starts no second one."""
    connection = Connection(address, namespace, patience, as_json)
    payload = KEEP if given is None else input_of(given)

    async def command(client: Client) -> Exit:
        done = await client.operations.restart(
            saga_id, reason, input=payload, new_saga_id=new_id, actor=actor_of(actor)
        )
        return say(connection, done.saga, "started" if done.created else "already there:")

    run(connection, command)


def _add_letter(table: Table, saga: Saga) -> None:
    aside = saga.HasField("quarantine")
    participant = next((step.participant for step in saga.steps if step.step_id == saga.error.step_id), "")
    table.add_row(
        cell(saga.saga_id),
        views.definition_cell(saga),
        state_cell(name_of(saga, "state") + (" (quarantined)" if aside else "")),
        cell(saga.error.step_id),
        cell(participant),
        cell(instant(saga.start_time)),
        cell(saga.quarantine.reason if aside else views.error_text(saga.error), "red"),
    )
