"""The explorer's model does what `handling` does: its walks, walked on a real database, leave the same inboxes and events."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, create_engine, select
from sqlalchemy.pool import StaticPool

from sagaway.bus import Event, decode
from sagaway.choreography.consumers import Role
from sagaway.choreography.facts import ServiceFacts
from sagaway.choreography.judging import JudgedWalks
from sagaway.choreography.receipts import RECEIPT
from sagaway.choreography.walks import NOBODY, Begun, Delivered, Outcome, State
from sagaway.participant import Participant, Rejected
from sagaway.participant.choreography import Choreography, Emit, choreography_metadata
from sagaway.participant.choreography.handling import Setting, compensate, handle
from sagaway.participant.choreography.sharing import Part
from sagaway.participant.choreography.tables import inbox_table as inbox
from sagaway.participant.choreography.tables import outbox_table as outbox
from sagaway.participant.transaction import transaction
from tests.choreography.examples import FOUR
from tests.choreography.worlds import choreographies

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class Replay:
    """The services of a model on one real database; their functions do what the model's move says."""

    def __init__(self, model: JudgedWalks, services: list[ServiceFacts]) -> None:
        self.model = model
        self.engine: Engine = create_engine("sqlite://", poolclass=StaticPool)
        choreography_metadata.create_all(self.engine)
        self.served = {service.participant: self._served(service) for service in services}
        self.events: dict[int, Event] = {}
        self.answers: Sequence[list[str] | None] = []

    def begin(self, move: Begun) -> None:
        for root in move.roots:
            self.events[root] = Event(
                id=f"root-{root}", source="/own", type=self.model.events[root].type, subject="s", time=NOW, data={}
            )

    def deliver(self, before: State, move: Delivered) -> None:
        """Handle the event of a move from a state, and learn what was emitted."""
        types = [self.model.events[each].type for each in move.emitted]
        self.answers = [None if move.outcome is Outcome.REJECTED else types]
        facts = self.model.consumers[move.consumer].at.facts
        if self.model.consumers[move.consumer].role is Role.COMPENSATE:
            # Which call emits what is not told: the first emits all but what is announced.
            is_first = all(row.consumer != move.consumer for row in before.rows)
            own = types[:-1] if facts.announces and is_first else types
            self.answers = [own, *([] for _ in move.undone)][: len(move.undone)]
        known = len(self._emitted())
        self.again(move.consumer, move.event)
        emitted = self._emitted()[known:]
        assert [event.type for event in emitted] == types
        self.events.update(zip(move.emitted, emitted, strict=True))

    def again(self, number: int, event: int) -> None:
        """Handle an event, be it for the first time or not."""
        consumer = self.model.consumers[number]
        reaction = self.served[consumer.at.participant].reactions[consumer.at.facts.name]
        setting = Setting(
            consumer.at.participant, "/" + consumer.at.participant, reaction, lambda: NOW, 1, receipts=True
        )
        flow = handle if consumer.role is Role.HANDLE else compensate
        with self.engine.connect() as connection, transaction(connection, "") as lent:
            part = Part(connection, None, lent)
            flow(part, self.events[event], setting, lambda _: self._answer())
            part.keep()

    def inboxes(self) -> set[tuple[str, str, str, str]]:
        columns = (inbox.c.reaction, inbox.c.role, inbox.c.event_id, inbox.c.state)
        with self.engine.connect() as connection:
            return {(row[0], row[1], row[2], row[3]) for row in connection.execute(select(*columns))}

    def expected(self, state: State) -> set[tuple[str, str, str, str]]:
        return {
            (
                self.model.consumers[row.consumer].at.facts.name,
                self.model.consumers[row.consumer].role.value,
                self.events[row.event].id,
                row.outcome.value,
            )
            for row in state.rows
        }

    def _answer(self) -> list[Emit] | None:
        types, *self.answers = self.answers
        if types is None:
            raise Rejected("NO")
        return [Emit(event_type, {}) for event_type in types] or None

    def _emitted(self) -> list[Event]:
        with self.engine.connect() as connection:
            said = [decode(row.event) for row in connection.execute(select(outbox.c.event).order_by(outbox.c.id))]
        return [event for event in said if event.type != RECEIPT]

    def _served(self, service: ServiceFacts) -> Choreography:
        made = Choreography(Participant(service.participant, self.engine), starts=service.starts)
        for facts in service.reactions:
            reaction = made.on(
                facts.consumes,
                name=facts.name,
                emits=facts.emits,
                completes=facts.completes,
                rejects=facts.rejects,
                effect_free=facts.effect_free,
            )(lambda call, transaction: None)
            if facts.compensates_on:
                reaction.compensation(
                    on=facts.compensates_on, emits=facts.compensation_emits, announces=facts.announces
                )(lambda call, transaction: None)
        assert made.facts == service
        return made


def replay(services: list[ServiceFacts], chance: random.Random) -> None:
    """Walk once through the model, each move by chance, and through the real thing beside it."""
    model = JudgedWalks(services, is_reduced=False)
    real = Replay(model, services)
    begun, state = chance.choice(list(model.starts()))
    assert isinstance(begun, Begun)
    real.begin(begun)
    while moves := list(model.moves(state)):
        move, after = chance.choice(moves)
        assert isinstance(move, Delivered)
        real.deliver(state, move)
        state = after
        assert real.inboxes() == real.expected(state)
        row = chance.choice(sorted(state.rows))
        events = len(real._emitted())
        real.again(row.consumer, row.event)
        assert (real.inboxes(), len(real._emitted())) == (real.expected(state), events)
    assert all(consumer == NOBODY for consumer, _ in state.under_way)
    real.engine.dispose()


def test_the_walks_of_a_shop_are_what_its_services_do() -> None:
    for seed in range(25):
        replay(list(FOUR), random.Random(seed))


@settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(choreographies(), st.integers(0, 1_000))
def test_the_walks_of_any_choreography_are(services: list[ServiceFacts], seed: int) -> None:
    replay(services, random.Random(seed))
