"""Strict JSON: only what every reader on a message's way can hold, and errors that never quote the data."""

import json
import math
import re
from collections.abc import Iterable
from typing import Any

MAX_JSON_DEPTH = 100

_TOO_DEEP = f"it nests arrays and objects deeper than {MAX_JSON_DEPTH} levels"
_SURROGATE = re.compile(r"[\ud800-\udfff]")


class UnreadableJSONError(ValueError):
    """JSON that not every reader on its way could hold; the text names the fault and never holds the data."""


def parse_json(text: str) -> Any:
    """Parse JSON that every reader on its way can hold: no NaN, no number out of range, no lone surrogate, 100 levels.

    Raises:
        ValueError: it is not such JSON. The text may quote the data; `UnreadableJSONError`'s does not.
    """
    try:
        value = json.loads(text, parse_constant=_refuse_constant, parse_float=_finite)
    except RecursionError:
        raise UnreadableJSONError(_TOO_DEEP) from None
    # Counting brackets is cheap and settles nearly every payload; only one with many is walked.
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH and _is_too_deep(value):
        raise UnreadableJSONError(_TOO_DEEP)
    if "\\u" in text and _SURROGATE.search(json.dumps(value, ensure_ascii=False)):
        raise UnreadableJSONError("a string in it is not valid Unicode (a lone surrogate)")
    return value


def dump_json(value: object) -> str:
    """Write compact, strict JSON.

    Raises:
        UnreadableJSONError: `value` is not JSON, or nested too deeply. The text names the fault and never holds the data.
    """
    try:
        text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
        text.encode()
    except UnicodeEncodeError:
        raise UnreadableJSONError("a string in it is not valid Unicode (a lone surrogate)") from None
    except RecursionError:
        raise UnreadableJSONError(f"{_TOO_DEEP}, or it holds itself") from None
    except (TypeError, ValueError):
        raise UnreadableJSONError(_fault(value)) from None
    if text.count("[") + text.count("{") > MAX_JSON_DEPTH and _is_too_deep(value):
        raise UnreadableJSONError(_TOO_DEEP)
    return text


def _is_too_deep(value: object) -> bool:
    level = [value]
    for _ in range(MAX_JSON_DEPTH):
        level = [child for item in level for child in _children(item)]
    return any(isinstance(item, dict | list | tuple) for item in level)


def _children(item: object) -> Iterable[object]:
    if isinstance(item, dict):
        return item.values()
    return item if isinstance(item, list | tuple) else ()


def _fault(value: object) -> str:
    """Say which type JSON can't hold, without showing the data."""
    stack, seen = [value], set[int]()
    while stack:
        item = stack.pop()
        if isinstance(item, dict | list | tuple):
            if id(item) in seen:
                continue
            seen.add(id(item))
        if isinstance(item, dict):
            bad_keys = [key for key in item if not isinstance(key, str | int | float | bool | None)]
            if bad_keys:
                return f"a key in it is a {type(bad_keys[0]).__name__}; keys must be strings"
            stack.extend(item.values())
        elif isinstance(item, list | tuple):
            stack.extend(item)
        elif isinstance(item, float) and not math.isfinite(item):
            return "a number in it is NaN or infinite, which JSON has not"
        elif not isinstance(item, str | int | float | bool | None):
            return f"a value in it is a {type(item).__name__}, which JSON has not"
    return "it holds itself, or a number too long to write"


def _refuse_constant(name: str) -> Any:
    raise UnreadableJSONError(f"it holds {name}, which JSON has not")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise UnreadableJSONError("a number in it is out of range")
    return number
