"""How requests are built and pages are walked."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from datetime import datetime, timedelta
from typing import Any, TypeVar

from google.protobuf.duration_pb2 import Duration
from google.protobuf.message import Message
from google.protobuf.timestamp_pb2 import Timestamp

from sagaway.client.errors import field_invalid
from sagaway.client.transport import Transport
from sagaway.v1 import saga_pb2

M = TypeVar("M", bound=Message)


def build(kind: type[M], **fields: Any) -> M:
    """Return a request message; fields that are None are left unset.

    Raises:
        InvalidArgument: a value has the wrong type or range; the error names the field.
    """
    given = {name: value for name, value in fields.items() if value is not None}
    try:
        return kind(**given)
    except (TypeError, ValueError):
        pass  # once more, field by field, to name the one at fault
    for name, value in given.items():
        try:
            kind(**{name: value})
        except (TypeError, ValueError) as error:
            raise field_invalid(name, f"{type(value).__name__} does not fit ({error})") from None
    raise AssertionError(f"{kind.__name__} refuses its fields together but none alone")


async def pages(transport: Transport, method: Any, request: Message, field: str) -> AsyncGenerator[Any, None]:
    """Iterate over the items of all pages, each page fetched when the one before is used up.

    Args:
        transport: calls the method, each page with its own retries.
        method: a List method of a stub.
        request: its first request; copied for the pages after.
        field: the response's field with the items.
    """
    async for response in responses(transport, method, request):
        for item in getattr(response, field):
            yield item


async def responses(transport: Transport, method: Any, request: Message) -> AsyncGenerator[Any, None]:
    """Iterate over the answers with a page each; the arguments are those of `pages`."""
    page = type(request)()
    page.CopyFrom(request)
    while True:
        response = await transport.call(method, page)
        yield response
        if not response.next_page_token:
            return
        page.page_token = response.next_page_token  # type: ignore[attr-defined] # every request of a page has it


def saga_state(state: saga_pb2.SagaState | str) -> saga_pb2.SagaState | str:
    """Return a state as requests take it: a value, or its full name."""
    return f"SAGA_STATE_{state.removeprefix('SAGA_STATE_')}" if isinstance(state, str) else state


def duration(value: timedelta) -> Duration:
    """Return the contract's message for a time span."""
    message = Duration()
    message.FromTimedelta(value)
    return message


def instant(field: str, value: datetime | None) -> Timestamp | None:
    """Return the contract's message for an instant, or None.

    Raises:
        InvalidArgument: it has no time zone; the error names ``field``.
    """
    if value is None:
        return None
    if value.tzinfo is None:
        raise field_invalid(field, "has no time zone; use datetime.now(UTC) or .astimezone()")
    message = Timestamp()
    message.FromDatetime(value)
    return message
