"""What is explored: small sagas, and how often each fault may happen to them.

Each scenario is walked to its end; none has every fault, because the number of states is about the product of theirs.
What they leave out together is what needs more than four faults, or more of one kind than any of them allows.
"""

from __future__ import annotations

from orchestrator.core.definition import ActionFacts, SagaDefinition, StepDefinition, StepKind
from orchestrator.core.retry import SECOND, RetryPolicy
from tests.replicas.model import Scenario
from tests.replicas.world import Fault

_KINDS = {"c": StepKind.COMPENSATABLE, "p": StepKind.PIVOT, "r": StepKind.RETRYABLE}


def chain(kinds: str, *, unstable: str = "", attempts: int = 2) -> SagaDefinition:
    """Return a definition whose steps come one after the other.

    Args:
        kinds: a letter for each step: compensatable, pivot, retryable.
        unstable: the places of those whose participants do not store their refusals, from 1.
        attempts: how often each phase is tried.
    """
    steps = [
        StepDefinition(
            id=f"s{number}",
            participant=f"p{number}",
            action="do",
            kind=_KINDS[kind],
            after=(f"s{number - 1}",) if number > 1 else (),
            input=None,
            attempt_timeout=10 * SECOND,
            retry=RetryPolicy(attempts, SECOND, 8 * SECOND),
            compensation_attempt_timeout=10 * SECOND,
            compensation_retry=RetryPolicy(attempts, SECOND, 8 * SECOND),
            retry_codes=frozenset(),
            stop_codes=frozenset(),
            pending_timeout=10 * SECOND,
            pending_poll_interval=10 * SECOND,
            facts=ActionFacts(stable_replies=str(number) not in unstable),
        )
        for number, kind in enumerate(kinds, start=1)
    ]
    return SagaDefinition(kinds, 1, "hash", tuple(steps), 100 * SECOND, None)


_CANCELLED = {Fault.EXPIRY: 1, Fault.CANCEL: 1, Fault.LOSS: 1}

SMALL = (
    Scenario("a pivot", chain("cp", attempts=1), _CANCELLED, rejects=frozenset({1})),
    Scenario("a pivot, doubtful commits", chain("cp"), {**_CANCELLED, Fault.LOSS: 0, Fault.DOUBT: 1}),
    Scenario(
        "given back, by hand",
        chain("c", unstable="1"),
        {Fault.GIVE_BACK: 3, Fault.DOUBT: 1, Fault.LOSS: 1},
        rejects=frozenset({0}),
    ),
    Scenario(
        "after the pivot", chain("cpr"), {Fault.CRASH: 1, Fault.LOSS: 1, Fault.TIME_UP: 1}, rejects=frozenset({1})
    ),
)
"""Some ten thousand states in all."""

LARGE = (
    Scenario(
        "two before a pivot, one by hand",
        chain("ccp", unstable="2"),
        {**_CANCELLED, Fault.CRASH: 1},
        rejects=frozenset({1, 2}),
    ),
    Scenario("a pivot and a step after it", chain("cpr"), {**_CANCELLED, Fault.CRASH: 1}, rejects=frozenset({1})),
    Scenario(
        "one attempt each, and time is up",
        chain("cpr", attempts=1),
        {**_CANCELLED, Fault.TIME_UP: 1},
        rejects=frozenset({1}),
    ),
    Scenario(
        "by hand, two answers lost",
        chain("c", unstable="1"),
        {**_CANCELLED, Fault.LOSS: 2, Fault.CRASH: 1},
        rejects=frozenset({0}),
    ),
    Scenario("doubtful commits", chain("cp"), {**_CANCELLED, Fault.DOUBT: 2}, rejects=frozenset({1})),
    Scenario(
        "given back",
        chain("c", unstable="1"),
        {Fault.GIVE_BACK: 2, Fault.DOUBT: 1, Fault.LOSS: 1, Fault.EXPIRY: 1, Fault.CRASH: 1},
        rejects=frozenset({0}),
    ),
    Scenario(
        "two zombies",
        chain("ccp", attempts=1),
        {Fault.EXPIRY: 2, Fault.CANCEL: 1, Fault.LOSS: 1},
        rejects=frozenset({2}),
    ),
    Scenario("three replicas", chain("cpr"), _CANCELLED, replicas=3, rejects=frozenset({1})),
)
"""More than a million states in the first alone; the longest first, so that several processes share them well."""
