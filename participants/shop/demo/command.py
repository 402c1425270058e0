"""A demo as a command: arguments, signals, exit codes; and its report.

Exit codes: 0 all orders ended as expected and the books balance; 1 something is wrong, and it is named; 2 wrong
arguments; 130 interrupted.
"""

import argparse
import asyncio
import signal
import sys
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path

from rich.console import Console

from participants.shop import books
from participants.shop.demo.errors import DemoError
from participants.shop.demo.folder import fresh_folder
from participants.shop.demo.orders import End, read_orders, wrong_ends
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting
from sagaway.client import SagawayError

Run = Callable[[Screen, Setting], Awaitable[bool]]
"""Plays a demo to its end and reports; says whether all is well."""


def command(module: str, description: str, folder: Path, run: Run) -> None:
    """Runs a demo from its command line and exits.

    Arguments:
        module: its name, as `python -m` takes it.
        description: a line on what it does.
        folder: where databases and logs go unless the command line says so.
        run: the demo.
    """
    parser = argparse.ArgumentParser(prog=f"python -m {module}", description=description)
    parser.add_argument("--folder", type=Path, default=folder, help=f"databases and logs (default: {folder})")
    parser.add_argument("--orders", type=Path, default=books.ORDERS, help="the orders file (default: the repository's)")
    parser.add_argument("--seed", type=Path, default=books.SEED, help="stock and customers (default: the repository's)")
    arguments = parser.parse_args()
    console = Console()
    try:
        with Screen(console) as screen, fresh_folder(arguments.folder) as fresh:
            setting = Setting(fresh, arguments.orders, read_orders(arguments.orders), arguments.seed)
            good = asyncio.run(_run(run, screen, setting))
    except (DemoError, SagawayError) as error:
        console.print(f"The demo failed: {error}", style="bold red", markup=False, highlight=False, soft_wrap=True)
        sys.exit(1)
    except (KeyboardInterrupt, asyncio.CancelledError):
        console.print("Interrupted; every process of the demo has been ended.")
        sys.exit(130)
    sys.exit(0 if good else 1)


async def _run(run: Run, screen: Screen, setting: Setting) -> bool:
    """Runs a demo till its end or a signal."""
    this = asyncio.current_task()
    assert this is not None
    for number in (signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, this.cancel)
    return await run(screen, setting)


def report(screen: Screen, setting: Setting, ends: Mapping[str, End], more: Sequence[str] = ()) -> bool:
    """Prints outcomes and books; says whether both are as they should be.

    Arguments:
        screen: where to.
        setting: whose.
        ends: how the sagas ended, by id.
        more: what else is wrong with orders, a sentence each.
    """
    orders, found = setting.orders, books.audit(setting.folder, setting.seed, setting.orders_file)
    screen.hide_progress()
    screen.outcomes(Counter(order.expected for order in orders), Counter(ends.values()))
    wrong = wrong_ends(orders, ends)
    strange = sorted(ends.keys() - {order.saga_id for order in orders})
    wrong += [f"{saga_id}: is in the saga log, but nobody placed it" for saga_id in strange]
    wrong += more
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
