"""What golden logs tell of choreographed sagas, which the observer writes: every event of theirs, with every field."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from orchestrator.choreography.sagas import Sagas
from orchestrator.core.model import Failure, Phase, Signature
from orchestrator.core.observation import Fact, Letter
from orchestrator.core.observing import Observing, begin, give_up, observe, operated
from orchestrator.core.operations import Action, Operate
from tests.core.observed import (
    BROKE,
    DOCUMENT,
    PAID,
    SOLD_OUT,
    fact,
    ordered,
    paid,
    receipt,
    reserved,
    short,
    unpaid,
)
from tests.engine.harness import World, key_of

NAME = str(DOCUMENT["name"])


class Told:
    """A choreographed saga that is told.

    Args:
        w: the world whose log it is written to.
        saga_id: its id.
    """

    def __init__(self, w: World, saga_id: str) -> None:
        self._w, self._key = w, key_of(saga_id)
        self._sagas = Sagas(w.engine.services, w.catalog)

    async def sees(self, *facts: Fact) -> None:
        """Observe events."""
        definition = await self._w.catalog.compiled(self._key.namespace, NAME, 1)
        assert definition is not None
        for one in facts:
            standing, now = await self._sagas.get(self._key), self._w.clock.now()
            if standing is None:
                assert await self._sagas.change(self._key, None, partial(begin, self._key, definition, one, "", now))
            else:
                assert await self._sagas.change(self._key, standing, partial(observe, standing.saga, one, now))

    async def takes(self, letter_id: int, letter: Letter) -> None:
        """Take a dead letter."""
        standing = await self._sagas.get(self._key)
        assert standing is not None
        decide = partial(give_up, standing.saga, letter_id, letter, self._w.clock.now())
        assert await self._sagas.change(self._key, standing, decide)

    async def operates(self, action: Action, step_id: str = "") -> None:
        """Let a person do something."""
        standing = await self._sagas.get(self._key)
        assert standing is not None
        command = Operate(action, Signature("mended", "ann", "ops-team"), step_id=step_id)
        decide: partial[Observing] = partial(operated, standing.saga, command, self._w.clock.now())
        assert await self._sagas.change(self._key, standing, decide)


async def choreographed_and_undone(w: World, saga_id: str) -> None:
    await Told(w, saga_id).sees(*BROKE)


async def choreographed_and_sold_out_in_another_order(w: World, saga_id: str) -> None:
    await Told(w, saga_id).sees(short, *SOLD_OUT)


async def choreographed_and_delivered_once_more(w: World, saga_id: str) -> None:
    told = Told(w, saga_id)
    await told.sees(ordered, reserved)
    await told.takes(17, Letter("payment.pay", reserved.key, Phase.EXECUTE, Failure("", "RAISED", "it raised")))
    await told.operates(Action.RETRY_STEP, "payment.pay")
    await told.sees(
        paid, fact("com.example.stock.counted.v1", "stock.count", "ordered"), receipt("order.accept", "paid")
    )


async def choreographed_and_its_undoing_given_up(w: World, saga_id: str) -> None:
    told = Told(w, saga_id)
    await told.sees(*BROKE[:3])
    await told.takes(18, Letter("stock.reserve", unpaid.key, Phase.COMPENSATE, Failure("", "RAISED", "it raised")))


async def choreographed_in_a_forbidden_order_and_abandoned(w: World, saga_id: str) -> None:
    told = Told(w, saga_id)
    await told.sees(ordered, replace(fact(PAID, "payment.pay", "ordered"), place=9))
    await told.operates(Action.ABANDON_SAGA)


CHOREOGRAPHED = {
    tell.__name__.replace("_", "-"): tell
    for tell in (
        choreographed_and_undone,
        choreographed_and_sold_out_in_another_order,
        choreographed_and_delivered_once_more,
        choreographed_and_its_undoing_given_up,
        choreographed_in_a_forbidden_order_and_abandoned,
    )
}
"""The stories; their names are the sagas' ids."""
