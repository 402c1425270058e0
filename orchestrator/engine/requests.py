"""Commands that wait for their saga, and what those who sent them are told."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass

from orchestrator.core.commands import Command
from orchestrator.core.errors import CommandRefused


@dataclass(slots=True)
class Request:
    """A command in a saga's inbox.

    Attributes:
        command: what is asked.
        reply: who waits for it, if somebody does.
        refusal: why it is refused, if it is. It is told with the commit of what the refusal was decided on, like
            everything else: before, it could still turn out otherwise.
    """

    command: Command
    reply: asyncio.Future[None] | None
    refusal: CommandRefused | None = None


def answer(requests: Iterable[Request], error: Exception | None = None) -> None:
    """Tell those who wait what became of their commands: ``error`` if there is one, else what was decided."""
    for request in requests:
        if request.reply is None or request.reply.done():
            continue
        failure = error or request.refusal
        if failure is None:
            request.reply.set_result(None)
        else:
            request.reply.set_exception(failure)
