"""Where a saga waits in the log, and for whom: at a place, which is a text.

A participant's place is its name: the saga is parked on it (`orchestrator.core.parking`). A definition's is `:` and its
version, which no name can be: the saga is *held*, because that version of its own definition is paused, and does nothing
until it is resumed, so it waits nowhere else. Which places these are follows from a saga's state and from what is
paused (`orchestrator.engine.waiting`).
"""

from __future__ import annotations

from collections.abc import Mapping

_MARK = ":"

HELD_PLACES = (_MARK, chr(ord(_MARK) + 1))
"""Between these, in the order of texts, lie the places of those who wait for their definitions, and no others."""


def held_place(version: int) -> str:
    """Return the place of those who wait for a version of their definition."""
    return f"{_MARK}{version}"


def held_version(place: str) -> int | None:
    """Return the version that is waited for at a place; None: it is a participant's."""
    return int(place[1:]) if place.startswith(_MARK) else None


def held_time(places: Mapping[str, int]) -> int:
    """Return since when a saga waits for its definition; 0: it does not."""
    return next((time for place, time in places.items() if place.startswith(_MARK)), 0)
