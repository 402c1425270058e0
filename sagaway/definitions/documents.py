"""A definition's text as values with their lines, and what is wrong with it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass

MAX_DEPTH = 64
"""The deepest nesting of a definition."""

_EXACT = 2**53 - 1


@dataclass(frozen=True, slots=True)
class SyntaxFault:
    """One thing wrong with a definition's text.

    Attributes:
        line: from 1; 0 where it is not known.
        field: the field, such as `steps[1].after`; empty for the text as a whole.
        description: what is wrong, and how to put it right.
    """

    line: int
    field: str
    description: str


class DefinitionSyntaxError(ValueError):
    """A text that is no definition.

    Attributes:
        file: where it was read from; empty for text given as such.
        faults: everything wrong with it, by line.
    """

    def __init__(self, file: str, faults: list[SyntaxFault]) -> None:
        self.file = file
        self.faults = tuple(sorted(faults, key=lambda fault: fault.line))
        super().__init__("\n".join(self._spell(fault) for fault in self.faults))

    def _spell(self, fault: SyntaxFault) -> str:
        line = f"line {fault.line}" if fault.line and not self.file else str(fault.line or "")
        place = ":".join(part for part in (self.file, line) if part)
        return ": ".join(part for part in (place, fault.field, fault.description) if part)


@dataclass(frozen=True, slots=True)
class Node:
    """A parsed value and its line; mappings and lists hold nodes."""

    value: dict[str, Node] | list[Node] | str | int | float | bool | None
    line: int


def parse_json(text: str, faults: list[SyntaxFault]) -> Node | None:
    """Parse JSON; None, with a fault noted, if it is none."""

    def members(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found = dict(pairs)
        if len(found) < len(pairs):
            keys = [key for key, _ in pairs]
            twice = sorted({key for key in keys if keys.count(key) > 1})
            faults.append(SyntaxFault(0, "", f"has the key {', '.join(map(repr, twice))} twice in one object"))
        return found

    def wrap(value: object, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise RecursionError
        if isinstance(value, dict):
            return Node({key: wrap(item, depth + 1) for key, item in value.items()}, 0)
        if isinstance(value, list):
            return Node([wrap(item, depth + 1) for item in value], 0)
        assert value is None or isinstance(value, str | int | float)
        return Node(value, 0)

    try:
        return wrap(json.loads(text, object_pairs_hook=members), 0)
    except json.JSONDecodeError as error:
        faults.append(SyntaxFault(error.lineno, "", f"is not JSON: {error.msg}, column {error.colno}"))
    except RecursionError:
        faults.append(SyntaxFault(0, "", f"nests deeper than {MAX_DEPTH}"))
    except ValueError:  # an integer of thousands of digits
        faults.append(SyntaxFault(0, "", "has a number that is too long"))
    return None


def child(path: str, key: str) -> str:
    """Return the path of a member."""
    return f"{path}.{key}" if path else key


def check_json(value: object, path: str, fault: Callable[[str, str], None]) -> None:
    """Tell ``fault`` the path and description of everything that has no exact JSON form."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            if not isinstance(key, str):
                fault(path, f"the key {key!r} is no text; JSON's keys are")
            else:
                check_json(item, child(path, key), fault)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            check_json(item, f"{path}[{index}]", fault)
    elif isinstance(value, str):
        if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
            fault(path, "holds half of a surrogate pair, which is no Unicode text")
    elif isinstance(value, bool) or value is None:
        pass
    elif not isinstance(value, int | float):
        fault(path, f"is a {type(value).__name__}, which JSON lacks; write it as text or as a number")
    elif not math.isfinite(value):
        fault(path, "is no finite number")
    elif value == int(value) and abs(value) > _EXACT:
        fault(path, "is 2^53 or more, where JSON numbers are no longer exact; write it as text or as `${<number>}`")
