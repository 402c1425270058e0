"""The customers: 64 at once, each places an order, waits until it has ended, and places the next.

Each asks any replica, and another one if that does not answer, with the same saga_id. Some ask two replicas at once.
What they were told is remembered: that a start is durable, and how an order ended.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from datetime import timedelta
from itertools import count

from participants.shop.demo.orders import Order
from sagaway.client import Client, Retries, SagawayError, is_settled, name_of
from tests.replicas_lab.waiting import LOOK

AT_ONCE = 64
TWICE_ONE_IN = 8
"""So many orders are placed at two replicas at once."""
_ONCE = Retries(patience=timedelta(0), attempt_timeout=timedelta(seconds=2))
"""Another replica is asked instead of the same one again."""
_WAIT = timedelta(seconds=5)
_PAUSE = 0.1
_LONGEST_PAUSE = 1.0


class Storefront:
    """Places orders.

    Attributes:
        orders: how many there are.
        ended: how many customers were told that their order has ended, or is STUCK.
        acknowledged: the sagas whose start was acknowledged, each with how often it was said to have created it.
        told: the state in which a customer was told that the saga has ended.
        turned_away: how often a replica did not answer, or not with an answer, by code.

    Args:
        addresses: of the replicas.
        definition: the name of what is started.
        orders: what is placed.
        dice: chooses whom they ask.
    """

    def __init__(self, addresses: Sequence[str], definition: str, orders: Sequence[Order], dice: random.Random) -> None:
        self._addresses = addresses
        self._definition = definition
        self._orders = orders
        self.orders = len(orders)
        self._dice = dice
        self._clients: list[Client] = []
        self._placed = 0
        self._until = 0
        self.ended = 0
        self.acknowledged: dict[str, int] = {}
        self.told: dict[str, str] = {}
        self.turned_away: Counter[str] = Counter()

    def let_in(self, orders: int) -> None:
        """Let so many orders be placed in all, for now."""
        self._until = max(self._until, orders)

    def let_in_more(self) -> None:
        """Let another one be placed, if there is room for a customer.

        Raises:
            RuntimeError: all have ended.
        """
        if self.ended == self.orders:
            raise RuntimeError("all orders have ended, and something was to befall some")
        if self._placed - self.ended < AT_ONCE:
            self._until = max(self._until, self._placed + 1)

    def faults(self, states: Mapping[str, str]) -> list[str]:
        """Name, in words, what customers were told and the log does not know.

        Args:
            states: of the sagas, by the log.
        """
        lost = [
            f"{id_}: its start was acknowledged, and the log has none" for id_ in self.acknowledged if id_ not in states
        ]
        twice = [f"{id_}: two starts were said to have created it" for id_, n in self.acknowledged.items() if n > 1]
        other = [
            f"{id_}: a customer was told that it is {state}, and the log says {states.get(id_)}"
            for id_, state in self.told.items()
            if states.get(id_) != state
        ]
        return lost + twice + other

    async def serve(self) -> None:
        """Place all orders; returns once all have ended."""
        async with AsyncExitStack() as stack:
            for address in self._addresses:
                self._clients.append(await stack.enter_async_context(Client(address, retries=_ONCE)))
            async with asyncio.TaskGroup() as customers:
                for _ in range(AT_ONCE):
                    customers.create_task(self._customer())

    async def _customer(self) -> None:
        while self._placed < len(self._orders):
            if self._placed >= self._until:
                await asyncio.sleep(LOOK)
                continue
            order = self._orders[self._placed]
            self._placed += 1
            if self._dice.randrange(TWICE_ONE_IN) == 0:
                await asyncio.gather(self._place(order), self._place(order))
            else:
                await self._place(order)
            await self._until_ended(order.saga_id)
            self.ended += 1

    async def _place(self, order: Order) -> None:
        for refusals in count():
            try:
                handle = await self._any().start(
                    self._definition, input=order.input, saga_id=order.saga_id, labels=order.labels
                )
            except SagawayError as error:
                await self._turn_away(error, refusals)
            else:
                self.acknowledged[order.saga_id] = self.acknowledged.get(order.saga_id, 0) + handle.created
                return

    async def _until_ended(self, saga_id: str) -> None:
        refusals = 0
        while True:
            try:
                saga = await self._any().wait(saga_id, _WAIT)
            except SagawayError as error:
                await self._turn_away(error, refusals)
                refusals += 1
                continue
            if is_settled(saga):
                self.told[saga_id] = name_of(saga, "state")
                return
            refusals = 0

    def _any(self) -> Client:
        return self._dice.choice(self._clients)

    async def _turn_away(self, error: SagawayError, before: int) -> None:
        """Wait before another one is asked, the longer the more have been asked in vain."""
        self.turned_away[error.code.name] += 1
        if error.code.name not in ("UNAVAILABLE", "DEADLINE_EXCEEDED", "CANCELLED", "RESOURCE_EXHAUSTED"):
            raise error
        await asyncio.sleep(self._dice.uniform(0.02, min(_PAUSE * 2**before, _LONGEST_PAUSE)))
