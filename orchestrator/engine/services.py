"""What every runner shares."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from orchestrator.caller.base import Caller
from orchestrator.core.commands import Command
from orchestrator.core.model import SagaKey
from orchestrator.engine.clock import Clock
from orchestrator.engine.committer import Committer
from orchestrator.engine.gates import Gates
from orchestrator.engine.instruments import Instruments
from orchestrator.engine.pauses import Pauses
from orchestrator.engine.settings import EngineSettings
from orchestrator.engine.tokens import Tokens
from orchestrator.engine.watch import WatchHub
from orchestrator.store.base import SagaLog

if TYPE_CHECKING:
    import asyncio

    from orchestrator.engine.runner import Runner


class Home(Protocol):
    """Where a runner lives: `orchestrator.engine.fleet.Fleet`."""

    def grown(self, runner: Runner) -> None:
        """The runner's saga has another size."""

    def gone(self, runner: Runner, wake_time: int | None) -> None:
        """The runner has nothing left to do and nothing in flight; forget it. Its saga wakes then, or not at all."""

    def deliver(self, key: SagaKey, command: Command, reply: asyncio.Future[None] | None) -> None:
        """Bring a command to whoever drives the saga, claiming it if nobody does."""

    def quarantine(self, runner: Runner, reason: str) -> None:
        """The saga can't be driven; put it aside and forget the runner."""


@dataclass(slots=True)
class Services:
    """What every runner shares; made once.

    Attributes:
        log: the saga log, for reloads.
        committer: where appends go.
        caller: who calls participants.
        gates: how many calls at once.
        pauses: what a person has paused.
        hub: who is told of commits.
        tokens: makes completion tokens.
        clock: the time.
        chance: the only randomness: jitter and ids.
        settings: limits.
        instruments: who is told what happens.
        installation: names this installation in operation keys.
        restored_time: when it was declared that the log was restored from a backup; 0: it was not, or that was ended.
        draining: True once nothing new may be sent.
    """

    log: SagaLog
    committer: Committer
    caller: Caller
    gates: Gates
    pauses: Pauses
    hub: WatchHub
    tokens: Tokens
    clock: Clock
    chance: random.Random
    settings: EngineSettings
    instruments: Instruments
    installation: str
    restored_time: int = 0
    draining: bool = False
