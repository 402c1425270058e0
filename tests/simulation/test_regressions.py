"""What the simulation found, told again in a few lines; docs/reliability.md has the list."""

from __future__ import annotations

from typing import Any
from unittest import mock

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import Phase, SagaState, Signature, StepState
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Compensated, Pending
from orchestrator.store.base import PauseKind, Target
from tests.core.stories import MINUTE, PIVOT, Story, refusal, step, told
from tests.engine.harness import NAMESPACE, abc, definition, key_of, replicas, world
from tests.engine.harness import step as step_
from tests.engine.participants import HELD, REFUSED
from tests.engine.ports import OUTAGE
from tests.engine.virtual import settle, virtual


def test_a_reported_refusal_is_not_trusted_once_a_question_was_answered_pending() -> None:
    """Found by seed 1001970: asked again, a participant that forgets its refusals had begun anew."""
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    story.answers("a", Pending())
    story.reports("a", refusal())
    assert story.step("a") is StepState.COMPENSATING
    story.undoes("a")
    assert story.state is SagaState.COMPENSATED


def test_a_report_to_an_abandoned_saga_is_refused_and_disturbs_nothing() -> None:
    """Found by seed 900446: it put the saga in quarantine."""
    story = Story(step("a"), step("b"))
    story.completes("a")
    story.rejects("b")
    story.answers("a", Pending())
    by = Signature("enough", "ann")
    story.command(Operate(Action.PAUSE_SAGA, by))
    story.command(Operate(Action.ABANDON_SAGA, by))
    with pytest.raises(CommandRefused) as refused:
        story.reports("a", Compensated(), Phase.COMPENSATE)
    assert refused.value.reason == "STEP_NOT_PENDING"
    assert story.state is SagaState.ABANDONED


def test_the_doubt_survives_the_owner() -> None:
    story = Story(step("a"))
    story.pends("a")
    story.wait(MINUTE)
    story.answers("a", Pending())
    story.sleep()
    story.reports("a", refusal())
    assert story.step("a") is StepState.COMPENSATING


def test_a_reported_refusal_is_trusted_where_replies_are_stable_or_nobody_asked() -> None:
    for stable, asked in ((True, True), (False, False)):
        story = Story(step("a", stable=stable))
        story.pends("a")
        if asked:
            story.wait(MINUTE)
            story.answers("a", Pending())
        story.reports("a", refusal())
        assert story.state is SagaState.COMPENSATED
        assert story.step("a") is StepState.REJECTED


def test_the_doubt_is_logged_once() -> None:
    story = Story(step("p", kind=PIVOT))
    story.pends("p")
    for _ in range(3):
        story.wait(MINUTE)
        story.answers("p", Pending())
    assert told(story.log).count("ExecuteAttemptFailed p") == 1


@virtual
async def test_a_saga_may_be_put_aside_twice() -> None:
    """Found by seed 5005567: claimed again before its quarantine was durable, and the second task raised KeyError."""
    async with world(abc()) as w:
        w.participants.next("a", HELD)
        assert await w.start("s")
        fleet = w.engine._fleet
        for reason in ("first", "second"):
            fleet._put_aside(key_of("s"), reason)
        await settle()
        assert (await w.row("s")).quarantine_reason == "first"
        assert not fleet._aside


@virtual
async def test_a_refused_command_does_not_put_an_orphan_to_sleep() -> None:
    """Found by seed 6044199: a cancel that is refused was all that the new owner heard; it gave the saga back, for ever."""
    async with world(definition("two", step_("a", root=True), step_("b", root=True))) as w:
        w.participants.next("a", REFUSED)
        w.participants.next("b", HELD)
        assert await w.start("s", "two")
        await w.participants.arrival("b")
        await settle()
        assert (await w.saga("s")).state is SagaState.COMPENSATING
        await w.kill()
        await w.up()
        w.port.fail("claim_orphans", OUTAGE)
        with pytest.raises(CommandRefused):
            await w.cancel("s")
        assert (await w.ended("s")).state is SagaState.COMPENSATED


@virtual
async def test_a_refusal_does_not_send_a_step_that_waits_behind_it() -> None:
    """Found by seed 17957300050533: the place that a refused step left went to its own saga's next, to be undone."""
    async with world(definition("two", step_("a", root=True), step_("b", root=True))) as w:
        w.participants.limits["p"] = 1
        w.participants.next("a", HELD)
        assert await w.start("s", "two")
        call = await w.participants.arrival("a")
        call.ends(REFUSED)
        saga = await w.ended("s")
        assert saga.state is SagaState.COMPENSATED
        assert saga.steps["b"].state is StepState.STRUCK
        assert [sent.name for sent in w.participants.sent] == ["a"]


@virtual
async def test_what_is_paused_here_may_be_resumed_elsewhere_before_the_answer() -> None:
    """Found by seed 31 of the first worlds with replicas: the one that was asked to pause it raised StopIteration."""
    target, by = Target(PauseKind.PARTICIPANT, NAMESPACE, "p"), Signature("maintenance", "ann", "")
    async with replicas(abc()) as (a, b):
        pause, to_resume = a.port.pause, [1, 1]

        async def resumed_at_once(*args: Any) -> bool:
            changed = await pause(*args)
            if to_resume:
                to_resume.pop()
                await b.engine.pausing.resume(target, by)
            return changed

        with mock.patch.object(a.port, "pause", resumed_at_once):
            made, changed = await a.engine.pausing.pause(target, by)
            assert (made.target, made.by, changed) == (target, by, True)
            assert await a.log.list_pauses() == []
            await b.engine.pausing.pause(target, by)
            again, changed = await a.engine.pausing.pause(target, by)
            assert await a.log.list_pauses() == [again], "it stood, was resumed, and is paused anew"
            assert changed
