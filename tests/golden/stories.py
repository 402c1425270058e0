"""What golden logs tell: a saga for every way that one can go, driven by the real engine on virtual time.

A saga's id says its story. Those that are `open-…` are left as they stand when their process is killed. The stories may
grow and change at any time: they make new golden logs, and old ones stay as they are.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from orchestrator.core.model import Failure, Payload, Phase, Restart, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Compensated, Completed, Failed
from orchestrator.core.retry import SECOND
from orchestrator.engine.commands import StartSaga
from orchestrator.engine.settings import EngineSettings
from tests.core.observed import DOCUMENT
from tests.engine.harness import Document, World, abc, definition, diamond, key_of, pivoted, step
from tests.engine.participants import (
    DONE,
    HELD,
    PENDING,
    REFUSAL_LOST,
    REFUSED,
    REPLY_LOST,
    UNAVAILABLE,
    Act,
    done,
    fails,
    payload,
)
from tests.engine.virtual import settle
from tests.golden.observed_stories import CHOREOGRAPHED

LONG = 600 * SECOND
# Not UNAVAILABLE: with that code the wish would hold for the whole participant, and for the stories that follow.
ASKS_TO_WAIT = fails("INTERNAL", retry_after=LONG)
# Not INTERNAL: many of that would be taken for an outage, and what asks whether it is over costs no attempts.
BROKEN = fails("FAILED_PRECONDITION")
TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"

DEFINITIONS: tuple[Document, ...] = (
    abc(),
    diamond(output={"n": "${steps.d.output.n}", "who": "${input.who}"}),
    pivoted(),
    definition("quick", step("a"), step("b"), timeout="10s"),
    definition("impatient", step("a"), step("b", pending_timeout="30s", pending_poll_interval="10s")),
    definition("forgetful", step("a"), step("b", participant="forgetful")),
    definition("unresolved", step("a"), step("b", input={"x": "${steps.a.output.missing}"}), step("c", after=["a"])),
    definition(
        "elsewhere",
        step("far", participant="q"),
        retry={"max_attempts": 99, "initial_backoff": "1s", "max_backoff": "1s"},
    ),
    definition("mute", step("a"), output={"x": "${steps.a.output.missing}"}),
    DOCUMENT,
)

Story = Callable[[World, str], Awaitable[None]]
STORIES: dict[str, Story] = {}


def story(tell: Story) -> Story:
    """Make a function a story; its name is the saga's id."""
    STORIES[tell.__name__.replace("_", "-")] = tell
    return tell


def simple(id_: str, name: str, acts: dict[str, tuple[Act, ...]]) -> None:
    """A story that needs no more than what happens to the deliveries."""

    async def tell(w: World, saga_id: str) -> None:
        for each, them in acts.items():
            w.participants.next(each, *them)
        await w.start(saga_id, name)
        await w.ended(saga_id)

    STORIES[id_] = tell


async def open_until(w: World, saga_id: str, name: str, event: str) -> None:
    """Start a saga and wait until it has an event."""
    await w.start(saga_id, name)
    async with asyncio.timeout(3_600):
        while event not in w.events(saga_id):
            await asyncio.sleep(0.1)


async def started(w: World, saga_id: str, name: str, step_name: str) -> str:
    """Start a saga; return the completion token of the first call of that name."""
    await w.start(saga_id, name)
    sent = await w.participants.arrival(step_name, saga_id=saga_id)
    await settle()
    return sent.call.completion_token


# Ends ---------------------------------------------------------------------------------------------------------------


@story
async def completed_in_parallel(w: World, saga_id: str) -> None:
    binary = Payload(binary=b"\x00\xff", content_type="image/png", metadata={"colour": "none"})
    w.participants.next("a", Act(output=binary))
    w.participants.next("d", done({"n": 7}))
    named = await w.command(saga_id, "diamond", {"who": "Zoë"}, {"shop": "north"}, 1)
    command = StartSaga(named.key, named.definition, 1, named.input, named.labels, TRACEPARENT, "b7ad6b7169203330")
    assert await w.engine.start_saga(command)
    await w.ended(saga_id)


simple("completed-without-its-output", "mute", {})
simple("completed-after-an-outage", "abc", {"b": (UNAVAILABLE, REPLY_LOST)})
simple("completed-after-repeated-failures", "abc", {"b": (UNAVAILABLE, UNAVAILABLE), "c": (UNAVAILABLE,)})
simple("completed-behind-another-delivery", "abc", {"b": (fails("ABORTED", "IN_PROGRESS"),) * 5})
simple("compensated-after-a-refusal", "abc", {"c": (REFUSED,)})
simple("compensated-after-a-permanent-code", "abc", {"b": (fails("INVALID_ARGUMENT", "FIELD_INVALID"),)})
simple("compensated-after-all-attempts", "abc", {"b": (UNAVAILABLE,) * 3})
simple("compensated-as-a-step-is-blocked", "unresolved", {})
simple("compensated-after-a-forgotten-refusal", "forgetful", {"b": (REFUSAL_LOST, REFUSED)})
simple(
    "compensated-with-patience",
    "abc",
    {"c": (REFUSED,), "~b": (UNAVAILABLE, UNAVAILABLE), "~a": (fails("ABORTED", "IN_PROGRESS"),)},
)
simple("stuck-in-compensation", "abc", {"c": (REFUSED,), "~b": (UNAVAILABLE,) * 3})
simple(
    "stuck-as-a-row-is-missing", "abc", {"c": (REFUSED,), "~a": (fails("FAILED_PRECONDITION", "BARRIER_ROW_MISSING"),)}
)
simple("stuck-past-the-pivot", "pivoted", {"c": (REFUSED,)})
simple("stuck-at-the-pivot", "pivoted", {"b": (UNAVAILABLE,) * 3})


@story
async def compensated_as_its_time_was_up(w: World, saga_id: str) -> None:
    w.participants.next("b", PENDING)
    await w.start(saga_id, "quick")
    await w.ended(saga_id)


@story
async def compensated_as_nobody_reported(w: World, saga_id: str) -> None:
    w.participants.next("b", *(PENDING,) * 4)
    w.participants.next("~b", PENDING)
    await w.start(saga_id, "impatient")
    await w.ended(saga_id)


@story
async def compensated_by_a_cancel(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "abc", "b")
    await w.cancel(saga_id, "changed their mind")
    await w.ended(saga_id)


@story
async def cancelled_too_late_at_the_pivot(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "pivoted", "b")
    await w.cancel(saga_id)
    (await w.participants.arrival("b", saga_id=saga_id)).ends()
    await w.ended(saga_id)


@story
async def cancelled_at_a_pivot_that_was_refused(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "pivoted", "b")
    await w.cancel(saga_id)
    (await w.participants.arrival("b", saga_id=saga_id)).ends(REFUSED)
    await w.ended(saga_id)


@story
async def reported_completed(w: World, saga_id: str) -> None:
    w.participants.next("b", PENDING)
    token = await started(w, saga_id, "abc", "b")
    await w.complete(saga_id, "b", token, Completed(payload({"n": 1})), Phase.EXECUTE)
    await w.ended(saga_id)


@story
async def reported_failed_and_its_compensation_too(w: World, saga_id: str) -> None:
    w.participants.next("b", PENDING)
    w.participants.next("~b", PENDING)
    w.participants.next("~a", PENDING)
    token = await started(w, saga_id, "abc", "b")
    await w.complete(saga_id, "b", token, Failed(Failure("", "LOST", "the parcel is lost")), Phase.EXECUTE)
    back = (await w.participants.arrival("~b", saga_id=saga_id)).call.completion_token
    await settle()
    await w.complete(saga_id, "b", back, Compensated(), Phase.COMPENSATE)
    back = (await w.participants.arrival("~a", saga_id=saga_id)).call.completion_token
    await settle()
    await w.complete(saga_id, "a", back, Failed(Failure("", "GONE", "nobody can undo it")), Phase.COMPENSATE)
    await w.ended(saga_id)


@story
async def went_on_after_a_kill(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "forgetful", "b")
    await w.again()
    await w.ended(saga_id)


@story
async def mended_by_hand(w: World, saga_id: str) -> None:
    w.participants.next("b", REFUSED)
    w.participants.next("~a", *(BROKEN,) * 6)
    await w.start(saga_id)
    await w.ended(saga_id)
    await operate(w, saga_id, Action.RETRY_STEP, "a")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.RESOLVE_STEP_COMPENSATED, "a")
    await w.ended(saga_id)


@story
async def resolved_at_the_pivot(w: World, saga_id: str) -> None:
    w.participants.next("b", *(BROKEN,) * 6)
    await w.start(saga_id, "pivoted")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.RETRY_STEP, "b")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.RESOLVE_STEP_COMPLETED, "b", payload({"n": 7}))
    await w.ended(saga_id)


@story
async def paused_and_resumed(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "abc", "b")
    await operate(w, saga_id, Action.PAUSE_SAGA)
    (await w.participants.arrival("b", saga_id=saga_id)).ends()
    await settle()
    await operate(w, saga_id, Action.RESUME_SAGA)
    await w.ended(saga_id)


@story
async def abandoned(w: World, saga_id: str) -> None:
    w.participants.next("b", *(fails("INTERNAL"),) * 3)
    await w.start(saga_id, "pivoted")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.ABANDON_SAGA)
    await w.ended(saga_id)


@story
async def parked_and_unparked(w: World, saga_id: str) -> None:
    await outage(w, saga_id)
    w.participants.always["far"] = DONE
    await w.ended(saga_id)
    await asyncio.sleep(60)


@story
async def a_refused_step_left_out(w: World, saga_id: str) -> None:
    """Past the pivot: nothing of it stands, so it is left out at once."""
    w.participants.next("c", REFUSED)
    await w.start(saga_id, "pivoted")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.SKIP_STEP, "c")
    await w.ended(saga_id)


@story
async def a_step_compensated_and_run_anew(w: World, saga_id: str) -> None:
    w.participants.next("c", BROKEN)
    await w.start(saga_id, "pivoted")
    await w.ended(saga_id)
    await operate(w, saga_id, Action.RETRY_STEP_WITH_INPUT, "c", payload({"n": 8}))
    await w.ended(saga_id)


@story
async def started_again(w: World, saga_id: str) -> None:
    named = await w.command(saga_id, "abc", {"who": "ann"}, {"sagaway.restarted-from": "completed"}, 1)
    by = Signature("a story needs it", "ann", "operators")
    again = replace(named, restart=Restart("completed", by))
    await w.engine.start_saga(again)
    await w.ended(saga_id)


@story
async def a_sealed_step_run_anew(w: World, saga_id: str) -> None:
    w.participants.next("c", BROKEN)
    await w.start(saga_id, "pivoted")
    await w.ended(saga_id)
    by = Signature("a story needs it", "ann", "operators")
    command = Operate(Action.RETRY_STEP_WITH_INPUT, by, step_id="c", payload=payload({"n": 9}), sealed_run=1)
    await w.engine.operate(key_of(saga_id), command)
    await w.ended(saga_id)


async def outage(w: World, saga_id: str) -> None:
    """Let participant `q` go away, and start a saga that needs it."""
    w.participants.always["far"] = UNAVAILABLE
    await w.start(f"{saga_id}-first", "elsewhere")
    await asyncio.sleep(20)
    await w.start(f"{saga_id}-next", "elsewhere")
    await w.start(f"{saga_id}-third", "elsewhere")
    await open_until(w, saga_id, "elsewhere", "StepParked far")


async def operate(w: World, saga_id: str, action: Action, step_id: str = "", output: Payload | None = None) -> None:
    by = Signature("a story needs it", "ann", "operators")
    await w.engine.operate(key_of(saga_id), Operate(action, by, step_id=step_id, payload=output))


# Left open; the process is killed after the last of them ------------------------------------------------------------


@story
async def open_executing(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "abc", "b")


@story
async def open_before_a_retry(w: World, saga_id: str) -> None:
    w.participants.next("b", ASKS_TO_WAIT)
    await open_until(w, saga_id, "abc", "ExecuteAttemptFailed b")


@story
async def open_pending(w: World, saga_id: str) -> None:
    w.participants.next("b", PENDING)
    await open_until(w, saga_id, "abc", "StepPending b")


@story
async def open_at_the_pivot_with_a_cancel(w: World, saga_id: str) -> None:
    w.participants.next("b", HELD)
    await started(w, saga_id, "pivoted", "b")
    await w.cancel(saga_id, "too late?")


@story
async def open_past_the_pivot(w: World, saga_id: str) -> None:
    w.participants.next("c", ASKS_TO_WAIT)
    await open_until(w, saga_id, "pivoted", "ExecuteAttemptFailed c")


@story
async def open_compensating(w: World, saga_id: str) -> None:
    w.participants.next("c", REFUSED)
    w.participants.next("~b", ASKS_TO_WAIT)
    await open_until(w, saga_id, "abc", "CompensateAttemptFailed b")


@story
async def open_with_a_pending_compensation(w: World, saga_id: str) -> None:
    w.participants.next("c", REFUSED)
    w.participants.next("~b", PENDING)
    await open_until(w, saga_id, "abc", "CompensationPending b")


@story
async def open_parked(w: World, saga_id: str) -> None:
    await outage(w, saga_id)


async def tell_all(w: World) -> None:
    """Tell every story, one after the other, and at last one of a saga that waits for room."""
    for saga_id, tell in {**STORIES, **CHOREOGRAPHED}.items():
        await tell(w, saga_id)
    await w.again(settings=EngineSettings(max_live_sagas=1))
    w.participants.next("a", HELD)
    await w.start("open-with-the-last-room")
    await w.start("open-waiting-for-room")
    await settle()
