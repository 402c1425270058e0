"""What is refused of a definition: every fault is told, where it is and at once."""

from __future__ import annotations

from typing import Any

import pytest

from orchestrator.core.definition_document import DefinitionInvalid
from tests.core.definitions import definition, faults, read, step

LOOP = "is part of a cycle"


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"version": 1, "steps": [step("a")]}, "name", "is required"),
    (definition(step("a"), name="an order"), "name", "1 to 64 letters"),
    (definition(step("a"), name="x" * 65), "name", "1 to 64 letters"),
    (definition(step("a"), name=5), "name", "1 to 64 letters"),
    ({"name": "order", "steps": [step("a")]}, "version", "is required"),
    (definition(step("a"), version=-1), "version", "whole number from 1"),
    (definition(step("a"), version=1.5), "version", "whole number from 1"),
    (definition(step("a"), version="1"), "version", "must be a number"),
    (definition(step("a"), version=True), "version", "must be a number"),
    (definition(step("a"), description="é" * 1_025), "description", "2050 bytes, and 2048"),
    (definition(step("a"), descripton="x"), "descripton", "did you mean 'description'"),
    (definition(step("a", attemptTimeout="1s")), "steps[0].attemptTimeout", "did you mean 'attempt_timeout'"),
    (definition(step("a"), pause_timeout_during_outage="7d"), "pause_timeout_during_outage", "must be true or false"),
    (definition(), "steps", "1 to 100 steps, and this one has 0"),
    (definition(*[step(f"s{n}") for n in range(101)]), "steps", "this one has 101"),
    (definition(step("a"), steps={"a": 1}), "steps", "must be a list"),
    (definition(step("a", id="a b")), "steps[0].id", "1 to 64 letters"),
    (definition(step("a"), step("b"), step("a")), "steps[2].id", "steps[0] has the id 'a' already"),
    (
        definition(step("a", participant="shp")),
        "steps[0].participant",
        "not registered; register it first; did you mean",
    ),
    (definition(step("a", participant="")), "steps[0].participant", "is required"),
    (definition(step("a", action="loook")), "steps[0].action", "offers no action 'loook'; did you mean 'look'"),
    (definition(step("a", kind="PIVOT")), "steps[0].kind", "must be one of STEP_KIND_COMPENSATABLE"),
    (definition(step("a", kind=7)), "steps[0].kind", "must be one of"),
    # Order
    (definition(step("a"), step("b", after=["aa"])), "steps[1].after[0]", "no step 'aa'; did you mean 'a'"),
    (definition(step("a", after=["a"])), "steps[0].after[0]", "cannot wait for itself"),
    (definition(step("a"), step("b", after=["a", "a"])), "steps[1].after[1]", "'a' twice"),
    (definition(step("a"), step("b", after=["a"], root=True)), "steps[1].root", "not allowed together"),
    (definition(step("a"), step("b", after="a")), "steps[1].after", "must be a list"),
    (definition(step("a", after=["c"]), step("b"), step("c")), "steps[0].after", f"{LOOP}: a → b → c → a"),
    # Durations
    (definition(step("a"), timeout="-5s"), "timeout", "is negative (-5s)"),
    (definition(step("a"), timeout="0s"), "timeout", "at least 1 ms"),
    (definition(step("a"), timeout="2592001s"), "timeout", "30 d is the limit"),
    (definition(step("a"), timeout="5m"), "timeout", "in seconds"),
    (definition(step("a"), timeout=5), "timeout", "in seconds"),
    (definition(step("a", attempt_timeout="3601s")), "steps[0].attempt_timeout", "1 h is the limit"),
    (definition(step("a", attempt_timeout="0.000999s")), "steps[0].attempt_timeout", "at least 1 ms"),
    (
        definition(step("a", compensation_attempt_timeout="-1s")),
        "steps[0].compensation_attempt_timeout",
        "negative",
    ),
    (definition(step("a", pending_timeout="9999999s")), "steps[0].pending_timeout", "30 d is the limit"),
    (definition(step("a", pending_poll_interval="0s")), "steps[0].pending_poll_interval", "at least 1 ms"),
    # Retries and codes
    (definition(step("a"), retry={"max_attempts": 1_001}), "retry.max_attempts", "from 1 to 1000"),
    (definition(step("a"), retry={"max_attempts": -1}), "retry.max_attempts", "from 1 to 1000"),
    (definition(step("a"), retry={"multiplier": 0.5}), "retry.multiplier", "from 1 to 10"),
    (definition(step("a"), retry={"multiplier": "NaN"}), "retry.multiplier", "must be a number"),
    (
        definition(step("a"), compensation_retry={"max_backoff": "3601s"}),
        "compensation_retry.max_backoff",
        "1 h is",
    ),
    (
        definition(step("a", retry={"initial_backoff": "2s", "max_backoff": "1s"})),
        "steps[0].retry.initial_backoff",
        "longer than `max_backoff`",
    ),
    (definition(step("a"), retry=5), "retry", "must be an object"),
    (definition(step("a", retry_codes=["OK"])), "steps[0].retry_codes[0]", "OK is a success"),
    (definition(step("a", stop_codes=["unavailable"])), "steps[0].stop_codes[0]", "did you mean 'UNAVAILABLE'"),
    (definition(step("a", stop_codes=["ABORTED", "ABORTED"])), "steps[0].stop_codes[1]", "twice"),
    (
        definition(step("a", retry_codes=["ABORTED"], stop_codes=["ABORTED"])),
        "steps[0].stop_codes[0]",
        "in `retry_codes` too",
    ),
    # Kinds
    (definition(step("a", action="send")), "steps[0].kind", "cannot be compensated"),
    (definition(step("a", kind="STEP_KIND_RETRYABLE")), "steps[0].kind", "comes after a pivot, and there is none"),
    (
        definition(step("a", kind="STEP_KIND_PIVOT"), step("b", kind="STEP_KIND_PIVOT")),
        "steps[1].kind",
        "at most one pivot, and 'a' is one",
    ),
    (
        definition(step("a", kind="STEP_KIND_RETRYABLE"), step("p", kind="STEP_KIND_PIVOT")),
        "steps[0].kind",
        "before the pivot 'p' must be compensatable",
    ),
    (
        definition(step("p", kind="STEP_KIND_PIVOT"), step("a")),
        "steps[1].kind",
        "after the pivot 'p' must be retryable",
    ),
    (
        definition(step("a"), step("p", kind="STEP_KIND_PIVOT"), step("b", root=True)),
        "steps[2].after",
        "neither before nor after the pivot 'p'",
    ),
    # Templates
    (definition(step("a", input={"n": [2.0**53]})), "steps[0].input.n[0]", "2^53 or more"),
    (definition(step("a", input=2**53)), "steps[0].input", "2^53 or more"),
    (definition(step("a", input=float("inf"))), "steps[0].input", "no finite number"),
    (
        definition(step("a", input={"lines": [{"post code": "x ${1 +}"}]})),
        'steps[0].input.lines[0]["post code"]',
        "step 'a', column 8: the expression is not CEL",
    ),
    (definition(step("a", input="${1 +}")), "steps[0].input", "step 'a', column 6: "),
    (
        definition(step("a"), step("b", input={"x": "${steps.aa.output}"})),
        "steps[1].input.x",
        "step 'b', column 3: there is no step 'aa'; did you mean 'a'",
    ),
    (definition(step("a", input="${steps.a.output}")), "steps[0].input", "cannot read its own output"),
    (
        definition(step("a", input=["${steps.b.output}"]), step("b")),
        "steps[0].input[0]",
        "step 'b' need not have completed before it",
    ),
    (
        definition(step("a"), step("b", root=True), step("c", after=["a"], input="${steps.b.output}")),
        "steps[2].input",
        "step 'b' need not have completed before it",
    ),
    (definition(step("a"), output={"x": "${steps.b.output}"}), "output.x", "column 3: there is no step 'b'"),
    (definition(step("a", input="x" * 262_144)), "", "262144 is the limit"),
]
"""Definitions with one fault, its field, and words of what is said of it. docs/definitions.md explains each."""


@pytest.mark.parametrize(("document", "field", "words"), REFUSED)
def test_a_definition_is_refused(document: dict[str, object], field: str, words: str) -> None:
    found = faults(document)
    assert list(found) == [field]
    assert words in found[field]


def test_a_step_may_read_every_step_that_is_before_it_also_far_before() -> None:
    read(definition(step("a"), step("b"), step("c", input="${steps.a.output.x}"), output="${steps.b.output}"))


def test_all_faults_are_told_at_once_those_of_the_whole_first_then_by_step() -> None:
    document = definition(
        step("a", after=["c"], input="${steps.nosuch.output} ${1 +}"),
        step("b", participant="nobody", attempt_timeout="-1s"),
        step("c", retry_codes=["OK"], kind="STEP_KIND_RETRYABLE"),
        5,  # type: ignore[arg-type]
        name="",
        timeout="0s",
        output="${oops}",
    )
    with pytest.raises(DefinitionInvalid) as caught:
        read(document)
    fields = [fault.field for fault in caught.value.faults]
    assert fields[:3] == ["name", "timeout", "output"]
    assert fields[3:] == [
        "steps[0].after",
        "steps[0].input",
        "steps[0].input",
        "steps[1].attempt_timeout",
        "steps[1].participant",
        "steps[2].retry_codes[0]",
        "steps[2].kind",
        "steps[3]",
        "steps[3].id",
        "steps[3].participant",
        "steps[3].action",
    ]


def test_each_cycle_is_told_and_what_waits_behind_it_is_not() -> None:
    document = definition(
        step("a", after=["b"]), step("b", after=["a"]), step("c"), step("d", after=["e"]), step("e", after=["d"])
    )
    assert faults(document) == {
        "steps[0].after": "is part of a cycle: a → b → a; steps cannot wait for each other",
        "steps[3].after": "is part of a cycle: d → e → d; steps cannot wait for each other",
    }
