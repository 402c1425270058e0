"""`python -m participants.shop.demo`: runs the demo from the command line.

Whatever happens, every process it started is ended. See `command` for the exit codes.
"""

import random
from pathlib import Path

from participants.shop.demo.client import RETRIES
from participants.shop.demo.command import command, report
from participants.shop.demo.play import SERVICES, Play
from participants.shop.demo.processes import Processes, free_addresses
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting
from sagaway.client import Client


async def run(screen: Screen, setting: Setting) -> bool:
    """Plays the demo and tells its result; says whether all is well."""
    addresses = free_addresses(1 + len(SERVICES), random.Random())
    with Processes(setting.folder / "logs") as processes:
        async with Client(addresses[0], retries=RETRIES) as client:
            ending = await Play(setting, addresses, processes, client, screen).run()
    screen.say(
        f"all ended; the kill cut off {ending.cut_off} starts, which were sent again with the same saga_id: "
        f"{ending.found} were in the log already"
    )
    return report(screen, setting, ending.ends)


if __name__ == "__main__":
    command("participants.shop.demo", __doc__.splitlines()[0], Path(".demo"), run)
