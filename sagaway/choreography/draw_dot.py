"""A choreography in DOT, the language of Graphviz: `… | dot -Tsvg > choreography.svg`. Pure.

Texts are double-quoted strings: in these the quote and the backslash mean something, and in labels also the ampersand,
which begins an entity as in HTML.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sagaway.choreography.drawing import Arrow, Node, Picture, Shape, Way, plain

_SHAPES: Mapping[Shape, Mapping[str, str]] = {
    Shape.START: {"shape": "oval", "color": "#1e8449"},
    Shape.REACTION: {"shape": "box"},
    Shape.COMPENSATION: {"shape": "box", "style": "dashed", "color": "#b9770e"},
    Shape.OUTSIDE: {"shape": "oval"},
    Shape.NOBODY: {"shape": "hexagon"},
    Shape.END: {"shape": "oval", "peripheries": "2"},
}
_WAYS: Mapping[Way, Mapping[str, str]] = {
    Way.FORWARD: {},
    Way.REFUSAL: {"style": "dashed", "color": "#c0392b", "fontcolor": "#c0392b"},
    Way.BACK: {"style": "dotted", "color": "#b9770e", "fontcolor": "#b9770e"},
}
_FAULT = {"penwidth": "4", "color": "#c0392b", "fontcolor": "#c0392b"}


def to_dot(picture: Picture) -> str:
    """Return the text of a drawing, ended by a line break."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "digraph choreography {"
    yield "  rankdir=LR;"
    for number, box in enumerate(picture.boxes):
        yield f"  subgraph cluster_{number} {{"
        yield f"    label={_quoted(box.label)};"
        for node in box.nodes:
            yield f"    {_node(node)}"
        yield "  }"
    for node in picture.loose:
        yield f"  {_node(node)}"
    for arrow in picture.arrows:
        yield f"  {_arrow(arrow)}"
    yield "}"


def _node(node: Node) -> str:
    return f"{node.key} {_attributes(node.label, _SHAPES[node.shape], node.is_fault)};"


def _arrow(arrow: Arrow) -> str:
    return f"{arrow.source.key} -> {arrow.target.key} {_attributes(arrow.event, _WAYS[arrow.way], arrow.is_fault)};"


def _attributes(label: str, look: Mapping[str, str], is_fault: bool) -> str:
    given = {"label": f"FAULT: {label}" if is_fault else label, **look, **(_FAULT if is_fault else {})}
    return f"[{', '.join(f'{name}={_quoted(value)}' for name, value in given.items())}]"


def _quoted(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("&", "&amp;")
    return f'"{escaped}"'
