"""The plays of the lab, by how much of each there is to be."""

from __future__ import annotations

from collections import Counter

from tests.replicas_lab.lab import LATER, LEASE, Play


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
    return Play("deaths", orders, Counter(died=count), limit=LEASE + LATER)
