"""A choreography as text for a terminal: each service, its reactions, what comes to them from whom, what goes to whom. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sagaway.choreography.drawing import Arrow, Node, Picture, Shape, Way, plain

_VERBS = {Way.FORWARD: "emits", Way.REFUSAL: "refuses", Way.BACK: "emits"}


def to_text(picture: Picture) -> str:
    """Return the text of a drawing, ended by a line break; a line that a fault is about begins with `!!`."""
    return "\n".join(_lines(picture)) + "\n"


def _lines(picture: Picture) -> Iterator[str]:
    for box in picture.boxes:
        yield plain(box.label)
        for node in box.nodes:
            yield _line(node.label, 2, node.is_fault)
            yield from _arrows(node, picture)
    for node in picture.loose:
        if node.shape is not Shape.END:
            yield node.label
            yield from _arrows(node, picture)
    if picture.findings:
        yield ""
    for finding in picture.findings:
        yield plain(f"{'fault' if finding.is_fault else 'note'}: {finding.kind.value}: {finding.text}")


def _arrows(node: Node, picture: Picture) -> Iterator[str]:
    coming = [arrow for arrow in picture.arrows if arrow.target == node]
    going = [arrow for arrow in picture.arrows if arrow.source == node]
    for event in dict.fromkeys(arrow.event for arrow in coming):
        yield _event("on", event, "<-", coming, [arrow.source.name for arrow in coming if arrow.event == event])
    for event in dict.fromkeys(arrow.event for arrow in going):
        verb = _VERBS[next(arrow.way for arrow in going if arrow.event == event)]
        yield _event(verb, event, "->", going, [arrow.target.name for arrow in going if arrow.event == event])


def _event(verb: str, event: str, sign: str, arrows: Iterable[Arrow], names: Iterable[str]) -> str:
    is_fault = any(arrow.is_fault for arrow in arrows if arrow.event == event)
    return _line(f"{verb:<8}{event} {sign} {', '.join(dict.fromkeys(names))}", 4, is_fault)


def _line(text: str, indent: int, is_fault: bool) -> str:
    """Return a line; the first two columns are the mark's."""
    return f"{'!!' if is_fault else '  '}{' ' * indent}{plain(text)}"
