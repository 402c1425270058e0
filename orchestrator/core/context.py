"""What a decision needs to know beside the saga: the time, chance, and what its owner knows and the log does not."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from orchestrator.core.model import Phase

_NOTHING: Mapping[tuple[str, Phase], int] = MappingProxyType({})
_NEVER: Mapping[str, int] = MappingProxyType({})


class Context(NamedTuple):
    """The circumstances of a decision.

    Attributes:
        now: microseconds.
        jitter: a random number in [0, 1), for backoffs.
        on_wire: ids of steps with a call sent and not ended.
        unsent: ids of steps whose intent this owner logged and of which it knows that nothing was ever sent.
        inherited: (step id, phase) of the intents that an earlier owner left behind when it died, with the attempts
            logged then: a call of unknown outcome may have been on its way.
        held: ids of steps whose participant can't take them now: what is due of them should wait in the log.
        definition_paused: True while a person has paused the saga's definition: what comes is recorded, and nothing
            follows from it. It is not in the saga's log, which is as it was when the definition is resumed.
        restored_time: when it was declared that the log was restored from a backup, microseconds; 0: it was not, or that
            was ended (`orchestrator.core.restored`). Not in the saga's log either.
        polled: when each Pending step was last asked how it stands, microseconds, by id.
    """

    now: int
    jitter: float = 0.0
    on_wire: frozenset[str] = frozenset()
    unsent: frozenset[str] = frozenset()
    inherited: Mapping[tuple[str, Phase], int] = _NOTHING
    held: frozenset[str] = frozenset()
    definition_paused: bool = False
    restored_time: int = 0
    polled: Mapping[str, int] = _NEVER
