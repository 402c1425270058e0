"""Pages and their tokens.

A token is where the page before ended (a key, not a number of rows: rows that come and go in between shift nothing)
and a digest of it with the list and its filter. So it means something for the very same list only, and one that was
cut, made up or carried to another filter is refused. It is no secret, and needs no key: whoever forges one sees what
the list shows anyway. It outlives a restart of the server.

A page ends at its size, or before the message grows beyond what every client takes.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, Generic, NamedTuple, TypeVar

import msgspec
from google.protobuf.message import Message

from orchestrator.api.errors import PageTokenInvalid

MAX_PAGE = 2 << 20
"""The largest page, bytes; one message that is larger by itself still makes a page. gRPC clients take 4 MiB."""

_DIGEST = 12

P = TypeVar("P")
R = TypeVar("R")
M = TypeVar("M", bound=Message)


class Page(NamedTuple, Generic[R, M]):
    """A page.

    Attributes:
        messages: what it shows.
        last: the row to go on after; None if this is the last page.
    """

    messages: list[M]
    last: R | None


def scope(list_: str, *filter_: object) -> bytes:
    """Return what a list's tokens are bound to.

    Args:
        list_: the list's name.
        filter_: everything that chooses its rows, as values that JSON can hold; mappings and sets in sorted order.
    """
    return msgspec.json.encode([list_, *filter_])


def encode_token(scope_: bytes, position: object) -> str:
    """Return the token of a position in the list that ``scope_`` describes."""
    encoded = msgspec.json.encode(position)
    return base64.urlsafe_b64encode(_digest(scope_, encoded) + encoded).rstrip(b"=").decode()


def decode_token(scope_: bytes, token: str, kind: type[P]) -> P | None:
    """Return the position that a token stands for; None for an empty token.

    Raises:
        PageTokenInvalid: the token is not of the list that ``scope_`` describes.
    """
    if not token:
        return None
    try:
        raw = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise PageTokenInvalid from error
    digest, encoded = raw[:_DIGEST], raw[_DIGEST:]
    if digest != _digest(scope_, encoded):
        raise PageTokenInvalid
    try:
        return msgspec.json.decode(encoded, type=kind)
    except msgspec.MsgspecError as error:  # Ours, but of another version of this program.
        raise PageTokenInvalid from error


def fill(rows: Sequence[R], size: int, convert: Callable[[R], M]) -> Page[R, M]:
    """Make a page of rows.

    Args:
        rows: at least one more than the page shows, if there are more.
        size: at most this many.
        convert: makes a row's message.
    """
    messages: list[M] = []
    weight = 0
    for row in rows[:size]:
        message = convert(row)
        weight += message.ByteSize()
        if messages and weight > MAX_PAGE:
            break
        messages.append(message)
    more = len(messages) < len(rows)
    return Page(messages, rows[len(messages) - 1] if more else None)


def next_token(scope_: bytes, page: Page[R, Any], position: Callable[[R], object]) -> str:
    """Return the token of the page after; empty on the last page."""
    return "" if page.last is None else encode_token(scope_, position(page.last))


def _digest(scope_: bytes, encoded: bytes) -> bytes:
    return hashlib.sha256(len(scope_).to_bytes(8, "big") + scope_ + encoded).digest()[:_DIGEST]
