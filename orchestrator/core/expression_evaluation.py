"""Resolving one expression: by a walk where it is a plain path, else by CEL.

CEL gets no more of the data than the expression reads, and only what it takes as it is: the library makes a double of
an integer beyond 64 bits, and its recursion has no guard. Its result is JSON again, or refused. Nothing that is said
about a failure holds any of the data.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from orchestrator.core.errors import UnresolvedExpression
from orchestrator.core.expression_cost import Analysis, Path
from orchestrator.core.expression_syntax import Token, literal

MAX_COST = 4_000_000
"""The most work of one evaluation, as `Analysis.cost` bounds it: some tenths of a second at the very worst."""

MAX_DEPTH = 128
"""The deepest data that is handed to CEL."""

_INT64 = 2**63 - 1

Outputs = Mapping[str, object]
Resolve = Callable[[object, Outputs], object]


def walker(path: Path, where: str) -> Resolve:
    """Resolve a plain path without CEL: several times faster, and the same result."""
    root, *keys = path
    step_id = str(keys[0]) if root == "steps" else None
    keys = keys[2:] if root == "steps" else keys

    def resolve(saga_input: object, outputs: Outputs) -> object:
        if step_id is None:
            value = saga_input
        elif step_id in outputs:
            value = outputs[step_id]
        else:
            raise UnresolvedExpression(f"{where}: step {step_id!r} has no output in JSON")
        for key in keys:
            if isinstance(value, dict):
                if key not in value:
                    raise UnresolvedExpression(f"{where}: there is no key {key!r}")
                value = value[key]
            elif isinstance(value, list) and isinstance(key, int):
                if key >= len(value):
                    raise UnresolvedExpression(f"{where}: there is no element {key} in the list")
                value = value[key]
            else:
                raise UnresolvedExpression(f"{where}: {_kind(value)} has no {key!r}")
        return value

    return resolve


def evaluator(program: Any, analysis: Analysis, words: Sequence[Token], where: str) -> Resolve:
    """Resolve an expression by CEL, on no more of the data than it reads."""
    # A key may be named in an error only if the author wrote it; a computed one is the customer's.
    written = {word.text for word in words if word.kind == "name"}
    written |= {literal(word) for word in words if word.kind == "string"}

    def resolve(saga_input: object, outputs: Outputs) -> object:
        try:
            weigher = _Weigher(analysis.pattern_work)
            weights = [weigher.weigh(_follow(path, saga_input, outputs)) for path in analysis.paths]
            if analysis.cost(weights, weigher.longest) > MAX_COST:
                raise _Refused("it would make too much work of so much data; let a participant do it")
            result = program.execute(_select(analysis.paths, saga_input, outputs))
            return _to_json(result)
        except _Refused as error:
            raise UnresolvedExpression(f"{where}: {error}") from None
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException as error:  # a panic of the library is no Exception
            raise UnresolvedExpression(f"{where}: {_explain(error, written)}") from None

    return resolve


class _Refused(Exception):
    """A value that expressions cannot take in or give out; its text names no data."""


def _follow(path: Path, saga_input: object, outputs: Outputs) -> object:
    """Return the data at a path: the last part that is there."""
    root, *keys = path
    value: object = saga_input
    if root == "steps":
        value = outputs.get(str(keys[0]))
        keys = keys[2:]
    for key in keys:
        if not isinstance(value, dict):
            return value
        if key not in value:
            return None
        value = value[key]
    return value


def _select(paths: Sequence[Path], saga_input: object, outputs: Outputs) -> dict[str, object]:
    """Return CEL's variables with no more in them than the paths name."""
    selected: dict[str, object] = {}
    if inputs := [path[1:] for path in paths if path[0] == "input"]:
        selected["input"] = _prune(saga_input, inputs)
    steps: dict[str, object] = {}
    for step_id in {str(path[1]) for path in paths if path[0] == "steps"}:
        mine = [path[3:] for path in paths if path[0] == "steps" and path[1] == step_id]
        steps[step_id] = {"output": _prune(outputs[step_id], mine)} if step_id in outputs else {}
    if steps:
        selected["steps"] = steps
    return selected


def _prune(value: object, paths: list[Path]) -> object:
    if not isinstance(value, dict) or not all(paths):
        return value
    kept: dict[str, object] = {}
    for key in {path[0] for path in paths}:
        if isinstance(key, str) and key in value:
            kept[key] = _prune(value[key], [path[1:] for path in paths if path[0] == key])
    return kept


class _Weigher:
    """Weighs data before CEL gets it, and refuses what CEL would not take as it is.

    Attributes:
        longest: the most entries of any list or map seen.
    """

    def __init__(self, pattern_work: int) -> None:
        self._pattern_work = pattern_work
        self.longest = 0

    def weigh(self, value: object) -> int:
        """Return the weight of a value: about how many small values copying it costs."""
        weight = 0
        level = [value]
        for _ in range(MAX_DEPTH):
            below: list[object] = []
            for item in level:
                weight += 1
                if isinstance(item, str):
                    weight += len(item) // 64 + len(item) * self._pattern_work // 16
                elif isinstance(item, dict):
                    self.longest = max(self.longest, len(item))
                    below.extend(item.values())
                elif isinstance(item, list):
                    self.longest = max(self.longest, len(item))
                    below.extend(item)
                elif isinstance(item, int) and not -_INT64 <= item <= _INT64:
                    # The library would make a double of it.
                    raise _Refused("it reads an integer of more than 64 bits")
            if not below:
                return weight
            if weight > MAX_COST:
                return weight
            level = below
        raise _Refused(f"it reads data that nests deeper than {MAX_DEPTH}")


def _to_json(value: object) -> object:
    """Return CEL's result as a JSON value, with map keys in order: CEL's maps have none."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, int):
        if not -_INT64 - 1 <= value <= _INT64:
            raise _Refused("its value is an integer of more than 64 bits")
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise _Refused("its value is no finite number")
        return value
    if isinstance(value, list):
        return [_to_json(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise _Refused("its value is a map with keys that are no strings; JSON has string keys only")
        return {key: _to_json(value[key]) for key in sorted(value)}
    raise _Refused(f"its value is {_kind(value)}, which JSON cannot hold; make it text with `string(…)`")


def _kind(value: object) -> str:
    names = {
        "NoneType": "null", "bool": "a boolean", "int": "a number", "float": "a number", "str": "a string",
        "list": "a list", "dict": "an object", "bytes": "bytes", "datetime": "a timestamp", "timedelta": "a duration",
    }  # fmt: skip
    return names.get(type(value).__name__, "something")


def _explain(error: BaseException, written: set[str]) -> str:
    """Say what the library's error means, in words that hold nothing of the data."""
    if isinstance(error, KeyError):
        key = error.args[0] if error.args else None
        return f"there is no key {key!r}" if key in written else "there is no such key"
    if isinstance(error, IndexError):
        return "there is no such element in the list"
    if isinstance(error, TypeError):
        return (
            "the types do not fit; CEL mixes no integers with doubles, and no text with numbers:"
            " convert with int(…), double(…) or string(…)"
        )
    if isinstance(error, ZeroDivisionError):
        return "it divides by zero"
    if isinstance(error, OverflowError):
        return "a number or time leaves its range"
    if isinstance(error, RecursionError):
        return "its data nests too deep"
    if isinstance(error, RuntimeError):
        return "a function was given what it does not take"
    return "it has no value that JSON can hold"
