"""Commands about sagas: start, get, events, list, watch, cancel."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from orchestrator.cli import output, views
from orchestrator.cli.exits import Exit, exit_code
from orchestrator.cli.follow import Display, JsonLines, Lines, LiveTable, Silent, follow
from orchestrator.cli.options import (
    ADDRESS,
    FOLLOW_PATIENCE,
    NAMESPACE,
    PATIENCE,
    Address,
    Connection,
    Json,
    Namespace,
    Patience,
    input_of,
    instant_of,
    pairs_of,
    run,
    span_of,
)
from sagaway.client import Client, Saga, SagaEvent, name_of
from sagaway.client import as_json as json_of

SagaId = Annotated[str, typer.Argument(metavar="SAGA_ID", help="The saga's id.", show_default=False)]
PAGE = 1_000
"""The largest page the contract allows: fewest calls for a long list."""


class State(StrEnum):
    """A saga's state, as `--state` takes it."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    COMPENSATING = "COMPENSATING"
    COMPLETED = "COMPLETED"
    COMPENSATED = "COMPENSATED"
    STUCK = "STUCK"
    ABANDONED = "ABANDONED"


def start(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A registered definition.", show_default=False)],
    input_: Annotated[
        str | None, typer.Option("--input", "-i", metavar="JSON|@FILE|-", help="What the saga is started with.")
    ] = None,
    saga_id: Annotated[
        str, typer.Option("--id", help="The saga's id; the same start again is the same saga. Default: a new one.")
    ] = "",
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="KEY=VALUE", help="To find it by; repeatable.")
    ] = None,
    version: Annotated[
        int, typer.Option("--version", min=0, help="Of the definition. Default (0): the highest not deprecated.")
    ] = 0,
    wait: Annotated[bool, typer.Option("--wait", "-w", help="Show progress and wait until it is settled.")] = False,
    limit: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="Wait at most so long (30s, 5m); implies --wait.")
    ] = None,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Start a saga; it is durable when this returns."""
    connection = Connection(address, namespace, patience, as_json)
    payload = input_of(input_)
    labels = pairs_of(label, "--label")
    longest = span_of(limit, "--timeout")

    async def command(client: Client) -> Exit:
        handle = await client.start(name, input=payload, saga_id=saga_id, version=version, labels=labels)
        following = wait or longest is not None
        saga = handle.saga
        gone = saga.HasField("purge_time")
        if gone and not as_json:
            ended = f"ended {name_of(saga, 'state')} and was purged at {output.instant(saga.purge_time)}"
            output.line(f"{handle.saga_id} had been started before, {ended}")
        elif not as_json:
            word = "started" if handle.created else "had been started before"
            output.line(f"{handle.saga_id} {word} ({name} v{saga.definition_version})")
        if following and not gone:
            saga = await _follow(connection, saga, Silent() if as_json else None, 0, longest)
        if as_json:
            output.print_document({"saga": json_of(saga), "created": handle.created})
        return exit_code(saga) if following else Exit.OK

    run(connection, command)


def get(
    saga_id: SagaId,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Show a saga: state, cause, output, times, and each step."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        if as_json:
            output.print_json(saga)
        else:
            output.out().print(views.saga_view(saga))
        return Exit.OK

    run(connection, command)


def events(
    saga_id: SagaId,
    after: Annotated[int, typer.Option("--after", min=0, metavar="SEQUENCE", help="Only events after this one.")] = 0,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")] = 100,
    payloads: Annotated[bool, typer.Option("--payloads", help="Show payloads too (JSON always has them).")] = False,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """List a saga's events, oldest first; go on with --after and the last number seen."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        shown: list[SagaEvent] = []
        last = 0
        async for event in client.events(saga_id, after_sequence=after, page_size=min(limit or PAGE, PAGE)):
            last = event.sequence
            if as_json:
                output.print_json(event)
            else:
                shown.append(event)
            if last - after == limit:  # sequences are dense
                break
        if not as_json:
            output.out().print(views.event_table(shown, payloads=payloads))
            if limit and last - after == limit:
                output.errors().print(f"[dim]There may be more: --after {last}, or --limit 0 for all.[/]")
        return Exit.OK

    run(connection, command)


def list_(
    state: Annotated[
        list[State] | None, typer.Option("--state", "-s", case_sensitive=False, help="In this state; repeatable.")
    ] = None,
    definition: Annotated[str, typer.Option("--definition", "-d", metavar="NAME", help="Of this definition.")] = "",
    label: Annotated[
        list[str] | None, typer.Option("--label", "-l", metavar="KEY=VALUE", help="With this label; repeatable.")
    ] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="TIME", help="Started then or later: 2026-05-01T14:30, or 2h ago.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--until", metavar="TIME", help="Started before then; as --since.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=0, help="At most so many; 0: all.")] = 100,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """List sagas, newest first. All filters must hold; several --state mean any of them."""
    connection = Connection(address, namespace, patience, as_json)
    labels = pairs_of(label, "--label")
    started_from = instant_of(since, "--since")
    started_to = instant_of(until, "--until")

    async def command(client: Client) -> Exit:
        found: list[Saga] = []
        count = 0
        sagas = client.list(
            states=[name.value for name in state or ()],
            definition=definition,
            labels=labels,
            started_from=started_from,
            started_to=started_to,
            page_size=min(limit or PAGE, PAGE),
        )
        async for saga in sagas:
            if limit and count == limit:
                break
            count += 1
            if as_json:
                output.print_json(saga)
            else:
                found.append(saga)
        else:
            count = 0  # there are no more
        if not as_json:
            output.out().print(views.saga_table(found))
            if count:
                output.errors().print(f"[dim]There are more than {limit}: --limit 0 shows all.[/]")
        return Exit.OK

    run(connection, command)


def watch(
    saga_id: SagaId,
    after: Annotated[int, typer.Option("--after", min=0, metavar="SEQUENCE", help="Only events after this one.")] = 0,
    limit: Annotated[
        str | None, typer.Option("--timeout", metavar="TIME", help="Watch at most so long (30s, 5m).")
    ] = None,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Show a saga's progress until it has ended or is STUCK; goes on over restarts of the orchestrator."""
    connection = Connection(address, namespace, patience, as_json)
    longest = span_of(limit, "--timeout")

    async def command(client: Client) -> Exit:
        saga = await client.get(saga_id)
        return exit_code(await _follow(connection, saga, JsonLines() if as_json else None, after, longest))

    run(connection, command)


def cancel(
    saga_id: SagaId,
    reason: Annotated[str, typer.Option("--reason", "-r", help="Why, for people.")] = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Ask a saga to undo itself. It is under way when this returns, not done: `watch` shows its end."""
    connection = Connection(address, namespace, patience, as_json)

    async def command(client: Client) -> Exit:
        saga = await client.cancel(saga_id, reason)
        if as_json:
            output.print_json(saga)
        else:
            output.line(f"cancel of {views.end_line(saga)}")
        return Exit.OK

    run(connection, command)


async def _follow(
    connection: Connection, saga: Saga, display: Display | None, after: int, limit: timedelta | None
) -> Saga:
    """Follow with a patient client; without a display: a live table on a terminal, lines elsewhere."""
    async with connection.client(FOLLOW_PATIENCE) as patient, connection.client() as impatient:
        if display is not None:
            return await follow(patient, saga, display, after_sequence=after, limit=limit)
        shown = LiveTable(impatient, saga) if output.out().is_terminal else Lines()
        settled = await follow(patient, saga, shown, after_sequence=after, limit=limit)
    output.line(views.end_line(settled))
    return settled
