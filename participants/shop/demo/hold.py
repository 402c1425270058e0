"""How the demos make sure of the moment of a kill: some sagas going forward, others being undone, whatever the timing.

Who only looks for such a moment can miss it: the sagas may have ended between two looks. So it is brought about. A
service that stands still (SIGSTOP) holds what comes to it, and nothing else:

1. Payment stands still, and more orders are let in, till some that it will refuse wait for it.
2. Then the order service stands still, and payment goes on. What payment refuses is being undone, and stays so: the last
   that is undone is the order. What is placed now stays as it is, too: the order is the first that is done.

Everybody else is at work meanwhile. It lasts until the order service goes on; that is up to the caller.
"""

import sqlite3
from collections.abc import Awaitable, Callable, Collection, Sequence
from contextlib import closing
from pathlib import Path

from participants.shop.demo.errors import DemoError
from participants.shop.demo.orders import Order
from participants.shop.demo.processes import Child, Processes

REFUSING = "process_payment"
"""The step that refuses those that are then being undone."""
RESERVED = "SELECT saga_id FROM reservation"


async def hold(
    processes: Processes,
    payment: Child,
    order: Child,
    let_in: Callable[[], Awaitable[object]],
    they_wait: Callable[[], Awaitable[object]],
) -> None:
    """Lets sagas go back as far as the order service, and no further.

    Arguments:
        processes: stops and resumes.
        payment: the service.
        order: the service; stands still afterwards.
        let_in: lets in more orders, some of them such that payment will refuse.
        they_wait: waits till these have come to payment.
    """
    processes.stop(payment)
    await let_in()
    await they_wait()
    processes.stop(order)
    processes.resume(payment)


def to_payment(orders: Sequence[Order], *, placed: bool) -> set[str]:
    """Returns the sagas of the orders that payment will refuse, and if `placed` those that it will take, too.

    Raises:
        DemoError: a kind is missing, so no kill could meet it.
    """
    refused = {order.saga_id for order in orders if order.expected.step == REFUSING}
    taken = {order.saga_id for order in orders if order.expected.state == "COMPLETED"} if placed else set()
    if not refused or (placed and not taken):
        ids = f"from {orders[0].saga_id} to {orders[-1].saga_id}" if orders else "of so short a file"
        raise DemoError(
            f"among the orders {ids} there must be one that payment refuses{' and one that is placed' * placed}, "
            "for a kill to meet: choose another --orders"
        )
    return refused | taken


def have_come(sagas: Collection[str], folder: Path) -> bool:
    """Says whether these have come to payment or past it: by the inventory's database, what is reserved for them.

    Raises:
        sqlite3.Error: it is not there or can't be read.
    """
    with closing(sqlite3.connect(f"{(folder / 'inventory.db').resolve().as_uri()}?mode=ro", uri=True)) as connection:
        return {saga_id for (saga_id,) in connection.execute(RESERVED)}.issuperset(sagas)
