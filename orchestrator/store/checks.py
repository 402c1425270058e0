"""What a batch must be like, whatever store it is for."""

from __future__ import annotations

from collections.abc import Sequence

from orchestrator.core.model import TERMINAL
from orchestrator.store.base import Append, LogDataError


def check_batch(batch: Sequence[Append]) -> None:
    """Refuse what no store could keep its promises for.

    Raises:
        LogDataError: two appends of one saga; an append that creates a saga without `new`, or the reverse, or without
            events; or a head that says an ended saga is open, owned or wakes.
    """
    seen = set()
    for append in batch:
        seen.add(append.key)
        if (append.expected == 0) is (append.new is None):
            raise LogDataError(f"saga {append.key}: `new` is set if and only if `expected` is 0")
        if append.new is not None and not append.events:
            raise LogDataError(f"saga {append.key}: a new saga has at least one event")
        head = append.head
        ended = head.state in TERMINAL
        if ended is (head.end_time is None):
            raise LogDataError(f"saga {append.key}: `end_time` is set if and only if the state is an end")
        if ended and (head.owned or head.wake_time is not None):
            raise LogDataError(f"saga {append.key}: an ended saga is neither owned nor wakes")
    if len(seen) != len(batch):
        raise LogDataError("a batch has at most one append a saga")


def gives_back(append: Append) -> bool:
    """Tell whether an append only says where an open saga stands, which is for its owner alone: it changes no sequence."""
    others = append.for_owner or append.lifts_quarantine
    return not append.events and append.head.end_time is None and not others
