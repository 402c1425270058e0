"""Copies of immutable values with some fields changed.

`dataclasses.replace` does the same through the class's `__init__`, where a frozen class pays for each field that it can
be set at all; for the classes of a saga's state, copied some fifteen times in a saga's life, that is the most expensive
thing the core does.

Theory. An instance of a *twin* is filled in: a class with the same slots that is not frozen. Then its class is set to the
real one, which Python allows where the slots are the same. Which fields there are is known only when a class is first
copied; the function that copies it is made then, as `dataclasses` makes an `__init__`, because a loop over the fields
would take four times as long.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")

_COPY = """
def copy(old, changes):
    new = Twin()
    {fields}
    for name, value in changes.items():
        setattr(new, name, value)
    new.__class__ = Real
    return new
"""


def changed(old: T, changes: Mapping[str, Any]) -> T:
    """Return a copy of a frozen, slotted dataclass with these fields changed; the others are shared.

    Raises:
        AttributeError: a change names no field.
    """
    kind: Any = type(old)
    new: T = _copier(kind)(old, changes)
    return new


@cache
def _copier(kind: Any) -> Callable[[Any, Mapping[str, Any]], Any]:
    names = tuple(field.name for field in dataclasses.fields(kind))
    source = _COPY.format(fields="; ".join(f"new.{name} = old.{name}" for name in names))
    made: dict[str, Any] = {"Twin": type(kind.__name__, (), {"__slots__": names}), "Real": kind}
    exec(source, made)  # noqa: S102 - of the names of our own fields
    copier: Callable[[Any, Mapping[str, Any]], Any] = made["copy"]
    return copier
