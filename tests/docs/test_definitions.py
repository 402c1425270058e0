"""What docs/definitions.md shows runs as shown, and what it says of fields, limits and faults is so and is all."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict

from orchestrator.core import definition_document as limits
from orchestrator.core.definition import ActionFacts, SagaDefinition
from orchestrator.core.definition_document import DefinitionInvalid, read_definition
from orchestrator.core.definition_fields import MILLISECOND, spell
from orchestrator.core.expression_syntax import MAX_LENGTH, MAX_NESTING
from orchestrator.core.expressions import MAX_EXPRESSIONS, MAX_TEXT, TemplateInvalid, compile_template
from orchestrator.core.retry import (
    COMPENSATE_DEFAULT,
    EXECUTE_DEFAULT,
    MAX_ATTEMPTS,
    MAX_BACKOFF,
    RETRYABLE_DEFAULT,
    RetryPolicy,
)
from orchestrator.engine.clock import SystemClock
from orchestrator.store.memory import MemoryLog
from sagaway.definitions import load_definition
from sagaway.v1 import definition_pb2, participant_registry_service_pb2, participant_service_pb2
from tests.api.world import World, run
from tests.caller.participants import Participant, describe, serve
from tests.cli.conftest import run as sagaway
from tests.core.definitions import read
from tests.core.test_definition_refusals import REFUSED as REFUSED_DEFINITIONS
from tests.core.test_expressions import REFUSED as REFUSED_TEMPLATES

PAGE = (Path(__file__).parents[2] / "docs" / "definitions.md").read_text(encoding="utf-8")
BLOCKS: list[tuple[str, str]] = re.findall(r"```([a-z ]*)\n(.*?)```", PAGE, flags=re.DOTALL)
FILES = {text.split("\n", 1)[0].removeprefix("# "): text for kind, text in BLOCKS if kind in ("yaml", "yaml broken")}
ACTIONS = {
    "order": ["create_order"],
    "inventory": ["reserve_inventory", "ship"],
    "payment": ["process_payment", "charge_card"],
    "mail": ["send"],
    "travel": ["book_flight", "book_hotel", "insure", "confirm"],
}


def blocks(kind: str) -> list[str]:
    return [text for found, text in BLOCKS if found == kind]


def rows(*header: str) -> list[list[str]]:
    """Return the cells of the table with this header."""
    found = re.search(r"^\| " + re.escape(" | ".join(header)) + r" \|\n\|[-|]+\|\n((?:\|.*\n)+)", PAGE, re.MULTILINE)
    assert found, header
    return [line.strip("|\n ").split(" | ") for line in found[1].splitlines()]


def promised(participant: str, action: str) -> ActionFacts:
    assert action in ACTIONS[participant]
    return ActionFacts(compensatable=action not in ("charge_card", "ship", "send"))


def read_text(text: str) -> SagaDefinition:
    return read_definition(MessageToDict(load_definition(text), preserving_proto_field_name=True), promised)


# What is shown ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", blocks("yaml"), ids=[name for name in FILES if name != "broken.yaml"])
def test_definitions_are_valid(text: str) -> None:
    assert read_text(text).steps


def test_the_trip_goes_as_drawn() -> None:
    trip = read_text(FILES["book_trip.yaml"])
    assert {step.id: step.after for step in trip.steps} == {
        "flight": (),
        "hotel": (),
        "insurance": ("flight",),
        "confirm": ("insurance", "hotel"),
    }


@pytest.mark.parametrize("text", blocks("yaml steps"))
def test_steps_are_valid(text: str) -> None:
    assert read_text("name: saga\nversion: 1\nsteps:\n" + text).steps


def test_python_runs_as_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    names: dict[str, Any] = {}
    shown = blocks("python")
    assert len(shown) == 3
    for text in shown:
        exec(compile(text, "docs/definitions.md", "exec"), names)


def test_expressions_become_what_the_table_says() -> None:
    (saga_input,) = (json.loads(text) for text in blocks("json"))
    table = rows("In the template", "Becomes")
    assert len(table) > 15
    for template, becomes in table:
        value = compile_template(template.strip("`")).resolve(saga_input, {"order": {"id": "o-1"}})
        assert json.dumps(value) == json.dumps(json.loads(becomes.strip("`"))), template


async def register(world: World, name: str, actions: list[str]) -> None:
    described = [
        participant_service_pb2.ActionDescription(name=action, compensatable=promised(name, action).compensatable)
        for action in actions
    ]
    async with serve(Participant(description=describe(*described))) as server:
        participant = participant_registry_service_pb2.Participant(name=name, address=server.address)
        request = participant_registry_service_pb2.RegisterParticipantRequest(participant=participant)
        await world.participants.RegisterParticipant(request)


async def test_commands_print_what_is_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    log = MemoryLog()
    await log.open(SystemClock().now())
    async with run(log) as world:
        for name, actions in ACTIONS.items():
            await register(world, name, actions)
        for shown in blocks("console"):
            printed = ""
            for command in re.findall(r"^\$ sagaway (.*)$", shown, flags=re.MULTILINE):
                result = await asyncio.to_thread(sagaway, *command.split(), SAGAWAY_ADDRESS=world.address)
                printed += f"$ sagaway {command}\n{result.out}{result.err}"
            assert printed == shown
    await log.close()


# What is said -------------------------------------------------------------------------------------------------------


def said(policy: RetryPolicy) -> str:
    assert policy.multiplier == 2
    return f"{policy.max_attempts} attempts, {spell(policy.initial_backoff)} doubling to {spell(policy.max_backoff)}"


FIELDS = {
    definition_pb2.SagaDefinition: {
        "version": ("required", "from 1"),
        "description": ("none", f"{limits.MAX_DESCRIPTION // 1_024} KiB"),
        "steps": ("required", f"1 to {limits.MAX_STEPS}"),
        "timeout": (spell(limits.DEFAULT_TIMEOUT), spell(limits.MAX_TIMEOUT)),
    },
    definition_pb2.StepDefinition: {
        "attempt_timeout": (spell(limits.DEFAULT_ATTEMPT_TIMEOUT), spell(limits.MAX_ATTEMPT_TIMEOUT)),
        "retry": (f"{said(EXECUTE_DEFAULT)}; the pivot and retryable steps: {said(RETRYABLE_DEFAULT)}", ""),
        "compensation_attempt_timeout": (
            spell(limits.DEFAULT_COMPENSATION_ATTEMPT_TIMEOUT),
            spell(limits.MAX_ATTEMPT_TIMEOUT),
        ),
        "compensation_retry": (said(COMPENSATE_DEFAULT), ""),
        "pending_timeout": (spell(limits.DEFAULT_PENDING_TIMEOUT), spell(limits.MAX_PENDING_TIMEOUT)),
        "pending_poll_interval": (
            spell(limits.DEFAULT_PENDING_POLL_INTERVAL),
            spell(limits.MAX_PENDING_POLL_INTERVAL),
        ),
    },
    definition_pb2.RetryPolicy: {
        "max_attempts": ("inherited", f"1 to {MAX_ATTEMPTS:,}"),
        "initial_backoff": ("inherited", spell(MAX_BACKOFF)),
        "max_backoff": ("inherited", spell(MAX_BACKOFF)),
        "multiplier": (f"inherited ({EXECUTE_DEFAULT.multiplier:g})", f"1 to {limits.MAX_MULTIPLIER}"),
    },
}


@pytest.mark.parametrize("message", FIELDS)
def test_every_field_is_explained_with_its_default_and_limit(message: Any) -> None:
    heading = {"SagaDefinition": "The definition", "StepDefinition": "A step", "RetryPolicy": "A retry policy"}
    section = PAGE.split(f"### {heading[message.DESCRIPTOR.name]}\n")[1].split("\n#")[0]
    table = re.findall(r"^\| `(\w+)` \| (.*?) \| ?(.*?) ?\| .* \|$", section, flags=re.MULTILINE)
    assert [name for name, _, _ in table] == sorted(
        (field.name for field in message.DESCRIPTOR.fields), key=[name for name, _, _ in table].index
    )
    explained = {name: (default, limit) for name, default, limit in table}
    assert {name: explained[name] for name in FIELDS[message]} == FIELDS[message]


@pytest.mark.parametrize(
    "sentence",
    [
        f"at most {limits.MAX_DOCUMENT // 1_024} KiB of JSON",
        f"Every duration is at least {MILLISECOND // 1_000} ms",
        f"{MAX_LENGTH:,} characters and {MAX_NESTING} nested brackets an expression",
        f"{MAX_EXPRESSIONS} expressions a template, {MAX_TEXT >> 20} MiB of resolved text",
    ],
)
def test_limits_are_said(sentence: str) -> None:
    assert sentence in " ".join(PAGE.split())


def explained(*headers: str) -> list[re.Pattern[str]]:
    """Return patterns of what the tables with these headers explain; `…` stands for anything."""
    found = [row[0] for header in headers for row in rows(header, "What to do")]
    return [re.compile(".*".join(re.escape(part) for part in text.split("…")), re.DOTALL) for text in found]


def messages_of_definitions() -> Iterator[str]:
    for document, _, _ in REFUSED_DEFINITIONS:
        with pytest.raises(DefinitionInvalid) as caught:
            read(document)
        for fault in caught.value.faults:
            yield re.sub(r"^(step '[^']*', )?column \d+: ", "", fault.description)


def messages_of_templates() -> Iterator[str]:
    for template, *_ in REFUSED_TEMPLATES:
        with pytest.raises(TemplateInvalid) as caught:
            compile_template(template)
        yield from (fault.message for fault in caught.value.faults)


def messages_of_time() -> Iterator[str]:
    document = MessageToDict(load_definition(FILES["deliver_order.yaml"]), preserving_proto_field_name=True)
    with pytest.raises(DefinitionInvalid) as caught:
        read_definition(document, lambda _participant, _action: ActionFacts(deduplication_retention=MILLISECOND))
    yield from (fault.description for fault in caught.value.faults)


ABOUT_DEFINITIONS = ("Said of a field", "Said of steps and their order", "Said of kinds and time")
ABOUT_EXPRESSIONS = ("Said of expressions, after the step and the column",)


def test_every_fault_is_explained() -> None:
    known = explained(*ABOUT_DEFINITIONS, *ABOUT_EXPRESSIONS)
    told = {*messages_of_definitions(), *messages_of_templates(), *messages_of_time()}
    assert [message for message in told if not any(pattern.match(message) for pattern in known)] == []


def test_what_is_explained_can_happen() -> None:
    told = {*messages_of_definitions(), *messages_of_templates(), *messages_of_time()}
    known = explained(*ABOUT_DEFINITIONS, *ABOUT_EXPRESSIONS)
    assert [one.pattern for one in known if not any(one.match(message) for message in told)] == []
