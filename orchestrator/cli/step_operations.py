"""Commands of a person's hands on a step: retry, skip, resolve.

What is done to a step as it was seen is done with the sequence that was seen: where --etag is not given, the saga is
read first, and nothing is done if it changes in between. `retry --all` works through the dead letters one by one and goes
on past those that somebody else was faster with.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Annotated

import typer

from orchestrator.cli import output, views
from orchestrator.cli.exits import Exit, complain
from orchestrator.cli.operators import (
    Actor,
    AtParticipant,
    Etag,
    OfDefinition,
    Reason,
    WithError,
    actor_of,
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
from orchestrator.cli.output import clean
from orchestrator.cli.sagas import PAGE, SagaId
from sagaway.client import Aborted, Client, FailedPrecondition, NotFound, ResolveStepResponse, Saga, name_of
from sagaway.client import as_json as json_of

AT_ONCE = 8
"""How many sagas `retry --all` sets going at the same time."""

StepId = Annotated[str, typer.Option("--step", "-s", metavar="STEP", help="The step.", show_default=False)]


def retry(
    reason: Reason,
    saga_id: Annotated[
        str, typer.Argument(metavar="[SAGA_ID]", help="The saga; none with --all.", show_default=False)
    ] = "",
    step: Annotated[
        str, typer.Option("--step", "-s", metavar="STEP", help="The step. Default: every step that can be retried.")
    ] = "",
    given: Annotated[
        str | None,
        typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="Other input: as a new run, with keys of its own."),
    ] = None,
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
    """Try again what was given up, with the same keys: the participant makes it happen once, whatever arrived before.

    With --input a step is tried with other input: as a new run, once no effect of the old one stands.
    """
    if all_ is bool(saga_id):
        raise typer.BadParameter("give a SAGA_ID, or --all with filters, and not both", param_hint="SAGA_ID")
    if all_ and etag:
        raise typer.BadParameter("is for one saga; leave it out with --all", param_hint="--etag")
    if not all_ and (definition or participant or error):
        raise typer.BadParameter("filters are for --all", param_hint="SAGA_ID")
    if given is not None and (all_ or not step):
        raise typer.BadParameter("is for one step of one saga: name it with --step", param_hint="--input")
    connection = Connection(address, namespace, patience, as_json)
    payload = input_of(given)

    async def anew(client: Client) -> Exit:
        seen = etag or (await client.get(saga_id)).last_sequence
        act = client.operations
        saga = await act.run_anew(saga_id, step, reason, etag=seen, input=payload, actor=actor_of(actor))
        return say(connection, saga, "to be run anew")

    async def one(client: Client) -> Exit:
        steps = [step] if step else _retryable(await client.get(saga_id))
        if not steps:
            complain(f"saga {saga_id} has no step that can be retried", hint=f"`sagaway dead-letters show {saga_id}`")
            return Exit.REFUSED
        for index, each in enumerate(steps):
            # What was seen has changed by our own hand after the first.
            seen = 0 if index else etag
            saga = await client.operations.retry(saga_id, each, reason, actor=actor_of(actor), etag=seen)
        return say(connection, saga, "retried")

    async def many(client: Client) -> Exit:
        letters = client.operations.dead_letters(
            definition=definition, participant=participant, error=error, page_size=PAGE
        )
        done, left = await _each(letters, lambda saga: _retry_all(client, saga, step, reason, actor_of(actor)))
        if as_json:
            output.print_document({"retried": done, "left": left})
        else:
            output.line(f"{done} sagas retried, {left} left as they are")
        return Exit.OK

    run(connection, many if all_ else one if given is None else anew)


def skip(
    saga_id: SagaId,
    step: StepId,
    reason: Reason,
    actor: Actor = "",
    etag: Etag = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Leave a step out: once no effect of it stands, the saga goes on without it. What it may have done is undone first."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        seen = etag or (await client.get(saga_id)).last_sequence
        saga = await client.operations.skip(saga_id, step, reason, etag=seen, actor=actor_of(actor))
        return say(connection, saga, "to be left out")

    run(connection, command)


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
            done = await act.resolve_completed(saga_id, step, reason, etag=seen, output=payload, actor=actor_of(actor))
        else:
            done = await act.resolve_compensated(saga_id, step, reason, etag=seen, actor=actor_of(actor))
        if as_json:
            output.print_document(json_of(done))
            return Exit.OK
        output.line(f"resolved {views.end_line(done.saga)}")
        _say_sealed(done)
        return Exit.OK

    run(connection, command)


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
