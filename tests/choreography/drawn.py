"""Strict readers of the two languages that drawings are in: of the little of them that we write, and nothing else.

A drawing whose labels broke it would not be read, or would be read as other nodes and arrows. (The drawings under
`drawings/` were also read by the real tools, Mermaid's parser and Graphviz.)
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field


@dataclass
class Drawn:
    """What was read.

    Attributes:
        boxes: label and keys of the nodes in it.
        nodes: key to label.
        arrows: source, label, target and how the line looks.
    """

    boxes: list[tuple[str, list[str]]] = field(default_factory=list)
    nodes: dict[str, str] = field(default_factory=dict)
    arrows: list[tuple[str, str, str, str]] = field(default_factory=list)


_TEXT = r'"([^"]*)"'
_MERMAID_NODE = re.compile(rf"(n\d+)(?:\[{_TEXT}\]|\(\[{_TEXT}\]\)|\{{\{{{_TEXT}\}}\}}|\(\({_TEXT}\)\))")
_MERMAID_ARROW = re.compile(rf"(n\d+) (-->|-\.->)\|{_TEXT}\| (n\d+)")
_MERMAID_STYLE = re.compile(
    r"linkStyle \d+(,\d+)* [a-z-]+:[#\w]+(,[a-z-]+:[#\w]+)*|classDef \w+ [a-z-]+:[#\w ]+(,[a-z-]+:[#\w ]+)*|class n\d+(,n\d+)* \w+"
)
_MERMAID_LABEL = re.compile(r"(?:[^\W_]|[ ._/:,'-]|#\d+;)+")


def read_mermaid(text: str) -> Drawn:
    """Read a flowchart, line by line."""
    drawn, box = Drawn(), None
    first, *lines = text.removesuffix("\n").split("\n")
    assert first == "flowchart LR"
    for line in (each.strip() for each in lines):
        if opened := re.fullmatch(rf"subgraph s\d+\[{_TEXT}\]", line):
            assert box is None
            box = (_unescaped(opened[1]), list[str]())
            drawn.boxes.append(box)
        elif line == "end":
            assert box is not None
            box = None
        elif node := _MERMAID_NODE.fullmatch(line):
            key, *labels = node.groups()
            drawn.nodes[key] = _unescaped("".join(label or "" for label in labels))
            if box:
                box[1].append(key)
        elif arrow := _MERMAID_ARROW.fullmatch(line):
            source, look, label, target = arrow.groups()
            drawn.arrows.append((source, _unescaped(label), target, look))
        else:
            assert _MERMAID_STYLE.fullmatch(line), line
    assert box is None
    assert {key for arrow in drawn.arrows for key in (arrow[0], arrow[2])} <= set(drawn.nodes)
    return drawn


def _unescaped(label: str) -> str:
    assert _MERMAID_LABEL.fullmatch(label), label
    return re.sub(r"#(\d+);", lambda code: chr(int(code[1])), label)


_DOT_TOKEN = re.compile(r'\s*("(?:[^"\\]|\\.)*"|->|[{}\[\]=,;]|[A-Za-z_]\w*)', re.DOTALL)


class _Dot:
    """DOT by recursive descent, over tokens."""

    def __init__(self, text: str) -> None:
        self._tokens: list[str] = []
        at = 0
        while at < len(text.rstrip()):
            token = _DOT_TOKEN.match(text, at)
            assert token, text[at : at + 40]
            self._tokens.append(token[1])
            at = token.end()
        self.drawn = Drawn()

    def graph(self) -> Drawn:
        for expected in ("digraph", "choreography", "{", "rankdir", "=", "LR", ";"):
            self._take(expected)
        self._statements(None)
        assert not self._tokens
        return self.drawn

    def _statements(self, box: list[str] | None) -> None:
        while (word := self._tokens.pop(0)) != "}":
            if word == "subgraph":
                assert self._tokens.pop(0).startswith("cluster_")
                for expected in ("{", "label", "="):
                    self._take(expected)
                inner: list[str] = []
                self.drawn.boxes.append((_unquoted(self._tokens.pop(0)), inner))
                self._take(";")
                self._statements(inner)
            elif self._tokens[0] == "->":
                self._take("->")
                target, given = self._tokens.pop(0), self._attributes()
                self.drawn.arrows.append((word, given["label"], target, given.get("style", "")))
                assert {word, target} <= set(self.drawn.nodes)
            else:
                self.drawn.nodes[word] = self._attributes()["label"]
                if box is not None:
                    box.append(word)

    def _attributes(self) -> dict[str, str]:
        given: dict[str, str] = {}
        self._take("[")
        while True:
            name = self._tokens.pop(0)
            self._take("=")
            given[name] = _unquoted(self._tokens.pop(0))
            if self._tokens[0] != ",":
                break
            self._take(",")
        self._take("]")
        self._take(";")
        return given

    def _take(self, expected: str) -> None:
        token = self._tokens.pop(0)
        assert token == expected, (token, expected)


def read_dot(text: str) -> Drawn:
    """Read a digraph."""
    return _Dot(text).graph()


def _unquoted(token: str) -> str:
    assert token[0] == token[-1] == '"'
    return html.unescape(re.sub(r"\\(.)", r"\1", token[1:-1]))
