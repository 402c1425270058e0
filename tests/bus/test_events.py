"""Events are CloudEvents 1.0 in structured mode, and nothing else is one of ours."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from sagaway.bus import Event, EventInvalidError, decode
from tests.bus.worlds import an_event

FULL = an_event(
    1,
    time=datetime(2030, 1, 1, 2, tzinfo=timezone(timedelta(hours=2))),
    namespace="shop",
    correlation_id="order-7",
    causation_id="event-0",
    traceparent="00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    tracestate="a=b",
)


def test_an_event_looks_as_the_specification_says() -> None:
    assert json.loads(FULL.encode()) == {
        "specversion": "1.0",
        "id": "event-1",
        "source": "/tests",
        "type": "com.example.order.created.v1",
        "subject": "saga-1",
        "time": "2030-01-01T00:00:00Z",
        "datacontenttype": "application/json",
        "data": {"number": 1},
        "namespace": "shop",
        "correlationid": "order-7",
        "causationid": "event-0",
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "tracestate": "a=b",
    }


@pytest.mark.parametrize(
    "event",
    [
        FULL,
        an_event(data=None),
        an_event(data=b"\x00\xff"),
        an_event(data=b"%PDF", content_type="application/pdf"),
        an_event(data="<a/>", content_type="text/xml"),
        an_event(data={"names": ["Zoë", "雪"], "sum": 10**30}),
    ],
)
def test_what_is_written_is_read_again(event: Event) -> None:
    assert decode(event.encode()) == event


def test_a_minimal_foreign_event_is_read() -> None:
    body = (
        b'{"specversion":"1.0","id":"1","source":"x","type":"a.b.v1","subject":"s","time":"2030-01-01T00:00:00+02:00"}'
    )
    event = decode(body)
    assert (event.namespace, event.data, event.correlation_id) == ("default", None, "")
    assert event.time == datetime(2029, 12, 31, 22, tzinfo=UTC)


def changed(**given: Any) -> bytes:
    document = json.loads(FULL.encode()) | given
    return json.dumps({key: value for key, value in document.items() if value is not ...}).encode()


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        (b"\xff", "the message is not UTF-8"),
        (b"{", "the message is not JSON"),
        (b'{"secret": NaN}', "the message is not JSON: it holds NaN, which JSON has not"),
        (b"[" * 200 + b"]" * 200, "the message is not JSON: it nests arrays and objects deeper than 100 levels"),
        (b'"text"', "the message is not a JSON object"),
        (b"x" * 1_000_001, "the message has 1000001 bytes; the limit is 1000000"),
        (changed(specversion="0.3"), "specversion: it must be '1.0'"),
        (changed(id=...), "id: it is missing"),
        (changed(id=""), "id: it is empty"),
        (changed(id=7), "id: it must be text"),
        (changed(source="a\nb"), "source: it must be at most 512 characters, none of them a control character"),
        (changed(source="x" * 513), "source: it must be at most 512 characters"),
        (changed(type="OrderCreated"), "type: 'OrderCreated' is not reverse-DNS with a version"),
        (changed(type="com.example.order.created"), "type: 'com.example.order.created' is not reverse-DNS"),
        (changed(type="com.example.*.v1"), "type: "),
        (changed(type="com.example." + "x" * 200 + ".v1"), "type: "),
        (changed(subject="a saga"), "subject: 'a saga' does not match"),
        (changed(namespace=""), "namespace: '' does not match"),
        (changed(time=...), "time: it must be an RFC 3339 timestamp"),
        (changed(time="2030-01-01T00:00:00"), "time: it must be an RFC 3339 timestamp"),
        (changed(time="soon"), "time: it must be an RFC 3339 timestamp"),
        (changed(time="0001-01-01T00:00:00+23:00"), "time: it must be an RFC 3339 timestamp"),
        (changed(data_base64="AA=="), "data: there is data_base64 too"),
        (changed(data=..., data_base64="?"), "data_base64: it is not base64"),
        (changed(data=..., data_base64=7), "data_base64: it is not base64"),
    ],
)
def test_what_is_no_event_is_told_without_its_data(body: bytes, fault: str) -> None:
    with pytest.raises(EventInvalidError) as caught:
        decode(body)
    assert str(caught.value).startswith(fault)
    assert "secret" not in str(caught.value)


def test_an_event_without_a_zone_or_with_data_beyond_json_is_refused() -> None:
    with pytest.raises(EventInvalidError, match="time: it has no zone"):
        an_event(time=datetime(2030, 1, 1))
    with pytest.raises(EventInvalidError, match="data: it is not JSON: a value in it is a set"):
        an_event(data={1}).encode()
