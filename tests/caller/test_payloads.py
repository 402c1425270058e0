"""What makes a payload broken, and that nothing else does."""

from __future__ import annotations

import json

import pytest

from orchestrator.caller.payloads import MAX_VALUE, PayloadInvalid, fill_payload, json_fault, read_payload
from orchestrator.core.model import EMPTY, Payload
from sagaway.v1 import payload_pb2
from sagaway.v1.participant_service_pb2 import ExecuteRequest


@pytest.mark.parametrize(
    "payload",
    [
        EMPTY,
        Payload(json="null"),
        Payload(json='{"a": [1, 2.5, "é", {"b": null}], "n": 9007199254740993}'),
        Payload(json='"' + "x" * (MAX_VALUE - 2) + '"'),
        Payload(binary=b""),
        Payload(binary=bytes(range(256)), content_type="image/png"),
        Payload(json="1", content_type="application/vnd.shop+json; charset=utf-8", metadata={"schema": "v1", "": ""}),
        Payload(metadata={f"k{index}": "v" for index in range(32)}),
        Payload(metadata={f"{index}": "v" * 1023 for index in range(8)}),
    ],
)
def test_a_sound_payload_comes_back_as_it_went(payload: Payload) -> None:
    call = ExecuteRequest()
    fill_payload(call.input, payload)
    wire = ExecuteRequest.FromString(call.SerializeToString())
    assert wire.HasField("input")
    assert read_payload(wire.input) == payload


@pytest.mark.parametrize(
    ("message", "field", "fault"),
    [
        (payload_pb2.Payload(json=""), "json", "is not JSON"),
        (payload_pb2.Payload(json="{"), "json", "is not JSON"),
        (payload_pb2.Payload(json="NaN"), "json", "is not JSON"),
        (payload_pb2.Payload(json="[1,]"), "json", "is not JSON"),
        (payload_pb2.Payload(json="1 2"), "json", "is not JSON"),
        (payload_pb2.Payload(json="1e999"), "json", "out of range"),
        (payload_pb2.Payload(json="1" * 5_000), "json", "out of range"),
        (payload_pb2.Payload(json='"\\ud800"'), "json", "surrogate"),
        (payload_pb2.Payload(json="\ufeff1"), "json", "is not JSON"),
        (payload_pb2.Payload(json="[" * 101 + "]" * 101), "json", "deeper than 100"),
        (payload_pb2.Payload(json="[" * 500_000 + "]" * 500_000), "json", "deeper than 100"),
        (payload_pb2.Payload(json='"' + "x" * (MAX_VALUE - 1) + '"'), "json", "limit is 1,048,576"),
        (payload_pb2.Payload(json='"' + "é" * (MAX_VALUE // 2) + '"'), "json", "limit is 1,048,576"),
        (payload_pb2.Payload(binary=b"x" * (MAX_VALUE + 1)), "binary", "limit is 1,048,576"),
        (payload_pb2.Payload(json="1", content_type="json"), "content_type", "media type"),
        (payload_pb2.Payload(json="1", content_type="a/b\n"), "content_type", "media type"),
        (payload_pb2.Payload(json="1", content_type="a/" + "b" * 254), "content_type", "255"),
        (payload_pb2.Payload(metadata={str(index): "v" for index in range(33)}), "metadata", "limit is 32"),
        (payload_pb2.Payload(metadata={"k": "v" * 1024}), 'metadata["k"]', "limit is 1,024"),
        (payload_pb2.Payload(metadata={str(index): "v" * 1023 for index in range(9)}), "metadata", "limit is 8,192"),
    ],
)
def test_a_broken_payload_is_named(message: payload_pb2.Payload, field: str, fault: str) -> None:
    with pytest.raises(PayloadInvalid) as caught:
        read_payload(message)
    assert caught.value.field == field
    assert fault in caught.value.fault


def test_a_hundred_levels_are_fine_and_many_brackets_are_not_depth() -> None:
    assert json_fault("[" * 100 + "]" * 100) == ""
    assert json_fault(json.dumps([[{"a": "[[[["}] for _ in range(500)])) == ""
