"""What the engine must do now: the machine's output beside events."""

from __future__ import annotations

from typing import NamedTuple

from orchestrator.core.model import Phase


class Send(NamedTuple):
    """Send one attempt of one phase of one step: `CallExecute` or `CallCompensate`, by `phase`.

    Attributes:
        phase: which RPC.
        step_id: the step.
        attempt: number to tell the participant, from 1.
        poll: True if the step is Pending and is only asked how it stands.
    """

    phase: Phase
    step_id: str
    attempt: int
    poll: bool = False
