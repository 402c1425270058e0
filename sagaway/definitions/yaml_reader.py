"""YAML by the rules of JSON: `true` and `false`, JSON's numbers, and text.

What YAML readers are known to disagree on (`yes`, `010`, `1:30`, dates, merge keys, a key written twice) is refused,
with its line, instead of guessed.
"""

from __future__ import annotations

import math
import re

import yaml

from sagaway.definitions.documents import MAX_DEPTH, Node, SyntaxFault, child

MAX_VALUES = 50_000
"""The most values in a definition, YAML aliases written out."""

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?")
_NULLS = frozenset({"", "~", "null", "Null", "NULL"})
_FLAGS = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_GUESSED = frozenset({"bool", "float", "int", "null", "timestamp", "value"})
"""Types that a YAML reader gives to unquoted text by its looks."""

_TAG = "tag:yaml.org,2002:"


def parse_yaml(text: str, faults: list[SyntaxFault]) -> Node | None:
    """Parse YAML; None, with a fault noted, if it is none."""
    try:
        documents = list(yaml.compose_all(text, Loader=yaml.SafeLoader))
        if len(documents) == 1:
            return _Reader(faults).read(documents[0], "", 0)
        count = f"{len(documents)} documents" if documents else "nothing"
        faults.append(SyntaxFault(0, "", f"holds {count}; a definition is one document"))
    except _TooMuch as error:
        faults.append(error.fault)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        column = f", column {mark.column + 1}" if mark else ""
        faults.append(SyntaxFault(mark.line + 1 if mark else 0, "", f"is not YAML: {error.problem}{column}"))
    except yaml.YAMLError as error:
        faults.append(SyntaxFault(0, "", f"is not YAML: {' '.join(str(error).split())}"))
    except RecursionError:
        faults.append(SyntaxFault(0, "", f"nests deeper than {MAX_DEPTH}"))
    return None


class _TooMuch(Exception):
    """Reading on makes no sense."""

    def __init__(self, fault: SyntaxFault) -> None:
        super().__init__()
        self.fault = fault


class _Reader:
    """Turns YAML's nodes into values."""

    def __init__(self, faults: list[SyntaxFault]) -> None:
        self._faults = faults
        self._count = 0

    def read(self, node: yaml.Node, path: str, depth: int) -> Node:
        line = node.start_mark.line + 1
        self._count += 1
        # An alias may stand for its own parent, or for a thousand copies: both end here.
        if depth > MAX_DEPTH:
            raise _TooMuch(SyntaxFault(line, "", f"nests deeper than {MAX_DEPTH}"))
        if self._count > MAX_VALUES:
            raise _TooMuch(SyntaxFault(line, "", f"has more than {MAX_VALUES} values, aliases written out"))
        kind = node.tag.removeprefix(_TAG)
        if isinstance(node, yaml.MappingNode) and kind == "map":
            return Node(self._read_members(node, path, depth), line)
        if isinstance(node, yaml.SequenceNode) and kind == "seq":
            return Node([self.read(item, f"{path}[{n}]", depth + 1) for n, item in enumerate(node.value)], line)
        if isinstance(node, yaml.ScalarNode):
            return Node(self._read_scalar(node, path), line)
        self._fault(node, path, f"has the YAML type {kind}, which JSON lacks")
        return Node(None, line)

    def _read_members(self, node: yaml.MappingNode, path: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self._fault(key, path, "a key must be text")
                continue
            if key.tag == _TAG + "merge":
                self._fault(key, path, "merge keys (`<<`) are not supported; write the fields out")
                continue
            name = self._read_scalar(key, path)
            if not isinstance(name, str):
                self._fault(key, path, f"the key {key.value!r} is no text; put it in quotes")
            elif name in found:
                self._fault(key, path, f"has the key {name!r} twice; line {found[name].line} has it already")
            else:
                found[name] = self.read(item, child(path, name), depth + 1)
        return found

    def _read_scalar(self, node: yaml.ScalarNode, path: str) -> str | int | float | bool | None:
        text = str(node.value)
        kind = node.tag.removeprefix(_TAG)
        if kind != "str" and kind not in _GUESSED:
            self._fault(node, path, f"has the YAML type {kind}, which JSON lacks; write it as plain text")
            return text
        if node.style is not None:
            return text
        if text in _NULLS:
            return None
        if text in _FLAGS:
            return _FLAGS[text]
        if match := _NUMBER.fullmatch(text):
            if match[1] or match[2]:
                return float(text)
            return int(text) if len(text) < 400 else math.inf
        if kind != "str":
            self._fault(node, path, f"YAML readers do not agree on {text!r}; put it in quotes if it is text")
        return text

    def _fault(self, node: yaml.Node, path: str, description: str) -> None:
        self._faults.append(SyntaxFault(node.start_mark.line + 1, path, description))
