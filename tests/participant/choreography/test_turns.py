"""Turns: so many at once, in the order of asking, and first who asks to be."""

import asyncio

from sagaway.participant.choreography.turns import Turns


class Queue:
    """Tasks that ask for their turns, in this order, and note when they have them."""

    def __init__(self, count: int) -> None:
        self.turns = Turns(count)
        self.had: list[str] = []
        self.end: dict[str, asyncio.Event] = {}
        self.tasks: dict[str, asyncio.Task[None]] = {}

    async def ask(self, name: str, *, first: bool = False) -> None:
        self.end[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._work(name, first=first))
        await settled()

    async def done(self, name: str) -> None:
        self.end[name].set()
        await settled()

    async def _work(self, name: str, *, first: bool) -> None:
        async with self.turns.turn(first=first):
            self.had.append(name)
            await self.end[name].wait()


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_so_many_at_once_and_the_others_in_the_order_of_asking() -> None:
    queue = Queue(2)
    for name in "abcd":
        await queue.ask(name)
    assert queue.had == ["a", "b"]
    await queue.done("b")
    await queue.done("a")
    assert queue.had == ["a", "b", "c", "d"]


async def test_who_asks_to_be_first_goes_before_all_who_wait() -> None:
    queue = Queue(1)
    for name in "abc":
        await queue.ask(name)
    await queue.ask("relay", first=True)
    for name in ("a", "relay", "b"):
        await queue.done(name)
    assert queue.had == ["a", "relay", "b", "c"]


async def test_who_is_cancelled_takes_nobodys_turn() -> None:
    queue = Queue(1)
    for name in "abc":
        await queue.ask(name)
    queue.tasks["b"].cancel()  # while it waits
    await settled()
    await queue.done("a")
    assert queue.had == ["a", "c"]
    await queue.ask("d")
    queue.end["c"].set()
    while queue.turns._waiting:  # it is called, and does not know yet
        await asyncio.sleep(0)
    queue.tasks["d"].cancel()
    await settled()
    await queue.ask("e")
    assert queue.had == ["a", "c", "e"]


async def test_a_turn_ends_with_what_fails_in_it() -> None:
    turns = Turns(1)
    for _ in range(2):
        try:
            async with turns.turn(), asyncio.timeout(5):
                raise RuntimeError
        except RuntimeError:
            continue
