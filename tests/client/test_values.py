"""Values into messages and back; errors before anything is sent."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from sagaway.client import (
    Client,
    InvalidArgument,
    Payload,
    Retries,
    Saga,
    SagaNotCompleted,
    SagaState,
    SagawayError,
    StepFailure,
    as_json,
    is_settled,
    name_of,
    new_saga_id,
    output_of,
    payload_of,
    value_of,
)


@pytest.mark.parametrize("value", [{"a": [1, 2.5, None, True]}, "ü", 0, [], None, 2**60, {"n": {"n": {}}}])
def test_json_values_come_back_as_they_went(value: object) -> None:
    assert value_of(payload_of(value)) == value


def test_a_payload_goes_as_it_is() -> None:
    payload = Payload(binary=b"\x00", content_type="image/png")
    assert payload_of(payload) is payload
    assert value_of(payload) == b"\x00"
    assert value_of(Payload()) is None


@pytest.mark.parametrize("value", [b"x", object(), float("nan"), {1: {2}}, datetime.now(), "\ud800"])
def test_what_is_not_json_is_refused_by_field(value: object) -> None:
    with pytest.raises(InvalidArgument) as caught:
        payload_of(value, "input")
    assert caught.value.violations[0].field == "input"


def test_a_value_that_holds_itself_is_refused() -> None:
    knot: list[object] = []
    knot.append(knot)
    with pytest.raises(InvalidArgument, match="input"):
        payload_of(knot)


def test_text_that_is_not_json_is_refused_without_showing_it() -> None:
    with pytest.raises(InvalidArgument) as caught:
        value_of(Payload(json='{"card": "4111'))
    assert "4111" not in str(caught.value)


def test_ids_made_here_are_uuid7_in_the_order_of_time() -> None:
    before = time.time_ns() // 1_000_000
    ids = [UUID(new_saga_id()) for _ in range(100)]
    assert len(set(ids)) == 100
    assert {(uuid.version, uuid.variant) for uuid in ids} == {(7, "specified in RFC 4122")}
    assert before <= ids[0].int >> 80 <= time.time_ns() // 1_000_000


def test_the_output_of_a_saga_that_is_not_completed_says_why() -> None:
    saga = Saga(saga_id="o-1", state=SagaState.SAGA_STATE_COMPENSATED, cause="SAGA_CAUSE_REJECTED")
    saga.error.message = "no stock"
    with pytest.raises(SagaNotCompleted, match=r"o-1 is COMPENSATED \(REJECTED: no stock\)") as caught:
        output_of(saga)
    assert caught.value.saga is saga
    saga = Saga(state=SagaState.SAGA_STATE_COMPLETED, output=Payload(json='{"n":1}'))
    assert output_of(saga) == {"n": 1}


@pytest.mark.parametrize(
    ("state", "settled"),
    [("PENDING", False), ("RUNNING", False), ("COMPENSATING", False), ("STUCK", True), ("COMPLETED", True)],
)
def test_settled_is_ended_or_stuck(state: str, settled: bool) -> None:
    assert is_settled(Saga(state=f"SAGA_STATE_{state}")) is settled


def test_names_are_short() -> None:
    saga = Saga(state=SagaState.SAGA_STATE_RUNNING)
    assert name_of(saga, "state") == "RUNNING"
    assert name_of(saga, "cause") == ""
    saga.MergeFromString(b"\x30\x63")  # state = 99, of a server newer than this client
    assert name_of(saga, "state") == "99"


def test_json_has_the_contract_s_names_and_all_plain_fields() -> None:
    document = as_json(Saga(saga_id="o-1", last_sequence=3))
    assert document["saga_id"] == "o-1"
    assert document["last_sequence"] == "3"
    assert document["paused"] is False
    assert document["steps"] == []
    assert "end_time" not in document


async def test_wrong_types_are_named_before_anything_is_sent() -> None:
    async with Client("127.0.0.1:1") as client:
        for field, arguments in {
            "saga_id": {"saga_id": 7},
            "labels": {"labels": {"k": 1}},
            "definition_version": {"version": 2**40},
            "wait": {"wait": timedelta(seconds=-1)},
            "input": {"input": b"bytes"},
        }.items():
            with pytest.raises(InvalidArgument) as caught:
                await client.start("place_order", **arguments)  # type: ignore[arg-type]
            assert caught.value.violations[0].field == field
            assert caught.value.attempts == 0
        with pytest.raises(InvalidArgument, match="time zone"):
            client.list(started_from=datetime(2026, 1, 1))
        with pytest.raises(InvalidArgument, match="states"):
            client.list(states=["LOST"])
        with pytest.raises(InvalidArgument, match="phase"):
            await client.complete_step("o-1", "ship", "token", StepFailure(reason="LOST"))
        with pytest.raises(InvalidArgument, match="outcome"):
            await client.complete_step("o-1", "ship", "token", {"ok": True})  # type: ignore[arg-type]
        with pytest.raises(InvalidArgument, match="a SagaDefinition message"):
            await client.definitions.register({"name": "x"})  # type: ignore[arg-type]


def test_an_address_is_needed() -> None:
    with pytest.raises(InvalidArgument, match="address"):
        Client("")


@pytest.mark.parametrize(
    "arguments",
    [{"patience": timedelta(-1)}, {"attempt_timeout": timedelta(0)}, {"max_backoff": timedelta(-1)}],
)
def test_retries_are_checked(arguments: dict[str, timedelta]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        Retries(**arguments)


def test_every_error_has_one_root() -> None:
    assert issubclass(InvalidArgument, SagawayError)
    assert issubclass(SagaNotCompleted, SagawayError)
