"""`python -m participants.shop.demo`: runs the demo from the command line.

Exit codes: 0 all orders ended as expected and the books balance; 1 something is wrong, and it is named; 2 wrong
arguments; 130 interrupted. Whatever happens, every process it started is ended.
"""

import argparse
import asyncio
import fcntl
import random
import shutil
import signal
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from participants.shop import books
from participants.shop.demo.client import RETRIES
from participants.shop.demo.errors import DemoError
from participants.shop.demo.orders import Order, read_orders, wrong_ends
from participants.shop.demo.play import SERVICES, Ending, Play, Setting
from participants.shop.demo.processes import Processes, free_addresses
from participants.shop.demo.screen import Screen
from sagaway.client import Client, SagawayError

# Lies in a folder that is the demo's: only such a folder, or an empty one, is cleared.
MARK = ".sagaway-demo"


def main() -> None:
    """Runs the demo and exits."""
    parser = argparse.ArgumentParser(prog="python -m participants.shop.demo", description=__doc__.splitlines()[0])
    parser.add_argument("--folder", type=Path, default=Path(".demo"), help="databases and logs (default: .demo)")
    parser.add_argument("--orders", type=Path, default=books.ORDERS, help="the orders file (default: the repository's)")
    parser.add_argument("--seed", type=Path, default=books.SEED, help="stock and customers (default: the repository's)")
    arguments = parser.parse_args()
    console = Console()
    try:
        with Screen(console) as screen, fresh_folder(arguments.folder) as folder:
            good = asyncio.run(run(screen, folder, arguments.orders, arguments.seed))
    except (DemoError, SagawayError) as error:
        console.print(f"The demo failed: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted; every process of the demo has been ended.")
        sys.exit(130)
    sys.exit(0 if good else 1)


@contextmanager
def fresh_folder(folder: Path) -> Iterator[Path]:
    """Gives an empty folder, with a `logs` folder in it; what an earlier demo left there is removed.

    Raises:
        DemoError: there is something else in it, or another demo runs in it.
    """
    mark = folder / MARK
    if folder.exists() and any(folder.iterdir()) and not mark.exists():
        raise DemoError(f"{folder} is not empty and not a demo's: choose another --folder")
    folder.mkdir(parents=True, exist_ok=True)
    with mark.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise DemoError(f"another demo runs in {folder}: wait for it or choose another --folder") from error
        for each in folder.iterdir():
            if each.is_dir():
                shutil.rmtree(each)
            elif each != mark:
                each.unlink()
        (folder / "logs").mkdir()
        yield folder


async def run(screen: Screen, folder: Path, orders_file: Path, seed: Path) -> bool:
    """Plays the demo and tells its result; says whether all is well."""
    this = asyncio.current_task()
    assert this is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    orders = read_orders(orders_file)
    addresses = free_addresses(1 + len(SERVICES), random.Random())
    with Processes(folder / "logs") as processes:
        async with Client(addresses[0], retries=RETRIES) as client:
            setting = Setting(folder, orders, seed, addresses)
            ending = await Play(setting, processes, client, screen).run()
    screen.say(
        f"all ended; the kill cut off {ending.cut_off} starts, which were sent again with the same saga_id: "
        f"{ending.found} were in the log already"
    )
    return report(screen, orders, ending, books.audit(folder, seed, orders_file))


def report(screen: Screen, orders: list[Order], ending: Ending, found: books.Books) -> bool:
    """Prints outcomes and books; says whether both are as they should be."""
    screen.hide_progress()
    screen.outcomes(Counter(order.expected for order in orders), Counter(ending.ends.values()))
    wrong = wrong_ends(orders, ending.ends)
    strange = sorted(ending.ends.keys() - {order.saga_id for order in orders})
    wrong += [f"{saga_id}: is in the saga log, but nobody placed it" for saga_id in strange]
    screen.lines(books.summary(found))
    screen.faults(wrong + found.faults)
    good = not wrong and not found.faults
    if good:
        screen.verdict(
            good, f"All {len(orders):,} orders ended as expected and the books balance ({screen.elapsed():.0f} s)."
        )
    else:
        screen.verdict(good, f"{len(wrong):,} orders ended wrong; {len(found.faults):,} faults in the books.")
    return good


if __name__ == "__main__":
    main()
