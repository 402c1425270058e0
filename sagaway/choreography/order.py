"""Which orders of deliveries make no difference, so that one of them is walked for all. Pure.

Two deliveries to different reactions touch nothing in common, and two events that one reaction handles don't either: in
both orders they lead to the same state. Only a reaction's compensating event has an order with what the reaction handles,
and with its other compensating events.

So if nothing that has an order with a delivery is under way, nor can follow from what else is under way, this delivery is
walked now and no other: whatever else may happen could happen after it as well. Where there is none such, the same is
asked of all that is under way to one reaction. These are persistent sets (P. Godefroid, "Partial-Order Methods for the
Verification of Concurrent Systems"): they keep every state at which nothing more can be delivered, and the walk to it is
as long as any other, since each delivery adds one inbox row. That is where faults are looked for. At states at which
something is under way nothing is asked but whether inbox and tombstone do their work; and without an inbox nothing is
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sagaway.choreography.consumers import Consumer, Role, by_type

Delivery = tuple[int, int]
"""The numbers of a consumer and of an event that is under way to it."""


class Order:
    """Knows which deliveries have an order with which others. Sets of consumers are bits of a number."""

    def __init__(self, consumers: Sequence[Consumer]) -> None:
        self._reaction = [consumer.at for consumer in consumers]
        consumers_of = by_type(consumers)
        next_to = [
            _bits(each for event_type in consumer.emits for each in consumers_of.get(event_type, []))
            for consumer in consumers
        ]
        self._reach = [_closed(1 << number, next_to) for number in range(len(consumers))]
        self._has_order_with = [
            _bits(
                number
                for number, other in enumerate(consumers)
                if other.at == consumer.at and Role.COMPENSATE in (other.role, consumer.role)
            )
            for consumer in consumers
        ]

    def first(self, under_way: Sequence[Delivery]) -> Sequence[Delivery]:
        """Return the deliveries that are walked now; the others can wait."""
        for delivery in under_way:
            others = self._reached(each for each in under_way if each != delivery)
            if not others & self._has_order_with[delivery[0]]:
                return [delivery]
        for at in dict.fromkeys(self._reaction[consumer] for consumer, _ in under_way):
            own = [delivery for delivery in under_way if self._reaction[delivery[0]] == at]
            others = self._reached(each for each in under_way if each not in own)
            if not others & _bits(number for number, each in enumerate(self._reaction) if each == at):
                return own
        return under_way

    def _reached(self, deliveries: Iterable[Delivery]) -> int:
        """Return the consumers of these and of all that may follow."""
        reached = 0
        for consumer, _ in deliveries:
            reached |= self._reach[consumer]
        return reached


def _bits(numbers: Iterable[int]) -> int:
    bits = 0
    for number in numbers:
        bits |= 1 << number
    return bits


def _closed(bits: int, next_to: Sequence[int]) -> int:
    """Return all that can be reached from these, these included."""
    before = 0
    while bits != before:
        before = bits
        for number, after in enumerate(next_to):
            if bits >> number & 1:
                bits |= after
    return bits
