"""The commands `sagaway choreography …`: what services declare, looked at before any event is published; and registered,
for the observer.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orchestrator.cli import letters, output, views
from orchestrator.cli.definitions import no_definition
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
    run,
)
from orchestrator.cli.output import clean
from sagaway.choreography.explorer import MAX_STATES
from sagaway.client import Client
from sagaway.definitions import DefinitionSyntaxError, load_definition

if TYPE_CHECKING:
    from sagaway.choreography.exploring import Report
    from sagaway.choreography.facts import ServiceFacts
    from sagaway.participant.choreography import Choreography

commands = typer.Typer(
    name="choreography",
    help="Look at choreographies: what services declare, whether it fits together, and what they gave up; and register them.",
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
Outside = Annotated[
    list[str] | None,
    typer.Option("--outside", metavar="TYPE", help="An event that comes from elsewhere; may be repeated."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Machine output: a finding a line.")]


class Format(StrEnum):
    """What a drawing is written in."""

    MERMAID = "mermaid"
    DOT = "dot"
    TEXT = "text"


@commands.command(epilog=EPILOG)
def check(services: Services, outside: Outside = None, as_json: AsJson = False) -> None:
    """Check that the services fit together: events, refusals and compensations that lead nowhere.

    Exit code 2: there are faults. Notes may be as they should be.
    """
    facts = _load_all(services)
    faults, notes = _tell_findings(facts, outside, as_json=as_json)
    if not as_json:
        print(f"{_counted(facts)}: {faults} faults, {notes} notes")
    if faults:
        raise typer.Exit(Exit.USAGE)


def _counted(facts: Sequence[ServiceFacts]) -> str:
    return f"{len(facts)} services, {sum(len(service.reactions) for service in facts)} reactions"


def _tell_findings(facts: Sequence[ServiceFacts], outside: Sequence[str] | None, *, as_json: bool) -> tuple[int, int]:
    """Print what there is to look at; returns how many faults and notes."""
    from sagaway.choreography import graph  # noqa: PLC0415 - as of `serve`

    findings = graph.check(facts, outside or ())
    for finding in findings:
        level = "fault" if finding.is_fault else "note"
        if as_json:
            print(json.dumps({"level": level, "kind": finding.kind.value, "text": finding.text}, ensure_ascii=False))
        else:
            print(clean(f"{level}: {finding.kind.value}: {finding.text}"))
    faults = sum(finding.is_fault for finding in findings)
    return faults, len(findings) - faults


@commands.command(epilog=EPILOG)
def register(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The choreography's name.", show_default=False)],
    services: Services,
    version: Annotated[int, typer.Option("--version", min=1, help="Raise it at each change.")] = 1,
    outside: Outside = None,
    progress_timeout: Annotated[
        str,
        typer.Option(
            "--progress-timeout",
            metavar="DURATION",
            help="A saga in which nothing happens for so long is STUCK.",
            show_default="60s",
        ),
    ] = "",
    description: Annotated[str, typer.Option("--description", help="A sentence for people.", show_default=False)] = "",
    address: Address = ADDRESS,
    namespace: Namespace = NAMESPACE,
    patience: Patience = PATIENCE,
    as_json: Json = False,
) -> None:
    """Register what all services declare, so that `sagaway serve --observe` shows their sagas.

    Checks it as `check` does first; with faults nothing is registered, and the exit code is 2.
    """
    facts = _load_all(services)
    if _tell_findings(facts, outside, as_json=as_json)[0]:
        raise typer.Exit(Exit.USAGE)
    document = _document(name, version, description, facts, outside or [], progress_timeout)

    async def command(client: Client) -> Exit:
        try:
            definition = load_definition(json.dumps(document))
        except DefinitionSyntaxError as error:
            raise no_definition("what is to be registered", error) from None
        response = await client.definitions.register(definition)
        if as_json:
            output.print_json(response)
        else:
            starts = sorted({event_type for service in facts for event_type in service.starts})
            by = f", started by {', '.join(starts)}" if starts else ""
            output.line(
                f"{views.registered_line(response.definition, created=response.created)}: {_counted(facts)}{by}"
            )
        return Exit.OK

    run(Connection(address, namespace, patience, as_json), command)


def _document(
    name: str,
    version: int,
    description: str,
    facts: Sequence[ServiceFacts],
    outside: Sequence[str],
    progress_timeout: str,
) -> dict[str, Any]:
    """Return the definition of a choreography, as its file would have it."""
    from sagaway.choreography.facts import to_document  # noqa: PLC0415 - as of `serve`

    choreography: dict[str, Any] = {"services": [to_document(service) for service in facts]}
    if outside:
        choreography["outside"] = list(outside)
    if progress_timeout:
        choreography["progress_timeout"] = progress_timeout
    about = {"description": description} if description else {}
    return {"name": name, "version": version, **about, "choreography": choreography}


@commands.command(epilog=EPILOG)
def draw(
    services: Services,
    form: Annotated[
        Format, typer.Option("--format", help="text for a terminal, mermaid for Markdown, dot for Graphviz.")
    ] = Format.TEXT,
    outside: Outside = None,
) -> None:
    """Draw the services, their reactions and the events between them; faults of `check` are marked."""
    from sagaway.choreography import draw_dot, draw_mermaid, draw_text, drawing  # noqa: PLC0415 - as of `serve`

    write = {
        Format.MERMAID: draw_mermaid.to_mermaid,
        Format.DOT: draw_dot.to_dot,
        Format.TEXT: draw_text.to_text,
    }[form]
    print(write(drawing.picture(_load_all(services), outside or ())), end="")


@commands.command(epilog=EPILOG)
def explore(
    services: Services,
    outside: Outside = None,
    max_states: Annotated[int, typer.Option(min=1, help="Walk over so many states at most.")] = MAX_STATES,
    duplicates: Annotated[int, typer.Option(min=0, help="So many deliveries of a saga come again.")] = 1,
    as_json: AsJson = False,
) -> None:
    """Walk over everything a saga can do: each refusal, delay, order and duplicate; tell what goes wrong as a story.

    Exit code 2: something can go wrong, or not everything could be walked. Notes may be as they should be.
    """
    from sagaway.choreography import exploring  # noqa: PLC0415 - as of `serve`

    facts = _load_all(services)
    try:
        report = exploring.explore(facts, outside or (), max_states=max_states, duplicates=duplicates)
    except exploring.NothingBeginsError as error:
        complain(str(error))
        raise typer.Exit(Exit.USAGE) from None
    _print_stories(report, as_json=as_json)
    if not report.is_complete:
        complain(
            f"not everything was walked: {report.states} states are as many as were allowed",
            hint="allow more with --max-states, or explore fewer services at once, the others' events with --outside",
        )
    if any(story.is_fault for story in report.stories) or not report.is_complete:
        raise typer.Exit(Exit.USAGE)


@commands.command(epilog=EPILOG)
def describe(service: Annotated[str, typer.Argument(metavar="SERVICE", help="As of `check`.")]) -> None:
    """Write what a service declares as a JSON document, for a `check` where its code is not at hand."""
    from sagaway.choreography import facts  # noqa: PLC0415 - as of `serve`

    print(json.dumps(facts.to_document(_load(service)), indent=2, ensure_ascii=False))


def _print_stories(report: Report, *, as_json: bool) -> None:
    told: tuple[str, ...] = ()
    for story in report.stories:
        level = "fault" if story.is_fault else "note"
        if as_json:
            said = {"text": story.text, "story": story.sentences, "remedy": story.remedy}
            print(json.dumps({"level": level, "kind": story.kind.value, **said}, ensure_ascii=False))
            continue
        print(clean(f"{level}: {story.kind.value}: {story.text}"))
        *happens, last = story.sentences
        if told[:-1] == tuple(happens):
            print(f"  1. to {len(happens)}. As before.")
        else:
            for number, sentence in enumerate(happens, 1):
                print(clean(f"  {number}. {sentence}"))
        print(clean(f"  {len(happens) + 1}. {last}"))
        print(clean(f"  Remedy: {story.remedy}."))
        told = story.sentences
    faults = sum(story.is_fault for story in report.stories)
    if as_json:
        print(json.dumps({"states": report.states, "complete": report.is_complete, "faults": faults}))
    else:
        extent = "all that there are" if report.is_complete else "not all that there are"
        print(f"{report.states} states walked, {extent}: {faults} faults, {len(report.stories) - faults} notes")


def _load_all(services: list[str]) -> list[ServiceFacts]:
    loaded = [_load(service) for service in services]
    named = dict(zip((facts.participant for facts in loaded), services, strict=True))
    for facts, service in zip(loaded, services, strict=True):
        if (other := named[facts.participant]) != service or services.count(service) > 1:
            complain(f"{service} and {other} are both the participant {facts.participant!r}: name each service once")
            raise typer.Exit(Exit.USAGE)
    return loaded


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
