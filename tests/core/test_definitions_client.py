"""Definitions as people write them: YAML, JSON and Python make one message, and what is wrong is told with its line."""

from __future__ import annotations

import builtins
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from google.protobuf.json_format import MessageToDict, MessageToJson
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.core.definition import ActionFacts
from orchestrator.core.definition_document import read_definition
from orchestrator.core.expressions import compile_template
from sagaway.definitions import (
    COMPENSATABLE,
    PIVOT,
    RETRYABLE,
    DefinitionSyntaxError,
    Retry,
    SagaBuilder,
    Step,
    escape,
    load_definition,
    saga_input,
)
from sagaway.v1 import definition_pb2

tried = settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

YAML = """\
# How an order is placed.
name: place_order
version: 1
description: Places an order.
timeout: 1h30m
pauseTimeoutDuringOutage: true
retry: {maxAttempts: 3, initial_backoff: 200ms, max_backoff: 5s, multiplier: 1.5}
steps:
  - id: create_order
    participant: order
    action: create_order
    kind: compensatable
    input:
      customer: ${input.customer}
      lines: ${input.lines}
      note: "a $${literal} and ${input.note}"
      numbers: [5, -0, 1e3, 0.5, true, ~, "010", 'yes']
  - id: reserve.stock
    participant: inventory
    action: reserve
    attempt_timeout: 2.5s
    after: create_order
  - id: pay
    participant: payment
    action: pay
    kind: PIVOT
    after: [create_order, reserve.stock]
    input: {order: "${steps.create_order.output.id}", stock: '${steps["reserve.stock"].output}'}
    compensationAttemptTimeout: 1d
    retry_codes: [NOT_FOUND]
    stopCodes: [UNAVAILABLE]
    compensation_retry:
      max_attempts: 7
  - id: mail
    participant: mail
    action: send
    kind: STEP_KIND_RETRYABLE
    pending_timeout: 10m
    pendingPollInterval: 90s
  - id: log
    participant: mail
    action: log
    after: []
output: ${steps.pay.output.id}
"""


def build() -> definition_pb2.SagaDefinition:
    saga = SagaBuilder(
        "place_order",
        version=1,
        description="Places an order.",
        timeout=timedelta(minutes=90),
        retry=Retry(3, timedelta(milliseconds=200), timedelta(seconds=5), 1.5),
        pause_timeout_during_outage=True,
    )
    order = saga.step(
        "create_order",
        participant="order",
        action="create_order",
        kind=COMPENSATABLE,
        input={
            "customer": saga_input("customer"),
            "lines": saga_input("lines"),
            "note": escape("a ${literal} and ") + saga_input("note"),
            "numbers": [5, 0, 1_000, 0.5, True, None, "010", "yes"],
        },
    )
    stock = saga.step(
        "reserve.stock",
        participant="inventory",
        action="reserve",
        attempt_timeout=timedelta(seconds=2.5),
        after=order,
    )
    pay = saga.step(
        "pay",
        participant="payment",
        action="pay",
        kind=PIVOT,
        after=[order, stock],
        input={"order": order.output("id"), "stock": stock.output()},
        compensation_attempt_timeout=timedelta(days=1),
        retry_codes=["NOT_FOUND"],
        stop_codes=["UNAVAILABLE"],
        compensation_retry=Retry(max_attempts=7),
    )
    saga.step(
        "mail",
        participant="mail",
        action="send",
        kind=RETRYABLE,
        pending_timeout=timedelta(minutes=10),
        pending_poll_interval=timedelta(seconds=90),
    )
    saga.step("log", participant="mail", action="log", after=[])
    saga.output(pay.output("id"))
    return saga.build()


def told(text: str) -> list[str]:
    with pytest.raises(DefinitionSyntaxError) as caught:
        load_definition(text)
    assert str(caught.value).count("\n") == len(caught.value.faults) - 1
    return str(caught.value).splitlines()


# One message --------------------------------------------------------------------------------------------------------


def test_yaml_json_and_python_make_the_same_message(tmp_path: Path) -> None:
    message = load_definition(YAML)
    assert message == build()
    assert message == load_definition(MessageToJson(message))
    assert message == load_definition(MessageToJson(message, preserving_proto_field_name=True))
    yaml, as_json = tmp_path / "place_order.yaml", tmp_path / "place_order.json"
    yaml.write_text(YAML)
    as_json.write_text(MessageToJson(message))
    assert message == load_definition(yaml) == load_definition(as_json)


def test_integers_stay_integers_on_the_way_to_the_orchestrator_and_keys_are_in_order() -> None:
    text = "{name: s, version: 1, steps: [{id: a, participant: p, action: a, input: {n: 1250, f: 0.5, big: 9007199254740991}}]}"
    document = MessageToDict(load_definition("# YAML\n" + text), preserving_proto_field_name=True)
    saga = read_definition(document, lambda _participant, _action: ActionFacts())
    assert saga.steps[0].input is not None
    assert json.dumps(saga.steps[0].input.resolve(None, {})) == '{"big": 9007199254740991, "f": 0.5, "n": 1250}'


def test_what_is_not_said_stays_unsaid() -> None:
    message = load_definition("name: s\nversion: 1\ntimeout:\nsteps:\n- {id: a, participant: p, action: a, kind: null}")
    assert MessageToDict(message) == {
        "name": "s",
        "version": 1,
        "steps": [{"id": "a", "participant": "p", "action": "a"}],
    }
    saga = SagaBuilder("s", 1)
    saga.step("a", participant="p", action="a")
    assert saga.build() == message


def test_what_is_said_emptily_is_said() -> None:
    message = load_definition("retry: {}\ntimeout: 0s")
    assert message.HasField("retry")
    assert message.HasField("timeout")


def test_an_input_of_null_is_an_input() -> None:
    message = load_definition('{"steps": [{"id": "a", "input": null}]}')
    assert message.steps[0].HasField("input")
    saga = SagaBuilder("", 0)
    saga.step("a", participant="", action="", input=None)
    assert saga.build() == message


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("200ms", timedelta(milliseconds=200)),
        ("0.5s", timedelta(seconds=0.5)),
        ("5m", timedelta(minutes=5)),
        ("1h30m", timedelta(minutes=90)),
        ("1d", timedelta(days=1)),
        ("-1.5s", timedelta(seconds=-1.5)),  # it is for the orchestrator to refuse, with all other faults
    ],
)
def test_durations(text: str, span: timedelta) -> None:
    assert load_definition(f"timeout: {text}").timeout.ToTimedelta() == span


# What is wrong, and where -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("nme: x", ["line 1: nme: is no field of a definition; did you mean 'name'?"]),
        ("\nname: x\nname: y", ["line 3: has the key 'name' twice; line 2 has it already"]),
        ("timeout: 1s\nretry:\n  max_attempts: 3\n  maxAttempts: 4", ["line 4: retry.maxAttempts: is the same field"]),
        ("steps:\n- id: a\n  aftr: [b]", ["line 3: steps[0].aftr: is no field of a step; did you mean 'after'?"]),
        ("steps:\n- id: a\n  zzz: 1", ["line 3: steps[0].zzz: is no field of a step; known are id, participant,"]),
        ("steps:\n- id: 5", ['line 2: steps[0].id: must be text; put it in quotes: "5"']),
        ("steps: {a: 1}", ["line 1: steps: must be a list"]),
        ("steps: [a]", ["line 1: steps[0]: must be a mapping"]),
        ("steps:\n- after: [1]", ["line 2: steps[0].after[0]: must be text"]),
        ("steps:\n- after: {a: b}", ["line 2: steps[0].after: must be text"]),
        ("steps:\n- kind: pivto", ["line 2: steps[0].kind: must be one of compensatable, pivot, retryable"]),
        ("steps:\n- kind: unspecified", ["line 2: steps[0].kind: must be one of"]),
        ("steps:\n- root: 1", ["line 2: steps[0].root: must be true or false"]),
        ("version: one", ["line 1: version: must be a number"]),
        ("version: 1.5", ["line 1: version: must be a whole number"]),
        ("version: 3000000000", ["line 1: version: must be a whole number below 2^31"]),
        ("version: " + "9" * 5_000, ["line 1: version: must be a whole number"]),
        ("retry: 5", ["line 1: retry: must be a mapping"]),
        (
            "timeout: 10",
            ["line 1: timeout: must be a duration with its unit, such as 200ms, 10s, 5m, 1h or 1d, not 10"],
        ),
        ("timeout: 5 m", ["line 1: timeout: must be a duration with its unit"]),
        ("timeout: 5m-", ["line 1: timeout: must be a duration with its unit"]),
        ("output: 9007199254740992", ["line 1: output: is 2^53 or more"]),
        ("output: [.inf]", ["line 1: output[0]: YAML readers do not agree on '.inf'"]),
        ("output: [2020-01-01]", ["line 1: output[0]: YAML readers do not agree on '2020-01-01'; put it in quotes"]),
        ("output: [NO, 010, 1:30, 1_000]", ["line 1: output[0]: YAML", *["line 1: output["] * 3]),
        ('output: "\\ud800"', ["line 1: output: holds half of a surrogate pair"]),
        ('output: {"\\ud800": 1}', ["line 1: output: a key holds half of a surrogate pair"]),
        ("output:\n  1: a", ["line 2: output: the key '1' is no text; put it in quotes"]),
        ("output:\n  yes: a", ["line 2: output: YAML readers do not agree on 'yes'"]),
        ("output:\n  ? [a]\n  : b", ["line 2: output: a key must be text"]),
        ("output:\n  <<: {a: 1}", ["line 2: output: merge keys"]),
        ("output: !!binary aGk=", ["line 1: output: has the YAML type binary, which JSON lacks"]),
        ("output: !!set {a}", ["line 1: output: has the YAML type set"]),
        ("output: !mine [1]", ["line 1: output: has the YAML type !mine"]),
        ("output: &a [*a]", ["line 1: nests deeper than 64"]),
        ("output: " + "[" * 1_000, ["nests deeper than 64"]),
        (
            "a: &a [" + "1," * 99 + "]\nb: &b [" + "*a," * 99 + "]\nc: [" + "*b," * 99 + "]",
            ["line 1: has more than 50000"],
        ),
        ("name: [", ["line 1: is not YAML: expected the node content, but found '<stream end>', column 8"]),
        ("a: b: c", ["line 1: is not YAML: mapping values are not allowed here, column 5"]),
        ("name: \x00", ["is not YAML: unacceptable character"]),
        ("a: 1\n---\nb: 1", ["holds 2 documents; a definition is one document"]),
        ("", ["holds nothing"]),
        ("place_order.yaml", ["line 1: a definition is a mapping with `name`, `version` and `steps`; to read a file"]),
        ("- a\n- b", ["line 1: a definition is a mapping with `name`, `version` and `steps`"]),
        ('{"name": 1,}', ["line 1: is not JSON: "]),
        ('{"name": "a", "name": "b"}', ["has the key 'name' twice in one object"]),
        ('{"output": 1e999}', ["output: is no finite number"]),
        ('{"output": [{"a": NaN}]}', ["output[0].a: is no finite number"]),
        ('{"a":' * 5_000, ["nests deeper than 64"]),
        ('{"output": ' + "[" * 65 + "]" * 65 + "}", ["nests deeper than 64"]),
        ('{"version": ' + "9" * 5_000 + "}", ["has a number that is too long"]),
        ("# " + "x" * 1_048_576, ["is longer than 1048576 characters"]),
    ],
)
def test_what_is_wrong_is_told_with_its_line(text: str, faults: list[str]) -> None:
    found = told(text)
    assert len(found) == len(faults), found
    assert all(line.startswith(start) for line, start in zip(found, faults, strict=True)), found


def test_all_faults_are_told_at_once_in_the_order_of_lines() -> None:
    lines = told("vers: 1\nsteps:\n- kind: x\n  input: {a: 2020-01-01}\n- id: [a]\ntimeout: fast")
    assert [line.split(":")[:2] for line in lines] == [
        ["line 1", " vers"],
        ["line 3", " steps[0].kind"],
        ["line 4", " steps[0].input.a"],
        ["line 5", " steps[1].id"],
        ["line 6", " timeout"],
    ]


def test_a_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "order.yaml"
    path.write_text("name: a\nnme: b\n")
    with pytest.raises(DefinitionSyntaxError) as caught:
        load_definition(path)
    assert str(caught.value).startswith(f"{path}:2: nme: ")
    path.write_bytes(b"name: \xff")
    with pytest.raises(DefinitionSyntaxError, match="is not UTF-8 text"):
        load_definition(path)
    with pytest.raises(FileNotFoundError):
        load_definition(tmp_path / "nosuch.yaml")


def test_json_needs_no_yaml_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without_yaml(name: str, *args: Any) -> object:
        if name in ("yaml", "sagaway.definitions.yaml_reader"):
            raise ImportError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without_yaml)
    assert load_definition('{"name": "a"}').name == "a"
    with pytest.raises(ImportError, match=r"sagaway\[server\]"):
        load_definition("name: a")


# The builder --------------------------------------------------------------------------------------------------------


def test_the_builder_refuses_what_it_can_tell() -> None:
    saga = SagaBuilder("s", 1)
    saga.step("a", participant="p", action="a")
    with pytest.raises(ValueError, match="there is a step 'a' already"):
        saga.step("a", participant="p", action="a")
    with pytest.raises(ValueError, match="'b' comes after 'x', which is no step of this definition"):
        saga.step("b", participant="p", action="a", after=Step("x"))
    with pytest.raises(ValueError, match=r"step 'b': input\.price\[0\] is a Decimal, which JSON lacks"):
        saga.step("b", participant="p", action="a", input={"price": [Decimal(1)]})
    with pytest.raises(ValueError, match=r"output\.n is 2\^53 or more"):
        saga.output({"n": 2**53})
    assert [step.id for step in saga.build().steps] == ["a"]


def test_building_goes_on_after_build() -> None:
    saga = SagaBuilder("s", 1)
    saga.step("a", participant="p", action="a")
    first = saga.build()
    saga.step("b", participant="p", action="a")
    assert [len(message.steps) for message in (first, saga.build())] == [1, 2]


TEXT = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=8) | st.sampled_from(
    ["in", "true", "a", "_b1"]
)


@tried
@given(st.lists(TEXT | st.integers(0, 2), max_size=4), TEXT)
def test_a_path_leads_to_its_value(keys: list[str | int], step_id: str) -> None:
    value: object = "found"
    for key in reversed(keys):
        value = [None] * key + [value] if isinstance(key, int) else {key: value}
    assert compile_template(saga_input(*keys)).resolve(value, {}) == "found"
    step = Step(step_id)
    outputs: Mapping[str, object] = {step_id: value}
    assert compile_template(step.output(*keys)).resolve(None, outputs) == "found"
    assert compile_template("${" + step.path(*keys) + ' + "!"}').resolve(None, outputs) == "found!"


@tried
@given(st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("${}")), st.text(st.sampled_from("${}a")))
def test_escaped_text_is_literal_wherever_it_stands(before: str, after: str) -> None:
    assert compile_template(escape(before)).resolve(None, {}) == before
    template = compile_template(escape(before) + saga_input("x") + escape(after))
    assert template.resolve({"x": "!"}, {}) == before + "!" + after
