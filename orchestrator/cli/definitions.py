"""Commands about definitions: apply, validate, list, show, deprecate."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer
import yaml
from google.protobuf.json_format import MessageToDict

from orchestrator.cli import output, views
from orchestrator.cli.exits import EPILOG, Exit
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
from sagaway.client import Client, InvalidArgument, SagaDefinition, Violation
from sagaway.definitions import DefinitionSyntaxError, load_definition

commands = typer.Typer(no_args_is_help=True, epilog=EPILOG, help="Register and show saga definitions.")

File = Annotated[
    Path, typer.Argument(metavar="FILE", help="A definition in YAML or JSON; - for stdin.", show_default=False)
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="The definition's name.", show_default=False)]


@commands.command(epilog=EPILOG)
def apply(
    file: File,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Register the definition in a file, for good; every fault is listed at once. The same again changes nothing."""

    async def command(client: Client) -> Exit:
        response = await client.definitions.register(_read(file))
        if as_json:
            output.print_json(response)
        else:
            output.line(views.registered_line(response.definition, created=response.created))
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command(epilog=EPILOG)
def validate(
    file: File,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Check the definition in a file as `apply` would, and register nothing."""

    async def command(client: Client) -> Exit:
        definition = _read(file)
        content_hash = await client.definitions.validate(definition)
        if as_json:
            output.print_document({"content_hash": content_hash})
        else:
            output.line(f"{definition.name} v{definition.version} is valid (hash {content_hash[:12]})")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command("list", epilog=EPILOG)
def list_(
    name: Annotated[str, typer.Option("--name", help="Only this definition's versions.")] = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """List the registered definitions, every version."""

    async def command(client: Client) -> Exit:
        if as_json:
            async for row in client.definitions.list(name):
                output.print_json(row)
        else:
            output.out().print(views.definition_table([row async for row in client.definitions.list(name)]))
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command(epilog=EPILOG)
def show(
    name: Name,
    version: Annotated[int, typer.Option("--version", min=0, help="Default (0): the highest not deprecated.")] = 0,
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Show a registered definition as YAML that `apply` takes."""

    async def command(client: Client) -> Exit:
        row = await client.definitions.get(name, version)
        if as_json:
            output.print_json(row)
        else:
            for line in yaml_of(row.definition).splitlines():
                output.line(line)
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


@commands.command(epilog=EPILOG)
def deprecate(
    name: Name,
    version: Annotated[int, typer.Argument(metavar="VERSION", min=1, help="The version.", show_default=False)],
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Let no new saga start with a version; open sagas go on with it."""

    async def command(client: Client) -> Exit:
        row = await client.definitions.deprecate(name, version)
        if as_json:
            output.print_json(row)
        else:
            output.line(f"{name} v{version} is deprecated since {output.instant(row.deprecate_time)}")
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def yaml_of(definition: SagaDefinition) -> str:
    """Return a definition as YAML that `apply` takes."""
    document = MessageToDict(definition, preserving_proto_field_name=True)
    return str(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100)).rstrip()


def _read(file: Path) -> SagaDefinition:
    """Return the definition in a file (`-`: stdin).

    Raises:
        typer.BadParameter: the file can't be read.
        InvalidArgument: it is no definition; every fault is among the violations.
    """
    try:
        return load_definition(sys.stdin.read() if str(file) == "-" else file)
    except OSError as error:
        raise typer.BadParameter(f"can't read {file}: {error.strerror}", param_hint="FILE") from None
    except UnicodeDecodeError:
        raise typer.BadParameter("stdin is not UTF-8 text", param_hint="FILE") from None
    except DefinitionSyntaxError as error:
        raise no_definition(str(file), error) from None


def no_definition(what: str, error: DefinitionSyntaxError) -> InvalidArgument:
    """Return what is wrong with something that should be a definition, as the orchestrator would say it."""
    violations = [
        Violation(": ".join(part for part in (f"line {fault.line}" if fault.line else "", fault.field) if part),
                  fault.description)
        for fault in error.faults
    ]  # fmt: skip
    message = f"{what} is no definition: {len(violations)} fault{'s' if len(violations) > 1 else ''}"
    return InvalidArgument(message, reason="DEFINITION_SYNTAX", violations=violations)
