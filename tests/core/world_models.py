"""The other side of a random world: definitions that registration would accept, and participants that know the truth.

Participants keep the barrier contract (DESIGN section 7). Those without stable replies are the hard case: they have an
effect at most once, but forget what they said, so that a message which comes late may have an effect after another
one was refused, and an effect that stands does not keep a later delivery from being refused.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from orchestrator.core.definition import ActionFacts, SagaDefinition, StepDefinition, StepKind
from orchestrator.core.expressions import compile_template
from orchestrator.core.model import Failure, Payload, Phase
from orchestrator.core.outcome import (
    IN_PROGRESS,
    CompensateAnswer,
    Compensated,
    Completed,
    ExecuteAnswer,
    Failed,
    Pending,
    Rejected,
)
from orchestrator.core.retry import SECOND, RetryPolicy

OUTPUT = Payload(json='"done"')
REFUSED = Rejected(Failure("", "REFUSED", "no"))

# Definitions --------------------------------------------------------------------------------------------------------


def random_definition(chance: random.Random) -> SagaDefinition:
    """Return a definition of up to eight steps that registration would accept: any DAG, any kinds by the kinds rule."""
    count = chance.randint(1, 8)
    pivot = chance.randrange(count) if chance.random() < 0.6 else count
    steps: list[StepDefinition] = []
    for number in range(count):
        names = [step.id for step in steps]
        if number < pivot:
            after = _some(chance, names)
        elif number == pivot:
            followed = {before for step in steps for before in step.after}
            after = [name for name in names if name not in followed or chance.random() < 0.3]
        else:
            after = [name for name in names if chance.random() < 0.3]
            if not any(int(name[1:]) >= pivot for name in after):
                after.append(f"s{chance.randrange(pivot, number)}")
        steps.append(_random_step(chance, number, pivot, tuple(after)))
    timeout = chance.choice((60, 1_000, 86_400)) * SECOND
    return SagaDefinition("random", 1, "hash", tuple(steps), timeout, None, chance.random() < 0.5)


def _some(chance: random.Random, names: list[str]) -> list[str]:
    share = chance.choice((0.0, 0.3, 1.0))
    return [name for name in names if chance.random() < share]


_UNRESOLVABLE = compile_template("${input.nothing}")


def _random_step(chance: random.Random, number: int, pivot: int, after: tuple[str, ...]) -> StepDefinition:
    kind = StepKind.COMPENSATABLE if number < pivot else StepKind.PIVOT if number == pivot else StepKind.RETRYABLE
    return StepDefinition(
        id=f"s{number}",
        participant=chance.choice("ppq"),
        action="do",
        kind=kind,
        after=after,
        input=_UNRESOLVABLE if chance.random() < 0.03 else None,
        attempt_timeout=10 * SECOND,
        retry=RetryPolicy(chance.choice((1, 2, 3, 5)), SECOND, 8 * SECOND),
        compensation_attempt_timeout=30 * SECOND,
        compensation_retry=RetryPolicy(chance.choice((2, 6)), SECOND, 8 * SECOND),
        retry_codes=frozenset(chance.choice(((), (), ("NOT_FOUND",)))),
        stop_codes=frozenset(chance.choice(((), (), ("UNAVAILABLE",)))),
        pending_timeout=chance.choice((30, 3600)) * SECOND,
        pending_poll_interval=chance.choice((5, 60)) * SECOND,
        facts=ActionFacts(
            effect_free=kind is StepKind.COMPENSATABLE and chance.random() < 0.15,
            stable_replies=chance.random() < 0.5,
        ),
    )


# Participants -------------------------------------------------------------------------------------------------------


@dataclass
class Operation:
    """What a participant knows of one step: the barrier row, and the effect itself."""

    stable: bool
    effect: bool = False
    tombstone: bool = False
    reply: ExecuteAnswer | None = None
    pending: bool = False
    undoing: bool = False

    def execute(self, wish: str) -> ExecuteAnswer:
        """Deliver an Execute; ``wish`` is what the participant would do if the barrier lets it."""
        if self.tombstone:
            return Failed(Failure("FAILED_PRECONDITION", "OPERATION_COMPENSATED", "compensated"))
        if self.pending:
            return Pending()
        if self.reply is not None:
            # One without stable replies remembers its effect, but not what it said.
            return self.reply if self.stable or wish != "reject" else REFUSED
        if wish == "reject":
            self.reply = REFUSED if self.stable else None
            return REFUSED
        if wish == "pend":
            self.pending = True
            return Pending()
        self.effect, self.reply = True, Completed(OUTPUT)
        return self.reply

    def compensate(self, wish: str) -> CompensateAnswer:
        """Deliver a Compensate."""
        self.tombstone, self.pending = True, False
        if wish == "pend" and not self.undoing:
            self.undoing = True
            return Pending()
        self.undoing = self.effect = False
        return Compensated()

    def resolve(self, wish: str) -> tuple[Phase, ExecuteAnswer | CompensateAnswer] | None:
        """Come to the end of what is Pending; the outcome is what it will report."""
        if self.undoing:
            self.undoing = self.effect = False
            return Phase.COMPENSATE, Compensated()
        if not self.pending:
            return None
        self.pending = False
        if wish == "reject":
            self.reply = REFUSED if self.stable else None
            return Phase.EXECUTE, REFUSED
        if wish == "fail":
            self.effect = True
            self.reply = Completed(OUTPUT)
            return Phase.EXECUTE, Failed(Failure("", "BROKEN", "half done"))
        self.effect, self.reply = True, Completed(OUTPUT)
        return Phase.EXECUTE, self.reply


FAILURES = (
    Failure("UNAVAILABLE", "", "away"),
    Failure("DEADLINE_EXCEEDED", "", "late"),
    Failure("UNIMPLEMENTED", "", "not here"),
    Failure("FAILED_PRECONDITION", "", "no"),
    Failure("NOT_FOUND", "", "what?"),
    Failure("ABORTED", IN_PROGRESS, "still at it"),
)
