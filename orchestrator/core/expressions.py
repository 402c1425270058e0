"""Templates: JSON values whose strings may hold `${…}`, an expression in CEL (Common Expression Language).

A string that is wholly `${…}` becomes the expression's native value. `${…}` inside longer text becomes text: strings
as they are, everything else as compact JSON (`5`, `true`, `null`, `{"a":1}`). `$${` is a literal `${`. Keys are
literal. Expressions see `input`, the saga's, and `steps.<id>.output`.

A plain path such as `${steps.pay.output.id}` hands on what it finds as it is. Everything else is evaluated by CEL,
whose integers have 64 bits, and whose doubles and integers do not mix. Evaluation has no clock, no randomness and no
I/O: the same template and data always give the same value, map keys in the same order. It is bounded
(`expression_syntax`): an expression that would make too much work of its data is refused instead of run.

What goes wrong at resolving is said without the data, which may be a customer's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestrator.core import cel
from orchestrator.core.errors import CoreError, UnresolvedExpression
from orchestrator.core.expression_cost import Key
from orchestrator.core.expression_evaluation import Outputs, Resolve, evaluator, walker
from orchestrator.core.expression_syntax import MAX_LENGTH, MAX_NESTING, Token, analyse, nesting, tokens

MAX_EXPRESSIONS = 200
"""The most expressions of one template."""

MAX_TEXT = 1_048_576
"""The most characters that a string with embedded expressions may become."""


class TemplateFault(NamedTuple):
    """One thing wrong with a template.

    Attributes:
        path: the key inside the template, such as `lines[0].amount`; empty for the template itself.
        column: where in that string, from 1.
        message: what is wrong.
    """

    path: str
    column: int
    message: str


class StepUse(NamedTuple):
    """A place where a template reads a step's output.

    Attributes:
        path: the key inside the template; empty for the template itself.
        column: where in that string, from 1.
        step_id: the step.
    """

    path: str
    column: int
    step_id: str


class TemplateInvalid(CoreError):
    """A template that does not compile.

    Attributes:
        faults: everything wrong with it.
        uses: where it reads which steps' outputs, as far as it could be understood.
    """

    def __init__(self, faults: tuple[TemplateFault, ...], uses: tuple[StepUse, ...]) -> None:
        super().__init__("; ".join(f"{path or 'template'}, column {column}: {why}" for path, column, why in faults))
        self.faults = faults
        self.uses = uses


@dataclass(frozen=True, slots=True)
class Template:
    """A compiled template. Two are equal if they were compiled from equal values.

    Attributes:
        source: the value it was compiled from, as JSON text.
        uses: where it reads which steps' outputs.
        references: ids of the steps whose outputs it reads.
    """

    source: str
    uses: tuple[StepUse, ...] = field(compare=False, repr=False)
    references: frozenset[str] = field(compare=False, repr=False)
    _resolve: Resolve = field(compare=False, repr=False)

    def resolve(self, saga_input: object, outputs: Outputs) -> object:
        """Return the template's value for a saga, a JSON value.

        The value may share parts with the template, the input and the outputs: read it, do not change it.

        Args:
            saga_input: the saga's input, a parsed JSON value.
            outputs: the outputs of completed steps by step id, parsed JSON values. A step may be missing that has
                no output in JSON.

        Raises:
            UnresolvedExpression: an expression has no value for this saga, or one that JSON cannot hold. The message
                names the key and column and what was wrong, and holds nothing of the data.
        """
        return self._resolve(saga_input, outputs)


def compile_template(value: object) -> Template:
    """Compile a parsed JSON value as a template.

    Raises:
        TemplateInvalid: expressions in it do not compile; it lists every fault.
    """
    compiler = _Compiler()
    resolve = compiler.compile(value, "")
    if compiler.count > MAX_EXPRESSIONS:
        text = f"has {compiler.count} expressions, and {MAX_EXPRESSIONS} is the limit"
        compiler.faults.append(TemplateFault("", 1, text))
    if compiler.faults:
        raise TemplateInvalid(tuple(compiler.faults), tuple(compiler.uses))
    if resolve is None:
        resolve = _constant(value)
    references = frozenset(use.step_id for use in compiler.uses)
    return Template(json.dumps(value, sort_keys=True), tuple(compiler.uses), references, resolve)


def child_path(path: str, key: Key) -> str:
    """Return the path of an element, such as `lines[0]` or `address["post code"]`."""
    if isinstance(key, int):
        return f"{path}[{key}]"
    if not key.isidentifier():
        return f"{path}[{json.dumps(key, ensure_ascii=False)}]"
    return f"{path}.{key}" if path else key


class _Compiler:
    """Compiles a template, and notes all that is wrong instead of stopping at the first."""

    def __init__(self) -> None:
        self.faults: list[TemplateFault] = []
        self.uses: list[StepUse] = []
        self.count = 0

    def compile(self, value: object, path: str) -> Resolve | None:
        """Return what resolves ``value``; None if it holds no expression."""
        if isinstance(value, str):
            return self._compile_text(value, path) if "${" in value else None
        if isinstance(value, Mapping):
            members = {key: self.compile(item, child_path(path, key)) for key, item in value.items()}
            if not any(members.values()):
                return None
            return _mapping([(key, members[key] or _constant(item)) for key, item in value.items()])
        if isinstance(value, list):
            elements = [self.compile(item, child_path(path, index)) for index, item in enumerate(value)]
            if not any(elements):
                return None
            return _sequence([element or _constant(item) for element, item in zip(elements, value, strict=True)])
        return None

    def _compile_text(self, text: str, path: str) -> Resolve:
        parts: list[str | Resolve] = []
        position = 0
        while (dollar := text.find("$", position)) >= 0:
            parts.append(text[position:dollar])
            if text.startswith("$${", dollar):
                parts.append("${")
                position = dollar + 3
            elif text.startswith("${", dollar):
                words = tokens(text, dollar + 2)
                closed = bool(words) and _is_unmatched_end(words)
                end = dollar + 2 + words[-1].start + 1 if closed else len(text)
                self.count += 1
                parts.append(self._compile_expression(text[dollar + 2 : end - 1], words, closed, dollar + 2, path))
                position = end
            else:
                parts.append("$")
                position = dollar + 1
        parts.append(text[position:])
        filled = [part for part in parts if part != ""]
        if len(filled) == 1:
            return filled[0] if not isinstance(filled[0], str) else _constant(filled[0])
        return _text(filled, path)

    def _compile_expression(self, source: str, words: list[Token], closed: bool, offset: int, path: str) -> Resolve:
        """Compile one expression that starts ``offset`` characters into its string."""
        faults = len(self.faults)

        def fault(start: int, message: str) -> None:
            self.faults.append(TemplateFault(path, offset + start + 1, message))

        if len(source) > MAX_LENGTH:
            fault(0, f"the expression is longer than {MAX_LENGTH} characters, or its closing brace is missing")
        elif not closed:
            fault(-2, "the expression has no closing brace; a literal `${` is written `$${`")
        elif nesting(words[:-1]) > MAX_NESTING:
            fault(0, f"the expression nests brackets deeper than {MAX_NESTING}")
        if len(self.faults) > faults:
            return _constant(None)
        try:
            program = cel.compile(source)
        except Exception as error:
            fault(*_syntax_error(source, str(error)))
            return _constant(None)
        analysis = analyse(words[:-1])
        for start, message in analysis.faults:
            fault(start, message)
        names = {loop.variable for loop in analysis.loops} | {root for root, *_ in analysis.paths}
        if not analysis.faults and (strange := set(program.variables()) - names):
            # The two readings of the text must agree; a difference would be a step read unseen.
            fault(0, f"the expression is not understood at {', '.join(sorted(strange))}")
        self.uses.extend(StepUse(path, offset + start + 1, step_id) for start, step_id in analysis.references)
        where = f"{path or 'the template'}, column {offset - 1}"
        if analysis.plain:
            return walker(analysis.paths[0], where)
        evaluate = evaluator(program, analysis, words, where)
        if len(self.faults) == faults and not analysis.paths:
            try:
                return _constant(evaluate(None, {}))
            except UnresolvedExpression as error:
                fault(-2, str(error).removeprefix(f"{where}: "))
        return evaluate


def _is_unmatched_end(words: Sequence[Token]) -> bool:
    if words[-1].kind != "sign" or words[-1].text != "}":
        return False
    braces = [word.text for word in words if word.kind == "sign" and word.text in "{}"]
    return braces.count("}") > braces.count("{")


_UNEXPECTED = re.compile(r"^(?:mismatched input|extraneous input|no viable alternative at input)")
_SYNTAX_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")


def _syntax_error(source: str, report: str) -> tuple[int, str]:
    """Return where the library's report places its first error, from 0, and what it says there."""
    match = _SYNTAX_ERROR.search(report)
    if match is None:
        return 0, "the expression is not CEL"
    line, column = int(match[1]), int(match[2])
    start = sum(len(text) + 1 for text in source.split("\n")[: line - 1]) + column - 1
    said = match[3].removeprefix("Syntax error: ").split(" expecting {")[0]
    said = _UNEXPECTED.sub("unexpected", said).replace("'<EOF>'", "end")
    return min(start, len(source)), f"the expression is not CEL: {said}"


def _constant(value: object) -> Resolve:
    return lambda _input, _outputs: value


def _mapping(members: list[tuple[str, Resolve]]) -> Resolve:
    return lambda saga_input, outputs: {key: resolve(saga_input, outputs) for key, resolve in members}


def _sequence(elements: list[Resolve]) -> Resolve:
    return lambda saga_input, outputs: [resolve(saga_input, outputs) for resolve in elements]


def _text(parts: list[str | Resolve], path: str) -> Resolve:
    def resolve(saga_input: object, outputs: Outputs) -> object:
        pieces: list[str] = []
        length = 0
        for part in parts:
            value = part if isinstance(part, str) else part(saga_input, outputs)
            if not isinstance(value, str):
                value = _as_text(value, path)
            length += len(value)
            if length > MAX_TEXT:
                raise UnresolvedExpression(
                    f"{path or 'the template'}: the text would be longer than {MAX_TEXT} characters"
                )
            pieces.append(value)
        return "".join(pieces)

    return resolve


def _as_text(value: object, path: str) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    except (ValueError, RecursionError):
        # Data from a lax parser: numbers that are none, or nesting without end.
        raise UnresolvedExpression(f"{path or 'the template'}: an embedded value is none that JSON can hold") from None
