"""The long hunt: every point of every scenario with every cast, and then pairs of deaths, until the budget is spent.

    python -m tests.crash.lab --budget 5m
    python -m tests.crash.lab --play 'refused at b' together 17 5     (one run, as a violation is reported)

Prints progress, and a summary as JSON at the end; the exit code is 1 if anything was violated.
"""

from __future__ import annotations

import argparse
import json
import logging
import math
import os
import random
import re
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Literal, NamedTuple, NoReturn

import structlog

from tests.crash.play import CASTS, Played, Theatre
from tests.crash.scenarios import SCENARIOS

Report = Callable[[str], None]
Summary = dict[str, Any]

_REPORT_EVERY = 5.0
_PAIRS_SHARE = 3
"""Once pairs are known, every so manieth run is one."""


class Job(NamedTuple):
    """A run."""

    scenario: str
    cast: str
    kills: tuple[int, ...] = ()


class Hunt:
    """What to run next, and what came of it.

    Args:
        jobs: where to look: (scenario, cast).
        seed: of the order in which points and pairs are tried.
        pairs: whether a second death follows.
        share: of the single points of each place, which are tried.
    """

    def __init__(self, jobs: list[tuple[str, str]], seed: int, *, pairs: bool = True, share: float = 1) -> None:
        self._with_pairs = pairs
        self._share = share
        self._chance = random.Random(seed)
        self._first = [Job(*job) for job in jobs]
        self._singles: list[Job] = []
        self._pairs: list[Job] = []
        self._given = 0
        self.total: Counter[str] = Counter()
        self.reached: Counter[str] = Counter()
        self.unreached: Counter[str] = Counter()
        self.done: Counter[int] = Counter()
        self.violations: list[Summary] = []

    def next(self) -> Job | None:
        """Return a run; None: nothing is known that was not given out, until a run ends."""
        self._given += 1
        if self._first:
            return self._first.pop()
        pair = self._pairs and (not self._singles or self._given % _PAIRS_SHARE == 0)
        pool = self._pairs if pair else self._singles
        if not pool:
            return None
        place = self._chance.randrange(len(pool))
        pool[place], pool[-1] = pool[-1], pool[place]
        return pool.pop()

    def take(self, job: Job, played: Played) -> None:
        """Take a run's end: a run without a death tells how many points there are, one with a death where to die
        next."""
        deaths, place = len(played.points) - 1, f"{job.scenario}/{job.cast}"
        self.done[deaths] += 1
        if len(job.kills) == 1:
            self.reached[place] += deaths == 1
            self.unreached[place] += deaths == 0
        if played.violations:
            found = {**job._asdict(), "labels": played.labels, "violations": played.violations}
            self.violations.append(found)
        elif not job.kills:
            self.total[place] += played.points[0]
            points = range(1, played.points[0] + 1)
            tried = self._chance.sample(points, math.ceil(len(points) * self._share))
            self._singles += [job._replace(kills=(point,)) for point in tried]
        elif self._with_pairs and len(job.kills) == 1 and deaths == 1 and played.points[1]:
            self._pairs.append(job._replace(kills=(*job.kills, self._chance.randint(1, played.points[1]))))


def run(
    budget_seconds: float,
    report: Report,
    jobs: int = 0,
    seed: int = 1,
    only: Sequence[str] = (),
    share: float = 1,
    start_method: Literal["fork", "spawn"] = "spawn",
) -> Summary:
    """Hunt until the budget is spent or every single point has died and a pair followed it.

    Args:
        budget_seconds: how long.
        report: is given a line of progress every few seconds.
        jobs: processes; 0: one a processor.
        seed: of the order.
        only: hunt here only, and singles only: `scenario/cast`.
        share: of the single points of each place, which are tried.
        start_method: of the processes; `fork` saves them all imports, and is for a process without threads or RPCs.

    Returns:
        `points` (deaths run: `singles` and `pairs`), `of_singles` (how many there are), `unreached` (singles tried in
        a run that had fewer points, because more commits fell together), `places` (these three by `scenario/cast`),
        `violations` (each with what to give to `--play`), `seconds`.
    """
    begin = time.monotonic()
    places = [(scenario, cast) for cast in CASTS for scenario in SCENARIOS]
    hunt = Hunt([place for place in places if not only or "/".join(place) in only], seed, pairs=not only, share=share)
    last = begin
    for job, played in _played(hunt, begin + budget_seconds, jobs or os.cpu_count() or 1, start_method):
        hunt.take(job, played)
        if played.violations:
            report(
                f"VIOLATION: --play {job.scenario!r} {job.cast} {' '.join(map(str, job.kills))}: {played.violations}"
            )
        if time.monotonic() > last + _REPORT_EVERY:
            last = time.monotonic()
            spent = f"{last - begin:.0f} of {budget_seconds:.0f} s"
            report(
                f"crash points: {hunt.done[1]} of {hunt.total.total()} single, {hunt.done[2]} pairs, {spent}, {_found(hunt)}"
            )
    return {
        "points": hunt.done[1] + hunt.done[2],
        "singles": hunt.done[1],
        "of_singles": hunt.total.total(),
        "unreached": hunt.unreached.total(),
        "places": {
            place: {"of_singles": total, "singles": hunt.reached[place], "unreached": hunt.unreached[place]}
            for place, total in hunt.total.items()
        },
        "pairs": hunt.done[2],
        "scenarios": len(SCENARIOS),
        "violations": hunt.violations,
        "seconds": round(time.monotonic() - begin, 1),
        "seed": seed,
    }


def _found(hunt: Hunt) -> str:
    return f"{len(hunt.violations)} violations"


def _played(hunt: Hunt, deadline: float, jobs: int, start_method: str) -> Iterator[tuple[Job, Played]]:
    """Run what the hunt wants in processes of their own, which have no threads and may fork."""
    folder = scratch()
    context = get_context(start_method)
    running: dict[Future[Played], Job] = {}
    try:
        with ProcessPoolExecutor(jobs, context, _enter, (str(folder),)) as pool:
            while True:
                while len(running) < jobs * 2 and time.monotonic() < deadline and (job := hunt.next()) is not None:
                    running[pool.submit(_play, job)] = job
                if not running:
                    return
                ended, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in ended:
                    yield running.pop(future), future.result()
    finally:
        shutil.rmtree(folder)


def scratch() -> Path:
    """Return a new folder in memory where there is one: a process that dies leaves its files alike everywhere, and
    there a sync costs nothing. The files are SQLite's own, and `synchronous=FULL` stays."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="sagaway-crash-", dir=memory if os.access(memory, os.W_OK) else None))


_theatre: list[Theatre] = []


def quiet() -> None:
    """Let nobody write what every life would say, nor draw it: a traceback with all its locals takes a second."""
    structlog.configure(processors=[_drop])
    logging.disable(logging.CRITICAL)


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent


def _enter(folder: str) -> None:
    quiet()
    own = Path(folder) / str(os.getpid())
    own.mkdir()
    _theatre.append(Theatre(own))


def _play(job: Job) -> Played:
    return _theatre[0].play(*job)


def seconds(text: str) -> float:
    """Return a duration such as `90`, `90s`, `5m` or `1h` in seconds."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)([smh]?)", text)
    if found is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no duration such as 90s, 5m or 1h")
    return float(found[1]) * {"": 1, "s": 1, "m": 60, "h": 3600}[found[2]]


def main() -> int:
    """Hunt, or play one run."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.lab")
    parser.add_argument("--budget", type=seconds, default=seconds("5m"), help="how long, such as 5m")
    parser.add_argument("--jobs", type=int, default=0, help="processes; default: one a processor")
    parser.add_argument("--seed", type=int, default=1, help="of the order in which points are tried")
    parser.add_argument("--play", nargs="+", metavar=("SCENARIO", "CAST"), help="play one run: scenario, cast, kills")
    parser.add_argument("--only", nargs="+", default=[], metavar="SCENARIO/CAST", help="hunt here, and singles only")
    parser.add_argument("--share", type=float, default=1, help="of the single points of each place, which are tried")
    options = parser.parse_args()
    if options.play:
        return _one(*options.play)
    summary = run(options.budget, _print, options.jobs, options.seed, options.only, options.share, "fork")
    print(json.dumps(summary, indent=2))
    return 1 if summary["violations"] else 0


def _print(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def _one(scenario: str, cast: str, *kills: str) -> int:
    folder = scratch()
    try:
        played = Theatre(folder).play(scenario, cast, tuple(map(int, kills)))
    finally:
        shutil.rmtree(folder)
    print(json.dumps({name: getattr(played, name) for name in Played.__dataclass_fields__}, indent=2))
    return 1 if played.violations else 0


if __name__ == "__main__":
    sys.exit(main())
