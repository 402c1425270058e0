"""Copies of immutable values with some fields changed.

`dataclasses.replace` does the same through the class's `__init__`, field by field and by name; for the classes of a
saga's state, copied some thirty times in a saga's life, that is the most expensive thing the core does. This copies
slot by slot instead, in less than half the time.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def changed(old: T, changes: Mapping[str, Any]) -> T:
    """Return a copy of a frozen, slotted dataclass with these fields changed; the others are shared.

    Raises:
        TypeError: a change names no field.
    """
    kind: Any = type(old)
    new: T = object.__new__(kind)
    missed = len(changes)
    for name, read, write in _slots(kind):
        if name in changes:
            missed -= 1
            write(new, changes[name])
        else:
            write(new, read(old))
    if missed:
        raise TypeError(f"{kind.__name__} has not all of the fields {sorted(changes)}")
    return new


@cache
def _slots(kind: Any) -> tuple[tuple[str, Callable[[Any], Any], Callable[[Any, Any], None]], ...]:
    members = [(field.name, getattr(kind, field.name)) for field in dataclasses.fields(kind)]
    return tuple((name, member.__get__, member.__set__) for name, member in members)
