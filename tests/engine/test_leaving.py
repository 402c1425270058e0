"""Steps that a person leaves out, or runs anew with other input: undone or sealed first, whatever dies in between."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from orchestrator.core.errors import StepNotSealed
from orchestrator.core.model import SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.retry import SECOND
from orchestrator.engine.calls import seal_call
from tests.engine.harness import Document, World, definition, key_of, pivoted, step, world
from tests.engine.participants import HELD, LATE, REPLY_LOST, Act, fails, payload
from tests.engine.virtual import virtual

BY = Signature("mended", "ann", "ops")
CALLED_WRONG = fails("INVALID_ARGUMENT")
"""Stops a step at once; it may have had its effect."""
KINDS = {Action.SKIP_STEP: "StepSkipRequested", Action.RETRY_STEP_WITH_INPUT: "NewRunRequested"}


def forever() -> Document:
    """As `pivoted`, but nothing takes back what `c` does."""
    pivot, last = step("b", kind="STEP_KIND_PIVOT"), step("c", kind="STEP_KIND_RETRYABLE", action="mail")
    return definition("pivoted", step("a"), pivot, last)


async def stuck_ahead(w: World, *faults: Act, undo: Sequence[Act] = ()) -> int:
    """A saga past its pivot whose `c` was given up; returns the sequence of its last event."""
    w.participants.next("c", *faults)
    w.participants.next("~c", *undo)
    await w.start("s", "pivoted")
    saga = await w.ended("s")
    assert saga.state is SagaState.STUCK
    return saga.sequence


async def leave(w: World, action: Action, seen: int) -> None:
    given = payload({"to": "Riga"}) if action is Action.RETRY_STEP_WITH_INPUT else None
    await w.engine.operate(key_of("s"), Operate(action, BY, seen, "c", given))


@pytest.mark.parametrize("action", KINDS)
@virtual
async def test_what_is_left_behind_is_undone_first_whatever_arrives_late_and_whenever_the_process_dies(
    action: Action,
) -> None:
    async with world(pivoted()) as w:
        seen = await stuck_ahead(w, LATE, CALLED_WRONG, undo=[HELD])
        await leave(w, action, seen)
        await w.participants.arrival("~c", saga_id="s")
        await w.again()
        assert (await w.ended("s")).state is SagaState.COMPLETED
        w.participants.deliver_late()
        expected = {"a", "b"} if action is Action.SKIP_STEP else {"a", "b", "c"}
        assert w.participants.standing(key_of("s")) == expected
        await leave(w, action, seen)  # its answer was lost
        assert w.events("s").count(f"{KINDS[action]} c") == 1
        w.check_nothing_left()


@virtual
async def test_a_run_that_was_sealed_before_a_kill_is_found_sealed_by_the_same_command() -> None:
    """Sealed, and killed before the commit: the saga is as it was, and what was under way has no effect."""
    async with world(forever()) as w:
        seen = await stuck_ahead(w, LATE, CALLED_WRONG)
        saga = await w.saga("s")
        await w.participants.seal(seal_call(w.engine._services, saga, 1, "c", SECOND))
        await w.again()
        assert (await w.saga("s")).state is SagaState.STUCK
        await leave(w, Action.RETRY_STEP_WITH_INPUT, seen)
        assert (await w.ended("s")).state is SagaState.COMPLETED
        w.participants.deliver_late()
        assert w.participants.standing(key_of("s")) == {"a", "b", "c"}


@virtual
async def test_a_second_new_run_seals_the_first_one() -> None:
    async with world(forever()) as w:
        seen = await stuck_ahead(w, CALLED_WRONG)
        w.participants.next("c", REPLY_LOST, CALLED_WRONG)
        await leave(w, Action.RETRY_STEP_WITH_INPUT, seen)
        seen = (await w.ended("s")).sequence
        with pytest.raises(StepNotSealed, match="has a record that it completed"):
            await leave(w, Action.RETRY_STEP_WITH_INPUT, seen)
        assert (await w.saga("s")).sequence == seen
