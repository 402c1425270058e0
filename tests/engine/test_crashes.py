"""`kill -9` at every place where it can matter: before and after each commit, each claim, each send and each answer.

Every scenario is played once without a crash, which counts its places, and then once for each place with a crash
there. Its client asks again afterwards, as clients do. The outcome must be the scenario's; no effect may be doubled,
and after COMPENSATED none may stand, also once every message that was still travelling has arrived.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

import pytest

from orchestrator.core.errors import CommandRefused
from orchestrator.core.model import EMPTY, Cause, Phase, Saga, SagaState, Signature
from orchestrator.core.operations import Action, Operate
from orchestrator.core.outcome import Completed
from orchestrator.core.retry import SECOND
from orchestrator.engine.settings import EngineSettings
from orchestrator.store.base import PauseKind, SagaLog, Target
from tests.engine.harness import NAMESPACE, Document, World, abc, definition, diamond, pivoted, spawn, step, world
from tests.engine.participants import HELD, LATE, PENDING, REFUSED, REPLY_LOST, UNAVAILABLE, Act, fails, payload
from tests.engine.virtual import virtual


async def watching(w: World) -> None:
    """The plain client: starts the saga and waits for its end."""
    await w.start("s", w.definition_name)
    await w.ended("s")


async def cancelling(w: World) -> None:
    """Cancels once b is on its way."""
    await w.start("s", w.definition_name)
    if not (await w.saga("s")).settled:
        arrival = spawn(w.participants.arrival("b", claim=(await w.row("s")).claim))
        end = spawn(w.ended("s"))
        await asyncio.wait({arrival, end}, return_when=asyncio.FIRST_COMPLETED)
        arrival.cancel()
        with suppress(CommandRefused):
            await w.cancel("s")
        await end


async def completing(w: World) -> None:
    """Reports the outcome of b, which is pending, a minute after it was sent."""
    await w.start("s", w.definition_name)
    call = await w.participants.arrival("b")
    await asyncio.sleep(60)
    w.participants.works(call)
    await w.complete("s", "b", call.call.completion_token, Completed(EMPTY), Phase.EXECUTE)
    await w.ended("s")


def mending(action: Action) -> Callable[[World], Awaitable[None]]:
    """Does this to c, if the saga is stuck there, as a person would: asked again until it is answered."""

    async def client(w: World) -> None:
        await w.start("s", w.definition_name)
        saga = await w.ended("s")
        if saga.state is STUCK:
            given = payload({"to": "Riga"}) if action is Action.RETRY_STEP_WITH_INPUT else None
            by = Signature("mended", "ann")
            await w.engine.operate(saga.key, Operate(action, by, saga.sequence, "c", given))
        await w.ended("s")

    return client


def pausing(kind: PauseKind, name: str) -> Callable[[World], Awaitable[None]]:
    """Pauses something while b is on its way, and resumes it two minutes later."""
    target = Target(kind, NAMESPACE, name)

    async def client(w: World) -> None:
        await w.start("s", w.definition_name)
        await w.engine.pausing.pause(target, Signature("a test says so"))
        await asyncio.sleep(120)
        await w.engine.pausing.resume(target, Signature("a test says so"))
        await w.ended("s")

    return client


@dataclass
class Scenario:
    """A saga's story.

    Attributes:
        document: its definition.
        state: how it ends.
        cause: why, if it goes back.
        standing: whose effects stand in the end.
        always: what the participants do, by call.
        first: what they do first.
        client: what the client does.
    """

    document: Document
    state: SagaState
    standing: str
    cause: Cause | None = None
    always: dict[str, Act] = field(default_factory=dict)
    first: dict[str, list[Act]] = field(default_factory=dict)
    client: Callable[[World], Awaitable[None]] = watching


CALM = EngineSettings(sweep_interval=20 * SECOND)
"""Each look for due sagas is a place to die at, and a second in which nothing happens is like the next one."""

COMPLETED, COMPENSATED, STUCK = SagaState.COMPLETED, SagaState.COMPENSATED, SagaState.STUCK
DONE_AND_CALLED_WRONG = fails("INVALID_ARGUMENT")._replace(delivered=True)
"""Its effect happens, and the caller sees a code that stops the step."""
SLOW = {"max_attempts": 3, "initial_backoff": "30s", "max_backoff": "30s"}
FORGETFUL = definition("forgetful", step("a"), step("b", participant="forgetful"), step("c"))
SCENARIOS = {
    "success": Scenario(abc(), COMPLETED, "abc"),
    "its definition is paused": Scenario(abc(), COMPLETED, "abc", client=pausing(PauseKind.DEFINITION, "abc")),
    "its participant is paused": Scenario(abc(), COMPLETED, "abc", client=pausing(PauseKind.PARTICIPANT, "p")),
    "its definition is paused until its time is up": Scenario(
        abc(timeout="60s"),
        COMPENSATED,
        "",
        Cause.TIMED_OUT,
        first={"b": [REPLY_LOST]},
        client=pausing(PauseKind.DEFINITION, "abc"),
    ),
    "refused at a": Scenario(abc(), COMPENSATED, "", Cause.REJECTED, {"a": REFUSED}),
    "refused at b": Scenario(abc(), COMPENSATED, "", Cause.REJECTED, {"b": REFUSED}),
    "refused at c": Scenario(abc(), COMPENSATED, "", Cause.REJECTED, {"c": REFUSED}),
    "stopped at b": Scenario(abc(), COMPENSATED, "", Cause.FAILED, {"b": fails("INVALID_ARGUMENT")}),
    "b never there": Scenario(abc(), COMPENSATED, "", Cause.ATTEMPTS_EXHAUSTED, {"b": UNAVAILABLE}),
    "b's replies lost": Scenario(abc(), COMPENSATED, "", Cause.ATTEMPTS_EXHAUSTED, {"b": REPLY_LOST}),
    "b too slow": Scenario(abc(), COMPENSATED, "", Cause.ATTEMPTS_EXHAUSTED, {"b": LATE}),
    "one reply lost": Scenario(abc(), COMPLETED, "abc", first={"b": [REPLY_LOST]}),
    "b hangs until the saga's time is up": Scenario(abc(timeout="25s"), COMPENSATED, "", Cause.TIMED_OUT, {"b": HELD}),
    "cancelled while b hangs": Scenario(abc(), COMPENSATED, "", Cause.CANCELLED, {"b": HELD}, client=cancelling),
    "compensation retried": Scenario(
        abc(), COMPENSATED, "", Cause.REJECTED, {"c": REFUSED}, {"~b": [UNAVAILABLE, REPLY_LOST]}
    ),
    "compensation never succeeds": Scenario(abc(), STUCK, "ab", Cause.REJECTED, {"c": REFUSED, "~b": UNAVAILABLE}),
    "side by side": Scenario(diamond(), COMPLETED, "abcd"),
    "side by side, c refused": Scenario(diamond(), COMPENSATED, "", Cause.REJECTED, {"c": REFUSED}),
    "side by side, d refused": Scenario(diamond(), COMPENSATED, "", Cause.REJECTED, {"d": REFUSED}),
    "pivot": Scenario(pivoted(), COMPLETED, "abc"),
    "pivot refused": Scenario(pivoted(), COMPENSATED, "", Cause.REJECTED, {"b": REFUSED}),
    "pivot's reply lost": Scenario(pivoted(), COMPLETED, "abc", first={"b": [REPLY_LOST, UNAVAILABLE]}),
    "refused after the pivot": Scenario(pivoted(), STUCK, "ab", always={"c": REFUSED}),
    "left out after the pivot": Scenario(
        pivoted(), COMPLETED, "ab", always={"c": DONE_AND_CALLED_WRONG}, client=mending(Action.SKIP_STEP)
    ),
    "run anew after the pivot": Scenario(
        pivoted(),
        COMPLETED,
        "abc",
        first={"c": [DONE_AND_CALLED_WRONG], "~c": [UNAVAILABLE]},
        client=mending(Action.RETRY_STEP_WITH_INPUT),
    ),
    "pending": Scenario(abc(), COMPLETED, "abc", always={"b": PENDING}, client=completing),
    "asleep between attempts": Scenario(abc(retry=SLOW), COMPLETED, "abc", first={"b": [UNAVAILABLE]}),
    "a refusal that is forgotten": Scenario(FORGETFUL, COMPENSATED, "", Cause.REJECTED, {"b": REFUSED}),
    "a late attempt before one that is refused": Scenario(
        FORGETFUL, COMPENSATED, "", Cause.REJECTED, {"b": REFUSED}, {"b": [LATE]}
    ),
}


async def play(scenario: Scenario, *crashes: int, log: SagaLog | None = None) -> list[str]:
    """Play a scenario with these crashes, check how it ends, and return the places of its first process."""
    first = crashes[0] if crashes else 0
    async with world(scenario.document, crash_at=first, log=log, settings=CALM) as w:
        w.definition_name = scenario.document["name"]
        w.port.latency = w.participants.latency = 0.001
        w.participants.always = scenario.always
        for name, acts in scenario.first.items():
            w.participants.next(name, *acts)
        places = w.crashes.places
        lives = [0]
        for crash_at in (*crashes[1:], 0):
            client, crash = spawn(scenario.client(w)), spawn(w.crashes.crashed.wait())
            await asyncio.wait({client, crash}, return_when=asyncio.FIRST_COMPLETED)
            crash.cancel()
            if client.done():
                break
            client.cancel()
            lives.append(len(w.participants.sent))
            await w.kill()
            await w.up(crash_at)
        else:
            client = spawn(scenario.client(w))
        await client
        saga = await w.saga("s")
        check(w, scenario, saga)
        check_attempts(w, saga, lives)
    return places


def check(w: World, scenario: Scenario, saga: Saga) -> None:
    assert (saga.state, saga.cause) == (scenario.state, scenario.cause), w.events("s")
    assert w.live == 0
    if saga.state is STUCK or "StepSkipped c" in w.events("s"):
        assert w.participants.standing(saga.key) == set(scenario.standing)
    else:
        w.check_atomic("s", saga.state, len(saga.steps))
    undone = [name for name in w.events("s") if name.startswith("StepCompensated")]
    assert undone == sorted(undone, reverse=True) or scenario.document["name"] == "diamond"


def check_attempts(w: World, saga: Saga, lives: list[int]) -> None:
    """A call that a dead process may have sent has a higher number when it is sent again, and costs nothing."""
    for life, began in enumerate(lives[1:2], start=1):
        for name in set(w.participants.names()):
            run = saga.steps[name.strip("~")].run
            mine = [(place, sent.call) for place, sent in enumerate(w.participants.sent) if sent.name == name]
            before = [call.attempt for place, call in mine if place < began and call.run == run]
            after = [call.attempt for place, call in mine if place >= began and call.run == run]
            assert not before or not after or min(after) > max(before) or asleep(name, w), (life, name, before, after)
    for step_id, state in saga.steps.items():
        sent = [call for call in w.participants.sent if call.name == step_id]
        assert state.execute_used <= len(sent)


def asleep(name: str, w: World) -> bool:
    """A Pending step that is asked how it stands keeps its attempt's number."""
    return name == "b" and "StepPending b" in w.events("s")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_crash_at_any_place_changes_no_outcome(name: str) -> None:
    places: list[str] = []

    @virtual
    async def alone() -> None:
        places.extend(await play(SCENARIOS[name]))

    @virtual
    async def with_crash(at: int) -> None:
        await play(SCENARIOS[name], at)

    alone()
    assert len(places) > 6
    for at in range(1, len(places) + 1):
        try:
            with_crash(at)
        except BaseException as error:
            error.add_note(f"crash at place {at} of {len(places)}: {places[at - 1]}")
            raise


@pytest.mark.parametrize("name", SCENARIOS)
def test_two_crashes_change_no_outcome(name: str) -> None:
    """The second crash hits recovery, or what comes after it."""
    chance = random.Random(name)

    @virtual
    async def with_crashes(first: int, second: int) -> None:
        await play(SCENARIOS[name], first, second)

    for _ in range(15):
        first, second = chance.randint(3, 30), chance.randint(1, 15)
        try:
            with_crashes(first, second)
        except BaseException as error:
            error.add_note(f"crashes at places {first} and {second}")
            raise
