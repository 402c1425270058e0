"""Where the processes are: all on this machine's loopback, or each in a network of its own (`networks`)."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from typing import Protocol

from participants.shop.demo.play import SERVICES
from participants.shop.demo.processes import free_addresses

REPLICAS = ("one", "two", "three")


class Places(Protocol):
    """Addresses, and how to be there.

    Attributes:
        addresses: where each replica and each service listens.
        database_host: the address on which PostgreSQL listens; empty: on its socket only.
    """

    addresses: Mapping[str, str]
    database_host: str

    def inside(self, name: str) -> Sequence[str]:
        """Return what to put before the command line of a process so that it runs at its place."""


class Loopback:
    """All on 127.0.0.1."""

    database_host = ""

    def __init__(self, dice: random.Random) -> None:
        names = (*REPLICAS, *SERVICES)
        self.addresses: Mapping[str, str] = dict(zip(names, free_addresses(len(names), dice), strict=True))

    def inside(self, name: str) -> Sequence[str]:
        """Return nothing."""
        return ()
