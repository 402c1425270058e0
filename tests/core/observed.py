"""What the tests of choreographed sagas share: a shop's choreography, and its events as they come from the bus."""

from __future__ import annotations

import copy
import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from orchestrator.core import machine
from orchestrator.core.choreography import RECEIPT
from orchestrator.core.definition import SagaDefinition
from orchestrator.core.definition_document import MissingParticipant, read_definition
from orchestrator.core.events import Event
from orchestrator.core.model import Failure, Payload, Phase, Saga, SagaKey
from orchestrator.core.observation import EventKey, Fact, Letter
from orchestrator.core.observing import Observing, begin, give_up, observe, operated, overdue
from orchestrator.core.operations import Operate

ORDERED, RESERVED, SHORT = (f"com.example.{name}.v1" for name in ("order.created", "stock.reserved", "stock.rejected"))
PAID, UNPAID, RELEASED = (f"com.example.{name}.v1" for name in ("payment.made", "payment.failed", "stock.released"))
KEY = SagaKey("default", "order-1")
_places = itertools.count(1)

DOCUMENT: dict[str, Any] = {
    "name": "shop",
    "version": 1,
    "choreography": {
        "services": [
            {
                "participant": "order",
                "starts": [ORDERED],
                "reactions": [
                    {"name": "accept", "consumes": PAID, "effect_free": True},
                    {"name": "refuse", "consumes": SHORT, "effect_free": True},
                    {"name": "cancel", "consumes": RELEASED, "effect_free": True},
                ],
            },
            {
                "participant": "stock",
                "reactions": [
                    {
                        "name": "reserve",
                        "consumes": ORDERED,
                        "completes": RESERVED,
                        "rejects": SHORT,
                        "compensates_on": [UNPAID],
                        "announces": RELEASED,
                    }
                ],
            },
            {
                "participant": "payment",
                "reactions": [{"name": "pay", "consumes": RESERVED, "completes": PAID, "rejects": UNPAID}],
            },
        ],
        "progress_timeout": "30s",
    },
}


def definition(document: dict[str, Any] = DOCUMENT) -> SagaDefinition:
    """Return a choreography's definition, compiled."""
    return read_definition(document, lambda *_: MissingParticipant())


def with_reactions(participant: str, reactions: list[dict[str, Any]]) -> SagaDefinition:
    """Return the shop's choreography with other reactions of a service."""
    document = copy.deepcopy(DOCUMENT)
    _service(document, participant)["reactions"] = reactions
    return definition(document)


def _service(document: dict[str, Any], participant: str) -> dict[str, Any]:
    (service,) = (one for one in document["choreography"]["services"] if one["participant"] == participant)
    found: dict[str, Any] = service
    return found


def changed(participant: str, **fields: Any) -> SagaDefinition:
    """Return the shop's choreography with fields of a service's first reaction changed; None: left out."""
    document = copy.deepcopy(DOCUMENT)
    service = _service(document, participant)
    reaction = {**service["reactions"][0], **fields}
    service["reactions"][0] = {name: value for name, value in reaction.items() if value is not None}
    return definition(document)


def joined(service: dict[str, Any]) -> SagaDefinition:
    """Return the shop's choreography with one more service."""
    document = copy.deepcopy(DOCUMENT)
    document["choreography"]["services"].append(service)
    return definition(document)


def fact(
    event_type: str, by: str = "", at: str = "", *, event_id: str = "", outcome: str = "", refusal: str = ""
) -> Fact:
    """Return an event, published after all that were returned before.

    Args:
        event_type: its type.
        by: the step whose reaction published it; empty: it started the saga.
        at: the id of the event at which it did.
        event_id: default: its type and its step.
        outcome: what a receipt says.
        refusal: the reason of a refusal.
    """
    participant, _, reaction = by.partition(".")
    place = next(_places)
    return Fact(
        key=EventKey(f"/sagaway/participants/{participant or 'order'}", event_id or f"{event_type}/{by}"),
        event_type=event_type,
        published_time=place,
        place=place,
        reaction=reaction,
        cause_id=at,
        outcome=outcome,
        data=Payload(json=f'{{"told":"{event_type}"}}'),
        refusal=Failure("", refusal, "as told") if refusal else Failure(),
    )


def receipt(by: str, at: str, outcome: str = "DONE") -> Fact:
    """Return a receipt of a step for an event."""
    return fact(RECEIPT, by, at, event_id=f"receipt/{by}/{at}", outcome=outcome)


ordered = fact(ORDERED, event_id="ordered")
reserved = fact(RESERVED, "stock.reserve", "ordered", event_id="reserved")
short = fact(SHORT, "stock.reserve", "ordered", event_id="short", refusal="NO_STOCK")
paid = fact(PAID, "payment.pay", "reserved", event_id="paid")
unpaid = fact(UNPAID, "payment.pay", "reserved", event_id="unpaid", refusal="NO_MONEY")
released = fact(RELEASED, "stock.reserve", "unpaid", event_id="released")
accepted = receipt("order.accept", "paid")
refused = receipt("order.refuse", "short")
cancelled = receipt("order.cancel", "released")

BOUGHT = (ordered, reserved, paid, accepted)
SOLD_OUT = (ordered, short, refused)
BROKE = (ordered, reserved, unpaid, released, cancelled)


@dataclass
class World:
    """A saga that is observed, and its log; after each step the log is folded anew, and must make the same saga."""

    definition: SagaDefinition = field(default_factory=definition)
    log: list[Event] = field(default_factory=list)
    now: int = 1_000_000

    @property
    def saga(self) -> Saga:
        """The saga now."""
        return machine.fold(KEY, self.definition, self.log)

    def see(self, *facts: Fact) -> Saga:
        """Observe events."""
        for one in facts:
            self.now += 1_000
            if self.log:
                self._take(observe(self.saga, one, self.now))
            else:
                self._take(begin(KEY, self.definition, one, "", self.now))
        return self.saga

    def bury(self, letter_id: int, step_id: str, event: EventKey, phase: Phase = Phase.EXECUTE) -> Saga:
        """Take a dead letter."""
        self._take(give_up(self.saga, letter_id, Letter(step_id, event, phase, Failure("", "", "it raised")), self.now))
        return self.saga

    def wait(self) -> Saga:
        """Let nothing happen for too long."""
        self._take(overdue(self.saga, self.now))
        return self.saga

    def operate(self, command: Operate) -> Saga:
        """Let a person do something."""
        self._take(operated(self.saga, command, self.now))
        return self.saga

    def names(self) -> Sequence[str]:
        """The types of the log's events."""
        return [type(event).__name__ for event in self.log]

    def _take(self, observing: Observing) -> None:
        self.log += observing.events
        assert self.saga == observing.saga
