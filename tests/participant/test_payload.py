"""Payloads: strict JSON both ways, limits, and faults that never show the data."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.caller.payloads import read_payload
from sagaway.participant import Payload
from sagaway.participant.operation import BadAnswerError, completed_response
from sagaway.participant.payload import from_proto, to_proto

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def nested(levels: int) -> object:
    value: object = 1
    for level in range(levels):
        value = [value] if level % 2 else {"a": value}
    return value


circle: list[Any] = []
circle.append(circle)


@given(plain)
def test_json_comes_back(value: Any) -> None:
    payload = Payload.of(value)
    assert payload.value() == value
    assert from_proto(to_proto(payload)) == payload


def test_kinds() -> None:
    facts = {
        (payload.kind, payload.media_type, payload.raw) for payload in (Payload(), Payload.of(1), Payload(binary=b"1"))
    }
    assert facts == {
        ("empty", "", b""),
        ("json", "application/json", b"1"),
        ("binary", "application/octet-stream", b"1"),
    }
    assert Payload(json="1", content_type="application/x").media_type == "application/x"
    with pytest.raises(ValueError, match="not both"):
        Payload(json="1", binary=b"1")


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        ({"card": {4711}}, "a value in it is a set"),
        ([{"card": b"4711"}], "a value in it is a bytes"),
        ({"card": float("nan")}, "NaN or infinite"),
        ({(4711,): 1}, "a key in it is a tuple"),
        ("4711 \ud800", "lone surrogate"),
        (circle, "it holds itself"),
        (10**5000, "a number too long"),
        (Payload(json="{4711"), "not JSON"),
        (Payload(json='"4711 \ud800"'), "lone surrogate"),
        (Payload(content_type="x" * 256), "content_type"),
        (Payload(json='"4711 \\ud800"'), "lone surrogate"),
        (Payload(json="[1e4711]"), "out of range"),
        (Payload(json="[4711, NaN]"), "NaN"),
        (nested(101), "deeper than 100 levels"),
        (nested(20_000), "deeper than 100 levels"),
        (Payload(json="[" * 101 + "]" * 101), "deeper than 100 levels"),
        (Payload(content_type="4711"), "not a media type"),
        ("x" * 1024 * 1024, "the limit is 1048576"),
    ],
    ids=range(18),
)
def test_bad_output_is_named_and_not_shown(value: object, fault: str) -> None:
    with pytest.raises(BadAnswerError, match=fault) as refused:
        completed_response(value)
    assert "4711" not in str(refused.value)


def test_nesting_up_to_the_limit() -> None:
    assert completed_response(nested(100)).completed.output.json == json.dumps(nested(100), separators=(",", ":"))
    wide = [[1]] * 200
    assert completed_response(wide).completed.output.json.count("[") == 201


pieces = st.sampled_from(
    ["[", "]", "{", "}", ",", ":", '"a"', "1", "1e400", "-", "0", "null", '"\\ud800"', '"\\ud83d\\ude00"', " "]
)


@given(plain.map(json.dumps) | st.lists(pieces, max_size=8).map("".join) | st.text(max_size=5))
@example("[" * 100 + "]" * 100)
@example("[" * 101 + "]" * 101)
@example("1" * 4300)
@example('"\\uD800"')
def test_what_goes_out_is_accepted_by_the_orchestrator(text: str) -> None:
    """A stored output that the orchestrator took for broken would fail its saga, again and again."""
    try:
        stored = completed_response(Payload(json=text)).completed.output
    except BadAnswerError:
        return
    assert read_payload(stored).json == text
