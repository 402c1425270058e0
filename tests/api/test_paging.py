"""Tokens: they come back as they went, and anything else is refused."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.api.errors import PageTokenInvalid
from orchestrator.api.paging import MAX_PAGE, decode_token, encode_token, fill, scope
from orchestrator.store.base import ListPosition
from sagaway.v1.payload_pb2 import Payload

SCOPE = scope("sagas", "default", [], {"a": "b"})


@given(st.integers(min_value=0, max_value=2**62), st.binary(min_size=16, max_size=16))
def test_a_token_comes_back_as_it_went(start_time: int, uid: bytes) -> None:
    position = ListPosition(start_time, uid)
    assert decode_token(SCOPE, encode_token(SCOPE, position), ListPosition) == position


def test_no_token_is_no_position() -> None:
    assert decode_token(SCOPE, "", ListPosition) is None


@given(st.text(min_size=1) | st.binary(min_size=1).map(lambda raw: raw.hex()))
def test_what_is_not_ours_is_refused(token: str) -> None:
    with pytest.raises(PageTokenInvalid):
        decode_token(SCOPE, token, ListPosition)


@given(st.data())
def test_a_changed_token_is_refused(data: Any) -> None:
    token = encode_token(SCOPE, ListPosition(17, b"x" * 16))
    place = data.draw(st.integers(0, len(token) - 2))  # The last letter has bits that mean nothing.
    letter = data.draw(st.sampled_from("ABab01-_").filter(lambda letter: letter != token[place]))
    with pytest.raises(PageTokenInvalid):
        decode_token(SCOPE, token[:place] + letter + token[place + 1 :], ListPosition)


def test_a_token_of_another_list_or_kind_is_refused() -> None:
    token = encode_token(SCOPE, ("a", 1))
    assert decode_token(SCOPE, token, tuple[str, int]) == ("a", 1)
    for other in (scope("events", "default", [], {"a": "b"}), scope("sagas", "else", [], {"a": "b"})):
        with pytest.raises(PageTokenInvalid):
            decode_token(other, token, tuple[str, int])
    with pytest.raises(PageTokenInvalid):
        decode_token(SCOPE, token, ListPosition)


def test_a_page_ends_at_its_size_or_weight() -> None:
    def message(size: int) -> Payload:
        return Payload(binary=b"x" * size)

    page = fill([1, 2, 3], 2, message)
    assert (len(page.messages), page.last) == (2, 2)
    page = fill([1, 2], 2, message)
    assert (len(page.messages), page.last) == (2, None)
    page = fill([], 2, message)
    assert (page.messages, page.last) == ([], None)
    page = fill([MAX_PAGE // 2, MAX_PAGE // 3, MAX_PAGE // 4], 10, message)
    assert (len(page.messages), page.last) == (2, MAX_PAGE // 3)
    page = fill([2 * MAX_PAGE, 1], 10, message)
    assert (len(page.messages), page.last) == (1, 2 * MAX_PAGE)
