"""Commands about participants: register, update, list, unregister."""

from __future__ import annotations

from typing import Annotated

import typer

from orchestrator.cli import output, views
from orchestrator.cli.exits import EPILOG, Exit
from orchestrator.cli.limits import ActionLimit, ActionRate, MaxCalls, Rate, action_limits_of, limits_text, rate_of
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
)
from sagaway.client import Client

commands = typer.Typer(no_args_is_help=True, epilog=EPILOG, help="Say who the participants are and where they listen.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="What definitions call it.", show_default=False)]
Target = Annotated[
    str,
    typer.Argument(
        metavar="ADDRESS", help="Where the orchestrator reaches it, such as 127.0.0.1:50061.", show_default=False
    ),
]


@commands.command(epilog=EPILOG)
def register(
    name: Name,
    target: Target,
    max_concurrent_calls: MaxCalls = 0,
    rate: Rate = None,
    action_limit: ActionLimit = None,
    action_rate: ActionRate = None,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Register a participant that is running; the orchestrator asks it for its actions."""

    per_second, of_actions = rate_of(rate, "--rate"), action_limits_of(action_limit, action_rate)

    async def command(client: Client) -> Exit:
        response = await client.participants.register(
            name,
            target,
            max_concurrent_calls=max_concurrent_calls,
            max_calls_per_second=per_second,
            action_limits=of_actions,
        )
        if as_json:
            output.print_json(response)
        else:
            word = "registered" if response.created else "was registered already"
            actions = ", ".join(action.name for action in response.participant.description.actions)
            output.line(f"{name} at {target} {word}; it offers {actions or 'no actions'}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command(epilog=EPILOG)
def update(
    name: Name,
    target: Target,
    max_concurrent_calls: MaxCalls = 0,
    rate: Rate = None,
    action_limit: ActionLimit = None,
    action_rate: ActionRate = None,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Replace a participant's address and limits; what is left out is none. It is asked for its actions anew."""

    per_second, of_actions = rate_of(rate, "--rate"), action_limits_of(action_limit, action_rate)

    async def command(client: Client) -> Exit:
        participant = await client.participants.update(
            name,
            target,
            max_concurrent_calls=max_concurrent_calls,
            max_calls_per_second=per_second,
            action_limits=of_actions,
        )
        if as_json:
            output.print_json(participant)
        else:
            actions = ", ".join(action.name for action in participant.description.actions)
            limits = limits_text(participant)
            output.line(f"{name} is at {target} now, with limits {limits}; it offers {actions or 'no actions'}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command("list", epilog=EPILOG)
def list_(
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """List the registered participants with their actions."""

    async def command(client: Client) -> Exit:
        if as_json:
            async for participant in client.participants.list():
                output.print_json(participant)
        else:
            output.out().print(views.participant_table([row async for row in client.participants.list()]))
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command(epilog=EPILOG)
def unregister(
    name: Name,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Remove a participant that no open saga needs."""

    async def command(client: Client) -> Exit:
        await client.participants.unregister(name)
        if as_json:
            output.print_document({})
        else:
            output.line(f"{name} is not registered any more")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)
