"""What definitions become, in which order their steps go, and how long participants must remember them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestrator.core.definition import ActionFacts, StepKind
from orchestrator.core.definition_document import DefinitionInvalid, canonical_json, read_definition
from orchestrator.core.retry import COMPENSATE_DEFAULT, EXECUTE_DEFAULT, RETRYABLE_DEFAULT, SECOND, RetryPolicy
from orchestrator.core.standstill import LONGEST
from tests.core.definitions import ACTIONS, DAY, definition, faults, read, step

tried = settings(max_examples=100, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

# What a definition becomes ------------------------------------------------------------------------------------------


def test_defaults() -> None:
    saga = read(definition(step("a"), step("b")))
    first, second = saga.steps
    assert (saga.name, saga.version, saga.timeout, saga.output) == ("order", 1, DAY, None)
    assert (first.after, second.after) == ((), ("a",))
    assert first.kind is StepKind.COMPENSATABLE
    assert first.input is None
    assert first.attempt_timeout == 10 * SECOND
    assert first.compensation_attempt_timeout == 30 * SECOND
    assert first.pending_timeout == 3_600 * SECOND
    assert first.pending_poll_interval == 60 * SECOND
    assert first.retry == EXECUTE_DEFAULT
    assert first.compensation_retry == COMPENSATE_DEFAULT
    assert first.facts == ACTIONS["do"]


def test_every_field_is_read() -> None:
    saga = read(
        definition(
            step(
                "a",
                input={"n": 5.0},
                attempt_timeout="0.250s",
                compensation_attempt_timeout="60s",
                retry_codes=["NOT_FOUND"],
                stop_codes=["UNAVAILABLE"],
                pending_timeout="7200s",
                pending_poll_interval="1.5s",
            ),
            timeout="600s",
            description="an order",
            output={"id": "${steps.a.output.id}"},
        )
    )
    (only,) = saga.steps
    assert only.input is not None
    assert saga.output is not None
    assert json.dumps(only.input.resolve(None, {})) == '{"n": 5}'
    assert saga.output.resolve(None, {"a": {"id": "o-1"}}) == {"id": "o-1"}
    assert saga.timeout == 600 * SECOND
    assert (only.attempt_timeout, only.compensation_attempt_timeout) == (SECOND // 4, 60 * SECOND)
    assert (only.pending_timeout, only.pending_poll_interval) == (7_200 * SECOND, 1_500_000)
    assert (sorted(only.retry_codes), sorted(only.stop_codes)) == (["NOT_FOUND"], ["UNAVAILABLE"])


def test_order_is_the_list_unless_after_or_root_say_otherwise() -> None:
    saga = read(
        definition(step("a"), step("b"), step("c", after=["a"]), step("d", root=True), step("e", after=["c", "b"]))
    )
    assert {one.id: one.after for one in saga.steps} == {
        "a": (),
        "b": ("a",),
        "c": ("a",),
        "d": (),
        "e": ("c", "b"),
    }


def test_a_pivot_is_between_steps_with_a_way_back_and_steps_without() -> None:
    saga = read(
        definition(
            step("look", action="look"),
            step("a"),
            step("pay", action="send", kind="STEP_KIND_PIVOT"),
            step("ship", action="send", kind="STEP_KIND_RETRYABLE"),
            step("mail", kind="STEP_KIND_RETRYABLE", after=["pay"]),
        )
    )
    assert saga.pivot is saga.by_id["pay"]
    assert saga.by_id["pay"].retry == saga.by_id["ship"].retry == RETRYABLE_DEFAULT
    assert [one.id for one in saga.steps if one.compensated_on_abort] == ["a"]


def test_kinds_go_by_the_order_of_running_not_of_writing() -> None:
    ship = step("ship", kind="STEP_KIND_RETRYABLE", after=["pay"])
    pay = step("pay", kind="STEP_KIND_PIVOT", after=["reserve"])
    assert [one.id for one in read(definition(ship, pay, step("reserve", root=True))).order] == [
        "reserve",
        "pay",
        "ship",
    ]


def test_a_retry_policy_says_only_what_differs() -> None:
    saga = read(
        definition(
            step("a", retry={"initial_backoff": "60s"}),
            step("b", retry={"max_attempts": 2, "max_backoff": "0.100s"}, compensation_retry={"multiplier": 3.0}),
            step("c", kind="STEP_KIND_PIVOT"),
            retry={"max_attempts": 9},
            compensation_retry={"max_attempts": 10.0},
        )
    )
    a, b, c = saga.steps
    assert a.retry == RetryPolicy(9, 60 * SECOND, 60 * SECOND)  # the ceiling moves with the first wait
    assert b.retry == RetryPolicy(2, SECOND // 10, SECOND // 10)
    assert b.compensation_retry == RetryPolicy(10, SECOND // 2, 300 * SECOND, 3.0)
    assert c.retry == RetryPolicy(9, RETRYABLE_DEFAULT.initial_backoff, RETRYABLE_DEFAULT.max_backoff)


def test_the_hash_is_that_of_the_content_however_it_is_written() -> None:
    document = definition(step("a", input={"x": 5.0, "y": -0.0, "z": "ü"}), timeout="600s")
    same = {key: document[key] for key in reversed(document)}
    same["steps"] = [{"input": {"z": "ü", "y": 0, "x": 5}, "action": "do", "participant": "shop", "id": "a"}]
    same["version"] = 1.0
    assert canonical_json(document) == canonical_json(same)
    content_hash = hashlib.sha256(canonical_json(document).encode()).hexdigest()
    assert content_hash == read(document).content_hash == read(same).content_hash
    assert read(json.loads(canonical_json(document))) == read(document)
    half, whole = (read(definition(step("a", input={"x": x}))).content_hash for x in (5.5, 5))
    assert half != whole
    assert canonical_json({"version": 1, "name": "é"}) == '{"name":"é","version":1}'


# Time ---------------------------------------------------------------------------------------------------------------

# One attempt of 30 s without a wait, and no Pending longer than 10 s: 40 s of compensation a step.
BRIEF: dict[str, Any] = {"compensation_retry": {"max_attempts": 1}, "pending_timeout": "10s"}


def kept(seconds: int) -> ActionFacts:
    return ActionFacts(deduplication_retention=seconds * SECOND)


def fields_refused(document: Mapping[str, object], seconds: int) -> list[str]:
    try:
        read_definition(document, lambda _participant, _action: kept(seconds))
    except DefinitionInvalid as error:
        return [fault.field for fault in error.faults]
    return []


@pytest.mark.parametrize(
    ("steps", "seconds"),
    [
        ([step("a", **BRIEF)], 100 + 40),
        ([step("a", **BRIEF), step("b", **BRIEF)], 100 + 80),
        ([step("a", **BRIEF), step("b", root=True, **BRIEF)], 100 + 40),  # side by side
        ([step("a", **BRIEF), step("b", after=["a"], **BRIEF), step("c", after=["a"], **BRIEF)], 100 + 80),
        (
            # The timeout does not cut short what the pivot may take to prove Rejected: 10 s and 10 s of Pending.
            [step("a", **BRIEF), step("p", kind="STEP_KIND_PIVOT", retry={"max_attempts": 1}, pending_timeout="10s")],
            100 + 20 + 40,
        ),
    ],
)
def test_participants_must_remember_for_as_long_as_the_saga_may_ask(steps: list[dict[str, Any]], seconds: int) -> None:
    document = definition(*steps, timeout="100s")
    assert fields_refused(document, seconds) == []
    assert fields_refused(document, seconds - 1) == ["timeout"]


def test_a_refused_timeout_names_the_numbers() -> None:
    document = definition(step("a", **BRIEF), timeout="86400s")
    with pytest.raises(DefinitionInvalid) as caught:
        read_definition(document, lambda _participant, _action: kept(3_600))
    assert caught.value.faults[0].description == (
        "the saga may take 1 d 40 s (1 d of timeout, 40 s of compensation), but participant 'shop' keeps its"
        " deduplication rows for 1 h; shorten the timeout or the retries, or let the participant keep them longer"
    )


def test_pauses_of_the_timeout_count_against_what_participants_remember() -> None:
    document = definition(step("a", **BRIEF), timeout="100s", pause_timeout_during_outage=True)
    week = LONGEST // SECOND
    assert read(document).pause_timeout_during_outage
    assert fields_refused(document, 140 + week) == []
    assert fields_refused(document, 140 + week - 1) == ["timeout"]
    assert fields_refused({**document, "pause_timeout_during_outage": False}, 140) == []
    with pytest.raises(DefinitionInvalid) as caught:
        read_definition(document, lambda _participant, _action: kept(3_600))
    assert caught.value.faults[0].description == (
        "the saga may take 7 d 2 min 20 s (1 min 40 s of timeout, 40 s of compensation, 7 d of pauses during outages),"
        " but participant 'shop' keeps its deduplication rows for 1 h; shorten the timeout or the retries, or leave out"
        " `pause_timeout_during_outage`, or let the participant keep them longer"
    )


def test_a_retryable_step_is_remembered_for_as_long_as_it_is_retried() -> None:
    pivot = step("p", kind="STEP_KIND_PIVOT", retry={"max_attempts": 1}, pending_timeout="1s")
    last = step("r", kind="STEP_KIND_RETRYABLE", retry={"max_attempts": 1}, pending_timeout="60s")
    document = definition(pivot, last, timeout="1s")
    assert fields_refused(document, 70) == []
    assert fields_refused(document, 69) == ["steps[1].retry"]


def test_a_participant_that_promises_nothing_is_not_compared() -> None:
    read_definition(definition(step("a"), timeout="2592000s"), lambda _participant, _action: ActionFacts())


# Properties ---------------------------------------------------------------------------------------------------------


@st.composite
def dags(draw: st.DrawFn) -> dict[str, Any]:
    """Steps in a random list order, each after some that come earlier in a hidden one."""
    count = draw(st.integers(1, 12))
    steps = []
    for number in range(count):
        before = draw(st.sets(st.integers(0, number - 1))) if number else set()
        where = {"after": [f"s{one}" for one in sorted(before)]} if before else {"root": True}
        steps.append(step(f"s{number}", **where))
    return definition(*draw(st.permutations(steps)))


@tried
@given(dags())
def test_the_order_of_any_dag_is_topological(document: dict[str, Any]) -> None:
    saga = read(document)
    place = {one.id: number for number, one in enumerate(saga.order)}
    assert sorted(place) == sorted(one["id"] for one in document["steps"])
    for one in saga.steps:
        assert set(one.after) == set(document["steps"][saga.steps.index(one)].get("after", []))
        assert all(place[before] < place[one.id] for before in one.after)


@tried
@given(dags(), st.data())
def test_a_step_reads_exactly_the_steps_it_comes_after(document: dict[str, Any], data: st.DataObject) -> None:
    after = {one["id"]: set(one.get("after", [])) for one in document["steps"]}

    def ancestors(one: str) -> set[str]:
        return after[one].union(*(ancestors(before) for before in after[one]))

    reader, read_one = (data.draw(st.sampled_from(sorted(after))) for _ in range(2))
    chosen = next(one for one in document["steps"] if one["id"] == reader)
    chosen["input"] = f"${{steps.{read_one}.output}}"
    if read_one in ancestors(reader):
        assert read(document).by_id[reader].input is not None
    else:
        field = f"steps[{document['steps'].index(chosen)}].input"
        assert list(faults(document)) == [field]
