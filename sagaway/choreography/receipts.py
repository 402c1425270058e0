"""Receipts: how a reaction that emits nothing still says that it has handled an event.

Who looks at a saga from outside sees events only. Each event that a reaction handles is therefore answered: by what the
reaction emits, or, if that is nothing, by a receipt. A receipt is an event of the type `RECEIPT` like any other (with
`subject`, `causationid` and `reaction`); no participant consumes it. Its data is `{"outcome": "DONE"}`, or another of
`Outcome`. When each event has been answered by each reaction that consumes it, the saga has ended: that is how an
observer knows (the idea is E. W. Dijkstra and C. S. Scholten's, "Termination detection for diffusing computations").
"""

from __future__ import annotations

from enum import StrEnum

RECEIPT = "sagaway.reaction.handled.v1"
"""The type of a receipt."""


class Outcome(StrEnum):
    """What became of the event, in a receipt's data under `outcome`."""

    DONE = "DONE"
    """The reaction did its work, and emits nothing."""
    BLOCKED = "BLOCKED"
    """The saga's compensation was there before the event: it has no effect."""
    COMPENSATED = "COMPENSATED"
    """What the reaction did in this saga is undone, or there was nothing to undo."""
