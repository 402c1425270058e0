"""Commands of a person's hands: dead-letters, pause, resume, retry, resolve, abandon.

What is done to one saga as it was seen is done with the sequence that was seen: where --etag is not given, the saga is
read first, what is about to happen is said, and nothing is done if it changes in between. `retry --all` works through
the dead letters one by one and goes on past those that somebody else was faster with.
"""

from __future__ import annotations

import asyncio
import getpass
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Annotated

import typer
from rich.table import Table

from orchestrator.cli import output, views
from orchestrator.cli.exits import EPILOG, Exit, complain
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
from sagaway.client import Aborted, Client, FailedPrecondition, NotFound, ResolveStepResponse, Saga, name_of
from sagaway.client import as_json as json_of

AT_ONCE = 8
"""How many sagas `retry --all` sets going at the same time."""

Reason = Annotated[
    str, typer.Option("--reason", "-r", help="Why; it stands in the saga's log for ever.", show_default=False)
]
Actor = Annotated[
    str,
    typer.Option("--actor", envvar="SAGAWAY_ACTOR", help="Who acts. Default: the user of this machine."),
]
Etag = Annotated[
    int, typer.Option("--etag", min=0, metavar="SEQUENCE", help="Only if this is still the saga's last event.")
]
StepId = Annotated[str, typer.Option("--step", "-s", metavar="STEP", help="The step.", show_default=False)]
OfDefinition = Annotated[str, typer.Option("--definition", "-d", metavar="NAME", help="Of this definition.")]
AtParticipant = Annotated[
    str, typer.Option("--participant", "-p", metavar="NAME", help="Stuck at a step of this participant.")
]
WithError = Annotated[
    str, typer.Option("--error", "-e", metavar="WORD", help="With this reason or gRPC code, such as UNAVAILABLE.")
]

dead_letters = typer.Typer(help="Sagas that wait for a person: STUCK, or in quarantine.", no_args_is_help=True)


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
        output.line(f"\nmay stand: {', '.join(standing) or 'nothing'}")
        output.line(f"legal now: {_legal_line(saga) or 'nothing'}")
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
        saga = await client.operations.pause(saga_id, reason, actor=_actor(actor), etag=etag)
        return _say(connection, saga, "paused")

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
        saga = await client.operations.resume(saga_id, reason, actor=_actor(actor), etag=etag)
        return _say(connection, saga, "resumed")

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
        done = await client.operations.abandon(saga_id, reason, actor=_actor(actor), etag=etag or saga.last_sequence)
        if as_json:
            output.print_document(json_of(done))
        else:
            output.line(f"abandoned {views.end_line(done.saga)}")
            output.line(f"may stand: {', '.join(done.standing_step_ids) or 'nothing'}")
        return Exit.OK

    run(connection, command)


def retry(
    reason: Reason,
    saga_id: Annotated[
        str, typer.Argument(metavar="[SAGA_ID]", help="The saga; none with --all.", show_default=False)
    ] = "",
    step: Annotated[
        str, typer.Option("--step", "-s", metavar="STEP", help="The step. Default: every step that can be retried.")
    ] = "",
    all_: Annotated[bool, typer.Option("--all", help="Every dead letter that fits the filters below.")] = False,
    definition: OfDefinition = "",
    participant: AtParticipant = "",
    error: WithError = "",
    actor: Actor = "",
    etag: Etag = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Try again what was given up, with the same keys: the participant makes it happen once, whatever arrived before."""
    if all_ is bool(saga_id):
        raise typer.BadParameter("give a SAGA_ID, or --all with filters, and not both", param_hint="SAGA_ID")
    if all_ and etag:
        raise typer.BadParameter("is for one saga; leave it out with --all", param_hint="--etag")
    if not all_ and (definition or participant or error):
        raise typer.BadParameter("filters are for --all", param_hint="SAGA_ID")
    connection = Connection(address, namespace, patience, as_json)

    async def one(client: Client) -> Exit:
        steps = [step] if step else _retryable(await client.get(saga_id))
        if not steps:
            complain(f"saga {saga_id} has no step that can be retried", hint=f"`sagaway dead-letters show {saga_id}`")
            return Exit.REFUSED
        for index, each in enumerate(steps):
            # What was seen has changed by our own hand after the first.
            seen = 0 if index else etag
            saga = await client.operations.retry(saga_id, each, reason, actor=_actor(actor), etag=seen)
        return _say(connection, saga, "retried")

    async def many(client: Client) -> Exit:
        letters = client.operations.dead_letters(
            definition=definition, participant=participant, error=error, page_size=PAGE
        )
        done, left = await _each(letters, lambda saga: _retry_all(client, saga, step, reason, _actor(actor)))
        if as_json:
            output.print_document({"retried": done, "left": left})
        else:
            output.line(f"{done} sagas retried, {left} left as they are")
        return Exit.OK

    run(connection, many if all_ else one)


def resolve(
    saga_id: SagaId,
    step: StepId,
    reason: Reason,
    completed: Annotated[bool, typer.Option("--completed", help="Its effect stands.")] = False,
    compensated: Annotated[bool, typer.Option("--compensated", help="No effect of it stands.")] = False,
    result: Annotated[
        str | None, typer.Option("--output", "-o", metavar="JSON|@FILE|-", help="What later steps see, of --completed.")
    ] = None,
    actor: Actor = "",
    etag: Etag = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Say how a step ended, because you have looked: the saga goes on as if its participant had said so."""
    if completed is compensated:
        raise typer.BadParameter("say either --completed or --compensated", param_hint="--completed")
    if compensated and result is not None:
        raise typer.BadParameter("what was undone has none", param_hint="--output")
    connection = Connection(address, namespace, patience, as_json)
    payload = input_of(result)

    async def command(client: Client) -> Exit:
        seen = etag or (await client.get(saga_id)).last_sequence
        act = client.operations
        if completed:
            done = await act.resolve_completed(saga_id, step, reason, etag=seen, output=payload, actor=_actor(actor))
        else:
            done = await act.resolve_compensated(saga_id, step, reason, etag=seen, actor=_actor(actor))
        if as_json:
            output.print_document(json_of(done))
            return Exit.OK
        output.line(f"resolved {views.end_line(done.saga)}")
        _say_sealed(done)
        return Exit.OK

    run(connection, command)


def _actor(given: str) -> str:
    if given:
        return given
    with suppress(KeyError, OSError, ImportError):  # a container's user need not have a name
        return getpass.getuser()
    return ""


def _say(connection: Connection, saga: Saga, word: str) -> Exit:
    if connection.as_json:
        output.print_json(saga)
    else:
        output.line(f"{word} {views.end_line(saga)}")
    return Exit.OK


_FOUND = {
    "COMPLETED": "The participant's own record says that the step took effect and was not undone. Look again.",
    "PENDING": "The participant's own record says that the step was still under way there; look what became of it.",
}


def _say_sealed(done: ResolveStepResponse) -> None:
    """Say what a person should reckon with after what they have asserted."""
    if done.late_delivery_possible:
        why = f" ({clean(views.error_text(done.seal_error))})" if done.HasField("seal_error") else ""
        text = f"A message of this step that is still under way could yet have its effect{why}."
        output.errors().print(text, style="dim", markup=False)
    elif warning := _FOUND.get(name_of(done, "found")):
        output.errors().print(warning, style="yellow")


def _add_letter(table: Table, saga: Saga) -> None:
    aside = saga.HasField("quarantine")
    participant = next((step.participant for step in saga.steps if step.step_id == saga.error.step_id), "")
    table.add_row(
        cell(saga.saga_id),
        cell(f"{saga.definition_name} v{saga.definition_version}"),
        state_cell(name_of(saga, "state") + (" (quarantined)" if aside else "")),
        cell(saga.error.step_id),
        cell(participant),
        cell(instant(saga.start_time)),
        cell(saga.quarantine.reason if aside else views.error_text(saga.error), "red"),
    )


def _legal_line(saga: Saga) -> str:
    return ", ".join(
        name_of(legal, "action") + (f" of {legal.step_id}" if legal.step_id else "") for legal in saga.legal_actions
    )


def _retryable(saga: Saga) -> list[str]:
    return [legal.step_id for legal in saga.legal_actions if name_of(legal, "action") == "RETRY_STEP"]


async def _retry_all(client: Client, saga: Saga, step: str, reason: str, actor: str) -> bool:
    """Retry a dead letter; False if there was nothing to retry, or somebody was faster."""
    done = False
    for each in _retryable(saga):
        if step in ("", each):
            with suppress(FailedPrecondition, Aborted, NotFound):
                await client.operations.retry(saga.saga_id, each, reason, actor=actor)
                done = True
    return done


async def _each(letters: AsyncIterator[Saga], act: Callable[[Saga], Awaitable[bool]]) -> tuple[int, int]:
    """Act on every saga, a few at a time; returns how many it was done to, and how many not."""
    done = left = 0
    pending: set[asyncio.Task[bool]] = set()

    def count(ended: set[asyncio.Task[bool]]) -> None:
        nonlocal done, left
        for task in ended:
            done, left = (done + 1, left) if task.result() else (done, left + 1)

    try:
        async for saga in letters:
            pending.add(asyncio.ensure_future(act(saga)))
            if len(pending) >= AT_ONCE:
                ended, pending = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
                count(ended)
        if pending:
            ended, pending = await asyncio.wait(pending)
            count(ended)
    finally:
        for task in pending:
            task.cancel()
    return done, left
