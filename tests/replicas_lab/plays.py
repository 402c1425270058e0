"""The plays of the lab, by how much of each there is to be, and all of them within a budget."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from tests.replicas_lab import networks
from tests.replicas_lab.lab import LATER, LEASE, Play, run
from tests.replicas_lab.troubles import died_alone
from tests.tools import Missing

KILLS, DATABASE, DEATHS, NETWORKS = 60, 30, 20, 20
"""How many troubles each play has in full."""
ORDERS = 5_000
"""Of each play in full."""
ORDERS_A_TROUBLE = 80
_WORLD = 12.0
"""Seconds that a world takes to begin and to end."""
_SHARES = {
    "kills": (0.3, KILLS, 3, 4.0),
    "database": (0.2, DATABASE, 2, 4.0),
    "deaths": (0.2, DEATHS, 2, 7.0),
    "networks": (0.3, NETWORKS, 3, 9.0),
}
"""Each play's share of a budget, its troubles at the most and at the least, and the seconds that one takes."""


def kills(orders: int, count: int) -> Play:
    """Replicas are killed, die for a while, or stand still for longer than their lease; several at once."""
    third = count // 3
    return Play("kills", orders, Counter(killed=third, died=third, stopped=count - 2 * third), overlap=True)


def database(orders: int, count: int) -> Play:
    """PostgreSQL is killed so often, and COMMITs and replies to them get lost as often."""
    half = count // 2
    return Play("database", orders, Counter(database_killed=count, reply_lost=count - half, commit_lost=half))


def deaths(orders: int, count: int) -> Play:
    """Replicas die one at a time; it is measured when others go on."""
    return Play("deaths", orders, Counter(died=count), limit=LEASE + LATER, kinds={"died": died_alone})


PLAYS = {"kills": kills, "database": database, "deaths": deaths}


def play(name: str, orders: int, count: int, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Play one, by its name; return its figures, with `violations`, or why it was `skipped`."""
    if name in PLAYS:
        return run(PLAYS[name](orders, count), seed, say)
    try:
        return networks.run(orders, count, seed, say)
    except Missing as missing:
        say(f"skipped: {missing}")
        return {"skipped": str(missing), "violations": []}


def within(budget: float, seed: int, say: Callable[[str], None]) -> dict[str, Any]:
    """Play all, with as many troubles as there is time for in so many seconds, but some of each in any case."""
    found: dict[str, Any] = {}
    for name, (share, most, least, seconds) in _SHARES.items():
        count = max(least, min(most, int((budget * share - _WORLD) / seconds)))
        found[name] = play(name, min(ORDERS, count * ORDERS_A_TROUBLE), count, seed, say)
    violations = [f"{name}: {words}" for name, figures in found.items() for words in figures.pop("violations")]
    return {**found, "violations": violations}
