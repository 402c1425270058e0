"""The storefront: takes the carts that customers check out, and tells each how its order ended.

It is the order service's other process, as a web server is beside a worker: both have the service's database, which the
worker makes, and the worker's relay publishes what is committed here. So it needs no bus, and carts can be checked out
while the bus, or all services, are away.

It reads orders from a file or the standard input, one a line: `{"saga_id": ..., "input": {"customer_id": ..., "lines":
[...]}}`. Killed and started again with the same orders it does no harm: a cart is checked out once.
"""

import argparse
import json
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

from sqlalchemy import Engine, create_engine, event, inspect
from sqlalchemy.exc import DBAPIError

from participants.shop.choreographed import carts
from participants.shop.choreographed.order import REACTOR
from participants.shop.choreographed.running import PATIENCE_SECONDS
from participants.shop.common import set_up_connection
from sagaway.participant.choreography import Choreography

LOOK_SECONDS = 0.1
LAST_TABLE = "sagaway_outbox"
"""The one that the order service makes last."""
MOST_OPEN = 300


class Storefront:
    """Checks out carts, never more open ones at once than `most_open`, and tells how they end.

    Arguments:
        choreography: the order service's.
        most_open: bounds the carts that are open at once.
    """

    def __init__(self, choreography: Choreography, most_open: int) -> None:
        self._choreography = choreography
        engine = choreography.participant.engine
        assert isinstance(engine, Engine)
        self._engine = engine
        self._most_open = most_open
        self._waiting: set[str] = set()

    def sell(self, orders: Iterable[tuple[str, object]]) -> None:
        """Checks out all carts and waits till each has ended.

        Raises:
            ValueError: a line is no order, or another cart has its id; the text names it.
        """
        for saga_id, input_ in orders:
            while len(self._waiting) >= self._most_open:
                self._tell()
            with self._engine.begin() as tx:
                carts.check_out(self._choreography, tx, saga_id, input_)
            self._waiting.add(saga_id)
        while self._waiting:
            self._tell()

    def _tell(self) -> None:
        """Tells what has ended since the last time; waits a little if that is nothing."""
        with self._engine.connect() as tx:
            ended = carts.closed(tx, self._waiting)
        for each in ended:
            self._waiting.remove(each.saga_id)
            because = f" ({each.reason}: {each.message})" if each.reason else ""
            print(f"{each.saga_id}: {each.status}{because}", flush=True)
        if not ended:
            time.sleep(LOOK_SECONDS)


def open_shop(database: Path, patience: float = PATIENCE_SECONDS) -> Engine:
    """Opens the order service's database, as soon as that has made it.

    Raises:
        ValueError: it is not there in time.
    """
    engine = create_engine(f"sqlite:///file:{database}?mode=rw&uri=true")
    event.listen(engine, "connect", set_up_connection)
    deadline = time.monotonic() + patience
    while not (database.exists() and inspect(engine).has_table(LAST_TABLE)):
        if time.monotonic() > deadline:
            raise ValueError(f"{database} is not there: start the order service, which makes it, with this --database")
        time.sleep(LOOK_SECONDS)
    return engine


def read_orders(lines: Iterable[str]) -> Iterator[tuple[str, object]]:
    """Yields each order's saga id and input; what else a line holds is somebody else's.

    Raises:
        ValueError: a line is no order; the text names it.
    """
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
            yield row["saga_id"], row["input"]
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f'line {number} is no order, {{"saga_id": ..., "input": ...}}: {error!r}') from error


def main() -> None:
    """Runs the storefront from the command line; it ends when all its carts have."""
    parser = argparse.ArgumentParser(prog="python -m participants.shop.choreographed.storefront")
    parser.add_argument("orders", type=Path, metavar="FILE", help="the orders; `-`: the standard input")
    parser.add_argument("--database", type=Path, required=True, metavar="FILE", help="the order service's")
    parser.add_argument(
        "--most-open", type=int, default=MOST_OPEN, metavar="N", help=f"carts open at once (default: {MOST_OPEN})"
    )
    arguments = parser.parse_args()
    try:
        choreography = REACTOR.choreography(open_shop(arguments.database))
        with (
            nullcontext(sys.stdin) if str(arguments.orders) == "-" else arguments.orders.open(encoding="utf-8") as lines
        ):
            Storefront(choreography, arguments.most_open).sell(read_orders(lines))
    except (ValueError, OSError, DBAPIError) as error:
        sys.exit(f"storefront: {error}")
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
