"""What a drawing of a choreography shows, for whatever draws it: boxes, nodes and arrows, in a fixed order. Pure.

    a box     a service
    a node    its own code that starts sagas, a reaction, a reaction's compensation; outside every box: where events from
              elsewhere come from, events that nobody emits, events that nobody handles
    an arrow  an event, from who emits it to who consumes it: on the way forward, a refusal, or on the way back

Faults that `graph.check` finds are marked on what they are about. Texts here are as they were declared: who draws escapes
them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sagaway.choreography.consumers import Consumer, Role, consumers_in
from sagaway.choreography.facts import ServiceFacts
from sagaway.choreography.graph import Finding, check


class Shape(enum.Enum):
    """What a node is."""

    START = "start"
    REACTION = "reaction"
    COMPENSATION = "compensation"
    OUTSIDE = "outside"
    NOBODY = "nobody"
    END = "end"


class Way(enum.Enum):
    """Where an event leads."""

    FORWARD = "forward"
    REFUSAL = "refusal"
    BACK = "back"


@dataclass(frozen=True, slots=True)
class Node:
    """A node.

    Attributes:
        key: unique, of letters and digits.
        label: what stands in it, in its box.
        name: what it is called elsewhere.
        shape: what it is.
        is_fault: whether a fault is about it.
    """

    key: str
    label: str
    name: str
    shape: Shape
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Box:
    """A service."""

    label: str
    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """An event's way from a node to another.

    Attributes:
        source: the node that emits it.
        target: the node that consumes it.
        event: its type.
        way: where it leads.
        is_fault: whether a fault is about the event.
    """

    source: Node
    target: Node
    event: str
    way: Way
    is_fault: bool


@dataclass(frozen=True, slots=True)
class Picture:
    """What is drawn.

    Attributes:
        boxes: the services, in the order in which they were given.
        loose: nodes in no box.
        arrows: by their sources, each source's in the order of its declaration.
        findings: what `check` says.
    """

    boxes: tuple[Box, ...]
    loose: tuple[Node, ...]
    arrows: tuple[Arrow, ...]
    findings: tuple[Finding, ...]


def picture(services: Sequence[ServiceFacts], outside: Iterable[str] = ()) -> Picture:
    """Return what a drawing of these services shows.

    Args:
        services: all of the choreography.
        outside: event types that come from elsewhere.
    """
    return _Draft(services, tuple(outside)).picture()


class _Draft:
    def __init__(self, services: Sequence[ServiceFacts], outside: tuple[str, ...]) -> None:
        self._services, self._outside = services, outside
        self._findings = check(services, outside)
        self._faulty = {name for finding in self._findings if finding.is_fault for name in finding.about}
        self._count = 0
        self._loose: list[Node] = []
        self._emitters: list[tuple[Node, str, Way]] = []
        self._consumers: list[tuple[Node, str]] = []

    def picture(self) -> Picture:
        boxes = tuple(self._box(service) for service in self._services)
        self._strangers()
        arrows = [
            Arrow(source, target, event, _towards(target, way), event in self._faulty)
            for source, event, way in self._emitters
            for target, consumed in self._consumers
            if consumed == event
        ]
        return Picture(boxes, tuple(self._loose), tuple(dict.fromkeys(arrows)), tuple(self._findings))

    def _box(self, service: ServiceFacts) -> Box:
        nodes = []
        if service.starts:
            nodes.append(self._node("starts", f"the code of {service.participant}", Shape.START, service.participant))
            self._emitters += [(nodes[0], event, Way.FORWARD) for event in service.starts]
        for consumer in consumers_in([service]):
            name, undo = consumer.at.facts.name, consumer.role is Role.COMPENSATE
            shape = Shape.COMPENSATION if undo else Shape.REACTION
            prefix = "undo " if undo else ""
            node = self._node(prefix + name, f"{prefix}{consumer.at}", shape, str(consumer.at))
            nodes.append(node)
            self._consumers += [(node, event) for event in consumer.consumes]
            self._emitters += [(node, event, _way(consumer, event)) for event in consumer.emits]
        return Box(service.participant, tuple(nodes))

    def _strangers(self) -> None:
        """Add the nodes in no box: where events come from that no service emits, and where those go that none handles."""
        emitted = {event for _, event, _ in self._emitters}
        consumed = list(dict.fromkeys(event for _, event in self._consumers))
        for shape, label, events in (
            (Shape.OUTSIDE, "outside", [event for event in consumed if event in self._outside]),
            (Shape.NOBODY, "nobody", [e for e in consumed if e not in emitted and e not in self._outside]),
        ):
            if events:
                node = self._node(label, label, shape)
                self._loose.append(node)
                self._emitters += [(node, event, Way.FORWARD) for event in events]
        for event in sorted(emitted - set(consumed)):
            node = self._node("nobody handles it" if event in self._faulty else "end", "nobody", Shape.END, event)
            self._loose.append(node)
            self._consumers.append((node, event))

    def _node(self, label: str, name: str, shape: Shape, about: str = "") -> Node:
        self._count += 1
        is_fault = shape is Shape.NOBODY or about in self._faulty
        return Node(f"n{self._count}", label, name, shape, is_fault)


def _way(consumer: Consumer, event: str) -> Way:
    if consumer.role is Role.COMPENSATE:
        return Way.BACK
    return Way.REFUSAL if event == consumer.at.facts.rejects else Way.FORWARD


def _towards(target: Node, way: Way) -> Way:
    """Return where an event leads: one that calls for a compensation leads back, unless it is itself a refusal."""
    return Way.BACK if way is Way.FORWARD and target.shape is Shape.COMPENSATION else way


def plain(text: str) -> str:
    """Return a text, not empty, in which nothing ends a line, steers a terminal or turns the direction of writing."""
    return "".join(each if each.isprintable() else "?" for each in text) or "?"
