"""Explores a choreography: every walk that its declarations allow, and the story of each thing that is wrong. Pure.

    facts → walks (what may happen) → judging (what is wrong) → explorer (all of it) → story

What holds each part's rules: `walks` what is open, `order` what is left out, `judging` what is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sagaway.choreography import explorer
from sagaway.choreography.explorer import MAX_STATES, Counterexample
from sagaway.choreography.facts import ServiceFacts
from sagaway.choreography.graph import Kind
from sagaway.choreography.judging import Fault, JudgedWalks
from sagaway.choreography.story import cut_event, remedy, summary, tell, told_by
from sagaway.choreography.walks import KEPT, Mechanisms, Move, State


class NothingBeginsError(Exception):
    """No saga begins in what was given; the text says what is missing."""


@dataclass(frozen=True, slots=True)
class Story:
    """Something that may go wrong, and the shortest way to it.

    Attributes:
        kind: what it is.
        is_fault: False: a note, which may be as it should be.
        text: what is wrong, in a sentence.
        sentences: how it comes about, in order.
        remedy: what would mend it.
    """

    kind: Kind
    is_fault: bool
    text: str
    sentences: tuple[str, ...]
    remedy: str


@dataclass(frozen=True, slots=True)
class Report:
    """What an exploration found.

    Attributes:
        states: how many states were walked.
        is_complete: whether that is all.
        stories: the faults, then the notes; of each the shortest walks first.
    """

    states: int
    is_complete: bool
    stories: tuple[Story, ...]


def explore(
    services: Sequence[ServiceFacts],
    outside: Iterable[str] = (),
    *,
    max_states: int = MAX_STATES,
    duplicates: int = 1,
    mechanisms: Mechanisms = KEPT,
) -> Report:
    """Walk over everything that one saga of a choreography can do.

    Args:
        services: all of them; one that is left out is missed.
        outside: event types that come from elsewhere: each at any time, once, or never.
        max_states: so many states are walked at most.
        duplicates: how many deliveries come again in a saga.
        mechanisms: what participants keep to, for tests of the explorer itself.

    Raises:
        NothingBeginsError: no service starts sagas, and nothing that comes from outside begins one.
    """
    model = JudgedWalks(services, outside, duplicates=duplicates, mechanisms=mechanisms)
    if not model.beginnings:
        raise NothingBeginsError(
            "nothing begins a saga: name the service that starts it too, or the event that comes from elsewhere"
        )
    # No walk is longer than there are states, so one bound is enough.
    found = explorer.explore(model, max_states=max_states, max_depth=max_states)
    stories = [_story(model, each, found.hopeless) for each in found.counterexamples]
    return Report(found.states, found.is_complete, tuple(sorted(stories, key=lambda story: not story.is_fault)))


def _story(model: JudgedWalks, found: Counterexample[State, Move, Fault], hopeless: frozenset[State]) -> Story:
    fault, walk = found.fault, found.walk
    is_endless = fault.kind is Kind.CYCLE and _is_endless(model, found, hopeless)
    is_fault = is_endless if fault.kind is Kind.CYCLE else fault.kind is not Kind.DONE_TWICE
    return Story(
        fault.kind,
        is_fault,
        summary(fault, is_endless=is_endless),
        tell(model, fault, walk),
        remedy(model, fault, walk),
    )


def _is_endless(model: JudgedWalks, found: Counterexample[State, Move, Fault], hopeless: frozenset[State]) -> bool:
    """Say whether nothing led out in a whole round: no end could be reached any more when it began."""
    *_, first = model.round(cut_event(model, found.fault, found.walk[-1].state))
    return next(step.state for step in found.walk if first in told_by(step.move)) in hopeless
