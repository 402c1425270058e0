"""What every bus must do: the promises of `sagaway.bus.base`, asked of each implementation."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from sagaway.bus import (
    EVERYTHING,
    BusSetupError,
    Delivery,
    EventInvalidError,
    LetterNotFoundError,
    Poison,
    Reach,
    Redeliver,
    decode,
)
from tests.bus.worlds import CREATED, PAID, PATIENCE, QUICK, RESERVED, WINDOW, Collector, World, an_event, drained

ONE_BY_ONE = replace(QUICK, concurrency=1)


async def test_events_arrive_as_they_were_published_in_their_order(world: World) -> None:
    bus, handler = await world.connect(), Collector()
    events = [
        an_event(number, namespace="shop", correlation_id="c", causation_id="e", traceparent="00-ab-cd-01")
        for number in range(50)
    ]
    for event in events[:25]:
        assert await bus.publish(event, message_id=event.id)
    await bus.subscribe("orders", [CREATED], handler, ONE_BY_ONE)
    for event in events[25:]:
        await bus.publish(event, message_id=event.id)
    seen = await handler.has(50)
    assert [delivery.event for delivery in seen] == events
    assert [delivery.sequence for delivery in seen] == list(range(1, 51))
    assert {delivery.deliveries for delivery in seen} == {1}


async def test_each_durable_gets_its_types_and_nothing_else(world: World) -> None:
    bus = await world.connect()
    orders, money, observer = Collector(), Collector(), Collector()
    await bus.subscribe("inventory.reserve", [CREATED], orders, ONE_BY_ONE)
    await bus.subscribe("payment.charge", [RESERVED, PAID], money, ONE_BY_ONE)
    await bus.subscribe("observer", [EVERYTHING], observer, ONE_BY_ONE)
    for number, event_type in enumerate((CREATED, RESERVED, PAID, CREATED)):
        await bus.publish(an_event(number, event_type), message_id=f"{number}")
    await observer.has(4)
    await orders.has(2)
    await money.has(2)
    assert orders.ids == ["event-0", "event-3"]
    assert money.ids == ["event-1", "event-2"]


async def test_the_same_message_id_is_stored_once_within_the_window(world: World) -> None:
    bus, other, handler = await world.connect(), await world.connect(), Collector()
    await bus.subscribe("orders", [CREATED], handler, ONE_BY_ONE)
    assert await bus.publish(an_event(1), message_id="row-1")
    assert not await bus.publish(an_event(1), message_id="row-1")
    assert not await other.publish(an_event(1), message_id="row-1")
    assert await bus.publish(an_event(2), message_id="row-2")
    await handler.has(2)
    assert handler.ids == ["event-1", "event-2"]
    # Afterwards it is the inbox that knows.
    async with asyncio.timeout(10):
        while not await bus.publish(an_event(1), message_id="row-1"):
            await asyncio.sleep(WINDOW.total_seconds() / 5)


async def test_what_a_handler_fails_at_comes_again_with_a_backoff_and_others_do_not_wait(world: World) -> None:
    bus, times = await world.connect(), list[float]()

    def fail_twice(delivery: Delivery) -> None:
        if delivery.event.id == "event-1":
            times.append(asyncio.get_running_loop().time())
            if delivery.deliveries < 3:
                raise (Redeliver("not yet") if delivery.deliveries == 1 else RuntimeError("a fault"))

    handler = Collector(fail_twice)
    policy = replace(ONE_BY_ONE, first_backoff=timedelta(milliseconds=150), max_backoff=timedelta(seconds=1))
    await bus.subscribe("orders", [CREATED], handler, policy)
    for number in (1, 2, 3):
        await bus.publish(an_event(number), message_id=f"{number}")
    seen = await handler.has(5)
    assert handler.ids == ["event-1", "event-2", "event-3", "event-1", "event-1"]
    assert [delivery.deliveries for delivery in seen] == [1, 1, 1, 2, 3]
    assert times[1] - times[0] >= 0.15
    assert times[2] - times[1] >= 0.3
    await drained(bus, "orders")
    assert not await bus.dead_letters()


async def test_after_the_last_delivery_it_is_a_dead_letter_with_the_reason(world: World) -> None:
    bus = await world.connect()

    def refuse(delivery: Delivery) -> None:
        if delivery.event.id == "event-1":
            raise Redeliver("the warehouse\nknows no such article: 5 % off, “Tee”")

    handler, other = Collector(refuse), Collector()
    await bus.subscribe("inventory.reserve", [CREATED], handler, QUICK)
    await bus.subscribe("observer", [EVERYTHING], other, QUICK)
    for number in (1, 2):
        await bus.publish(an_event(number), message_id=f"{number}")
    await handler.has(4)
    await drained(bus, "inventory.reserve")
    (letter,) = await bus.dead_letters()
    assert (letter.durable, letter.subject, letter.deliveries, letter.sequence) == ("inventory.reserve", CREATED, 3, 1)
    assert letter.reason == "the warehouse knows no such article: 5 % off, “Tee” (3 deliveries)"
    assert decode(letter.data) == an_event(1)
    assert len(await other.has(2)) == 2


async def test_poison_is_a_dead_letter_at_once_and_a_foreign_exceptions_text_is_not_told(world: World) -> None:
    bus = await world.connect()

    def refuse(delivery: Delivery) -> None:
        if delivery.event.id == "event-1":
            raise Poison("no such handler")
        raise ValueError("secret data")

    handler = Collector(refuse)
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    for number in (1, 2):
        await bus.publish(an_event(number), message_id=f"{number}")
    await handler.has(4)
    await drained(bus, "orders")
    first, second = await bus.dead_letters()
    assert (first.reason, first.deliveries) == ("no such handler", 1)
    assert second.reason == "the handler failed with ValueError (3 deliveries)"
    assert [letter.id for letter in await bus.dead_letters(limit=1)] == [first.id]
    assert [letter.id for letter in await bus.dead_letters(after=first.id)] == [second.id]


async def test_garbage_is_a_dead_letter_byte_for_byte_and_blocks_nobody(world: World) -> None:
    bus, handler = await world.connect(), Collector()
    await bus.subscribe("orders", [CREATED], handler, ONE_BY_ONE)
    rubbish = [
        b"\xff\xfe",
        b"",
        b"[1]",
        b'{"specversion":"0.3"}',
        b'{"specversion":"1.0","id":"1"}',
        an_event(2, PAID).encode(),
    ]
    for body in rubbish:
        await world.garbage(body)
    await bus.publish(an_event(1), message_id="1")
    await handler.has(1)
    await drained(bus, "orders")
    letters = await bus.dead_letters()
    assert [letter.data for letter in letters] == rubbish
    assert letters[0].reason == "not an event: the message is not UTF-8"
    assert letters[-2].reason == "not an event: source: it is missing"
    assert letters[-1].reason == "not an event: type: it is another than that of the subject it came on"
    assert handler.ids == ["event-1"]


async def test_a_dead_letter_can_be_replayed_to_the_one_who_gave_it_up(world: World) -> None:
    bus = await world.connect()

    def refuse(delivery: Delivery) -> None:
        if not mended:
            raise Poison("broken")

    mended = False
    handler, other = Collector(refuse), Collector()
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    await bus.subscribe("others", [EVERYTHING], other, QUICK)
    for number in (1, 2, 3):
        await bus.publish(an_event(number), message_id=f"{number}")
    await handler.has(3)
    await drained(bus, "orders")
    first, second, third = await bus.dead_letters()
    await bus.replay(first.id)
    await handler.has(4)
    await drained(bus, "orders")
    # Still broken, so it is one again, and looks as before.
    fourth = (await bus.dead_letters())[-1]
    assert (fourth.subject, fourth.data, fourth.deliveries) == (CREATED, first.data, 1)
    mended = True
    await bus.replay(second.id)
    await bus.discard(third.id)
    await handler.has(5)
    await drained(bus, "orders")
    assert [letter.id for letter in await bus.dead_letters()] == [fourth.id]
    for gone in (first, second, third):
        with pytest.raises(LetterNotFoundError):
            await bus.replay(gone.id)
        with pytest.raises(LetterNotFoundError):
            await bus.discard(gone.id)
    await drained(bus, "others")
    assert other.ids == ["event-1", "event-2", "event-3"]


async def test_two_of_one_name_share_the_work(world: World) -> None:
    release = asyncio.Event()
    seen: list[tuple[int, str]] = []

    def handler(number: int):  # type: ignore[no-untyped-def]
        async def handle(delivery: Delivery) -> None:
            seen.append((number, delivery.event.id))
            await release.wait()

        return handle

    buses = [await world.connect(), await world.connect()]
    for number, bus in enumerate(buses):
        await bus.subscribe("orders", [CREATED], handler(number), replace(QUICK, concurrency=2))
    for number in range(4):
        await buses[0].publish(an_event(number), message_id=f"{number}")
    async with asyncio.timeout(10):
        while len(seen) < 4:
            await asyncio.sleep(0.01)
    # Longer than the ack wait: a handler that runs keeps its event.
    await asyncio.sleep(QUICK.ack_wait.total_seconds() * 1.5)
    release.set()
    await drained(buses[0], "orders")
    assert sorted(event for _, event in seen) == [f"event-{number}" for number in range(4)]
    assert [worker for worker, _ in sorted(seen)] == [0, 0, 1, 1]


async def test_no_more_than_the_concurrency_run_at_once(world: World) -> None:
    bus, running, most = await world.connect(), 0, 0

    async def handle(delivery: Delivery) -> None:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1

    await bus.subscribe("orders", [CREATED], handle, replace(QUICK, concurrency=3))
    for number in range(30):
        await bus.publish(an_event(number), message_id=f"{number}")
    await drained(bus, "orders")
    assert most == 3


async def test_who_was_away_catches_up(world: World) -> None:
    bus, handler = await world.connect(), Collector()
    subscription = await bus.subscribe("orders", [CREATED], handler, QUICK)
    await bus.publish(an_event(1), message_id="1")
    await handler.has(1)
    await drained(bus, "orders")
    await subscription.stop()
    for number in (2, 3):
        await bus.publish(an_event(number), message_id=f"{number}")
    assert await bus.backlog("orders") == 2
    assert len(handler.seen) == 1
    await bus.subscribe("orders", [CREATED, RESERVED], handler, ONE_BY_ONE)
    await bus.publish(an_event(4, RESERVED), message_id="4")
    await handler.has(4)
    assert handler.ids == [f"event-{number}" for number in (1, 2, 3, 4)]


async def test_it_says_up_to_which_place_everything_was_handled(world: World) -> None:
    bus, release = await world.connect(), asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        if delivery.event.id == "event-1":
            await release.wait()

    async def until_it_is(reach: Reach, waiting: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while (await bus.reach("observer"), await bus.backlog("observer")) != (reach, waiting):
                await asyncio.sleep(0.01)

    subscription = await bus.subscribe("observer", [EVERYTHING], handle, QUICK)
    assert await bus.reach("observer") == Reach(0, 0)
    for number in range(3):
        await bus.publish(an_event(number), message_id=f"{number}")
    await until_it_is(Reach(3, 1), waiting=1)
    await subscription.stop(grace=0)
    await bus.publish(an_event(3), message_id="3")
    await until_it_is(Reach(4, 1), waiting=2)
    release.set()
    await bus.subscribe("observer", [EVERYTHING], handle, QUICK)
    await until_it_is(Reach(4, 4), waiting=0)


async def test_what_is_as_large_as_the_server_takes_is_a_dead_letter_too(world: World) -> None:
    bus = await world.connect()
    await bus.subscribe("orders", [CREATED], Collector(), QUICK)
    await world.garbage(b"x" * (2 << 20))
    await drained(bus, "orders")
    (letter,) = await bus.dead_letters()
    assert letter.reason.startswith("not an event: the message has 2097152 bytes; the limit is 1000000")
    assert letter.data.startswith(b"x" * (1 << 20))


async def test_a_stop_lets_the_handler_end_and_acknowledges(world: World) -> None:
    bus, entered, release = await world.connect(), asyncio.Event(), asyncio.Event()
    ended: list[str] = []

    async def handle(delivery: Delivery) -> None:
        entered.set()
        await release.wait()
        ended.append(delivery.event.id)

    subscription = await bus.subscribe("orders", [CREATED], handle, ONE_BY_ONE)
    for number in (1, 2):
        await bus.publish(an_event(number), message_id=f"{number}")
    await entered.wait()
    stopping = asyncio.create_task(subscription.stop())
    await asyncio.sleep(0)
    release.set()
    await stopping
    assert ended == ["event-1"]
    handler = Collector()
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    await handler.has(1)
    await drained(bus, "orders")
    assert handler.ids == ["event-2"]


async def test_a_stop_cuts_off_what_takes_longer_than_the_grace_and_it_comes_again(world: World) -> None:
    bus, entered, cut = await world.connect(), asyncio.Event(), asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        entered.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cut.set()
            raise

    subscription = await bus.subscribe("orders", [CREATED], handle, QUICK)
    await bus.publish(an_event(1), message_id="1")
    await entered.wait()
    await subscription.stop(grace=0.01)
    assert cut.is_set()
    handler = Collector()
    await bus.subscribe("orders", [CREATED], handler, QUICK)
    assert (await handler.has(1))[0].deliveries == 2


async def test_what_a_killed_process_had_goes_to_another(world: World) -> None:
    bus, other, entered = await world.connect(), await world.connect(), asyncio.Event()

    async def handle(delivery: Delivery) -> None:
        entered.set()
        await asyncio.Event().wait()

    await bus.subscribe("orders", [CREATED], handle, QUICK)
    await other.publish(an_event(1), message_id="1")
    await entered.wait()
    handler = Collector()
    await other.subscribe("orders", [CREATED], handler, QUICK)
    await world.crash(bus)
    assert (await handler.has(1))[0].deliveries == 2
    await drained(other, "orders")


async def test_what_kills_every_process_becomes_a_dead_letter(world: World) -> None:
    other = await world.connect()
    await other.publish(an_event(1), message_id="1")
    for _ in range(QUICK.max_deliveries):
        bus, entered = await world.connect(), asyncio.Event()

        async def handle(delivery: Delivery, entered: asyncio.Event = entered) -> None:
            entered.set()
            await asyncio.Event().wait()

        await bus.subscribe("orders", [CREATED], handle, QUICK)
        async with asyncio.timeout(10):
            await entered.wait()
        await world.crash(bus)
    handler = Collector()
    await other.subscribe("orders", [CREATED], handler, QUICK)
    await drained(other, "orders")
    (letter,) = await other.dead_letters()
    assert letter.reason == "3 deliveries ended without a word: the process died at each"
    assert not handler.seen


async def test_what_is_no_event_is_not_published(world: World) -> None:
    bus = await world.connect()
    for data in (float("nan"), {1, 2}, "x" * 1_000_000):
        with pytest.raises(EventInvalidError, match=r"^data: "):
            await bus.publish(an_event(1, data=data), message_id="1")
    assert await bus.publish(an_event(1, data="x" * 999_500), message_id="1")


async def test_wrong_names_are_refused_with_the_remedy(world: World) -> None:
    bus = await world.connect()
    for durable, types, fault in (
        ("a b", [CREATED], "durable name 'a b' must match"),
        ("orders", [], "consumes no type"),
        ("orders", ["OrderCreated"], "such as com.example.order.created.v1"),
    ):
        with pytest.raises(BusSetupError, match=fault):
            await bus.subscribe(durable, types, Collector())
    with pytest.raises(BusSetupError, match="no durable consumer 'nobody'"):
        await bus.backlog("nobody")
    with pytest.raises(BusSetupError, match="no durable consumer 'nobody'"):
        await bus.reach("nobody")
