"""Reading a definition that a person wrote: YAML or JSON, to the contract's message.

The shape comes from the message's own descriptor, so a field added to the contract is understood here at once. Only
the form is checked here, and every fault in it listed; what a definition means is checked at registration.
"""

from __future__ import annotations

import difflib
import math
import os
import re
from decimal import Decimal
from pathlib import Path
from typing import Any

from google.protobuf import duration_pb2, struct_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor
from google.protobuf.json_format import ParseDict

from sagaway.definitions.documents import DefinitionSyntaxError, Node, SyntaxFault, check_json, child, parse_json
from sagaway.v1 import definition_pb2

MAX_TEXT = 1_048_576
"""The most characters of a definition's text."""

_SPAN = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h|d)")
_UNITS = {"ms": Decimal("0.001"), "s": Decimal(1), "m": Decimal(60), "h": Decimal(3600), "d": Decimal(86400)}


def load_definition(source: str | os.PathLike[str]) -> definition_pb2.SagaDefinition:
    """Read a definition from YAML or JSON.

    Names may be in snake_case or camelCase. Beyond the contract's JSON form it takes `kind: pivot`, `after: a` for
    one step, `after: []` for `root: true`, and durations such as `200ms`, `5m`, `1h30m` or `1d`.

    Args:
        source: a path (`pathlib.Path`) to read, or the text itself (`str`). A text that starts with `{` and a file
            named `*.json` are JSON, all else is YAML.

    Raises:
        DefinitionSyntaxError: it is no definition; every fault is listed, with the line where it is known.
        OSError: the file cannot be read.
        ImportError: it is YAML, and PyYAML is not installed.
    """
    if isinstance(source, str):
        file, text = "", source
    else:
        file = os.fspath(source)
        content = Path(source).read_bytes()
        try:
            text = content.decode()
        except UnicodeDecodeError:
            raise DefinitionSyntaxError(file, [SyntaxFault(0, "", "is not UTF-8 text")]) from None
    if len(text) > MAX_TEXT:
        raise DefinitionSyntaxError(file, [SyntaxFault(0, "", f"is longer than {MAX_TEXT} characters")])
    faults: list[SyntaxFault] = []
    is_json = file.endswith(".json") or text.lstrip().startswith("{")
    root = parse_json(text, faults) if is_json else _parse_yaml(text, faults)
    if root is None:
        raise DefinitionSyntaxError(file, faults)
    message = definition_pb2.SagaDefinition()
    if isinstance(root.value, dict):
        _Filler(faults).fill(message, root.value, "")
    elif not faults:
        hint = "; to read a file give a pathlib.Path" if not file and "\n" not in text.strip() else ""
        faults.append(SyntaxFault(root.line, "", f"a definition is a mapping with `name`, `version` and `steps`{hint}"))
    if faults:
        raise DefinitionSyntaxError(file, faults)
    return message


def _parse_yaml(text: str, faults: list[SyntaxFault]) -> Node | None:
    try:
        from sagaway.definitions.yaml_reader import parse_yaml  # noqa: PLC0415 - who writes none needs no PyYAML
    except ImportError as error:
        message = "reading YAML needs PyYAML: install sagaway[server], or write the definition as JSON"
        raise ImportError(message) from error
    return parse_yaml(text, faults)


def parse_span(text: str) -> Decimal | None:
    """Return the seconds of a duration such as `200ms` or `1h30m`; None if it is none."""
    digits = text.removeprefix("-")
    parts = _SPAN.findall(digits)
    if not parts or "".join(count + unit for count, unit in parts) != digits:
        return None
    seconds = sum((Decimal(count) * _UNITS[unit] for count, unit in parts), Decimal(0))
    return -seconds if digits != text else seconds


class _Filler:
    """Fills a message from nodes, by the message's descriptor."""

    def __init__(self, faults: list[SyntaxFault]) -> None:
        self._faults = faults

    def fill(self, message: Any, members: dict[str, Node], path: str) -> None:
        descriptor: Descriptor = message.DESCRIPTOR
        by_name = {name: field for field in descriptor.fields for name in (field.name, field.json_name)}
        seen: dict[str, str] = {}
        for name, node in members.items():
            field = by_name.get(name)
            if field is None:
                self._unknown(node, path, name, descriptor)
            elif field.name in seen:
                self._fault(node, child(path, name), f"is the same field as {seen[field.name]!r}")
            else:
                seen[field.name] = name
                self._set(message, field, node, child(path, name))

    def _unknown(self, node: Node, path: str, name: str, descriptor: Descriptor) -> None:
        near = difflib.get_close_matches(name, [field.name for field in descriptor.fields], n=1)
        hint = f"did you mean {near[0]!r}?" if near else "known are " + ", ".join(f.name for f in descriptor.fields)
        what = {"StepDefinition": "a step", "RetryPolicy": "a retry policy"}.get(descriptor.name, "a definition")
        self._fault(node, child(path, name), f"is no field of {what}; {hint}")

    def _set(self, message: Any, field: FieldDescriptor, node: Node, path: str) -> None:
        value = node.value
        kind = field.message_type.full_name if field.message_type else ""
        if kind == "google.protobuf.Value":
            plain = self._plain(node, path)
            getattr(message, field.name).CopyFrom(ParseDict(plain, struct_pb2.Value()))
        elif value is None:
            return  # as in JSON: null is a field left out
        elif field.name == "after":
            self._set_after(message, node, path)
        elif kind == "google.protobuf.Duration":
            self._set_duration(getattr(message, field.name), node, path)
        elif field.is_repeated:
            self._set_list(message, field, node, path)
        elif kind:
            if isinstance(value, dict):
                part = getattr(message, field.name)
                part.SetInParent()
                self.fill(part, value, path)
            else:
                self._fault(node, path, "must be a mapping")
        else:
            self._set_scalar(message, field, node, path)

    def _set_list(self, message: Any, field: FieldDescriptor, node: Node, path: str) -> None:
        if not isinstance(node.value, list):
            self._fault(node, path, "must be a list")
            return
        target = getattr(message, field.name)
        for index, item in enumerate(node.value):
            where = f"{path}[{index}]"
            if field.message_type is None:
                if text := self._text(item, where):
                    target.append(text)
            elif isinstance(item.value, dict):
                self.fill(target.add(), item.value, where)
            else:
                self._fault(item, where, "must be a mapping")

    def _set_after(self, message: Any, node: Node, path: str) -> None:
        items = node.value if isinstance(node.value, list) else [node]
        if not items:
            message.root = True
        for index, item in enumerate(items):
            if text := self._text(item, f"{path}[{index}]" if isinstance(node.value, list) else path):
                message.after.append(text)

    def _set_duration(self, message: duration_pb2.Duration, node: Node, path: str) -> None:
        seconds = parse_span(node.value) if isinstance(node.value, str) else None
        if seconds is None or abs(seconds) > 315_576_000_000:
            said = f", not {node.value!r}" if isinstance(node.value, str | int | float) else ""
            self._fault(node, path, f"must be a duration with its unit, such as 200ms, 10s, 5m, 1h or 1d{said}")
            return
        nanos = int(seconds * 1_000_000_000)
        whole = abs(nanos) // 1_000_000_000 * (1 if nanos >= 0 else -1)
        message.seconds, message.nanos = whole, nanos - whole * 1_000_000_000
        message.SetInParent()

    def _set_scalar(self, message: Any, field: FieldDescriptor, node: Node, path: str) -> None:
        value = node.value
        if field.enum_type is not None:
            names = [one.name for one in field.enum_type.values]
            if isinstance(value, str) and (found := _enum_name(value, names)):
                setattr(message, field.name, field.enum_type.values_by_name[found].number)
            else:
                known = ", ".join(_short(name, names).lower() for name in names[1:])
                self._fault(node, path, f"must be one of {known}")
        elif field.type == FieldDescriptor.TYPE_STRING:
            if (text := self._text(node, path)) is not None:
                setattr(message, field.name, text)
        elif field.type == FieldDescriptor.TYPE_BOOL:
            if isinstance(value, bool):
                setattr(message, field.name, value)
            else:
                self._fault(node, path, "must be true or false")
        elif isinstance(value, bool) or not isinstance(value, int | float):
            self._fault(node, path, "must be a number")
        elif field.type == FieldDescriptor.TYPE_DOUBLE:
            setattr(message, field.name, float(value))
        elif not math.isfinite(value) or value != int(value) or not -(2**31) <= value < 2**31:
            self._fault(node, path, "must be a whole number below 2^31")
        else:
            setattr(message, field.name, int(value))

    def _text(self, node: Node, path: str) -> str | None:
        if not isinstance(node.value, str):
            hint = f'; put it in quotes: "{node.value}"' if isinstance(node.value, int | float) else ""
            self._fault(node, path, f"must be text{hint}")
            return None
        before = len(self._faults)
        check_json(node.value, path, lambda where, why: self._faults.append(SyntaxFault(node.line, where, why)))
        return node.value if len(self._faults) == before else None

    def _plain(self, node: Node, path: str) -> Any:
        if isinstance(node.value, dict):
            return {self._key(key, item, path): self._plain(item, child(path, key)) for key, item in node.value.items()}
        if isinstance(node.value, list):
            return [self._plain(item, f"{path}[{index}]") for index, item in enumerate(node.value)]
        before = len(self._faults)
        check_json(node.value, path, lambda where, why: self._faults.append(SyntaxFault(node.line, where, why)))
        return node.value if len(self._faults) == before else None

    def _key(self, key: str, item: Node, path: str) -> str:
        before = len(self._faults)
        check_json(key, path, lambda where, why: self._faults.append(SyntaxFault(item.line, where, f"a key {why}")))
        return key if len(self._faults) == before else ""

    def _fault(self, node: Node, path: str, description: str) -> None:
        self._faults.append(SyntaxFault(node.line, path, description))


def _short(name: str, names: list[str]) -> str:
    """Return an enum value's name without the prefix that all share."""
    return name.removeprefix(names[0].removesuffix("UNSPECIFIED"))


def _enum_name(value: str, names: list[str]) -> str | None:
    """Return the enum value that a person means by `pivot`, `PIVOT` or `STEP_KIND_PIVOT`."""
    wanted = value.upper()
    return next((name for name in names if wanted in (name, _short(name, names)) and name != names[0]), None)
