"""A choreography as a Mermaid flowchart, as GitHub, GitLab and many editors show it. Pure.

Labels are quoted, and in them all but letters, digits and a few harmless signs is written as Mermaid's `#code;`: so no
name can end a label, begin markup or be taken for a word of the language.
"""

from __future__ import annotations

from collections.abc import Iterator

from sagaway.choreography.drawing import Arrow, Node, Picture, Shape, Way, plain

_HARMLESS = frozenset(" ._-/:,'")
_BRACKETS = {
    Shape.START: ("([", "])"),
    Shape.REACTION: ("[", "]"),
    Shape.COMPENSATION: ("[", "]"),
    Shape.OUTSIDE: ("([", "])"),
    Shape.NOBODY: ("{{", "}}"),
    Shape.END: ("((", "))"),
}
_CLASSES = {
    "start": "stroke:#1e8449,stroke-width:2px",
    "compensation": "stroke:#b9770e,stroke-dasharray:5 5",
    "fault": "stroke:#c0392b,stroke-width:4px,color:#c0392b",
}
_LINKS = {
    Way.REFUSAL: "stroke:#c0392b,color:#c0392b",
    Way.BACK: "stroke:#b9770e,color:#b9770e",
}


def to_mermaid(picture: Picture) -> str:
    """Return the text of a drawing, ended by a line break."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    yield "flowchart LR"
    for number, box in enumerate(picture.boxes):
        yield f'  subgraph s{number}["{_escaped(box.label)}"]'
        for node in box.nodes:
            yield f"    {_node(node)}"
        yield "  end"
    for node in picture.loose:
        yield f"  {_node(node)}"
    for arrow in picture.arrows:
        yield f"  {_arrow(arrow)}"
    for way, style in _LINKS.items():
        if links := [str(number) for number, arrow in enumerate(picture.arrows) if arrow.way is way]:
            yield f"  linkStyle {','.join(links)} {style}"
    if links := [str(number) for number, arrow in enumerate(picture.arrows) if arrow.is_fault]:
        yield f"  linkStyle {','.join(links)} stroke-width:4px"
    nodes = [*(node for box in picture.boxes for node in box.nodes), *picture.loose]
    for name, style in _CLASSES.items():
        if keys := [node.key for node in nodes if name == node.shape.value or (name == "fault" and node.is_fault)]:
            yield f"  classDef {name} {style}"
            yield f"  class {','.join(keys)} {name}"


def _node(node: Node) -> str:
    opening, closing = _BRACKETS[node.shape]
    return f'{node.key}{opening}"{_marked(node.label, node.is_fault)}"{closing}'


def _arrow(arrow: Arrow) -> str:
    line = "-->" if arrow.way is Way.FORWARD else "-.->"
    return f'{arrow.source.key} {line}|"{_marked(arrow.event, arrow.is_fault)}"| {arrow.target.key}'


def _marked(text: str, is_fault: bool) -> str:
    return f"FAULT: {_escaped(text)}" if is_fault else _escaped(text)


def _escaped(text: str) -> str:
    return "".join(each if each.isalnum() or each in _HARMLESS else f"#{ord(each)};" for each in plain(text))
