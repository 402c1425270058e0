"""The commands `sagaway choreography …`: what services declare, looked at before any event is published."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import letters
from orchestrator.cli.exits import EPILOG, Exit, complain
from orchestrator.cli.output import clean

if TYPE_CHECKING:
    from sagaway.choreography.facts import ServiceFacts
    from sagaway.participant.choreography import Choreography

commands = typer.Typer(
    name="choreography",
    help="Look at choreographies: what services declare, whether it fits together, and what they gave up.",
    no_args_is_help=True,
)
letters.add_to(commands)

Services = Annotated[
    list[str],
    typer.Argument(
        metavar="SERVICE...",
        help="`module:attribute` of a Choreography (the module is imported), or a JSON file that `describe` wrote.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine output: a finding a line.")]


@commands.command(epilog=EPILOG)
def check(
    services: Services,
    outside: Annotated[
        list[str] | None,
        typer.Option("--outside", metavar="TYPE", help="An event that comes from elsewhere; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Check that the services fit together: events, refusals and compensations that lead nowhere.

    Exit code 2: there are faults. Notes may be as they should be.
    """
    from sagaway.choreography import graph  # noqa: PLC0415 - as of `serve`

    facts = [_load(service) for service in services]
    findings = graph.check(facts, outside or ())
    faults = sum(finding.is_fault for finding in findings)
    for finding in findings:
        level = "fault" if finding.is_fault else "note"
        if as_json:
            print(json.dumps({"level": level, "kind": finding.kind.value, "text": finding.text}, ensure_ascii=False))
        else:
            print(clean(f"{level}: {finding.kind.value}: {finding.text}"))
    if not as_json:
        reactions = sum(len(service.reactions) for service in facts)
        print(f"{len(facts)} services, {reactions} reactions: {faults} faults, {len(findings) - faults} notes")
    if faults:
        raise typer.Exit(Exit.USAGE)


@commands.command(epilog=EPILOG)
def describe(service: Annotated[str, typer.Argument(metavar="SERVICE", help="As of `check`.")]) -> None:
    """Write what a service declares as a JSON document, for a `check` where its code is not at hand."""
    from sagaway.choreography import facts  # noqa: PLC0415 - as of `serve`

    print(json.dumps(facts.to_document(_load(service)), indent=2, ensure_ascii=False))


def _load(service: str) -> ServiceFacts:
    from sagaway.choreography import facts  # noqa: PLC0415 - as of `serve`

    try:
        if service.endswith(".json"):
            return facts.from_document(json.loads(Path(service).read_text(encoding="utf-8")))
        return _import(service).facts
    except (OSError, UnicodeDecodeError) as error:
        complain(f"{service}: it can't be read: {getattr(error, 'strerror', None) or type(error).__name__}")
    except json.JSONDecodeError as error:
        complain(f"{service}: it is not JSON: {error.msg} in line {error.lineno}")
    except (facts.DocumentError, _NoChoreographyError) as error:
        complain(f"{service}: {error}")
    raise typer.Exit(Exit.USAGE)


class _NoChoreographyError(Exception):
    """What was named is no choreography; the text says why."""


def _import(service: str) -> Choreography:
    from sagaway.participant import choreography as sdk  # noqa: PLC0415 - as of `serve`

    module, _, attribute = service.partition(":")
    if not module or not attribute:
        raise _NoChoreographyError("give module:attribute, such as shop.stock:choreography, or a .json file")
    sys.path.insert(0, "")  # as `python -m` does: modules of the folder one is in
    try:
        found = importlib.import_module(module)
    except Exception as error:
        raise _NoChoreographyError(f"the module can't be imported: {type(error).__name__}: {error}") from error
    finally:
        sys.path.remove("")
    choreography = getattr(found, attribute, None)
    if not isinstance(choreography, sdk.Choreography):
        raise _NoChoreographyError(f"the module has no Choreography {attribute!r}")
    return choreography
