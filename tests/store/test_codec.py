"""Events to rows and back."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestrator.core.events import (
    EVENT_TYPES,
    CancelRequested,
    CompensationIntended,
    CompensationStarted,
    Event,
    ExecuteAttemptFailed,
    SagaCompleted,
    SagaStarted,
    SagaTimedOut,
    StepCompleted,
    StepEvent,
    StepFailed,
    StepIntended,
    StepPending,
)
from orchestrator.core.model import Cause, ExecuteOutcome, Failure, FailureKind, Payload, Signature
from orchestrator.store.base import CorruptLog, RecordedEvent
from orchestrator.store.codec import UPCASTERS, VERSIONS, EventCodec, decode, encode

_texts = st.dictionaries(st.text(max_size=5), st.text(max_size=5), max_size=3)
_integers = st.integers(-(2**63), 2**63 - 1)
_payloads = st.builds(
    Payload, st.none() | st.text(), st.none() | st.binary(), st.text(max_size=5), _texts | _texts.map(MappingProxyType)
)
_failures = st.builds(Failure, st.text(max_size=5), st.text(max_size=5), st.text())
_BY_HINT: Mapping[Any, st.SearchStrategy[Any]] = {
    int: _integers,
    Mapping[str, str]: _texts,
    Payload: _payloads,
    Payload | None: st.none() | _payloads,
    Failure: _failures,
    Failure | None: st.none() | _failures,
}


def events_of(event: type[Event]) -> st.SearchStrategy[Event]:
    hints = get_type_hints(event)
    fields = {field.name: hints[field.name] for field in dataclasses.fields(event)}
    return st.builds(event, **{name: _BY_HINT.get(hint, st.from_type(hint)) for name, hint in fields.items()})


@pytest.mark.parametrize("event", EVENT_TYPES)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_every_event_comes_back_as_it_was(event: type[Event], data: st.DataObject) -> None:
    example = data.draw(events_of(event))
    recorded = encode(example)
    assert decode(1, recorded) == example
    assert (recorded.type, recorded.time) == (event.__name__, example.time)
    assert "time" not in json.loads(recorded.data)


# What stands in logs. A row here is never changed: if this test fails, logs in use can't be read any more.
_WRITTEN: list[tuple[RecordedEvent, Event]] = [
    (
        RecordedEvent(
            "SagaStarted",
            3,
            7,
            b'{"definition_name":"place_order","definition_version":2,"definition_hash":"ab","input":{"json":"{}"},'
            b'"timeout_time":9,"labels":{"a":"b"},"traceparent":"00-1-2-01","trace_origin":"root",'
            b'"restarted_from":"o-1","by":{"reason":"why","claimed_actor":"ann"}}',
        ),
        SagaStarted(
            7,
            "place_order",
            2,
            "ab",
            Payload(json="{}"),
            9,
            {"a": "b"},
            "00-1-2-01",
            "root",
            "o-1",
            Signature("why", "ann"),
        ),
    ),
    (RecordedEvent("SagaTimedOut", 1, 7, b"{}"), SagaTimedOut(7)),
    (RecordedEvent("CancelRequested", 1, 7, b'{"reason":"why"}'), CancelRequested(7, "why")),
    (
        RecordedEvent(
            "StepIntended",
            1,
            7,
            b'{"step_id":"pay","run":1,"input":{"binary":"AAH/","content_type":"x/y","metadata":{"k":"v"}}}',
        ),
        StepIntended(7, "pay", 1, Payload(binary=b"\x00\x01\xff", content_type="x/y", metadata={"k": "v"})),
    ),
    (RecordedEvent("StepIntended", 1, 7, b'{"step_id":"pay","run":1,"input":null}'), StepIntended(7, "pay", 1, None)),
    (
        RecordedEvent(
            "ExecuteAttemptFailed",
            1,
            7,
            b'{"step_id":"pay","attempt":3,"failure":{"code":"UNAVAILABLE"},"retry_time":8,"used":false,"in_progress":true}',
        ),
        ExecuteAttemptFailed(7, "pay", 3, Failure("UNAVAILABLE"), 8, used=False, in_progress=True),
    ),
    (
        RecordedEvent("CompensationStarted", 1, 7, b'{"cause":"TIMED_OUT","failure":{},"struck":["a","b"]}'),
        CompensationStarted(7, Cause.TIMED_OUT, Failure(), struck=("a", "b")),
    ),
    (
        RecordedEvent("CompensationIntended", 1, 7, b'{"step_id":"pay","outcome":"PENDING"}'),
        CompensationIntended(7, "pay", ExecuteOutcome.PENDING),
    ),
    (RecordedEvent("StepCompleted", 1, 7, b'{"step_id":"pay","output":{}}'), StepCompleted(7, "pay", Payload())),
    (RecordedEvent("SagaCompleted", 1, 7, b"{}"), SagaCompleted(7)),
]


# What earlier versions wrote, and what it is today.
_OLDER: list[tuple[RecordedEvent, Event]] = [
    (
        RecordedEvent(
            "SagaStarted",
            2,
            7,
            b'{"definition_name":"place_order","definition_version":2,"definition_hash":"ab","input":{"json":"{}"},'
            b'"timeout_time":9,"labels":{"a":"b"},"traceparent":"00-1-2-01","trace_origin":"root"}',
        ),
        SagaStarted(7, "place_order", 2, "ab", Payload(json="{}"), 9, {"a": "b"}, "00-1-2-01", "root"),
    ),
    (
        RecordedEvent(
            "SagaStarted",
            1,
            7,
            b'{"definition_name":"place_order","definition_version":2,"definition_hash":"ab","input":{"json":"{}"},'
            b'"timeout_time":9,"labels":{"a":"b"},"traceparent":"00-1-2-01"}',
        ),
        SagaStarted(7, "place_order", 2, "ab", Payload(json="{}"), 9, {"a": "b"}, "00-1-2-01"),
    ),
]


@pytest.mark.parametrize(("recorded", "event"), _WRITTEN)
def test_rows_stay_as_they_are(recorded: RecordedEvent, event: Event) -> None:
    assert decode(1, recorded) == event
    assert encode(event) == recorded


@pytest.mark.parametrize(("recorded", "event"), _OLDER)
def test_older_rows_are_read_for_ever(recorded: RecordedEvent, event: Event) -> None:
    assert decode(1, recorded) == event


def row(data: bytes, type_: str = "StepCompleted", version: int = 1) -> RecordedEvent:
    return RecordedEvent(type_, version, 5, data)


@pytest.mark.parametrize(
    ("recorded", "fault"),
    [
        (row(b"{}", "StepForgotten"), "no such type is known"),
        (row(b"{}", version=2), "reads up to version 1"),
        (row(b"{}", version=0), "versions start at 1"),
        (row(b""), "not JSON"),
        (row(b'{"step_id":"a","output":{"json":"secret'), "not JSON"),
        (row(b'{"step_id":"secret\xff","output":{}}'), "not JSON"),
        (row(b'["secret"]'), "Expected `object`, got `array`"),
        (
            row(b'{"step_id":17,"output":{"json":"secret"}}'),
            r"\$\.step_id has the wrong type: Expected `str`, got `int`",
        ),
        (row(b'{"step_id":"a","output":{"json":["secret"]}}'), r"\$\.output\.json has the wrong type"),
        (row(b'{"step_id":"a","output":{"binary":"secret!"}}'), r"\$\.output\.binary"),
        (row(b'{"step_id":"a"}'), "missing required field `output`"),
        (row(b'{"step_id":"a","output":{},"secret":1}'), "not one that this program knows"),
        (row(b'{"step_id":"a","output":{"secret":1}}'), r"\$\.output is not one"),
        (row(b'{"step_id":"a","outcome":"secret"}', "CompensationIntended"), r"\$\.outcome is not one"),
    ],
)
def test_what_nobody_wrote_is_refused_by_place_and_fault_and_never_quoted(recorded: RecordedEvent, fault: str) -> None:
    with pytest.raises(CorruptLog, match=fault) as caught:
        decode(23, recorded)
    text = str(caught.value)
    assert text.startswith(f"event 23 (type '{recorded.type}', version {recorded.version})")
    assert "secret" not in text
    assert caught.value.__cause__ is None


def rename(fields: dict[str, Any]) -> dict[str, Any]:
    return {"step_id": fields["step"], "attempt": fields["attempt"]}


def count_from_1(fields: dict[str, Any]) -> dict[str, Any]:
    return {**fields, "attempt": fields["attempt"] + 1}


_NEWER = EventCodec(EVENT_TYPES, {StepPending: 3}, {("StepPending", 1): rename, ("StepPending", 2): count_from_1})


def test_old_versions_are_brought_up_one_by_one() -> None:
    assert _NEWER.decode(1, row(b'{"step":"pay","attempt":0}', "StepPending", 1)) == StepPending(5, "pay", 1)
    assert _NEWER.decode(1, row(b'{"step_id":"pay","attempt":0}', "StepPending", 2)) == StepPending(5, "pay", 1)
    assert _NEWER.decode(1, row(b'{"step_id":"pay","attempt":1}', "StepPending", 3)) == StepPending(5, "pay", 1)
    assert _NEWER.encode(StepPending(5, "pay", 1)) == row(b'{"step_id":"pay","attempt":1}', "StepPending", 3)
    # A version that is not of its own class is not touched.
    assert _NEWER.decode(1, row(b"{}", "SagaTimedOut")) == SagaTimedOut(5)


@dataclasses.dataclass(frozen=True, slots=True)
class _Tomorrows(StepEvent):
    """StepFailed as it might be one day: a field gone, one of another type, a new one without a default."""

    kind: FailureKind
    message: str
    retryable: bool


def to_tomorrow(fields: dict[str, Any]) -> dict[str, Any]:
    return {
        "step_id": fields["step_id"],
        "kind": fields["kind"],
        "message": fields["failure"].get("message", ""),
        "retryable": fields["kind"] == "ATTEMPTS_EXHAUSTED",
    }


def test_an_upcaster_carries_a_row_of_today_to_a_class_of_another_shape() -> None:
    _Tomorrows.__name__ = "StepFailed"
    tomorrow = EventCodec([_Tomorrows], {_Tomorrows: 2}, {("StepFailed", 1): to_tomorrow})
    today = StepFailed(7, "pay", FailureKind.ATTEMPTS_EXHAUSTED, Failure("UNAVAILABLE", "", "away"), attempt=3)
    expected = _Tomorrows(7, "pay", FailureKind.ATTEMPTS_EXHAUSTED, "away", True)
    assert tomorrow.decode(1, encode(today)) == expected
    # What it writes now is of the new version, and today's program says so instead of guessing.
    written = tomorrow.encode(expected)
    assert (written.version, tomorrow.decode(1, written)) == (2, expected)
    with pytest.raises(CorruptLog, match="reads up to version 1; run the newer version that wrote it"):
        decode(1, written)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        (b"{}", "upcaster failed with KeyError"),
        (b'{"step":"a","attempt":"secret"}', "upcaster failed with TypeError"),
        (b'{"step":7,"attempt":1}', "wrong type"),
        (b'["secret"]', "wrong type"),
        (b"{", "not JSON"),
    ],
)
def test_a_bad_old_row_is_refused_as_well(data: bytes, fault: str) -> None:
    with pytest.raises(CorruptLog, match=fault) as caught:
        _NEWER.decode(1, row(data, "StepPending", 1))
    assert "secret" not in str(caught.value)


def test_bytes_in_an_old_row_stay_bytes() -> None:
    newer = EventCodec(EVENT_TYPES, {StepCompleted: 2}, {("StepCompleted", 1): lambda fields: fields})
    assert newer.decode(1, row(b'{"step_id":"a","output":{"binary":"AAH/"}}')) == StepCompleted(
        5, "a", Payload(binary=b"\x00\x01\xff")
    )


def test_a_version_without_a_way_up_is_refused_at_once() -> None:
    with pytest.raises(ValueError, match="version 2 of StepPending has no upcaster"):
        EventCodec(EVENT_TYPES, {StepPending: 3}, {("StepPending", 1): rename})


def test_each_upcaster_is_of_a_version_that_was() -> None:
    names = {event.__name__: VERSIONS.get(event, 1) for event in EVENT_TYPES}
    assert all(1 <= version < names[name] for name, version in UPCASTERS)
