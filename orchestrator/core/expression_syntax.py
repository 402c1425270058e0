"""What an expression reads and how much work it can make, told from its text before it ever runs.

The CEL library compiles and evaluates; it shows no syntax tree. This module has its own tokenizer, the lexical part
of the CEL grammar (github.com/google/cel-spec, doc/langdef.md), and reads off the tokens:

- where a `${…}` ends, so that braces and quotes inside it do no harm;
- which steps it reads. `steps` may be used as `steps.<id>.output` or `steps["<id>"].output` only, so the answer is
  exact; whatever would make it depend on data is refused;
- which parts of the data it reads, so that only these are handed to CEL;
- how its work grows with its data: CEL always ends, but loops inside loops may take for ever.

Only text that the library has compiled is analysed, so brackets match and the grammar holds.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence
from typing import NamedTuple

from orchestrator.core import cel
from orchestrator.core.expression_cost import Analysis, Fault, Key, Loop, StepReference

MAX_LENGTH = 2_048
"""The most characters of one expression."""

MAX_NESTING = 32
"""The deepest nesting of brackets. The library's parser recurses; its own guard is near three times that."""

_RAW = r'"""[\s\S]*?"""' r"|'''[\s\S]*?'''" r'|"[^"\n\r]*"' r"|'[^'\n\r]*'"
_ESCAPED = r'"""(?:\\[\s\S]|[^\\])*?"""|"(?:\\.|[^\\"\n\r])*"'
_ESCAPED += "|" + _ESCAPED.replace('"', "'")
_TOKEN = re.compile(
    r"(?P<space>[ \t\r\n\f]+|//[^\n]*)"
    rf"|(?P<bytes>[bB](?:[rR](?:{_RAW})|{_ESCAPED}))"
    rf"|(?P<string>[rR](?:{_RAW})|{_ESCAPED})"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<number>0x[0-9a-fA-F]+[uU]?|[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+|[0-9]+[uU]?)"
    r"|(?P<sign>==|!=|<=|>=|&&|\|\||[-+*/%!<>?:.,(){}\[\]])"
)

_LOOPS = {"all": (2,), "exists": (2,), "exists_one": (2,), "filter": (2,), "map": (2, 3)}
"""CEL's macros that loop, with the numbers of arguments each may have."""

_FUNCTIONS = frozenset({"bytes", "double", "duration", "dyn", "has", "int", "size", "string", "timestamp", "uint"})

_METHODS = frozenset(
    {"contains", "endsWith", "matches", "size", "startsWith"}
    | {"getDate", "getDayOfMonth", "getDayOfWeek", "getDayOfYear", "getFullYear", "getHours", "getMilliseconds"}
    | {"getMinutes", "getMonth", "getSeconds"}
)

_KEYWORDS = frozenset({"true", "false", "null", "in"})
_COUNTED = re.compile(r"\{(\d+)(?:,(\d*))?\}")


class Token(NamedTuple):
    """A word of an expression.

    Attributes:
        kind: `name`, `string`, `bytes`, `number`, `sign` or `unknown`.
        text: as written.
        start: where it starts in the expression, from 0.
    """

    kind: str
    text: str
    start: int


def tokens(text: str, start: int) -> list[Token]:
    """Return the tokens from ``start`` up to the bracket that closes more than was opened, or to the end.

    A `}` that matches nothing is the last token; a character that CEL does not know is a token of kind `unknown`.
    Reading stops soon after `MAX_LENGTH`.
    """
    found: list[Token] = []
    depth = 0
    position = start
    while position < len(text) and position - start <= MAX_LENGTH:
        match = _TOKEN.match(text, position)
        if match is None:
            found.append(Token("unknown", text[position], position - start))
            position += 1
            continue
        kind, word = match.lastgroup or "", match[0]
        if kind != "space":
            found.append(Token(kind, word, position - start))
        if kind == "sign" and word == "{":
            depth += 1
        elif kind == "sign" and word == "}":
            depth -= 1
            if depth < 0:
                return found
        position = match.end()
    return found


def nesting(words: Sequence[Token]) -> int:
    """Return how deep brackets nest."""
    depth = deepest = 0
    for word in words:
        if word.kind == "sign" and word.text in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif word.kind == "sign" and word.text in ")]}":
            depth -= 1
    return deepest


def analyse(words: Sequence[Token]) -> Analysis:
    """Return what an expression reads, given the tokens of a text that the library has compiled."""
    return _Reader(words).read()


def literal(word: Token) -> str:
    """Return the text that a string token stands for."""
    value: str = cel.compile(word.text).execute({})
    return value


def suggestion(word: str, known: Sequence[str]) -> str:
    """Return a hint at the nearest of ``known``, or nothing."""
    near = difflib.get_close_matches(word, known, n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


class _Reader:
    """One pass over the tokens of an expression."""

    def __init__(self, words: Sequence[Token]) -> None:
        self._words = words
        self._analysis = Analysis(len(words))
        self._closers = self._match_brackets()
        self._open: list[Loop] = []
        self._is_plain = False

    def read(self) -> Analysis:
        analysis = self._analysis
        index = 0
        while index < len(self._words):
            self._close_loops(index)
            index = self._read_one(index)
        self._close_loops(index)
        analysis.plain = self._is_plain and not analysis.faults
        return analysis

    def _close_loops(self, index: int) -> None:
        while self._open and self._open[-1].end <= index:
            self._analysis.loops.append(self._open.pop())

    def _read_one(self, index: int) -> int:
        word = self._words[index]
        if word.kind == "name":
            return self._read_name(index)
        if word.kind in ("string", "bytes", "number") or word.text in ("[", "{"):
            self._innermost.literals += 1
        if word.text == "+":
            self._analysis.additions += 1
        if word.text == "." and not self._is_value_before(index):
            self._fault(word, "an expression cannot start with a dot; write the name alone")
        return index + 1

    def _read_name(self, index: int) -> int:
        word = self._words[index]
        after_dot = self._text(index - 1) == "."
        following = self._text(index + 1)
        if word.text in _KEYWORDS:
            self._innermost.literals += 1
        elif following == "(":
            return self._read_call(index, after_dot)
        elif after_dot:
            pass
        elif following == "{":
            self._fault(word, f"{word.text}{{…}} would make a message, which there is none of here")
        elif any(loop.variable == word.text for loop in self._open):
            self._use(word.text, self._text(index + 2) if following == "." else "")
        elif word.text in ("input", "steps"):
            return self._read_path(index)
        else:
            hint = suggestion(word.text, ["input", "steps"])
            self._fault(word, f"{word.text!r} is unknown: expressions see `input` and `steps.<id>.output`{hint}")
        return index + 1

    def _use(self, variable: str, part: str) -> None:
        loop = self._innermost
        if not part:
            loop.whole += 1
            return
        parts = loop.parts.setdefault(variable, {})
        parts[part] = parts.get(part, 0) + 1

    def _read_call(self, index: int, after_dot: bool) -> int:
        word = self._words[index]
        if after_dot and word.text in _LOOPS:
            return self._read_loop(index)
        known = _METHODS | _LOOPS.keys() if after_dot else _FUNCTIONS
        if word.text not in known:
            hint = suggestion(word.text, sorted(known))
            kind = "method" if after_dot else "function"
            self._fault(word, f"there is no {kind} {word.text!r}{hint}")
        elif word.text == "matches":
            self._read_pattern(index)
        self._innermost.literals += 1
        return index + 1

    def _read_loop(self, index: int) -> int:
        word, variable = self._words[index], self._words[index + 2]
        end = self._closers[index + 1]
        arguments = 1 + self._commas(index + 2, end)
        if arguments not in _LOOPS[word.text] or variable.kind != "name" or self._text(index + 3) != ",":
            self._fault(word, f"{word.text} takes a name and an expression, such as `.{word.text}(item, item.id)`")
            return index + 1
        if variable.text in ("input", "steps"):
            self._fault(
                variable, f"{variable.text!r} cannot be a loop's name: it would hide the saga's {variable.text}"
            )
        self._open.append(Loop(variable.text, word.text, len(self._open) + 1, end))
        return index + 4

    def _read_pattern(self, index: int) -> None:
        pattern = self._words[index + 2]
        if pattern.kind != "string" or self._closers[index + 1] != index + 3:
            self._fault(self._words[index], "the pattern of `matches` must be one literal string")
            return
        try:
            cel.compile(f'"".matches({pattern.text})').execute({})
        except Exception:
            self._fault(pattern, "the pattern is no regular expression that CEL knows (RE2 syntax), or is too large")
            return
        text = literal(pattern)
        work = len(text)
        for least, most in _COUNTED.findall(text):
            work *= max(int(most or least), 1)
        self._analysis.pattern_work = max(self._analysis.pattern_work, work)

    def _read_path(self, index: int) -> int:
        """Read `input…` or `steps…` as far as its keys are fixed."""
        root = self._words[index]
        start = index
        keys: list[Key] = [root.text]
        index += 1
        while (step := self._key_at(index)) is not None:
            key, index = step
            keys.append(key)
        self._is_plain = start == 0 and index == len(self._words)
        if root.text == "steps":
            if len(keys) < 3 or not isinstance(keys[1], str) or keys[2] != "output":
                self._fault(root, 'steps are read as `steps.<id>.output` or `steps["<id>"].output` only')
                return index
            self._analysis.references.append(StepReference(root.start, keys[1]))
        self._innermost.leaves.append(len(self._analysis.paths))
        self._analysis.paths.append(tuple(keys))
        return index

    def _key_at(self, index: int) -> tuple[Key, int] | None:
        if self._text(index) == "." and index + 1 < len(self._words) and self._text(index + 2) != "(":
            return self._text(index + 1), index + 2
        if self._text(index) == "[" and self._text(index + 2) == "]":
            word = self._words[index + 1]
            if word.kind == "string":
                return literal(word), index + 3
            if word.kind == "number" and word.text.isdigit():
                return int(word.text), index + 3
        return None

    @property
    def _innermost(self) -> Loop:
        return self._open[-1] if self._open else self._analysis.outer

    def _fault(self, word: Token, message: str) -> None:
        self._analysis.faults.append(Fault(word.start, message))

    def _text(self, index: int) -> str:
        """The text of a name or sign; nothing for literals and beyond the ends."""
        if not 0 <= index < len(self._words):
            return ""
        word = self._words[index]
        return word.text if word.kind in ("name", "sign") else ""

    def _is_value_before(self, index: int) -> bool:
        if index == 0:
            return False
        word = self._words[index - 1]
        return word.kind != "sign" or word.text in ")]}"

    def _match_brackets(self) -> dict[int, int]:
        pairs: dict[int, int] = {}
        stack: list[int] = []
        for index, word in enumerate(self._words):
            if word.kind == "sign" and word.text in "([{":
                stack.append(index)
            elif word.kind == "sign" and word.text in ")]}" and stack:
                pairs[stack.pop()] = index
        return pairs

    def _commas(self, start: int, end: int) -> int:
        count = 0
        index = start
        while index < end:
            if self._text(index) in ("(", "[", "{"):
                index = self._closers[index]
            count += self._text(index) == ","
            index += 1
        return count
