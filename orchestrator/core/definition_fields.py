"""Reading a JSON object field by field: each value checked, each fault noted, nothing raised.

A reader that notes a fault returns a value that lets the checks after it go on, so that an author sees everything
that is wrong at once.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from orchestrator.core.errors import CoreError
from orchestrator.core.expression_syntax import suggestion
from orchestrator.core.retry import SECOND

NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""What names and ids look like."""

MILLISECOND = SECOND // 1_000
HOUR = 3_600 * SECOND
DAY = 24 * HOUR

_DURATION = re.compile(r"(-?)([0-9]{1,12})(?:\.([0-9]{1,9}))?s")


@dataclass(frozen=True, slots=True)
class DefinitionFault:
    """One thing wrong with a definition.

    Attributes:
        field: where, in the contract's words, such as `steps[2].input.amount`; empty for the whole.
        description: what is wrong, and how to put it right.
    """

    field: str
    description: str


class DefinitionInvalid(CoreError):
    """A definition with faults.

    Attributes:
        faults: all of them.
    """

    def __init__(self, faults: Sequence[DefinitionFault]) -> None:
        super().__init__("; ".join(f"{fault.field}: {fault.description}" for fault in faults))
        self.faults = tuple(faults)


@dataclass(slots=True)
class Faults:
    """The faults found so far."""

    found: list[DefinitionFault] = field(default_factory=list)

    def add(self, field: str, description: str) -> None:
        """Note a fault."""
        self.found.append(DefinitionFault(field, description))


def spell(duration: int) -> str:
    """Return a duration in microseconds as a person would write it, such as `1 d 4 h` or `0.2 s`."""
    days, rest = divmod(duration, DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, 60 * SECOND)
    parts = [f"{count} {unit}" for count, unit in ((days, "d"), (hours, "h"), (minutes, "min")) if count]
    if rest or not parts:
        parts.append(f"{rest / SECOND:g} s")
    return " ".join(parts)


def join_path(path: str, name: str) -> str:
    """Return the path of a field of the object at ``path``."""
    return f"{path}.{name}" if path else name


class Fields:
    """The fields of one JSON object."""

    def __init__(self, document: object, path: str, known: Sequence[str], faults: Faults) -> None:
        """Read the object at ``path``; a field that is not in ``known`` is a fault."""
        self._faults = faults
        self._path = path
        self._document: Mapping[str, object] = {}
        if not isinstance(document, Mapping):
            faults.add(path, "must be an object")
            return
        self._document = document
        for name in document:
            if name not in known:
                faults.add(self.path(str(name)), f"is no field of it{suggestion(str(name), known)}")

    def __contains__(self, name: str) -> bool:
        return name in self._document

    def get(self, name: str, default: object = None) -> object:
        """Return a field's value as it is."""
        return self._document.get(name, default)

    def path(self, name: str) -> str:
        """Return the path of a field."""
        return join_path(self._path, name)

    def fault(self, name: str, description: str) -> None:
        """Note a fault of a field."""
        self._faults.add(self.path(name), description)

    def name(self, name: str) -> str:
        """Return a required name or id; empty if it is none."""
        value = self._document.get(name, "")
        if value == "":
            self.fault(name, "is required")
        elif not isinstance(value, str) or not NAME.fullmatch(value):
            self.fault(name, "must be 1 to 64 letters, digits, dots, underscores or hyphens")
        else:
            return value
        return ""

    def text(self, name: str, limit: int) -> str:
        """Return an optional text of at most ``limit`` bytes."""
        value = self._document.get(name, "")
        if not isinstance(value, str):
            self.fault(name, "must be text")
            return ""
        if (size := len(value.encode(errors="replace"))) > limit:
            self.fault(name, f"has {size} bytes, and {limit} is the limit")
        return value

    def flag(self, name: str) -> bool:
        """Return an optional flag."""
        value = self._document.get(name, False)
        if not isinstance(value, bool):
            self.fault(name, "must be true or false")
            return False
        return value

    def number(self, name: str, least: int, most: int, *, whole: bool = True) -> float | None:
        """Return a number within bounds; None if it is absent, or zero, which in the contract means the same."""
        value = self._document.get(name, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self.fault(name, "must be a number")
            return None
        if value == 0:
            return None
        if not least <= value <= most or (whole and value != int(value)):
            kind = "a whole number" if whole else "a number"
            self.fault(name, f"is {value}, and must be {kind} from {least} to {most}")
            return None
        return int(value) if whole else value

    def duration(self, name: str, limit: int) -> int | None:
        """Return a duration in microseconds, from a millisecond to ``limit``; None if it is absent."""
        if name not in self._document:
            return None
        value = self._document[name]
        match = _DURATION.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            self.fault(name, "must be a duration in seconds, such as `10s` or `0.2s`")
            return None
        sign, seconds, fraction = match.groups()
        span = int(seconds) * SECOND + int((fraction or "").ljust(9, "0")[:6])
        if sign and span:
            self.fault(name, f"is negative ({value}); a duration is from 1 ms to {spell(limit)}")
        elif span < MILLISECOND:
            self.fault(name, f"is {value}, and must be at least 1 ms; leave it out for the default")
        elif span > limit:
            self.fault(name, f"is {spell(span)}, and {spell(limit)} is the limit")
        else:
            return span
        return None

    def texts(self, name: str) -> list[str]:
        """Return a list of texts, empty if it is absent."""
        value = self._document.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(name, "must be a list of texts")
            return []
        return [str(item) for item in value]

    def items(self, name: str) -> list[object] | None:
        """Return a list, empty if it is absent and None if it is none; what is in it is not checked."""
        value = self._document.get(name, [])
        if not isinstance(value, list):
            self.fault(name, "must be a list")
            return None
        return value
