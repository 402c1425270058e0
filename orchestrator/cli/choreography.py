"""The commands `sagaway choreography …`: what services declare, looked at before any event is published."""

from __future__ import annotations

import importlib
import json
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orchestrator.cli import letters
from orchestrator.cli.exits import EPILOG, Exit, complain
from orchestrator.cli.output import clean
from sagaway.choreography.explorer import MAX_STATES

if TYPE_CHECKING:
    from sagaway.choreography.exploring import Report
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
def check(
    services: Services,
    outside: Outside = None,
    as_json: AsJson = False,
) -> None:
    """Check that the services fit together: events, refusals and compensations that lead nowhere.

    Exit code 2: there are faults. Notes may be as they should be.
    """
    from sagaway.choreography import graph  # noqa: PLC0415 - as of `serve`

    facts = _load_all(services)
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
