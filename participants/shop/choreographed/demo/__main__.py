"""`python -m participants.shop.choreographed.demo`: runs the demo of the choreographed shop from the command line.

Whatever happens, every process it started is ended. See `participants.shop.demo.command` for the exit codes.
"""

from pathlib import Path

from participants.shop.choreographed.demo.databases import read_ends
from participants.shop.choreographed.demo.play import Play
from participants.shop.demo.command import command, report
from participants.shop.demo.processes import Processes
from participants.shop.demo.screen import Screen
from participants.shop.demo.setting import Setting


async def run(screen: Screen, setting: Setting) -> bool:
    """Plays the demo and tells its result; says whether all is well."""
    with Processes(setting.folder / "logs") as processes:
        ends = await Play(setting, processes, screen).run()
    screen.say("all ended, and every event was handled by all whom it concerns")
    told = read_ends(setting.folder)
    other = [
        f"{saga_id}: the customer was told {told.get(saga_id, 'nothing')}, and the log says {end}"
        for saga_id, end in ends.items()
        if told.get(saga_id) != end
    ]
    return report(screen, setting, ends, other)


if __name__ == "__main__":
    command("participants.shop.choreographed.demo", __doc__.splitlines()[0], Path(".demo-choreography"), run)
