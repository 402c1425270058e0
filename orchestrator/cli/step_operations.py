"""Commands of a person's hands on a step: retry, skip, resolve.

What is done to a step as it was seen is done with the sequence that was seen: where --etag is not given, the saga is
read first, and nothing is done if it changes in between. `retry --all` works through the dead letters one by one, says
which it had to leave as they are and why, and goes on.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
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
        retry_one = partial(_retry_all, client, step=step, reason=reason, actor=actor_of(actor))
        return await _retry_letters(letters, retry_one, as_json=as_json)

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


async def _retry_letters(
    letters: AsyncIterator[Saga], retry_one: Callable[[Saga], Awaitable[str]], *, as_json: bool
) -> Exit:
    """Retry dead letters, and say what became of it."""
    round_ = Round(retry_one, _say_nothing if as_json else _say_left)
    try:
        await round_.go(letters)
    finally:  # what was done is said also if the orchestrator went away in the middle
        if as_json:
            output.print_document({"retried": round_.done, "left": round_.left})
        else:
            output.line(f"{round_.done} sagas retried, {len(round_.left)} left as they are")
    return Exit.REFUSED if round_.left else Exit.OK


async def _retry_all(client: Client, saga: Saga, step: str, reason: str, actor: str) -> str:
    """Retry a dead letter; returns why not, empty if it was done."""
    steps = [each for each in _retryable(saga) if step in ("", each)]
    if not steps:
        what = f"step {step} can't" if step else "no step of it can"
        return f"{what} be retried; legal now: {legal_line(saga)}"
    refused = []
    for each in steps:
        try:
            await client.operations.retry(saga.saga_id, each, reason, actor=actor)
        except (FailedPrecondition, Aborted, NotFound) as error:
            refused.append(error.message)
    return refused[0] if len(refused) == len(steps) else ""


def _say_left(saga_id: str, why: str) -> None:
    output.errors().print(f"{clean(saga_id)}: {clean(why)}", markup=False, highlight=False, soft_wrap=True)


def _say_nothing(saga_id: str, why: str) -> None:
    """The document at the end has it."""


class Round:
    """A round through the dead letters, a few at a time.

    Attributes:
        done: how many something was done to.
        left: why nothing was done to the others, by saga.
    """

    def __init__(self, act: Callable[[Saga], Awaitable[str]], say: Callable[[str, str], None]) -> None:
        """Begin one.

        Args:
            act: acts on a saga; returns why not, empty if it did.
            say: told of each saga that was left, and why.
        """
        self.done = 0
        self.left: dict[str, str] = {}
        self._act = act
        self._say = say
        self._pending: set[asyncio.Task[None]] = set()

    async def go(self, letters: AsyncIterator[Saga]) -> None:
        """Act on every saga.

        Raises:
            SagawayError: the orchestrator does not answer, or not us.
        """
        try:
            async for saga in letters:
                self._pending.add(asyncio.ensure_future(self._one(saga)))
                if len(self._pending) >= AT_ONCE:
                    await self._wait(asyncio.FIRST_COMPLETED)
            await self._wait(asyncio.ALL_COMPLETED)
        finally:
            for task in self._pending:
                task.cancel()

    async def _one(self, saga: Saga) -> None:
        why_not = await self._act(saga)
        if why_not:
            self.left[saga.saga_id] = why_not
            self._say(saga.saga_id, why_not)
        else:
            self.done += 1

    async def _wait(self, until: str) -> None:
        if self._pending:
            ended, self._pending = await asyncio.wait(self._pending, return_when=until)
            for error in [task.exception() for task in ended]:
                if error is not None:
                    raise error
